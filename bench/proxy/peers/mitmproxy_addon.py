"""mitmproxy with zt-ai's own detectors over every text of a JSON body: the same rules, another proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mitmproxy import http

from zt_ai.egress.detect import Detectors
from zt_ai.spec.types import DetectorSet

_DETECTORS = Detectors.of({DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS})


def request(flow: http.HTTPFlow) -> None:
    """Refuse a request in which anything is found."""
    texts = list(_texts(json.loads(flow.request.raw_content or b"null")))
    if _DETECTORS.scan("\n".join(texts)).findings:
        flow.response = http.Response.make(
            403, b'{"error": {"message": "refused"}}', {"content-type": "application/json"}
        )


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
