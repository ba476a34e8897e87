"""Which capitalised words can be a place that no list knows."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import LARGE, STATES, telling
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.lists.things import LAST, SHOWN, THINGS, TIMES
from zt_ai.egress.detect.person import NO_SURNAME, STOP, case

_MEDICINE = re.compile(
    r"(?i).*(?:floxacin|mycin|micin|cillin|cycline|pril|olol|statin|azole|sartan|tidine|triptan|navir|ciclovir|tegravir|parin|"
    r"tinib|ciclib|gliptin|gliflozin|glutide|oxetine|azepam|zolam|asone|solone|thiazide|semide|setron|barbital|dipine|fibrate|"
    r"dronate|caine|mab|mide|formin|xaban|grel)"
)
"""Stems of nonproprietary names [WHO, The use of stems in the selection of INN]."""


def may_be_place(name: str, *, certain: bool = False) -> bool:
    """Whether capitalised words behind `in` can be a place smaller than a state: no thing that has a name too, state,
    country or author of a disease.

    `certain`: what stands before them says so; else no place ends like what is done or found, or like departments.
    """
    first = telling(name)
    # "on Sundays"
    if first in STOP or case(first) in STOP or first.removesuffix("s") in STOP:
        return False
    if first in THINGS or first in SHOWN or first in LARGE or name in LARGE or name in STATES:
        return False
    if _MEDICINE.fullmatch(first) or (first in EPONYMS and not certain):
        return False
    one = " " not in name
    if one and (first in TIMES or (len(name) < 5 and name.isupper())):
        return False
    if not one and not certain and name.rsplit(" ", 1)[-1] in LAST:
        return False
    return certain or not one or not NO_SURNAME.fullmatch(first)
