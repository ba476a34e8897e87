"""(K) Certificate and license numbers."""

from __future__ import annotations

import re

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.context import IDENTIFIER, at_least, digits, labelled, near
from zt_ai.egress.detect.rule import Rule, matching

_NPI_WORD = re.compile(
    r"(?i)(?:npi|provider|national|(?<![a-z])(?:ordering|referring|attending|rendering|prescrib(?:er|ing)|supervising|performing|"
    r"admitting|operating|billing|pcp|surgeon|physician|(?<![0-9])(?:17b|24j|32a|33a)(?=[.:) ])|(?:box|field|item|fl) ?(?:17b|24j|32a|33a|56|7[6-9]))(?![a-z]))"
)


def _npi(match: re.Match[str]) -> bool:
    return checksums.npi(match["v"])


def _npi_alone(match: re.Match[str]) -> bool:
    # One number of ten digits in ten passes the checksum by chance: without its word it needs a neighbour that says so.
    text, start, end = match.string, match.start("v"), match.end("v")
    return checksums.npi(match["v"]) and bool(
        _NPI_WORD.search(text[max(start - 60, 0) : start] + " " + text[end : end + 25])
    )


_DRIVER = (
    r"(?:driver'?s?['\u2019]?s?[\s_-]*(?:licen[cs]e|lic|permit)|driving[\s_-]*licen[cs]e|(?<![A-Za-z/])(?:dl|"
    r"odl|cdl)(?:\s(?:shows|reads|says)(?=\s))?(?=[\s_]*(?:no\b|num|#|:|is\b|[A-Z]?[0-9]))|state[\s_-]*id|real[\s_-]*id)"
)
_STATE = (
    r"(?i:[^A-Za-z0-9]{1,4}(?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|"
    r"NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY)(?![A-Za-z]))?"
)
_LICENSE = (
    r"(?:(?:medical|nursing|physician|pharmacy|pharmacist|rn|md|np|pa|dental|professional|state|business|"
    r"board|provider|practice|therapist|psychologist)?[\s_-]*"
    r"(?:licen[cs]ure|licen[cs]e|lic\.?|certificat(?:e|ion)|cert\.?|registration|"
    r"credential)[\s_]*(?:no\b\.?|num(?:ber)?|nbr|#|id\b|(?=\s?:)|(?=\s(?:is\s)?(?:[A-Z]{0,3}[-.]?[0-9]{4}|[0-9]{2}[A-Z]{2}[0-9]{6}|[A-Z]{2}-[A-Z]{1,4}-[0-9]{4}|[A-Z]{1,3}\s[0-9]{4}))))"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="npi.labelled",
        kind="npi",
        source='45 CFR 162.406; CMS, "NPI check digit calculation"',
        triggers=(near(r"npi"),),
        spans=matching(labelled(r"npi", r"[12][0-9]{9}(?![0-9A-Za-z])"), _npi),
        before=60,
        after=16,
        rank=4,
        positives=("NPI «1234567893»", "npi\n«1245319599»", "NPI#: «1234567893»", "providerNpi=«1245319599»"),
        negatives=("NPI 1234567890", "NPI: 1245319598", "id 1234567890"),
    ),
    Rule(
        id="npi.any",
        kind="npi",
        source="45 CFR 162.406; HL7 v2.5.1 table 0203 type NPI; X12 NM108 XX",
        triggers=(r"(?:^|[^0-9A-Za-z.])[12][0-9]{9}(?:[^0-9A-Za-z]|$)",),
        spans=matching(r"(?<![0-9A-Za-z.])(?P<v>[12][0-9]{9})(?![0-9A-Za-z])(?!\.[0-9])", _npi_alone),
        before=14,
        after=4,
        rank=3,
        positives=(
            "provider «1234567893» billed",
            "«1245319599» (NPI)",
            "Ordering: Ada Okafor «1245319599» Dx",
            "HCFA box 24J «1245319599», box 33a «1234567893»",
            "33a. «1245319599»",
        ),
        negatives=("provider 1234567890", "ordering 1234567890 units", "id 1234567893", "at 1700000003 s"),
    ),
    Rule(
        id="npi.grouped",
        kind="npi",
        source='45 CFR 162.406; CMS, "NPI check digit calculation"; with points in the label, or in groups',
        triggers=(near(r"n\.p\.i", 8), r"(?i)npi[^0-9]{0,8}[12][0-9]{2,3}[- ][0-9]{3}"),
        spans=matching(
            r"(?<![A-Za-z])(?i:n\.\s?p\.\s?i\.?|npi)[^0-9A-Za-z]{0,6}(?:(?i:no|num|number|is|of)\b[^0-9A-Za-z]{0,4}){0,2}"
            r"(?P<v>[12][0-9]{2,3}[- ]?[0-9]{3}[- ]?[0-9]{3,4})(?![0-9A-Za-z]|-[0-9])",
            lambda match: len(digits(match["v"])) == 10,
        ),
        before=24,
        after=24,
        rank=3,
        positives=("N.P.I. «1245-319-599» on the stamp", "NPI «124 531 9599»", "N.P.I.: «1245319599»"),
        negatives=("N.P.I. 12 of 14", "NPI 1234567890", "NPI 124-531-959"),
    ),
    Rule(
        id="license.credential",
        kind="license",
        source="45 CFR 164.514(b)(2)(i)(K); state boards' prefixes: a credential and the number that begins with it",
        triggers=(r"(?:RN|PN|VN|MD|DO|PA|NP|PT|OT|PH|SW|-C|PC|DH)[- #]{1,2}[A-Z]{1,4}[-.]?[0-9]{5}",),
        spans=matching(
            r"(?<![A-Za-z])(?:RN|LPN|LVN|MD|DO|PA-C|PA|NP|FNP|APRN|CRNA|CNM|RPh|PT|OT|LCSW|LMSW|LPC|RDH)[- #]{1,2}"
            r"(?P<v>(?:RN|PN|LPN|VN|LVN|MD|DO|PA|NP|APRN|PT|OT|PH|RPH|SW|LCSW|LPC|ME|OS)[-.]?[0-9]{5,9})(?![0-9A-Za-z]|[-.][0-9])"
        ),
        before=30,
        after=14,
        positives=("LPN «PN4410027» witnessed waste", "PA-C «PA0012345» assisted", "MD «MD448812»"),
        negatives=("PT INR12345", "RN 12345678", "OT C34112"),
    ),
    Rule(
        id="dea.checksum",
        kind="dea",
        source="21 CFR 1301.13; DEA Diversion Control Division, registration number check",
        triggers=(r"(?i)(?:^|[^0-9a-z])[a-z][a-z9][0-9]{7}(?:[^0-9a-z]|$)",),
        spans=matching(
            r"(?<![0-9A-Za-z])(?P<v>[ABCDEFGHJKLMPRSTUXabcdefghjklmprstux][A-Za-z9][0-9]{7})(?![0-9A-Za-z])",
            lambda match: checksums.dea(match["v"]),
        ),
        before=14,
        after=3,
        rank=4,
        positives=("DEA «AB1234563»", "dea number: «BX5836727»", "«MJ3614511»"),
        negatives=("code AB1234564", "AB123456", "ID AB1234561", "XAB1234563"),
    ),
    Rule(
        id="dea.labelled",
        kind="dea",
        source="21 CFR 1301.13; a mistyped number is still one",
        triggers=(near(r"(?:^|[^a-z])dea[^a-z]"),),
        spans=matching(labelled(r"dea(?![A-Za-z])", r"[A-Za-z][A-Za-z9]-?[0-9]{7}(?![0-9A-Za-z])")),
        before=60,
        after=16,
        rank=3,
        positives=("DEA# «AB1234564»", "DEA No.: «FB1234567»"),
        negatives=("idea 1234567", "DEA schedule 2"),
    ),
    Rule(
        id="license.driver",
        kind="license",
        source="AAMVA DL/ID Card Design Standard; the form is each state's own",
        triggers=(
            near(r"(?:licen[cs]e|driver.{0,4}lic|state[ _-]?id)"),
            near(r"(?:^|[^a-z])(?:o|c)?dl[^a-z]", 24),
            r"(?i)(?:licen[cs]e|(?:^|[^a-z])dl)[^0-9]{0,30}[0-9]",
        ),
        spans=matching(labelled(_DRIVER + _STATE), at_least(3)),
        before=80,
        after=40,
        rank=2,
        positives=(
            "driver's license «D1234567»",
            "Driver License No: «S123-4567-8901»",
            "DL# «X9876543»",
            "driver's license number is «12345678»",
            "DL: «W1234567»",
            "driving licence «MORGA657054SM9IJ»",
            "drivers license CA «D1234567»",
            "his DL shows «D4417-2290-8811»",
        ),
        negatives=("5 mg/dL 120", "HDL 45", "LDL 130 mg/dL", "dl 10"),
    ),
    Rule(
        id="license.labelled",
        kind="license",
        source="45 CFR 164.514(b)(2)(i)(K); the form is each board's own",
        triggers=(near(r"(?:licen[cs]|(?:^|[^a-z])lic[. ]|certificat|cert[. #]|registration|credential)"),),
        spans=matching(
            labelled(_LICENSE, rf"(?:[A-Z]{{1,4}}(?:-[A-Z])? [0-9]{{4,9}}(?![A-Za-z0-9])|{IDENTIFIER})"), at_least(4)
        ),
        before=80,
        after=40,
        rank=1,
        positives=(
            "medical license number «MD123456»",
            "license #: «A-102938»",
            "RN license «RN9988776»",
            "License No. «G88231»",
            "certificate number «C-2019-00441»",
            "licenseNumber\n«036-112233»",
            "registration no. «45-778812»",
            "form needs license no «OH 20113847», last seizure",
            "Lic «DO.0031182»",
            "License «OK-DO-4471»",
            "Aud lic «AU 2290».",
            "NJ MD lic «25MA08812300», renewed",
            "LVN license «VN 229018»",
            "state license number «PA-C 30177» of the assistant",
        ),
        negatives=("licensed in 2015", "certification in 2020", "Apache License 2.0", "certificate of 12 pages"),
    ),
    Rule(
        id="license.with-points",
        kind="license",
        source="State of Ohio, eLicense: letters of the profession, a point, and the number; other boards write theirs so, too",
        triggers=(r"[^A-Za-z0-9.](?:APRN\.[A-Z]{2,3}|[A-Z]{1,4})\.[0-9]{5}",),
        spans=matching(
            r"(?<![\w.-])(?P<v>(?:APRN\.[A-Z]{2,3}|RN|LPN|PN|PT|PTA|OT|OTA|SP|I|S|LSW|LISW|E|C|COA|RCP|PSY|DO|MD|DC|RPH|DEN)\.[0-9]{5,8}(?:-[A-Z]{1,4})?)(?![\w-]|\.[0-9])"
        ),
        before=20,
        after=12,
        rank=1,
        positives=("Bettina Roush, LISW «I.1900447»", "| 1066378211 | «APRN.CNP.19044» |", "lic. «PT.0014882», Summit"),
        negatives=("I.19", "section C.12345.6", "see fig. S.1", "V.19004"),
    ),
    Rule(
        id="passport.labelled",
        kind="passport",
        source="ICAO Doc 9303-3, 4.2.2: up to nine letters and digits; US: a letter or digit and eight digits",
        triggers=(near(r"passport"),),
        spans=matching(
            labelled(
                r"passport(?:\s*(?:card|book))?(?:\s+(?:US|USA|UK|number|no))?", r"[A-Za-z0-9]{6,9}(?![A-Za-z0-9])"
            ),
            at_least(5),
        ),
        before=60,
        after=20,
        rank=2,
        positives=("passport number «512345678»", "Passport: «C01234567»", "passport\n«K1234567»"),
        negatives=("passport valid until 2029", "passport in 12 days"),
    ),
)
