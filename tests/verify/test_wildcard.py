"""IAM wildcards, compared with a matcher that shares nothing with ours: the definition, by recursion."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zt_ai.verify.aws.wildcard import covers, matches, meet, normal, overlaps, without_variables

PATTERNS = st.text(alphabet="ab:*?", max_size=7)
TEXTS = st.text(alphabet="ab:", max_size=7)
# Every text up to four signs over an alphabet with one sign ("z") that no pattern writes.
ALL_TEXTS = tuple("".join(signs) for length in range(5) for signs in product("abz", repeat=length))
SHORT = st.text(alphabet="ab*?", max_size=4)


@cache
def naive(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naive(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and naive(pattern[1:], text[1:])


@given(PATTERNS, TEXTS)
def test_matching_is_what_the_definition_says(pattern: str, text: str) -> None:
    assert matches(pattern, text) == naive(pattern, text)


@given(PATTERNS, TEXTS)
def test_writing_a_run_of_wildcards_one_way_changes_nothing(pattern: str, text: str) -> None:
    assert naive(normal(pattern), text) == naive(pattern, text)


@example("???*", "??*a")
@example("*a*", "*a")
@settings(max_examples=300)
@given(SHORT, SHORT)
def test_covering_is_right_on_every_text(wide: str, narrow: str) -> None:
    counterexample = any(naive(narrow, text) and not naive(wide, text) for text in ALL_TEXTS)
    assert covers(wide, narrow) == (not counterexample)


@settings(max_examples=100)
@given(SHORT, SHORT)
def test_overlap_is_a_text_that_matches_both(first: str, second: str) -> None:
    both = [text for text in ALL_TEXTS if naive(first, text) and naive(second, text)]
    if both:
        assert overlaps(first, second)
    elif len(first) + len(second) <= 4:
        # No common text is longer than both patterns together, so all candidates were tried.
        assert not overlaps(first, second)


@given(SHORT, SHORT)
def test_overlap_has_no_order(first: str, second: str) -> None:
    assert overlaps(first, second) == overlaps(second, first)


@settings(max_examples=60)
@given(st.lists(SHORT, max_size=3), st.lists(SHORT, max_size=3), st.sampled_from(ALL_TEXTS))
def test_what_lies_in_both_sets_lies_in_their_meet(first: list[str], second: list[str], text: str) -> None:
    if any(naive(one, text) for one in first) and any(naive(one, text) for one in second):
        assert any(naive(one, text) for one in meet(tuple(first), tuple(second)))


@given(PATTERNS)
def test_everything_covers_and_is_covered_by_itself(pattern: str) -> None:
    assert covers("*", pattern)
    assert covers(pattern, pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("arn:aws:s3:::records/*", "arn:aws:s3:::records/a/b/c", True),  # a resource wildcard runs across slashes
        ("arn:aws:iam::*:role/x", "arn:aws:iam::1:user/y:role/x", True),  # and across colons
        ("arn:aws:s3:::records/*", "arn:aws:s3:::records", False),
        ("secret:name-??????", "secret:name-aB3dE6", True),
        ("secret:name-??????", "secret:name-aB3dE", False),
    ],
)
def test_arns(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


def test_a_variable_is_read_as_the_widest_it_may_become() -> None:
    assert without_variables("arn:aws:s3:::home/${aws:username}/*") == "arn:aws:s3:::home/*/*"


def test_a_long_pattern_of_stars_takes_no_exponential_time() -> None:
    assert not matches("*a" * 200 + "b", "a" * 400)
    assert not overlaps("*a" * 60 + "b", "*a" * 60 + "c")
