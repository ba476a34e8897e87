"""Detectors of a few regular expressions, so that what is tested here is reading and not detecting."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zt_ai.egress.decode import Budget, read
from zt_ai.egress.decode.carriers import PATTERNS
from zt_ai.egress.detect.memory import Beginnings
from zt_ai.egress.model import Finding, Reading, Request

SSN = "123-45-6789"
PATH = "/v1/chat/completions"
LIMIT = 1 << 20

_RULES = (
    ("ssn", re.compile(r"(?a)(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")),
    ("ssn", re.compile(r"(?ai)\bssn\W{0,8}(\d{9})\b")),
    ("email", re.compile(r"(?a)(?<![\w.])[\w.]{1,64}@[\w-]+\.[a-z]{2,}")),
    ("date", re.compile(r"(?a)(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)|(?<![\dA-Za-z])202\d{5}(?![\dA-Za-z])")),
    ("api_key", re.compile(r"(?a)\bsk-[A-Za-z0-9]{20,}")),
)
_CARRIERS = [(carrier, re.compile(pattern)) for carrier, patterns in PATTERNS.items() for pattern in patterns]


@dataclass(frozen=True, slots=True)
class FakeScan:
    findings: tuple[Finding, ...]
    carriers: int


class Fake:
    """Finds social security numbers, e-mail addresses, dates and keys, and every carrier; counts its scans."""

    def __init__(self) -> None:
        self.scans = 0
        self.texts: list[str] = []

    @staticmethod
    def beginnings(text: str, shorter: Beginnings | None = None) -> Beginnings:
        return Beginnings()

    def scan(self, text: str, deadline: float | None = None, beginnings: Any = None) -> FakeScan:
        self.scans += 1
        self.texts.append(text)
        data = text.encode()
        found = [
            Finding(kind, *match.span(match.lastindex or 0), f"{kind}.fake")
            for kind, rule in _RULES
            for match in rule.finditer(text)
        ]
        carriers = sum({int(carrier) for carrier, pattern in _CARRIERS if pattern.search(data)})
        return FakeScan(tuple(sorted(found, key=lambda one: one.start)), carriers)

    @staticmethod
    def is_secret(kind: str) -> bool:
        return kind == "api_key"


def chat(content: Any, **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": content}], **more}


def request(
    body: Any = b"",
    headers: Sequence[tuple[str, str]] = (("content-type", "application/json"),),
    target: str = PATH,
    method: str = "POST",
) -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Request(method, target, tuple(headers), data)


def reading(asked: Request, detectors: Any = None, *, limit: int = LIMIT, budget: Budget | None = None) -> Reading:
    return read(asked, detectors or Fake(), limit=limit, budget=budget)[0]


def kinds(result: Reading) -> list[str]:
    return [found.finding.type for found in result.found]
