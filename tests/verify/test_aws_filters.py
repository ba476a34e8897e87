"""Security groups and network ACLs: which packet passes and which does not."""

from __future__ import annotations

import pytest

from tests.verify.tiny import EVERYWHERE, Tiny
from zt_ai.graph import Ref, Unknown
from zt_ai.verify.model import Verdict

LEFT, RIGHT = "10.20.0.0/24", "10.20.1.0/24"


class TestSecurityGroupsAreStateful:
    """A rule out at the caller and a rule in at the server let tcp/443 pass; nobody needs a rule for the answer."""

    def test_both_rules_are_needed_and_enough(self) -> None:
        plan = Tiny()
        plan.connect()
        assert plan.between() == ("tcp/443", "tcp/443")

    def test_without_the_rule_in_nothing_passes(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, referencedSecurityGroupId=plan.server)
        assert plan.between() == ("nothing", "nothing")

    def test_the_answer_is_no_access_of_the_server(self) -> None:
        plan = Tiny()
        plan.connect()
        assert plan.between("server", "caller") == ("nothing", "nothing")


class TestRulesMeetOnTheirCommonPorts:
    """The caller lets out tcp/400-500, the server takes udp/443 and tcp/443-600: what passes is tcp/443-500."""

    def test_only_what_both_admit_passes(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, fromPort=400, toPort=500, referencedSecurityGroupId=plan.server)
        plan.into(plan.server, "a", toPort=600, referencedSecurityGroupId=plan.caller)
        plan.into(plan.server, "b", ipProtocol="udp", referencedSecurityGroupId=plan.caller)
        assert plan.between()[0] == "tcp/443-500"


class TestEveryFormOfRule:
    """Inline rules, the older rule resource and the newer ones say the same thing."""

    @pytest.mark.parametrize("form", ["inline", "older", "self"])
    def test_the_forms_are_equal(self, form: str) -> None:
        plan = Tiny()
        if form == "inline":
            rule = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
            plan.change(plan.caller, egress=[{**rule, "securityGroups": [plan.server]}])
            plan.change(plan.server, ingress=[{**rule, "securityGroups": [plan.caller]}])
        elif form == "older":
            for way, group, peer in (("egress", plan.caller, plan.server), ("ingress", plan.server, plan.caller)):
                plan.add(
                    "ec2/securityGroupRule:SecurityGroupRule",
                    way,
                    type=way,
                    securityGroupId=group,
                    protocol="tcp",
                    fromPort=443,
                    toPort=443,
                    sourceSecurityGroupId=peer,
                )
        else:
            for way in ("egress", "ingress"):
                plan.add(
                    "ec2/securityGroupRule:SecurityGroupRule",
                    way,
                    type=way,
                    securityGroupId=plan.caller,
                    protocol="-1",
                    fromPort=0,
                    toPort=0,
                    self=True,
                )
            assert plan.between("caller", "caller") == ("all", "all")
            return
        assert plan.between() == ("tcp/443", "tcp/443")


class TestAddressRules:
    """A rule for addresses admits whoever has one of them, and an interface may have any of its subnet."""

    def test_a_range_around_the_subnet_admits_every_interface_in_it(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, cidrIpv4="10.0.0.0/8")
        plan.into(plan.server, cidrIpv4=LEFT)
        assert plan.between() == ("tcp/443", "tcp/443")

    def test_one_address_admits_some_placement_and_not_every_one(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, cidrIpv4="10.20.1.77/32")
        plan.into(plan.server, cidrIpv4=LEFT)
        assert plan.between() == ("tcp/443", "nothing")

    def test_the_addresses_that_aws_keeps_are_nobodys(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, cidrIpv4="10.20.1.1/32")
        plan.into(plan.server, cidrIpv4=LEFT)
        assert plan.between() == ("nothing", "nothing")

    def test_a_prefix_list_stands_for_its_entries(self) -> None:
        plan = Tiny()
        entries = [{"cidr": RIGHT}]
        listed = plan.add(
            "ec2/managedPrefixList:ManagedPrefixList", "l", addressFamily="IPv4", maxEntries=3, entries=entries
        )
        plan.out(plan.caller, prefixListId=listed)
        plan.into(plan.server, cidrIpv4=LEFT)
        assert plan.between() == ("tcp/443", "tcp/443")
        plan.change(listed, entries=[{"cidr": "10.99.0.0/16"}])
        assert plan.between() == ("nothing", "nothing")


class TestDefaultSecurityGroup:
    """A VPC whose default group nobody strips: an interface with it talks to all others with it, in every subnet."""

    def test_it_is_a_party_that_nobody_asked_for(self) -> None:
        plan = Tiny()
        plan.remove(plan.default)
        claim = plan.claims()["reachability"]
        assert claim.verdict is Verdict.REFUTED
        assert any("default security group" in witness.source for witness in claim.witnesses)

    def test_stripped_it_reaches_nothing(self) -> None:
        assert Tiny().between("group default", "group default") == ("nothing", "nothing")


class TestNetworkAclsAreStateless:
    """443 may go out of the caller's subnet and into the server's; the answer goes to a port from 1024 up."""

    OUT, BACK = (f"{RIGHT}", "tcp", 443, 443), (f"{RIGHT}", "tcp", 1024, 65535)

    def plan(self, *, answers: bool) -> Tiny:
        plan = Tiny()
        plan.connect()
        back = (("in", 200, "allow", *self.BACK),) if answers else ()
        plan.acl(plan.left, ("out", 100, "allow", *self.OUT), *back)
        return plan

    def test_with_the_ephemeral_ports_every_connection_works(self) -> None:
        assert self.plan(answers=True).between() == ("tcp/443", "tcp/443")

    def test_without_them_packets_arrive_and_no_connection_works(self) -> None:
        assert self.plan(answers=False).between() == ("tcp/443", "nothing")


class TestTheLowestMatchingNumberDecides:
    """A deny numbered 90 for the server's subnet comes before the allow numbered 100 for everything."""

    @pytest.mark.parametrize(("deny", "passes"), [(90, "nothing"), (110, "tcp/443")])
    def test_order_is_by_number(self, deny: int, passes: str) -> None:
        plan = Tiny()
        plan.connect()
        plan.acl(
            plan.left,
            ("out", 100, "allow", EVERYWHERE, "-1", 0, 0),
            ("in", 100, "allow", EVERYWHERE, "-1", 0, 0),
            ("out", deny, "deny", RIGHT, "tcp", 443, 443),
        )
        assert plan.between()[0] == passes


class TestAclsAreNotAskedInsideASubnet:
    """Both workloads in one subnet: a network ACL that denies everything does not stop them."""

    def test_neighbours_reach_each_other(self) -> None:
        plan = Tiny()
        plan.remove(plan.right)
        plan.connect()
        plan.acl(plan.left)
        plan.change(plan.server, tags={"zt-ai:workload": "caller", "zt-ai:role": "workload"})
        assert plan.between("caller", "caller")[0] == "tcp/443"


class TestDefaultNetworkAcl:
    """A subnet that no ACL is associated with has the VPC's default one, which allows all until it is stripped."""

    def test_it_allows_everything(self) -> None:
        plan = Tiny()
        plan.connect()
        assert plan.between() == ("tcp/443", "tcp/443")
        claim = plan.claims(("caller", "server"))["reachability"]
        assert any("default network ACL" in witness.explanation for witness in claim.witnesses)

    def test_adopted_without_rules_it_denies_everything(self) -> None:
        plan = Tiny()
        plan.connect()
        plan.add("ec2/defaultNetworkAcl:DefaultNetworkAcl", "default", defaultNetworkAclId=plan.vpc)
        assert plan.between() == ("nothing", "nothing")


class TestWhatIsNotKnown:
    """A value that is known only after the deployment makes the claim UNKNOWN, never PROVED."""

    def test_an_unknown_port_is_every_port_and_a_reason(self) -> None:
        plan = Tiny()
        plan.connect()
        plan.into(plan.server, "late", fromPort=Unknown(), referencedSecurityGroupId=plan.caller)
        assert plan.claims(("caller", "server"))["reachability"].reasons

    def test_an_unknown_peer_is_a_reason(self) -> None:
        plan = Tiny()
        plan.into(plan.server, referencedSecurityGroupId=Unknown(("a", "b")))
        assert plan.claims()["reachability"].reasons

    def test_a_type_that_is_not_modelled_is_a_reason_and_a_passive_one_is_not(self) -> None:
        plan = Tiny()
        plan.add("cloudwatch/logGroup:LogGroup", "log")
        assert not plan.claims()["reachability"].reasons
        plan.add("vpclattice/service:Service", "lattice")
        assert any("vpclattice" in reason for reason in plan.claims()["internet-egress"].reasons)

    def test_a_group_that_is_not_in_the_plan_is_a_party(self) -> None:
        plan = Tiny()
        plan.into(plan.server, referencedSecurityGroupId="sg-0123456789abcdef0")
        claim = plan.claims()["reachability"]
        assert any("sg-0123456789abcdef0" in witness.source for witness in claim.witnesses)


class TestInterfaces:
    """A concrete interface that mixes the groups of two workloads, or is in another zone, is a party of its own."""

    def test_a_mixture_is_extra(self) -> None:
        plan = Tiny()
        plan.connect()
        plan.add(
            "ec2/networkInterface:NetworkInterface",
            "mix",
            subnetId=plan.left,
            securityGroups=[plan.caller, plan.server],
        )
        claim = plan.claims(("caller", "server"))["reachability"]
        assert any("network interface mix" in (witness.source, witness.destination) for witness in claim.witnesses)

    @pytest.mark.parametrize(("zone", "extra"), [("left", False), ("right", True)])
    def test_it_has_to_be_in_its_zone(self, zone: str, extra: bool) -> None:
        plan = Tiny()
        plan.connect()
        subnet: Ref = getattr(plan, zone)
        plan.add("lambda/function:Function", "f", vpcConfig={"subnetIds": [subnet], "securityGroupIds": [plan.caller]})
        claim = plan.claims(("caller", "server"))["reachability"]
        assert any(witness.source == "Lambda function f" for witness in claim.witnesses) is extra
