"""X12 health care transactions (837, 835, 270, 271, 276, 277, 278, 834): segments with qualifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zt_ai.egress.detect.records.memo import Kept, Value, opened_by, to_any_end
from zt_ai.egress.detect.records.values import identifies
from zt_ai.egress.detect.rule import Rule

LONGEST = 600
"""Characters of a segment that are read."""

_HOUSES = frozenset("1P 2B 77 82 85 87 BD FA FH SJ LI 61".split())
"""NM101 and N101 of providers: as organisations they are facilities. Payers, submitters and receivers are not."""
_NM109 = {
    "MI": "health_plan", "II": "health_plan", "C1": "health_plan", "HN": "health_plan", "MC": "health_plan", "XX": "npi", "34": "ssn", "SY": "ssn",
    "EI": "health_plan", "N": "other_id", "EA": "mrn", "MR": "health_plan",
}  # fmt: skip
_REF = {
    "SY": "ssn", "1L": "health_plan", "6P": "health_plan", "IG": "health_plan", "0F": "health_plan", "1W": "health_plan", "23": "health_plan",
    "HJ": "health_plan", "F6": "health_plan", "NQ": "health_plan", "18": "health_plan", "CE": "health_plan", "3H": "other_id", "EA": "mrn",
    "MR": "mrn", "D9": "claim", "F8": "claim", "1K": "claim", "Y4": "claim", "BLT": "claim", "G1": "claim", "9F": "claim", "EJ": "account", "0B": "license",
    "XZ": "prescription", "HPI": "npi", "DH": "dea", "1G": "other_id", "G2": "other_id", "1C": "other_id", "1D": "other_id", "SU": "other_id", "LU": "other_id", "QQ": "other_id",
    "9A": "claim", "9C": "claim", "P4": "other_id", "ABB": "account", "ZZ": "other_id",
}  # fmt: skip
_PER = {
    "TE": "phone",
    "HP": "phone",
    "WP": "phone",
    "CP": "phone",
    "AP": "phone",
    "NP": "phone",
    "FX": "fax",
    "EM": "email",
    "UR": "url",
}

_OPENING = re.compile(
    r"(?:(?<=\\n)|(?<=\\r)|(?<![A-Za-z0-9*|^]))(NM1|N1|N3|N4|DMG|REF|CLM|CLP|SBR|TRN|DTP|DTM|PER|PAT|INS|BHT|BPR|ISA|GS|HCP|SVD|CR1|UM|MSG|K3)([*|^])(?=[^~\n])"
)
_END = re.compile(r"[~\n\r\x01\x1c]|\\[nr]")
_PERIOD = re.compile(r"[0-9]{6,8}(?:[0-9]{4})?(?:-[0-9]{6,8}(?:[0-9]{4})?)?")

# Segment → element → kind, where no qualifier is asked.
_PLAIN_FIELDS: Mapping[str, Mapping[int, str]] = {
    "N3": {1: "address", 2: "address"},
    "N4": {1: "location", 3: "zip"},
    "CLM": {1: "account"},
    "CLP": {1: "account", 7: "claim"},
    "SBR": {3: "health_plan"},
    "TRN": {2: "other_id"},
    "DMG": {2: "date"},
    "PAT": {6: "date"},
    "INS": {12: "date"},
    "BHT": {4: "date"},
    "BPR": {16: "date"},
    "DTP": {3: "date"},
    "DTM": {2: "date"},
    "SVD": {},
    "GS": {4: "date"},
    "ISA": {9: "date"},
}


def read(text: str, at: int) -> tuple[list[Value], int]:
    """Values of a segment, and where it ends."""
    opening = _OPENING.match(text, at)
    if opening is None:
        return [], at
    start, separator = opening.end(), opening[2]
    ending = _END.search(text, start, start + LONGEST)
    end = ending.start() if ending else min(start + LONGEST, len(text))
    parts: list[tuple[int, int]] = [(opening.start(1), opening.end(1))]
    for part in text[start:end].split(separator):
        parts.append((start, start + len(part)))
        start += len(part) + 1
    found: list[Value] = []

    def value(place: int) -> str:
        return text[slice(*parts[place])].strip() if place < len(parts) else ""

    def add(place: int, kind: str | None) -> None:
        if kind and place < len(parts) and identifies(kind, value(place)):
            found.append((*parts[place], kind))

    name = opening[1]
    if name == "NM1":
        if value(2) == "1":
            last = max((place for place in range(3, min(6, len(parts))) if value(place)), default=0)
            if last and identifies("name", text[parts[3][0] : parts[last][1]]):
                found.append((parts[3][0], parts[last][1], "name"))
        elif value(1) in _HOUSES:
            add(3, "facility")
        add(9, _NM109.get(value(8)) or ("other_id" if value(8) in ("24", "FI") and value(2) == "1" else None))
    elif name == "N1":
        add(
            2,
            "facility"
            if value(1) in _HOUSES or value(1) == "PE"
            else "name"
            if value(1) in ("IL", "QC", "74")
            else None,
        )
        add(4, {"XX": "npi"}.get(value(3)))
    elif name == "REF":
        add(2, _REF.get(value(1)))
    elif name == "PER":
        add(2, "name")
        for place in range(3, len(parts) - 1, 2):
            add(place + 1, _PER.get(value(place)))
    else:
        for place, kind in _PLAIN_FIELDS.get(name, {}).items():
            if kind != "date":
                add(place, kind)
            elif place < len(parts) and _PERIOD.fullmatch(value(place)):
                found.append((*parts[place], "date"))
    return found, end


_NONE = "LX*1~SV1*HC:99213*120*UN*1***1~HI*ABK:E1165~"
_CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "name": (
        ("NM1", "N1", "PER"),
        ("NM1*IL*1*«Houžvičková*Květoslava*Q»***MI*I6", "NM1*QC*1*«DOE*JANE»~", "~NM1*82*1*«OKAFOR»****XX*1", "N1*QC*«JANE DOE»~", "PER*IC*«ANN MARCH»*TE*5551234567"),
        ("NM1*PR*2*AETNA*****PI*60054", "NM1*IL*1*", "ENM1*IL*1*DOE", _NONE),
    ),
    "facility": (("NM1", "N1"), ("NM1*85*2*«LAKESIDE CLINIC»*****XX*2451173290", "N1*PE*«LAKESIDE CLINIC»*XX*1"), ("NM1*PR*2*AETNA*****PI*60054", _NONE)),
    "npi": (("NM1", "N1", "REF"), ("NM1*85*2*X*****XX*«2451173290»~", "N1*PE*A*XX*«2451173290»"), ("NM1*PR*2*AETNA*****PI*60054", _NONE)),
    "health_plan": (("NM1", "REF", "SBR"), ("NM1*IL*1*D*****MI*«RMS572535652»~", "REF*1L*«88123»~", "SBR*P*18*«GRP01020102»*PPO"), ("SBR*P*18**PPO", _NONE)),
    "ssn": (("NM1", "REF"), ("REF*SY*«691891038»~", "NM1*74*1*D*****34*«691891038»"), ("REF*6R*691891",)),
    "mrn": (("REF", "NM1"), ("REF*EA*«61769563»~",), (_NONE,)),
    "address": (("N3",), ("N3*«5647 Ringvej»*«APT 3»~", "N3*«P O BOX 88»"), ("N3*~", _NONE)),
    "location": (("N4",), ("N4*«Qaqortoq»*TX*1~",), ("N4**TX~", _NONE)),
    "zip": (("N4",), ("N4*X Y*TX*«18574»", "N4*X Y*TX*«185741234»~"), ("N4*X*TX~", _NONE)),
    "date": (
        ("DMG", "DTP", "DTM", "PAT", "INS", "BHT", "BPR", "ISA", "GS"),
        ("DMG*D8*«19600805»*F~", "DTP*472*RD8*«20260511-20260513»~", "DTM*232*«20260511»~", "BHT*0019*00*0123*«20260511»*1023*CH"),
        ("DMG*D8*1960*F", _NONE),
    ),
    "account": (("CLM", "CLP", "REF"), ("CLM*«26463774»*100***11:B:1", "CLP*«PCN-7722»*1*100*80", "REF*EJ*«7744-1»"), ("CLM**100", _NONE)),
    "claim": (("CLP", "REF"), ("CLP*X1*1*100*80**12*«94060555410000»", "REF*D9*«17312345600006351»~", "REF*G1*«AU77123»"), (_NONE,)),
    "prescription": (("REF",), ("REF*XZ*«7712345»~",), (_NONE,)),
    "license": (("REF",), ("REF*0B*«D1234567»~",), (_NONE,)),
    "dea": (("REF",), ("REF*DH*«MH0027462»",), (_NONE,)),
    "other_id": (("TRN", "REF", "NM1"), ("TRN*1*«0012345678901»*9012345918~", "REF*G2*«PROV-77»"), (_NONE,)),
    "phone": (("PER",), ("PER*IC*ANN*TE*«5551234567»*EX*12",), ("PER*IC*BILLING", _NONE)),
    "fax": (("PER",), ("PER*IC*ANN*TE*5550234567*FX*«5551234568»",), (_NONE,)),
    "email": (("PER",), ("PER*IC*ANN*EM*«ann@clinic.example»~",), (_NONE,)),
}  # fmt: skip

_KEPT = Kept(opened_by(_OPENING), read)
RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.x12-element",
        kind=kind,
        source="X12 005010X222A1 (837P), 005010X221A1 (835), 005010X279A1 (270/271): elements and their qualifiers",
        triggers=tuple(rf"{segment}[*|^][^~\n]" for segment in segments),
        spans=_KEPT.of(kind),
        positives=positives,
        negatives=negatives,
        before=8,
        after=1,
        reads_on=to_any_end,
        rank=4,
    )
    for kind, (segments, positives, negatives) in _CASES.items()
)
