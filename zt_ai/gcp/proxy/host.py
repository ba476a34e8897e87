"""What an instance of the egress proxy is told at its first start. Pure: everything in it is known beforehand.

The instance runs Container-Optimized OS, which reads cloud-init and has Docker and nothing else [Container-Optimized
OS, "Creating and configuring instances": using cloud-init]. The document is JSON, which is YAML as well, so that it can
be read back and proved.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass

from zt_ai.builders.container import (
    AUTHORITY_VARIABLE,
    DEFAULT_IMAGE,
    NAMES_VARIABLE,
    POLICY_VARIABLE,
    SCRATCH,
    USER,
)
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.services import secret_id
from zt_ai.intent.model import EGRESS_PROXY, PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT

# Docker reads an environment file by lines, and none longer than 64 KiB [docker/cli, opts/file.go: bufio.Scanner].
MAX_POLICY = 60 * 1024
HOME = "/var/lib/zt-ai"  # the root of Container-Optimized OS cannot be written
HEADER = "#cloud-config\n"


class PolicySizeError(Exception):
    """The policy document does not fit on an instance."""


@dataclass(frozen=True, slots=True)
class Host:
    """What runs on an instance."""

    image: str
    user_data: str

    @property
    def digest(self) -> str:
        """Eight hex digits that change whenever something on the host changes."""
        return hashlib.sha256(self.user_data.encode()).hexdigest()[:8]


def check_policy(policy: str) -> None:
    """Raise `PolicySizeError` for a policy document that an instance cannot be given."""
    size = len(policy.encode())
    if size > MAX_POLICY:
        raise PolicySizeError(
            f"the egress proxy's policy has {size} bytes, and an instance takes {MAX_POLICY}; "
            "let fewer workloads call models, or list fewer models and paths"
        )


def image_path(scope: Scope, image: str | None) -> str:
    """Address of an image in the project's own registry [Artifact Registry, "Repository and image names"]."""
    return f"{scope.region}-docker.pkg.dev/{scope.project}/{image or DEFAULT_IMAGE}"


def secret_path(scope: Scope, secret: str) -> str:
    """Path of the newest version of a secret of the project."""
    return f"projects/{scope.project}/secrets/{secret_id(secret)}/versions/latest"


def host(scope: Scope, *, image: str | None, policy: str, authority_secret: str, name: str) -> Host:
    """The configuration of an instance: one container, read-only, without root or any Linux capability.

    The policy is public to whoever may read the project and stands here, so that it can be proved; the authority's key
    is a secret and is read at each start.

    Raises:
        PolicySizeError: the policy is too long.
    """
    check_policy(policy)
    path = image_path(scope, image)
    environment = {"TMPDIR": SCRATCH, NAMES_VARIABLE: name, POLICY_VARIABLE: policy}
    document = {
        "write_files": [
            _file("proxy.env", "".join(f"{key}={value}\n" for key, value in environment.items())),
            _file("start.sh", _script(scope, path, authority_secret)),
            {
                "path": f"/etc/systemd/system/{EGRESS_PROXY}.service",
                "permissions": "0644",
                "owner": "root:root",
                "content": _unit(scope),
            },
        ],
        "runcmd": [["systemctl", "daemon-reload"], ["systemctl", "start", f"{EGRESS_PROXY}.service"]],
    }
    return Host(path, HEADER + json.dumps(document, sort_keys=True, separators=(",", ":")))


def _file(name: str, content: str) -> dict[str, str]:
    return {"path": f"{HOME}/{name}", "permissions": "0600", "owner": "root:root", "content": content}


def command(image: str) -> list[str]:
    """How the container is started."""
    ports = (PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT)
    return [
        "docker",
        "run",
        "--rm",
        "--pull=always",
        f"--name={EGRESS_PROXY}",
        "--read-only",
        f"--user={USER}",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        f"--volume=scratch:{SCRATCH}",
        # Blocking, Docker's default for this driver: a request whose record cannot be written does not go out.
        "--log-driver=gcplogs",
        "--log-opt=mode=blocking",
        f"--env-file={HOME}/proxy.env",
        f"--env={AUTHORITY_VARIABLE}",
        *(f"--publish={port}:{port}" for port in ports),
        "--stop-timeout=120",
        image,
    ]


def _script(scope: Scope, image: str, authority_secret: str) -> str:
    """Read the secret with the instance's own identity, then become the container. Container-Optimized OS has curl and
    sed, and neither an interpreter nor a JSON tool. Where the secret cannot be read the container gets an empty one,
    which the proxy refuses; the service then starts it again."""
    metadata = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default"
    secret = f"https://secretmanager.googleapis.com/v1/{secret_path(scope, authority_secret)}:access"
    fetch = "curl --silent --show-error --fail --retry 5"
    return (
        "#!/bin/sh\n"
        "set -eu\n"
        f"token=$({fetch} --header 'Metadata-Flavor: Google' {metadata}/token"
        ' | sed -n \'s/.*"access_token":"\\([^"]*\\)".*/\\1/p\')\n'
        f'{AUTHORITY_VARIABLE}=$({fetch} --header "Authorization: Bearer $token" {secret}'
        ' | tr -d \'\\n\' | sed -n \'s/.*"data": *"\\([^"]*\\)".*/\\1/p\' | base64 -d)\n'
        f"export {AUTHORITY_VARIABLE}\n"
        f"exec {shlex.join(command(image))}\n"
    )


def _unit(scope: Scope) -> str:
    return (
        "[Unit]\n"
        "Description=Egress proxy\n"
        "Wants=network-online.target docker.service\n"
        "After=network-online.target docker.service\n"
        "[Service]\n"
        f"Environment=HOME={HOME}\n"
        f"ExecStartPre=/usr/bin/docker-credential-gcr configure-docker --registries={scope.region}-docker.pkg.dev\n"
        f"ExecStart=/bin/sh {HOME}/start.sh\n"
        f"ExecStop=/usr/bin/docker stop {EGRESS_PROXY}\n"
        "TimeoutStopSec=130\n"
        "Restart=always\n"
        "RestartSec=5\n"
        "[Install]\n"
        "WantedBy=multi-user.target\n"
    )
