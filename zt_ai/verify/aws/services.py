"""AWS services: who reaches their endpoints, and whose requests the endpoints' policies let through.

A gateway endpoint has no interface: packets to the service's public addresses take the route to it, the group rule
names the service's prefix list (or a range that holds it), and a network ACL, which cannot name a prefix list, has to
allow the public range. Which addresses they are changes; they lie among the public ones. So for what is permitted some
public address counts, for what is surely permitted all of them.
"""

from __future__ import annotations

from functools import partial

from zt_ai.spec.types import ServiceKind
from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.conditions import PRINCIPAL_ARN
from zt_ai.verify.aws.connections import unseen
from zt_ai.verify.aws.endpoint_policy import EndpointPolicyFindings, Excess, Finding, endpoint_policy_findings
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.explain import missing_witness
from zt_ai.verify.aws.grants import grants
from zt_ai.verify.aws.missing import home
from zt_ai.verify.aws.policy import Unreadable, read_policy
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.service_grants import expectation, partition
from zt_ai.verify.aws.values import plain, text
from zt_ai.verify.aws.ways import Way
from zt_ai.verify.aws.wildcard import covered, meet
from zt_ai.verify.aws.world import Endpoint, World
from zt_ai.verify.model import ProvedAccess
from zt_ai.verify.space import atoms, format_services, join


class Policies:
    """What the endpoint policies of a plan grant, judged once for all claims."""

    def __init__(self, world: World, expected: Expected) -> None:
        self.roles: dict[str, tuple[str, ...]] = {}
        self.reasons: list[str] = []
        self._world, self._expected = world, expected
        self._found: dict[str, EndpointPolicyFindings] = {}
        for workload, urns in world.roles.items():
            for urn in urns:
                role = world.graph.resources[urn]
                name = text(role.inputs.get("name")) or text(role.outputs.get("name"))
                if name is None:
                    self.reasons.append(
                        f"{urn}: the role's name is chosen at deployment, so policies that name it cannot be read"
                    )
                    continue
                path = text(role.inputs.get("path")) or "/"
                arn = f"arn:{partition(world.settings.region)}:iam::{world.settings.account}:role{path}{name}"
                self.roles[workload] = (*self.roles.get(workload, ()), arn)

    def beyond(self, endpoint: Endpoint) -> EndpointPolicyFindings:
        """What an endpoint's policy grants beyond the intent, and why it could not be read."""
        if endpoint.key not in self._found:
            users = self._expected.users.get(endpoint.service, {})
            asked = expectation(endpoint.service, users, self.roles, self._expected.intent, self._world.settings)
            self._found[endpoint.key] = endpoint_policy_findings(endpoint.policy, asked)
        return self._found[endpoint.key]

    def lacking(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Users of the service whom the policy does not name at all."""
        document = read_policy(endpoint.policy) if plain(endpoint.policy) is not None else Unreadable("")
        if isinstance(document, Unreadable):
            return ()
        admitted: dict[str, None] = {}
        for grant in grants(document):
            demanded = grant.limits.get(PRINCIPAL_ARN)
            admitted.update(
                dict.fromkeys(
                    (grant.principal.value,) if demanded is None else meet((grant.principal.value,), demanded)
                )
            )
        named = tuple(admitted)
        images_only = {
            workload
            for workload, accesses in self._expected.users.get(endpoint.service, {}).items()
            # Image layers are read with a signature of ECR's own.
            if endpoint.service == "s3"
            and all(
                self._expected.intent.services[a.destination].kind is ServiceKind.CONTAINER_IMAGES for a in accesses
            )
        }
        return tuple(
            workload
            for workload in self._expected.users.get(endpoint.service, {})
            if workload not in images_only
            and not any(arn in admitted or covered(arn, named) for arn in self.roles.get(workload, ()))
        )


def services(reach: Reach, expected: Expected, policies: Policies, found: Collector) -> list[ProvedAccess]:
    """Judge the reach of service endpoints and their policies; returns the accesses over gateway endpoints."""
    _reached(reach, expected, found)
    accesses = _gateways(reach, expected, found)
    for reason in policies.reasons:
        found.doubt(reason)
    for endpoint in reach.world.endpoints.values():
        if endpoint.kind not in ("Interface", "Gateway"):
            found.refute(
                1,
                f"{endpoint.name} is an endpoint of a kind that the intent has no word for",
                "anyone",
                endpoint.service,
                (endpoint.urn,),
            )
            continue
        judged = policies.beyond(endpoint)
        for reason in judged.reasons:
            found.doubt(f"{endpoint.urn}: {reason}")
        for one in judged.findings:
            found.refute(
                2,
                f"the policy of {endpoint.name} lets more through: {one.explanation} ({one.statement})",
                one.principal,
                endpoint.service,
                (endpoint.urn,),
            )
        for workload in policies.lacking(endpoint):
            clause = expected.uses(workload, endpoint.service)[0].clause.id
            found.refute(
                0,
                f"the policy of {endpoint.name} does not name a role of {workload}",
                workload,
                endpoint.service,
                (endpoint.urn,),
                clause,
            )
    return accesses


def foreign(finding: Finding) -> bool:
    """Whether a finding lets data out: to somebody else, or to something that is not ours."""
    return finding.excess is not Excess.ACTION


def _reached(reach: Reach, expected: Expected, found: Collector) -> None:
    """Every workload reaches the endpoints of its services."""
    world, https = reach.world, reach.spaces.tcp(443)
    workloads = {party.workload: index for index, party in enumerate(reach.roll.parties) if party.kind == "workload"}
    endpoints = {party.urns: index for index, party in enumerate(reach.roll.parties) if party.kind == "endpoint"}
    for workload, used in expected.used().items():
        index = workloads.get(workload)
        if index is None:
            first = next(iter(used.values()))[0]
            text_ = f"no security group belongs to {workload}, so nothing of it can be placed"
            found.refute(0, text_, workload, first.destination, home(reach, workload), first.clause.id)
            continue
        vpcs = {world.subnets[subnet].vpc for subnet in reach.roll.parties[index].subnets}
        for service, accesses in used.items():
            clause = accesses[0].clause.id
            fitting = [
                e
                for e in world.endpoints.values()
                if e.service == service and e.vpc in vpcs and e.kind in ("Interface", "Gateway")
            ]
            if not fitting:
                found.refute(
                    0,
                    f"{workload} has no endpoint to reach {service} by",
                    workload,
                    service,
                    home(reach, workload),
                    clause,
                )
            for endpoint in fitting:
                if endpoint.kind == "Gateway":
                    _gateway_reached(reach, index, endpoint, clause, found)
                    continue
                if not endpoint.private_dns:
                    text_ = f"{endpoint.name} has no private DNS, so the service's name leads to its public addresses"
                    found.refute(1, text_, workload, service, (endpoint.urn,), clause)
                lacking = https & ~reach.must(index, endpoints[(endpoint.urn,)])
                if lacking:
                    found.add(0, partial(missing_witness, reach, index, endpoints[(endpoint.urn,)], lacking, clause))


def _gateway_reached(reach: Reach, index: int, endpoint: Endpoint, clause: str, found: Collector) -> None:
    """A workload surely gets to a gateway endpoint from each of its subnets."""
    party, spaces, acls = reach.roll.parties[index], reach.spaces, reach.acls
    egress, https = reach.filters[index].egress, spaces.tcp(443)
    listed = egress.lists.get(endpoint.key, 0)
    every = spaces.services.everything
    for atom in atoms(spaces.public):
        every &= listed | egress.network(atom)
    wrong = "" if every & https else "no security group rule of it names the endpoint's prefix list"
    urns: tuple[str | None, ...] = (endpoint.urn, *party.urns)
    for subnet in party.subnets:
        acl = reach.world.nacl_of[subnet]
        if not any(route.hop.key == endpoint.key for route in reach.routes.gateway_endpoints(subnet)):
            wrong, urns = (
                f"the route table of {reach.world.name(subnet)} does not lead to {endpoint.name}",
                (endpoint.urn, reach.routes.table(subnet)),
            )
        elif (
            not acls.every(acl, True, spaces.public) & https
            or not reach.answered(subnet, 0, subnet, spaces.public) & https
        ):
            wrong, urns = (
                f"the network ACL of {reach.world.name(subnet)} stops it or its answers",
                (reach.world.nacls[acl].urn,),
            )
    if wrong:
        found.refute(
            0, f"{party.name} does not reach {endpoint.service}: {wrong}", party.name, endpoint.service, urns, clause
        )


def _gateways(reach: Reach, expected: Expected, found: Collector) -> list[ProvedAccess]:
    """Who gets to services by gateway endpoints, expected or not."""
    accesses: list[ProvedAccess] = []
    spaces, https = reach.spaces, reach.spaces.tcp(443)
    for index, party in enumerate(reach.roll.parties):
        egress = reach.filters[index].egress
        if party.kind == "endpoint" or not (egress.lists or egress.reach & spaces.public):
            continue
        total: dict[str, int] = {}
        for subnet in party.subnets:
            for way in reach.ways.endpoints(subnet):
                listed = join(
                    bits for key, bits in egress.lists.items() if reach.ways.service(key) == reach.ways.service(way.key)
                )
                permitted = listed & _some(reach, way) if listed else 0
                for atom in atoms(egress.reach & way.addresses):
                    permitted |= egress.network(atom) & reach.passed(way, atom)
                if permitted:
                    total[way.key] = total.get(way.key, 0) | permitted
        for key, permitted in total.items():
            endpoint = reach.world.endpoints.get(key)
            service = endpoint.service if endpoint else key
            uses = expected.uses(party.workload, service) if party.kind == "workload" else ()
            clauses = tuple(dict.fromkeys(access.clause.id for access in uses))
            accesses.append(
                ProvedAccess(party.name, f"endpoint {service}", format_services(spaces.services, permitted), clauses)
            )
            if party.kind == "foreign":
                found.doubt(unseen(party))
                continue
            extra = permitted & ~(https if uses else 0)
            if extra:
                text_ = f"{party.name} reaches {service} by its gateway endpoint on {spaces.words(extra)}: "
                text_ += "no clause allows it"
                found.refute(1, text_, party.name, service, (*party.urns, key))
    return accesses


def _some(reach: Reach, way: Way) -> int:
    """Services that the ACLs on a way let through to some of its addresses."""
    if len(way.subnets) == 1:
        return reach.acls.some(reach.world.nacl_of[way.subnets[0]], True, way.addresses)
    return join(reach.passed(way, atom) for atom in atoms(way.addresses))
