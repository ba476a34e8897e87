"""Every rule finds what its positive cases mark, through the whole engine, and nothing of its kind elsewhere."""

from __future__ import annotations

from functools import cache

import pytest

from zt_ai.egress.detect import engine
from zt_ai.egress.detect.engine import Detectors
from zt_ai.egress.detect.kinds import KINDS
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules import RULES
from zt_ai.spec.types import DetectorSet

EVERYTHING = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
POSITIVES = [pytest.param(rule, case, id=f"{rule.id}: {case}") for rule in RULES for case in rule.positives]
NEGATIVES = [pytest.param(rule, case, id=f"{rule.id}: {case}") for rule in RULES for case in rule.negatives]


@cache
def only(rule: Rule) -> Detectors:
    """The engine with one rule, and without the patterns of carriers, which take a second to compile each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PATTERNS", {})
        return Detectors([rule])


def unmark(case: str) -> tuple[str, list[str]]:
    """A case without its marks, and what stood between them."""
    pieces = case.replace("»", "«").split("«")
    return "".join(pieces), pieces[1::2]


@pytest.mark.parametrize(("rule", "case"), POSITIVES)
def test_a_rule_finds_what_is_marked(rule: Rule, case: str) -> None:
    text, marked = unmark(case)
    alone = EVERYTHING.scan(text) if len(rule.literals) > 200 or rule.beside else only(rule).scan(text)
    assert [text[f.start : f.end] for f in alone.findings if f.type == rule.kind] == marked


@pytest.mark.parametrize(("rule", "case"), POSITIVES)
def test_all_rules_together_cover_what_is_marked(rule: Rule, case: str) -> None:
    text, marked = unmark(case)
    found = EVERYTHING.scan(text).findings
    covered = {place for f in found for place in range(f.start, f.end)}
    at = 0
    for value in marked:
        start = text.index(value, at)
        at = start + len(value)
        assert all(place in covered for place in range(start, at) if text[place].isalnum())


@pytest.mark.parametrize(("rule", "case"), NEGATIVES)
def test_a_rule_leaves_the_harmless_alone(rule: Rule, case: str) -> None:
    assert [f for f in EVERYTHING.scan(case).findings if f.type == rule.kind] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_names_its_source_and_has_cases_of_both_sorts(rule: Rule) -> None:
    assert rule.source
    assert rule.positives
    assert rule.negatives
    assert rule.kind in KINDS
    assert rule.id.startswith(rule.kind)


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
