"""Unknown values are resolved by the names of their places only where that leaves no choice."""

from __future__ import annotations

import pytest

from zt_ai.graph.model import Ref, Unknown, Value
from zt_ai.graph.slots import assign

KINDS = {
    "s1": "aws:ec2/subnet:Subnet",
    "s2": "aws:ec2/subnet:Subnet",
    "g": "aws:ec2/securityGroup:SecurityGroup",
    "t1": "aws:lb/targetGroup:TargetGroup",
    "t2": "aws:lb/targetGroup:TargetGroup",
}
U = Unknown()


def kinds(*urns: str) -> dict[str, str]:
    return {urn: KINDS[urn] for urn in urns}


@pytest.mark.parametrize(
    ("value", "among", "expected"),
    [
        pytest.param(
            {"subnets": (U, U), "securityGroups": (U,), "assignPublicIp": False},
            ("s1", "s2", "g"),
            {"subnets": (Ref("s1"), Ref("s2")), "securityGroups": (Ref("g"),), "assignPublicIp": False},
            id="two slots of one property",
        ),
        pytest.param(
            ({"subnetId": U, "ipAddressType": "IPV4"}, {"subnetId": U, "ipAddressType": "IPV4"}),
            ("s1", "s2"),
            ({"subnetId": Ref("s1"), "ipAddressType": "IPV4"}, {"subnetId": Ref("s2"), "ipAddressType": "IPV4"}),
            id="equal maps in a list",
        ),
        pytest.param(
            ({"targetGroupArn": U, "containerPort": 1}, {"targetGroupArn": U, "containerPort": 2}),
            ("t1", "t2"),
            None,
            id="maps that differ: either could be meant",
        ),
        pytest.param({"subnets": (U,)}, ("s1", "s2"), None, id="more resources than values"),
        pytest.param({"subnets": (U, U)}, ("s1",), None, id="more values than resources"),
        pytest.param({"subnets": (U, U)}, ("s1", "g"), None, id="a resource of another kind"),
        pytest.param({"subnets": (U, U), "securityGroups": ("sg-1",)}, ("s1", "s2", "g"), None, id="one left over"),
        pytest.param({"primary": U, "secondary": U}, ("s1", "s2"), None, id="names that say nothing"),
        pytest.param({"subnetId": U, "otherSubnetId": U}, ("s1", "s2"), None, id="two slots for one kind"),
    ],
)
def test_a_place_takes_what_its_name_says(value: Value, among: tuple[str, ...], expected: Value) -> None:
    assert assign(value, kinds(*among)) == expected
