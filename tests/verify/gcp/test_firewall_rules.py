"""Firewall rules of Google Cloud, one scenario each, with what would be wrong beside what is right.

The order is that of Cloud NGFW, "Evaluation order for firewall policies and rules"; what targets and sources mean is in
"Firewall policy rules" and in VPC, "VPC firewall rules".
"""

from __future__ import annotations

import pytest

from tests.verify.gcp.differential.worlds import email, intent
from tests.verify.gcp.tiny import ALL, ANYWHERE, RULE, Tiny
from zt_ai.graph.model import Ref
from zt_ai.verify.gcp.filters import Filters, Identity
from zt_ai.verify.gcp.parties import Roll
from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.model import Verdict

FLOW = ("left", "store", 8443)


def test_two_rules_together_give_exactly_the_pair() -> None:
    plan = Tiny()
    plan.pair(*FLOW)
    assert plan.reached(FLOW) == {("left", "store", "tcp/8443")}
    assert plan.claims(FLOW)[0].verdict is Verdict.PROVED


@pytest.mark.parametrize("half", ["out", "in"])
def test_half_of_a_pair_is_missing_or_too_much(half: str) -> None:
    plan = Tiny()
    plan.pair(*FLOW)
    plan.remove(RULE, f"left-store-{half}")
    assert plan.reached(FLOW) == set()
    assert [w.clause for w in plan.claims(FLOW)[0].witnesses] == ["flow:left-store"]
    assert plan.claims()[0].verdict is Verdict.REFUTED  # nobody asked for the half that is left


def test_without_a_closing_denial_everything_leaves_and_nothing_enters() -> None:
    open_ = Tiny(closed=False)
    assert open_.reached() == set()  # the implied rule denies ingress
    refuted = [claim.id for claim in open_.claims() if claim.verdict is Verdict.REFUTED]
    assert {"reachability", "internet-egress", "data-zone-egress"} <= set(refuted)  # and allows egress
    left = [w.explanation for w in Tiny().claims()[0].witnesses if "implied rule" in w.explanation]
    assert left == []


def _order(first: str | None) -> Tiny:
    """A VPC rule allows what the policy denies."""
    plan = Tiny(networkFirewallPolicyEnforcementOrder=first)
    plan.classic("out", allow=True, direction="EGRESS", destinationRanges=ANYWHERE)
    plan.classic("in", allow=True, direction="INGRESS", sourceRanges=ANYWHERE)
    return plan


@pytest.mark.parametrize("order", [None, "AFTER_CLASSIC_FIREWALL"])
def test_vpc_rules_come_first_unless_the_network_says_otherwise(order: str | None) -> None:
    assert ("left", "store", "all") in _order(order).reached()


def test_policies_come_first_where_the_network_says_so() -> None:
    assert _order("BEFORE_CLASSIC_FIREWALL").reached() == set()


def test_goto_next_leaves_the_policy_before_its_denial() -> None:
    plan = _order("BEFORE_CLASSIC_FIREWALL")
    plan.rule("next-out", 10, "EGRESS", action="goto_next", destIpRanges=ANYWHERE)
    assert plan.reached() == set()  # the receiver's side is still closed
    plan.rule("next-in", 11, "INGRESS", action="goto_next", srcIpRanges=ANYWHERE)
    assert ("left", "store", "all") in plan.reached()


@pytest.mark.parametrize(("priority", "passes"), [(999, True), (1000, False), (1001, False)])
def test_at_equal_priority_a_vpc_rule_that_denies_wins(priority: int, passes: bool) -> None:
    plan = _order(None)
    plan.classic("deny", allow=False, direction="INGRESS", sourceRanges=ANYWHERE, priority=1000)
    in_ = {"direction": "INGRESS", "sourceRanges": ANYWHERE, "priority": priority}
    plan.classic("in", allow=True, **in_)
    assert (("left", "store", "all") in plan.reached()) is passes


def test_a_disabled_rule_is_none() -> None:
    plan = Tiny()
    plan.rule("out", 10, "EGRESS", destIpRanges=ANYWHERE)
    plan.rule("in", 11, "INGRESS", srcIpRanges=ANYWHERE, disabled=True)
    assert plan.reached() == set()


def test_network_tags_are_no_identity() -> None:
    """Anybody who may edit an instance puts a network tag on it: an allow for one is an allow for everybody, a denial
    for one is a denial for nobody."""
    plan = Tiny(networkFirewallPolicyEnforcementOrder="BEFORE_CLASSIC_FIREWALL")
    plan.rule("out", 10, "EGRESS", destIpRanges=ANYWHERE)
    plan.rule("next", 11, "INGRESS", action="goto_next", srcIpRanges=ANYWHERE)
    into = {"direction": "INGRESS", "sourceRanges": ANYWHERE}
    plan.classic("deny", allow=False, priority=900, **into)
    assert plan.reached() == set()
    plan.classic("allow", allow=True, priority=800, targetTags=["web"], **into)
    assert ("left", "store", "all") in plan.reached()
    plan.classic("deny-tagged", allow=False, priority=1, targetTags=["db"], **into)
    assert ("left", "store", "all") in plan.reached()
    plan.classic("deny-all", allow=False, priority=1, **into)
    assert plan.reached() == set()


@pytest.mark.parametrize(("named", "who"), [("left", {"left"}), ("right", {"right"})])
def test_a_secure_tag_of_the_source_is_asked_wherever_it_lies(named: str, who: set[str]) -> None:
    plan = Tiny()
    plan.rule("out", 10, "EGRESS", destIpRanges=["10.0.1.0/28"])
    plan.rule("in", 11, "INGRESS", srcSecureTags=[{"name": plan.tags[named]}], targetServiceAccounts=[email("store")])
    assert {source for source, destination, _ in plan.reached() if destination == "store"} == who


def test_addresses_beside_a_tag_are_one_more_way() -> None:
    plan = Tiny()
    plan.rule("out", 10, "EGRESS", destIpRanges=["10.0.1.0/28"])
    plan.rule("in", 11, "INGRESS", srcSecureTags=[{"name": plan.tags["left"]}], srcIpRanges=["10.0.3.0/29"],
              targetServiceAccounts=[email("store")])  # fmt: skip
    assert {source for source, destination, _ in plan.reached() if destination == "store"} == {"left", "door"}


def test_a_hierarchical_policy_counts_where_it_is_associated() -> None:
    plan = Tiny()
    plan.pair(*FLOW)
    policy = plan.add("compute/firewallPolicy:FirewallPolicy", "org", shortName="org")
    match = {"srcIpRanges": ANYWHERE, "layer4Configs": ALL}
    plan.add("compute/firewallPolicyRule:FirewallPolicyRule", "deny", firewallPolicy=policy, action="deny", priority=1,
             direction="INGRESS", match=match)  # fmt: skip
    assert plan.claims(FLOW)[0].verdict is Verdict.PROVED
    kind = "compute/firewallPolicyAssociation:FirewallPolicyAssociation"
    plan.add(kind, "other", firewallPolicy=policy, attachmentTarget="organizations/2")
    assert plan.claims(FLOW)[0].verdict is Verdict.PROVED
    plan.add(kind, "folder", firewallPolicy=policy, attachmentTarget="folders/3")
    assert any("folders/3" in reason for reason in plan.claims(FLOW)[0].reasons)
    plan.add(kind, "folder", firewallPolicy=policy, attachmentTarget="organizations/1")
    assert plan.claims(FLOW)[0].verdict is Verdict.REFUTED


def test_the_metadata_server_is_beyond_all_rules() -> None:
    """Always reachable, so no rule about it opens or closes anything."""
    plan = Tiny()
    plan.rule("out", 10, "EGRESS", destIpRanges=["169.254.169.254/32"])
    assert [claim.verdict for claim in plan.claims() if claim.id == "reachability"] == [Verdict.PROVED]


def test_what_cannot_be_resolved_is_the_widest_and_unknown() -> None:
    plan = Tiny()
    plan.rule("in", 10, "INGRESS", srcAddressGroups=["partners"], targetServiceAccounts=[email("store")])
    claim = plan.claims()[0]
    assert claim.verdict is Verdict.REFUTED
    assert any("AddressGroups" in reason for reason in claim.reasons)
    deny = Tiny()
    deny.rule("in", 10, "INGRESS", action="deny", srcAddressGroups=["partners"])
    assert deny.claims()[0].verdict is Verdict.UNKNOWN


def test_a_name_behind_a_denial_is_not_asked() -> None:
    plan = Tiny()
    plan.rule("name", 9500, "EGRESS", destFqdns=["api.example.org"], targetServiceAccounts=[email("door")])
    assert plan.claims()[2].verdict is Verdict.PROVED
    plan.rule("name", 8500, "EGRESS", destFqdns=["api.example.org"], targetServiceAccounts=[email("door")])
    assert any("api.example.org" in w.explanation for w in plan.claims()[2].witnesses)


def test_identities_that_no_rule_names_are_alike() -> None:
    plan = Tiny()
    world = plan.read()
    spaces = Spaces(world, intent([]))
    filters = Filters(world, spaces)
    assert filters.seen(Identity("x@y", frozenset({"tagValues/1"}))) == Identity()
    assert not [p for p in Roll(world, intent([]), spaces, filters).parties if p.name.startswith("account")]
    plan.rule("x", 10, "EGRESS", action="deny", destIpRanges=ANYWHERE, targetServiceAccounts=["x@y"])
    plan.rule("y", 11, "INGRESS", action="deny", srcSecureTags=[{"name": Ref("urn:unknown")}])
    world = plan.read()
    filters = Filters(world, spaces)
    names = {p.name for p in Roll(world, intent([]), spaces, filters).parties}
    assert {"account x@y", "tag urn:unknown"} <= names
