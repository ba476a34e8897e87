"""The report as a pull request comment: the verdict and the claims in sight, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zt_ai.report.model import SUBJECTS, CloudProof, Report
from zt_ai.report.text import count, markdown, urn_name
from zt_ai.verify.model import Claim, Verdict, Witness

MARKS = {Verdict.PROVED: "✅", Verdict.REFUTED: "❌", Verdict.UNKNOWN: "❓"}
LIMIT = 65_000
"""GitHub refuses a comment body of more than 65,536 characters."""


def render(report: Report, *, limit: int = LIMIT) -> str:
    """Markdown of at most `limit` characters. What does not fit is left out from the end, and the comment says so."""
    note = "\n_Cut here: the comment would be too long. The HTML and JSON reports have everything._\n"
    # The hidden first line lets a bot find its comment of the last run and replace it.
    text = f"<!-- zt-ai:{report.name} -->\n"
    for part in _parts(report):
        if len(text) + len(part) + len(note) > limit:
            return text + note
        text += part
    return text


def _parts(report: Report) -> Iterator[str]:
    """Parts that can each be left out whole."""
    yield f"## {MARKS[report.verdict]} zt-ai: `{report.name}` is {report.verdict.value}\n\n{_summary(report)}\n"
    yield "\n" + "".join(_claims(report))
    for claim in report.claims:
        if claim.verdict is not Verdict.PROVED:
            yield f"\n### {MARKS[claim.verdict]} {claim.number} {markdown(claim.title)} ({markdown(claim.cloud)})\n\n"
            yield from (_witness(report, witness) for witness in claim.witnesses)
            yield from (f"- {markdown(reason)}\n" for reason in claim.reasons)
    for clouds, item in report.accesses:
        rows = _access_rows(item)
        same = ", the same on " if len(clouds) > 1 else " on "
        title = f"{count(len(rows), 'access', 'accesses')} permitted{same}{', '.join(clouds)}"
        yield _folded(title, _access_table(rows))
    for item in report.proofs:
        yield _folded(f"Coverage on {item.cloud}", _coverage(item))


def _summary(report: Report) -> str:
    read = ", ".join(f"{count(p.resources, 'resource')} on {p.cloud} from {SUBJECTS[p.subject]}" for p in report.proofs)
    lines = [f"Read {read or 'nothing'}. Judged for {report.day}."]
    if report.simulated:
        lines.append("The cloud is **simulated**: nothing real exists.")
    for claim in report.claims:
        if accepted := report.accepted(claim):
            lines.append(f"Accepted although unknown: `{claim.cloud}/{claim.id}` until {accepted.until}.")
    lines += [f"The acceptance of `{markdown(a.claim)}` ended on {a.until}." for a in report.expired]
    return "\n".join(lines)


def _claims(report: Report) -> Iterator[str]:
    """Of one cloud with what was looked at; of several as claims × clouds, and the rest folded away."""
    if len(report.proofs) < 2:
        rows = [[*_named(claim), _verdict(report, claim), markdown(claim.covered)] for claim in report.claims]
        yield from _table(["#", "claim", "verdict", "covered"], rows)
        return
    verdicts = [
        [
            *_named(next(iter(by_cloud.values()))),
            *(_verdict(report, by_cloud[cloud]) if cloud in by_cloud else "not made" for cloud in report.clouds),
        ]
        for by_cloud in report.by_claim
    ]
    yield from _table(["#", "claim", *report.clouds], verdicts)
    looked = [[*_named(claim), claim.cloud, markdown(claim.covered)] for claim in report.claims]
    yield _folded("What was looked at", "".join(_table(["#", "claim", "cloud", "covered"], looked)))


def _named(claim: Claim) -> list[str]:
    return [str(claim.number), markdown(claim.title)]


def _verdict(report: Report, claim: Claim) -> str:
    accepted = report.accepted(claim)
    until = f" (accepted until {accepted.until})" if accepted else ""
    return f"{MARKS[claim.verdict]} {claim.verdict.value}{until}"


def _witness(report: Report, witness: Witness) -> str:
    lines = [f"- {markdown(witness.explanation)}"]
    if packet := witness.packet:
        port = "" if packet.port is None else f" port {packet.port}"
        lines.append(
            f"  - packet: {markdown(packet.source)} → {markdown(packet.destination)}, {markdown(packet.protocol)}{port}"
        )
    if witness.through:
        lines.append(f"  - through: {', '.join(markdown(urn_name(urn)) for urn in witness.through)}")
    place = report.places.get(witness.clause or "")
    where = f" ({markdown(report.file)}:{place.line})" if place else ""
    lines.append(f"  - clause: {markdown(witness.clause)}{where}" if witness.clause else "  - no clause allows it")
    return "\n".join(lines) + "\n"


def _access_rows(item: CloudProof) -> list[list[str]]:
    return [
        [markdown(a.source), markdown(a.destination), ", ".join(a.ports), markdown(", ".join(a.clauses)) or "none"]
        for a in item.proof.accesses
    ]


def _access_table(rows: Iterable[list[str]]) -> str:
    return "".join(_table(["from", "to", "ports", "clause"], rows))


def _coverage(item: CloudProof) -> str:
    coverage = item.proof.coverage
    rows = [[markdown(kind), str(number), "modelled"] for kind, number in sorted(coverage.modelled.items())]
    rows += [
        [markdown(kind), str(number), "cannot open an access"] for kind, number in sorted(coverage.passive.items())
    ]
    rows += [
        [markdown(kind), str(len(urns)), "**not understood**"] for kind, urns in sorted(coverage.unmodelled.items())
    ]
    return "".join(_table(["type", "resources", "treated as"], rows))


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"


def _folded(title: str, body: str) -> str:
    return f"\n<details><summary>{markdown(title)}</summary>\n\n{body}\n</details>\n"
