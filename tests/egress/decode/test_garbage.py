"""A request leaves nothing to the garbage collector: its texts go with it, and nobody waits for a collection."""

from __future__ import annotations

import base64
import gc
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.egress.decode.fakes import chat, request
from zt_ai.egress.apis import adapter
from zt_ai.egress.decode import read, sheet
from zt_ai.egress.detect import Detectors
from zt_ai.spec.types import DetectorSet, ProviderApi

HIDDEN = base64.b64encode(b"the patient's social security number is 536-22-8714").decode()
BODIES: dict[str, Any] = {
    "talk": {"model": "m", "messages": [{"role": "user", "content": "Two short texts."}] * 2},
    "split": {"model": "m", "messages": [{"role": "user", "content": part} for part in ("536-2", "2-87", "14")]},
    "hidden": chat(f"decode {HIDDEN}"),
    "document in a text": chat(json.dumps({"rows": ["536-22", "-8714"], "note": "\u202e4178-22-635"})),
    "asked": {"model": "m", "messages": [{"role": "user", "content": text} for text in ("MRN?", "00482913")]},
}


@pytest.fixture(scope="module")
def real() -> Detectors:
    return Detectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS])


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _alive() -> int:
    """Sheets and places of texts that there are. Whatever else a process leaves behind is not looked at."""
    return sum(type(one).__module__ == sheet.__name__ for one in gc.get_objects())


def _left(body: Any, detectors: Detectors, limit: int = 1 << 20) -> int:
    """What is left of a request when it was read and nothing was collected."""
    asked, understand = request(body), adapter(ProviderApi.OPENAI).operation
    before = _alive()
    read(asked, detectors, limit=limit, understand=understand)
    return _alive() - before


@pytest.mark.parametrize("body", BODIES)
def test_what_was_read_is_let_go_of(body: str, real: Detectors) -> None:
    assert _left(BODIES[body], real) == 0


def test_so_is_what_cannot_be_read(real: Detectors) -> None:
    assert _left(BODIES["talk"], real, limit=10) == 0
    assert _left({"messages": [{"role": "user", "content": "x" * 90} for _ in range(9)], "n": "%41" * 9}, real) == 0


def test_without_letting_go_it_would_wait(real: Detectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet.Sheet, "drop", lambda _: None)
    assert _left(BODIES["talk"], real) > 2
