"""JSON, SARIF, Markdown and terminal: they say the same, keep their form, and let nobody's text act."""

from __future__ import annotations

import io
import json
import re
from importlib.resources import files

import jsonschema
import pytest
from rich.console import Console

from tests.unit.report.proofs import BROKEN, DAY, EXTRA, HOLDS, HOSTILE, OPEN, URN, claim, report
from zt_ai.report import json_report, markdown, sarif, terminal
from zt_ai.report.acceptance import Acceptance
from zt_ai.report.model import Report
from zt_ai.report.text import urn_name, visible
from zt_ai.verify.model import Claim, Witness

HOSTILE_CLAIMS = (claim("reachability", 1, Witness(HOSTILE, HOSTILE, HOSTILE, None, (HOSTILE,), HOSTILE)),)


def printed(made: Report, **options: object) -> str:
    """What a terminal report looks like where the output is no terminal."""
    stream = io.StringIO()
    terminal.show(Console(file=stream, width=140, markup=False, emoji=False, highlight=False, **options), made)  # type: ignore[arg-type]
    return stream.getvalue()


# -- JSON --------------------------------------------------------------------------------------------------------------


def schema() -> dict[str, object]:
    """The schema that readers of the report rely on."""
    loaded: dict[str, object] = json.loads(files("zt_ai.report").joinpath(json_report.SCHEMA).read_text())
    return loaded


@pytest.mark.parametrize("claims", [HOLDS, BROKEN, OPEN, (), HOSTILE_CLAIMS])
def test_the_json_report_keeps_its_documented_form(claims: tuple[Claim, ...]) -> None:
    made = json.loads(json_report.render(report(*claims, accept=(Acceptance("audit", DAY),))))
    jsonschema.validate(made, schema())


def test_the_documented_form_is_not_an_empty_promise() -> None:
    made = json_report.data(report(*BROKEN))
    made["clouds"]["aws"]["claims"][0]["verdict"] = "MAYBE"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, schema())


def test_the_json_report_locates_the_clause_of_a_witness() -> None:
    made = json_report.data(report(*BROKEN))
    extra, missing = made["clouds"]["aws"]["claims"][0]["witnesses"]
    assert missing["place"] == {"file": "examples/clinic/zones.yaml", "line": 210, "column": 3}
    assert (extra["place"], extra["clause"], extra["through"]) == (None, None, [URN])


# -- SARIF -------------------------------------------------------------------------------------------------------------


def test_sarif_points_at_the_clause_and_names_the_resources() -> None:
    run = sarif.data(report(*BROKEN))["runs"][0]
    extra, missing, unknown = run["results"]
    where = missing["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "examples/clinic/zones.yaml", "uriBaseId": "%SRCROOT%"}
    assert where["region"] == {"startLine": 210, "startColumn": 3}
    assert extra["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert extra["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    assert unknown["ruleId"] == "zt-ai/aws/audit"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_holds_is_a_rule_without_a_result() -> None:
    run = sarif.data(report(*HOLDS))["runs"][0]
    assert run["results"] == []
    assert len(run["tool"]["driver"]["rules"]) == len(HOLDS)


def test_an_accepted_claim_is_suppressed_and_an_ended_acceptance_is_not() -> None:
    accepted = sarif.data(report(*OPEN, accept=(Acceptance("audit", DAY),)))["runs"][0]["results"]
    assert accepted[0]["suppressions"][0]["justification"] == f"accepted until {DAY}"
    ended = Acceptance("audit", DAY.replace(year=2025))
    assert "suppressions" not in sarif.data(report(*OPEN, accept=(ended,)))["runs"][0]["results"][0]


def test_findings_keep_their_identity_when_others_appear() -> None:
    alone = sarif.data(report(claim("reachability", 1, EXTRA)))["runs"][0]["results"]
    among = sarif.data(report(*BROKEN))["runs"][0]["results"]
    assert alone[0]["partialFingerprints"] == among[0]["partialFingerprints"]
    assert len({result["partialFingerprints"]["zt-ai/v1"] for result in among}) == len(among)


# -- Markdown ----------------------------------------------------------------------------------------------------------


def test_the_comment_has_the_claims_the_witnesses_and_the_accesses() -> None:
    text = markdown.render(report(*BROKEN))
    assert text.startswith("<!-- zt-ai:clinic -->\n## ❌ zt-ai: `clinic` is REFUTED")
    assert "| 1 | Title of reachability | ❌ REFUTED |" in text
    assert "fhir\\-store can be reached from research\\-agent" in text
    assert "NetworkAclRule clinic\\-in\\-100" in text
    assert "examples/clinic/zones.yaml:210" in text
    assert "<details><summary>" in text


def test_every_table_of_the_comment_has_one_width() -> None:
    """A name with a `|` in it would push its row's cells to the right."""
    for text in (markdown.render(report(*BROKEN)), markdown.render(report(*HOSTILE_CLAIMS))):
        head = 0
        for line in text.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not (head and cells) or cells == head, line
            head = cells


def test_a_comment_never_exceeds_what_github_takes() -> None:
    many = claim("reachability", 1, *(EXTRA for _ in range(5_000)))
    text = markdown.render(report(many))
    assert len(text) <= markdown.LIMIT
    assert "would be too long" in text
    assert "would be too long" not in markdown.render(report(*BROKEN))


def test_hostile_text_stays_text_in_markdown() -> None:
    text = markdown.render(report(*HOSTILE_CLAIMS))
    assert "<script" not in text
    assert "<img" not in text
    assert "@someone" not in text
    assert "https://" not in text
    assert not {"\u202e", "\x1b"} & set(text)


# -- terminal ----------------------------------------------------------------------------------------------------------


def test_the_terminal_report_shows_witnesses_with_clause_and_resources() -> None:
    text = printed(report(*BROKEN))
    assert "packet: 10.20.64.7 → 10.20.12.9 tcp port 8446" in text
    assert "through: NetworkAclRule clinic-in-100" in text
    assert "clause: flow:retrieval-to-vectors (examples/clinic/zones.yaml:210:3)" in text
    assert "--accept-unknown audit@YYYY-MM-DD" in text
    assert text.splitlines()[-1].startswith("REFUTED: 1 refuted, 1 unknown of 2 claims about clinic")


def test_the_terminal_report_is_plain_outside_of_a_terminal() -> None:
    text = printed(report(*BROKEN))
    assert "\x1b" not in text
    assert not set("─│┌┐└┘━┃") & set(text)
    assert "\x1b[" in printed(report(*BROKEN), force_terminal=True)


def test_hostile_text_stays_text_in_a_terminal() -> None:
    text = printed(report(*HOSTILE_CLAIMS))
    assert not {"\u202e", "\x1b"} & set(text)
    assert "<U+001B>" in text


def test_an_ended_acceptance_is_mentioned() -> None:
    ended = Acceptance("audit", DAY.replace(year=2025))
    assert "the acceptance ended on 2025-11-23" in printed(report(*OPEN, accept=(ended,)))


# -- text --------------------------------------------------------------------------------------------------------------


def test_urns_are_shown_by_type_and_name() -> None:
    assert urn_name(URN) == "NetworkAclRule clinic-in-100"
    assert urn_name("subnet-0123") == "subnet-0123"
    assert urn_name("urn:pulumi:s::p::aws:ec2/vpc:Vpc::a::b") == "Vpc a::b"


def test_every_control_character_becomes_visible() -> None:
    every = "".join(map(chr, range(0x110000)))
    shown = visible(every.encode("utf-8", "replace").decode())
    assert not [c for c in shown if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029\u202e\u2066"]
