"""The zone specification: typed, strict, with errors that name file, line and column."""

from zt_ai.spec.load import from_data, load
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem, SpecError

__all__ = ["Problem", "SpecError", "ZoneSpec", "from_data", "load"]
