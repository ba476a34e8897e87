"""Reports to render: the clinic's intent with a proof that holds, and one that does not."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.report.acceptance import Acceptance
from zt_ai.report.model import CloudProof, Place, Report
from zt_ai.spec import load
from zt_ai.verify.model import Claim, Coverage, Packet, Proof, ProvedAccess, Witness

ROOT = Path(__file__).resolve().parents[3]
CLINIC = ROOT / "examples" / "clinic" / "zones.yaml"
DAY = date(2026, 11, 23)
URN = (
    "urn:pulumi:clinic-aws::zt-ai::zt-ai:aws:SegmentedArchitecture$aws:ec2/networkAclRule:NetworkAclRule::clinic-in-100"
)

HOSTILE = (
    "</title><script>alert(1)</script>\u202e\x1b[31m| `code` @someone https://example.org \"'><img src=x onerror=y>"
)
"""A sentence that tries to act on every page it is shown on."""

EXTRA = Witness(
    "fhir-store can be reached from research-agent",
    "research-agent",
    "fhir-store",
    Packet("10.20.64.7", "10.20.12.9", "tcp", 8446),
    (URN,),
)
MISSING = Witness(
    "retrieval cannot reach vector-store", "retrieval", "vector-store", None, (), "flow:retrieval-to-vectors"
)


@cache
def _clinic() -> Intent:
    return derive(load(CLINIC, on=DAY), on=DAY)


def claim(identity: str, number: int, *witnesses: Witness, reasons: tuple[str, ...] = ()) -> Claim:
    """A claim about AWS."""
    return Claim(identity, number, f"Title of {identity}", "aws", "everything that there is", witnesses, reasons)


HOLDS = (claim("reachability", 1), claim("audit", 7))
BROKEN = (claim("reachability", 1, EXTRA, MISSING), claim("audit", 7, reasons=("an aws:x/y:Z is not modelled",)))
OPEN = (claim("reachability", 1), BROKEN[1])


def report(
    *claims: Claim,
    accept: tuple[Acceptance, ...] = (),
    descriptions: dict[str, str] | None = None,
    simulated: bool = False,
) -> Report:
    """A report about the clinic with these claims."""
    intent = _clinic()
    accesses = tuple(
        ProvedAccess(a.source, a.destination, tuple(str(p) for p in a.ports), (a.clause.id,)) for a in intent.accesses
    )
    coverage = Coverage(
        {"aws:ec2/vpc:Vpc": 1}, {"aws:kms/key:Key": 2}, {"aws:x/y:Z": (URN,)} if claims is not HOLDS else {}
    )
    return Report(
        intent,
        (CloudProof(Proof("aws", claims, accesses, coverage), "plan", 312, 0.25),),
        DAY,
        "examples/clinic/zones.yaml",
        acceptances=accept,
        places={"flow:retrieval-to-vectors": Place(210, 3)},
        descriptions=descriptions or {},
        stack="clinic-aws",
        simulated=simulated,
    )
