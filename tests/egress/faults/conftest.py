"""One proxy for all faults that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.egress.faults.wayward import Wayward
from tests.egress.running import Proxy, running


@pytest.fixture(scope="package")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """`zt-ai proxy run` with one worker, in front of a provider that can be made to misbehave."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.egress.running.StandIn", Wayward)
        with running(tmp_path_factory.mktemp("faults")) as running_proxy:
            yield running_proxy
