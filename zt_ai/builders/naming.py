"""Keys that say what a resource belongs to, and names that are cut to a length; on every cloud the same."""

from __future__ import annotations

import hashlib

TAG_SPEC = "zt-ai:spec"
TAG_ZONE = "zt-ai:zone"
TAG_WORKLOAD = "zt-ai:workload"
TAG_SERVICE = "zt-ai:service"
TAG_CLAUSE = "zt-ai:clause"
TAG_ROLE = "zt-ai:role"


def shorten(name: str, limit: int) -> str:
    """A name of at most `limit` characters; a longer one keeps its beginning and ends in a hash (eight hex digits)."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"
