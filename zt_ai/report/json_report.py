"""The report for machines. Its form is described by `zt_ai/report/report.schema.json` and carries a version.

Within one version, keys are only added. A reader should ignore keys that it does not know.
"""

from __future__ import annotations

import json
from typing import Any

from zt_ai import __version__
from zt_ai.report.model import CloudProof, Report
from zt_ai.verify.model import Claim, Witness

VERSION = 1
SCHEMA = "report.schema.json"


def data(report: Report) -> dict[str, Any]:
    """The report as plain data: strings, numbers, lists and maps."""
    return {
        "schema": "zt-ai/report",
        "version": VERSION,
        "tool": {"name": "zt-ai", "version": __version__},
        "specification": {"name": report.name, "file": report.file},
        "stack": report.stack,
        "simulated": report.simulated,
        "judged_for": report.day.isoformat(),
        "verdict": report.verdict.value,
        "acceptances": [
            {"claim": a.claim, "until": a.until.isoformat(), "in_force": a.holds_on(report.day)}
            for a in report.acceptances
        ],
        "clouds": {item.cloud: _cloud(report, item) for item in report.proofs},
    }


def render(report: Report) -> str:
    """The report as JSON text, two spaces deep, with a final newline."""
    return json.dumps(data(report), indent=2, ensure_ascii=False) + "\n"


def _cloud(report: Report, item: CloudProof) -> dict[str, Any]:
    coverage = item.proof.coverage
    return {
        "read_from": item.subject,
        "resources": item.resources,
        "seconds": round(item.seconds, 3),
        "verdict": item.proof.verdict.value,
        "claims": [_claim(report, claim) for claim in item.proof.claims],
        "accesses": [
            {"from": a.source, "to": a.destination, "ports": list(a.ports), "clauses": list(a.clauses)}
            for a in item.proof.accesses
        ],
        "coverage": {
            "modelled": dict(coverage.modelled),
            "passive": dict(coverage.passive),
            "unmodelled": {kind: list(urns) for kind, urns in coverage.unmodelled.items()},
        },
    }


def _claim(report: Report, claim: Claim) -> dict[str, Any]:
    accepted = report.accepted(claim)
    return {
        "id": claim.id,
        "number": claim.number,
        "title": claim.title,
        "verdict": claim.verdict.value,
        "accepted_until": accepted.until.isoformat() if accepted else None,
        "covered": claim.covered,
        "witnesses": [_witness(report, witness) for witness in claim.witnesses],
        "reasons": list(claim.reasons),
    }


def _witness(report: Report, witness: Witness) -> dict[str, Any]:
    packet = witness.packet
    place = report.places.get(witness.clause or "")
    return {
        "explanation": witness.explanation,
        "from": witness.source,
        "to": witness.destination,
        "packet": packet
        and {
            "source": packet.source,
            "destination": packet.destination,
            "protocol": packet.protocol,
            "port": packet.port,
        },
        "through": list(witness.through),
        "clause": witness.clause,
        "place": place and {"file": report.file, "line": place.line, "column": place.column},
    }
