"""Finds identifiers of persons and secrets in text: one pass for all patterns, then checksum and context."""

from zt_ai.egress.detect.engine import Detectors, Scan
from zt_ai.egress.detect.kinds import KINDS, Kind

__all__ = ["KINDS", "Detectors", "Kind", "Scan"]
