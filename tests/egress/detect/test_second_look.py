"""What is known by what stands around it: columns without a header, surnames near names, places near places."""

from __future__ import annotations

import pytest

from zt_ai.egress.decode.sheet import BORDER
from zt_ai.egress.detect import engine
from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))

BOARD = """\
RM   TIME  PATIENT                 PROCEDURE            SURGEON       ANES
01   0730  NAKIHEI, PUALANI        LAP CHOLE W IOC      TAKUSHI       OBIOHA
02   0745  VILLAFUERTE, ROMEL      R TKA                PANG-CHING    LUM
03   HOLD  TUIASOSOPO, FA'AMOE     I&D FOOT - NO A1C    SWEENEY-RAO   LUM
"""
DUTY = """\
duty, pager 989-555-0122
M  8/4    Adeyinkolu      Gutierrez
T  8/5    Hernandez       Oyelowombo
W  8/6    Kowalczyk       Fitzmaurice
"""
TOWNS = """\
4471|Temitope|Albuquerque|x
4472|Bounmy|Haysigrund|x
4473|Icy|Kalamazoo|x
"""


def found(text: str, kind: str, *, repeated: bool = True) -> set[str]:
    return {text[one.start : one.end] for one in DETECTORS.scan(text, repeated=repeated).findings if one.type == kind}


def by(text: str, detector: str) -> list[str]:
    return [text[one.start : one.end] for one in DETECTORS.scan(text).findings if one.detector == detector]


def test_a_header_over_columns_of_a_fixed_width_says_what_they_hold() -> None:
    names = found(BOARD, "name")
    assert {"NAKIHEI, PUALANI", "TAKUSHI", "OBIOHA", "PANG-CHING", "LUM", "SWEENEY-RAO"} <= names
    assert not names & {"LAP CHOLE W IOC", "R TKA", "PROCEDURE", "PATIENT", "HOLD"}


def test_a_row_with_a_cell_for_each_column_is_read_in_their_order() -> None:
    """Placeholders are shorter than names: what follows them begins further left, under another head."""
    head = BOARD.partition("\n")[0]
    assert found(f"{head}\n01   0730  [NAME_1]  LAP CHOLE W IOC      [NAME_2]  [NAME_3]\n", "name") == set()


def test_without_its_header_half_of_a_column_speaks_for_the_rest() -> None:
    assert {"Adeyinkolu", "Gutierrez", "Hernandez", "Oyelowombo", "Kowalczyk", "Fitzmaurice"} <= found(DUTY, "name")
    assert found("a1;03/11/2026;x\na2;03/12/2026;x\na3;3-13;x\n", "date") == {"03/11/2026", "03/12/2026", "3-13"}
    assert found("a1;1-11;x\na2;2-12;x\na3;3-13;x\n", "date") == set()


def test_lines_that_end_as_on_windows_have_the_same_columns() -> None:
    table = "A | 1 | Hernandez\nB | 2 | Kowalczyk\nC | 3 | Frobnitz\nMRN 4471102\n"
    expected = by(table, "name.column")
    assert expected == ["Hernandez", "Kowalczyk", "Frobnitz"]
    assert by(table.replace("\n", "\r\n"), "name.column") == expected


def test_a_town_that_no_list_knows_stands_among_towns() -> None:
    assert found(TOWNS, "location") == {"Albuquerque", "Haysigrund", "Kalamazoo"}


def test_a_quarter_of_a_column_says_nothing() -> None:
    rows = ("Albuquerque", "Haysigrund", "Frobnitz", "Quuxville", "Zorptown", "Kalamazoo")
    table = "".join(f"{number}|{town}|x\n" for number, town in enumerate(rows))
    assert by(table, "location.column") == []


def test_a_table_of_words_stays_one_where_nothing_else_was_found() -> None:
    table = "A | Hernandez | 1\nB | Kowalczyk | 2\nC | Frobnitz | 3\n"
    assert DETECTORS.scan(table).findings == ()
    assert by(f"{table}\nMRN 4471102\n", "name.column") == ["Hernandez", "Kowalczyk", "Frobnitz"]


def test_what_was_joined_from_pieces_has_no_columns() -> None:
    table = "A | Hernandez | 1\nB | Kowalczyk | 2\nC | Frobnitz | 3\n"
    assert by(f"MRN 4471102{BORDER}{table}", "name.column") == []


@pytest.mark.parametrize("taken", ["columns", "repeats"], ids=["without columns", "without repeats"])
def test_each_second_look_finds_what_no_other_does(taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"columns": DUTY, "repeats": "Mr. Quackenbush fell. Later Quackenbush left."}[taken]
    rule = {"columns": "name.column", "repeats": "name.repeated"}[taken]
    assert by(text, rule)
    monkeypatch.setattr(engine, taken, lambda *_: [])
    assert not by(text, rule)


def test_a_surname_near_a_name_is_a_person_and_alone_is_none() -> None:
    assert found("Mr. Quackenbush fell. Kowalczyk saw it.", "name") == {"Quackenbush", "Kowalczyk"}
    assert found("Kowalczyk saw it.", "name") == set()
    assert found("Mr. Quackenbush fell." + " It was late." * 30 + " Kowalczyk saw it.", "name") == {"Quackenbush"}


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Quackenbush has Parkinson disease, a Foley and Hashimoto thyroiditis.",
        "Mr. Quackenbush: Rodriguez Street, Gutierrez Hospital, a Kowalczyk clamp",
        "Mr. Quackenbush: /x/Kowalczyk/y, Kowalczyk_01, kowalczyk@Kowalczyk",
    ],
)
def test_near_a_name_authors_and_streets_are_none(text: str) -> None:
    assert by(text, "name.beside-others") == []


def test_near_a_place_what_stands_behind_in_and_from_is_one_too() -> None:
    text = "lives in Albuquerque, once worked the fields around Lepanto, Meade and Terlingua."
    assert found(text, "location") == {"Albuquerque", "Lepanto", "Meade", "Terlingua"}
    assert by("once worked the fields around Quibble, Zorp and Frobnitz.", "location.beside-others") == []


@pytest.mark.parametrize(
    "text",
    [
        "lives in Albuquerque, was sent to Cardiology, followed in Epic, speaks in Portuguese, comes on Wednesdays",
        "in Tulsa with a rash from Plavix therapy, from Ohio and Iowa, near NICU",
    ],
)
def test_near_a_place_departments_states_and_tongues_are_none(text: str) -> None:
    assert by(text, "location.beside-others") == []


def test_who_speaks_in_a_dialogue_is_followed_by_what_is_said() -> None:
    talk = "Doctor: Any allergies?\nPatient: Penicillin, I swell up.\nDoctor: Ever had Keflex?\nPatient: Worse.\n"
    assert found(talk, "name") == set()
    assert found("Patient: Quackenbush\nMRN 4471102", "name") == {"Quackenbush"}
    assert found(f"{talk}Patient: Maria Lopez\n", "name") == {"Maria Lopez"}
