"""How identifiers are written: for each kind the forms of the development half and those of the held-out half."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

from bench.detect import identifiers
from bench.detect.identifiers import letters
from bench.detect.places import MONTHS

Maker = Callable[[random.Random], str]
Forms = tuple[tuple[Maker, ...], tuple[Maker, ...]]


def _phone(form: str) -> Maker:
    def make(dice: random.Random) -> str:
        area, exchange = str(dice.choice([n for n in range(201, 990) if n % 100 != 11])), str(dice.randint(201, 998))
        return form.format(a=area, e=exchange, n=f"{dice.randint(0, 9999):04}", x=dice.randint(10, 999))

    return make


def _ssn(form: str) -> Maker:
    return lambda dice: form.format(*identifiers.ssn(dice))


def _fixed(form: str) -> Maker:
    """`#` is a digit, `@` an upper-case letter; the first digit is not zero."""

    def make(dice: random.Random) -> str:
        return "".join(str(dice.randint(1, 9)) if c == "#" else letters(dice, 1) if c == "@" else c for c in form)

    return make


def _card(spaced: str) -> Maker:
    def make(dice: random.Random) -> str:
        number = identifiers.card(dice)
        if len(number) != 16 or not spaced:
            return number
        return spaced.join(number[i : i + 4] for i in range(0, 16, 4))

    return make


def _mbi(dashed: bool) -> Maker:
    def make(dice: random.Random) -> str:
        number = identifiers.mbi(dice)
        return f"{number[:4]}-{number[4:7]}-{number[7:]}" if dashed else number

    return make


def _masks(dev: tuple[str, ...], held_out: tuple[str, ...]) -> Forms:
    return tuple(map(_fixed, dev)), tuple(map(_fixed, held_out))


def _ip(first: int, last: int) -> Maker:
    def make(dice: random.Random) -> str:
        return ".".join(str(dice.randint(*ends)) for ends in ((first, last), (1, 254), (0, 254), (1, 254)))

    return make


PHONES: Forms = (
    tuple(map(_phone, ("({a}) {e}-{n}", "{a}-{e}-{n}", "{a}.{e}.{n}", "+1 {a} {e} {n}", "+1-{a}-{e}-{n}"))),
    tuple(
        map(
            _phone,
            ("({a}){e}-{n}", "{a} {e} {n}", "1-{a}-{e}-{n}", "+1{a}{e}{n}", "{a}-{e}-{n} ext. {x}", "({a}) {e}-{n}"),
        )
    ),
)

FORMATS: Mapping[str, tuple[str, Forms]] = {
    "phone": ("phone", PHONES),
    "fax": ("fax", PHONES),
    "ssn": ("ssn", ((_ssn("{}-{}-{}"),), (_ssn("{}-{}-{}"), _ssn("{} {} {}")))),
    "ssn_bare": ("ssn", ((_ssn("{}{}{}"),), (_ssn("{}{}{}"),))),
    "itin": ("itin", ((identifiers.itin,), (identifiers.itin,))),
    "mrn": ("mrn", _masks(("########", "#######", "###-##-###"), ("######", "@#######", "##-##-##"))),
    "mbi": ("mbi", ((_mbi(True), _mbi(False)), (_mbi(False), _mbi(True)))),
    "member": ("health_plan", _masks(("@@@#########", "@########"), ("@@@#####@####", "#########-##", "W#########"))),
    "medicaid": ("health_plan", _masks(("@@#####@", "##########"), ("########@", "#########"))),
    "account": ("account", _masks(("##########", "####-######"), ("########", "@@-#######"))),
    "card": ("credit_card", ((_card(" "), _card("")), (_card("-"), _card("")))),
    "iban": ("iban", ((identifiers.iban,), (identifiers.iban,))),
    "routing": ("routing", ((identifiers.routing,), (identifiers.routing,))),
    "claim": ("claim", _masks(("##############", "CLM-########"), ("#############", "C##@#######"))),
    "rx": ("prescription", _masks(("#######", "#######-#####"), ("########", "######"))),
    "accession": (
        "accession",
        _masks(("S##-#####", "##########", "RAD########"), ("SP-##-####", "A########", "##-###-#####")),
    ),
    "encounter": ("encounter", _masks(("#########", "E########"), ("V##########", "##########"))),
    "trial": ("study_subject", _masks(("###-####", "SUBJ-#####"), ("##-###-###", "P#####"))),
    "npi": ("npi", ((identifiers.npi,), (identifiers.npi,))),
    "dea": ("dea", ((identifiers.dea,), (identifiers.dea,))),
    "licence": ("license", _masks(("@######", "MD######"), ("##.######", "@@#####"))),
    "driver": ("license", _masks(("@#######", "@###-####-####"), ("#########", "@@######@"))),
    "passport": ("passport", _masks(("#########", "@########"), ("A########", "#########"))),
    "vin": ("vin", ((identifiers.vin,), (identifiers.vin,))),
    "plate": ("plate", _masks(("@@@ ####", "#@@@###"), ("@@@-####", "###-@@@"))),
    "serial": ("device", _masks(("@@#######", "###-######"), ("@@@######@", "##########"))),
    "udi": ("device", ((identifiers.udi,), (identifiers.udi,))),
    "mac": ("mac", ((identifiers.mac,), (lambda dice: identifiers.mac(dice).upper().replace(":", "-"),))),
    "ip": ("ip", ((_ip(11, 99),), (_ip(100, 223),))),
    "ipv6": ("ip", ((identifiers.ipv6,), (identifiers.ipv6,))),
    "biometric": ("biometric", _masks(("FP-########", "BIO@######"), ("VP-######", "IRIS-#######"))),
}  # fmt: skip
"""By slot: the kind in the gold standard, and the forms of the development and of the held-out half."""

_DATES: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "{m}/{d}/{y}", "{mm}/{dd}/{y}", "{y}-{mm}-{dd}", "{month} {d}, {y}", "{dd} {mon} {y}", "{mm}-{dd}-{y}",
        "{m}/{d}/{yy}",
    ),
    (
        "{mm}/{dd}/{yy}", "{y}-{mm}-{dd}", "{mon} {d}, {y}", "{d} {month} {y}", "{mon}. {d} {y}", "{mm}.{dd}.{y}",
        "{dd}-{mon}-{y}", "{month} {th}, {y}",
    ),
)  # fmt: skip
_DAYS = (("{month} {d}", "{m}/{d}", "{mon} {d}"), ("{month} {th}", "{d} {mon}", "{mm}/{dd}", "the {th} of {month}"))


def _write(form: str, day: date) -> str:
    month = MONTHS[day.month - 1]
    ending = "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return form.format(
        m=day.month, mm=f"{day.month:02}", d=day.day, dd=f"{day.day:02}", y=day.year, yy=f"{day.year % 100:02}",
        month=month, mon=month[:3], th=f"{day.day}{ending}",
    )  # fmt: skip


def _date(forms: tuple[str, ...], first: int, last: int) -> Maker:
    def make(dice: random.Random) -> str:
        start = date(first, 1, 1)
        day = start + timedelta(days=dice.randrange((date(last, 12, 31) - start).days))
        return _write(dice.choice(forms), day)

    return make


@cache
def dates(held_out: bool) -> Mapping[str, Maker]:
    """Dates finer than a year, by slot: `date` recent, `dob` of somebody alive, `day` without a year."""
    forms, days = _DATES[held_out], _DAYS[held_out]
    return {
        "date": _date(forms, 2019, 2026),
        "dob": _date(forms, 1931, 2018),
        "day": _date(days, 2024, 2026),
        "month_year": _date(("{month} {y}",), 2019, 2026),
        "date_iso": _date(("{y}-{mm}-{dd}",), 1931, 2026),
        "date_hl7": _date(("{y}{mm}{dd}",), 1931, 2026),
        "stamp": _date(("{y}-{mm}-{dd}T14:05:00Z", "{y}-{mm}-{dd}T08:30:12-05:00"), 2019, 2026),
        "stamp_hl7": _date(("{y}{mm}{dd}143005", "{y}{mm}{dd}0915"), 2019, 2026),
    }
