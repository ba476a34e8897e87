"""Structured text: tables, segments and elements are read whole, once, and only where they are."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.detect.engine import Detectors
from zt_ai.egress.detect.records import RULES
from zt_ai.egress.detect.records.headers import kind_of
from zt_ai.egress.detect.records.values import identifies

RECORDS = Detectors(RULES)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.type, text[one.start : one.end]) for one in RECORDS.scan(text).findings]


def test_every_row_of_a_long_table_is_read() -> None:
    rows = [f"{8_000_000 + n},Ward {n},{n}" for n in range(5000)]
    text = "mrn,unit,n\n" + "\n".join(rows)
    assert [value for _, value in found(text)] == [row.split(",")[0] for row in rows]


def test_a_second_table_right_below_the_first_has_its_own_header() -> None:
    text = "mrn,unit\n8841022,ICU\nphone,unit\n4476844278,ED\n"
    assert found(text) == [("mrn", "8841022"), ("phone", "4476844278")]


def test_a_table_ends_where_prose_begins() -> None:
    text = "mrn,unit\n8841022,ICU\n\nThe goal is 120,000 steps, not 7712345,12."
    assert found(text) == [("mrn", "8841022")]


def test_a_scan_of_the_same_text_finds_the_same_again() -> None:
    text = "PID|1||61769563^^^HOSP^MR||DOE^JANE||19600805\rPV1|1|I\rmrn,unit\n8841022,ICU\n"
    assert found(text) == found(text)
    assert ("name", "DOE^JANE") in found(text)


def test_another_text_of_the_same_length_is_read_anew() -> None:
    assert found("mrn,unit\n8841022,ICU") == [("mrn", "8841022")]
    assert found("mrn,unit\nunknown,ICU") == []


@pytest.mark.parametrize("between", ["\r", "\n", "\r\n", "\\n", "\\r", "\\r\\n"])
def test_segments_may_be_divided_in_any_way(between: str) -> None:
    text = between.join(
        (
            "MSH|^~\\&|A|B|C|D|20260511143005||ADT^A01",
            "PID|1||61769563||DOE^JANE",
            "PV1|1|I|W||||2451173290^OKAFOR^ADA",
            "OBX|1|NM|718-7||13",
        )
    )
    assert [value for _, value in found(text)] == ["20260511143005", "61769563", "DOE^JANE", "2451173290", "OKAFOR^ADA"]


@pytest.mark.parametrize(
    "text",
    [
        "analyte,result,units\nSodium,140,mmol/L\nPotassium,4.1,mmol/L",
        "| Drug | Dose |\n| --- | --- |\n| Metformin | 500 mg |",
        "OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL|12-16|N|||F",
        "for name, value in pairs:\n    print(name, value)\n",
        "def f(patient, date, name):\n    return patient, date, name\n",
        "SELECT mrn, name, dob\nFROM patients, visits\nWHERE a = b, c",
        "2026 INFO name,status,date\nINFO done, ok, 3 of 4\n",
        "<html><title>Sepsis</title><body><p>Give fluids</p><city></city></body></html>",
        "Name, Date, Address\nPlease fill in the form, sign it, and send it back.",
        "LX*1~SV1*HC:99213*120*UN*1***1~HI*ABK:E1165~",
        "version,date,author\n1.0,2021,team",
    ],
)
def test_structure_without_identifiers_stays_unflagged(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "mrn,name\n",
        " PID|1||",
        "<given>",
        "NM1*IL*1*",
        "(mrn,name) values (",
        "mrn,name\n1",
        "mrn\tname",
        '"mrn","',
        "(0010,0010) PN [",
        "\nFN:",
        "\nN;A=",
        "<id a='b' ",
        "name|phone\nx|phone\n",
        "\\nPID|",
        "From: a, <",
    ],
)
def test_openings_over_and_over_cost_linear_time(line: str) -> None:
    def seconds(count: int) -> float:
        text = line * count
        return min(_timed(text) for _ in range(2))

    small = 20_000 // len(line)
    assert seconds(small * 8) < 8 * 4 * seconds(small) + 0.05


def _timed(text: str) -> float:
    started = time.perf_counter()
    RECORDS.scan(text)
    return time.perf_counter() - started


@given(st.text(alphabet="mrn,name|;\t\n\"'\\ PID^~1<>=*()x:", max_size=120))
def test_no_text_breaks_a_reader(text: str) -> None:
    for kind, value in found(text):
        assert kind
        assert value


@given(st.text(max_size=60), st.sampled_from(["name", "date", "zip", "mrn", "age"]))
def test_a_blank_or_bracketed_value_identifies_nobody(value: str, kind: str) -> None:
    assert not identifies(kind, "")
    assert not identifies(kind, "[REDACTED]")
    assert identifies(kind, value) in (True, False)


def test_a_header_decides_alone_only_when_it_says_whose_the_value_is() -> None:
    assert kind_of("Patient Name") == ("name", True)
    assert kind_of("name") == ("name", False)
    assert kind_of("Drug name") is None
    assert kind_of("potassium") is None


def test_without_its_triggers_a_rule_finds_nothing() -> None:
    blind = Detectors([replace(rule, triggers=("never-there",)) for rule in RULES])
    assert blind.scan("mrn,unit\n8841022,ICU").findings == ()


@pytest.mark.parametrize(
    "text",
    ["mrn,name\x1cfoo 12345 mrn 00482913", "words\\rmrn: 00482913, name\\rmrn,x", "a\x01mrn,name,dob 5,mrn\x01b"],
)
def test_a_line_that_ends_without_a_line_feed_ends_the_search_too(text: str) -> None:
    """A header that was looked for again and again from the same place would keep a worker busy for ever."""
    for times in (1, 30):
        RECORDS.scan(f"{text} " * times)
