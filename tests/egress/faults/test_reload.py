"""A specification that changes under load: no request is dropped, the new rule holds, a wrong one changes nothing.

The proxy was started with `--on` yesterday, so the specification is checked for that day. Requests are judged on their
own day all the same.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.egress.faults import checks
from tests.egress.faults.checks import SSN, in_own_format, nothing_leaves, record_of, requests_of, until
from tests.egress.faults.wire import ANTHROPIC, OPENAI, Way, post, target
from tests.egress.running import SPEC, Proxy, running

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()
CLINICAL = Way("summarizer", "anthropic", "/v1/messages", "claude-haiku-4-5")
REQUESTS = 200
IN_FORCE, REFUSED = "is in force", "stays in force"


@dataclass
class Changing:
    """A proxy whose specification is ours to change."""

    proxy: Proxy
    spec: Path

    def write(self, text: str, said: str = IN_FORCE) -> None:
        """Change the specification, and wait until the proxy says what it made of it."""
        before = self.proxy.log.read_text().count(said)
        self.spec.write_text(text)
        until(lambda: self.proxy.log.read_text().count(said) > before, said, 60)

    @contextmanager
    def changed(self, old: str, new: str, said: str = IN_FORCE) -> Iterator[None]:
        """Another specification for a while."""
        before = self.spec.read_text()
        assert old in before
        self.write(before.replace(old, new), said)
        try:
            yield
        finally:
            if said == IN_FORCE:
                self.write(before)
            else:
                self.spec.write_text(before)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changing]:
    folder = tmp_path_factory.mktemp("reload")
    spec = folder / "zones.yaml"
    spec.write_text(SPEC.read_text())
    with running(folder, spec, "--on", YESTERDAY.isoformat(), workers=2) as proxy:
        yield Changing(proxy, spec)


@dataclass
class Load:
    """Requests that go on while something happens; each is answered, or counts as dropped."""

    proxy: Proxy
    least: int = REQUESTS
    statuses: list[int] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    happened: threading.Event = field(default_factory=threading.Event)

    def _one_by_one(self, way: Way) -> None:
        while self._more():
            self._count(lambda: post(self.proxy, way, way.chat()).status)

    def _on_one_connection(self) -> None:
        parts = urlsplit(self.proxy.gateway("openai"))
        tls = self.proxy.tls(OPENAI.caller)
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=tls, timeout=30)

        def ask() -> int:
            connection.request("POST", target(self.proxy, OPENAI), OPENAI.chat(), {"content-type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        while self._more():
            self._count(ask)
        connection.close()

    def _more(self) -> bool:
        return len(self.statuses) < self.least or not self.happened.is_set()

    def _count(self, ask: object) -> None:
        try:
            self.statuses.append(ask())  # type: ignore[operator]
        except (OSError, http.client.HTTPException) as error:
            self.dropped.append(repr(error))
            self.statuses.append(0)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Requests by base URL and tunnel, on new connections and on one that stays."""
        with ThreadPoolExecutor(4) as pool:
            running_ones = [pool.submit(self._one_by_one, way) for way in (OPENAI, ANTHROPIC, OPENAI)]
            running_ones.append(pool.submit(self._on_one_connection))
            try:
                until(lambda: len(self.statuses) >= 20, "the first requests", 30)
                yield
            finally:
                self.happened.set()
        for one in running_ones:
            one.result()


def asks_for(model: str) -> bytes:
    return OPENAI.chat().replace(b"gpt-4.1-mini", model.encode())


class TestUnderLoad:
    def test_another_model_is_allowed_and_no_request_is_dropped(self, changing: Changing) -> None:
        proxy, load = changing.proxy, Load(changing.proxy)
        with nothing_leaves(proxy):
            in_own_format(post(proxy, OPENAI, asks_for("gpt-4.1")), OPENAI, 403, "unlisted-model")
        before = len(requests_of(proxy))
        with load.going_on():
            changing.write(changing.spec.read_text().replace("[gpt-4.1-mini, text-", "[gpt-4.1-mini, gpt-4.1, text-"))
        assert load.dropped == []
        assert set(load.statuses) == {200}
        assert len(load.statuses) >= REQUESTS
        assert len(requests_of(proxy)) - before == len(load.statuses)
        until(lambda: post(proxy, OPENAI, asks_for("gpt-4.1")).status == 200, "the new rule")
        assert [post(proxy, OPENAI, asks_for("gpt-4.1")).status for _ in range(6)] == [200] * 6  # every worker

    def test_new_listeners_take_over_and_no_request_is_dropped(self, changing: Changing) -> None:
        """The limit of bodies is in Envoy's listeners, which are replaced."""
        proxy, load = changing.proxy, Load(changing.proxy)
        large = OPENAI.chat().ljust(3 << 20)
        in_own_format(post(proxy, OPENAI, large), OPENAI, 413, "body-too-large")
        with load.going_on():
            changing.write(changing.spec.read_text().replace("body_limit: 2MiB", "body_limit: 4MiB"))
        assert load.dropped == []
        assert set(load.statuses) == {200}
        until(lambda: post(proxy, OPENAI, large).status == 200, "the new limit")

    def test_and_back_again(self, changing: Changing) -> None:
        proxy, load = changing.proxy, Load(changing.proxy)
        with load.going_on():
            changing.write(SPEC.read_text())
        assert load.dropped == []
        assert set(load.statuses) == {200}
        until(lambda: post(proxy, OPENAI, asks_for("gpt-4.1")).rule == "unlisted-model", "the old rule")


class TestAnAgreement:
    def test_that_ended_yesterday_lets_no_identifier_out_today(self, changing: Changing) -> None:
        """`--on` yesterday: the specification holds on that day, and the request comes a day later."""
        proxy, body = changing.proxy, CLINICAL.chat(f"Summarise the stay of {SSN}.")
        assert post(proxy, CLINICAL, body).status == 200
        with changing.changed("expires: 2035-12-31", f"expires: {YESTERDAY.isoformat()}"):
            until(lambda: post(proxy, CLINICAL, CLINICAL.chat(f"Who has {SSN}?")).status == 403, "the end of it")
            with nothing_leaves(proxy):
                for _ in range(4):  # every worker
                    answer = post(proxy, CLINICAL, body)
                    record = record_of(proxy, in_own_format(answer, CLINICAL, 403, "phi-without-baa"))
            assert record["findings"][0]["type"] == "ssn"
            assert post(proxy, CLINICAL, CLINICAL.chat()).status == 200  # without identifiers it goes on
        until(lambda: post(proxy, CLINICAL, body).status == 200, "the agreement again")

    def test_that_had_ended_before_makes_the_specification_wrong(self, changing: Changing) -> None:
        ended = (YESTERDAY - timedelta(days=1)).isoformat()
        with changing.changed("expires: 2035-12-31", f"expires: {ended}", REFUSED):
            assert post(changing.proxy, CLINICAL, CLINICAL.chat(f"Who has {SSN}?")).status == 200


WRONG = {
    "no YAML": ("version: 1", "version: [1"),
    "an unknown key": ("carries: deidentified", "carriers: deidentified"),
    "a provider that is not there": ("to: letters", "to: nobody"),
    "no flow at all": ("flows:", "flows: {}\nformer_flows:"),
    "nothing": (SPEC.read_text(), ""),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_specification_changes_nothing(changing: Changing, what: str) -> None:
    proxy = changing.proxy
    load = Load(proxy, least=30)
    with load.going_on(), changing.changed(*WRONG[what], REFUSED):
        load.happened.set()
    assert load.dropped == []
    assert set(load.statuses) == {200}
    with nothing_leaves(proxy):
        in_own_format(post(proxy, OPENAI, OPENAI.chat(f"Who has {SSN}?")), OPENAI, 403, "phi-not-carried")


def test_no_file_of_the_proxy_holds_an_identifier(changing: Changing) -> None:
    assert checks.files_with_identifiers(changing.proxy) == []
