"""What a running proxy tells about itself: the ready file, and variables to paste."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zt_ai.audit.layout import CURRENT_NAME
from zt_ai.egress.envoy import Settings, base_path
from zt_ai.egress.envoy.settings import EVERYWHERE, LOOPBACK
from zt_ai.egress.pki import write_private
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.layout import Layout
from zt_ai.spec.types import ProviderApi

_VARIABLES = {ProviderApi.OPENAI: "OPENAI_BASE_URL", ProviderApi.ANTHROPIC: "ANTHROPIC_BASE_URL"}
"""Variables from which the official SDKs take their base URL."""


def reached_at(settings: Settings) -> str:
    """Host under which callers on this machine reach the proxy; its certificate has this name."""
    return LOOPBACK if settings.listen == EVERYWHERE else settings.listen


def ready_document(
    policy: Policy,
    settings: Settings,
    layout: Layout,
    callers: Mapping[str, tuple[Path, Path]],
    admin_port: int,
    provider_ca_given: bool,
) -> dict[str, Any]:
    """The content of the ready file."""
    host = reached_at(settings)
    gateway = f"https://{host}:{settings.gateway_port}"
    document: dict[str, Any] = {
        "schema": "zt-ai/proxy",
        "version": 1,
        "connect": f"https://{host}:{settings.connect_port}",
        "gateways": {name: gateway + base_path(policy, name) for name in policy.providers},
        "ca": str(layout.ca),
        "callers": {name: {"cert": str(cert), "key": str(key)} for name, (cert, key) in callers.items()},
        "audit": str(layout.audit / CURRENT_NAME),
        "audit_key": str(layout.audit_key),
        "door": str(settings.door_log) if settings.door_log else None,
        "admin": f"http://{LOOPBACK}:{admin_port}",
        # True: providers' names lead to stand-ins. Never in production.
        "staging": bool(settings.resolve or provider_ca_given),
        "resolve": {name: f"{place.address}:{place.port}" for name, place in settings.resolve.items()},
    }
    if settings.local:
        document["local"] = {caller: local_variables(policy, settings, caller) for caller in settings.local.tokens}
    return document


def local_variables(policy: Policy, settings: Settings, caller: str) -> dict[str, str]:
    """Base URLs of a caller's local entry, by the variable that the SDK reads; others by `NAME_BASE_URL`."""
    entry = settings.local
    if entry is None:
        return {}
    variables: dict[str, str] = {}
    for call in policy.calls:
        if call.caller != caller:
            continue
        name = _VARIABLES.get(policy.providers[call.provider].api, "")
        if not name or name in variables:
            name = f"{call.provider.upper().replace('-', '_')}_BASE_URL"
        variables[name] = f"http://{LOOPBACK}:{entry.port}/{entry.tokens[caller]}{base_path(policy, call.provider)}"
    return variables


def write_ready(path: Path, document: Mapping[str, Any]) -> None:
    """Write the ready file in one step, readable by its owner alone: it may hold tokens. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, json.dumps(document, indent=2) + "\n")


def instructions(document: Mapping[str, Any]) -> Iterator[str]:
    """Lines for a person: what to paste, for each caller."""
    if document["staging"]:
        yield "# STAGING: providers' names or authorities are replaced; nothing here proves who answers"
    for caller, files in document["callers"].items():
        yield f"# {caller}: for programs that cannot present a certificate (this machine only, acts as {caller})"
        for name, value in document.get("local", {}).get(caller, {}).items():
            yield f"export {name}={value}"
        yield f"# {caller}: with its certificate, through the proxy"
        yield f"export HTTPS_PROXY={document['connect']} SSL_CERT_FILE={document['ca']}"
        yield "#   context = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE'])"
        yield f"#   context.load_cert_chain({files['cert']!r}, {files['key']!r})"
        yield "#   proxy = httpx.Proxy(os.environ['HTTPS_PROXY'], ssl_context=context)"
        yield "#   client = OpenAI(http_client=httpx.Client(proxy=proxy, verify=context))"
        yield ""
    for name, url in document["gateways"].items():
        yield f"# base URL of {name}, with a certificate: {url}"
    yield f"# health and metrics: {document['admin']}/ready {document['admin']}/metrics"
