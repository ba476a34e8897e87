"""The same specification permits the same accesses on Google Cloud as on AWS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.gcp.planned import DAY, EXAMPLES, changed, document, planned, proof_of
from zt_ai.graph.mocks import from_program
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.program import program
from zt_ai.spec import load
from zt_ai.verify.aws.prove import prove
from zt_ai.verify.model import ProvedAccess

Row = tuple[str, str, str, str]  # source, destination, port, clause


def rows(accesses: tuple[ProvedAccess, ...]) -> set[Row]:
    """Accesses of Google Cloud as rows of one port and one clause."""
    return {(a.source, a.destination, port, clause) for a in accesses for port in a.ports for clause in a.clauses}


def on_aws(example: str) -> set[Row]:
    """Accesses of AWS as rows, with what AWS alone has in between taken out.

    AWS calls a managed service by its endpoint, a provider `internet through the firewall`, and has a load balancer
    with groups of its own in front of the proxy. What an endpoint or the internet is used for is said by the clause.
    """
    spec = load(EXAMPLES / example / "zones.yaml", on=DAY)
    assert spec.clouds.aws is not None
    intent = derive(spec, on=DAY, cloud="aws")
    account, region = spec.clouds.aws.place
    graph = from_program(program("aws", spec, intent), project="zt-ai", stack="x", account=account, region=region)
    found: set[Row] = set()
    for source, destination, port, clause in rows(prove(graph, intent, spec.clouds.aws).accesses):
        if source.startswith("front of "):
            continue
        if destination.startswith("front of "):
            found.add((source, destination.removeprefix("front of "), port, clause))
        elif destination.startswith("endpoint ") or destination == "internet through the firewall":
            asked = [a for a in intent.accesses if _asked_by(a, source, clause)]
            assert asked
            found |= {(source, a.destination, port, clause) for a in asked}
        else:
            found.add((source, destination, port, clause))
    return found


def _asked_by(access: Access, source: str, clause: str) -> bool:
    return access.source == source and access.clause.id == clause and access.destination_party is not Party.WORKLOAD


def asked(intent: Intent) -> set[Row]:
    """What the intent asks for, as rows."""
    return {(a.source, a.destination, str(port), a.clause.id) for a in intent.accesses for port in a.ports}


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_accesses_are_those_of_aws(example: str) -> None:
    found = rows(proof_of(example).accesses)
    assert found == on_aws(example)
    assert found == asked(planned(example)[1])


def test_parties_have_the_names_of_the_specification() -> None:
    data = document("clinic")
    known = {*data["workloads"], *data["agents"], *data["services"], *data["providers"], *data["networks"]}
    implied = {"egress-proxy", "egress-images", "egress-logs", "egress-secrets"}
    named = {name for access in proof_of("clinic").accesses for name in (access.source, access.destination)}
    assert named - known == implied


def test_one_flow_more_opens_that_access_alone() -> None:
    def more(data: dict[str, Any]) -> None:
        data["flows"]["scheduling-to-vectors"] = {
            "from": "scheduling-agent", "to": "vector-store", "carries": "phi", "reason": "Similar appointments",
        }  # fmt: skip

    before, after = rows(proof_of("clinic").accesses), rows(changed("clinic", more).accesses)
    assert after - before == {("scheduling-agent", "vector-store", "tcp/6334", "flow:scheduling-to-vectors")}
    assert not before - after
