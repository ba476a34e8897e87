"""Azure Firewall, the DNS security policy and the proxy's host, one scenario each."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.verify.azure.handmade import Tiny, context_of, reach_of
from zt_ai.graph.model import Ref
from zt_ai.verify.azure.dns import NameRule, Resolver, below
from zt_ai.verify.azure.firewall import by_address, by_name, certainly, covers, stopped_by_address
from zt_ai.verify.azure.firewall_rules import FirewallRules, read_policy
from zt_ai.verify.azure.host import UnreadableHostError, read_host
from zt_ai.verify.azure.spaces import Spaces

PROXY = "10.1.1.0/28"


def application(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "ruleType": "ApplicationRule",
        "name": "names",
        "sourceAddresses": [PROXY],
        "protocols": [{"protocolType": "Https", "port": 443}],
        "targetFqdns": list(names),
        **more,
    }


def network(*destinations: str, **more: Any) -> dict[str, Any]:
    return {
        "ruleType": "NetworkRule",
        "name": "addresses",
        "sourceAddresses": ["*"],
        "destinationAddresses": list(destinations),
        "destinationPorts": ["443"],
        "ipProtocols": ["TCP"],
        **more,
    }


EVERY = application(
    "*",
    sourceAddresses=["*"],
    protocols=[{"protocolType": "Https", "port": 443}, {"protocolType": "Http", "port": 80}],
)


def firewall(*collections: tuple[int, str, dict[str, Any]], base: bool = False) -> tuple[Spaces, FirewallRules, int]:
    """Spaces, rules and the addresses of the proxy's subnet of a network with a firewall policy."""
    tiny = Tiny()
    policy = tiny.add("network:FirewallPolicy", "policy", firewallPolicyName="policy")
    tiny.add("network:AzureFirewall", "wall", firewallPolicy={"id": policy})
    groups: list[tuple[str, Ref]] = [("policy", policy)]
    if base:
        parent = tiny.add("network:FirewallPolicy", "parent", firewallPolicyName="parent")
        tiny.change(policy, basePolicy={"id": parent})
        groups.append(("parent", parent))
    for index, (priority, action, rule) in enumerate(collections):
        name = groups[-1][0] if index == 0 else "policy"
        tiny.add(
            "network:FirewallPolicyRuleCollectionGroup",
            f"group-{index}",
            firewallPolicyName=name,
            priority=priority,
            ruleCollections=[
                {
                    "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                    "priority": 100,
                    "action": {"type": action},
                    "rules": [rule],
                }
            ],
        )
    graph = tiny.graph()
    reach = reach_of(graph)
    rules = read_policy(context_of(graph), policy.urn)
    subnet = reach.world.subnets[tiny.subnets["exit"].urn]
    return reach.spaces, rules, reach.spaces.hosts(subnet)


def let_through(*collections: tuple[int, str, dict[str, Any]]) -> set[tuple[str | None, int | None]]:
    spaces, rules, sources = firewall(*collections)
    return {(one.name, one.port) for one in by_name(spaces, rules, sources)}


def test_a_list_of_names_lets_those_names_through() -> None:
    allowed = (100, "Allow", application("api.example.com"))
    assert let_through(allowed, (200, "Deny", EVERY)) == {("api.example.com", 443)}


def test_without_a_denial_of_every_name_azures_own_names_pass() -> None:
    found = let_through((100, "Allow", application("api.example.com")))
    assert ("Azure's own infrastructure names", 443) in found


def test_an_empty_list_is_every_name_and_a_denial_before_it_still_denies() -> None:
    assert ("*", 443) in let_through((100, "Allow", application()), (200, "Deny", EVERY))
    assert let_through((200, "Allow", application()), (100, "Deny", EVERY)) == set()


def test_nothing_passes_a_firewall_without_rules_but_azures_own_names() -> None:
    assert let_through() == {("Azure's own infrastructure names", 443)}


def test_network_rules_come_before_application_rules_whatever_their_priorities() -> None:
    spaces, rules, sources = firewall(
        (100, "Allow", application("api.example.com")), (60000, "Deny", network("*", name="no"))
    )
    assert certainly(spaces, rules, sources, "api.example.com", 443)
    stopped = stopped_by_address(spaces, rules, sources, spaces.tcp(443))
    assert stopped is not None
    assert stopped.name == "no"


def test_a_network_rule_needs_no_name() -> None:
    spaces, rules, sources = firewall((100, "Allow", network("AzureCloud")))
    assert [one.rule for one in by_address(spaces, rules, sources, spaces.public)] == ["addresses"]
    spaces, rules, sources = firewall((100, "Deny", network("*")), (200, "Allow", network("*")))
    assert not list(by_address(spaces, rules, sources, spaces.public))


def test_rules_of_a_parent_policy_come_first() -> None:
    spaces, rules, sources = firewall((60000, "Deny", EVERY), (100, "Allow", application("api.example.com")), base=True)
    assert not certainly(spaces, rules, sources, "api.example.com", 443)


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("*", "a.example.com", True),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "example.com", False),
        ("example.com", "a.example.com", False),
        ("example.com", "example.com", True),
    ],
)
def test_what_a_name_in_a_rule_covers(pattern: str, name: str, covered: bool) -> None:
    assert covers(pattern, name) is covered


def resolver(*rules: tuple[bool, str]) -> Resolver:
    made = (NameRule(f"urn-{i}", 100 + i, answers, (domain,)) for i, (answers, domain) in enumerate(rules))
    return Resolver(("policy",), tuple(made))


def test_a_resolver_answers_what_no_rule_blocks() -> None:
    assert [domain for domain, _ in resolver((True, "example.com")).answered()] == ["example.com", ""]
    assert [domain for domain, _ in resolver((True, "example.com"), (False, "")).answered()] == ["example.com"]
    assert not list(resolver((False, ""), (True, "example.com")).answered())
    assert Resolver((), ()).answers("anything.example")


def test_a_domain_holds_the_names_below_it() -> None:
    names = resolver((False, "bad.example.com"), (True, "example.com"), (False, ""))
    assert names.answers("a.example.com")
    assert not names.answers("a.bad.example.com")
    assert not names.answers("other.com")
    assert below("a.b", "b")
    assert not below("ab", "b")


def host(contents: str, **more: Any) -> str:
    unit = {"name": "egress-proxy.service", "enabled": True, "contents": contents}
    config = {"ignition": {"version": "3.3.0"}, "systemd": {"units": [unit]}, **more}
    return base64.b64encode(json.dumps(config).encode()).decode()


RUN = "[Service]\nExecStart=/usr/bin/docker run --rm --network host registry.example/egress-proxy:1\n"


def test_a_host_that_runs_the_proxy_alone_is_understood() -> None:
    found = read_host(host(RUN))
    assert found.image == "registry.example/egress-proxy:1"
    assert found.wrong == ()


@pytest.mark.parametrize(
    "contents",
    [
        RUN.replace("--rm", "--entrypoint sh"),
        RUN.replace("--rm", "--volume /:/host"),
        RUN.replace("proxy:1", "proxy:1 sh -c true"),
        RUN + "ExecStart=/usr/bin/socat\n",
        RUN + "ExecStartPost=/usr/bin/socat\n",
        RUN.replace("/usr/bin/docker run", "/usr/bin/podman run"),
        RUN.replace("--rm", "--env-file /tmp/other"),
        "[Service]\n",
        RUN.replace("--rm", "'"),
    ],
)
def test_a_host_that_runs_anything_else_is_told(contents: str) -> None:
    assert read_host(host(contents)).wrong


def test_custom_data_of_another_kind_are_not_understood() -> None:
    for data in ("", "#!/bin/sh", base64.b64encode(b"#cloud-config").decode(), base64.b64encode(b"[]").decode()):
        with pytest.raises(UnreadableHostError):
            read_host(data)
