"""Networks, subnets, routes, NAT, firewall policies: each refusal beside what Google Cloud takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulate.gcp.conftest import PROJECT, REGION, rule_inputs

ROUTE, NAT, ROUTER = "compute/route:Route", "compute/routerNat:RouterNat", "compute/router:Router"
RULE = "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
ASSOCIATION = "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation"
CLASSIC = "compute/firewall:Firewall"


class TestSubnets:
    @pytest.mark.parametrize(
        ("cidr", "said"),
        [
            ("10.0.0.1/24", "is not an IPv4 network"),
            ("10.0.0.0/30", "is a /30"),
            ("199.36.153.0/24", "overlaps 199.36.153.8/30"),
            ("169.254.0.0/20", "overlaps 169.254.0.0/16"),
        ],
    )
    def test_a_range_that_no_subnet_may_have(self, gcp: Any, cidr: str, said: str) -> None:
        inputs = {"name": "s", "network": "n"}
        problems = gcp.problems("compute/subnetwork:Subnetwork", {**inputs, "ipCidrRange": cidr})
        assert said in problems["ipCidrRange"]
        assert gcp.problems("compute/subnetwork:Subnetwork", {**inputs, "ipCidrRange": "10.0.0.0/29"}) == {}

    def test_ranges_of_one_network_never_overlap_in_whatever_region(self, gcp: Any) -> None:
        network, other = gcp.network(), gcp.network("other")
        gcp.subnet(network, "10.0.0.0/24")
        with pytest.raises(AssertionError, match=r"IPCidrRange 10.0.0.128/25 conflicts with existing subnetwork"):
            gcp.subnet(network, "10.0.0.128/25", "second", region="us-east1")
        gcp.subnet(network, "10.0.1.0/24", "second", region="us-east1")
        gcp.subnet(other, "10.0.0.0/24", "third")

    def test_secondary_ranges_count_too(self, gcp: Any) -> None:
        network = gcp.network()
        gcp.subnet(network, "10.0.0.0/24", secondaryIpRanges=[{"rangeName": "pods", "ipCidrRange": "10.8.0.0/16"}])
        with pytest.raises(AssertionError, match="conflicts"):
            gcp.subnet(network, "10.8.1.0/24", "second")
        pods = [{"rangeName": "pods", "ipCidrRange": "10.1.0.0/24"}]
        with pytest.raises(AssertionError, match="of the subnetwork overlap"):
            gcp.subnet(network, "10.1.0.0/16", "third", secondaryIpRanges=pods)

    def test_a_network_that_does_not_exist(self, gcp: Any) -> None:
        inputs = {"name": "s", "network": f"projects/{PROJECT}/global/networks/none", "ipCidrRange": "10.0.0.0/24"}
        with pytest.raises(AssertionError, match="referenced network resource cannot be found"):
            gcp.make("compute/subnetwork:Subnetwork", inputs)

    @pytest.mark.parametrize("form", ["{link}", "{id}", "net", "global/networks/net"])
    def test_a_network_is_found_under_every_name_google_takes(self, gcp: Any, form: str) -> None:
        network = gcp.network()
        name = form.format(link=network.outputs["selfLink"], id=network.id)
        inputs = {"name": "s", "network": name, "ipCidrRange": "10.0.0.0/24"}
        gcp.make("compute/subnetwork:Subnetwork", inputs)
        with pytest.raises(AssertionError, match="resourceInUseByAnotherResource"):
            gcp.delete(network)

    def test_a_network_in_use_stays_until_its_subnets_are_gone(self, gcp: Any) -> None:
        network = gcp.network()
        subnet = gcp.subnet(network, "10.0.0.0/24")
        with pytest.raises(AssertionError, match=rf"already being used by '{subnet.id}'"):
            gcp.delete(network)
        gcp.delete(subnet)
        gcp.delete(network)
        assert gcp.world.all() == ()


class TestRoutes:
    def route(self, network: Any, name: str = "r", **more: Any) -> dict[str, Any]:
        hop = {"nextHopGateway": "default-internet-gateway"}
        return {"name": name, "network": network.id, "destRange": "199.36.153.4/30", **hop, **more}

    def test_not_into_the_range_of_a_subnet(self, gcp: Any) -> None:
        network = gcp.network()
        gcp.subnet(network, "10.0.0.0/24")
        with pytest.raises(AssertionError, match=r"lies in the range 10\.0\.0\.0/24"):
            gcp.make(ROUTE, self.route(network, destRange="10.0.0.128/25"))
        gcp.make(ROUTE, self.route(network))
        gcp.make(ROUTE, self.route(network, "wide", destRange="10.0.0.0/8"))

    def test_to_no_other_gateway_and_no_wrong_range(self, gcp: Any) -> None:
        network = gcp.network()
        gateway = f"projects/{PROJECT}/global/gateways/mine"
        assert "the only gateway" in gcp.problems(ROUTE, self.route(network, nextHopGateway=gateway))["nextHopGateway"]
        assert "not a range" in gcp.problems(ROUTE, self.route(network, destRange="199.36.153.5/30"))["destRange"]
        assert "priority" in gcp.problems(ROUTE, self.route(network, priority=70000))["priority"]
        full = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/gateways/default-internet-gateway"
        assert gcp.problems(ROUTE, self.route(network, nextHopGateway=full, priority=65535)) == {}


class TestNat:
    def nat(self, router: Any, *subnets: Any, name: str = "nat", **more: Any) -> dict[str, Any]:
        listed = [{"name": subnet.id, "sourceIpRangesToNats": ["ALL_IP_RANGES"]} for subnet in subnets]
        option = {"natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"}
        return {"name": name, "router": router.outputs["name"], "subnetworks": listed, **option, **more}

    def router(self, gcp: Any, network: Any, name: str = "r", **more: Any) -> Any:
        return gcp.make(ROUTER, {"name": name, "network": network.id, **more}, name)

    def test_each_subnet_is_translated_once(self, gcp: Any) -> None:
        network = gcp.network()
        one, two = gcp.subnet(network, "10.0.0.0/24", "one"), gcp.subnet(network, "10.0.1.0/24", "two")
        router, second = self.router(gcp, network), self.router(gcp, network, "second")
        gcp.make(NAT, self.nat(router, one))
        with pytest.raises(AssertionError, match="is translated by"):
            gcp.make(NAT, self.nat(second, one), "again")
        gcp.make(NAT, self.nat(second, two), "again")

    def test_only_subnets_of_the_router_s_network_and_region(self, gcp: Any) -> None:
        network, other = gcp.network(), gcp.network("other")
        router = self.router(gcp, network)
        far, foreign = (
            gcp.subnet(network, "10.0.0.0/24", "far", region="us-east1"),
            gcp.subnet(other, "10.0.0.0/24", "f"),
        )
        with pytest.raises(AssertionError, match="the region of the router"):
            gcp.make(NAT, self.nat(router, far))
        with pytest.raises(AssertionError, match="not in the network"):
            gcp.make(NAT, self.nat(router, foreign))

    def test_all_subnets_and_a_list_exclude_each_other(self, gcp: Any) -> None:
        network = gcp.network()
        subnet, router = gcp.subnet(network, "10.0.0.0/24"), self.router(gcp, network)
        everything = {"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"}
        assert "subnetworks" in gcp.problems(NAT, self.nat(router, subnet, **everything))
        assert "subnetworks" in gcp.problems(NAT, self.nat(router))
        gcp.make(NAT, {**self.nat(router, **everything)})
        with pytest.raises(AssertionError, match="already translates subnetworks"):
            gcp.make(NAT, self.nat(router, subnet, name="second"), "second")

    def test_addresses_go_with_manual_allocation(self, gcp: Any) -> None:
        router = self.router(gcp, gcp.network())
        subnet = {"subnetworks": [{"name": "s", "sourceIpRangesToNats": ["ALL_IP_RANGES"]}]}
        assert "natIps" in gcp.problems(NAT, self.nat(router, **subnet, natIpAllocateOption="MANUAL_ONLY"))
        assert "natIps" in gcp.problems(NAT, self.nat(router, **subnet, natIps=["a"]))
        manual = self.nat(router, **subnet, natIpAllocateOption="MANUAL_ONLY", natIps=["a"])
        assert gcp.problems(NAT, manual) == {}

    def test_an_address_in_use_stays(self, gcp: Any) -> None:
        network = gcp.network()
        subnet, router = gcp.subnet(network, "10.0.0.0/24"), self.router(gcp, network)
        address = gcp.make("compute/address:Address", {"name": "out"})
        manual = {"natIpAllocateOption": "MANUAL_ONLY", "natIps": [address.outputs["selfLink"]]}
        nat = gcp.make(NAT, self.nat(router, subnet, **manual))
        for thing in (address, router, subnet):
            with pytest.raises(AssertionError, match="resourceInUseByAnotherResource"):
                gcp.delete(thing)
        gcp.delete(nat)
        gcp.delete(address)


class TestPolicyRules:
    def test_a_priority_is_used_once_in_a_policy(self, gcp: Any) -> None:
        policy, other = gcp.policy(), gcp.policy("other")
        gcp.rule(policy, 1000)
        with pytest.raises(AssertionError, match=r"resource.priority.*has a rule with priority 1000 already"):
            gcp.rule(policy, 1000, "second")
        gcp.rule(policy, 1001, "second")
        gcp.rule(other, 1000, "third")

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"priority": 2147483644}, "priority"),
            ({"priority": -1}, "priority"),
            ({"action": "goto_next", "enableLogging": True}, "enableLogging"),
            ({"action": "apply_security_profile_group"}, "securityProfileGroup"),
            ({"securityProfileGroup": "g"}, "securityProfileGroup"),
            ({"targetSecureTags": [{"name": f"tagValues/{n}"} for n in range(257)]}, "targetSecureTags"),
        ],
    )
    def test_what_a_rule_cannot_say(self, gcp: Any, change: dict[str, Any], path: str) -> None:
        assert list(gcp.problems(RULE, {**rule_inputs("p", 1000), **change})) == [path]

    @pytest.mark.parametrize(
        ("direction", "match", "path"),
        [
            ("EGRESS", {"srcIpRanges": ["10.0.0.0/8"]}, "match"),
            ("INGRESS", {"destIpRanges": ["10.0.0.0/8"]}, "match"),
            (
                "EGRESS",
                {"destIpRanges": ["10.0.0.0/8"], "srcSecureTags": [{"name": "tagValues/1"}]},
                "match.srcSecureTags",
            ),
            ("INGRESS", {"srcIpRanges": ["10.0.0.0/8"], "destFqdns": ["a.example"]}, "match.destFqdns"),
            ("EGRESS", {"destIpRanges": ["10.0.0.1/8"]}, "match.destIpRanges[0]"),
            ("EGRESS", {"destFqdns": [f"h{n}.example" for n in range(101)]}, "match.destFqdns"),
            (
                "EGRESS",
                {"destIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "tpc"}]},
                "match.layer4Configs[0].ipProtocol",
            ),
            (
                "EGRESS",
                {"destIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "icmp", "ports": ["1"]}]},
                "match.layer4Configs[0].ports",
            ),
            (
                "EGRESS",
                {"destIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["9-1"]}]},
                "match.layer4Configs[0].ports[0]",
            ),
        ],
    )
    def test_what_a_rule_cannot_match(self, gcp: Any, direction: str, match: dict[str, Any], path: str) -> None:
        whole = {"layer4Configs": [{"ipProtocol": "all"}], **match}
        assert list(gcp.problems(RULE, rule_inputs("p", 1, direction=direction, match=whole))) == [path]

    @pytest.mark.parametrize(
        ("direction", "match"),
        [
            ("INGRESS", {"srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "all"}]}),
            (
                "INGRESS",
                {
                    "srcSecureTags": [{"name": "tagValues/1"}],
                    "layer4Configs": [{"ipProtocol": "tcp", "ports": ["80-90"]}],
                },
            ),
            ("EGRESS", {"destFqdns": ["a.example"], "layer4Configs": [{"ipProtocol": "17"}]}),
            ("EGRESS", {"destIpRanges": ["::/0"], "layer4Configs": [{"ipProtocol": "all"}]}),
        ],
    )
    def test_what_it_can(self, gcp: Any, direction: str, match: dict[str, Any]) -> None:
        assert gcp.problems(RULE, rule_inputs("p", 1, direction=direction, match=match)) == {}

    def test_secure_tags_are_made_for_firewalls(self, gcp: Any) -> None:
        network, policy = gcp.network(), gcp.policy()
        good, bad = gcp.tag_value(network), gcp.tag_value(network, "cost", purpose=None)
        gcp.rule(policy, 1, targetSecureTags=[{"name": good.id}])
        with pytest.raises(AssertionError, match="whose purpose is not GCE_FIREWALL"):
            gcp.rule(policy, 2, targetSecureTags=[{"name": bad.id}])
        with pytest.raises(AssertionError, match="referenced tag value resource cannot be found"):
            gcp.rule(policy, 3, targetSecureTags=[{"name": "tagValues/1"}])
        with pytest.raises(AssertionError, match="FAILED_PRECONDITION"):
            gcp.delete(good)

    def test_a_target_account_of_the_project_exists(self, gcp: Any) -> None:
        policy, account = gcp.policy(), gcp.account()
        gcp.rule(policy, 1, targetServiceAccounts=[account.outputs["email"]])
        with pytest.raises(AssertionError, match="referenced account resource cannot be found"):
            gcp.rule(policy, 2, targetServiceAccounts=[f"nobody@{PROJECT}.iam.gserviceaccount.com"])
        gcp.rule(policy, 3, targetServiceAccounts=["agent@other-project.iam.gserviceaccount.com"])

    def test_a_network_has_one_policy(self, gcp: Any) -> None:
        network, policy, other = gcp.network(), gcp.policy(), gcp.policy("other")
        inputs = {"attachmentTarget": network.id, "name": "a", "firewallPolicy": policy.outputs["name"]}
        made = gcp.make(ASSOCIATION, inputs)
        with pytest.raises(AssertionError, match="already associated with policy 'clinic'"):
            gcp.make(ASSOCIATION, {**inputs, "firewallPolicy": other.outputs["name"], "name": "b"}, "b")
        for thing in (policy, network):
            with pytest.raises(AssertionError, match="resourceInUseByAnotherResource"):
                gcp.delete(thing)
        gcp.delete(made)
        gcp.delete(policy)


RIGHT = {"name": "f", "network": "n", "allows": [{"protocol": "tcp", "ports": ["22"]}]}


class TestClassicRules:
    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"denies": [{"protocol": "all"}]}, "allows"),
            ({"priority": 65536}, "priority"),
            ({"allows": [{"protocol": "icmp", "ports": ["1"]}]}, "allows[0].ports"),
            ({"sourceRanges": ["10.0.0.1/8"]}, "sourceRanges[0]"),
            ({"sourceTags": ["a"], "sourceServiceAccounts": ["a@b"]}, "sourceTags"),
        ],
    )
    def test_what_a_rule_cannot_say(self, gcp: Any, change: dict[str, Any], path: str) -> None:
        assert gcp.problems(CLASSIC, RIGHT) == {}
        assert list(gcp.problems(CLASSIC, {**RIGHT, **change})) == [path]

    def test_an_egress_rule_has_no_sources(self, gcp: Any) -> None:
        inputs = {**RIGHT, "network": gcp.network().id, "direction": "EGRESS"}
        with pytest.raises(AssertionError, match="EGRESS rule cannot have sourceRanges"):
            gcp.make(CLASSIC, {**inputs, "sourceRanges": ["10.0.0.0/8"]})
        gcp.make(CLASSIC, {**inputs, "destinationRanges": ["10.0.0.0/8"]})


def test_the_region_is_that_of_the_provider(gcp: Any) -> None:
    assert gcp.subnet(gcp.network(), "10.0.0.0/24").outputs["region"] == REGION
