"""Replacing what was found by typed placeholders, and remembering what stood there."""

from zt_ai.egress.redact.placeholders import Placeholders
from zt_ai.egress.redact.redact import Redaction, RedactionError, redact

__all__ = ["Placeholders", "Redaction", "RedactionError", "redact"]
