"""The corpus that detectors are measured on, and how they are scored; with identities made here, without Presidio."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bench.detect import identifiers
from bench.detect.corpus import Document, Span, harmless, own, presidio, templates
from bench.detect.identities import Identity, identities
from bench.detect.score import score

HEADER = "Number,Gender,GivenName,MiddleInitial,Surname,StreetAddress,City,ZipCode,Country,NameSet"
ROW = "{n},female,Given{n},Q,Surname{n},{n} Some Street,Town{n},12345,US,American"


@pytest.fixture
def raw_data(tmp_path: Path) -> Path:
    """A folder as presidio-evaluator has it."""
    rows = "\n".join(ROW.format(n=n) for n in range(1, 41))
    (tmp_path / "FakeNameGenerator.com_40.csv").write_text(f"{HEADER}\n{rows}\n", encoding="utf-8-sig")
    lines = ["Call {{person}} at {{phone_number}}", "I live in {{city}}\\nsince {{year}}", "No slots at all"]
    (tmp_path / "templates.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.fixture
def people(raw_data: Path) -> tuple[Identity, ...]:
    return identities(raw_data, held_out=False)


@pytest.mark.parametrize("held_out", [False, True])
def test_every_template_can_be_filled_and_says_where_its_identifiers_stand(raw_data: Path, held_out: bool) -> None:
    for document in own(identities(raw_data, held_out), held_out, copies=2):
        assert "{{" not in document.text
        assert document.spans
        end = 0
        for span in document.spans:
            assert end <= span.start < span.end <= len(document.text)
            assert document.text[span.start : span.end].strip()
            end = span.end


@pytest.mark.parametrize("held_out", [False, True])
def test_harmless_documents_hold_no_identifier(raw_data: Path, held_out: bool) -> None:
    documents = list(harmless(identities(raw_data, held_out), held_out, copies=5))
    assert len(documents) >= 300
    assert not any(document.spans or "{{" in document.text for document in documents)
    assert len({document.text for document in documents}) == len(documents)


def test_the_halves_share_neither_people_nor_templates(raw_data: Path) -> None:
    assert not set(identities(raw_data, held_out=False)) & set(identities(raw_data, held_out=True))
    for dev, held in (("dev", "held-out"), ("harmless-dev", "harmless-held-out")):
        assert not dict(templates(dev)).keys() & dict(templates(held)).keys()
        assert not set(dict(templates(dev)).values()) & set(dict(templates(held)).values())
    assert len(templates("dev")) + len(templates("held-out")) >= 150


def test_the_corpus_is_the_same_every_time(people: tuple[Identity, ...]) -> None:
    assert [one.line() for one in own(people, False, 1)] == [one.line() for one in own(people, False, 1)]


def test_templates_of_presidio_are_read_where_it_is_installed(raw_data: Path) -> None:
    (call,) = presidio(raw_data, identities(raw_data, False), held_out=False, copies=1)
    (live,) = presidio(raw_data, identities(raw_data, True), held_out=True, copies=1)
    assert [span.type for span in call.spans] == ["name", "phone"]
    # The year stands in the text too, and is no identifier.
    (city,) = live.spans
    assert live.text[city.start : city.end].startswith("Town")
    assert "\nsince " in live.text


def test_a_line_of_the_dump_is_what_zt_ai_inspect_reads() -> None:
    line = json.loads(Document("a/0", "Call Ann", (Span("name", 5, 8),)).line())
    assert line == {"id": "a/0", "text": "Call Ann", "spans": [{"type": "name", "start": 5, "end": 8}]}


def _luhn_holds(number: str) -> bool:
    odd, even = number[-1::-2], number[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)) % 10 == 0


def test_made_up_numbers_pass_the_checks_of_real_ones() -> None:
    for seed in range(200):
        dice = random.Random(seed)  # noqa: S311
        assert _luhn_holds("80840" + identifiers.npi(dice))
        assert _luhn_holds(identifiers.card(dice))
        iban = identifiers.iban(dice)
        assert int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1
        aba = [int(digit) for digit in identifiers.routing(dice)]
        assert sum(digit * weight for digit, weight in zip(aba, (3, 7, 1) * 3, strict=True)) % 10 == 0
        dea = [int(digit) for digit in identifiers.dea(dice)[2:]]
        assert (dea[0] + dea[2] + dea[4] + 2 * (dea[1] + dea[3] + dea[5])) % 10 == dea[6]
        assert len(identifiers.vin(dice)) == 17


CASES = [
    # What was found of "Anna Lee" at 5–13, and whether that counts.
    ([], 0, 0),
    ([Span("name", 5, 9)], 1, 1),
    ([Span("name", 10, 13)], 0, 0),
    ([Span("phone", 0, 13)], 1, 0),
    ([Span("name", 5, 7), Span("name", 10, 13)], 1, 1),
]


@pytest.mark.parametrize(("findings", "found", "exact"), CASES)
def test_an_identifier_counts_when_most_of_it_is_covered(findings: list[Span], found: int, exact: int) -> None:
    document = Document("a", "Call Anna Lee now", (Span("name", 5, 13),))
    tally = score([document], {"a": findings}).kinds["name"]
    assert (tally.total, tally.found, tally.exact) == (1, found, exact)


def test_a_harmless_document_counts_once_however_much_is_flagged_in_it() -> None:
    quiet, loud = Document("q", "BP 120/80", (), harmless=True), Document("l", "Crohn, Bell", (), harmless=True)
    result = score([quiet, loud], {"q": [], "l": [Span("name", 0, 5), Span("name", 7, 11)]})
    assert result.false_alarms == 0.5


def test_a_document_that_was_not_scanned_is_an_error() -> None:
    with pytest.raises(KeyError):
        score([Document("a", "text", ())], {})
