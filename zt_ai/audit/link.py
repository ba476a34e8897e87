"""A record as a link of the chain: its line, and what the line proves.

A line is `{"seq":…,"chain":…,"prev":…,"key":…,` + the fields + `,"hash":…,"mac":…}`:

- `entry` (not written) is SHA-256 of the fields in canonical form,
- `hash` is SHA-256 of chain, number, previous hash, key id and entry: anybody can follow the chain,
- `mac` is HMAC-SHA256 of the hash under the key: only its holder can make a link.

Because the hash covers the fields through `entry` alone, an export can leave out the fields of a record, write `entry`
instead, and the chain still verifies, with and without the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from zt_ai.audit.canonical import encode
from zt_ai.audit.errors import RecordError
from zt_ai.audit.keys import Key

GENESIS = "0" * 64
"""`prev` of the first record."""

_HEX = {"chain": re.compile(r"[0-9a-f]{16}"), "key": re.compile(r"[0-9a-f]{8}"), "mac": re.compile(r"[0-9a-f]{32}")}
_HASH = re.compile(r"[0-9a-f]{64}")
_OWN = frozenset(("seq", "chain", "prev", "key", "hash", "mac"))


@dataclass(frozen=True, slots=True)
class Link:
    """A record as it was read. Nothing about it is proved yet."""

    seq: int
    chain: str
    prev: str
    key: str
    hash: str
    mac: str
    entry: str
    fields: dict[str, Any] | None
    """None in an export that leaves them out."""
    body: str
    """What stands between the names of the journal's own in the right way to write it."""

    @property
    def event(self) -> str | None:
        """What the journal says about itself in this record; None for a caller's record."""
        event = (self.fields or {}).get("event")
        return event if isinstance(event, str) else None

    def line(self) -> str:
        """The one right way to write this record, without the line end."""
        return render(self.seq, self.chain, self.prev, self.key, self.body, self.hash, self.mac)

    def without_fields(self) -> Link:
        """The same link with `entry` in the place of its fields."""
        return replace(self, fields=None, body=f'"entry":"{self.entry}"')

    def consistent(self) -> bool:
        """Whether the hash is the hash of what the record says."""
        return self.hash == link_hash(self.seq, self.chain, self.prev, self.key, self.entry).hex()

    def authentic(self, key: Key) -> bool:
        """Whether the key's holder made this link; call it on a consistent one."""
        return self.mac == key.mac(bytes.fromhex(self.hash))


def link_hash(seq: int, chain: str, prev: str, key: str, entry: str) -> bytes:
    """The hash of a link. Every part has a fixed alphabet without the line end that parts them."""
    return sha256(f"zt-ai audit 1\n{chain}\n{seq}\n{prev}\n{key}\n{entry}\n".encode()).digest()


def render(seq: int, chain: str, prev: str, key: str, body: str, hash_: str, mac: str) -> str:
    """A line without its end; `body` is the fields' canonical form without the braces."""
    comma = "," if body else ""
    return (
        f'{{"seq":{seq},"chain":"{chain}","prev":"{prev}","key":"{key}"{comma}{body},"hash":"{hash_}","mac":"{mac}"}}'
    )


def make(key: Key, seq: int, chain: str, prev: str, canonical: str) -> tuple[str, str]:
    """Make the next link from fields in canonical form: its line without the end, and its hash."""
    digest = link_hash(seq, chain, prev, key.id, sha256(canonical.encode("ascii")).hexdigest())
    hash_ = digest.hex()
    return render(seq, chain, prev, key.id, canonical[1:-1], hash_, key.mac(digest)), hash_


def link_of(value: Any) -> Link:
    """The link that a parsed line is. Raises ValueError when it is none."""
    if not isinstance(value, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - a line of text, not an argument
    if not value.keys() >= _OWN:
        raise ValueError(f"it has no {' and no '.join(sorted(_OWN - value.keys()))}")
    seq = value["seq"]
    if type(seq) is not int or seq < 1:
        raise ValueError("its number is not a number")
    for name in ("prev", "hash"):
        _match(_HASH, name, value[name])
    for name, form in _HEX.items():
        _match(form, name, value[name])
    fields: dict[str, Any] | None = {name: item for name, item in value.items() if name not in _OWN}
    if "entry" in value:
        entry = value["entry"]
        _match(_HASH, "entry", entry)
        if len(value) != len(_OWN) + 1:
            raise ValueError("it has fields beside the digest that stands in their place")
        fields, body = None, f'"entry":"{entry}"'
    else:
        try:
            canonical = encode(fields)
        except RecordError as error:
            raise ValueError(str(error)) from None
        entry, body = sha256(canonical.encode("ascii")).hexdigest(), canonical[1:-1]
    return Link(seq, value["chain"], value["prev"], value["key"], value["hash"], value["mac"], entry, fields, body)


def _match(form: re.Pattern[str], name: str, value: Any) -> None:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"its {name} is not of the right form")
