"""Ports that a proxy takes: none is given twice, and a taken one is said to be."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from zt_ai.egress.run import options
from zt_ai.egress.run.options import OptionError, take_ports

ANY = ("127.0.0.1", 0, "")


class Stingy:
    """A socket of a system that gives the lowest port that nobody holds."""

    held: set[int] = set()  # noqa: RUF012 - the system's

    def __enter__(self) -> Stingy:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.discard(self.port)

    def setsockopt(self, *_: object) -> None:
        pass

    def bind(self, address: tuple[str, int]) -> None:
        self.port = next(port for port in range(40_000, 41_000) if port not in self.held)
        self.held.add(self.port)

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", self.port


def test_no_free_port_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options.socket, "socket", Stingy)
    assert take_ports(ANY, ANY, ANY) == [40_000, 40_001, 40_002]
    # Twin: one by one, each is let go before the next is asked for.
    assert [take_ports(ANY)[0] for _ in range(3)] == [40_000] * 3


def test_what_is_asked_for_is_what_is_taken() -> None:
    [port] = take_ports(ANY)
    assert take_ports(("127.0.0.1", port, "--connect-port"), ANY)[0] == port


def test_a_taken_port_is_named_with_its_option() -> None:
    holder: Any
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(OptionError, match=rf"{port}: .*--gateway-port"):
            take_ports(ANY, ("127.0.0.1", port, "--gateway-port"))
