"""`zt-ai proxy`: run the inspected egress path on this machine, or write its configuration."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zt_ai.cli import options
from zt_ai.cli.console import messages, show_error, show_problems
from zt_ai.cli.exits import BadInputError, EngineProblemError, Exit
from zt_ai.intent.ports import PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT

if TYPE_CHECKING:
    from zt_ai.egress.envoy import Endpoint
    from zt_ai.egress.policy import Policy
    from zt_ai.egress.run.source import SpecificationFile

_PORT = click.IntRange(0, 65535)


class StandInParam(click.ParamType[tuple[str, str, int]]):
    """`HOST=ADDR:PORT`."""

    name = "host=addr:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str, int]:
        """Parse, or fail with an example."""
        if isinstance(value, tuple):
            return value
        host, at, place = str(value).partition("=")
        address, colon, port = place.rpartition(":")
        try:
            ipaddress.ip_address(address.strip("[]"))
            number = int(port)
        except ValueError:
            number = 0
        if not host or not at or not colon or not 1 <= number <= 65535:
            return self.fail(f"'{value}' is not a host and its place; write api.openai.com=127.0.0.1:9443", param, ctx)
        return host.lower(), address.strip("[]"), number


@click.group("proxy", short_help="Run the inspected way to model providers, or write its configuration.")
def command() -> None:
    """The inspected egress path: the one way out to model providers.

    It knows who calls, lets through only the flows of the specification, and inspects what they carry.

    \b
    Example
      zt-ai proxy run examples/clinic/zones.yaml
    """


@command.command("run", short_help="Run Envoy and the inspector on this machine.")
@options.specification
@click.option("--state", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="Folder for keys, certificates, audit journal and logs. Default: .zt-ai/proxy/NAME.")  # fmt: skip
@click.option("--listen", metavar="ADDR", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--connect-port", type=_PORT, default=PROXY_CONNECT_PORT, show_default=True,
              help="Port of the forward proxy (HTTPS_PROXY); 0 takes any free one.")  # fmt: skip
@click.option("--gateway-port", type=_PORT, default=PROXY_GATEWAY_PORT, show_default=True,
              help="Port of the base URLs; 0 takes any free one.")  # fmt: skip
@click.option("--admin-port", type=_PORT, default=PROXY_HEALTH_PORT, show_default=True,
              help="Port of health and metrics, on loopback; 0 takes any free one.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), default=None,
              help="Inspector processes. Default: one for each core.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1, 256), default=1, show_default=True,
              help="Threads of Envoy.")  # fmt: skip
@click.option("--resolve", "stand_ins", metavar="HOST=ADDR:PORT", type=StandInParam(), multiple=True,
              help="TESTS AND STAGING ONLY: reach a provider's host here. May be given several times.")  # fmt: skip
@click.option("--provider-ca", metavar="FILE", type=click.Path(path_type=Path), default=None,
              help="TESTS AND STAGING ONLY: authorities that providers' certificates are checked against.")  # fmt: skip
@click.option("--ready-file", metavar="FILE", type=click.Path(path_type=Path), default=None,
              help="Write addresses, certificates and variables as JSON once the proxy serves.")  # fmt: skip
@options.on_day
def run(
    *,
    spec: Path,
    state: Path | None,
    listen: str,
    connect_port: int,
    gateway_port: int,
    admin_port: int,
    workers: int | None,
    concurrency: int,
    stand_ins: tuple[tuple[str, str, int], ...],
    provider_ca: Path | None,
    ready_file: Path | None,
    on: date | None,
) -> int:
    """Run the egress proxy for the specification SPEC on this machine until Ctrl-C.

    Makes a development authority and a certificate for each caller, starts Envoy and the inspector, and prints the
    variables with which the OpenAI and Anthropic SDKs go through it. A changed specification is taken over while it
    runs; one with a mistake is reported and changes nothing.

    \b
    Example
      zt-ai proxy run examples/clinic/zones.yaml
    """
    import asyncio
    import logging

    from zt_ai.egress.run.options import Options
    from zt_ai.egress.run.source import PolicyError
    from zt_ai.egress.run.supervisor import FAILURES, Supervisor
    from zt_ai.spec.problems import SpecError

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    _address(listen)
    _warn(stand_ins, provider_ca)
    source, policy = _load(spec, on)
    extra: dict[str, Any] = {"workers": workers} if workers else {}
    chosen = Options(
        state=state or Path(".zt-ai") / "proxy" / policy.name,
        listen=listen,
        connect_port=connect_port,
        gateway_port=gateway_port,
        admin_port=admin_port,
        concurrency=concurrency,
        resolve=_endpoints(stand_ins),
        provider_ca=provider_ca,
        ready_file=ready_file,
        **extra,
    )
    supervisor = Supervisor(source, chosen, ready=_ready, report=_say, problem=_problem)
    try:
        asyncio.run(supervisor.run())
    except PolicyError as error:
        raise BadInputError(str(error), error.hint) from None
    except SpecError as error:
        show_problems(messages(), error.problems)
        return Exit.BAD_INPUT
    except FAILURES as error:
        raise _cannot_start(error) from None
    return Exit.PROVED


@command.command("config", short_help="Write Envoy's configuration and the inspector's policy.")
@options.specification
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="Write envoy.json and policy.json to this folder. Default: both to standard output.")  # fmt: skip
@options.on_day
def config(*, spec: Path, out: Path | None, on: date | None) -> int:
    """Show what the specification SPEC becomes: the configuration of Envoy, and the policy of the inspector.

    Nothing is started and no key is made. Certificates are named by the files in which `proxy run` keeps them.

    \b
    Example
      zt-ai proxy config examples/clinic/zones.yaml --out build/proxy
    """
    import json

    from zt_ai.cli.files import write
    from zt_ai.egress.envoy import Settings
    from zt_ai.egress.run.configuration import whole
    from zt_ai.egress.run.layout import Layout
    from zt_ai.egress.run.options import OptionError, system_authorities

    _, policy = _load(spec, on)
    layout = Layout(Path(".zt-ai") / "proxy" / policy.name)
    try:
        authorities = system_authorities()
    except OptionError as error:
        raise BadInputError(str(error)) from None
    settings = Settings(
        secrets=layout.secrets,
        workers=(layout.root / "worker-0.sock",),
        admin_socket=layout.root / "envoy-admin.sock",
        door_log=layout.door_log,
        provider_ca=authorities,
    )
    envoy, document = whole(policy, settings), policy.model_dump_json(indent=1) + "\n"
    if out is None:
        click.echo(json.dumps({"envoy": json.loads(envoy), "policy": json.loads(document)}, indent=1))
    else:
        write(out / "envoy.json", envoy)
        write(out / "policy.json", document)
    return Exit.PROVED


def _load(spec: Path, on: date | None) -> tuple[SpecificationFile, Policy]:
    """The policy, and where it comes from. Ends with a message when it cannot be enforced."""
    from zt_ai.egress.run.source import PolicyError, SpecificationFile

    source = SpecificationFile(spec, on)
    try:
        return source, source.load()
    except PolicyError as error:
        raise BadInputError(str(error), error.hint) from None


def _endpoints(stand_ins: tuple[tuple[str, str, int], ...]) -> Mapping[str, Endpoint]:
    from zt_ai.egress.envoy import Endpoint

    return {host: Endpoint(address, port) for host, address, port in stand_ins}


def _address(listen: str) -> None:
    try:
        ipaddress.ip_address(listen)
    except ValueError:
        raise BadInputError(f"--listen {listen}: not an address", "write an address of this machine") from None


def _warn(stand_ins: tuple[tuple[str, str, int], ...], provider_ca: Path | None) -> None:
    """Say loudly that this is not a proxy to trust."""
    if not stand_ins and provider_ca is None:
        return
    from rich.text import Text

    console = messages()
    console.print(Text("WARNING: for tests and staging only", style="bold red"))
    for host, address, port in stand_ins:
        console.print(f"  requests for {host} are sent to {address}:{port}", soft_wrap=True)
    if provider_ca is not None:
        console.print(f"  providers are whoever {provider_ca} says they are", soft_wrap=True)


def _ready(document: dict[str, Any]) -> None:
    from zt_ai.egress.run.ready import instructions

    for line in instructions(document):
        click.echo(line)


def _say(text: str) -> None:
    messages().print(text, soft_wrap=True)


def _problem(error: Exception) -> None:
    from zt_ai.spec.problems import SpecError

    if isinstance(error, SpecError):
        show_problems(messages(), error.problems)
    else:
        show_error(str(error))


def _cannot_start(error: Exception) -> BadInputError | EngineProblemError:
    from zt_ai.egress.pki import AuthorityError
    from zt_ai.egress.run.layout import StateError
    from zt_ai.egress.run.options import OptionError

    if isinstance(error, OptionError | StateError | AuthorityError):
        return BadInputError(str(error))
    return EngineProblemError(str(error))
