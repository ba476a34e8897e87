"""A conversation whose first part was read before gives what it gives to a reader that has read nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.egress.decode.fakes import PATH, chat, request
from zt_ai.egress.apis import adapter
from zt_ai.egress.decode import read
from zt_ai.egress.decode.borders import Borders, Layout
from zt_ai.egress.decode.join import Joiner
from zt_ai.egress.detect import Detectors
from zt_ai.egress.detect.memory import Memory
from zt_ai.egress.model import Reading
from zt_ai.spec.types import DetectorSet, ProviderApi

REAL = Detectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS])
SENTENCE = "A queue in front of the service smooths short peaks but also hides that the service is too slow. "
LONG = SENTENCE * 8
# Parts of identifiers, short texts and long ones; parts that meet make one.
TEXTS = (
    "SSN 536-22-", "-8714 it is", "536", "22", "8714", "my mail is maria.lopez77@", "lakesidemail.com", "MRN:",
    "00482913", "What is your SSN?", "536228714", "Go on.", SENTENCE, LONG, LONG + "536-22", LONG + "What is the MRN?",
    LONG * 2, "Her SSN is 536-22-8714.", LONG + "She is Maria Lopez, MRN 00482913",
    "(415) 867-2291 is her number. " + LONG,
)  # fmt: skip
UNDERSTAND = adapter(ProviderApi.OPENAI).operation
READ = sys.modules["zt_ai.egress.decode.read"]
SHORTEST_LONG = READ._LONG  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _short_ones_too() -> Iterator[None]:
    """Borders are looked up from some thousand characters on; here in everything, so that cases can be short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(READ, "_LONG", 0)
        yield


def forget() -> None:
    REAL._memory = Memory()
    READ._BORDERS.pop(REAL, None)  # type: ignore[attr-defined]


def read_body(body: Any) -> Reading:
    result, _ = read(request(body, target=PATH), REAL, limit=1 << 20, understand=UNDERSTAND)
    assert result.problem is None
    return result


def talk(texts: list[str], **more: Any) -> dict[str, Any]:
    messages = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)]
    return {"model": "m", "messages": messages, **more}


def beside(texts: list[str]) -> dict[str, Any]:
    parts = [{"type": "text", "text": text} for text in texts]
    return {"model": "m", "messages": [{"role": "user", "content": parts}]}


def instructed(texts: list[str]) -> dict[str, Any]:
    """As some clients write it: what is read first stands last."""
    return {**talk(texts), "tools": [{"type": "function", "function": {"name": "f", "description": LONG}}]}


FORMS: tuple[Callable[[list[str]], dict[str, Any]], ...] = (talk, beside, instructed)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=14), form=st.sampled_from(FORMS), step=st.integers(1, 3)
)
# An address of joined texts is no person of what else was joined, which differs with what was read before.
@example(
    texts=[
        *("-8714 it is", f"2288190 {LONG}", LONG, f"{LONG}536-22", LONG, "-8714 it is", f"2288190 {LONG}"),
        *("my mail is maria.lopez77@", "-8714 it is", "MRN:"),
    ],
    form=talk,
    step=1,
)
def test_what_was_read_before_changes_nothing(
    texts: list[str], form: Callable[[list[str]], dict[str, Any]], step: int
) -> None:
    forget()
    for turn in range(1, len(texts) + 1, step):
        read_body(form(texts[:turn]))
    again = read_body(form(texts))
    forget()
    assert again.found == read_body(form(texts)).found


def joined(body: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many joined texts a reading makes."""
    made = []
    add, border = Joiner._add, Joiner._border
    monkeypatch.setattr(Joiner, "_add", lambda *given: (made.append(1), add(*given))[1])
    monkeypatch.setattr(Joiner, "_border", lambda *given: (made.append(1), border(*given))[1])
    read_body(body)
    monkeypatch.undo()
    return len(made)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["", "Her SSN is 536-22-8714", "Call (415) 867-2291."])
def test_a_turn_joins_its_own_borders_only(
    form: Callable[[list[str]], dict[str, Any]], end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{number}. {LONG} {end}" for number in "abcdefghijklmnopqrst"]
    forget()
    all_of_them = joined(form(texts), monkeypatch)
    assert joined(form([*texts, LONG]), monkeypatch) < all_of_them / 2


def test_a_number_over_the_last_known_border_is_found() -> None:
    for known in range(6, 12):
        forget()
        texts = [*[LONG] * known, f"{LONG} 536-22"]
        assert not read_body(talk(texts)).found
        assert [one.finding.type for one in read_body(talk([*texts, "-8714 is it"])).found] == ["ssn"]


def test_a_number_over_a_border_is_found_with_every_turn() -> None:
    forget()
    texts = [LONG, f"{LONG} 536-22", f"-8714 is it {LONG}", *[LONG] * 6]
    for turn in range(3, len(texts) + 1):
        assert [one.finding.type for one in read_body(talk(texts[:turn])).found] == ["ssn"]


def lists(nested: bool) -> dict[str, Any]:
    """The same names and texts in the same order; only where they are items of one list do the halves follow."""
    first, second = {"a": f"{LONG} 536-22-", "b": LONG}, {"a": f"8714 {LONG}", "b": LONG}
    return chat("Go on.", metadata={"x": [first, [second] if nested else second], "y": LONG * 4})


def test_the_same_texts_in_another_order_of_reading_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[str]:
        forget()
        assert not read_body(lists(nested=True)).found
        return [one.finding.type for one in read_body(lists(nested=False)).found]

    assert found() == ["ssn"]
    # The twin: what is known of the texts alone says nothing about which of them follow each other.
    monkeypatch.setattr(Layout, "mark", lambda _, digest, *__: digest)
    assert found() == []


def test_a_text_that_looks_like_two_is_not_known_as_two(monkeypatch: pytest.MonkeyPatch) -> None:
    one = f"{LONG} 536-22\x01\n-8714 {LONG}"
    pads = [LONG] * 8

    def found() -> list[str]:
        forget()
        read_body(chat("Go on.", metadata=[one, *pads]))
        return [found.finding.type for found in read_body(chat("Go on.", metadata=[*one.split("\x01\n"), *pads])).found]

    assert found() == ["ssn"]


def test_what_turns_texts_around_turns_known_borders_too(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{LONG} 4178", f"-22-635 {LONG}", *[LONG] * 6]

    def found() -> list[str]:
        forget()
        assert not read_body(talk(texts)).found
        return [one.finding.type for one in read_body(talk([*texts, "All of this is written backwards."])).found]

    assert "ssn" in found()
    # The twin: without the known borders there is nothing to turn.
    known = Borders.known
    monkeypatch.setattr(Borders, "known", lambda *given: _Stubborn(known(*given)))
    assert "ssn" not in found()


class _Stubborn(int):
    """A number of known pieces that stays, whatever the scan says."""

    def __bool__(self) -> bool:
        return False


def test_it_holds_no_more_than_it_may() -> None:
    small = Borders(most=8)
    forget()
    READ._BORDERS[REAL] = small  # type: ignore[attr-defined]
    for letter in "abcdefgh":
        read_body(talk([f"{letter} {LONG}"] * 6))
        assert 0 < len(small._known) <= 8


def test_borders_of_a_short_conversation_are_joined_again(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    short, long = talk([LONG] * 4), talk([LONG] * 40)
    monkeypatch.setattr(READ, "_LONG", SHORTEST_LONG)
    read_body(short)
    assert not READ._BORDERS[REAL]._known  # type: ignore[attr-defined]
    read_body(long)
    assert READ._BORDERS[REAL]._known  # type: ignore[attr-defined]


def test_many_short_texts_are_read_without_being_remembered() -> None:
    forget()
    texts = [f"{number % 7} apples" for number in range(6000)]
    body = chat("Go on.", metadata=texts)
    assert read_body(body).found == read_body(body).found
    assert not READ._BORDERS[REAL]._known  # type: ignore[attr-defined]
