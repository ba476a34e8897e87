"""Connections to the listener inside of the tunnels are pooled: each tunnel must get one of its own caller's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.egress.envoy.running import Proxy


def who_is_who(proxy: Proxy) -> set[tuple[str, str]]:
    """Who asked, and who the inspector was told, over many tunnels that two callers open side by side."""
    failed: list[str] = []

    def ask(caller: str) -> None:
        for _ in range(6):
            answer = proxy.client(caller).through(
                proxy.settings.connect_port, "api.openai.com", "/v1/x", b"{}", headers={"x-asks": caller}
            )
            if answer.status != 200:
                failed.append(f"{caller}: {answer.status}")

    proxy.inspector.seen.clear()
    threads = [threading.Thread(target=ask, args=(name,)) for name in ("doctor", "research") * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    return {(h["x-asks"], h["x-zt-caller"].rsplit("/", 1)[1]) for h in map(dict, proxy.inspector.seen)}


def pools_shared(document: dict[str, Any]) -> None:
    """Connections inside are shared by all clients."""
    for cluster in document["static_resources"]["clusters"]:
        cluster.pop("connection_pool_per_downstream_connection", None)


def not_hashed(document: dict[str, Any]) -> None:
    """Connections inside are not told apart by caller and authority."""
    for listener in document["static_resources"]["listeners"]:
        for one in listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]:
            for state in one["typed_config"].get("on_request_headers", ()):
                state["factory_key"] = "envoy.string"


def both(document: dict[str, Any]) -> None:
    """Neither protection is there."""
    pools_shared(document)
    not_hashed(document)


RIGHT = {("doctor", "doctor"), ("research", "research")}


@pytest.mark.parametrize("change", [None, pools_shared, not_hashed], ids=["both", "hashed state", "pools of their own"])
def test_either_of_two_protections_keeps_callers_apart(other_proxy: Callable[..., Proxy], change: Any) -> None:
    assert who_is_who(other_proxy(change=change)) == RIGHT


def test_without_both_one_caller_passes_for_another(other_proxy: Callable[..., Proxy]) -> None:
    """The twin: Envoy hands the first caller's connection on, with its identity."""
    assert who_is_who(other_proxy(change=both)) != RIGHT
