"""No identifier reaches a provider without an agreement, whatever it hides behind; harmless twins pass byte for byte.

What is looked at is what arrived at the provider, through the real proxy and real TLS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.egress.evasion.bodies import ALWAYS_REFUSED, FORMS, PLACES, Place, chat
from tests.egress.evasion.texts import FOR_NUMBERS, HIDDEN
from tests.egress.running import Proxy, running

# Kind → a text with an identifier that belongs to nobody, as people write it.
IDENTIFIERS = {
    "ssn": "536-22-8714",
    "mrn": "MRN: 00482913",
    "mbi": "2KP7-WR4-XN85",
    "email": "maria.lopez77@lakesidemail.com",
    "phone": "(415) 867-2291",
    "birth": "DOB 03/14/1962",
    "npi": "NPI 1245319599",
}
NUMBERS = frozenset({"ssn"})
HARMLESS = {
    "ssn": "blue heron",
    "mrn": "Mode: standby",
    "mbi": "third-draft-copy",
    "email": "reading list on queues",
    "phone": "(see chapter two)",
    "birth": "see the table below",
    "npi": "NPI registry search",
}


@dataclass(frozen=True)
class Case:
    """One way for one kind of identifier."""

    kind: str
    carrier: str
    place: Place

    def __str__(self) -> str:
        return f"{self.kind} by {self.carrier}"


def _hidden(carrier: str) -> Place:
    hide = HIDDEN[carrier]
    return lambda text: chat(hide(text))


def _cases() -> Iterator[Case]:
    for carrier in HIDDEN:
        for kind in IDENTIFIERS:
            if carrier not in FOR_NUMBERS or kind in NUMBERS:
                yield Case(kind, carrier, _hidden(carrier))
    for name, place in {**PLACES, **FORMS}.items():
        for kind in ("ssn", "mrn", "email"):
            # A header's name cannot have all the characters that an identifier can.
            if name != "a header's name" or kind == "ssn":
                yield Case(kind, name, place)


CASES = tuple(_cases())


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(tmp_path_factory.mktemp("evasion")) as proxy:
        yield proxy


def test_there_are_at_least_a_hundred_and_fifty_ways() -> None:
    assert len({(case.kind, case.carrier) for case in CASES}) == len(CASES) >= 150
    assert len({case.carrier for case in CASES}) >= 100


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_identifier_does_not_reach_the_provider(case: Case, proxy: Proxy) -> None:
    sent = case.place(IDENTIFIERS[case.kind])
    proxy.standin.forget()
    reply = proxy.send("researcher", "openai", sent.body, sent.headers, sent.target)
    assert bytes(proxy.standin.wire) == b"", "something reached the provider"
    assert reply.status in (400, 403, 413, 415), reply
    assert IDENTIFIERS[case.kind].encode() not in reply.body


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_harmless_twin_passes_byte_for_byte(case: Case, proxy: Proxy) -> None:
    sent = case.place(HARMLESS[case.kind])
    proxy.standin.forget()
    reply = proxy.send("researcher", "openai", sent.body, sent.headers, sent.target)
    assert reply.status == 200, reply
    (arrived,) = proxy.standin.requests
    assert arrived.body == sent.body
    assert arrived.target == sent.target
    assert set(sent.headers) <= set(arrived.headers) | {("content-length", str(len(sent.body)))}


@pytest.mark.parametrize("name", ALWAYS_REFUSED)
def test_what_can_be_read_in_two_ways_is_refused(name: str, proxy: Proxy) -> None:
    for text in (IDENTIFIERS["ssn"], HARMLESS["ssn"]):
        sent = ALWAYS_REFUSED[name](text)
        proxy.standin.forget()
        reply = proxy.send("researcher", "openai", sent.body, sent.headers, sent.target)
        assert bytes(proxy.standin.wire) == b""
        assert reply.status in (400, 403, 404, 413, 415), reply


def test_the_same_identifiers_reach_a_provider_with_an_agreement(proxy: Proxy) -> None:
    """The twin of all the above: it is the missing agreement that stops them, not the proxy being shut."""
    proxy.standin.forget()
    body = chat(" ".join(IDENTIFIERS.values()), max_tokens=10).body.replace(b"gpt-4.1-mini", b"claude-haiku-4-5")
    reply = proxy.send("summarizer", "anthropic", body, target="/v1/messages")
    assert reply.status == 200, reply
    (arrived,) = proxy.standin.requests
    assert arrived.body == body
