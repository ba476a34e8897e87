"""Presidio's analyzer as the HTTP service that LiteLLM's guardrail asks, with its pattern recognisers alone.

Runs in the environment of `requirements/bench-presidio.txt`. The published wheel has no server; this one answers
`POST /analyze` as Presidio's own does [Presidio documentation, "API reference": analyzer].
"""

from __future__ import annotations

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer, UsSsnRecognizer


class _NoModel(NlpEngine):
    """No tokens and no names: the patterns are measured, not a language model."""

    def load(self) -> None:
        return

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([], [], [], [], self, language)

    def process_batch(self, texts: Any, language: str, **_: Any) -> Any:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


class _Email(EmailRecognizer):
    """Without asking the network for the list of public suffixes, which a machine without one waits for each time."""

    def validate_result(self, pattern_text: str) -> bool:
        return bool(_SUFFIXES(pattern_text).fqdn)


_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
# Presidio's own recogniser of telephone numbers tries one country after the other on the whole text, which is slow for
# 64 KB: a pattern does the peer more justice.
_PHONE = PatternRecognizer(
    supported_entity="PHONE_NUMBER",
    patterns=[Pattern("us", r"(?<!\d)(?:\+?1[-. ]?)?\(?[2-9]\d{2}\)?[-. ]?\d{3}[-. ]\d{4}(?!\d)", 0.7)],
)
_REGISTRY = RecognizerRegistry([UsSsnRecognizer(), _Email(), _PHONE], supported_languages=["en"])
_ENGINE = AnalyzerEngine(registry=_REGISTRY, nlp_engine=_NoModel(), supported_languages=["en"])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Head and body go in two pieces: without this, the second waits for the acknowledgement of the first, 40 ms."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = _ENGINE.analyze(asked["text"], "en", entities=asked.get("entities"))
        body = json.dumps([one.to_dict() for one in found]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    allow_reuse_port = True
    request_queue_size = 1024
    """By default five: a sixth connection at once waits a second for its next attempt."""


if __name__ == "__main__":
    # One process for each core, as LiteLLM has two workers; the kernel deals out the connections.
    if os.fork():
        signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    _Server(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
