"""What can go wrong with the journal. Whoever gets one of these must not release the request."""

from __future__ import annotations


class AuditError(Exception):
    """A record could not be written and synced, or the journal cannot be opened or read."""


class RecordError(AuditError, ValueError):
    """A record is not plain JSON, uses a name of the journal's own, or is too large."""


class KeyFileError(AuditError):
    """A key file is missing, readable by others, or does not hold keys."""
