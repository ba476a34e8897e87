"""Authorities and the certificates they sign: what is in them, and what a verifier makes of that."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from zt_ai.egress.pki import MAX_LIFETIME, Authority, AuthorityError, Leaf, Lifetime
from zt_ai.egress.pki.leaf import expiry

HOUR = timedelta(hours=1)
ID = "spiffe://clinic.internal/doctor"


def parsed(leaf: Leaf) -> x509.Certificate:
    return x509.load_pem_x509_certificate(leaf.chain.encode())


@pytest.fixture
def serving() -> Authority:
    return Authority.create("serving", dns=["api.openai.com", "localhost"])


@pytest.fixture
def identities() -> Authority:
    return Authority.create("identities", uri_hosts=["clinic.internal"])


def test_a_callers_certificate_has_its_spiffe_id_and_no_other_name(identities: Authority) -> None:
    certificate = parsed(identities.caller("doctor", ID, valid=HOUR))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [ID]


def test_a_callers_certificate_is_what_spiffe_asks_of_a_leaf(identities: Authority) -> None:
    certificate = parsed(identities.caller("doctor", ID, valid=HOUR))
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert not usage.crl_sign
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_keys_are_on_p_256(identities: Authority) -> None:
    key = parsed(identities.caller("doctor", ID, valid=HOUR)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)


@pytest.mark.parametrize(("name", "accepted"), [("api.openai.com", True), ("bank.example", False)])
def test_an_authority_is_good_for_its_own_names_alone(serving: Authority, name: str, accepted: bool) -> None:
    """A stolen key of the authority that callers trust must not speak for any other site."""
    leaf = parsed(serving.server([name], valid=HOUR))
    verifier = PolicyBuilder().store(Store([serving.certificate])).build_server_verifier(x509.DNSName(name))
    if accepted:
        verifier.verify(leaf, [])
    else:
        with pytest.raises(VerificationError):
            verifier.verify(leaf, [])


def test_without_constraints_the_same_certificate_would_be_accepted(serving: Authority) -> None:
    """The twin of the test before: it is the constraint that refuses."""
    free = Authority.create("free", dns=["api.openai.com", "bank.example"], key=serving.key)
    verifier = PolicyBuilder().store(Store([free.certificate])).build_server_verifier(x509.DNSName("bank.example"))
    verifier.verify(parsed(free.server(["bank.example"], valid=HOUR)), [])


def test_a_certificate_made_anew_for_the_same_key_vouches_for_what_was_signed_before(serving: Authority) -> None:
    leaf = parsed(serving.server(["api.openai.com"], valid=HOUR))
    again = Authority.create("serving", dns=["api.openai.com", "localhost", "api.anthropic.com"], key=serving.key)
    verifier = PolicyBuilder().store(Store([again.certificate])).build_server_verifier(x509.DNSName("api.openai.com"))
    verifier.verify(leaf, [])


def test_a_leaf_never_outlives_its_authority() -> None:
    short = Authority.create("short", dns=["localhost"], days=1)
    assert short.server(["localhost"], valid=timedelta(days=30)).expires <= short.expires


def test_an_authority_that_has_ended_signs_nothing() -> None:
    old = Authority.create("old", dns=["localhost"], now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), days=1)
    with pytest.raises(AuthorityError, match="ended"):
        old.server(["localhost"], valid=HOUR)


def test_a_leaf_says_when_it_ends(identities: Authority) -> None:
    leaf = identities.caller("doctor", ID, valid=HOUR)
    assert leaf.expires == expiry(leaf.chain)
    assert HOUR - timedelta(minutes=1) < leaf.expires - dt.datetime.now(dt.UTC) <= HOUR


def test_keys_are_in_no_representation(identities: Authority) -> None:
    leaf = identities.caller("doctor", ID, valid=HOUR)
    assert "PRIVATE" not in repr(leaf)
    assert "key" not in repr(identities)


def test_an_authority_read_back_signs_as_before(serving: Authority) -> None:
    again = Authority.load(serving.pem, serving.private_pem)
    parsed(again.server(["localhost"], valid=HOUR)).verify_directly_issued_by(serving.certificate)


def test_an_authority_below_another_puts_itself_into_the_chain(serving: Authority) -> None:
    """Callers know the root alone, so the one between must be presented."""
    root = Authority.create("root", dns=["localhost"])
    below = Authority(
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "below")]))
        .issuer_name(root.certificate.subject)
        .public_key(serving.key.public_key())
        .serial_number(7)
        .not_valid_before(root.certificate.not_valid_before_utc)
        .not_valid_after(root.certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root.key, root.certificate.signature_hash_algorithm),
        serving.key,
    )
    chain = x509.load_pem_x509_certificates(below.server(["localhost"], valid=HOUR).chain.encode())
    assert [one.subject for one in chain[1:]] == [below.certificate.subject]


def _rsa() -> str:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("wrong", ["no certificate", "no key", "another key", "a leaf", "RSA"])
def test_an_authority_that_cannot_sign_is_refused_without_quoting_its_key(serving: Authority, wrong: str) -> None:
    other = Authority.create("other", dns=["localhost"])
    leaf = serving.server(["localhost"], valid=HOUR)
    certificate, key = {
        "no certificate": ("nothing", serving.private_pem),
        "no key": (serving.pem, "nothing"),
        "another key": (serving.pem, other.private_pem),
        "a leaf": (leaf.chain, leaf.key),
        "RSA": (serving.pem, _rsa()),
    }[wrong]
    with pytest.raises(AuthorityError) as refused:
        Authority.load(certificate, key)
    assert "BEGIN" not in str(refused.value)


@pytest.mark.parametrize(
    ("valid", "renew"),
    [(MAX_LIFETIME + HOUR, HOUR), (timedelta(0), timedelta(0)), (HOUR, HOUR), (HOUR, -HOUR)],
)
def test_lifetimes_that_cannot_be_kept_are_refused(valid: timedelta, renew: timedelta) -> None:
    with pytest.raises(ValueError, match="certificates"):
        Lifetime(valid, renew)


@pytest.mark.parametrize(("hours_left", "due"), [(9, False), (8, True), (0, True)])
def test_a_certificate_is_due_eight_hours_before_its_end(hours_left: int, due: bool) -> None:
    now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    assert Lifetime().due(now + timedelta(hours=hours_left), now) is due
