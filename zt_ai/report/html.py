"""The report as one HTML page without any outside asset: no script, no font, no image, no link that loads something.

A content security policy in the page says so too, so that a mistake in escaping could not load or run anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files

from zt_ai import __version__
from zt_ai.report import svg
from zt_ai.report.acceptance import Acceptance
from zt_ai.report.diagram import diagram
from zt_ai.report.model import SUBJECTS, CloudProof, Report
from zt_ai.report.text import count, urn_name, visible
from zt_ai.verify.model import Claim, Verdict, Witness

_SENTENCES = {
    Verdict.PROVED: "Every claim below holds for what would be deployed.",
    Verdict.REFUTED: "The resources permit something that was not specified, or not what was.",
    Verdict.UNKNOWN: "Something that matters could not be decided.",
}
_DEPLOYED = "Every claim below holds for what is deployed."


def render(report: Report) -> str:
    """The whole page."""
    style = files("zt_ai.report").joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(part for section in _sections(report) for part in section)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(report.name)}: {report.verdict.value}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _sections(report: Report) -> Iterator[Iterable[str]]:
    yield _head(report)
    yield _diagram(report)
    yield _claims(report)
    yield _findings(report)
    yield _model_calls(report)
    yield _accesses(report)
    yield _coverage(report)
    yield (f"<footer>Written by zt-ai {_text(__version__)} for {report.day}.</footer>",)


def _text(text: object) -> str:
    return escape(visible(str(text)), quote=True)


def _head(report: Report) -> Iterator[str]:
    if report.simulated:
        yield '<p class="simulated">SIMULATED cloud: nothing real was created, changed or deleted.</p>'
    yield f"<h1>{_text(report.name)}</h1>"
    if description := report.descriptions.get(""):
        yield f'<p class="lead">{_text(description)}</p>'
    verdict = report.verdict
    deployed = verdict is Verdict.PROVED and all(item.subject == "state" for item in report.proofs)
    sentence = _DEPLOYED if deployed else _SENTENCES[verdict]
    counts = ", ".join(f"{n} {v.value.lower()}" for v, n in report.counts().items() if n)
    yield f'<div class="verdict {verdict.value.lower()}"><strong>{verdict.value}</strong><span>{sentence}</span>'
    yield f'<span class="soft">{counts} of {count(len(report.claims), "claim")}</span></div>'
    yield '<dl class="facts">'
    facts = [("specification", f"<code>{_text(report.file)}</code>"), ("judged for", str(report.day))]
    if report.stack:
        facts.append(("stack", f"<code>{_text(report.stack)}</code>"))
    facts += [
        (item.cloud, f"{count(item.resources, 'resource')} from {SUBJECTS[item.subject]}") for item in report.proofs
    ]
    facts += [("accepted unproved", f"<code>{_text(a.claim)}</code> until {a.until}") for a in _in_force(report)]
    facts += [("acceptance ended", f"<code>{_text(a.claim)}</code> on {a.until}") for a in report.expired]
    yield from (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    yield "</dl>"


def _in_force(report: Report) -> list[Acceptance]:
    found = {accepted for claim in report.claims if (accepted := report.accepted(claim))}
    return sorted(found, key=str)


def _diagram(report: Report) -> Iterator[str]:
    picture = diagram(report)
    classes = report.intent.classes
    title = f"Zones of {report.name} and the flows between them"
    yield f'<h2>Zones and flows</h2>\n<div class="card figure">{svg.render(picture, len(classes), title)}'
    yield '<div class="legend">'
    steps: dict[int, list[str]] = {}
    for rank, name in enumerate(classes):
        steps.setdefault(svg.step(rank, len(classes)), []).append(name)
    for number, names in steps.items():
        yield f'<span><i class="step{number}"></i>carries {_text(", ".join(names))}</span>'
    if any(arrow.refuted for arrow in picture.arrows):
        yield '<span><i class="refuted"></i>refuted</span>'
    by_zone = " Drawn by zone: there are too many workloads to draw each." if picture.by_zone else ""
    yield f"<span>Rest the pointer on an arrow for its clauses.{by_zone}</span></div></div>"


def _claims(report: Report) -> Iterator[str]:
    """Of one cloud with what was looked at; of several as claims × clouds, which is one glance."""
    yield "<h2>Claims</h2>"
    several = len(report.proofs) > 1
    rows = []
    for by_cloud in report.by_claim:
        first = next(iter(by_cloud.values()))
        looked = _looked_at(by_cloud) if several else ""
        cells = [f'<td class="number">{first.number}</td>']
        cells.append(f'<td>{_text(first.title)}<br><code class="soft">{_text(first.id)}</code>{looked}</td>')
        cells += [f"<td>{_said(report, by_cloud.get(cloud))}</td>" for cloud in report.clouds]
        cells += [] if several else [f'<td class="soft">{_text(first.covered)}</td>']
        rows.append("".join(cells))
    yield _table(["", "claim", *(report.clouds if several else ("verdict", "what was looked at"))], rows)


def _said(report: Report, claim: Claim | None) -> str:
    if claim is None:
        return '<span class="soft">not made</span>'
    accepted = report.accepted(claim)
    return _tag(claim.verdict) + (f'<br><span class="soft">accepted until {accepted.until}</span>' if accepted else "")


def _looked_at(by_cloud: Mapping[str, Claim]) -> str:
    listed = "".join(f"<dt>{_text(cloud)}</dt><dd>{_text(claim.covered)}</dd>" for cloud, claim in by_cloud.items())
    return f'<details class="soft"><summary>what was looked at</summary><dl>{listed}</dl></details>'


def _tag(verdict: Verdict) -> str:
    return f'<span class="tag {verdict.value.lower()}">{verdict.value}</span>'


def _findings(report: Report) -> Iterator[str]:
    broken = [claim for claim in report.claims if claim.verdict is not Verdict.PROVED]
    if broken:
        yield "<h2>What does not hold</h2>"
    for claim in broken:
        yield f'<div class="finding {claim.verdict.value.lower()}"><h3>{claim.number} {_text(claim.title)} '
        yield f'{_tag(claim.verdict)} <span class="tag plain">{_text(claim.cloud)}/{_text(claim.id)}</span></h3><ul>'
        yield from (_witness(report, witness) for witness in claim.witnesses)
        yield from (f"<li>{_text(reason)}</li>" for reason in claim.reasons)
        yield "</ul></div>"


def _witness(report: Report, witness: Witness) -> str:
    facts: list[tuple[str, str]] = []
    if packet := witness.packet:
        port = "" if packet.port is None else f" port {packet.port}"
        sentence = f"{packet.source} → {packet.destination}, {packet.protocol}{port}"
        facts.append(("packet", f"<code>{_text(sentence)}</code>"))
    if witness.through:
        names = "<br>".join(f'<span title="{_text(urn)}">{_text(urn_name(urn))}</span>' for urn in witness.through)
        facts.append(("through", names))
    place = report.places.get(witness.clause or "")
    where = f' <span class="soft">{_text(report.file)}:{place.line}:{place.column}</span>' if place else ""
    clause = f"<code>{_text(witness.clause)}</code>{where}" if witness.clause else "none allows it"
    facts.append(("clause", clause))
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    return f"<li>{_text(witness.explanation)}<dl>{listed}</dl></li>"


def _model_calls(report: Report) -> Iterator[str]:
    calls = report.intent.model_calls
    if not calls:
        return
    yield "<h2>Model calls</h2>"
    yield '<p class="lead">Who may call which model, and what the inspector does with data it finds in a request.</p>'
    head = ["caller", "provider", "models", *(f"{name} found" for name in report.intent.classes), "clause"]
    rows = []
    for call in calls:
        provider = report.intent.providers[call.provider]
        agreement = f"BAA until {provider.baa_expires}" if provider.baa_in_force else "no BAA"
        cells = [_text(call.caller), f'{_text(call.provider)}<br><span class="soft whole">{agreement}</span>']
        cells.append("<br>".join(f"<code>{_text(model)}</code>" for model in call.models))
        cells += [_text(call.decisions[name].value) for name in report.intent.classes]
        cells.append(f"<code>{_text(call.clause.name)}</code>")
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    yield _table(head, rows)


def _accesses(report: Report) -> Iterator[str]:
    reasons = {access.clause.id: access.clause.reason for access in report.intent.accesses}
    for clouds, item in report.accesses:
        yield f"<h2>Accesses{', the same' if len(clouds) > 1 else ''} on {_text(', '.join(clouds))}</h2>"
        yield '<p class="lead">Computed from the resources alone: nothing else can be opened.</p>'
        none = '<span class="soft">none; claim 1 says whether it is needed</span>'
        rows = []
        for access in item.proof.accesses:
            clauses = "<br>".join(
                f'<code>{_text(c)}</code> <span class="soft">{_text(reasons.get(c, ""))}</span>' for c in access.clauses
            )
            ends = f"<td>{_text(access.source)}</td><td>{_text(access.destination)}</td>"
            ports = " ".join(f"<code>{_text(port)}</code>" for port in access.ports)
            rows.append(f"{ends}<td>{ports}</td><td>{clauses or none}</td>")
        yield _table(["from", "to", "ports", "clause and reason"], rows)


def _coverage(report: Report) -> Iterator[str]:
    yield "<h2>Coverage</h2>"
    for item in report.proofs:
        yield f'<div class="card"><details><summary>{_coverage_line(item)}</summary>'
        coverage = item.proof.coverage
        rows = [_type_row(kind, len(urns), "not understood") for kind, urns in sorted(coverage.unmodelled.items())]
        rows += [_type_row(kind, number, "modelled") for kind, number in sorted(coverage.modelled.items())]
        rows += [_type_row(kind, number, "cannot open an access") for kind, number in sorted(coverage.passive.items())]
        yield f"{_table(['type', 'resources', 'treated as'], rows, card=False)}</details></div>"


def _coverage_line(item: CloudProof) -> str:
    coverage = item.proof.coverage
    unknown = sum(len(urns) for urns in coverage.unmodelled.values())
    return (
        f"{count(item.resources, 'resource')} on {_text(item.cloud)}: {sum(coverage.modelled.values()):,} modelled, "
        f"{sum(coverage.passive.values()):,} that cannot open an access, {unknown:,} not understood"
    )


def _type_row(kind: str, number: int, treated: str) -> str:
    return f'<td><code>{_text(kind)}</code></td><td class="number">{number:,}</td><td>{treated}</td>'


def _table(head: list[str], rows: Iterable[str], *, card: bool = True) -> str:
    titles = "".join(f"<th>{_text(title)}</th>" for title in head)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>\n{body}\n</tbody></table>"
    return f'<div class="card">{table}</div>' if card else table
