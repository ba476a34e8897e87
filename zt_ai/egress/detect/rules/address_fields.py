"""(B) Addresses in fields of forms and records."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import START
from zt_ai.egress.detect.rule import Rule, matching

RULES: tuple[Rule, ...] = (
    Rule(
        id="address.second-line",
        kind="address",
        source="USPS Publication 28, 213 and appendix C2: designators that need no number",
        triggers=(
            r"(?i)addr(?:ess)?[ _-]?(?:line)?[ _-]?2[\"'\\ ]{0,3}[:=|][\"'\\ ]{0,3}(?:rear|front|frnt|basement|bsmt|lower|upper|lobby|office|penthouse|side)",
        ),
        spans=matching(
            r"(?i:addr(?:ess)?[ _-]?(?:line)?[ _-]?2)[\"'\\ ]{0,3}[:=|][\"'\\ ]{0,3}"
            r"(?P<v>(?i:rear|front|frnt|basement|bsmt|lower|upper|lobby|office|penthouse|side)(?: (?i:floor|level|unit|apt|house))?)(?![A-Za-z])"
        ),
        before=50,
        after=20,
        positives=("addr_line2=«Rear»|city=X", '"address2": "«Basement Apt»"'),
        negatives=("addr_line2=", "address2: N/A", "front address 2"),
    ),
    Rule(
        id="address.said",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B): labels of hand-written forms; the line behind them holds a number and a street or a town",
        triggers=(
            r"(?i)(?:^|[^a-z])(?:addr(?:ess)?|mailing|deliver(?:y)? to|delivery addr|ship(?:ping)? to|civic no\.?): ?[0-9A-Z#\xc3-\xc5]",
        ),
        spans=matching(
            r"(?<![A-Za-z])(?i:addr(?:ess)?|mailing|deliver(?:y)? to|delivery addr|ship(?:ping)? to|civic no\.?): ?"
            r"(?P<v>(?=[^\n;|]{0,70}[0-9])[^\W_a-z#][^\n;|\"<>@]{5,110}?)(?=[;|\"<>\n]|$|(?<!\bCo)(?<!\bNo)(?<!\bSt)(?<!\bRd)(?<!\bAve)(?<!\bApt)(?<!\bDr)(?<!\bLn)\.\s|\s{2,}|,? (?i:tel|ph|phone|cell|mob)\b)",
            lambda match: bool(re.search(r"[^\W\d_]{3,}[^\n]*,|[0-9][^\n]* [^\W\d_]{3,}", match["v"])),
        ),
        before=40,
        after=130,
        positives=(
            "Mailing: «2218½ Bayou Teche Rd, Breaux Bridge, LA 70517»\nCell",
            "Home address: «3 Páirc na Coille, Oranmore, Co. Galway H91 E7YX»\n",
            "Mailing: «Old No. 12, New No. 27, 3rd Cross Street, Teppakulam, Tiruchirappalli 620002»\nMob",
            "Deliver to: «Travessa São Benedito, 208, fundos, Bairro Cruzeiro, Barreirinhas - MA, 65590-000»",
        ),
        negatives=(
            "Mailing: none",
            "Delivery: 39 weeks, vaginal, Apgar 8 and 9",
            "Residence: House, 2 floors",
            "Shipping: 3 boxes, FedEx Ground",
        ),
    ),
    Rule(
        id="address.key",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); FHIR R4 Address; common keys of records",
        triggers=(
            r"(?i)(?:street|address|addr)[ _-]?(?:line)?[ _-]?[12]?['\")*]{0,3}\s?[:=|"
            r"\n]\s{0,3}['\"\\*\[]{0,4}\s{0,4}\"?[0-9A-Z]",
        ),
        spans=matching(
            rf"{START}(?i:(?:(?:street|home|mailing|patient|residential|billing|postal|permanent|current|"
            rf"primary|work|shipping)[ _-]?)?(?:street|addr(?:ess)?)(?:[ _-]?line)?[ _-]?[12]?)"
            rf"['\")*]{{0,3}}\s?[:=|\n]\s{{0,3}}(?:\\?['\"]|\[\s{{0,4}}\")?(?P<v>(?=[^\n\"|"
            rf"]{{0,12}}[0-9])[0-9A-Za-z#][^\n\"|;<>@]{{5,90}}?)(?=[\"|;<>\n]|$|\.\s|\s{{2,}})",
            lambda match: (
                bool(re.search(r"[A-Za-z]{3}", match["v"]))
                and not re.search(r"(?i)^(?:https?:|0x|[0-9a-f.:]+$|[\w.]+@)|\b(?:mac|ip)\b", match["v"])
            ),
        ),
        before=60,
        after=110,
        rank=1,
        positives=(
            "Address: «12 Rue de la Paix 4»",
            "street\n«55 Elm»",
            '"addressLine1": "«7 Quarry Bank»"',
            "home address: «Flat 2, 18 High Rd, Leeds»",
        ),
        negatives=("address: the issue", "ip address: 10.1.1.1", "address\n0x7fff", "email address: a1@b.org"),
    ),
)
