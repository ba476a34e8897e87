"""The requests that every contestant gets: chats of 4 KB and 64 KB, half and half, one in ten with identifiers."""

from __future__ import annotations

import json
import random
from pathlib import Path

SIZES = (4 << 10, 64 << 10)
COUNT = 20
SEED = 20261125
MODEL = "gpt-4.1-mini"
# Ordinary talk about work, so that a scanner meets what it meets all day: no identifier, few numbers.
_TALK = """
The build takes twelve minutes because every package is compiled again, even where nothing changed.
Could you compare both drafts and tell me which argument is weaker, and why?
A queue in front of the service smooths short peaks, but it also hides that the service is too slow.
We moved the weekly review to the afternoon, so that everybody can read the notes before it begins.
The summary should be shorter than the report and should not repeat its figures.
If the cache is cold, the first request after a deployment pays for all the others.
Rewrite the paragraph in plain language and keep the order of the steps.
Our style guide asks for short sentences, and for one idea in each of them.
The function returns an empty list when nothing matches, which the caller takes for an error.
Explain the difference between a process and a thread to somebody who writes spreadsheets.
Soak the beans overnight, rinse them, and let them simmer with onion and bay leaf until they are soft.
The committee agreed to postpone the decision until the measurements are complete.
Write three titles for the article, none of which promises more than it holds.
The index makes reads faster and writes slower, so it pays only where reads are common.
Please turn the list into a table with a column for the owner and one for the state.
When two services call each other, a change of one has to wait for the other.
The model answers in the tone of the question, which is not always what we want.
Sketch a plan for the first week that leaves room for what we do not know yet.
A test that cannot fail tells us nothing, however green it is.
Her presentation began with the result and ended with the doubts, and people remembered both.
The tide was low, and the boats lay on the mud like toys that somebody had forgotten.
List the assumptions behind the estimate and mark those that we could check today.
The parser accepts more than the grammar allows, and the difference is where attackers live.
Summarise the discussion in four points and name the question that stayed open.
It is cheaper to ask twice than to build the wrong thing once.
The garden needs water in the morning, before the sun stands high.
Translate the error message, but leave the code and the path as they are.
The library is open until late, and the reading room on the upper floor is quiet.
Two teams solved the same problem in different ways, and both ways are still in use.
What would you measure to find out whether the change helped?
The report says what happened, the review says why, and the plan says what we do about it.
Latency grows slowly at first and then all at once, when the last worker is busy.
"""
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
    sentences, chosen = _TALK.strip().split("\n"), []
    while words > 0:
        chosen.append(dice.choice(sentences))
        words -= chosen[-1].count(" ") + 1
    return " ".join(chosen)
