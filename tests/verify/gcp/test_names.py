"""What a name stands for, in the order of Cloud DNS, "Name resolution order", "VPC network resolution order"."""

from __future__ import annotations

import pytest

from tests.verify.gcp.tiny import Tiny
from zt_ai.graph.model import Ref
from zt_ai.verify.gcp.dns import Answer

VIPS = ["199.36.153.4", "199.36.153.5", "199.36.153.6", "199.36.153.7"]


class Site(Tiny):
    """The tiny network with private names."""

    def zone(self, suffix: str, **more: object) -> Ref:
        bound = {"networks": [{"networkUrl": self.network}]}
        return self.add("dns/managedZone:ManagedZone", f"zone-{suffix}", dnsName=suffix, visibility="private",
                        privateVisibilityConfig=bound, **more)  # fmt: skip

    def record(self, zone: Ref, name: str, type_: str, *values: str) -> None:
        self.add("dns/recordSet:RecordSet", f"{name}-{type_}", managedZone=zone, name=name, type=type_, rrdatas=values)

    def answers(self, *rules: tuple[str, str | None], bound: bool = True) -> None:
        """A response policy: an address for a name, or None to step aside."""
        networks = [{"networkUrl": self.network}] if bound else None
        policy = self.add("dns/responsePolicy:ResponsePolicy", "policy", responsePolicyName="p", networks=networks)
        for name, address in rules:
            data = {"localDatas": [{"name": name, "type": "A", "rrdatas": [address]}]} if address else None
            self.add("dns/responsePolicyRule:ResponsePolicyRule", f"rule-{name}", responsePolicy=policy, dnsName=name,
                     localData=data, behavior=None if address else "bypassResponsePolicy")  # fmt: skip

    def ask(self, name: str) -> Answer:
        answer: Answer = self.read().names[self.network.urn].resolve(name)
        return answer


def google(site: Site) -> None:
    zone = site.zone("googleapis.com.")
    site.record(zone, "restricted.googleapis.com.", "A", *VIPS)
    site.record(zone, "*.googleapis.com.", "CNAME", "restricted.googleapis.com.")


def test_a_private_zone_answers_with_the_restricted_addresses() -> None:
    site = Site()
    assert site.ask("storage.googleapis.com").kind == "public"
    google(site)
    answer = site.ask("storage.googleapis.com")
    assert (answer.kind, answer.addresses) == ("addresses", tuple(VIPS))
    assert len(answer.through) == 2  # the alias and what it leads to


def test_a_zone_that_is_not_bound_to_the_network_does_not_answer() -> None:
    site = Site()
    site.add("dns/managedZone:ManagedZone", "other", dnsName="googleapis.com.", visibility="private",
             privateVisibilityConfig={"networks": [{"networkUrl": "projects/p/global/networks/other"}]})  # fmt: skip
    assert site.ask("storage.googleapis.com").kind == "public"


def test_the_longest_suffix_wins() -> None:
    site = Site()
    google(site)
    site.record(site.zone("storage.googleapis.com."), "storage.googleapis.com.", "A", "192.0.2.9")
    assert site.ask("storage.googleapis.com").addresses == ("192.0.2.9",)
    assert site.ask("logging.googleapis.com").addresses == tuple(VIPS)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("example.org", "addresses"), ("api.example.com", "public"), ("x.api.example.com", "addresses")],
)
def test_a_response_policy_closes_everything_but_what_it_steps_aside_for(name: str, kind: str) -> None:
    site = Site()
    site.answers(("*.", "192.0.2.1"), ("api.example.com.", None))
    assert site.ask(name).kind == kind
    assert site.read().names[site.network.urn].closed()


def test_a_response_policy_of_no_network_closes_nothing() -> None:
    site = Site()
    site.answers(("*.", "192.0.2.1"), bound=False)
    assert site.ask("example.org").kind == "public"
    assert site.read().names[site.network.urn].closed() is None


def test_a_response_policy_comes_before_private_zones() -> None:
    site = Site()
    google(site)
    site.answers(("*.googleapis.com.", "192.0.2.1"))
    assert site.ask("storage.googleapis.com").addresses == ("192.0.2.1",)
    aside = Site()
    google(aside)
    aside.answers(("*.", "192.0.2.1"), ("*.googleapis.com.", None))
    assert aside.ask("storage.googleapis.com").addresses == tuple(VIPS)


def test_another_name_server_takes_every_query() -> None:
    site = Site()
    google(site)
    site.add("dns/policy:Policy", "outbound", networks=[{"networkUrl": site.network}],
             alternativeNameServerConfig={"targetNameServers": [{"ipv4Address": "10.0.0.53"}]})  # fmt: skip
    assert site.ask("storage.googleapis.com").kind == "elsewhere"


def test_a_forwarding_zone_asks_elsewhere() -> None:
    site = Site()
    site.zone("corp.example.", forwardingConfig={"targetNameServers": [{"ipv4Address": "10.0.0.53"}]})
    assert site.ask("db.corp.example").kind == "elsewhere"
    assert site.ask("corp.example.org").kind == "public"


def test_a_name_that_a_private_zone_lacks_is_nothing() -> None:
    site = Site()
    site.zone("clinic.internal.")
    assert site.ask("proxy.clinic.internal").kind == "nothing"


def test_aliases_in_a_ring_end() -> None:
    site = Site()
    zone = site.zone("ring.example.")
    site.record(zone, "a.ring.example.", "CNAME", "b.ring.example.")
    site.record(zone, "b.ring.example.", "CNAME", "a.ring.example.")
    assert site.ask("a.ring.example").kind == "unknown"
