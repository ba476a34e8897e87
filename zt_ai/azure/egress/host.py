"""The container host of the egress proxy, as Ignition describes it. Pure: everything in it is known beforehand.

A machine is the one thing on Azure that passes raw TCP on two ports and still carries an application security group on
an interface of its own: container instances in a network do not stand behind a load balancer [Azure Container
Instances documentation, "Virtual network scenarios and resources": unsupported], and an environment of Azure Container
Apps has to reach service tags of Microsoft's own on the internet [Azure Container Apps documentation, "Securing a
virtual network": outbound rules] and tells its address only after it was made.

The host has no way to be logged in to, updates nothing by itself, and asks three services for what it needs to start,
all through private endpoints and with the token of its own identity: its image, its authority's secret, and a place for
its log. The token comes from the host's metadata service and needs no network [Azure documentation, "How to use managed
identities for Azure resources on an Azure VM to acquire an access token"].

What is written here is all there is: Ignition runs once, when a machine starts for the first time.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from zt_ai.builders.container import (
    AUTHORITY_VARIABLE,
    DEFAULT_IMAGE,
    NAMES_VARIABLE,
    POLICY_VARIABLE,
    SCRATCH,
    USER,
)
from zt_ai.intent.model import EGRESS_PROXY

# Custom data is at most 65,535 bytes before it is encoded [Azure REST API, "Virtual Machine Scale Sets - Create Or
# Update": customData]; files are base64 in there, and the rest of it takes less than 8 KiB.
MAX_POLICY = 40 * 1024
# Ignition configuration specification v3.3.0.
IGNITION = "3.3.0"
FETCH, SHIP = "/opt/zt-ai/fetch", "/opt/zt-ai/ship"
PROXY_ENVIRONMENT, HOST_ENVIRONMENT = "/etc/zt-ai/proxy.env", "/etc/zt-ai/host.env"
_AUTHORITY = "/run/zt-ai/authority.env"
# Ways to log in, and what would change the pinned host or needs the internet to do so.
MASKED = ("sshd.socket", "sshd.service", "update-engine.service", "locksmithd.service")


class PolicySizeError(Exception):
    """The policy document does not fit into what a machine is started with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a machine is told."""

    registry: str
    """Host name of the registry."""
    image: str
    """Repository and tag in it."""
    vault: str
    """Name of the vault with the authority's secret."""
    secret: str
    """Name of the secret in it: a JSON object with `certificate` and `key` of the authority that issues the proxy's own
    certificates, and `trust`, the authorities that issue its callers', all PEM; and `audit_key`."""
    table: str
    """Table of the log workspace to which the proxy's records go."""
    names: str
    """Names by which callers know the proxy."""
    policy: str
    """The policy document as JSON (`zt_ai.egress.policy`)."""


def image_of(image: str | None) -> str:
    """Repository and tag of the proxy's image."""
    return image or DEFAULT_IMAGE


def check_policy(policy: str) -> None:
    """Raise `PolicySizeError` for a policy document that no machine can be started with."""
    if len(policy.encode()) > MAX_POLICY:
        size = len(policy.encode())
        raise PolicySizeError(
            f"the egress proxy's policy takes {size} bytes, and a machine is started with {MAX_POLICY}; "
            "let fewer workloads call models, or list fewer models and paths"
        )


def ignition(host: Host) -> str:
    """The Ignition configuration as JSON text."""
    check_policy(host.policy)
    proxy = {NAMES_VARIABLE: host.names, POLICY_VARIABLE: host.policy, "TMPDIR": SCRATCH}
    told = {
        "REGISTRY": host.registry,
        "IMAGE": host.image,
        "VAULT": host.vault,
        "SECRET": host.secret,
        "STREAM": f"Custom-{host.table}",
    }
    units: list[dict[str, Any]] = [
        {"name": f"{EGRESS_PROXY}.service", "enabled": True, "contents": _proxy_unit(host)},
        {"name": "egress-log.service", "contents": _SHIP_UNIT},
        {"name": "egress-log.timer", "enabled": True, "contents": _SHIP_TIMER},
        *({"name": unit, "mask": True} for unit in MASKED),
    ]
    files = [
        _file(PROXY_ENVIRONMENT, _environment(proxy), 0o600),
        _file(HOST_ENVIRONMENT, _environment(told), 0o600),
        _file(FETCH, _FETCH, 0o700),
        _file(SHIP, _SHIP, 0o700),
    ]
    config = {"ignition": {"version": IGNITION}, "storage": {"files": files}, "systemd": {"units": units}}
    return json.dumps(config, sort_keys=True, separators=(",", ":"))


def custom_data(host: Host) -> str:
    """The configuration as Azure takes it: base64."""
    return base64.b64encode(ignition(host).encode()).decode()


def _file(path: str, contents: str, mode: int) -> dict[str, Any]:
    encoded = base64.b64encode(contents.encode()).decode()
    return {"path": path, "mode": mode, "overwrite": True, "contents": {"source": f"data:;base64,{encoded}"}}


def _environment(values: dict[str, str]) -> str:
    # One line each, taken as it is: Docker and systemd quote nothing here, and JSON has no line breaks of its own.
    return "".join(f"{key}={value}\n" for key, value in sorted(values.items()))


def _proxy_unit(host: Host) -> str:
    run = " ".join(
        (
            f"/usr/bin/docker run --rm --init --name {EGRESS_PROXY} --pull never --network host",
            f"--read-only --user {USER} --cap-drop ALL --security-opt no-new-privileges",
            # The image declares this directory as a volume that its user owns.
            f"--mount type=volume,source=egress-scratch,target={SCRATCH}",
            f"--env-file {PROXY_ENVIRONMENT} --env-file {_AUTHORITY}",
            # Never dropped: the journal is on the host's disk, and what cannot be shipped yet waits there.
            f"--log-driver journald --log-opt tag={EGRESS_PROXY} --log-opt mode=blocking",
            f"--stop-timeout 120 {host.registry}/{host.image}",
        )
    )
    return f"""[Unit]
Description=The egress proxy
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target
[Service]
EnvironmentFile={HOST_ENVIRONMENT}
ExecStartPre={FETCH}
ExecStart={run}
ExecStop=/usr/bin/docker stop --time 120 {EGRESS_PROXY}
Restart=always
RestartSec=5
TimeoutStartSec=600
TimeoutStopSec=130
[Install]
WantedBy=multi-user.target
"""


_ASK = """token() {
  curl --fail --silent --show-error --retry 5 --noproxy '*' -H Metadata:true \\
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=$1" | jq -er .access_token
}
"""
# The registry takes a token of Microsoft Entra for one of its own [Azure Container Registry, "Authentication":
# `/oauth2/exchange`], and that as the password of a user with the zero GUID.
_FETCH = f"""#!/bin/bash
set -euo pipefail
umask 077
mkdir -p /run/zt-ai
{_ASK}
refresh=$(curl --fail --silent --show-error --data-urlencode grant_type=access_token \\
  --data-urlencode "service=$REGISTRY" \\
  --data-urlencode "access_token=$(token https://containerregistry.azure.net)" \\
  "https://$REGISTRY/oauth2/exchange" | jq -er .refresh_token)
docker login "$REGISTRY" --username 00000000-0000-0000-0000-000000000000 --password-stdin <<<"$refresh"
docker pull "$REGISTRY/$IMAGE"
curl --fail --silent --show-error -H "Authorization: Bearer $(token https://vault.azure.net)" \\
  "https://$VAULT.vault.azure.net/secrets/$SECRET?api-version=7.4" |
  jq -er '.value | fromjson | "{AUTHORITY_VARIABLE}=" + tojson' >{_AUTHORITY}
"""
# A place in the journal is moved on only when Azure Monitor has taken what lies before it [Azure Monitor documentation,
# "Logs Ingestion API": 204 when accepted; at most 1 MB in a call].
_SHIP = f"""#!/bin/bash
set -euo pipefail
umask 077
mkdir -p /var/lib/zt-ai
cd /var/lib/zt-ai
{_ASK}
where=$(curl --fail --silent --show-error --noproxy '*' -H Metadata:true \\
  "http://169.254.169.254/metadata/instance/compute/userData?api-version=2021-01-01&format=text" | base64 -d)
url="$(jq -er .endpoint <<<"$where")/dataCollectionRules/$(jq -er .rule <<<"$where")/streams/$STREAM"
while true; do
  if [ -s cursor ]; then after=(--after-cursor "$(cat cursor)"); else after=(); fi
  journalctl CONTAINER_TAG={EGRESS_PROXY} --no-pager --output json "${{after[@]}}" | head -n 200 >batch || true
  [ -s batch ] || exit 0
  jq -cs 'map({{TimeGenerated: (.__REALTIME_TIMESTAMP | tonumber / 1000000 | todate),
    Host: ._HOSTNAME, Record: (.MESSAGE | tostring)}})' batch >body
  curl --fail --silent --show-error -H "Authorization: Bearer $(token https://monitor.azure.com)" \\
    -H "Content-Type: application/json" --data-binary @body "$url?api-version=2023-01-01"
  tail -n 1 batch | jq -er .__CURSOR >cursor.new
  mv cursor.new cursor
done
"""
_SHIP_UNIT = f"""[Unit]
Description=Sends the egress proxy's records to the log workspace
[Service]
Type=oneshot
EnvironmentFile={HOST_ENVIRONMENT}
ExecStart={SHIP}
"""
_SHIP_TIMER = """[Unit]
Description=Sends the egress proxy's records every ten seconds
[Timer]
OnBootSec=10
OnUnitInactiveSec=10
AccuracySec=1
[Install]
WantedBy=timers.target
"""
