"""A report about several clouds: one table of claims, and one of accesses where they permit the same."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from tests.unit.report.proofs import BROKEN, HOLDS, report
from zt_ai.report import html, markdown, terminal
from zt_ai.report.model import CloudProof, Report


def on_two_clouds(*, differ: bool = False) -> Report:
    made = report(*HOLDS)
    (aws,) = made.proofs
    claims = tuple(replace(c, cloud="gcp") for c in (BROKEN if differ else HOLDS))
    accesses = aws.proof.accesses[1:] if differ else aws.proof.accesses[::-1]
    gcp = CloudProof(replace(aws.proof, cloud="gcp", claims=claims, accesses=accesses), "program", 200)
    return replace(made, proofs=(aws, gcp))


def shown(made: Report) -> str:
    stream = io.StringIO()
    terminal.show(Console(file=stream, width=140, markup=False, emoji=False, highlight=False), made)
    return stream.getvalue()


def test_claims_by_clouds_in_one_table() -> None:
    text = shown(on_two_clouds())
    last = text[text.index("Claims on each cloud") :].splitlines()
    assert last[1].split() == ["#", "claim", "aws", "gcp"]
    rows = [line.split() for line in last if line.startswith(("1 ", "7 "))]
    assert [row[-2:] for row in rows] == [["PROVED", "PROVED"]] * 2
    assert text.count("PROVED") == 5  # and the verdict


def test_each_cloud_has_its_own_verdict() -> None:
    text = shown(on_two_clouds(differ=True))
    row = next(line for line in text[text.index("Claims on each cloud") :].splitlines() if line.startswith("1 "))
    assert row.split()[-2:] == ["PROVED", "REFUTED"]


def test_equal_accesses_are_told_once_in_whatever_order() -> None:
    assert shown(on_two_clouds()).count("Accesses") == 1
    assert "Accesses, the same on aws, gcp" in shown(on_two_clouds())


def test_accesses_that_differ_are_told_for_each_cloud() -> None:
    text = shown(on_two_clouds(differ=True))
    assert "Accesses on aws" in text
    assert "Accesses on gcp" in text
    assert "the same" not in text


@pytest.mark.parametrize("render", [html.render, markdown.render])
def test_page_and_comment_have_one_row_for_each_claim_and_a_column_for_each_cloud(
    render: Callable[[Report], str],
) -> None:
    """What was looked at is folded away; a difference shows in the row."""
    same, differ = render(on_two_clouds()), render(on_two_clouds(differ=True))
    for claim in HOLDS:
        assert len(re.findall(rf"(?:<td>|\| ){re.escape(claim.title)}(?:<br>| \| ✅)", same)) == 1
    assert re.search(r"<th>aws</th><th>gcp</th>|\| aws \| gcp \|", same)
    assert "REFUTED" not in same
    assert re.search(r"PROVED.{1,60}REFUTED", differ)


@pytest.mark.parametrize("render", [html.render, markdown.render])
def test_page_and_comment_list_accesses_once_where_they_are_the_same(render: Callable[[Report], str]) -> None:
    assert re.search("the same on aws, gcp", render(on_two_clouds()))
    assert not re.search("the same on aws", render(on_two_clouds(differ=True)))
