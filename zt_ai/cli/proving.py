"""From resources to a proof: the three ways a command gets at the resources of a cloud, and one way to judge them."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zt_ai.cli.exits import BadInputError
from zt_ai.cli.specs import Loaded
from zt_ai.program import PROJECT, program
from zt_ai.report.model import CloudProof, Report, Subject
from zt_ai.spec.clouds import Cloud

if TYPE_CHECKING:
    from zt_ai.graph.model import ResourceGraph
    from zt_ai.spec.clouds import Aws, Azure, Gcp
    from zt_ai.verify.model import Proof


def stack_name(loaded: Loaded, cloud: Cloud, given: str | None = None) -> str:
    """The stack of a specification on a cloud. The specification's name is in it: two of them never share a stack."""
    return given or f"{loaded.spec.name}-{cloud}"


def of_program(loaded: Loaded, cloud: Cloud, stack: str | None = None) -> CloudProof:
    """Run the program in this process, without engine, network or credentials, and prove what it declares."""
    from zt_ai.graph.mocks import from_program

    account, region = _settings(loaded, cloud).place
    graph = from_program(
        program(cloud, loaded.spec, loaded.intent_on(cloud)),
        project=PROJECT,
        stack=stack_name(loaded, cloud, stack),
        account=account,
        region=region,
    )
    return judge(graph, loaded, cloud, "program")


def of_programs(loaded: Loaded, clouds: Sequence[Cloud], stacks: Sequence[str | None]) -> tuple[CloudProof, ...]:
    """`of_program` for several clouds, side by side: each needs seconds of one core, most of them to load an SDK."""
    pairs = list(zip(clouds, stacks, strict=True))
    workers = min(len(pairs), os.cpu_count() or 1)
    # A fork has the specification and the imports so far. Elsewhere (macOS) it is not safe beside the system's threads.
    if workers < 2 or sys.platform != "linux":
        return tuple(of_program(loaded, cloud, stack) for cloud, stack in pairs)
    global _forked  # noqa: PLW0603 - how a fork is given what cannot be pickled
    _forked = loaded
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            found = list(pool.map(_in_a_fork, *zip(*pairs, strict=True)))
    finally:
        _forked = None
    # What went wrong is raised here, where it is whole: not every error survives the way between processes.
    return tuple(proof or of_program(loaded, *pair) for proof, pair in zip(found, pairs, strict=True))


_forked: Loaded | None = None


def _in_a_fork(cloud: Cloud, stack: str | None) -> CloudProof | None:
    try:
        return None if _forked is None else of_program(_forked, cloud, stack)
    except Exception:  # noqa: BLE001 - the caller does it again and sees it
        return None


def of_plan(loaded: Loaded, cloud: Cloud, plan: Mapping[str, Any], state: Mapping[str, Any]) -> CloudProof:
    """Prove an update plan of the engine. `state` is what it was made from."""
    from zt_ai.graph.plan import from_plan

    return judge(from_plan(plan, state), loaded, cloud, "plan")


def of_state(loaded: Loaded, cloud: Cloud, state: Mapping[str, Any], *, refreshed: bool = False) -> CloudProof:
    """Prove an exported state; one that has just been `refreshed` with what somebody else added to its resources."""
    from zt_ai.graph.found import with_found
    from zt_ai.graph.state import from_state

    graph = from_state(state)
    return judge(with_found(graph) if refreshed else graph, loaded, cloud, "state")


def of_file(loaded: Loaded, cloud: Cloud, file: Path) -> CloudProof:
    """Prove a state, saved plan or preview in a file. Raises BadInputError for any other file."""
    from zt_ai.graph.load import load
    from zt_ai.graph.model import GraphError

    try:
        graph = load(file)
    except GraphError as error:
        hint = "write one with `pulumi stack export`, `pulumi preview --save-plan FILE` or `pulumi preview --json`"
        raise BadInputError(str(error), hint) from None
    return judge(graph, loaded, cloud, "state" if graph.source == "state" else "plan")


def judge(graph: ResourceGraph, loaded: Loaded, cloud: Cloud, subject: Subject) -> CloudProof:
    """Prove one graph and note what it was and how long it took."""
    start = time.perf_counter()
    proof = _prove(graph, loaded, cloud)
    return CloudProof(proof, subject, len(graph.resources), time.perf_counter() - start)


def report(loaded: Loaded, proofs: tuple[CloudProof, ...], acceptances: tuple[Any, ...], **more: Any) -> Report:
    """The report of some proofs. Raises BadInputError when an acceptance names no claim: it would do nothing."""
    made = Report(
        loaded.intent,
        proofs,
        loaded.day,
        loaded.file,
        acceptances=acceptances,
        places=loaded.places,
        descriptions=loaded.descriptions,
        **more,
    )
    if made.unused:
        known = ", ".join(dict.fromkeys(claim.id for claim in made.claims))
        names = ", ".join(f"'{a.claim}'" for a in made.unused)
        raise BadInputError(f"--accept-unknown: no claim is called {names}", f"claims: {known}")
    return made


def _prove(graph: ResourceGraph, loaded: Loaded, cloud: Cloud) -> Proof:
    """The verifier of a cloud is `zt_ai.verify.CLOUD.prove.prove`; no other cloud's is imported."""
    verifier = importlib.import_module(f"zt_ai.verify.{cloud}.prove")
    proof: Proof = verifier.prove(graph, loaded.intent_on(cloud), _settings(loaded, cloud))
    return proof


def _settings(loaded: Loaded, cloud: Cloud) -> Aws | Azure | Gcp:
    settings = loaded.spec.clouds.of(cloud)
    if settings is None:
        raise BadInputError(f"{loaded.file} names no clouds.{cloud}")
    return settings
