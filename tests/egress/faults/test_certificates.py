"""Certificates that do not hold, on both sides: of callers, and of providers."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.egress.authority import Authority
from tests.egress.envoy.client import Client, Refused
from tests.egress.faults import checks
from tests.egress.faults.checks import in_own_format, nothing_leaves, record_of, serves
from tests.egress.faults.test_provider import provider
from tests.egress.faults.wayward import Raw
from tests.egress.faults.wire import ANTHROPIC, EVERY_WAY, OPENAI, Answer, gateway, head, post, received, tunnel
from tests.egress.running import HOSTS, Proxy

RESEARCHER = "spiffe://wards.internal/research/researcher"
SUMMARIZER = "spiffe://wards.internal/clinical/summarizer"
Files = tuple[Path, Path]


def issued(
    folder: Path,
    *names: str,
    by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
    begins: timedelta = -timedelta(minutes=5),
    ends: timedelta = timedelta(hours=1),
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
) -> Files:
    """A client certificate with these URIs, or DNS names, and its key; signed by itself if nobody else does."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
    signer = by[1] if by else key
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
    )
    if names:
        alternatives = [x509.UniformResourceIdentifier(n) if ":" in n else x509.DNSName(n) for n in names]
        draft = draft.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    certificate = draft.sign(signer, hashes.SHA256())
    files = folder / "client.pem", folder / "client.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def identity(proxy: Proxy) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The proxy's own authority for callers."""
    folder = checks.state(proxy) / "authority"
    key = serialization.load_pem_private_key((folder / "identity.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate((folder / "identity.pem").read_bytes()), key


def stranger() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """An authority with the same name as the proxy's, and another key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zt-ai development identities")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


Make = Callable[[Proxy, Path], Files]
# Those that do not even get through the handshake.
NOBODY: dict[str, Make] = {
    "expired": lambda p, f: issued(f, RESEARCHER, by=identity(p), begins=-timedelta(2), ends=-timedelta(minutes=1)),
    "not valid yet": lambda p, f: issued(f, RESEARCHER, by=identity(p), begins=timedelta(hours=1), ends=timedelta(2)),
    "of another authority": lambda p, f: issued(f, RESEARCHER, by=stranger()),
    "signed by itself": lambda p, f: issued(f, RESEARCHER, by=None),
    "without a SPIFFE name": lambda p, f: issued(f, "researcher.wards.internal", by=identity(p)),
    "without any name": lambda p, f: issued(f, by=identity(p)),
    "of another trust domain": lambda p, f: issued(f, "spiffe://other.internal/research/researcher", by=identity(p)),
}
# Those that get in and may do nothing.
STRANGERS: dict[str, Make] = {
    "two SPIFFE names": lambda p, f: issued(f, RESEARCHER, SUMMARIZER, by=identity(p)),
    "the same name twice": lambda p, f: issued(f, RESEARCHER, RESEARCHER, by=identity(p)),
    "a name behind a comma": lambda p, f: issued(f, f"{RESEARCHER},x", by=identity(p)),
    "a longer name": lambda p, f: issued(f, f"{RESEARCHER}/x", by=identity(p)),
    "a name in capitals": lambda p, f: issued(f, RESEARCHER.replace("research/", "Research/"), by=identity(p)),
    "a name that nobody has": lambda p, f: issued(f, "spiffe://wards.internal/research/nobody", by=identity(p)),
}


def asked(proxy: Proxy, files: Files) -> Answer:
    """A chat by base URL with this certificate. Status 0: the connection was refused."""
    tls = proxy.tls(None)
    tls.load_cert_chain(*files)
    body = OPENAI.chat()
    try:
        with gateway(proxy, tls) as connection:
            connection.sendall(head(proxy, OPENAI, f"content-length: {len(body)}") + body)
            return received(connection)
    except OSError:
        return Answer(0, whole=False)


class TestOfCallers:
    @pytest.mark.parametrize("what", NOBODY)
    def test_that_do_not_hold_get_no_connection(self, proxy: Proxy, what: str, tmp_path: Path) -> None:
        files = NOBODY[what](proxy, tmp_path)
        with nothing_leaves(proxy):
            assert asked(proxy, files).status == 0
            with pytest.raises((OSError, ValueError)):
                tunnel(proxy, Client(Path(proxy.ready["ca"]), files), "api.openai.com")
        serves(proxy, OPENAI)

    @pytest.mark.parametrize("what", STRANGERS)
    def test_that_name_no_one_caller_are_refused(self, proxy: Proxy, what: str, tmp_path: Path) -> None:
        files = STRANGERS[what](proxy, tmp_path)
        with nothing_leaves(proxy):
            in_own_format(asked(proxy, files), OPENAI, 403, "caller-not-permitted")
            with pytest.raises(Refused) as refused:
                tunnel(proxy, Client(Path(proxy.ready["ca"]), files), "api.openai.com")
        assert refused.value.answer.rule == "caller-not-permitted"
        serves(proxy, OPENAI)

    def test_that_hold_pass(self, proxy: Proxy, tmp_path: Path) -> None:
        """The twin: made in the same way, with nothing wrong, one is as good as the proxy's own."""
        proxy.standin.forget()
        assert asked(proxy, issued(tmp_path, RESEARCHER, by=identity(proxy))).status == 200
        assert proxy.standin.requests[0].body == OPENAI.chat()


IMPOSTORS: dict[str, Callable[[Proxy, Path], Files]] = {
    "has expired": lambda proxy, folder: proxy.standin.authority.leaf(*HOSTS, days=-1),
    "is for another name": lambda proxy, folder: proxy.standin.authority.leaf("api.other.example"),
    "is of another authority": lambda proxy, folder: Authority(folder).leaf(*HOSTS),
    "is signed by itself": lambda proxy, folder: issued(
        folder, *HOSTS, by=None, purpose=ExtendedKeyUsageOID.SERVER_AUTH
    ),
}
_LAST = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{}"


@pytest.mark.parametrize("how", EVERY_WAY)
@pytest.mark.parametrize("what", IMPOSTORS)
def test_a_provider_whose_certificate_does_not_hold_receives_nothing(
    proxy: Proxy, what: str, how: str, tmp_path: Path
) -> None:
    way = EVERY_WAY[how]
    # The proxy keeps its connections to providers: after an answer that is their last, none are left.
    for one in (OPENAI, ANTHROPIC):
        with provider(proxy).answering(lambda request: Raw(_LAST)):
            post(proxy, one, one.chat())
    with provider(proxy).presenting(*IMPOSTORS[what](proxy, tmp_path)), nothing_leaves(proxy):
        answer = post(proxy, way, way.chat())
        request_id = in_own_format(answer, way, 502, "upstream-unreachable")
    assert record_of(proxy, request_id)["decision"] == "allow"
    serves(proxy, way)


def test_without_a_check_of_names_the_impostor_would_be_believed(proxy: Proxy) -> None:
    """The twin: the certificate for another name is a good one, and a client that asks no name takes it."""
    certificate, key = proxy.standin.authority.leaf("api.other.example")
    context = ssl.create_default_context(cafile=str(proxy.standin.ca))
    context.check_hostname = False
    place = ("127.0.0.1", proxy.standin.port)
    impostor = provider(proxy).presenting(certificate, key)
    with impostor, socket.create_connection(place) as raw, context.wrap_socket(raw) as tls:
        assert tls.getpeercert()
