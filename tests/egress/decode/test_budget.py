"""Requests made to cost time: the work is counted in steps and characters, and what would take more is refused."""

from __future__ import annotations

import json
import random

import pytest

from tests.egress.decode.encoders import _times, b64
from tests.egress.decode.fakes import SSN, chat, request
from zt_ai.egress.decode import Budget, UnreadableError, read
from zt_ai.egress.detect import Detectors
from zt_ai.egress.detect.memory import Beginnings
from zt_ai.egress.model import Reading
from zt_ai.spec.types import DetectorSet

MEGABYTE = 1 << 20
MUCH = 1 << 18


class Counting:
    """Detectors that count how many characters they were given."""

    def __init__(self, real: Detectors) -> None:
        self.real, self.characters = real, 0

    def beginnings(self, text: str, shorter: Beginnings | None = None) -> Beginnings:
        return self.real.beginnings(text, shorter)

    def scan(self, text: str, deadline: float | None = None, beginnings: Beginnings | None = None) -> object:
        self.characters += len(text)
        return self.real.scan(text)

    def is_secret(self, kind: str) -> bool:
        return self.real.is_secret(kind)


@pytest.fixture(scope="module")
def real() -> Detectors:
    return Detectors.of([DetectorSet.HEALTHCARE_IDS])


def _read(content: object, real: Detectors, limit: int = 4 * MEGABYTE) -> tuple[Reading, Counting, Budget, int]:
    budget = Budget.of(len(json.dumps(content)))
    # No clock: that nothing takes for ever has to come out of what is counted.
    budget.clock = lambda: 0.0
    start = budget.size
    counting = Counting(real)
    reading, _ = read(request(chat(content)), counting, limit=limit, budget=budget)  # type: ignore[arg-type]
    return reading, counting, budget, start - budget.size


ADVERSARIAL = {
    "a megabyte of one letter": "A" * MEGABYTE,
    "much of another": "a" * MUCH,
    "much of digits": "1" * MUCH,
    "much of digits with blanks": "1 " * (MUCH // 2),
    "much of random letters": "".join(random.Random(1).choices("ABCDEFabcdef0123456789+/", k=MUCH)),  # noqa: S311
    "much of backslashes": "\\" * MUCH,
    "much of escapes": "\\u0041" * (MUCH // 6),
    "much of percent": "%25" * (MUCH // 3),
    "much of entities": "&amp;" * (MUCH // 5),
    "much of ampersands": "&" * MUCH,
    "much of quoted-printable": "=3D" * (MUCH // 3),
    "much of quotation marks": '"' * MUCH,
    "much of quoted strings": '"a",' * (MUCH // 4),
    "much of open brackets": '[{"' * (MUCH // 3),
    "much of tags": "1<b>" * (MUCH // 4),
    "much of open tags": "1<b" * (MUCH // 3),
    "much of open comments": "1<!--" * (MUCH // 5),
    "much of emphasis": "1*" * (MUCH // 2),
    "much of number words": "one " * (MUCH // 4),
    "much of Morse": "----- " * (MUCH // 6),
    "much of ASCII85 openings": "<~abcdefgh" * (MUCH // 10),
    "much of uuencode openings": "begin 644 a\n" * (MUCH // 12),
    "much of zero-width spaces": "1\u200b" * (MUCH // 4),
    "much of combining marks": "a" + "\u0301" * (MUCH // 2),
    "much of tag characters": "\U000e0031" * (MUCH // 4),
    "much of short runs of base64": (b64(b"hello world") + ", ") * (MUCH // 18),
    "much of short runs of hex": (b"hello world".hex() + ", ") * (MUCH // 24),
    "much of magic numbers": (b64(b"\x1f\x8b\x08" * 5) + " ") * (MUCH // 21),
    "much that wants to be reversed": "reverse " * (MUCH // 8),
    "much that wants everything": "reverse rot13 base85 cipher " * (MUCH // 28),
    "all escapes at once": "%41&#65;\\u0041=41<b>1*2 " * (MUCH // 24),
    "thirty thousand strings": ["123"] * 30_000,
    "thirty thousand objects": [{"a": "12", "b": "3"}] * 30_000,
    "thirty thousand numbers": list(range(30_000)),
    "many lists of numbers": [[1, 2, 3, 4, 5, 6, 7]] * 5_000,
    "thousands of ids": [f"{number:032x}" for number in range(5_000)],
    "nested lists of strings": json.dumps([[["1", "2"], ["3"]]] * 5_000),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_work_is_bounded(name: str, real: Detectors) -> None:
    reading, counting, budget, spent = _read(ADVERSARIAL[name], real)
    assert reading.problem in {None, "budget-exhausted"}
    size = len(json.dumps(ADVERSARIAL[name]))
    assert spent <= 9 * size + 2 * MEGABYTE
    assert counting.characters <= 12 * size + 4 * MEGABYTE
    assert budget.steps >= -1


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
