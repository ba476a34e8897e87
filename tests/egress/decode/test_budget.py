"""Requests made to cost time: the work is counted in steps and characters, and what would take more is refused."""

from __future__ import annotations

import json
import random

import pytest

from tests.egress.decode.encoders import _times, b64
from tests.egress.decode.fakes import SSN, chat, request
from zt_ai.egress.decode import Budget, UnreadableError, read
from zt_ai.egress.detect import Detectors
from zt_ai.egress.model import Reading
from zt_ai.spec.types import DetectorSet

MEGABYTE = 1 << 20


class Counting:
    """Detectors that count how many characters they were given."""

    def __init__(self, real: Detectors) -> None:
        self.real, self.characters = real, 0

    def scan(self, text: str, deadline: float | None = None) -> object:
        self.characters += len(text)
        return self.real.scan(text)

    def is_secret(self, kind: str) -> bool:
        return self.real.is_secret(kind)


@pytest.fixture(scope="module")
def real() -> Detectors:
    return Detectors.of([DetectorSet.HEALTHCARE_IDS])


def _read(content: object, real: Detectors, limit: int = 4 * MEGABYTE) -> tuple[Reading, Counting, Budget, int]:
    budget = Budget.of(limit)
    # No clock: that nothing takes for ever has to come out of what is counted.
    budget.clock = lambda: 0.0
    start = budget.size
    counting = Counting(real)
    reading, _ = read(request(chat(content)), counting, limit=limit, budget=budget)  # type: ignore[arg-type]
    return reading, counting, budget, start - budget.size


ADVERSARIAL = {
    "a megabyte of one letter": "A" * MEGABYTE,
    "a megabyte of another": "a" * MEGABYTE,
    "a megabyte of digits": "1" * MEGABYTE,
    "a megabyte of digits with blanks": "1 " * (MEGABYTE // 2),
    "a megabyte of random letters": "".join(random.Random(1).choices("ABCDEFabcdef0123456789+/", k=MEGABYTE)),  # noqa: S311
    "a megabyte of backslashes": "\\" * MEGABYTE,
    "a megabyte of escapes": "\\u0041" * (MEGABYTE // 6),
    "a megabyte of percent": "%25" * (MEGABYTE // 3),
    "a megabyte of entities": "&amp;" * (MEGABYTE // 5),
    "a megabyte of ampersands": "&" * MEGABYTE,
    "a megabyte of quoted-printable": "=3D" * (MEGABYTE // 3),
    "a megabyte of quotation marks": '"' * MEGABYTE,
    "a megabyte of quoted strings": '"a",' * (MEGABYTE // 4),
    "a megabyte of open brackets": '[{"' * (MEGABYTE // 3),
    "a megabyte of tags": "1<b>" * (MEGABYTE // 4),
    "a megabyte of open tags": "1<b" * (MEGABYTE // 3),
    "a megabyte of open comments": "1<!--" * (MEGABYTE // 5),
    "a megabyte of emphasis": "1*" * (MEGABYTE // 2),
    "a megabyte of number words": "one " * (MEGABYTE // 4),
    "a megabyte of Morse": "----- " * (MEGABYTE // 6),
    "a megabyte of ASCII85 openings": "<~abcdefgh" * (MEGABYTE // 10),
    "a megabyte of uuencode openings": "begin 644 a\n" * (MEGABYTE // 12),
    "a megabyte of zero-width spaces": "1\u200b" * (MEGABYTE // 4),
    "a megabyte of combining marks": "a" + "\u0301" * (MEGABYTE // 2),
    "a megabyte of tag characters": "\U000e0031" * (MEGABYTE // 4),
    "a megabyte of short runs of base64": (b64(b"hello world") + ", ") * (MEGABYTE // 18),
    "a megabyte of short runs of hex": (b"hello world".hex() + ", ") * (MEGABYTE // 24),
    "a megabyte of magic numbers": (b64(b"\x1f\x8b\x08" * 5) + " ") * (MEGABYTE // 21),
    "a megabyte that wants to be reversed": "reverse " * (MEGABYTE // 8),
    "a megabyte that wants everything": "reverse rot13 base85 cipher " * (MEGABYTE // 28),
    "all escapes at once": "%41&#65;\\u0041=41<b>1*2 " * (MEGABYTE // 24),
    "a hundred thousand strings": ["123"] * 100_000,
    "a hundred thousand objects": [{"a": "12", "b": "3"}] * 100_000,
    "a hundred thousand numbers": list(range(100_000)),
    "many lists of numbers": [[1, 2, 3, 4, 5, 6, 7]] * 20_000,
    "thousands of ids": [f"{number:032x}" for number in range(20_000)],
    "nested lists of strings": json.dumps([[["1", "2"], ["3"]]] * 5_000),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_work_is_bounded(name: str, real: Detectors) -> None:
    reading, counting, budget, spent = _read(ADVERSARIAL[name], real)
    assert reading.problem in {None, "budget-exhausted"}
    assert counting.characters < 60 * MEGABYTE
    assert spent <= 34 * MEGABYTE + (budget.steps < 0 or budget.size < 0) * MEGABYTE * 8


def test_base64_thirty_deep_is_refused(real: Detectors) -> None:
    reading, counting, _, _ = _read(_times(SSN, 30), real)
    assert reading.problem == "budget-exhausted"
    assert counting.characters < 4 * MEGABYTE


def test_layers_up_to_the_depth_are_undone(real: Detectors) -> None:
    reading, _, _, _ = _read(_times(f"ssn {SSN}", 9), real)
    assert reading.problem is None
    deep = f"it is {SSN}"
    for _ in range(6):
        deep = json.dumps([deep.replace("-", "\\u002d")])
    assert _read(deep, real)[0].problem is None


@pytest.mark.parametrize("count", [100, 1000])
def test_the_work_grows_with_the_text_and_not_with_its_square(count: int, real: Detectors) -> None:
    for part in ("%41%42 ", "\\u0041x", "&#65;=3D", b64(b"hello world, hello") + "=", "1\u200b2", '"a","b"', "x" * 40):
        one = _read(part * count, real)[1].characters
        ten = _read(part * count * 10, real)[1].characters
        assert ten < 15 * one, part


def test_a_budget_says_what_ran_out() -> None:
    for budget in (Budget(size=10), Budget(size=100, steps=0), Budget(size=100, seconds=-1.0)):
        with pytest.raises(UnreadableError, match="budget-exhausted"):
            budget.spend(11)
    Budget(size=11, steps=1).spend(11)


def test_time_is_the_last_net() -> None:
    times = iter([0.0, 1.0, 99.0])
    budget = Budget(size=100, seconds=5.0, clock=lambda: next(times))
    budget.spend(1)
    with pytest.raises(UnreadableError, match="budget-exhausted"):
        budget.spend(1)


def test_without_a_budget_the_same_request_would_be_read_on_and_on(real: Detectors) -> None:
    deep = _times(SSN, 20)
    endless = Budget(size=1 << 40, steps=1 << 40, depth=40, seconds=1e9)
    assert read(request(chat(deep)), real, limit=MEGABYTE, budget=endless)[0].problem is None
    assert read(request(chat(deep)), real, limit=MEGABYTE)[0].problem == "budget-exhausted"
