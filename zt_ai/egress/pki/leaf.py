"""Leaf certificates: for the proxy, for callers, and for providers' names that the proxy answers in their stead."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MAX_LIFETIME = timedelta(days=90)
DEFAULT_LIFETIME = timedelta(hours=24)
DEFAULT_RENEW_BEFORE = timedelta(hours=8)
BACKDATE = timedelta(minutes=5)
"""Clocks of callers may be this far behind ours."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long leaf certificates are valid, and how long before their end they are replaced."""

    valid: timedelta = DEFAULT_LIFETIME
    renew_before: timedelta = DEFAULT_RENEW_BEFORE

    def __post_init__(self) -> None:
        if not timedelta(0) < self.valid <= MAX_LIFETIME:
            raise ValueError(
                f"certificates live at most {MAX_LIFETIME.days} days and longer than none, not {self.valid}"
            )
        if not timedelta(0) <= self.renew_before < self.valid:
            raise ValueError(
                f"certificates that live {self.valid} cannot be renewed {self.renew_before} before their end"
            )

    def due(self, expires: datetime, now: datetime) -> bool:
        """Whether a certificate that ends at `expires` is to be replaced now."""
        return now >= expires - self.renew_before


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate with its key and the chain above it, as PEM."""

    chain: str
    """The certificate first, then the authorities that a peer may not have; the trust anchor is not among them."""
    key: str
    expires: datetime

    def __repr__(self) -> str:
        return f"Leaf(expires={self.expires.isoformat()})"  # a key is never printed


@dataclass(frozen=True, slots=True)
class Names:
    """Subject alternative names of a leaf."""

    dns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()

    def extension(self) -> x509.SubjectAlternativeName:
        """As X.509 writes it."""
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in self.dns]
        names += [x509.IPAddress(ipaddress.ip_address(address)) for address in self.addresses]
        names += [x509.UniformResourceIdentifier(uri) for uri in self.uris]
        return x509.SubjectAlternativeName(names)


def leaf_builder(
    common_name: str, names: Names, usages: Iterable[x509.ObjectIdentifier], now: datetime, valid: timedelta
) -> x509.CertificateBuilder:
    """What every leaf has: not an authority, signs digitally, says what it is for.

    [SPIFFE, X509-SVID 1.0, sections 4.1 to 4.4: an end-entity certificate has `cA` false and `digitalSignature`, and
    neither `keyCertSign` nor `cRLSign`.]
    """
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])]))
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + valid)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        .add_extension(names.extension(), critical=False)
    )


def key_usage(*, digital_signature: bool = False, signs_certificates: bool = False) -> x509.KeyUsage:
    """The key usage extension with just these bits."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def expiry(pem: str) -> datetime:
    """When the first certificate of a PEM text ends. Raises ValueError when there is none."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """PKCS #8, not encrypted: the file's mode protects it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def now_utc() -> datetime:
    """Now, to the second, as X.509 writes times."""
    return datetime.now(UTC).replace(microsecond=0)


SERVER = (ExtendedKeyUsageOID.SERVER_AUTH,)
CLIENT = (ExtendedKeyUsageOID.CLIENT_AUTH,)
