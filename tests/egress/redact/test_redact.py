"""Placeholders where identifiers stood, and everything else as it was."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.model import Finding, Found, Path
from zt_ai.egress.redact import Placeholders, Redaction, RedactionError, redact

SSN = "123-45-6789"


def at(path: Path, start: int, end: int, kind: str = "ssn", layers: tuple[str, ...] = (), *, ok: bool = True) -> Found:
    return Found(Finding(kind, start, end, f"{kind}.any"), ("body", *path), layers, ok)


def find(tree: Any, pattern: str = r"\d{3}-\d{2}-\d{4}", kind: str = "ssn", path: Path = ()) -> list[Found]:
    """Every match of a pattern in the texts of a tree."""
    if isinstance(tree, dict):
        return [f for key, value in tree.items() for f in find(value, pattern, kind, (*path, key))]
    if isinstance(tree, list):
        return [f for index, value in enumerate(tree) for f in find(value, pattern, kind, (*path, index))]
    text = tree if isinstance(tree, str) else json.dumps(tree)
    return [at(path, *match.span(), kind) for match in re.finditer(pattern, text)]


def new(tree: Any, *found: Found) -> Any:
    return json.loads(redact(tree, found).body)


def restored(redaction: Redaction) -> Any:
    def back(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: back(value) for key, value in node.items()}
        if isinstance(node, list):
            return [back(value) for value in node]
        if isinstance(node, str):
            for token, original in redaction.placeholders.items():
                node = node.replace(token, original)
        return node

    return back(json.loads(redaction.body))


def test_the_same_original_gets_the_same_placeholder_and_another_the_next_number():
    tree = {"messages": [{"content": f"{SSN} and 987-65-4320"}, {"content": f"again {SSN}"}], "temperature": 0.5}
    redaction = redact(tree, find(tree))
    assert json.loads(redaction.body) == {
        "messages": [{"content": "[SSN_1] and [SSN_2]"}, {"content": "again [SSN_1]"}],
        "temperature": 0.5,
    }
    assert dict(redaction.placeholders) == {"[SSN_1]": SSN, "[SSN_2]": "987-65-4320"}


def test_numbers_follow_the_document_and_not_the_order_of_findings():
    tree = {"b": "111-22-3333", "a": "444-55-6666"}
    assert new(tree, *reversed(find(tree))) == {"b": "[SSN_1]", "a": "[SSN_2]"}


def test_kinds_are_counted_apart_and_their_names_become_labels():
    assert new({"t": "Ann 1234"}, at(("t",), 0, 3, "name"), at(("t",), 4, 8, "health_plan")) == {
        "t": "[NAME_1] [HEALTH_PLAN_1]"
    }


def test_overlapping_findings_become_one_of_the_longer_kind():
    tree = {"t": "on 12 Main Street today"}
    assert new(tree, at(("t",), 3, 10, "name"), at(("t",), 3, 17, "address"), at(("t",), 9, 17, "location")) == {
        "t": "on [ADDRESS_1] today"
    }


def test_a_number_becomes_a_placeholder_as_a_string():
    assert redact({"npi": 1234567893, "n": 1}, [at(("npi",), 0, 10, "npi")]).body == b'{"npi":"[NPI_1]","n":1}'


def test_a_hidden_run_is_replaced_whole():
    run = "MTIzLTQ1LTY3ODk="
    assert new({"t": f"see {run}!"}, at(("t",), 4, 4 + len(run), layers=("base64",))) == {"t": "see [SSN_1]!"}


def test_a_body_is_compact_utf8_with_its_keys_in_order():
    assert redact({"z": f"é {SSN}", "a": [1, True, None]}, [at(("z",), 2, 13)]).body == (
        '{"z":"é [SSN_1]","a":[1,true,null]}'.encode()
    )


def test_half_a_surrogate_pair_leaves_as_the_escape_it_came_as():
    assert redact({"t": f"\ud83d {SSN}"}, [at(("t",), 2, 13)]).body == b'{"t":"\\ud83d [SSN_1]"}'


def test_the_tree_that_was_given_is_not_changed():
    tree = {"m": [{"content": SSN}]}
    redact(tree, find(tree))
    assert tree == {"m": [{"content": SSN}]}


@pytest.mark.parametrize(
    ("arguments", "pattern", "expected"),
    [
        ('{"ssn": "123-45-6789", "n": 1}', r"\d{3}-\d\d-\d{4}", {"ssn": "[SSN_1]", "n": 1}),
        ('{"ssn": 123456789, "n": 1}', r"\d{9}", {"ssn": "[SSN_1]", "n": 1}),
        ('["123-45-6789 and 123-45-6789"]', r"\d{3}-\d\d-\d{4}", ["[SSN_1] and [SSN_1]"]),
        ('{"a": -123456789.5}', r"\d{9}", {"a": "[SSN_1]"}),
        ('["123456789", 123456789]', r"\d{9}", ["[SSN_1]", "[SSN_1]"]),
        ('{"a": "12345", "b": "6789"}', r'12345", "b": "6789', "[SSN_1]"),
        ('{"a": "b"}', r"^.*$", "[SSN_1]"),
    ],
)
def test_arguments_of_a_tool_call_stay_a_json_document(arguments: str, pattern: str, expected: Any):
    tree = {"function": {"arguments": arguments}}
    assert json.loads(new(tree, *find(tree, pattern))["function"]["arguments"]) == expected


def test_an_original_inside_json_text_is_kept_as_it_reads():
    tree = {"arguments": '{"name": "Ann \\"Bo\\" Lee"}'}
    redaction = redact(tree, find(tree, r"Ann.*Lee", "name"))
    assert dict(redaction.placeholders) == {"[NAME_1]": 'Ann "Bo" Lee'}


def test_a_path_that_goes_on_below_a_string_leads_into_its_document():
    tree = {"arguments": '{"patient": {"ssn": "\\u0031' + SSN[1:] + '"}, "n": 2}'}
    changed = new(tree, at(("arguments", "patient", "ssn"), 0, 11, layers=("json",)))
    assert json.loads(changed["arguments"]) == {"patient": {"ssn": "[SSN_1]"}, "n": 2}


def test_a_finding_in_a_document_and_one_in_its_text_take_all_of_it():
    tree = {"arguments": '{"a": "123-45-6789"}'}
    changed = new(tree, at(("arguments",), 7, 18), at(("arguments", "a"), 0, 11, layers=("json",)))
    assert json.loads(changed["arguments"]) == "[SSN_1]"


@pytest.mark.parametrize("taken", ["[SSN_1]", "[SSN_12]", "[SSN_1", "[SSN_1] [SSN_R1]"])
def test_placeholders_are_unlike_anything_that_stands_in_the_body(taken: str):
    tree = {"t": f"{SSN} {taken}", "k": {taken: 1}}
    redaction = redact(tree, find(tree))
    (token,) = redaction.placeholders
    assert token not in json.dumps(tree)
    assert restored(redaction) == tree


@pytest.mark.parametrize(
    "found",
    [
        Found(Finding("ssn", 0, 3, "ssn.any"), ("header", "x-note")),
        Found(Finding("ssn", 0, 3, "ssn.any"), ("path",)),
        Found(Finding("ssn", 0, 3, "ssn.any"), ()),
        at(("t",), 0, 3, ok=False),
        at(("missing",), 0, 3),
        at(("t",), 0, 99),
        at(("t",), 3, 3),
        at(("t", "deeper"), 0, 3),
        at(("flag",), 0, 3),
        at(("o",), 0, 3),
    ],
)
def test_what_cannot_be_replaced_is_an_error_that_shows_nothing(found: Found):
    with pytest.raises(RedactionError) as error:
        redact({"t": SSN, "flag": True, "o": {"secret-key": 1}}, [found])
    assert SSN not in str(error.value)
    assert "secret-key" not in str(error.value)


def test_originals_show_in_no_representation_and_in_no_pickle():
    redaction = redact({"t": SSN}, find({"t": SSN}))
    for text in (repr(redaction), str(redaction), repr(redaction.placeholders), f"{redaction.placeholders}"):
        assert SSN not in text
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="do not leave"):
            leave(redaction.placeholders)
    assert redaction.placeholders["[SSN_1]"] == SSN
    assert SSN in repr(dict(redaction.placeholders)), "a plain mapping would have shown it"


def test_no_findings_leave_the_document_as_it_was():
    assert new({"a": [1, "x"]}) == {"a": [1, "x"]}
    assert redact({}, []).placeholders == Placeholders()


words = st.text(st.sampled_from('ab [SSN_1]R\\"{}é\n'), max_size=12) | st.just(SSN)
trees = st.recursive(
    st.lists(words, max_size=4).map(" ".join) | st.integers() | st.none(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(words.filter(lambda w: w != SSN), children),
    max_leaves=8,
)


@given(trees)
def test_redacting_removes_every_finding_and_restoring_gives_the_tree_again(tree: Any):
    redaction = redact(tree, find(tree))
    assert SSN.encode() not in redaction.body
    assert restored(redaction) == tree
