"""What AWS refuses of networks, groups, network ACLs, routes and endpoints; beside each the neighbour it allows."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.simulate.aws import assume_existing, raise_quotas

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ACL_RULE = "ec2/networkAclRule:NetworkAclRule"
ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"
LOGS = "com.amazonaws.us-east-1.logs"


def refused(code: str) -> Any:
    return pytest.raises(AssertionError, match=code)


def rule(group: Any, **more: Any) -> dict[str, Any]:
    base = {"securityGroupId": group.id, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    return {**base, **(more or {"cidrIpv4": "10.0.0.0/16"})}


class TestSubnets:
    def test_overlapping(self, aws: Any) -> None:
        vpc = aws.vpc()
        aws.subnet(vpc, "10.0.0.0/24")
        with refused("InvalidSubnet.Conflict"):
            aws.subnet(vpc, "10.0.0.128/25")
        aws.subnet(vpc, "10.0.1.0/25")
        aws.subnet(aws.vpc("other"), "10.0.0.0/24", name="same range, other network")

    def test_outside_the_network(self, aws: Any) -> None:
        vpc = aws.vpc()
        with refused("InvalidSubnet.Range"):
            aws.subnet(vpc, "10.1.0.0/24")
        aws.subnet(vpc, "10.0.255.0/24")

    @pytest.mark.parametrize(("cidr", "allowed"), [("10.0.0.0/29", False), ("10.0.0.0/28", True)])
    def test_size(self, aws: Any, cidr: str, allowed: bool) -> None:
        problems = aws.problems("ec2/subnet:Subnet", {"vpcId": "vpc-0123456789abcdef0", "cidrBlock": cidr})
        assert ("cidrBlock" not in problems) == allowed

    def test_host_bits(self, aws: Any) -> None:
        assert "InvalidParameterValue" in aws.problems("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.1/16"})["cidrBlock"]

    def test_zone_of_another_region(self, aws: Any) -> None:
        vpc = aws.vpc()
        with refused("InvalidParameterValue"):
            aws.subnet(vpc, "10.0.0.0/24", "eu-west-1a")
        aws.subnet(vpc, "10.0.0.0/24", "us-east-1c")

    def test_quota_and_its_raise(self, aws: Any) -> None:
        vpc = aws.vpc()
        raise_quotas(aws.world, {"subnets-per-vpc": 1})
        aws.subnet(vpc, "10.0.0.0/24")
        with refused("SubnetLimitExceeded"):
            aws.subnet(vpc, "10.0.1.0/24")
        raise_quotas(aws.world, {"subnets-per-vpc": 2})
        aws.subnet(vpc, "10.0.1.0/24")

    def test_network_that_is_not_there(self, aws: Any) -> None:
        inputs = {"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24"}
        with refused("InvalidVpcID.NotFound"):
            aws.make("ec2/subnet:Subnet", inputs)
        with refused("InvalidVpcID.Malformed"):
            aws.make("ec2/subnet:Subnet", {**inputs, "vpcId": "vpc-1"})
        assume_existing(aws.world, ["vpc-0123456789abcdef0"])
        aws.make("ec2/subnet:Subnet", inputs)


class TestNetworks:
    def test_vpcs_per_region(self, aws: Any) -> None:
        for number in range(5):
            aws.vpc(f"net{number}")
        with refused("VpcLimitExceeded"):
            aws.vpc("net5")
        aws.vpc("elsewhere", region="eu-west-1")

    def test_second_internet_gateway(self, aws: Any) -> None:
        one, two = aws.vpc("one"), aws.vpc("two")
        aws.make("ec2/internetGateway:InternetGateway", {"vpcId": one.id}, "a")
        with refused("Resource.AlreadyAssociated"):
            aws.make("ec2/internetGateway:InternetGateway", {"vpcId": one.id}, "b")
        aws.make("ec2/internetGateway:InternetGateway", {"vpcId": two.id}, "b")

    def test_network_with_subnets_stays(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        with refused("DependencyViolation"):
            aws.delete(vpc)
        aws.delete(subnet)
        aws.delete(vpc)
        assert aws.world.all() == ()

    def test_nat_gateway_needs_a_way_out_and_keeps_it(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        address = aws.make("ec2/eip:Eip", {"domain": "vpc"})
        inputs = {"subnetId": subnet.id, "allocationId": address.id}
        with refused("Gateway.NotAttached"):
            aws.make("ec2/natGateway:NatGateway", inputs)
        gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
        nat = aws.make("ec2/natGateway:NatGateway", inputs)
        assert nat.outputs["publicIp"] == address.outputs["publicIp"]
        for thing, code in ((gateway, "DependencyViolation"), (address, "InvalidIPAddress.InUse")):
            with refused(code):
                aws.delete(thing)
        with refused("Resource.AlreadyAssociated"):
            aws.make("ec2/natGateway:NatGateway", inputs, "second")
        for thing in (nat, address, gateway):
            aws.delete(thing)


class TestGroups:
    def test_name_twice_in_a_network(self, aws: Any) -> None:
        vpc = aws.vpc()
        aws.group(vpc, "web")
        for name in ("web", "Web"):
            with refused("InvalidGroup.Duplicate"):
                aws.make("ec2/securityGroup:SecurityGroup", {"vpcId": vpc.id, "name": name}, "again")
        aws.group(aws.vpc("other"), "web")

    def test_reserved_names(self, aws: Any) -> None:
        vpc = aws.vpc()
        for name, code in (("sg-web", "InvalidParameterValue"), ("default", "InvalidGroup.Reserved")):
            with refused(code):
                aws.group(vpc, name)
        aws.group(vpc, "web-sg-")

    @pytest.mark.parametrize("kind", [INGRESS, EGRESS])
    def test_same_rule_twice(self, aws: Any, kind: str) -> None:
        group = aws.group(aws.vpc())
        aws.make(kind, rule(group), "a")
        with refused("InvalidPermission.Duplicate"):
            aws.make(kind, rule(group, cidrIpv4="10.0.0.0/16", ipProtocol="6"), "b")
        aws.make(kind, rule(group, cidrIpv4="10.0.0.0/16", toPort=444), "c")

    def test_sixty_rules_and_not_one_more(self, aws: Any) -> None:
        group = aws.group(aws.vpc())
        for number in range(60):
            aws.make(INGRESS, rule(group, cidrIpv4=f"10.0.{number}.0/24"), f"r{number}")
        with refused("RulesPerSecurityGroupLimitExceeded"):
            aws.make(INGRESS, rule(group, cidrIpv4="10.1.0.0/24"), "one more")
        aws.make(INGRESS, rule(group, cidrIpv6="2001:db8::/32"), "IPv6 is counted apart")
        aws.make(EGRESS, rule(group, cidrIpv4="10.1.0.0/24"), "the other direction is counted apart")

    def test_a_rule_has_one_peer(self, aws: Any) -> None:
        group = aws.group(aws.vpc())
        assert "none is given" in aws.problems(INGRESS, rule(group, ipProtocol="tcp"))["cidrIpv4"]
        both = rule(group, cidrIpv4="10.0.0.0/16", referencedSecurityGroupId=group.id)
        assert "exactly one of" in aws.problems(INGRESS, both)["cidrIpv4"]
        assert aws.problems(INGRESS, rule(group)) == {}

    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"fromPort": 500, "toPort": 443}, "fromPort"),
            ({"fromPort": 70000, "toPort": 70000}, "fromPort"),
            ({"ipProtocol": "tpc"}, "ipProtocol"),
            ({"ipProtocol": "-1"}, "fromPort"),
            ({"cidrIpv4": "10.0.0.1/16"}, "cidrIpv4"),
        ],
    )
    def test_malformed_rule(self, aws: Any, more: dict[str, Any], path: str) -> None:
        whole = {"securityGroupId": "sg-0123456789abcdef0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
        assert "InvalidParameterValue" in aws.problems(INGRESS, {**whole, "cidrIpv4": "10.0.0.0/16", **more})[path]

    def test_group_that_another_refers_to_stays(self, aws: Any) -> None:
        vpc = aws.vpc()
        one, two = aws.group(vpc, "one"), aws.group(vpc, "two")
        refers = aws.make(INGRESS, rule(one, referencedSecurityGroupId=two.id))
        with refused("DependencyViolation"):
            aws.delete(two)
        aws.delete(refers)
        aws.delete(two)
        aws.make(INGRESS, rule(one, referencedSecurityGroupId=one.id), "its own rules do not hold it")
        aws.delete(one)

    def test_peer_that_is_not_there(self, aws: Any) -> None:
        group = aws.group(aws.vpc())
        with refused("InvalidGroup.NotFound"):
            aws.make(INGRESS, rule(group, referencedSecurityGroupId="sg-0123456789abcdef0"))

    def test_five_groups_on_an_interface(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        groups = [aws.group(vpc, f"g{number}").id for number in range(6)]
        inputs = {"vpcId": vpc.id, "serviceName": LOGS, "vpcEndpointType": "Interface", "subnetIds": [subnet.id]}
        with refused("SecurityGroupsPerInterfaceLimitExceeded"):
            aws.make(ENDPOINT, {**inputs, "securityGroupIds": groups})
        aws.make(ENDPOINT, {**inputs, "securityGroupIds": groups[:5]})


class TestAcls:
    def entry(self, acl: Any, number: int, **more: Any) -> dict[str, Any]:
        base = {"networkAclId": acl.id, "ruleNumber": number, "protocol": "tcp", "ruleAction": "allow"}
        return {**base, "cidrBlock": "10.0.0.0/16", "fromPort": 443, "toPort": 443, **more}

    def test_number_twice(self, aws: Any) -> None:
        acl = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": aws.vpc().id})
        aws.make(ACL_RULE, self.entry(acl, 100), "a")
        with refused("NetworkAclEntryAlreadyExists"):
            aws.make(ACL_RULE, self.entry(acl, 100, cidrBlock="10.1.0.0/16"), "b")
        aws.make(ACL_RULE, self.entry(acl, 100, egress=True), "c")
        aws.make(ACL_RULE, self.entry(acl, 101), "d")

    def test_nineteen_entries_in_a_direction_because_the_closing_deny_is_the_twentieth(self, aws: Any) -> None:
        acl = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": aws.vpc().id})
        for number in range(1, 20):
            aws.make(ACL_RULE, self.entry(acl, number), f"e{number}")
        with refused("NetworkAclEntryLimitExceeded"):
            aws.make(ACL_RULE, self.entry(acl, 20), "one more")
        aws.make(ACL_RULE, self.entry(acl, 20, egress=True), "out")

    @pytest.mark.parametrize(("number", "allowed"), [(0, False), (32766, True), (32767, False)])
    def test_numbers(self, aws: Any, number: int, allowed: bool) -> None:
        acl = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": aws.vpc().id})
        assert ("ruleNumber" not in aws.problems(ACL_RULE, self.entry(acl, number))) == allowed


class TestRoutes:
    def route(self, table: Any, **more: Any) -> dict[str, Any]:
        return {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", **more}

    def test_targets_and_destinations(self, aws: Any) -> None:
        vpc = aws.vpc()
        table = aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id})
        with refused("InvalidNatGatewayID.NotFound"):
            aws.make("ec2/route:Route", self.route(table, natGatewayId="nat-0123456789abcdef0"))
        with refused("InvalidInternetGatewayID.NotFound"):
            aws.make("ec2/route:Route", self.route(table, gatewayId="igw-0123456789abcdef0"))
        gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
        aws.make("ec2/route:Route", self.route(table, gatewayId=gateway.id), "out")
        with refused("RouteAlreadyExists"):
            aws.make("ec2/route:Route", self.route(table, gatewayId=gateway.id), "again")
        narrower = self.route(table, gatewayId=gateway.id, destinationCidrBlock="192.0.2.0/24")
        aws.make("ec2/route:Route", narrower, "narrower")

    def test_local_range(self, aws: Any) -> None:
        vpc = aws.vpc()
        table = aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id})
        gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
        with refused("RouteAlreadyExists"):
            aws.make("ec2/route:Route", self.route(table, gatewayId=gateway.id, destinationCidrBlock="10.0.0.0/16"))

    def test_transit_gateway_must_be_known(self, aws: Any) -> None:
        table = aws.make("ec2/routeTable:RouteTable", {"vpcId": aws.vpc().id})
        inputs = self.route(table, transitGatewayId="tgw-0123456789abcdef0")
        with refused("InvalidTransitGatewayID.NotFound"):
            aws.make("ec2/route:Route", inputs)
        assume_existing(aws.world, ["tgw-0123456789abcdef0"])
        aws.make("ec2/route:Route", inputs)

    def test_one_table_for_a_subnet(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        tables = [aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id}, name) for name in ("a", "b")]
        kind = "ec2/routeTableAssociation:RouteTableAssociation"
        held = aws.make(kind, {"routeTableId": tables[0].id, "subnetId": subnet.id}, "x")
        with refused("Resource.AlreadyAssociated"):
            aws.make(kind, {"routeTableId": tables[1].id, "subnetId": subnet.id}, "y")
        with refused("DependencyViolation"):
            aws.delete(tables[0])
        aws.delete(held)
        aws.delete(tables[0])


class TestEndpoints:
    def test_private_dns_once_for_a_service(self, aws: Any) -> None:
        vpc = aws.vpc()
        inputs = {"vpcId": vpc.id, "serviceName": LOGS, "vpcEndpointType": "Interface", "privateDnsEnabled": True}
        aws.make(ENDPOINT, inputs, "a")
        with refused("conflicting DNS domain"):
            aws.make(ENDPOINT, inputs, "b")
        aws.make(ENDPOINT, {**inputs, "privateDnsEnabled": False}, "c")
        aws.make(ENDPOINT, {**inputs, "serviceName": "com.amazonaws.us-east-1.kms"}, "d")

    def test_private_dns_needs_names_in_the_network(self, aws: Any) -> None:
        plain = aws.make("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
        inputs = {"serviceName": LOGS, "vpcEndpointType": "Interface", "privateDnsEnabled": True}
        with refused("enableDnsHostnames"):
            aws.make(ENDPOINT, {**inputs, "vpcId": plain.id})
        aws.make(ENDPOINT, {**inputs, "vpcId": aws.vpc("named").id})

    def test_a_gateway_endpoint_is_for_s3_and_dynamodb(self, aws: Any) -> None:
        vpc = aws.vpc()
        with refused("InvalidParameter"):
            aws.make(ENDPOINT, {"vpcId": vpc.id, "serviceName": LOGS, "vpcEndpointType": "Gateway"})
        made = aws.make(ENDPOINT, {"vpcId": vpc.id, "serviceName": "com.amazonaws.us-east-1.s3"})
        found = aws.invoke("aws:ec2/getPrefixList:getPrefixList", {"name": "com.amazonaws.us-east-1.s3"})
        assert made.outputs["prefixListId"] == found["id"]
        rule_inputs = rule(aws.group(vpc), prefixListId=found["id"])
        aws.make(EGRESS, rule_inputs)
        with refused("InvalidPrefixListID.NotFound"):
            aws.make(EGRESS, {**rule_inputs, "prefixListId": "pl-0badc0de"}, "unknown list")

    def test_a_subnet_in_use_stays(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        inputs = {"vpcId": vpc.id, "serviceName": LOGS, "vpcEndpointType": "Interface", "subnetIds": [subnet.id]}
        made = aws.make(ENDPOINT, inputs)
        assert made.outputs["securityGroupIds"] == [vpc.outputs["defaultSecurityGroupId"]]
        with refused("DependencyViolation"):
            aws.delete(subnet)
        aws.delete(made)
        aws.delete(subnet)
