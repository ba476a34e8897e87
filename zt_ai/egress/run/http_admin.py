"""Our own administration interface: `/live`, `/ready` and `/metrics`, plain HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

_LOG = logging.getLogger(__name__)
_HEAD = 8192  # bytes
_PATIENCE = 5.0
_TEXT = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    body: bytes
    content_type: str = _TEXT


class HttpAdmin:
    """Answers GET requests for a few paths, one for each connection."""

    def __init__(self, pages: Mapping[str, Callable[[], Awaitable[Page]]]) -> None:
        self._pages = pages
        self._server: asyncio.Server | None = None

    async def start(self, address: str, port: int) -> int:
        """Listen, and return the port. Raises OSError when it is taken."""
        self._server = await asyncio.start_server(self._serve, address, port, limit=_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE)
            page = await self._page(head)
            reason = {200: "OK", 404: "Not Found", 405: "Method Not Allowed"}.get(page.status, "Unavailable")
            writer.write(
                f"HTTP/1.1 {page.status} {reason}\r\ncontent-type: {page.content_type}\r\n"
                f"content-length: {len(page.body)}\r\nconnection: close\r\n\r\n".encode()
                + page.body
            )
            await asyncio.wait_for(writer.drain(), _PATIENCE)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            _LOG.debug("a client of the administration interface broke off")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _page(self, head: bytes) -> Page:
        method, _, rest = head.partition(b" ")
        path = rest.split(b" ", 1)[0].split(b"?", 1)[0].decode("latin-1")
        if method != b"GET":
            return Page(405, b"only GET\n")
        page = self._pages.get(path)
        if page is None:
            return Page(404, ("pages: " + " ".join(self._pages) + "\n").encode())
        return await page()
