"""The proof with the accesses in AWS's own terms: the evaluator knows endpoints and fronts, not the specification's
services and workloads."""

from __future__ import annotations

from dataclasses import replace

from zt_ai.graph import ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws import prove as verifier
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.model import Proof


def prove(graph: ResourceGraph, intent: Intent, settings: Aws) -> Proof:
    """Every claim, and what the plan permits by the names of what it goes through."""
    _, accesses = verifier.network_claims(read_world(graph, settings, None), intent)
    return replace(verifier.prove(graph, intent, settings), accesses=accesses)
