"""Certificates over time: what is written, what is renewed, and what stays when names change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tests.egress.envoy.policies import call, clinic, provider
from zt_ai.egress.pki import Authority, AuthorityError, Lifetime
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.certificates import Certificates, Given
from zt_ai.egress.run.layout import Layout, StateError
from zt_ai.spec.types import ProviderApi

START = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def certificates(tmp_path: Path, clock: Clock) -> Certificates:
    layout = Layout(tmp_path / "state")
    layout.make()
    return Certificates(layout, ("127.0.0.1",), clock=clock)


def leaf(certificates: Certificates, name: str) -> x509.Certificate:
    secret = json.loads((certificates.layout.secrets / f"{name}.json").read_text())["resources"][0]
    return x509.load_pem_x509_certificate(secret["tls_certificate"]["certificate_chain"]["inline_string"].encode())


def names(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in extension]


def with_a_third_provider() -> Policy:
    policy = clinic()
    providers = {**policy.providers, "third": provider(ProviderApi.OPENAI, "llm.example")}
    return clinic(providers=providers, calls=(*policy.calls, call("doctor", "third", "/v1/x")))


def test_each_provider_name_has_a_certificate_for_itself_alone(certificates: Certificates) -> None:
    certificates.ensure(clinic())
    for host in ("api.anthropic.com", "api.openai.com", "eu.api.openai.com"):
        assert names(leaf(certificates, f"host-{host}")) == [host]


def test_the_proxys_own_certificate_names_it_and_no_provider(certificates: Certificates) -> None:
    certificates.ensure(clinic())
    assert names(leaf(certificates, "proxy")) == ["localhost", "127.0.0.1", "spiffe://clinic.internal/egress-proxy"]


def test_nothing_is_written_again_before_it_is_due(certificates: Certificates, clock: Clock) -> None:
    certificates.ensure(clinic())
    before = leaf(certificates, "proxy")
    clock.now += timedelta(hours=15, minutes=59)
    assert certificates.ensure(clinic()) is False
    assert leaf(certificates, "proxy") == before


@pytest.mark.parametrize("name", ["proxy", "host-api.openai.com", "caller-doctor"])
def test_every_certificate_is_renewed_eight_hours_before_its_end(
    certificates: Certificates, clock: Clock, name: str
) -> None:
    certificates.lifetime = Lifetime()
    certificates.ensure(clinic())
    before = leaf(certificates, name)
    clock.now += timedelta(hours=16, minutes=1)
    certificates.ensure(clinic())
    assert leaf(certificates, name).not_valid_after_utc - before.not_valid_after_utc >= timedelta(hours=16)


def test_a_new_provider_leaves_the_key_of_the_authority_and_the_callers_certificates(
    certificates: Certificates,
) -> None:
    certificates.ensure(clinic())
    before = x509.load_pem_x509_certificate(certificates.layout.ca.read_bytes())
    caller = leaf(certificates, "caller-doctor")
    assert certificates.ensure(with_a_third_provider()) is True
    after = x509.load_pem_x509_certificate(certificates.layout.ca.read_bytes())
    assert after != before
    assert after.public_key() == before.public_key()
    assert leaf(certificates, "caller-doctor") == caller
    leaf(certificates, "host-llm.example").verify_directly_issued_by(after)


def test_authorities_are_kept_over_a_restart(certificates: Certificates, clock: Clock) -> None:
    certificates.ensure(clinic())
    ca = certificates.layout.ca.read_text()
    Certificates(certificates.layout, ("127.0.0.1",), clock=clock).ensure(clinic())
    assert certificates.layout.ca.read_text() == ca


def test_an_authority_near_its_end_is_made_anew(certificates: Certificates, clock: Clock) -> None:
    certificates.ensure(clinic())
    ca = certificates.layout.ca.read_text()
    clock.now += timedelta(days=61)
    certificates.ensure(clinic())
    assert certificates.layout.ca.read_text() != ca


def test_what_callers_trust_cannot_issue_callers(certificates: Certificates) -> None:
    """Two authorities: whoever can pretend to be a provider cannot pretend to be a caller."""
    certificates.ensure(clinic())
    serving = (certificates.layout.authority / "serving.pem").read_text()
    trust = json.loads((certificates.layout.secrets / "trust.json").read_text())
    assert certificates.layout.ca.read_text() == serving
    assert json.dumps(serving)[1:-1] not in json.dumps(trust)


def test_the_keys_of_a_caller_that_is_no_more_are_removed(certificates: Certificates) -> None:
    certificates.ensure(clinic())
    policy = clinic()
    less = clinic(callers={"doctor": policy.callers["doctor"]}, calls=policy.calls[:2])
    certificates.ensure(less)
    assert {file.name for file in certificates.layout.callers.iterdir()} == {"doctor.pem", "doctor.key"}


def test_a_damaged_authority_is_said_to_be_and_not_replaced(certificates: Certificates) -> None:
    certificates.ensure(clinic())
    key = certificates.layout.authority / "serving.key"
    key.write_text("damaged")
    with pytest.raises(AuthorityError, match=r"serving\.pem"):
        certificates.ensure(clinic())
    assert key.read_text() == "damaged"


class TestWithAGivenAuthority:
    @pytest.fixture
    def given(self, tmp_path: Path, clock: Clock) -> Certificates:
        layout = Layout(tmp_path / "state")
        layout.make()
        authority = Authority.create("given", dns=["proxy.internal", "api.openai.com", "api.anthropic.com"], now=START)
        trust = Authority.create("workloads", uri_hosts=["clinic.internal"], now=START).pem
        return Certificates(layout, (), ("proxy.internal",), given=Given(authority, trust), clock=clock)

    def test_no_caller_gets_a_certificate_from_us(self, given: Certificates) -> None:
        given.ensure(clinic())
        assert given.caller_files(clinic()) == {}
        assert list(given.layout.callers.iterdir()) == []

    def test_its_key_is_not_written_down(self, given: Certificates) -> None:
        given.ensure(clinic())
        assert given.given
        key = given.given.authority.private_pem.splitlines()[1]
        assert not [f for f in given.layout.root.rglob("*") if f.is_file() and key in f.read_text()]

    def test_it_signs_what_the_proxy_presents(self, given: Certificates) -> None:
        given.ensure(clinic())
        assert given.given
        leaf(given, "proxy").verify_directly_issued_by(given.given.authority.certificate)
        assert names(leaf(given, "proxy")) == ["proxy.internal"]


def test_two_processes_do_not_share_a_state_folder(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "state")
    layout.make()
    layout.lock()
    with pytest.raises(StateError, match="another proxy"):
        layout.lock()


def test_a_full_door_log_is_put_aside(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "state")
    layout.make()
    layout.door_log.write_text("line\n")
    assert [layout.turn_door_log(100), layout.turn_door_log(5)] == [False, True]
    assert layout.door_log.read_text() == ""
    assert (layout.root / "door.1.jsonl").read_text() == "line\n"
