"""The report in a terminal: tables with rich, plain aligned text where the output is not a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zt_ai.report.model import SUBJECTS, CloudProof, Report
from zt_ai.report.text import count, urn_name, visible
from zt_ai.verify.model import Claim, Verdict, Witness

STYLES = {Verdict.PROVED: "green", Verdict.REFUTED: "bold red", Verdict.UNKNOWN: "bold yellow"}
_SHOWN = 20  # witnesses of one claim and resources of one witness; the JSON report has them all


def show(console: Console, report: Report, *, accesses: bool = True) -> None:
    """Print everything that was proved, what was not and why, and the one table of claims at the end."""
    if accesses:
        for table_ in _access_tables(console, report):
            console.print(table_)
            console.print()
    for item in report.proofs:
        console.print(_coverage(item))
        console.print()
    for claim in report.claims:
        if claim.verdict is not Verdict.PROVED:
            console.print(_details(report, claim))
            console.print()
    console.print(claims_table(console, report))
    console.print(_verdict(report))


def table(console: Console, title: str, *columns: str) -> Table:
    """An empty table in the project's style; without lines where the output is not a terminal."""
    style = box.SIMPLE_HEAD if console.is_terminal else None
    made = Table(title=title, title_justify="left", title_style="bold", box=style, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def claims_table(console: Console, report: Report) -> Table:
    """Every claim with its verdict: of one cloud with what it covered, of several with a column for each."""
    if len(report.proofs) > 1:
        return _claims_by_cloud(console, report)
    made = table(console, "Claims", "#", "claim", "verdict", "covered")
    for claim in report.claims:
        made.add_row(str(claim.number), _title(claim), _said(report, claim), Text(visible(claim.covered)))
    return made


def _claims_by_cloud(console: Console, report: Report) -> Table:
    """Claims × clouds. A claim that was not made about a cloud has no verdict there."""
    made = table(console, "Claims on each cloud", "#", "claim", *report.clouds)
    for by_cloud in report.by_claim:
        first = next(iter(by_cloud.values()))
        cells = [_said(report, by_cloud[c]) if c in by_cloud else Text("not made", style="dim") for c in report.clouds]
        made.add_row(str(first.number), _title(first), *cells)
    return made


def _title(claim: Claim) -> Text:
    return Text(f"{visible(claim.title)}\n").append(claim.id, style="dim")


def _said(report: Report, claim: Claim) -> Text:
    verdict = Text(claim.verdict.value, style=STYLES[claim.verdict])
    if accepted := report.accepted(claim):
        verdict.append(f"\naccepted until {accepted.until}", style="not bold yellow")
    return verdict


def _access_tables(console: Console, report: Report) -> list[Table]:
    return [
        _accesses(
            console,
            item,
            f"Accesses, the same on {', '.join(clouds)}"
            if len(clouds) > 1
            else f"Accesses on {item.cloud}, computed from {SUBJECTS[item.subject]}",
        )
        for clouds, item in report.accesses
    ]


def _accesses(console: Console, item: CloudProof, title: str) -> Table:
    made = table(console, title, "from", "to", "ports", "clause")
    for access in item.proof.accesses:
        clauses = Text(", ".join(visible(c) for c in access.clauses)) if access.clauses else Text("none", style="dim")
        made.add_row(
            Text(visible(access.source)), Text(visible(access.destination)), Text(", ".join(access.ports)), clauses
        )
    if not item.proof.accesses:
        made.add_row(Text("none", style="dim"), "", "", "")
    return made


def _coverage(item: CloudProof) -> Text:
    """One paragraph: how many resources were read and how each was treated."""
    coverage = item.proof.coverage
    text = Text.assemble((f"{count(item.resources, 'resource')}", "bold"), f" on {item.cloud}, read from ")
    text.append(SUBJECTS[item.subject])
    text.append(
        f": {sum(coverage.modelled.values()):,} modelled ({count(len(coverage.modelled), 'type')}), "
        f"{sum(coverage.passive.values()):,} that cannot open an access ({count(len(coverage.passive), 'type')}), "
    )
    unknown = sum(len(urns) for urns in coverage.unmodelled.values())
    text.append(f"{unknown:,} not understood", style="bold yellow" if unknown else "")
    for kind, urns in coverage.unmodelled.items():
        text.append(f"\n  not understood: {visible(kind)} ({', '.join(visible(urn_name(u)) for u in urns[:_SHOWN])})")
    return text


def _details(report: Report, claim: Claim) -> Group:
    """Why one claim does not hold, or could not be decided."""
    head = Text.assemble((claim.verdict.value, STYLES[claim.verdict]), f" {claim.number} {visible(claim.title)} ")
    head.append(f"[{claim.cloud}/{claim.id}]", style="dim")
    parts: list[RenderableType] = [head]
    parts += [Padding(_witness(report, witness), (0, 0, 0, 2), expand=False) for witness in claim.witnesses[:_SHOWN]]
    parts += [Padding(Text(f"? {visible(reason)}"), (0, 0, 0, 2), expand=False) for reason in claim.reasons[:_SHOWN]]
    hidden = max(0, len(claim.witnesses) - _SHOWN) + max(0, len(claim.reasons) - _SHOWN)
    if hidden:
        parts.append(
            Padding(Text(f"… and {hidden:,} more (all of them are in --json)", style="dim"), (0, 0, 0, 2), expand=False)
        )
    if claim.verdict is Verdict.UNKNOWN and report.accepted(claim) is None:
        hint = f"to accept it for a time: --accept-unknown {claim.id}@YYYY-MM-DD"
        parts.append(Padding(Text(hint, style="dim"), (0, 0, 0, 2), expand=False))
    return Group(*parts)


def _witness(report: Report, witness: Witness) -> Text:
    text = Text(f"✗ {visible(witness.explanation)}")
    packet = witness.packet
    if packet:
        port = "" if packet.port is None else f" port {packet.port}"
        text.append(f"\n  packet: {visible(packet.source)} → {visible(packet.destination)} {packet.protocol}{port}")
    if witness.through:
        text.append("\n  through: ")
        text.append("\n           ".join(_names(witness.through)), style="cyan")
    if witness.clause:
        place = report.places.get(witness.clause)
        where = f" ({report.file}:{place.line}:{place.column})" if place else ""
        text.append(f"\n  clause: {visible(witness.clause)}{where}")
    else:
        text.append("\n  clause: none allows it", style="dim")
    return text


def _names(urns: Iterable[str]) -> list[str]:
    names = [visible(urn_name(urn)) for urn in urns]
    return names if len(names) <= _SHOWN else [*names[:_SHOWN], f"… and {len(names) - _SHOWN:,} more"]


def _verdict(report: Report) -> Text:
    """The last lines: the verdict and every acceptance that plays a part in it."""
    counts = report.counts()
    text = Text.assemble((report.verdict.value, STYLES[report.verdict]), ": ")
    text.append(", ".join(f"{n} {verdict.value.lower()}" for verdict, n in counts.items() if n) or "no claim was made")
    text.append(f" of {count(len(report.claims), 'claim')} about {report.name}, judged for {report.day}")
    for claim in report.claims:
        if accepted := report.accepted(claim):
            text.append(f"\naccepted although unknown: {claim.cloud}/{accepted}", style="yellow")
    for acceptance in report.expired:
        text.append(f"\nnot accepted: {acceptance.claim}, the acceptance ended on {acceptance.until}", style="yellow")
    return text
