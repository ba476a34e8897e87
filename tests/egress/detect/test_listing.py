"""Values that follow one label in a list are found with the first, and nothing after the list is."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect.rule import matching
from zt_ai.egress.detect.rules.listing import listed

SPANS = listed(matching(r"no\. (?P<v>[A-Z]{0,2}[0-9-]{3,9})"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("no. 10021, 10022 and 10023", ["10021", "10022", "10023"]),
        ("no. 10021/10022; #10023", ["10021", "10022", "10023"]),
        ("no. A10021 and B10022", ["A10021", "B10022"]),
        ("no. 2201-14, 2201-19", ["2201-14", "2201-19"]),
        ("no. 10021, then 10022", ["10021"]),
        ("no. 10021, 12 tablets", ["10021"]),
        ("no. 10021 and 10022 patients", ["10021"]),
        ("no. 10021 and 3.5", ["10021"]),
        ("no. 10021, 2201-14", ["10021"]),
    ],
)
def test_a_list_ends_where_the_form_of_its_values_does(text: str, values: list[str]) -> None:
    assert [text[start:end] for start, end in SPANS(text, 0, len(text))] == values
