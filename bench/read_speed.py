"""How long reading a request takes beside hyperscan alone on the same raw bytes: `python -m bench.read_speed`.

Bodies are plain chats, chats with markdown, code and ids, and chats with typographic characters; 4 KB and 64 KB. Best
of many runs, in one process, so that the ratio means something on any machine.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections.abc import Callable

from zt_ai.egress.decode import read
from zt_ai.egress.detect import Detectors
from zt_ai.egress.model import Request
from zt_ai.spec.types import DetectorSet

_WORDS = [
    "the",
    "patient",
    "was",
    "seen",
    "today",
    "for",
    "follow",
    "up",
    "and",
    "reports",
    "feeling",
    "better",
    "with",
    "less",
    "pain",
    "in",
    "the",
    "lower",
    "back",
    "after",
    "the",
    "exercise",
    "program",
    "we",
    "discussed",
    "last",
    "month",
    "however",
    "there",
    "is",
    "still",
    "some",
    "stiffness",
    "in",
    "the",
    "morning",
    "please",
    "write",
    "a",
    "short",
    "summary",
    "of",
    "what",
    "should",
    "change",
    "in",
    "the",
    "plan",
    "and",
    "list",
    "the",
    "questions",
    "that",
    "remain",
    "open",
    "for",
    "the",
    "next",
    "visit",
]
_HEADERS = (
    ("host", "api.openai.com"),
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("authorization", "Bearer sk-proj-Zk3vT9aQ1mXw7LrB5nYc8HdE2uJfG4pS"),
    ("user-agent", "OpenAI/Python 2.8.0"),
    ("x-stainless-lang", "python"),
    ("x-stainless-runtime-version", "3.11.7"),
)


def _plain(rng: random.Random, size: int) -> str:
    made: list[str] = []
    length = 0
    while length < size:
        words = [rng.choice(_WORDS) for _ in range(rng.randint(8, 20))]
        sentence = " ".join(words).capitalize() + "."
        made.append(sentence)
        length += len(sentence) + 1
    return " ".join(made)


def _mixed(rng: random.Random, size: int) -> str:
    made: list[str] = []
    length = 0
    while length < size:
        part = rng.choice(
            (
                _plain(rng, 300),
                "```python\nfor item in items:\n    print(f\"{item['name']}\\n\", item.total_count)\n```",
                f"See ticket {uuid.UUID(int=rng.getrandbits(128))} and https://example.com/a?b=1&c=2.",
                "- **First** point\n- *Second* point: HIPAA and BAAs matter",
            )
        )
        made.append(part)
        length += len(part) + 2
    return "\n\n".join(made)


def _typeset(rng: random.Random, size: int) -> str:
    return _plain(rng, size).replace(" and ", " — “and” ").replace(" the ", " the café’s ")


def body(kind: Callable[[random.Random, int], str], size: int, messages: int) -> bytes:
    """A chat request of about `size` bytes."""
    rng = random.Random(7)  # noqa: S311 - the same bodies each time
    talk = [{"role": "user" if n % 2 else "assistant", "content": kind(rng, size // messages)} for n in range(messages)]
    return json.dumps({"model": "gpt-4o", "messages": talk, "temperature": 0.2}, ensure_ascii=False).encode()


def _best(run: Callable[[], object], seconds: float) -> float:
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best * 1e6


def main() -> None:
    """Print the table; with `--profile`, where the time goes."""
    # Without the model of names, which is measured elsewhere.
    detectors = Detectors.of([one for one in DetectorSet if one is not DetectorSet.NAMES])
    print(f"{'body':<28}{'bytes':>8}{'hyperscan µs':>14}{'scan µs':>10}{'read µs':>10}{'read/hs':>9}")
    for name, kind in (("plain", _plain), ("mixed", _mixed), ("typeset", _typeset)):
        for size, messages in ((4096, 4), (65536, 20), (65536, 100)):
            data = body(kind, size, messages)
            request = Request("POST", "/v1/chat/completions", _HEADERS, data)
            text = data.decode()
            reading, _ = read(request, detectors, limit=1 << 24)
            assert reading.problem is None, reading.problem
            alone = _best(lambda data=data: detectors.hits(data), 0.4)
            scan = _best(lambda text=text: detectors.scan(text), 0.4)
            whole = _best(lambda request=request: read(request, detectors, limit=1 << 24), 0.6)
            label = f"{name}, {messages} messages"
            figures = f"{len(data):>8}{alone:>14.0f}{scan:>10.0f}{whole:>10.0f}{whole / alone:>9.2f}"
            print(f"{label:<28}{figures}  {len(reading.found) or ''}")
    if "--profile" in sys.argv:
        _profile(detectors)


def _profile(detectors: Detectors) -> None:
    import cProfile
    import pstats

    kind = {"mixed": _mixed, "typeset": _typeset}.get(sys.argv[-1], _plain)
    request = Request("POST", "/v1/chat/completions", _HEADERS, body(kind, 65536, 20))
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(200):
        read(request, detectors, limit=1 << 24)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    main()
