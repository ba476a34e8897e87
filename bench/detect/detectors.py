"""The four detectors that are compared, each from texts to findings and seconds."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.detect import environment
from bench.detect.corpus import Document, Span
from zt_ai.spec.types import DetectorSet

PATTERN_SETS = (DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS)
PRESIDIO_KINDS = {
    "PERSON": "name", "LOCATION": "location", "DATE_TIME": "date", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email",
    "US_SSN": "ssn", "US_ITIN": "itin", "CREDIT_CARD": "credit_card", "US_BANK_NUMBER": "account", "IBAN_CODE": "iban",
    "US_DRIVER_LICENSE": "license", "US_PASSPORT": "passport", "MEDICAL_LICENSE": "dea", "US_MBI": "mbi",
    "US_NPI": "npi", "ABA_ROUTING_NUMBER": "routing", "URL": "url", "IP_ADDRESS": "ip", "MAC_ADDRESS": "mac",
    "US_HEALTH_INSURANCE_MEMBER_ID": "health_plan", "US_CLAIM_NUMBER": "claim",
    "US_PRESCRIPTION_NUMBER": "prescription",
}  # fmt: skip
"""Presidio's entities as our kinds; any other keeps its own name."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """Findings by document id, and the seconds that all texts took together, start-up not counted."""

    findings: Mapping[str, Sequence[Span]]
    seconds: float


def ours(documents: Sequence[Document], *, model: bool) -> Scanned:
    """Our own detectors, with or without the model for names."""
    from zt_ai.egress.detect import Detectors  # not needed for a dump of the corpus

    detectors = Detectors.of((*PATTERN_SETS, DetectorSet.NAMES) if model else PATTERN_SETS)
    detectors.scan("Warm up on 1 May 2020.")
    started = time.perf_counter()
    found = {
        document.id: [
            Span(finding.type, finding.start, finding.end) for finding in detectors.scan(document.text).findings
        ]
        for document in documents
    }
    return Scanned(found, time.perf_counter() - started)


def presidio(documents: Sequence[Document], setting: str) -> Scanned:
    """Presidio in a process of its own; `setting` is `default` or `all`.

    Raises:
        RuntimeError: the process ended before it had answered everything.
    """
    # Isolated, so that no module of this folder stands before one of the standard library.
    command = [str(environment.python()), "-I", str(Path(__file__).with_name("presidio_child.py")), setting]
    found: dict[str, list[Span]] = {}
    seconds = 0.0
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        if not child.stdout.readline():
            log.seek(0)
            raise RuntimeError(f"presidio ({setting}) did not start:\n{log.read()[-2000:]}")
        for document in documents:
            child.stdin.write(json.dumps({"text": document.text}) + "\n")
            child.stdin.flush()
            line = child.stdout.readline()
            if not line:
                raise RuntimeError(f"presidio ({setting}) ended at {document.id}")
            answer = json.loads(line)
            seconds += answer["seconds"]
            found[document.id] = [Span(PRESIDIO_KINDS.get(t, t.lower()), s, e) for t, s, e in answer["findings"]]
        child.stdin.close()
    return Scanned(found, seconds)
