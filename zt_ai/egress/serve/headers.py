"""HTTP/2 header blocks: reading those of one client, writing the few that a gRPC server needs (RFC 7541)."""

from __future__ import annotations

from typing import Final

from hpack import Decoder
from hpack.exceptions import HPACKError

from zt_ai.egress.serve.frames import Code, Http2Error

LARGEST_LIST: Final = 64 * 1024
"""Size of a decoded header list in octets, as RFC 9113 section 6.5.2 counts them; also of an encoded block."""
_KEPT_BLOCKS: Final = 256


class HeaderReader:
    """Decodes the header blocks of one connection.

    We ask for a dynamic table of size 0. Once the client has acknowledged that, a block means the same wherever it
    stands, and Envoy sends the same block for call after call: decoding becomes a dictionary look-up.
    """

    def __init__(self) -> None:
        self._decoder = Decoder(max_header_list_size=LARGEST_LIST)
        self._stateless = False
        self._kept: dict[bytes, dict[bytes, bytes]] = {}

    def settings_acknowledged(self) -> None:
        """From here on the client has to encode without a dynamic table (RFC 7541, section 4.2)."""
        self._decoder.max_allowed_table_size = 0
        self._stateless = True

    def read(self, block: bytes) -> dict[bytes, bytes]:
        """The headers of a block; of a name that occurs twice, both values joined by a comma.

        Raises:
            Http2Error: the block cannot be decoded, or breaks RFC 9113, section 8.2 or 8.3.
        """
        kept = self._kept.get(block)
        if kept is not None:
            return kept
        try:
            decoded = self._decoder.decode(block, raw=True)
        except (HPACKError, UnicodeError, IndexError, ValueError) as error:
            raise Http2Error(Code.COMPRESSION_ERROR, f"header block: {type(error).__name__}") from error
        headers: dict[bytes, bytes] = {}
        regular = False
        for name, value in decoded:
            key = bytes(name)
            if not key or key != key.lower():
                raise Http2Error(Code.PROTOCOL_ERROR, "a header name is empty or not in lower case")
            if key[0] == 0x3A:  # a colon: pseudo-headers stand first and once
                if regular or key in headers:
                    raise Http2Error(Code.PROTOCOL_ERROR, "a pseudo-header is repeated or out of place")
            else:
                regular = True
            headers[key] = headers[key] + b"," + bytes(value) if key in headers else bytes(value)
        if self._stateless:
            if len(self._kept) >= _KEPT_BLOCKS:
                self._kept.clear()
            self._kept[block] = headers
        return headers


def literal(name: bytes, value: bytes) -> bytes:
    """A header that enters no table, not Huffman-coded (RFC 7541, section 6.2.2)."""
    return b"\x00" + _string(name) + _string(value)


def _string(text: bytes) -> bytes:
    size = len(text)
    if size < 127:
        return bytes((size,)) + text
    size -= 127
    prefix = bytearray((127,))
    while size >= 128:
        prefix.append(size % 128 | 128)
        size //= 128
    prefix.append(size)
    return bytes(prefix) + text


STATUS_200: Final = b"\x88"
"""Entry 8 of the static table: `:status 200`."""
