"""Words and numbers of dates."""

from __future__ import annotations

YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"

MONTH = r"(?:0?[1-9]|1[0-2])"

DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"

TIME = (
    r"(?:[T ,]{1,2}(?:at )?[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
    r"|\s?[AaPp]\.?[Mm]\b\.?)?)?"
)

ORDINALS = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|"
    r"twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty[ -]first)"
)
"""Days of a month, spelled out."""
