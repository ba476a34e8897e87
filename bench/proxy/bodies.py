"""The requests that every contestant gets: chats of 4 KB and 64 KB, half and half, one in ten with identifiers."""

from __future__ import annotations

import json
import random
from pathlib import Path

SIZES = (4 << 10, 64 << 10)
COUNT = 20
SEED = 20261125
MODEL = "gpt-4.1-mini"
# Words of ordinary talk about work, so that a scanner meets what it meets all day: no identifier, few numbers.
_TALK = (
    "the plan says that each team keeps its own notes and shares what it learned with the others before the week ends "
    "because a second reader finds what the first one missed and nobody has to ask twice while the review goes on "
    "between the early round and the afternoon when the floor is quiet we compare both drafts and list what changed "
    "a good question names the thing it is about and leaves space for an answer that was not expected by anybody"
)
# Kinds that every contestant has a detector for.
_WITH = (
    "The patient's social security number is 536-22-8714, please file it.",
    "Write to maria.lopez77@lakesidemail.com about the visit.",
)


def write(folder: Path) -> None:
    """Write the bodies as `NAME.json`; those with identifiers have `phi` in their names."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(SEED)  # noqa: S311 - the same bodies each time
    for number in range(COUNT):
        size = SIZES[number % 2]
        found = _WITH[0] + " " + _WITH[1] if number in (6, 13) else ""
        body = _chat(dice, size, found)
        name = f"{number:02d}-{size >> 10}k{'-phi' if found else ''}"
        (folder / f"{name}.json").write_bytes(body)


def _chat(dice: random.Random, size: int, found: str) -> bytes:
    """A chat of about `size` bytes in messages of a few hundred words, the identifiers in the last one."""
    messages: list[dict[str, str]] = [{"role": "system", "content": "You help a team to write clear notes."}]
    roles = ("user", "assistant")
    while True:
        text = _text(dice, 60 if size < 10_000 else 240)
        messages.append({"role": roles[len(messages) % 2 - 1], "content": text})
        body = json.dumps({"model": MODEL, "messages": messages, "max_tokens": 200, "temperature": 0.2})
        if len(body) >= size - 800:
            break
    rest = _text(dice, 400)[: max(0, size - len(body) - len(found) - 60)]
    messages.append({"role": "user", "content": f"{rest} {found}".strip()})
    return json.dumps({"model": MODEL, "messages": messages, "max_tokens": 200, "temperature": 0.2}).encode()


def _text(dice: random.Random, words: int) -> str:
    choice, sentences = _TALK.split(), []
    while words > 0:
        length = dice.randint(6, 18)
        sentence = " ".join(dice.choice(choice) for _ in range(length))
        sentences.append(sentence[0].upper() + sentence[1:] + dice.choice(".?.."))
        words -= length
    return " ".join(sentences)
