"""Certificate authorities on P-256, and what they sign."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from zt_ai.egress.pki.leaf import BACKDATE, CLIENT, SERVER, Leaf, Names, key_pem, key_usage, leaf_builder, now_utc

DEVELOPMENT_DAYS = 90
"""Validity of a development authority, in days. Its key never leaves the state folder."""


class AuthorityError(ValueError):
    """The PEM texts are not a usable authority; the message says why and never quotes the key."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that signs leaves. The certificate may stand below another one: the chain then says so."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    above: tuple[x509.Certificate, ...] = ()
    """Authorities above this one, without the trust anchor."""

    @classmethod
    def create(
        cls,
        name: str,
        *,
        dns: Iterable[str] = (),
        uri_hosts: Iterable[str] = (),
        key: ec.EllipticCurvePrivateKey | None = None,
        now: datetime | None = None,
        days: int = DEVELOPMENT_DAYS,
    ) -> Authority:
        """A self-signed authority for exactly these names.

        Whoever trusts it trusts it for nothing else, so that a stolen key cannot speak for any other site. Given an
        earlier key, the new certificate takes the place of the old one: what was signed before is still valid.
        """
        at, key = now or now_utc(), key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - BACKDATE)
            .not_valid_after(at + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(_constraints(dns, uri_hosts), critical=True)
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def load(cls, certificate: str, key: str) -> Authority:
        """An authority from PEM texts: its certificate, then those above it if any. Raises AuthorityError."""
        try:
            chain = x509.load_pem_x509_certificates(certificate.encode())
        except ValueError:
            raise AuthorityError("the authority's certificate is not PEM") from None
        try:
            private = load_pem_private_key(key.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise AuthorityError("the authority's key is not an unencrypted PEM key") from None
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise AuthorityError("the authority's key is not an elliptic-curve key; use P-256")
        if chain[0].public_key() != private.public_key():
            raise AuthorityError("the authority's key does not belong to its certificate")
        if not _signs(chain[0]):
            raise AuthorityError("the authority's certificate must not sign others; it needs CA:TRUE and keyCertSign")
        return cls(chain[0], private, tuple(c for c in chain[1:] if not _self_signed(c)))

    @property
    def pem(self) -> str:
        """The authority's own certificate."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def private_pem(self) -> str:
        """The authority's key."""
        return key_pem(self.key)

    @property
    def expires(self) -> datetime:
        """When the authority's certificate ends."""
        return self.certificate.not_valid_after_utc

    def server(
        self,
        names: Iterable[str],
        *,
        addresses: Iterable[str] = (),
        spiffe_id: str | None = None,
        valid: timedelta,
        now: datetime | None = None,
    ) -> Leaf:
        """A certificate for a TLS server with these DNS names and addresses."""
        dns = tuple(names)
        subject = Names(dns, tuple(addresses), (spiffe_id,) if spiffe_id else ())
        return self._leaf(dns[0] if dns else "zt-ai egress proxy", subject, SERVER, valid, now)

    def caller(self, name: str, spiffe_id: str, *, valid: timedelta, now: datetime | None = None) -> Leaf:
        """A client certificate with exactly one name: the caller's SPIFFE ID."""
        return self._leaf(name, Names(uris=(spiffe_id,)), CLIENT, valid, now)

    def _leaf(
        self,
        common_name: str,
        names: Names,
        usages: Iterable[x509.ObjectIdentifier],
        valid: timedelta,
        now: datetime | None,
    ) -> Leaf:
        at, key = now or now_utc(), ec.generate_private_key(ec.SECP256R1())
        # A leaf that outlives its authority would fail at the peer without a word of why.
        valid = min(valid, self.expires - at)
        if valid <= timedelta(0):
            raise AuthorityError(f"the authority's certificate ended at {self.expires.isoformat()}")
        builder = leaf_builder(common_name, names, usages, at, valid)
        certificate = (
            builder.issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        above = () if _self_signed(self.certificate) else (self.certificate, *self.above)
        chain = "".join(c.public_bytes(Encoding.PEM).decode() for c in (certificate, *above))
        return Leaf(chain, key_pem(key), certificate.not_valid_after_utc)


def _constraints(dns: Iterable[str], uri_hosts: Iterable[str]) -> x509.NameConstraints:
    """Permitted names [RFC 5280, section 4.2.1.10]. Without any DNS name, servers are excluded whole.

    Addresses are not constrained for servers: BoringSSL knows no constraint on them, and refuses every certificate with
    an address below an authority that has one ["unsupported name constraint type", seen with Envoy 1.40].
    """
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in sorted(set(dns))]
    permitted += [x509.UniformResourceIdentifier(host) for host in sorted(set(uri_hosts))]
    if any(isinstance(name, x509.DNSName) for name in permitted):
        return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)
    excluded: list[x509.GeneralName] = [x509.DNSName("")]
    excluded += [x509.IPAddress(ipaddress.ip_network(every)) for every in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints(permitted_subtrees=permitted or None, excluded_subtrees=excluded)


def _signs(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return bool(constraints.ca and usage.key_cert_sign)


def _self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
