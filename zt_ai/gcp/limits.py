"""Quotas and other limits, computed from the plan before anything is sent. Pure.

What can be merged without a change of meaning (`zt_ai.gcp.network.rules.fit`) is not an error; each error names what to
change.

Numbers: Cloud NGFW, "Quotas"; VPC, "Quotas and limits"; IAM, "Quotas and limits"; VPC Service Controls, "Quotas and
limits"; Cloud DNS, "Quotas and limits"; Cloud Load Balancing, "Quotas and limits"; Cloud Logging, "Quotas and limits".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from zt_ai.gcp.audit.logs import MOST_DAYS
from zt_ai.gcp.identity.grants import roles
from zt_ai.gcp.naming import MarksTooLongError
from zt_ai.gcp.network.rules import Rule, attributes
from zt_ai.gcp.perimeter.plan import Perimeter
from zt_ai.gcp.plan import Plan
from zt_ai.gcp.proxy.host import PolicySizeError, check_policy
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ServiceAccess, ServiceKind

MOST_NAMES = 100
"""Names of one firewall rule [Compute Engine API, FirewallPolicyRuleMatcher: destFqdns]."""
MOST_BACKENDS = 250
"""Instances behind one internal passthrough load balancer without subsetting."""
MOST_TAG_VALUES = 1000
"""Values of one tag key [Resource Manager, "Tags overview": limits]."""
MOST_RANGES = 16
"""Ranges that a spoke may announce [Network Connectivity Center, "Quotas and limits": include filters of a spoke]."""
# Regions without Vertex AI [Vertex AI, "Locations"].
_WITHOUT_MODELS = frozenset({"asia-south2", "europe-north2", "europe-west10", "northamerica-south1"})
_NAMED = 8  # flows that an error lists before it counts the rest


def problems(plan: Plan, intent: Intent) -> tuple[Problem, ...]:
    """Everything that Google Cloud would refuse for its size or place; empty when the plan fits."""
    checks: tuple[Callable[[Plan, Intent], Iterable[Problem]], ...] = (
        _firewall,
        _descriptions,
        _names,
        _network,
        _identities,
        _perimeters,
        _audit,
        _logs,
        _models,
        _proxy,
    )
    return tuple(problem for check in checks for problem in check(plan, intent))


def _quota(quota: str, message: str, hint: str) -> Problem:
    return Problem("quota", ("clouds", "gcp", "quotas", quota), message, hint)


def _flows(clauses: Iterable[str]) -> str:
    """The flows to change: those named most often come first, what zt-ai itself adds is left out."""
    counted = Counter(clause for clause in clauses if clause.startswith("flow:"))
    names = [clause.partition(":")[2] for clause, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more if names else "none (it is what zt-ai itself needs)"


def _firewall(plan: Plan, _intent: Intent) -> Iterator[Problem]:
    quota, count = plan.settings.quotas.rule_attributes_per_firewall_policy, attributes(plan.rules)
    if count > quota:
        flows = _flows(clause for rule in plan.rules for clause in rule.clauses)
        yield _quota(
            "rule_attributes_per_firewall_policy",
            f"the firewall policy has {count} attributes, and {quota} are granted",
            f"let fewer workloads call each other, or have the quota raised; flows: {flows}",
        )
    for rule in plan.rules:
        if len(rule.destination_names) > MOST_NAMES:
            message = f"{len(rule.destination_names)} domains do not fit into one rule, which takes {MOST_NAMES}"
            yield Problem("quota", ("providers",), message, "split the provider; flows: " + _flows(rule.clauses))


def _descriptions(plan: Plan, _intent: Intent) -> Iterator[Problem]:
    """Clauses behind one rule or perimeter that its description does not hold: each has to name its clauses."""
    holders: list[tuple[str, Rule | Perimeter]] = [(f"firewall rule '{rule.name}'", rule) for rule in plan.rules]
    holders += [(f"perimeter '{perimeter.name}'", perimeter) for perimeter in plan.perimeters]
    for what, one in holders:
        try:
            one.description  # noqa: B018 - made to see whether it can be
        except MarksTooLongError as error:
            message = f"{what} is there for {len(one.clauses)} clauses, and its description does not name them: {error}"
            named = sorted(clause.partition(":")[2] for clause in one.clauses if clause.startswith("flow:"))
            path = ("flows", named[0]) if named else ("flows",)
            hint = f"let fewer flows share it, or give them shorter names; flows: {_flows(one.clauses)}"
            yield Problem("quota", path, message, hint)


def _names(plan: Plan, _intent: Intent) -> Iterator[Problem]:
    count, quota = len(plan.names) + 1, plan.settings.quotas.response_policy_rules
    if count > quota:
        message = f"the response policy has {count} rules, and {quota} are granted"
        yield _quota("response_policy_rules", message, "name fewer provider domains, or have the quota raised")
    if plan.scope.spec.startswith("goog") or "google" in plan.scope.spec:
        hint = "choose another name: the audit bucket is called after it"
        message = f"no bucket may be called after '{plan.scope.spec}': it contains Google's name"
        yield Problem("cloud-name", ("name",), message, hint)


def _network(plan: Plan, intent: Intent) -> Iterator[Problem]:
    quotas, count = plan.settings.quotas, len(plan.layout.subnets)
    if count > quotas.subnets_per_project:
        message = f"{count} zones need a subnet each, and {quotas.subnets_per_project} are granted"
        yield _quota("subnets_per_project", message, "use fewer zones, or have the quota raised")
    routes = (1 if plan.grants else 0) + (1 if intent.provider_domains() else 0)
    if routes > quotas.static_routes_per_project:
        message = f"{routes} routes are needed, and {quotas.static_routes_per_project} are granted"
        yield _quota("static_routes_per_project", message, "have the quota raised")
    if len(plan.tagged) > MOST_TAG_VALUES:
        message = f"{len(plan.tagged)} workloads call others, and a secure tag has {MOST_TAG_VALUES} values"
        yield Problem("quota", ("workloads",), message, "let fewer workloads open connections")
    announced = sum(intent.zones[name].kind.value == "access" for name in plan.layout.subnets)
    if plan.settings.hub is not None and announced > MOST_RANGES:
        message = f"{announced} access zones cannot be announced to the hub, which takes {MOST_RANGES} ranges"
        yield Problem("quota", ("zones",), message, "use fewer access zones")


def _identities(plan: Plan, intent: Intent) -> Iterator[Problem]:
    quotas, count = plan.settings.quotas, len(intent.workloads)
    if count > quotas.service_accounts_per_project:
        message = (
            f"{count} workloads need a service account each, and {quotas.service_accounts_per_project} are granted"
        )
        yield _quota("service_accounts_per_project", message, "use fewer workloads, or have the quota raised")
    made = Counter(role.project for role in roles(plan.grants))
    for project, number in made.items():
        if number > quotas.custom_roles_per_project:
            message = (
                f"project '{project}' needs {number} custom roles, and {quotas.custom_roles_per_project} are granted"
            )
            yield _quota("custom_roles_per_project", message, "have the quota raised")
    ids: dict[str, str] = {}
    for workload in intent.workloads:
        account = plan.scope.account_id(workload)
        if (rival := ids.setdefault(account, workload)) != workload:
            message = f"workloads '{rival}' and '{workload}' would share the service account '{account}'"
            yield Problem("cloud-name", ("workloads", workload), message, "give one of them another name")


def _perimeters(plan: Plan, _intent: Intent) -> Iterator[Problem]:
    quota = plan.settings.quotas.perimeter_attributes
    for perimeter in plan.perimeters:
        if perimeter.attributes > quota:
            crossings = (*perimeter.ingress, *perimeter.egress)
            flows = _flows(clause for crossing in crossings for clause in crossing.clauses)
            yield _quota(
                "perimeter_attributes",
                f"perimeter '{perimeter.name}' has {perimeter.attributes} attributes, and {quota} are granted",
                f"keep resources in the project of those that use them; flows: {flows}",
            )


def _audit(_plan: Plan, intent: Intent) -> Iterator[Problem]:
    if intent.audit.retention_days > MOST_DAYS:
        message = f"{intent.audit.retention_days} days are more than a log bucket keeps: {MOST_DAYS}"
        yield Problem("audit", ("audit", "retention"), message, "keep records for ten years at the most")


def _logs(_plan: Plan, intent: Intent) -> Iterator[Problem]:
    for access in intent.accesses:
        if access.destination_party is not Party.SERVICE or access.access is ServiceAccess.WRITE:
            continue
        if intent.services[access.destination].kind is ServiceKind.LOGS and access.clause.id.startswith("flow:"):
            message = "Google Cloud lets nobody read one log alone: whoever may, reads all logs of the project"
            hint = "write `access: write`, or let people read logs by their own roles"
            yield Problem("cloud-express", ("flows", access.clause.name, "access"), message, hint)


def _models(plan: Plan, intent: Intent) -> Iterator[Problem]:
    used = {a.destination for a in intent.accesses if a.destination_party is Party.SERVICE}
    region = plan.scope.region
    for name in sorted(used):
        if intent.services[name].kind is ServiceKind.MANAGED_LLM and region in _WITHOUT_MODELS:
            message = f"region {region} has no Vertex AI, which service '{name}' needs"
            yield Problem("region", ("clouds", "gcp", "region"), message, "choose a region that has it")


def _proxy(plan: Plan, _intent: Intent) -> Iterator[Problem]:
    maximum = plan.settings.proxy.maximum
    if maximum > MOST_BACKENDS:
        message = f"{maximum} instances do not fit behind one load balancer, which takes {MOST_BACKENDS}"
        yield Problem("proxy-size", ("clouds", "gcp", "proxy", "maximum"), message, f"use at most {MOST_BACKENDS}")
    if plan.policy is not None:
        try:
            check_policy(plan.policy)
        except PolicySizeError as error:
            yield Problem("proxy-size", ("flows",), str(error), "")
