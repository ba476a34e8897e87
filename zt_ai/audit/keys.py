"""The keys of the journal: their file, and what is derived from them.

A key file is text, one key of 64 hexadecimal digits on a line, the newest last. Old keys stay in it: they verify what
was written under them. Nothing is written under them any more.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from zt_ai.audit.errors import KeyFileError

KEY_BYTES = 32
DIGEST_DIGITS = 16


class Key:
    """One secret, used only through keys derived from it: each purpose has its own (NIST SP 800-108, section 4)."""

    __slots__ = ("_chain", "_digest", "_head", "id")

    def __init__(self, secret: bytes) -> None:
        if len(secret) < KEY_BYTES:
            raise KeyFileError(f"an audit key has at least {KEY_BYTES} bytes, not {len(secret)}")
        self._chain = _derive(secret, b"chain")
        self._head = _derive(secret, b"head")
        self._digest = _derive(secret, b"digest")
        self.id = _derive(secret, b"id")[:4].hex()
        """Names the key in records: 8 hexadecimal digits that say nothing about the secret."""

    def mac(self, link_hash: bytes) -> str:
        """What only the key's holder can write beside a record's hash: 128 bits (RFC 2104, section 5) in hex."""
        return hmac.digest(self._chain, link_hash, "sha256")[:16].hex()

    def seal(self, text: bytes) -> str:
        """The same for the head, and for the first line of an export."""
        return hmac.digest(self._head, text, "sha256")[:16].hex()

    def digest(self, text: str) -> str:
        """A keyed digest by which the same identifier is recognised: 16 hexadecimal digits.

        Compared are letters and digits alone, compatibility forms unified and case folded (Unicode NFKC, casefold):
        `123-45-6789`, `123 45 6789` and `１２３４５６７８９` are one number. A text without letters and digits counts
        as it is. Without the key a digest says nothing, not even by trying all billion social security numbers.
        """
        folded = unicodedata.normalize("NFKC", text).casefold()
        bare = "".join(filter(str.isalnum, folded)) or folded
        return hmac.digest(self._digest, bare.encode("utf-8", "surrogatepass"), "sha256").hex()[:DIGEST_DIGITS]

    def __repr__(self) -> str:
        return f"Key({self.id})"


class Keys:
    """All keys of a journal: the newest writes, every one verifies."""

    __slots__ = ("_by_id", "current")

    def __init__(self, secrets_oldest_first: Iterable[bytes]) -> None:
        keys = [Key(secret) for secret in secrets_oldest_first]
        if not keys:
            raise KeyFileError("there is no audit key")
        self.current = keys[-1]
        self._by_id = {key.id: key for key in keys}

    def get(self, key_id: str) -> Key | None:
        """The key of that id."""
        return self._by_id.get(key_id)

    def __repr__(self) -> str:
        return f"Keys({', '.join(self._by_id)})"


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"zt-ai audit journal, version 1: " + purpose, hashlib.sha256)


def load_keys(path: Path, *, create: bool = False) -> Keys:
    """Read a key file. With `create` a missing one is made, readable by its owner alone.

    Raises:
        KeyFileError: it is missing, others may read or write it, or a line is not a key.
    """
    if create and not path.exists():
        _create(path)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            lines = file.read(1 << 16).split()
    except OSError as error:
        raise KeyFileError(f"audit key {path} cannot be read: {error.strerror}") from None
    # A mounted secret may be readable by a group (Kubernetes gives it to the pod's fsGroup); never by everybody.
    if stat.S_ISREG(mode) and mode & (stat.S_IWGRP | stat.S_IRWXO):
        raise KeyFileError(f"audit key {path} is open to others; run: chmod 600 {path}")
    try:
        return Keys(bytes.fromhex(line.decode("ascii")) for line in lines)
    except ValueError:
        raise KeyFileError(f"audit key {path} holds a line that is not {2 * KEY_BYTES} hexadecimal digits") from None


def rotate_key(path: Path) -> Keys:
    """Add a new key to a key file, in one step. Journals that are opened from now on write under it."""
    load_keys(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    old = path.read_bytes().rstrip(b"\n") + b"\n"
    try:
        _write_new(temporary, old + secrets.token_hex(KEY_BYTES).encode() + b"\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KeyFileError(f"audit key {path} cannot be written: {error.strerror}") from None
    return load_keys(path)


def _create(path: Path) -> None:
    """Make a key file; when another process makes it at the same time, both use the one that came first."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(temporary, secrets.token_hex(KEY_BYTES).encode() + b"\n")
        try:
            os.link(temporary, path)  # unlike rename, this never replaces a key that is already in use
        except FileExistsError:
            return
        finally:
            temporary.unlink()
    except OSError as error:
        raise KeyFileError(f"audit key {path} cannot be made: {error.strerror}") from None


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
