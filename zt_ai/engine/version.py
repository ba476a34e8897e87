"""Which Pulumi engine and which Go we ask for, and how versions are read."""

from __future__ import annotations

import re

from semver import VersionInfo

PINNED = VersionInfo(3, 259, 0)
"""The engine that is installed or built when none is there; the one `wrapper/go.mod` requires."""

MINIMUM = VersionInfo(3, 206, 0)
"""The oldest engine that is taken from PATH: the first one from which the Automation API streams events over gRPC
(pulumi SDK, `automation/_stack.py`, `_setup_event_log`); inline `refresh` and `destroy` need 3.181."""

GO_MINIMUM = VersionInfo(1, 25, 11)
"""The `go` line of `wrapper/go.mod`; an older Go would fetch a whole toolchain by itself."""

_PULUMI = re.compile(r"v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\Z")
_GO = re.compile(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?(rc\d+|beta\d+)?\b")


def parse_pulumi(text: str) -> VersionInfo | None:
    """The version that `pulumi version` printed, or None when `text` is no semantic version."""
    match = _PULUMI.match(text.strip())
    return VersionInfo.parse(match.group(1)) if match else None


def parse_go(text: str) -> VersionInfo | None:
    """The version that `go version` printed ("go version go1.26.8 linux/amd64"), or None."""
    match = _GO.search(text)
    if match is None:
        return None
    major, minor, patch, pre = match.groups()
    return VersionInfo(int(major), int(minor), int(patch or 0), pre)


def refusal(found: VersionInfo) -> str | None:
    """Why an engine of this version cannot be used, or None when it can."""
    if found.major != PINNED.major:
        return f"version {found} has another major version than the Pulumi SDK ({PINNED.major})"
    if found < MINIMUM:
        return f"version {found} is older than {MINIMUM}, the oldest that zt-ai works with"
    return None
