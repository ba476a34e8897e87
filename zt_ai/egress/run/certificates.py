"""Certificates of a running proxy: issued at start, renewed before they end, reissued when names change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509

from zt_ai.egress.envoy import names
from zt_ai.egress.envoy.tls import certificate_secret, trust_secret
from zt_ai.egress.pki import Authority, AuthorityError, Leaf, Lifetime, read_text, write_private
from zt_ai.egress.pki.leaf import now_utc
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.layout import Layout
from zt_ai.intent.model import EGRESS_PROXY

_AUTHORITY_RENEW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Given:
    """An authority from outside, as deployments have it, for what the proxy presents. Callers are issued elsewhere."""

    authority: Authority
    trust: str
    """PEM bundle of the authorities that issue callers' certificates."""


@dataclass
class Certificates:
    """Keeps every certificate of one proxy valid. Files change only when they have to."""

    layout: Layout
    addresses: tuple[str, ...]
    """Addresses that the proxy is reached at."""
    dns: tuple[str, ...] = ("localhost",)
    """Names that it is reached under."""
    lifetime: Lifetime = field(default_factory=Lifetime)
    given: Given | None = None
    """Without one, two development authorities are made: one for what the proxy presents, one for callers."""
    clock: Callable[[], datetime] = now_utc
    _issued: dict[str, tuple[datetime, object]] = field(default_factory=dict)

    def ensure(self, policy: Policy) -> bool:
        """Write what is missing, ends soon or has other names now. Returns whether callers' files changed.

        Raises OSError when the folder cannot be written, AuthorityError when an authority in it cannot be used.
        """
        now, valid, changed = self.clock(), self.lifetime.valid, False
        hosts = tuple(host for provider in policy.providers.values() for host in provider.hosts)
        serving = self.given.authority if self.given else self._serving(hosts)
        self._secret(
            names.PROXY_SECRET, (serving.pem, self.dns, self.addresses), now, lambda: self._own(serving, policy, now)
        )
        for host in hosts:
            self._secret(
                names.host_secret(host), serving.pem, now, partial(serving.server, [host], valid=valid, now=now)
            )
        if self.given:
            self._trust(policy, self.given.trust)
            changed = self._write(self.layout.ca, serving.pem)
        else:
            identity = self._identity(policy)
            self._trust(policy, identity.pem)
            changed = self._write(self.layout.ca, serving.pem)
            for name, caller in policy.callers.items():
                changed |= self._caller(identity, name, caller.spiffe_id, now)
            self._forget(policy)
            self._write_json(names.GATEWAY_TRUST_SECRET, trust_secret(names.GATEWAY_TRUST_SECRET, serving.pem))
        return changed

    def caller_files(self, policy: Policy) -> Mapping[str, tuple[Path, Path]]:
        """Caller → certificate and key, for callers whose certificates are issued here."""
        if self.given:
            return {}
        folder = self.layout.callers
        return {name: (folder / f"{name}.pem", folder / f"{name}.key") for name in policy.callers}

    def _own(self, serving: Authority, policy: Policy, now: datetime) -> Leaf:
        return serving.server(
            self.dns,
            addresses=self.addresses,
            # Only a development authority is known to be allowed to name the proxy so.
            spiffe_id=None if self.given else f"spiffe://{policy.trust_domain}/{EGRESS_PROXY}",
            valid=self.lifetime.valid,
            now=now,
        )

    def _caller(self, identity: Authority, name: str, spiffe_id: str, now: datetime) -> bool:
        certificate, key = self.layout.callers / f"{name}.pem", self.layout.callers / f"{name}.key"
        source = (identity.pem, spiffe_id)
        if not self._due(name, source, now) and certificate.exists() and key.exists():
            return False
        leaf = identity.caller(name, spiffe_id, valid=self.lifetime.valid, now=now)
        write_private(key, leaf.key)
        write_private(certificate, leaf.chain)
        self._write_json(names.caller_secret(name), certificate_secret(names.caller_secret(name), leaf.chain, leaf.key))
        self._issued[name] = (leaf.expires, source)
        return True

    def _forget(self, policy: Policy) -> None:
        """Remove the keys of callers that are no more."""
        for file in self.layout.callers.iterdir():
            if file.stem not in policy.callers:
                file.unlink()

    def _secret(self, name: str, source: object, now: datetime, make: Callable[[], Leaf]) -> None:
        if not self._due(name, source, now):
            return
        leaf = make()
        self._write_json(name, certificate_secret(name, leaf.chain, leaf.key))
        self._issued[name] = (leaf.expires, source)

    def _due(self, name: str, source: object, now: datetime) -> bool:
        """Leaves are not kept over a restart: making one takes less than a millisecond."""
        known = self._issued.get(name)
        return known is None or known[1] != source or self.lifetime.due(known[0], now)

    def _trust(self, policy: Policy, bundle: str) -> None:
        self._write_json(names.TRUST_SECRET, trust_secret(names.TRUST_SECRET, bundle, policy.trust_domain))

    def _serving(self, hosts: tuple[str, ...]) -> Authority:
        """The authority that callers trust: for providers' names and the proxy's own, and for nothing else.

        When names are added its certificate is made anew for the same key, so callers that know the old one can still
        reach every name that they could reach before.
        """
        wanted = {*hosts, *self.dns}

        def fits(certificate: x509.Certificate) -> bool:
            return _permitted(certificate, x509.DNSName) == wanted

        def make(old: Authority | None) -> Authority:
            return Authority.create(
                "zt-ai development authority",
                dns=wanted,
                key=old.key if old else None,
                now=self.clock(),
            )

        return self._authority("serving", fits, make)

    def _identity(self, policy: Policy) -> Authority:
        def fits(certificate: x509.Certificate) -> bool:
            return _permitted(certificate, x509.UniformResourceIdentifier) == {policy.trust_domain}

        def make(old: Authority | None) -> Authority:
            return Authority.create(
                "zt-ai development identities",
                uri_hosts=[policy.trust_domain],
                key=old.key if old else None,
                now=self.clock(),
            )

        return self._authority("identity", fits, make)

    def _authority(
        self,
        name: str,
        fits: Callable[[x509.Certificate], bool],
        make: Callable[[Authority | None], Authority],
    ) -> Authority:
        certificate, key = self.layout.authority / f"{name}.pem", self.layout.authority / f"{name}.key"
        pem, private = read_text(certificate), read_text(key)
        old: Authority | None = None
        if pem is not None and private is not None:
            try:
                old = Authority.load(pem, private)
            except AuthorityError as error:
                raise AuthorityError(f"{certificate}: {error}; remove both files to have new ones made") from None
            if fits(old.certificate) and old.expires - self.clock() > _AUTHORITY_RENEW:
                return old
        new = make(old)
        write_private(key, new.private_pem)
        write_private(certificate, new.pem)
        return new

    def _write_json(self, name: str, content: Mapping[str, object]) -> None:
        self._write(self.layout.secrets / f"{name}.json", json.dumps(content))

    def _write(self, path: Path, text: str) -> bool:
        if read_text(path) == text:
            return False
        write_private(path, text)
        return True


def _permitted(certificate: x509.Certificate, kind: type[x509.GeneralName]) -> set[str]:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in constraints.permitted_subtrees or () if isinstance(name, kind)}
