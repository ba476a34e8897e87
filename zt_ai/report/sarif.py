"""The report as SARIF 2.1.0 for code scanning: each witness points at the clause of the specification it is about.

Only what needs somebody's attention becomes a result: GitHub shows every result as an alert, also those of kind `pass`
[GitHub Docs, "SARIF support for code scanning"]. The rules list every claim.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from zt_ai import __version__
from zt_ai.report.model import Place, Report
from zt_ai.report.text import urn_name, visible
from zt_ai.verify.model import Claim, Witness

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOP = Place(1, 1)


def render(report: Report) -> str:
    """The report as SARIF text."""
    return json.dumps(data(report), indent=2, ensure_ascii=False) + "\n"


def data(report: Report) -> dict[str, Any]:
    """The report as a SARIF log with one run."""
    rules = {_rule_id(claim): _rule(claim) for claim in report.claims}
    results = [result for claim in report.claims for result in _results(report, claim, list(rules))]
    driver = {
        "name": "zt-ai",
        "semanticVersion": __version__,
        "informationUri": "https://github.com/zt-ai/zt-ai",
        "rules": list(rules.values()),
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"zt-ai/{report.name}/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule_id(claim: Claim) -> str:
    return f"zt-ai/{claim.cloud}/{claim.id}"


def _rule(claim: Claim) -> dict[str, Any]:
    return {
        "id": _rule_id(claim),
        "name": "".join(word.capitalize() for word in claim.id.split("-")),
        "shortDescription": {"text": visible(claim.title)},
        "fullDescription": {"text": f"Claim {claim.number} on {claim.cloud}: {visible(claim.title)}"},
        "help": {"text": f"Covered: {visible(claim.covered)}"},
        "defaultConfiguration": {"level": "error"},
        # GitHub orders alerts by this number; every broken claim of a zero-trust plan is a critical finding.
        "properties": {"security-severity": "9.0", "tags": ["security", "zero-trust"]},
    }


def _results(report: Report, claim: Claim, rules: list[str]) -> Iterator[dict[str, Any]]:
    for witness in claim.witnesses:
        key = (witness.explanation, witness.source, witness.destination, witness.clause or "", *witness.through)
        result = _result(report, claim, rules, level="error", text=_sentence(witness), clause=witness.clause, key=key)
        # Resources have no line in a file: they are named, not located.
        result["locations"][0]["logicalLocations"] = [
            {"fullyQualifiedName": urn, "name": urn_name(urn), "kind": "resource"} for urn in witness.through
        ]
        yield result
    accepted = report.accepted(claim)
    for reason in claim.reasons:
        text = f"Not decided: {visible(reason)}"
        result = _result(report, claim, rules, level="warning", text=text, clause=None, key=(reason,))
        if accepted:
            why = f"accepted until {accepted.until}"
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
        yield result


def _result(
    report: Report, claim: Claim, rules: list[str], *, level: str, text: str, clause: str | None, key: tuple[str, ...]
) -> dict[str, Any]:
    place = report.places.get(clause or "", _TOP)
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(report.file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    return {
        "ruleId": _rule_id(claim),
        "ruleIndex": rules.index(_rule_id(claim)),
        "level": level,
        "message": {"text": text},
        "locations": [location],
        # The same finding keeps its identity when lines move.
        "partialFingerprints": {"zt-ai/v1": hashlib.sha256("\0".join((_rule_id(claim), *key)).encode()).hexdigest()},
    }


def _sentence(witness: Witness) -> str:
    parts = [visible(witness.explanation)]
    if packet := witness.packet:
        port = "" if packet.port is None else f" port {packet.port}"
        parts.append(f"Packet: {packet.source} → {packet.destination} {packet.protocol}{port}.")
    if witness.through:
        parts.append(f"Through: {', '.join(urn_name(urn) for urn in witness.through)}.")
    parts.append(f"Clause: {witness.clause}." if witness.clause else "No clause allows it.")
    return visible(" ".join(parts))


def _uri(file: str) -> str:
    """A path relative to the working directory, which code scanning takes for the root of the repository."""
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            path = Path(path.name)
    return quote(path.as_posix())
