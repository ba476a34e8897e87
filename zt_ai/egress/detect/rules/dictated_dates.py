"""(C) Days as they are dictated, and days in Spanish. Numbers that are read out are put into digits before (`decode.spelled`)."""

from __future__ import annotations

from zt_ai.egress.detect.rule import Rule, matching

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MESES = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|"
    r"sixteenth|seventeenth|eighteenth|nineteenth|twent(?:ieth|y[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))|"
    r"thirt(?:ieth|y[ -]first))"
)
_YEAR = (
    r"(?:,? (?:of )?(?:(?:19|20)[0-9]{2}|(?:nineteen|twenty)(?:[ -](?:hundred|oh|ten|eleven|twelve|[a-z]{3,5}teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty))(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?))?"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="date.in-words",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): dictated days",
        triggers=(
            rf"(?i)(?:{_MONTHS}) (?:the )?(?:first|second|third|[a-z]{{3,9}}th|twent|thirt)",
            rf"(?i)(?:first|second|third|[a-z]{{3,9}}th) of (?:{_MONTHS})",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?:(?!may (?:first|second|third)\b)(?i:{_MONTHS}) (?i:the )?(?i:{_ORDINAL})(?i:{_YEAR})|(?i:{_ORDINAL}) (?i:of) (?i:{_MONTHS})(?i:{_YEAR}))(?![A-Za-z])"
        ),
        before=50,
        after=50,
        positives=(
            "date of service «march twenty first». Chief complaint",
            "birthday is «June the ninth, nineteen sixty-six».",
            "on the «fourth of November» she fell",
        ),
        negatives=("may first be seen", "in march", "the first of three", "it may second that"),
    ),
    Rule(
        id="date.spanish",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): days in Spanish, month as a word",
        triggers=(rf"(?i)[0-3]?[0-9](?:\.?\xc2?\xba)? de (?:{_MESES})",),
        spans=matching(
            rf"(?<![0-9A-Za-z/.,-])(?P<v>(?:0?[1-9]|[12][0-9]|3[01])\.?\u00ba?(?i: de (?:{_MESES})(?:,? (?:de |del )?(?:19|20)[0-9]{{2}})?))(?![0-9A-Za-z])"
        ),
        before=26,
        after=14,
        positives=("nacida el «17 de octubre de 1992», G2P1", "cita el «5 de mayo».", "desde el «1\u00ba de enero del 2026»"),
        negatives=("2 de los 5", "45 de mayo", "mayo de 2026"),
    ),
)  # fmt: skip
