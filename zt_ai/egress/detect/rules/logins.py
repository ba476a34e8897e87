"""(R) Login names made of a person's name: `user=jpaxton7`, `login mlindner`, `username: t.okafor`.

By its form alone a login name is a word like any other, and most that logs show belong to services. One counts that
stands behind its label and is made as directories of people make them: initials and a surname, or a given name and a
surname.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect import person
from zt_ai.egress.detect.rule import Rule, matching

_LABEL = r"(?<![A-Za-z])(?i:user(?:[ _-]?(?:name|id))?|log[ -]?(?:in|on)(?: (?:name|id))?|uid|user account|portal login|sign-?in(?: name)?)"
_VALUE = rf"{_LABEL}(?:[\"']? ?[:=] ?|[\"']? (?:is )?)[\"'`]?(?P<v>[a-z]+(?:[._-][a-z]+)?[0-9]{{0,4}})(?![\w@:/({{-]|\.[A-Za-z0-9])"
_PARTS = re.compile(r"(?P<first>[a-z]+)(?:[._-](?P<last>[a-z]+))?(?P<number>[0-9]*)")
_SERVICES = frozenset(
    "admin root test demo guest svc srv service app api bot batch build deploy sys system db user".split()
)


def _of_person(match: re.Match[str]) -> bool:
    parts = _PARTS.fullmatch(match["v"])
    if parts is None or parts["first"] in _SERVICES or parts["last"] in _SERVICES:
        return False
    first, last, number = parts["first"], parts["last"], parts["number"]
    # "spark" and "jboss" are an initial and a surname, too: such surnames count with a number alone.
    surnames = person.ANY_SURNAME if number else person.SURNAMES
    if last:
        return (last.title() in person.ANY_SURNAME and (len(first) <= 2 or first.title() in person.ANY_GIVEN)) or (
            first.title() in person.ANY_SURNAME and (len(last) <= 2 or last.title() in person.ANY_GIVEN)
        )
    if any(len(first) - cut >= 4 and first[cut:].title() in surnames for cut in (1, 2)):
        return True
    return len(first) > 4 and (first[:-1].title() in surnames or (bool(number) and first.title() in person.GIVEN))


_AUDITED = (
    r"(?<![A-Za-z])user(?:name|id)?=(?P<v>[a-z]{5,20}[0-9]{0,4})(?=[ ,;|][^\n]{0,60}?(?:mrn|patient|pt|enc|chart|action)=)|"
    r"[0-9a-f:.]{7,40} - (?P<w>[a-z][a-z0-9._-]{3,30}) [\[(][0-3][0-9]/[A-Z][a-z]{2}/20"
)
_SERVING = re.compile(
    r"(?i)(?:svc|srv|sys|app|api|root|admin|test|batch|etl|int|interface|mirth|cron|health|monitor|prometheus|anonymous|guest|kube|node)"
)


def _audited(match: re.Match[str]) -> bool:
    """Whether a login of a log is a person's: whoever opens charts is one, unless named as a service."""
    return _SERVING.match(match["v"] or match["w"]) is None


RULES: tuple[Rule, ...] = (
    Rule(
        id="other_id.audited",
        kind="other_id",
        source="45 CFR 164.514(b)(2)(i)(R); Apache HTTP Server, Common Log Format; who did what in logs of access to charts",
        triggers=(r"(?:^|[^A-Za-z])user(?:name|id)?=[a-z]{5}", r"[0-9a-f] - [a-z][a-z0-9._-]{3,30} [\[(][0-3][0-9]/"),
        spans=matching(_AUDITED, _audited),
        before=70,
        after=110,
        positives=(
            "INFO user=«hvandermeer» src=192.168.40.17 action=VIEW mrn=4471",
            '203.0.113.14 - «gwen.paltrinieri» (07/Jul/2025:10:12:44 -0400) "GET',
        ),
        negatives=(
            "user=postgres host=a",
            "user=svcmirth src=a action=SEND",
            '203.0.113.14 - - [07/Jul/2025:10:12:44 -0400] "GET',
        ),
    ),
    Rule(
        id="other_id.login",
        kind="other_id",
        source="45 CFR 164.514(b)(2)(i)(R): a unique identifying code; login names that directories make of people's names",
        triggers=(
            r"(?i)\b(?:user(?:[ _-]?(?:name|id))?|uid|log[ -]?(?:in|on)|sign-?in)(?: name| id)?[\"']? ?[:=]",
            r"(?i)\b(?:user[ _-]?(?:name|id)|log[ -]?(?:in|on)|user account|sign-?in)(?: name| id)? (?:is )?[\"'`a-z]",
        ),
        spans=matching(_VALUE, _of_person),
        before=40,
        after=60,
        positives=(
            "2024-05-11T02:14:09Z user=«jpaxton7» ip=198.51.100.44 action=VIEW",
            "user=«mlindner» ip=10.44.7.218",
            "His portal login «ktakahashi58» has been locked.",
            'username: "«t.okafor»"',
            "user_id=«maria.gonzalez2» role=nurse",
            "her user name is «lgonzalez»",
        ),
        negatives=(
            "user=postgres host=10.0.0.4",
            "user=spark, user=jboss, user=jenkins, user=root, user=svc-miller, username: string",
            "login please, login failed, user: manager, uid: 1000",
            'sign in with your own password, user id required, username="admin"',
            "user = smith.objects.get(id=3), user=bmiller@, user: cmiller()",
        ),
    ),
)
