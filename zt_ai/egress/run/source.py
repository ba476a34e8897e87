"""Where the policy comes from: a specification that is watched, or a document that was given at start."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from zt_ai.egress.policy import Policy, derive_policy
from zt_ai.intent.derive import derive
from zt_ai.spec.load import from_source
from zt_ai.spec.problems import SpecError
from zt_ai.spec.source import read


class PolicyError(ValueError):
    """There is nothing that this proxy could enforce; the message names the clause."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class PolicySource(Protocol):
    """Gives the policy, now and after a change."""

    def load(self) -> Policy:
        """The policy as it is written now. Raises PolicyError or SpecError."""

    def fingerprint(self) -> str:
        """Something that is different after a change."""

    @property
    def name(self) -> str:
        """What it is called in messages."""


@dataclass(frozen=True, slots=True)
class SpecificationFile:
    """A zone specification on disk."""

    path: Path
    on: date | None = None
    """Day for which the specification is checked, None for today. Requests are always judged on their own day."""

    def load(self) -> Policy:
        """Read, check and derive. Raises PolicyError or SpecError."""
        day = self.on or date.today()
        spec = from_source(read(self.path), on=day)
        policy = derive_policy(derive(spec, on=day))
        check_enforceable(policy, self.name)
        return policy

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    def fingerprint(self) -> str:
        """Digest of the file's bytes; of nothing while an editor has it away."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError:
            return ""


@dataclass(frozen=True, slots=True)
class GivenPolicy:
    """A policy document that does not change while the proxy runs."""

    document: str

    def load(self) -> Policy:
        """Parse it. Raises PolicyError."""
        try:
            policy = Policy.model_validate_json(self.document)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise PolicyError(f"the policy document cannot be read: {place}: {first['msg']}") from None
        check_enforceable(policy, self.name)
        return policy

    @property
    def name(self) -> str:
        """A word for it."""
        return "the policy document"

    def fingerprint(self) -> str:
        """Always the same."""
        return "given"


def check_enforceable(policy: Policy, where: str) -> None:
    """Raise PolicyError for a policy with which a proxy would have nothing to do, or could not do it."""
    if not policy.calls:
        raise PolicyError(
            f"{where}: no flow leads to a provider, so there is nothing for an egress proxy to let through",
            "add a flow from a workload or an agent to a provider",
        )
    for call in policy.calls:
        provider = policy.providers[call.provider]
        if not provider.hosts:
            raise PolicyError(
                f"{where}: {call.clause}: the provider '{call.provider}' has no host name that the proxy could send to",
                "name the provider's domains, or the cloud whose service it is",
            )


async def check_detectors(policy: Policy, where: str) -> None:
    """Raise PolicyError when a detector that the policy asks for cannot be had.

    A process of its own makes them: here they would stay, 100 MB that nobody uses. The workers find them in the cache.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "zt_ai.egress.detect", *policy.detectors),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        sets = ", ".join(policy.detectors)
        reason = said.decode(errors="replace").strip() or f"exit status {process.returncode}"
        raise PolicyError(f"{where}: inspection.detectors: {sets}: cannot be used: {reason}")


__all__ = [
    "GivenPolicy",
    "PolicyError",
    "PolicySource",
    "SpecError",
    "SpecificationFile",
    "check_detectors",
    "check_enforceable",
]
