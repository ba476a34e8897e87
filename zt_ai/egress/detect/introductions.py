"""What the rules for names share."""

from __future__ import annotations

import re

COMMA = re.compile(r",[ ]?")
