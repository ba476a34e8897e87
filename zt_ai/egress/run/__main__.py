"""`python -m zt_ai.egress.run`: the proxy in a container, configured by its environment.

`ZT_AI_PROXY_POLICY` is the policy document. `ZT_AI_PROXY_AUTHORITY` is a JSON object with `certificate` and `key`, an
authority that signs what the proxy presents, and `trust`, the authorities that issue callers' certificates, all PEM;
and, if wanted, `audit_key`, the keys of the audit journal, without which one is made that ends with the container.

Optional are `ZT_AI_PROXY_NAMES`, the DNS names, separated by commas, under which callers reach the proxy (its
certificate is for them), and `ZT_AI_PROXY_WORKERS`, the number of inspector processes (one for each core by default).

State is kept below `TMPDIR`. Audit records go to standard output, everything else to standard error.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zt_ai.egress.envoy.settings import EVERYWHERE
from zt_ai.egress.pki import Authority, AuthorityError, write_private
from zt_ai.egress.pki.store import private_folder
from zt_ai.egress.run.certificates import Given
from zt_ai.egress.run.options import Options
from zt_ai.egress.run.source import GivenPolicy, PolicyError
from zt_ai.egress.run.supervisor import FAILURES, Supervisor
from zt_ai.intent.model import EGRESS_PROXY, PROXY_HEALTH_PORT

POLICY = "ZT_AI_PROXY_POLICY"
AUTHORITY = "ZT_AI_PROXY_AUTHORITY"
NAMES = "ZT_AI_PROXY_NAMES"
WORKERS = "ZT_AI_PROXY_WORKERS"
# Less than the time that a container has between SIGTERM and SIGKILL (120 s on Fargate).
_DRAIN = 90.0


def options_from(environment: Mapping[str, str]) -> tuple[GivenPolicy, Options]:
    """What the environment says. Raises PolicyError or AuthorityError; messages never quote a key."""
    policy = environment.get(POLICY)
    if not policy:
        raise PolicyError(f"{POLICY} is not set: it must hold the policy document")
    options = Options(
        state=Path(tempfile.gettempdir()) / EGRESS_PROXY,
        listen=EVERYWHERE,
        admin_listen=EVERYWHERE,
        admin_port=PROXY_HEALTH_PORT,
        workers=_workers(environment),
        concurrency=max(1, (os.cpu_count() or 1) // 2),
        local=False,
        names=_names(environment),
        given=_given(environment),
        drain=_DRAIN,
        log_to_files=False,
    )
    return GivenPolicy(policy), options


def _names(environment: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(filter(None, (name.strip() for name in environment.get(NAMES, "").split(","))))
    for name in names:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", name):
            raise PolicyError(f"{NAMES}: '{name[:80]}' is not a DNS name; write lower-case names, separated by commas")
    return (*names, EGRESS_PROXY, "localhost")


def _workers(environment: Mapping[str, str]) -> int:
    text = environment.get(WORKERS, "")
    if not text:
        return max(1, os.cpu_count() or 1)
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise PolicyError(f"{WORKERS} is '{text[:20]}'; write a number of processes from 1 to 256")
    return int(text)


def _given(environment: Mapping[str, str]) -> Given:
    try:
        document: Any = json.loads(environment.get(AUTHORITY, ""))
        certificate, key, trust = (str(document[name]) for name in ("certificate", "key", "trust"))
    except (ValueError, KeyError, TypeError):
        raise AuthorityError(
            f"{AUTHORITY} must be a JSON object with the PEM texts 'certificate', 'key' and 'trust'"
        ) from None
    return Given(Authority.load(certificate, key), trust)


def _keep_audit_key(options: Options, environment: Mapping[str, str]) -> None:
    key = json.loads(environment[AUTHORITY]).get("audit_key")
    if key:
        private_folder(options.state)
        write_private(options.state / "audit.key", str(key).strip() + "\n")


def main() -> int:
    """Run until SIGTERM. 3: the environment is wrong; 4: the proxy could not be started."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    log = logging.getLogger("zt_ai.egress.run")
    try:
        source, options = options_from(os.environ)
        _keep_audit_key(options, os.environ)
    except (PolicyError, AuthorityError, OSError) as error:
        log.error("%s", error)  # noqa: TRY400 - the reason is all there is
        return 3
    os.environ.pop(AUTHORITY, None)  # children have no use for keys
    supervisor = Supervisor(
        source,
        options,
        ready=lambda document: log.info("serving %s", ", ".join(document["gateways"])),
        report=log.info,
        problem=lambda error: log.error("%s", error),
    )
    try:
        asyncio.run(supervisor.run())
    except PolicyError as error:
        log.error("%s", error)  # noqa: TRY400
        return 3
    except FAILURES as error:
        log.error("%s", error)  # noqa: TRY400
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
