"""`zt-ai audit`: verify, export and show the egress proxy's audit journal."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zt_ai.cli.console import results
from zt_ai.cli.exits import BadInputError, Exit

if TYPE_CHECKING:
    from zt_ai.audit import Keys, Verification
    from zt_ai.audit.export import Filter
    from zt_ai.audit.link import Link

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[str]):
    """A day or a moment, as UTC text that record times are compared with."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Parse, or fail with an example."""
        text = str(value)
        try:
            if len(text) == 10:
                return date.fromisoformat(text).isoformat()
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            return self.fail(f"'{value}' is no time; write it like 2026-12-31 or 2026-12-31T23:59:00Z", param, ctx)
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _journal(function: F) -> F:
    return click.argument("path", metavar="PATH", type=click.Path(path_type=Path))(function)


def _key(function: F) -> F:
    text = "Key file of the journal; old keys stay in it."
    return click.option("--key", "key", metavar="FILE", type=click.Path(path_type=Path), help=text)(function)


def _filters(function: F) -> F:
    for name in ("decision", "provider", "caller"):
        function = click.option(f"--{name}", name, metavar="NAME", help=f"Only records with this {name}.")(function)
    until = click.option("--to", "until", metavar="TIME", type=Moment(), help="Last day or moment (UTC), included.")
    since = click.option("--from", "since", metavar="TIME", type=Moment(), help="First day or moment (UTC).")
    return since(until(function))


@click.group(
    "audit",
    short_help="Verify, export and show the proxy's audit journal.",
    context_settings={"max_content_width": 100},
)
def command() -> None:
    """Work with the audit journal of the egress proxy: one record for each request, each bound to the one before.

    \b
    Examples
      zt-ai audit verify .zt-ai/proxy/audit --key .zt-ai/proxy/audit.key
      zt-ai audit show .zt-ai/proxy/audit --decision block --last 50
      zt-ai audit export .zt-ai/proxy/audit --from 2026-11-01 --to 2026-11-30 --out november.jsonl
    """


@command.command("verify", short_help="Find every record that was changed, removed, added or moved.")
@_journal
@_key
@click.option("--head", metavar="HEX", help="Hash that a record must have: printed by an earlier verification.")
@click.option(
    "--at-least", metavar="SEQ", type=click.IntRange(1), help="Number that the last record must have reached."
)
@click.option(
    "--first", metavar="SEQ", type=click.IntRange(1), help="First record to expect, when older files were archived."
)
@click.option("--log", "log", is_flag=True, help="PATH holds lines that a log store kept, plain or wrapped in JSON.")
@click.option("--json", "as_json", is_flag=True, help="Write the outcome to standard output as JSON.")
def verify_command(
    *,
    path: Path,
    key: Path | None,
    head: str | None,
    at_least: int | None,
    first: int | None,
    log: bool,
    as_json: bool,
) -> int:
    """Verify the journal PATH: its folder, one of its files, an export, or with --log what a log store kept.

    With the key file every record is proved to come from the journal's own writers. Without it the chain of hashes is
    followed, which is enough together with a --head that was kept elsewhere. The end of a journal is proved by a sealed
    file beside it; who can put back old copies of both is found out by --head or --at-least, or by the log store.

    Ends with 0 when nothing is wrong, 1 when something is, 3 when PATH cannot be read.

    \b
    Examples
      zt-ai audit verify .zt-ai/proxy/audit --key .zt-ai/proxy/audit.key
      zt-ai audit verify november.jsonl --head 5f2c…
      aws logs filter-log-events --log-group-name /clinic/egress-proxy > log.json
      zt-ai audit verify log.json --log --key audit.key
    """
    from zt_ai.audit import Anchors, AuditError, verify

    if head is not None and not (len(head) == 64 and set(head.lower()) <= set("0123456789abcdef")):
        raise BadInputError(f"--head takes 64 hexadecimal digits, not '{head}'", "take it from an earlier verification")
    anchors = Anchors(head.lower() if head else None, at_least, first)
    try:
        outcome = verify(path, _keys(key), anchors=anchors, log=log)
    except AuditError as error:
        raise BadInputError(str(error), "PATH is the journal's folder, a file of it, or an export") from None
    if as_json:
        _write_json(path, outcome)
    else:
        _show(path, outcome)
    return Exit.PROVED if outcome.ok else Exit.REFUTED


@command.command("export", short_help="Write part of the journal to a file that can be verified by itself.")
@_journal
@_key
@_filters
@click.option("--out", metavar="FILE", required=True, help="File to write; `-` is standard output.")
def export_command(*, path: Path, key: Path | None, out: str, **chosen: str | None) -> int:
    """Export the records of the journal PATH that lie in a time and have the given values.

    Records that lie between them keep their place in the chain, with a digest instead of their contents: the receiver
    can verify that nothing was left out silently, and cannot read them. With --key the first line is sealed.

    \b
    Example
      zt-ai audit export .zt-ai/proxy/audit --from 2026-11-01 --to 2026-11-30 --caller intake --out intake.jsonl
      zt-ai audit verify intake.jsonl
    """
    from zt_ai.audit import AuditError
    from zt_ai.audit.export import export

    try:
        with _writing(out) as write:
            done = export(path, write, _filter(**chosen), _keys(key))
    except AuditError as error:
        raise BadInputError(str(error)) from None
    if out != "-":
        span = f", numbers {done.first} to {done.last}" if done.records else ""
        results().print(f"{out}: {done.records} records{span}, {done.omitted} by digest alone", soft_wrap=True)
    return Exit.PROVED


@command.command("show", short_help="List the last records.")
@_journal
@_filters
@click.option("--last", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Write whole records to standard output as JSON Lines.")
def show_command(*, path: Path, last: int, as_json: bool, **chosen: str | None) -> int:
    """Show the last records of the journal PATH, oldest of them first. Nothing is verified.

    \b
    Example
      zt-ai audit show .zt-ai/proxy/audit --decision block --from 2026-11-25T08:00:00Z
    """
    from zt_ai.audit import AuditError
    from zt_ai.audit.recent import recent

    try:
        links = recent(path, _filter(**chosen), last)[::-1]
    except AuditError as error:
        raise BadInputError(str(error)) from None
    if as_json:
        for link in links:
            click.echo(link.line())
    else:
        _table(links)
    return Exit.PROVED


@contextmanager
def _writing(target: str) -> Iterator[Callable[[str], object]]:
    """Write to a file that appears when it is whole, or to standard output for `-`."""
    if target == "-":
        yield lambda text: click.echo(text, nl=False)
        return
    path = Path(target)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Records name callers and what they asked for: for the owner's eyes.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            yield file.write
        temporary.replace(path)
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror or error}", "choose another place") from None
    finally:
        temporary.unlink(missing_ok=True)


def _keys(path: Path | None) -> Keys | None:
    from zt_ai.audit import KeyFileError, load_keys

    try:
        return load_keys(path) if path else None
    except KeyFileError as error:
        raise BadInputError(str(error), "--key takes the file that the proxy was started with") from None


def _filter(since: str | None = None, until: str | None = None, **equal: str | None) -> Filter:
    from zt_ai.audit.export import Filter

    return Filter(since, until, {name: value for name, value in equal.items() if value is not None})


def _show(path: Path, outcome: Verification) -> None:
    from rich.text import Text

    from zt_ai.report.text import count, visible

    console = results()
    state = ("intact", "green") if outcome.ok else ("TAMPERED WITH OR DAMAGED", "bold red")
    console.print(Text.assemble((f"{visible(str(path))}: ", "bold"), state), soft_wrap=True)
    for chain in outcome.chains:
        omitted = f", {chain.omitted} by digest alone" if chain.omitted else ""
        span = f" {chain.first} to {chain.last}" if chain.records else ""
        console.print(Text(f"  journal {chain.name}: {count(chain.records, 'record')}{span}{omitted}"), soft_wrap=True)
        if chain.head:
            console.print(Text(f"  last hash {chain.head}", style="dim"), soft_wrap=True)
    for problem in outcome.problems:
        text = Text(f"  {problem.kind}: ", style="red")
        text.append(visible(problem.message), style="not bold")
        text.append(f" ({visible(problem.place)})" if problem.place else "", style="dim")
        console.print(text, soft_wrap=True)
    if outcome.more_problems:
        console.print(Text(f"  and {count(outcome.more_problems, 'more problem')}", style="red"))
    for note in outcome.notes:
        console.print(Text(f"  note: {visible(note)}", style="dim"), soft_wrap=True)


def _write_json(path: Path, outcome: Verification) -> None:
    import json
    from dataclasses import asdict

    data = {
        "schema": "zt-ai/audit-verification",
        "version": 1,
        "path": str(path),
        "ok": outcome.ok,
        "keyed": outcome.keyed,
        "records": outcome.records,
        "chains": [asdict(chain) for chain in outcome.chains],
        "problems": [asdict(problem) for problem in outcome.problems],
        "more_problems": outcome.more_problems,
        "notes": outcome.notes,
    }
    click.echo(json.dumps(data, indent=2))


def _table(links: list[Link]) -> None:
    from rich.table import Table
    from rich.text import Text

    from zt_ai.report.text import visible

    table = Table(box=None, pad_edge=False)
    columns = ("time", "caller", "provider", "operation", "model", "decision", "rule", "request_id")
    for name in ("seq", *columns, "findings"):
        table.add_column(name.replace("_", " "), overflow="fold")
    for link in links:
        fields = link.fields or {}
        cells = [str(link.seq), *("" if fields.get(name) is None else str(fields[name]) for name in columns)]
        if link.event:
            cells[columns.index("decision") + 1] = f"({link.event})"
        cells.append(_findings(fields.get("findings")))
        table.add_row(*(Text(visible(cell)) for cell in cells))
    results().print(table)


def _findings(value: Any) -> str:
    if not isinstance(value, list):
        return ""
    return ", ".join(f"{item.get('type')}×{item.get('count', 1)}" for item in value if isinstance(item, dict))
