"""(B) ZIP and postal codes, geographic coordinates."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CODES, STATE_AND_ZIP
from zt_ai.egress.detect.rule import Rule, matching, value
from zt_ai.egress.detect.rules.listing import listed

_COUNTRIES = (
    "United States|USA|U\\.S\\.A\\.|Canada|Mexico|India|Nigeria|Japan|France|Germany|Spain|Italy|Brazil|"
    "Portugal|Poland|Sweden|Norway|Denmark|Finland|Netherlands|Belgium|Austria|Switzerland|Australia|"
    "New Zealand|Ireland|United Kingdom|China|South Korea|Philippines|Vietnam|Pakistan|Turkey|Greece|"
    "Hungary|Romania|Ukraine|Russia|Israel|Egypt|South Africa|Kenya|Colombia|Argentina|Chile|Peru"
)


def _on_earth(match: re.Match[str]) -> bool:
    if not match["v"]:
        return True
    north, east = (float(part) for part in match["v"].split(","))
    # Small positive pairs are statistics; no inhabited place of the United States is that near to 0, 0.
    return abs(north) <= 90 and abs(east) <= 180 and (abs(north) > 10 and abs(east) > 10)


_COUNTED = re.compile(
    r" (?:ppm|units?|cells|copies|cases|patients|people|adults|children|women|men|doses|files|records|steps|homes|IU|mg|mL)\b"
)


def _no_count(match: re.Match[str]) -> bool:
    # "CO 50000 ppm", "IN 10000 TRIALS": no ZIP Code ends in three zeros in a form that is not a label's.
    return not value(match).endswith("000") and not _COUNTED.match(match.string, match.end())


RULES: tuple[Rule, ...] = (
    Rule(
        id="zip.beside",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, 2: the last line of an address, here on the same line",
        triggers=(),
        beside=frozenset({"address"}),
        spans=matching(
            r"(?<=[^\W\d], )(?P<v>[0-9]{5}(?:-[0-9]{4})?)(?![0-9A-Za-z-]|[.,][0-9]| [a-z])|(?<=[0-9A-Za-z] )(?<=[^,;:.] )(?P<w>[0-9]{5})(?=[.;)\"']|\s*$|, [A-Z])"
        ),
        before=0,
        after=34,
        positives=(
            "G. Pellegrino, 27 Arch St, «06830»",
            "both at 7 Birch Ln «04101».",
            "1402 Lapsley St, «36701»; Zelle",
        ),
        negatives=("27 Arch St, 06830 units", "lot 06830 of it"),
    ),
    Rule(
        id="zip.state",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B); HHS guidance, question 2.8: of a ZIP Code at most the first three digi"
        "ts may stay",
        triggers=(STATE_AND_ZIP, r"(?:^|[^0-9.-])[0-9]{5}-[0-9]{4}(?:[^0-9-]|$)"),
        spans=matching(
            rf"(?<![A-Za-z])(?:{CODES})[ ,]{{1,2}}(?P<v>[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9A-Za-z-])|"
            rf"(?<![0-9A-Za-z.-])(?P<w>[0-9]{{5}}-[0-9]{{4}})(?![0-9A-Za-z-])",
            _no_count,
        ),
        before=24,
        after=8,
        positives=("TX «75001»", "«62704-1234»", "NY, «10001»"),
        negatives=("CO 2 50000", "CO 50000 ppm", "IN 10000 TRIALS", "NDC 12345-6789-01", "id 123456-1234", "LA 4.5"),
    ),
    Rule(
        id="zip.cell",
        kind="zip",
        source="RFC 4180, 2 (comma-separated values): the cell behind those of a town and a state",
        triggers=(r"[A-Za-z][\"']?[,;|\t] ?[\"']?[A-Z]{2}[\"']?[,;|\t] ?[\"']?[0-9]{5}",),
        spans=matching(
            rf"[A-Za-z][\"']?(?P<sep>[,;|\t]) ?[\"']?(?:{CODES})[\"']?(?P=sep) ?[\"']?(?P<v>[0-9]{{5}}(?:-[0-9]{{4}})?)(?=[\"']? ?(?:(?P=sep)|\n|$))"
        ),
        before=24,
        after=16,
        positives=('"WILLMAR","MN","«56201»","SPANISH"', "Haysi,VA,«24256»,x", "Big Stone Gap|VA|«24219-1234»|"),
        negatives=("2021;CA;39538;x", "deaths;TX;10000 in", "unit,ICU,24256,x"),
    ),
    Rule(
        id="zip.country",
        kind="zip",
        source="Universal Postal Union, S42: a code beside a country",
        triggers=(rf"(?:{_COUNTRIES})[ ,]{{1,2}}[0-9]{{4,6}}(?:[^0-9]|$)",),
        spans=matching(
            rf"(?<![\w])(?:{_COUNTRIES})[ ,]{{1,2}}(?P<v>[0-9]{{5,6}})(?![0-9A-Za-z])|"
            rf"\n\s{{0,6}}(?:{_COUNTRIES})[ ,]{{1,2}}(?P<w>[0-9]{{4}})(?![0-9A-Za-z])"
        ),
        before=30,
        after=6,
        positives=("United States «98453»", "\n India «49582»", "Mexico, «79142»"),
        negatives=("in India 2019", "Canada 45 cases"),
    ),
    Rule(
        id="zip.labelled",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B); Universal Postal Union, S42 for codes with letters",
        triggers=(
            r"(?i)(?:zip|postal|postcode|post code|pin ?code)[^0-9a-z]{0,6}(?:(?:code|is|of|area|number|"
            r"prefix)[^0-9a-z]{0,4}){0,3}[a-z]{0,2}[0-9]",
        ),
        spans=matching(
            r"(?<![A-Za-z])(?i:zip|postal|postcode|post code|pin ?code)[^0-9A-Za-z]{0,6}(?:(?i:code|is|of|"
            r"area|number|codes)[^0-9A-Za-z]{0,4}){0,3}(?P<v>[0-9]{4,6}(?:-[0-9]{3,4})?|"
            r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s?[0-9][A-Za-z]{2}|"
            r"[A-Za-z][0-9][A-Za-z][ -]?[0-9][A-Za-z][0-9])(?![0-9A-Za-z])",
            lambda match: not _COUNTED.match(match.string, match.end()),
        ),
        before=50,
        after=14,
        rank=1,
        positives=(
            "ZIP: «62704»",
            "zip code «03601»",
            "zipCode\n«90210-1234»",
            "postalCode\n«SW1A 1AA»",
            "postal code «K1A 0B1»",
            "ZIP «05901»",
        ),
        negatives=("zip 100", "zip 12345 files", "zipped 12345 files", "postal 3"),
    ),
    Rule(
        id="zip.listed",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B): more than one code after the words",
        triggers=(r"(?i)zip(?: ?codes?|s)?(?: [a-z]{2,12}){0,4}:? ?[0-9]{5}",),
        spans=listed(
            matching(
                r"(?<![A-Za-z])(?i:zip(?: ?codes?|s)?(?: (?!files?|archives?|folders?|entries)[a-z]{2,12}){0,4})(?:: ?|(?<=[a-z]) )(?P<v>[0-9]{5}(?:-[0-9]{4})?)(?![0-9A-Za-z]|-[0-9])",
                lambda match: not _COUNTED.match(match.string, match.end()),
            )
        ),
        before=70,
        after=60,
        positives=(
            "ZIP codes of contacts: «30316», «30318»",
            "zips «62704» and «62711»",
            "zip codes in the cluster: «80203», «80205», «80211»",
        ),
        negatives=("zip the archive: 12345 files", "zip code has five digits", "zip files 12345", "unzip 12345"),
    ),
    Rule(
        id="zip.foreign",
        kind="zip",
        source="Royal Mail, Programmers' guide to PAF, postcode formats; Canada Post, Addressing guidelines, 5.1",
        triggers=(
            r"[^0-9A-Za-z][A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}(?:[^0-9A-Za-z]|$)",
            r"[^0-9A-Za-z][A-Z][0-9][A-Z] [0-9][A-Z][0-9](?:[^0-9A-Za-z]|$)",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z-])(?P<v>[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? [0-9][ABD-HJLNP-UW-Z]{2}|"
            r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9])(?![0-9A-Za-z])"
        ),
        before=12,
        after=3,
        positives=("London «SW1A 1AA»", "Ottawa «K1A 0B1»"),
        negatives=("T4 5AA", "B12 500", "Q1A 0B1"),
    ),
    Rule(
        id="coordinates.decimal",
        kind="coordinates",
        source="ISO 6709, 6; 45 CFR 164.514(b)(2)(i)(B): equivalent geocodes",
        triggers=(
            r"(?:^|[^0-9.])-?[0-9]{1,2}\.[0-9]{3,10},[ ]{0,2}-?[0-9]{1,3}\.[0-9]{3,10}",
            r"(?i)(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng)[^0-9a-z]{1,6}[0-9]{1,3}\.[0-9]{3}",
            r"[0-9]{1,3}(?:\xc2\xb0|\xba)[ ]?[0-9]{1,2}['\xe2][^NSEW\n]{0,16}[NSEW]",
            r"[0-9]\.[0-9]{2,8}(?:\xc2\xb0)? ?[NS],? {1,2}[0-9]{1,3}\.[0-9]{2,8}",
        ),
        spans=matching(
            r"(?<![0-9.])(?P<v>-?[0-9]{1,2}\.[0-9]{3,10},[ ]{0,2}-?1?[0-9]{1,2}\.[0-9]{3,10})(?![0-9.])|"
            r"(?i:lat(?:itude)?|lon(?:g(?:itude)?)?|lng)[^0-9A-Za-z-]{1,6}(?P<w>-?[0-9]{1,3}\.[0-9]{3,10})"
            r"|[0-9]{1,3}\u00b0\s?[0-9]{1,2}['\u2032]\s?(?:[0-9.]{1,7}[\"\u2033]\s?)?[NSEW]|"
            r"[0-9]{1,2}\.[0-9]{2,8}\u00b0?\s?[NS],? {1,2}[0-9]{1,3}\.[0-9]{2,8}\u00b0?\s?[EW]",
            lambda match: "," not in match[0] or _on_earth(match),
        ),
        before=50,
        after=40,
        positives=("at «41.8781, -87.6298»", "latitude: «41.87810»", "«41°52'41\"N»", "«41.88° N, 87.63° W»"),
        negatives=("95% CI 1.234, 1.567", "0.123, 0.456", "HR 1.25 (1.012, 1.544)"),
    ),
)
