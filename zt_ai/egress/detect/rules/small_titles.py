"""(A) Names behind a title, all in small letters: `per dr abdirahman`, `mrs johnson`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.rule import Rule

_NOT_AFTER_DOCTOR = frozenset(
    """
    appointment appointments appt appts visit office offices note notes said says told tells wants will would can could should might
    may must has had have was were is are did does and or but for who that which about with without from the this these those not just
    also only still even gave gives put sent thinks thought here there today tomorrow yesterday now then when where why how what because
    before after until while during off over under again never always maybe please your you him her them his their our any all some every
    each other another one two three four next last first new old good bad great best right better real name names number phone info
    information referral letter patient shopping hopping pepper assistant bill bills cost fee fees know knows knew took take takes
    come comes came went goes see sees saw let lets make makes made got gets get feel felt look looks look line lines list room rooms
    team staff group help helped too yet back out into onto upon than very really like though through since once she they its
    first-year oz who dolittle bag box order orders google online either earlier later soon more less most least much many both
    kept left held lost met ran read sat showed spoke stood wrote began broke brought bought chose cut drew found forgot heard hurt paid sold slept
    spent taught threw didnt doesnt dont cant couldnt wouldnt wont isnt wasnt hasnt havent shouldnt ain sucks
    between near down around up again so if as at be by do go he if in it me my no of on or so to up us we am an
    """.split()
)
"""Small words behind `doctor` that are no name."""
_NOT_SURNAME_SMALL = re.compile(
    r".*(?:ed|ing|ly|tion|sion|ment|ness|[^s]s|logist|ician|icist|ology|opathy|graphy|gram|itis|al|ic|ous|ive)"
)


_SMALL = re.compile(
    r"(?<![\w])(?P<title>mr|mrs|ms|dr|doctor|DR|MR|Dr|Mr|Mrs|Ms)(?P<point>\.?) (?P<one>[a-z]{3,20}(?:-[a-z]{2,20})?)(?: (?P<two>[a-z]{3,20}))?(?![\w-])"
)


_SAID = re.compile(r"(?:this is|\bby|\bper) $")
"""Before `doctor` and a name; anything may follow the word elsewhere."""


def _small(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Small letters behind a title: lists know the name, or the title is one that little else follows."""
    for match in _SMALL.finditer(text, low, high):
        one, two = match["one"], match["two"]
        known = all(part.capitalize() in person.ANY_NAME for part in one.split("-"))
        if known and two and two.capitalize() in person.ANY_NAME:
            yield match.start("one"), match.end("two")
            continue
        # "mr findings": an image. "Dr visits": a sentence begins.
        title = match["title"] if match["point"] or match["title"] not in ("mr", "ms") else ""
        certain = title.islower() and (
            title != "doctor" or bool(_SAID.search(text, max(match.start() - 8, 0), match.start()))
        )
        free = one not in _NOT_AFTER_DOCTOR and not _NOT_SURNAME_SMALL.fullmatch(one)
        if (known and (certain or not two)) or (certain and free):
            yield match.span("one")


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.titled-small",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); Census Bureau, frequently occurring surnames",
        triggers=(r"(?i)(?:^|[^a-z])(?:mr|mrs|ms|dr|doctor)\.? [a-z]{3}",),
        spans=_small,
        before=24,
        after=50,
        positives=(
            "ask dr. «hernandez».",
            "mrs «johnson», please",
            "mitts on per dr «abdirahman» verbal order",
            "my neighbor mr. «gyasi» had",
            "this is doctor «erlandsen» dictating",
            "someone shld tell mrs «yarborough» before",
        ),
        negatives=(
            "dr. visits",
            "ms symptoms",
            "mr findings",
            "the dr said so and the doctor prescribed it",
            "ask your dr about it, see a doctor today",
            "my dr appointment, dr referral, doctor shopping",
            "mr angiography of the head, ms lesions",
            "the doctor kept me waiting, my dr didnt call, talk to doctor google",
            "the dr tapered it; dr wants labs; dr dictated this",
        ),
    ),
)
