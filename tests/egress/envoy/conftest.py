"""One proxy for each test file, and proxies with a protection taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.egress.envoy.policies import clinic
from tests.egress.envoy.running import Proxy, start


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy for the clinic's policy."""
    running = start(clinic(), tmp_path_factory.mktemp("proxy"), local=True, message_timeout=1.0)
    yield running
    running.stop()


@pytest.fixture
def other_proxy(tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Starts a proxy that is different."""
    started: list[Proxy] = []

    def call(**options: Any) -> Proxy:
        started.append(start(options.pop("policy", clinic()), tmp_path / f"p{len(started)}", **options))
        return started[-1]

    yield call
    for running in started:
        running.stop()


def without_filter(*names: str) -> Callable[[dict[str, Any]], None]:
    """Takes filters out of every listener of a configuration."""

    def change(document: dict[str, Any]) -> None:
        for listener in document["static_resources"]["listeners"]:
            for chain in listener["filter_chains"]:
                config = chain["filters"][0]["typed_config"]
                before = len(config["http_filters"])
                config["http_filters"] = [one for one in config["http_filters"] if one["name"] not in names]
                assert before > len(config["http_filters"]) or listener["name"] in ("local", "connect", "gateway")

    return change
