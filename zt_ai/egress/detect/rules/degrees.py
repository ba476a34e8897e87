"""(A) Names of persons before a degree or a licence: `Omari Jeffers DPT`, `R. Oyelaran, PGY-3`."""

from __future__ import annotations

import re

from zt_ai.egress.detect import person
from zt_ai.egress.detect.person import NO_SURNAME
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.known_names import FULL
from zt_ai.egress.detect.rules.rosters import may_be_name, words_of

_CREDENTIAL = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|Pharm\.?D|DDS|DMD|DPM|LPN|CNA|FNP(?:-\w+)?|CNM|MBBS|FACP|"
    r"FACS|LCSW|LISW|LMFT|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD|CNP|LVN|RDMS|RRT|AuD|PGY-?[1-9]|PT|OTR/L|OTR|"
    r"M\.?S|CCC-SLP|CPNP|PNP|QMHP|IBCLC|RNC-OB|COA|PCT|MSW|LICSW|LPC|LMHC|EMT(?:-[BP])?|RD|RDN|LDN|CWOCN|FRCS|FRCP|MRCP|FAAP|MPH|LMSW|BCBA|CST|CCRN|"
    r"CHPN|NREMT|DVM|MBA|JD|Esq)\b"
)
_WITHOUT_COMMA = (
    "DO|RN|NP|DDS|DMD|LPN|LVN|PharmD|PhD|PsyD|APRN|CNM|CNP|CRNA|LCSW|LISW|LMFT|AuD|RDMS|RRT|DPT|CPNP|QMHP|IBCLC|RNC-OB|COA|PCT|MSW|"
    "LICSW|CCC-SLP|PGY-[1-9]|CWOCN"
)
"""Degrees that are no abbreviation of a state, as MD and PA are."""


_AMBIGUOUS = re.compile(r", ?(?:PT|M\.?S|RD|JD|CST|PCT|COA|LPC|MBA|OD)\b")
"""Degrees that are a test, a state or something else too."""


def _with_degree(match: re.Match[str]) -> bool:
    """Whether a name stands before a degree; without a comma between, every word of it must be one of a name."""
    if match["v"]:
        words = words_of(match["v"])
        told = _AMBIGUOUS.match(match.string, match.end("v")) is None
        return (told or any(person.case(word) in person.ANY_NAME for word in words)) and may_be_name(words)
    words = [word for word in re.split(r"[ .]+", match["w"]) if len(word) > 1]
    free = all(
        word not in person.STOP and word[0].isupper() and not word.isupper() for word in words if word[0].isupper()
    )
    if len(words) == 1 and re.match(r"[A-Z]\.? ", match["w"]):
        return free and not NO_SURNAME.fullmatch(words[0])
    return free and len(words) > 1 and any(person.case(word) in person.ANY_NAME or "-" in word for word in words)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.credentials",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a name before a degree",
        triggers=(),
        literals=tuple(
            f"{comma}{degree}"
            for comma in (", ", ",")
            for degree in "MD|M.D|DO|D.O|RN|R.N|NP|N.P|PA|P.A|PhD|Ph.D|PharmD|Pharm.D|DDS|DMD|DPM|LPN|CNA|FNP|CNM|MBBS|"
            "FAC|LCSW|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD|LISW|LMFT|CNP|LVN|RDMS|RRT|AuD|PGY|PT|OTR|MS|M.S|CCC-SLP|CPNP|PNP|QMHP|IBCLC|RNC|COA|PCT|MSW|LICSW|LPC|LMHC|EMT|RD|LDN|CWOCN|FRC|MRCP|"
            "FAAP|MPH|LMSW|BCBA|CST|CCRN|CHPN|NREMT|DVM|MBA|JD|Esq".split("|")
        )
        + tuple(f" {degree}" for degree in _WITHOUT_COMMA.split("|")),
        spans=matching(
            rf"(?<![\w.-])(?P<v>{FULL})(?=, ?{_CREDENTIAL})|(?<![\w.-])(?P<w>{FULL})(?= (?:{_WITHOUT_COMMA})(?![\w/-]))",
            _with_degree,
        ),
        before=60,
        after=12,
        rank=2,
        positives=(
            "«Omari Jeffers» DPT, lic.",
            "Certifier: «Laurel Whitaker-Boone» DO, lic",
            "— «R. Oyelaran», PGY-3",
            "«Jane Doe», MD",
            "«Ikenna B. Obi», PA-C",
            "«Lars de Berg», RN",
            "«Bartholomew Siekierski», PT, DPT",
            "«Philippa Gwozdz», M.S., CCC-SLP",
            "«C. Paquette-Ruiz» IBCLC",
            "clear. «K Vandegrift» RNC-OB",
        ),
        negatives=(
            "The patient, MD aware",
            "The Center, RN line",
            "Call Charge RN, Night Shift RN, Primary RN",
            "Patients DO NOT need it. Please DO call",
            "Occupational Therapy, PT and Speech Pathology, MS",
            "Factor Assay, PT and PTT",
        ),
    ),
    Rule(
        id="name.credentials-small",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): an initial and a surname before a degree, as nurses type it",
        triggers=(r"(?:^|[^A-Za-z])[a-z]\. ?[a-z][a-z-]{2,24},? (?:rn|lpn|pa-c|pa|np|md|cna|rrt|pct|emt)(?:[^a-z]|$)",),
        spans=matching(
            r"(?<![A-Za-z])(?P<v>[a-z]\. ?(?!diff|coli|aureus|albicans)[a-z]{3,}(?:-[a-z]{2,})?)(?=,? (?:rn|lpn|pa-c|pa|np|md|cna|rrt|pct|emt)(?![a-z]))",
        ),
        before=50,
        after=8,
        positives=(
            "on strip. «m. delacroix-pung» rn charge aware",
            "-- «s. ybarrondo», rn",
            "Signed 11/11/22 «h. oduber» lpn",
        ),
        negatives=("seen by a. good rnfa", "c. diff md aware of rn. a note"),
    ),
)
