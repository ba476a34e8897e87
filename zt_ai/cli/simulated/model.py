"""What was there before the first deployment, whichever cloud it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Premises:
    """Ids that are only referred to, descriptions of resources that are adopted, and quotas by their names there."""

    referred: tuple[str, ...] = ()
    adopted: tuple[Mapping[str, Any], ...] = ()
    quotas: Mapping[str, int] = field(default_factory=dict)
