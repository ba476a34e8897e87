"""A text whose beginning was read before gives what it gives to an engine that has read nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zt_ai.egress.detect import engine, memory
from zt_ai.egress.detect.engine import Detectors
from zt_ai.egress.detect.memory import FINE, LEAST, STEP, Found, Memory
from zt_ai.spec.types import DetectorSet

EVERYTHING = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
SENTENCE = "the queue in front of the service smooths short peaks but it also hides that the service is too slow. "
PLAIN = SENTENCE * 400
IDENTIFIERS = (
    "SSN 536-22-8714", "MRN: 00482913", "maria.lopez77@lakesidemail.com", "DOB 03/14/1962", "(415) 867-2291",
    "lives at 12 Elm Street, Springfield, IL 62704", "PID|1||00482913^^^HOSP^MR||DOE^JANE||19620314|F",
    "name,mrn,dob\nJane Doe,00482913,03/14/1962\n", "password: hunter2hunter2",
)  # fmt: skip


def fresh() -> None:
    EVERYTHING._memory = Memory()


def read(text: str) -> engine.Scan:
    return EVERYTHING.scan(text)


@settings(max_examples=60)
@given(
    known=st.integers(LEAST, 6 * STEP),
    at=st.integers(-1200, 1200),
    identifier=st.sampled_from(IDENTIFIERS),
    step=st.integers(1, 6),
    width=st.sampled_from((FINE, STEP)),
    first=st.sampled_from(("", *IDENTIFIERS)),
)
def test_what_was_read_before_changes_nothing(
    known: int, at: int, identifier: str, step: int, width: int, first: str
) -> None:
    fresh()
    read(f"{PLAIN[:known]} {first} {PLAIN[:known]}")
    read(f"{PLAIN[:known]} {first}")
    place = max(0, min(step * width + at, known))
    text = f"{PLAIN[:place]} {identifier} {PLAIN[place : known + 3000]}"
    again = read(text)
    fresh()
    assert again == read(text)
    assert again.findings


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_an_identifier_that_is_added_to_a_known_text_is_found(identifier: str) -> None:
    for length in range(3 * STEP - 60, 3 * STEP + 20, 3):
        fresh()
        read(PLAIN[: 5 * STEP])
        found = read(f"{PLAIN[:length]} {identifier}").findings
        assert found
        assert all(one.end > length for one in found)


def test_without_reading_the_margin_again_identifiers_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: an identifier over the place up to which a text is known is found by what is read again."""

    def found() -> list[bool]:
        hits = []
        for before in range(2, 14):
            fresh()
            head = PLAIN[: 3 * STEP - before] + " SSN 536-22-8714"[:before]
            read(head + PLAIN[: 2 * STEP])
            hits.append(bool(read(head + " SSN 536-22-8714"[before:] + " is it").findings))
        return hits

    assert all(found())
    monkeypatch.setattr(memory, "MARGIN", 0)
    assert not all(found())


def test_a_table_that_goes_on_behind_a_known_header_is_read() -> None:
    header = "name,mrn,dob\n"
    rows = "".join(f"Jane Doe,{number:08d},03/14/1962\n" for number in range(482000, 482400))
    fresh()
    read(PLAIN[: 2 * STEP] + header)
    text = PLAIN[: 2 * STEP] + header + rows
    again = read(text)
    fresh()
    assert again == read(text)
    assert len(again.findings) > 400


def test_a_carrier_in_a_known_beginning_is_seen_again() -> None:
    fresh()
    text = f"{PLAIN[:LEAST]} %35%33%36%2D%32%32%2D%38%37%31%34 {PLAIN[: 2 * STEP]}"
    carriers = read(text).carriers
    assert carriers
    assert EVERYTHING.beginnings(text).hides
    assert not EVERYTHING.beginnings(text[:LEAST]).hides
    assert read(f"{text} and more").carriers == carriers
    # The twin: were it not remembered, nobody would look for what it hides.
    EVERYTHING._memory._known.update(dict.fromkeys(EVERYTHING.beginnings(text).digests))
    assert read(f"{text} and more").carriers == 0


def known_to(text: str) -> int:
    """Up to where a text is known after it was read."""
    fresh()
    read(text)
    known = EVERYTHING.beginnings(text)
    return known.end(known.known)


TABLE = "name,mrn,dob\nJane Doe,00482913,03/14/1962\n"


ROW = "Jane Doe,00482913,03/14/1962\n"
# In these a reader goes on for longer than what is read again.
LONG = {
    "table": f"\nname,mrn,dob\n{ROW * 80}\n",
    "wide": f"\n{'tier and unit,' * 90}mrn\n{'general ward on the upper floor,' * 90}E55213\n",
    "hl7": f"\nPID|1||{'x' * 3000}^^^HOSP^MR~00482913^^^HOSP^MR||DOE^JANE||19620314|F\n",
    "key": f"\n-----BEGIN PRIVATE KEY-----\n{'MIIEvQIBADANBgkq' * 125}\n-----END PRIVATE KEY-----\n",
    "sql": "INSERT INTO t (mrn, unit) VALUES ('8441665', 'ICU')" + ",\n('8441666', 'ED')" * 200 + ";\n",
}


@pytest.mark.parametrize("long", LONG.values(), ids=LONG)
def test_what_is_found_far_from_its_opening_is_found_again(long: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{PLAIN[: 2 * FINE]}{long}{PLAIN[:FINE]}"
    fresh()
    whole = read(text)

    def differ() -> list[bool]:
        differences = []
        for upto in range(2 * FINE, len(text), FINE // 4):
            fresh()
            read(text[:upto])
            differences.append(read(text) != whole)
        return differences

    assert whole.findings
    assert not any(differ())
    # The twin: if beginnings could end anywhere, what opened in front of them would not be read again.
    monkeypatch.setattr(engine, "_reach", lambda rule, text, low, high: low)
    assert any(differ())


@pytest.mark.parametrize("opening", [f"\n{TABLE}", "\nPID|1||00482913^^^HOSP^MR||DOE^JANE||19620314|F\n"])
def test_a_beginning_from_which_a_rule_reads_on_is_not_remembered(opening: str) -> None:
    text = f"{PLAIN[: 2 * STEP]}{opening}{PLAIN[: 4 * STEP]}"
    assert known_to(text) == 2 * STEP
    assert known_to(f"{PLAIN[: 2 * STEP]}\n{PLAIN[: 4 * STEP]}") == 6 * STEP


@pytest.mark.parametrize(
    "words",
    [
        "She likes the new street, and the city, too.",
        "\nClosed the account, then the record number;\nnothing else.\n",
        "The address, " + SENTENCE * 30,
        SENTENCE * 30 + " the address, " + SENTENCE * 30,
        "https://guide.example/a?b=c is where it is described.",
        "token: as-it-is-described-in-the-guide",
    ],
)
def test_ordinary_words_from_which_a_table_could_go_on_leave_the_rest_to_be_remembered(words: str) -> None:
    text = f"{PLAIN[:STEP]}\n{words}\n{PLAIN[: 4 * STEP]}"
    assert known_to(text) >= len(text) - 2 * STEP


def test_of_very_many_openings_the_first_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"{PLAIN[: 2 * STEP]} https://guide.example/{number} " for number in range(3)) + PLAIN[: 2 * STEP]
    assert known_to(text) > 7 * STEP
    monkeypatch.setattr(engine, "_STRETCHES", 1)
    assert 2 * STEP < known_to(text) <= 4 * STEP + FINE


def test_in_a_line_whose_end_is_not_known_no_beginning_ends_that_is_remembered() -> None:
    """What is no header yet may become one."""
    long = f"{PLAIN[:STEP]}\n{'member tier,' * 30}"
    assert known_to(f"{long}address,mrn,{PLAIN[:1500]}") == STEP
    assert known_to(f"{long}address,mrn,{PLAIN[:1500]}\n{PLAIN[: 2 * STEP]}") > 2 * STEP


def test_what_was_found_in_a_known_beginning_is_found_again() -> None:
    fresh()
    text = f"{PLAIN[: 2 * STEP + 100]} SSN 536-22-8714 {PLAIN[:STEP]} SSN 536-22-8715 {PLAIN[: 3 * STEP]}"
    found = read(text)
    known = EVERYTHING.beginnings(text)
    assert known.unread == known.end(known.known) - 2 * memory.MARGIN
    assert read(text) == found
    # The twin: were it not remembered what was found there, it would be gone.
    EVERYTHING._memory._known.update(dict.fromkeys(known.digests))
    assert read(text).findings == ()


def test_what_stands_behind_a_known_place_may_change_what_was_found_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def differ() -> list[bool]:
        differences = []
        for number in range(3, 9):
            head = f"{PLAIN[: number * FINE - 16]} SSN 536-22-8714"
            assert len(head) == number * FINE
            fresh()
            assert read(f"{head} {PLAIN[:LEAST]}").findings
            again = read(f"{head}1 {PLAIN[:LEAST]}")
            fresh()
            differences.append(again != read(f"{head}1 {PLAIN[:LEAST]}"))
        return differences

    assert not any(differ())
    # The twin: without the margin what was found stays found, whatever follows.
    monkeypatch.setattr(memory, "bisect_right", lambda found, _, *, key: len(found))
    assert any(differ())


def test_no_rule_looks_back_over_what_is_taken_from_memory() -> None:
    """What a new word finds before itself has to end behind what is settled."""
    for rule in EVERYTHING.rules:
        assert rule.before <= memory.MARGIN // 2, rule.id
        if rule.beside:
            assert rule.after + engine._FURTHER <= memory.MARGIN // 2, rule.id


def test_nothing_is_kept_of_a_text_behind_its_first_name_where_a_model_finds_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(EVERYTHING, "_names", Names())
    fresh()
    text = f"{PLAIN[: 2 * STEP + 100]} SSN 536-22-8714 {PLAIN[: 3 * STEP]}"
    read(text)
    assert EVERYTHING.beginnings(text).unread == 2 * STEP - memory.MARGIN


class Names:
    """A model of names that finds none."""

    @staticmethod
    def find(text: str, until: float) -> tuple[()]:
        return ()


# As notes are written: full of identifiers, with numbers that count only beside a person.
NOTES = (
    "Pt Maria Lopez, DOB 03/14/1962, MRN 00482913, seen 03/14/2026 by Dr. Alan Whitfield at Lakeside Clinic. ",
    "Called her husband Tom at (415) 867-2291, no answer; try tom.lopez@lakesidemail.com. ",
    "Specimen 26-118-04471 collected 03/15, ref HEMONC-7719, room 12, BP 120/80, HR 72. ", "She is 93 years old. ",
    "Lives at 12 Elm Street in Springfield; car plate 7XYZ123. ", "Labs: Na 140, K 4.1, Cr 0.9, A1c 7.2 %. ",
    "Follow-up 04/02/2026 or sooner. ", "Chart 331.72.18, case RA/1931/06, insurer id XKJ882910034. ", SENTENCE, "\n\n",
    SENTENCE * 6, "She moved to another street, and likes the city, the county, and the clinic. ", "\n", "\n", "\n",
    "It is described at https://guide.example/page?number=12 in short. ", "\nunit,mrn,address,",
    "a member of the tier, ", *LONG.values(),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.sampled_from(NOTES), min_size=20, max_size=160),
    turns=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    tail=st.sampled_from(("", "?", " and SSN 536-22-8714", "8", " MRN:")),
)
def test_a_conversation_about_a_patient_is_found_in_parts_as_it_is_at_once(
    texts: list[str], turns: list[int], tail: str
) -> None:
    fresh()
    upto = 0
    for turn in turns:
        upto += turn
        read("".join(texts[:upto]) + tail)
    again = read("".join(texts))
    fresh()
    assert again == read("".join(texts))


def test_it_holds_no_more_findings_than_it_may() -> None:
    small = Memory(most_found=400)
    for number in range(100):
        text = bytes(str(number), "ascii") * 8 * STEP
        found = [(at, at + 9, 5, "ssn", "ssn.bare") for at in range(0, 9 * number, 9)]
        small.keep(small.look(text), 0, (), Found(found, found[:2], ()))
        assert sum(one.size for one in small._known.values() if one is not None) == small._held <= 400
        # Where they are too many for each place, the longest beginnings are those that are known.
        known = small.look(text)
        assert (known.known == len(known.digests)) == (len(found) + len(found[:2]) <= 100)


def test_it_holds_no_more_than_it_may() -> None:
    small = Memory(most=8)
    for number in range(100):
        keep(small, bytes(str(number), "ascii") * 3 * FINE)
        assert len(small._known) <= 8


def keep(one: Memory, text: bytes) -> None:
    one.keep(one.look(text), len(text), (), None)


def test_a_changed_character_makes_the_rest_unknown() -> None:
    one = Memory()
    text = PLAIN[: 4 * STEP].encode()
    keep(one, text)
    assert one.look(text).unread == 4 * STEP - memory.MARGIN
    changed = text[: 2 * STEP + 5] + b"X" + text[2 * STEP + 6 :]
    assert one.look(changed).unread == 2 * STEP - memory.MARGIN
    near = text[: 3 * FINE + 5] + b"X" + text[3 * FINE + 6 :]
    assert one.look(near).unread == 3 * FINE - memory.MARGIN
    assert one.look(b"Y" + text).unread == 0


@pytest.mark.parametrize("size", [FINE, 3 * FINE + 7, 2 * STEP, 3 * STEP - 1, 5 * STEP])
def test_what_is_known_of_a_shorter_text_is_known_of_a_longer_one(size: int) -> None:
    one = Memory()
    keep(one, PLAIN[:size].encode())
    width = FINE if size <= 2 * STEP else STEP
    assert one.look(PLAIN.encode()).unread == size // width * width - memory.MARGIN


@pytest.mark.parametrize("size", [0, 100, FINE, 3 * FINE + 7, 2 * STEP, 2 * STEP + 1, 5 * STEP])
def test_going_on_from_the_beginnings_of_a_first_part_gives_what_the_whole_gives(size: int) -> None:
    one = Memory()
    keep(one, PLAIN[: 3 * STEP].encode())
    whole = one.look(PLAIN.encode())
    went_on = one.look(PLAIN.encode(), one.look(PLAIN[:size].encode()))
    assert (went_on.digests, went_on.known) == (whole.digests, whole.known)
