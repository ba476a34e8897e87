"""Undoing what a payload can hide behind, under a budget, so that every text a model would read is scanned."""

from zt_ai.egress.decode.budget import Budget, UnreadableError
from zt_ai.egress.decode.read import read

__all__ = ["Budget", "UnreadableError", "read"]
