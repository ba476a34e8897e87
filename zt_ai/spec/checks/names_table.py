"""The form in which each cloud's naming rules are written."""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.spec.types import ServiceKind

Names = Mapping[ServiceKind, tuple[str, str, str]]
"""Kind of service -> what its resources are called there, the whole name as a pattern, and what to do about one that
does not fit."""
