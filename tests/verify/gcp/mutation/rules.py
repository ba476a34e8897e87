"""Firewall rules, their targets and their order, changed."""

from __future__ import annotations

from tests.verify.gcp.mutation.editor import RULE, SUBNET, TEMPLATE, Editor
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY


def the_implied_egress_rule_is_left_uncovered(e: Editor) -> None:
    e.remove(e.closing("EGRESS"))


def the_closing_denial_of_ingress_is_an_allow(e: Editor) -> None:
    e.set(e.closing("INGRESS"), action="allow")


def the_closing_denial_of_egress_is_disabled(e: Editor) -> None:
    e.set(e.closing("EGRESS"), disabled=True)


def the_closing_denial_names_one_account_only(e: Editor) -> None:
    e.set(e.closing("EGRESS"), targetServiceAccounts=[e.email(EGRESS_PROXY)])


def the_closing_denial_covers_tcp_only(e: Editor) -> None:
    e.inside(e.closing("EGRESS"), "match", layer4Configs=[{"ipProtocol": "tcp"}])


def the_closing_denial_hands_over_to_the_implied_rule(e: Editor) -> None:
    e.set(e.closing("EGRESS"), action="goto_next")


def the_closing_denial_comes_first(e: Editor) -> None:
    e.set(e.closing("EGRESS"), priority=1)


def the_policy_is_not_associated(e: Editor) -> None:
    e.remove(*e.all("compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation"))


def an_egress_rule_is_widened_to_every_port(e: Editor) -> None:
    e.inside(e.outgoing(), "match", layer4Configs=[{"ipProtocol": "all"}])


def an_egress_rule_is_widened_to_the_whole_network(e: Editor) -> None:
    e.inside(e.outgoing(), "match", destIpRanges=[e.settings.cidr])


def an_ingress_rule_is_widened_to_every_port(e: Editor) -> None:
    e.inside(e.incoming(), "match", layer4Configs=[{"ipProtocol": "tcp", "ports": ["1-65535"]}])


def an_ingress_rule_admits_addresses_as_well(e: Editor) -> None:
    e.inside(e.incoming(), "match", srcIpRanges=[e.settings.cidr])


def an_ingress_rule_admits_another_tag(e: Editor) -> None:
    e.inside(e.incoming(), "match", srcSecureTags=[{"name": Ref(e.tag(e.flow().source).urn)}, {"name": "tagValues/99"}])


def an_ingress_rule_is_missing(e: Editor) -> None:
    e.remove(e.incoming())


def an_egress_rule_is_missing(e: Editor) -> None:
    e.remove(e.outgoing())


def an_egress_rule_is_disabled(e: Editor) -> None:
    e.set(e.outgoing(), disabled=True)


def an_ingress_rule_has_no_target(e: Editor) -> None:
    e.set(e.incoming(), targetServiceAccounts=None)


def an_egress_rule_is_for_another_workload(e: Editor) -> None:
    e.set(e.outgoing(), targetServiceAccounts=[e.email(e.store)])


def a_denial_stands_before_a_flow(e: Editor) -> None:
    e.add_rule("INGRESS", action="deny", match={"srcIpRanges": ["0.0.0.0/0"]})


def everybody_may_reach_ssh(e: Editor) -> None:
    e.add_rule(
        "INGRESS", match={"srcIpRanges": ["35.235.240.0/20"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["22"]}]}
    )


def a_rule_targets_by_network_tag(e: Editor) -> None:
    """Anybody who may edit an instance puts the tag on it. VPC rules come after the policies, which deny: unless a
    `goto_next` lets them."""
    e.add_rule("EGRESS", action="goto_next", match={"destIpRanges": ["0.0.0.0/0"]})
    e.add(
        "compute/firewall:Firewall", network=Ref(e.network.urn), direction="EGRESS", priority=10,
        destinationRanges=["0.0.0.0/0"], targetTags=["debug"], allows=[{"protocol": "all"}],
    )  # fmt: skip
    e.add("compute/firewall:Firewall", network=Ref(e.network.urn), direction="EGRESS", priority=20,
          destinationRanges=["0.0.0.0/0"], denies=[{"protocol": "all"}])  # fmt: skip


def rules_of_the_network_come_first_and_allow(e: Editor) -> None:
    e.set(e.network, networkFirewallPolicyEnforcementOrder=None)
    e.add("compute/firewall:Firewall", network=Ref(e.network.urn), direction="INGRESS",
          sourceRanges=[e.settings.cidr], allows=[{"protocol": "tcp"}])  # fmt: skip


def a_hierarchical_policy_allows(e: Editor) -> None:
    organization = f"organizations/{e.settings.organization}"
    policy = e.add("compute/firewallPolicy:FirewallPolicy", parent=organization, shortName="all")
    e.add("compute/firewallPolicyAssociation:FirewallPolicyAssociation", firewallPolicy=Ref(policy.urn),
          attachmentTarget=organization)  # fmt: skip
    e.add("compute/firewallPolicyRule:FirewallPolicyRule", firewallPolicy=Ref(policy.urn), action="allow",
          direction="EGRESS", priority=10, enableLogging=True,
          match={"destIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "all"}]})  # fmt: skip


def a_rule_says_who_by_country(e: Editor) -> None:
    e.add_rule("INGRESS", match={"srcRegionCodes": ["US"]})


def a_rule_says_where_by_address_group(e: Editor) -> None:
    e.add_rule("EGRESS", match={"destAddressGroups": ["projects/p/locations/global/addressGroups/partners"]})


def a_second_account_is_marked_as_a_workload(e: Editor) -> None:
    e.add("serviceaccount/account:Account", accountId="shadow", description=f"[zt-ai:workload={e.store}]")


def a_subnet_of_no_zone_is_let_in(e: Editor) -> None:
    subnet = e.add(SUBNET, network=Ref(e.network.urn), ipCidrRange="10.99.0.0/24", region=e.settings.region,
                   logConfig={"flowSampling": 1.0, "metadata": "INCLUDE_ALL_METADATA"})  # fmt: skip
    e.add_rule(
        "INGRESS", targetServiceAccounts=[e.email(e.store)], match={"srcIpRanges": [subnet.inputs["ipCidrRange"]]}
    )


def a_zone_has_a_subnet_more(e: Editor) -> None:
    """Rules know zones by addresses: the flow does not reach the new subnet."""
    zone = e.intent.workloads[e.flow().destination].zone
    e.add(SUBNET, network=Ref(e.network.urn), ipCidrRange="10.99.0.0/24", region=e.settings.region,
          description=f"[zt-ai:zone={zone}]", privateIpGoogleAccess=True,
          logConfig={"flowSampling": 1.0, "metadata": "INCLUDE_ALL_METADATA"})  # fmt: skip


def an_instance_mixes_two_identities(e: Editor) -> None:
    access = e.flow()
    e.add("compute/instance:Instance", networkInterfaces=[{"subnetwork": Ref(e.subnet(e.data_zone).urn)}],
          serviceAccount={"email": e.email(access.source), "scopes": ["cloud-platform"]},
          params={"resourceManagerTags": {"tagKeys/1": Ref(e.tag(access.source).urn)}})  # fmt: skip


def a_template_lacks_its_secure_tag(e: Editor) -> None:
    access = e.flow()
    zone = e.intent.workloads[access.source].zone
    e.add(TEMPLATE, networkInterfaces=[{"subnetwork": Ref(e.subnet(zone).urn)}],
          serviceAccount={"email": e.email(access.source), "scopes": ["cloud-platform"]})  # fmt: skip


def a_workload_has_no_service_account(e: Editor) -> None:
    e.remove(e.marked("serviceaccount/account:Account", "workload", e.flow().source))


def the_proxy_is_probed_from_everywhere(e: Editor) -> None:
    rule = e.rule("INGRESS", EGRESS_PROXY, "35.191.0.0/16")
    e.inside(rule, "match", srcIpRanges=["0.0.0.0/0"])


def the_proxy_is_never_probed(e: Editor) -> None:
    e.remove(e.rule("INGRESS", EGRESS_PROXY, "35.191.0.0/16"))


def two_rules_share_a_priority(e: Editor) -> None:
    first, second = e.all(RULE)[:2]
    e.set(second, priority=first.inputs["priority"])


MUTATIONS = {
    "reachability data-zone-egress": (
        the_implied_egress_rule_is_left_uncovered,
        the_closing_denial_of_egress_is_disabled,
        the_closing_denial_names_one_account_only,
        the_closing_denial_covers_tcp_only,
        the_closing_denial_hands_over_to_the_implied_rule,
        the_policy_is_not_associated,
        a_rule_targets_by_network_tag,
        a_hierarchical_policy_allows,
        a_rule_says_where_by_address_group,
    ),
    "reachability": (
        the_closing_denial_of_ingress_is_an_allow,
        the_closing_denial_comes_first,
        an_egress_rule_is_widened_to_every_port,
        an_egress_rule_is_widened_to_the_whole_network,
        an_ingress_rule_is_widened_to_every_port,
        an_ingress_rule_admits_addresses_as_well,
        an_ingress_rule_admits_another_tag,
        an_ingress_rule_is_missing,
        an_egress_rule_is_missing,
        an_egress_rule_is_disabled,
        an_ingress_rule_has_no_target,
        an_egress_rule_is_for_another_workload,
        a_denial_stands_before_a_flow,
        rules_of_the_network_come_first_and_allow,
        a_rule_says_who_by_country,
        a_second_account_is_marked_as_a_workload,
        a_subnet_of_no_zone_is_let_in,
        a_zone_has_a_subnet_more,
        an_instance_mixes_two_identities,
        a_template_lacks_its_secure_tag,
        a_workload_has_no_service_account,
        the_proxy_is_never_probed,
    ),
    "internet-egress": (the_proxy_is_probed_from_everywhere, everybody_may_reach_ssh),
    "quotas": (two_rules_share_a_priority,),
}
