"""Whatever stands behind an identifier, no rule fails: a rule that raises has its request refused (503)."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect import Detectors
from zt_ai.egress.detect.rules import RULES
from zt_ai.spec.types import DetectorSet

EVERYTHING = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
TAILS = (
    "", " at 2:15 pm.", ", 09:30", " 14:30:05", "T10:00Z", "th", "s", "-0", "/2", ".5", "%", " (approx.)", "\n",
    " and ", " 000", "\u00b2", "\u0663", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted({rule.kind for rule in RULES}))
def test_a_case_with_anything_behind_its_value_is_scanned(kind: str) -> None:
    for case in (case for rule in RULES if rule.kind == kind for case in rule.positives):
        before, _, rest = case.partition("«")
        value, _, after = rest.partition("»")
        for tail in TAILS:
            EVERYTHING.scan(before + value + tail + after.replace("«", "").replace("»", ""))
