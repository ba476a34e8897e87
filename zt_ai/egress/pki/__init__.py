"""Certificates of the egress path: authorities, the leaves they sign, and the files they are kept in."""

from zt_ai.egress.pki.authority import Authority, AuthorityError
from zt_ai.egress.pki.leaf import DEFAULT_LIFETIME, DEFAULT_RENEW_BEFORE, MAX_LIFETIME, Leaf, Lifetime
from zt_ai.egress.pki.store import read_text, write_private

__all__ = [
    "DEFAULT_LIFETIME",
    "DEFAULT_RENEW_BEFORE",
    "MAX_LIFETIME",
    "Authority",
    "AuthorityError",
    "Leaf",
    "Lifetime",
    "read_text",
    "write_private",
]
