"""HL7 v2: what a field holds follows from its segment and number. Whole messages and segments cut out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zt_ai.egress.detect.records.memo import Kept, Value, opened_by, to_any_end
from zt_ai.egress.detect.records.values import identifies
from zt_ai.egress.detect.rule import Rule

LONGEST = 8000
"""Characters of a segment that are read."""

# Data types: XPN a name; XCN an id and a name; XAD an address; CX an id whose type may be given; XTN a number or address
# of telecommunication; NDL an id and a name in subcomponents; XON an organisation; any other word is a kind.
FIELDS: Mapping[str, Mapping[int, str]] = {
    "MSH": {4: "XON", 6: "XON", 7: "date"},
    "BHS": {7: "date"},
    "FHS": {7: "date"},
    "EVN": {2: "date", 3: "date", 5: "XCN", 6: "date"},
    "PID": {2: "CX", 3: "CX", 4: "CX", 5: "XPN", 6: "XPN", 7: "date", 9: "XPN", 11: "XAD", 12: "location", 13: "XTN", 14: "XTN", 18: "account",
            19: "ssn", 20: "license", 21: "CX", 23: "location", 29: "date"},
    "PD1": {3: "XON", 4: "XCN", 12: "date"},
    "MRG": {1: "CX", 2: "CX", 3: "account", 4: "CX", 5: "encounter", 6: "encounter", 7: "XPN"},
    "NK1": {2: "XPN", 4: "XAD", 5: "XTN", 6: "XTN", 8: "date", 9: "date", 12: "other_id", 13: "XON", 16: "date", 26: "XPN", 30: "XPN", 31: "XTN",
            32: "XAD", 33: "CX", 37: "ssn", 38: "location"},
    "PV1": {5: "encounter", 7: "XCN", 8: "XCN", 9: "XCN", 17: "XCN", 19: "encounter", 44: "date", 45: "date", 50: "encounter", 52: "XCN"},
    "PV2": {8: "date", 9: "date", 13: "XCN", 14: "date", 17: "date", 33: "date"},
    "ROL": {4: "XCN", 5: "date", 6: "date", 11: "XAD", 12: "XTN"},
    "PRD": {2: "XPN", 3: "XAD", 5: "XTN", 7: "npi"},
    "CTD": {2: "XPN", 3: "XAD", 5: "XTN"},
    "STF": {2: "CX", 3: "XPN", 6: "date", 10: "XTN", 11: "XAD", 12: "date", 13: "date"},
    "ORC": {2: "accession", 3: "accession", 4: "accession", 9: "date", 10: "XCN", 11: "XCN", 12: "XCN", 14: "XTN", 15: "date", 19: "XCN", 21: "XON",
            22: "XAD", 23: "XTN", 24: "XAD", 27: "date"},
    "OBR": {2: "accession", 3: "accession", 6: "date", 7: "date", 8: "date", 10: "XCN", 14: "date", 16: "XCN", 17: "XTN", 18: "accession",
            19: "accession", 20: "accession", 21: "accession", 22: "date", 28: "XCN", 32: "NDL", 33: "NDL", 34: "NDL", 35: "NDL", 36: "date"},
    "OBX": {14: "date", 16: "XCN", 18: "device", 19: "date", 23: "XON", 24: "XAD", 25: "XCN"},
    "SPM": {2: "accession", 3: "accession", 17: "date", 18: "date"},
    "SAC": {3: "accession", 4: "accession", 7: "date"},
    "TXA": {4: "date", 5: "XCN", 6: "date", 7: "date", 8: "date", 9: "XCN", 10: "XCN", 11: "XCN", 12: "accession", 14: "accession", 15: "accession", 22: "XCN"},
    "SCH": {1: "encounter", 2: "encounter", 12: "XCN", 13: "XTN", 14: "XAD", 16: "XCN", 17: "XTN", 20: "XCN", 21: "XTN", 26: "accession", 27: "accession"},
    "AIP": {3: "XCN", 6: "date"},
    "IN1": {5: "XAD", 6: "XPN", 7: "XTN", 8: "health_plan", 10: "health_plan", 12: "date", 13: "date", 16: "XPN", 18: "date", 19: "XAD", 24: "date",
            26: "date", 29: "date", 36: "health_plan", 44: "XAD", 49: "health_plan"},
    "IN2": {1: "other_id", 2: "ssn", 3: "XCN", 6: "health_plan", 7: "XPN", 8: "health_plan", 9: "XPN", 10: "health_plan", 22: "XPN", 25: "health_plan",
            26: "health_plan", 40: "XPN", 49: "XPN", 50: "XTN", 52: "XPN", 53: "XTN", 61: "health_plan", 63: "XTN", 64: "XTN"},
    "IN3": {2: "other_id", 3: "XCN", 6: "date", 7: "date", 8: "XCN", 14: "XCN", 25: "XCN"},
    "GT1": {2: "account", 3: "XPN", 4: "XPN", 5: "XAD", 6: "XTN", 7: "XTN", 8: "date", 12: "ssn", 13: "date", 14: "date", 16: "XPN", 17: "XAD", 18: "XTN",
            19: "other_id", 21: "XON", 42: "XPN", 45: "XPN", 46: "XTN", 51: "XON"},
    "DG1": {5: "date", 16: "XCN", 19: "date"},
    "PR1": {5: "date", 8: "XCN", 11: "XCN", 12: "XCN"},
    "AL1": {6: "date"},
    "IAM": {11: "date", 13: "date", 14: "XPN", 18: "XCN", 20: "date"},
    "PRB": {2: "date", 7: "date", 8: "date", 15: "date", 16: "date"},
    "ACC": {1: "date", 7: "XCN"},
    "UB2": {17: "location"},
    "FT1": {2: "claim", 4: "date", 5: "date", 20: "XCN", 21: "XCN", 23: "accession", 24: "XCN"},
    "RXA": {3: "date", 4: "date", 10: "XCN"},
    "RXE": {13: "XCN", 14: "XCN", 15: "prescription", 18: "date", 32: "date"},
    "RXD": {3: "date", 7: "prescription", 10: "XCN"},
    "RXO": {14: "XCN", 15: "XCN"},
    "RF1": {6: "other_id", 7: "date", 8: "date", 9: "date", 11: "other_id"},
    "AUT": {4: "date", 5: "date", 6: "other_id"},
    "PDA": {5: "XCN"},
    "CON": {13: "date", 14: "date"},
    "QRD": {1: "date", 8: "XCN"},
    "QPD": {3: "CX"},
}  # fmt: skip
"""HL7 v2.5.1, chapters 2.15 (MSH, BHS, FHS), 3.4 (EVN, PID, PD1, MRG, NK1, PV1, PV2), 4 (ORC, OBR, RX*), 6.5 (FT1, DG1, PR1, GT1,
IN1–IN3, ACC, UB2), 7.4 (OBX, SPM), 9.6 (TXA), 10.6 (SCH, AIP), 11.6 (RF1, AUT, PRD, CTD), 15.4 (STF): segment → field → type."""

_TYPES = {
    "SS": "ssn", "DL": "license", "AN": "account", "VN": "encounter", "MC": "mbi", "MA": "health_plan", "MB": "health_plan", "SN": "health_plan",
    "HC": "health_plan", "PPN": "passport", "NPI": "npi", "DEA": "dea", "EI": "other_id",
}  # fmt: skip
"""HL7 table 0203, identifier type, for CX-5; any other is a patient's number."""
_TYPED = {
    "DT": "date",
    "TS": "date",
    "DTM": "date",
    "CX": "CX",
    "XPN": "XPN",
    "PN": "XPN",
    "XCN": "XCN",
    "CNN": "XCN",
    "XAD": "XAD",
    "AD": "XAD",
    "XTN": "XTN",
    "TN": "XTN",
}
"""OBX-2, the type of OBX-5."""
_LINE = {0: "address", 1: "address", 2: "location", 4: "zip", 8: "location"}
_HOUSE = re.compile(
    r"(?i)\b(?:hosp(?:ital)?|clinic|med(?:ical)?|health|care|ctr|cent(?:er|re)|surgery|infirmary|rehab|hospice)\b.*"
)

_OPENING = re.compile(rf"(?:(?<=\\[nr])|(?<![A-Za-z0-9|^&~]))({'|'.join(FIELDS)})\|")
_END = re.compile(r"[\n\r\v\f\x01\x1c]|\\[nr]")
_REPEAT = re.compile(r"[^~]+")


def read(text: str, at: int) -> tuple[list[Value], int]:
    """Values of a segment, and where it ends."""
    opening = _OPENING.match(text, at)
    if opening is None:
        return [], at
    found: list[Value] = []
    start = opening.end()
    ending = _END.search(text, start, start + LONGEST)
    end = ending.start() if ending else min(start + LONGEST, len(text))
    # MSH-1 is the separator itself.
    number = 2 if opening[1] in ("MSH", "BHS", "FHS") else 1
    wanted = FIELDS[opening[1]]
    fields = text[start:end].split("|")
    if opening[1] == "OBX" and len(fields) > 4 and fields[1] in _TYPED:
        wanted = {**wanted, 5: _TYPED[fields[1]]}
    for field in fields:
        if field and number in wanted:
            found.extend(_field(text, start, start + len(field), wanted[number]))
        elif kind := _shifted(opening[1], number, field):
            found.append((start, start + len(field), kind))
        start += len(field) + 1
        number += 1
    return found, end


_STAMP = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-9]{4,6})?")
_PERSONS = frozenset(("PID", "PV1", "IN1", "NK1", "GT1", "ACC"))


def _shifted(segment: str, number: int, field: str) -> str | None:
    """The kind of a field that no table names, in a segment of a person: senders leave a field out, and all after it stand one too early."""
    if segment not in _PERSONS or not field.isascii() or not field.isdigit():
        return None
    if _STAMP.fullmatch(field):
        return "date"
    return "encounter" if segment == "PV1" and number > 16 and len(field) > 5 else None


def _field(text: str, low: int, high: int, form: str) -> Iterator[Value]:
    """The values in all repetitions of a field."""
    for repeat in _REPEAT.finditer(text, low, high):
        parts: list[tuple[int, int]] = []
        at = repeat.start()
        for part in repeat[0].split("^"):
            parts.append((at, at + len(part)))
            at += len(part) + 1
        yield from _value(text, parts, form)


def _value(text: str, parts: list[tuple[int, int]], form: str) -> Iterator[Value]:
    first = text[slice(*parts[0])]
    if form == "XPN":
        yield from _name(text, parts[:3])
    elif form == "XCN":
        if len(parts) > 1 or any(char.isdigit() for char in first):
            if identifies("npi", first):
                yield *parts[0], "npi"
            yield from _name(text, parts[1:4])
        else:
            yield from _name(text, parts)
    elif form == "NDL":
        # Subcomponents, as the components are taken: 2000&DOE&JANE^202605111200
        inner, at = [], parts[0][0]
        for part in first.split("&"):
            inner.append((at, at + len(part)))
            at += len(part) + 1
        yield from _value(text, inner, "XCN")
        for low, high in parts[1:3]:
            if identifies("date", text[low:high]):
                yield low, high, "date"
    elif form == "XAD":
        for place, kind in _LINE.items():
            if place < len(parts):
                low, high = parts[place]
                value = text[low:high]
                # The street may have subcomponents; in PV1-like places the whole address stands in the first one.
                if identifies(kind, value):
                    yield low, high, kind
    elif form == "XTN":
        yield from _telecom(text, parts)
    elif form == "CX":
        kind = _TYPES.get(text[slice(*parts[4])], "mrn") if len(parts) > 4 else "mrn"
        if identifies(kind, first):
            yield *parts[0], kind
    elif form == "XON":
        if _HOUSE.search(first) and " " in first.strip():
            yield *parts[0], "facility"
    elif form == "location":
        if identifies("location", first):
            yield *parts[0], "location"
    elif identifies(form, first):
        # An entity identifier may stand in a subcomponent: 26-0042&LAB
        yield parts[0][0], parts[0][0] + len(first.partition("&")[0]), form


def _name(text: str, parts: list[tuple[int, int]]) -> Iterator[Value]:
    """Family, given and further names in one span, so that one mark replaces the person."""
    while parts and text[parts[-1][0] : parts[-1][1]].strip('" ') == "":
        parts = parts[:-1]
    if any(identifies("name", text[low:high]) for low, high in parts):
        yield parts[0][0], parts[-1][1], "name"


def _telecom(text: str, parts: list[tuple[int, int]]) -> Iterator[Value]:
    fax = len(parts) > 2 and text[slice(*parts[2])] in ("FX", "FAX")
    whole = text[parts[0][0] : parts[-1][1]]
    for low, high in parts[:4]:
        value = text[low:high]
        if "@" in value:
            yield low, high, "email"
        elif identifies("phone", value):
            yield low, high, "fax" if fax else "phone"
    if len(parts) > 6 and identifies("phone", whole):
        yield parts[5][0], parts[6][1], "fax" if fax else "phone"


def _segments(kind: str) -> tuple[str, ...]:
    """Openings of the segments that may hold a kind."""
    forms = {
        "mrn": ("CX",), "ssn": ("CX",), "license": ("CX",), "account": ("CX",), "encounter": ("CX",), "passport": ("CX",), "dea": ("CX",),
        "mbi": ("CX",), "health_plan": ("CX",), "other_id": ("CX",), "npi": ("CX", "XCN", "NDL"), "name": ("XPN", "XCN", "NDL"), "address": ("XAD",),
        "location": ("XAD",), "zip": ("XAD",), "phone": ("XTN",), "fax": ("XTN",), "email": ("XTN",), "date": ("NDL",), "facility": ("XON",),
    }.get(kind, ())  # fmt: skip
    return tuple(
        rf"{name}\|"
        for name, fields in FIELDS.items()
        if name == "OBX" or not {kind, *forms}.isdisjoint(fields.values())
    )


_PLAIN = "OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL|12-16|N|||F\rDG1|1||E11.65^Type 2 diabetes^I10"
_CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mrn": (
        ("PID|1|«A-771»|«61769563»^^^HOSP^MR~«8841»^^^LAB^PI|«0042»||DOE^JANE", "MRG|«61769563»", "x\\rPID|1||«123456»", "PID|1||«123-45»\\nPV1|1"),
        ("PID|1||[MRN]^^^HOSP^MR", "PID|1||\"\"", "RAPID|1||61769563", _PLAIN),
    ),
    "name": (
        (
            "PID|1||1||«DOE^JANE^Q»^JR||19600805",
            "PID|||||«HADDAD^JI-WOO»~«PATEL^ANN»|«LUNDQVIST»",
            "NK1|1|«O'NEIL^ROSE»|MTH",
            "PV1|1|I|2000^2012^01||||004777^«OKAFOR^ADA^M»|«OSEI»",
            "OBR|1|||||||||||||||2000^«KIM^SORA»\\rOBX|1",
            "IN1|1|PPO|60054|AETNA||||||||||||«MARCH^MAY»",
            "OBR|1|||||||||||||||||||||||||||||||2000&«DOE&JANE»^202605111200",
        ),
        ("PID|1||||[NAME]^[NAME]", "PID|1||||\"\"^\"\"", "PID|1||||^^^^", _PLAIN),
    ),
    "date": (
        ("PID|1||||||«19600805»|F", "EVN|A01|«202605111200-0500»", "MSH|^~\\&|ADT|A|LAB|B|«20260511143005»||ADT^A01", "OBX|1|DT|X^Y||«20260511»", "PID|||||||«196008»", "IN1|1|PPO|60054|X||||G1|||||||D^L|SELF|«19610417»|"),
        ("PID|1||||||1960|F", _PLAIN),
    ),
    "address": (("PID|1||||||||||«98 BIRCHWOOD DR»^«UNIT A»^X^CT", "GT1|1||||«Ringvej 177»^^X"), ("PID|1||||||||||^^X^CT", _PLAIN)),
    "location": (("PID|1||||||||||^^«QAQORTOQ»^CT^1^US", "PID|1||||||||||||||||||||||«Ittoqqortoormiit»"), ("PID|1||||||||||^^^CT^^US", _PLAIN)),
    "zip": (("PID|1||||||||||^^^CT^«06113»", "NK1|1|||^^^CT^«06113-1234»"), ("PID|1||||||||||^^^CT^061", _PLAIN)),
    "phone": (
        ("PID|1||||||||||||«447-684-4278»^PRN^PH|«+1 617 494 2939»", "PID|1||||||||||||^PRN^PH^^1^«617^4942939»", "NK1|1||||«4476844278»"),
        ("PID|1||||||||||||^PRN^PH", _PLAIN),
    ),
    "fax": (("PRD|RP||||«447-684-4278»^WPN^FX",), (_PLAIN,)),
    "email": (("PID|1||||||||||||^NET^Internet^«jane@example.org»",), (_PLAIN,)),
    "account": (("PID|1|||||||||||||||||«7958974314»^^^HOSP", "GT1|1|«G-5521»"), ("PID|1|||||||||||||||||\"\"", _PLAIN)),
    "ssn": (("PID|1||||||||||||||||||«691891038»", "PID|1||«691-89-1038»^^^SSA^SS", "GT1|1|||||||||||«691891038»"), ("PID|1||||||||||||||||||XXX-XX-XXXX", _PLAIN)),
    "license": (("PID|1|||||||||||||||||||«S1234567»^CT", "PID|1||«S1234567»^^^CT^DL"), (_PLAIN,)),
    "encounter": (("PV1|1|I|||||||||||||||||«V0012345»^^^HOSP^VN", "PV1|1|O||||||||||||||||«508817204»", "SCH|«A-5591»|«88213»"), ("PV1|1|I|2000^2012^01", "PV1|1|O||||||||||||||||20331", _PLAIN)),
    "accession": (("OBR|1|«7374»|«S47-28693»^LAB|24331-1^LIPID PANEL", "ORC|RE|«PO-7741»|«FO-9921»", "SPM|1|«26-0042»&LAB"), ("OBR|1|||24331-1^LIPID PANEL^LN", _PLAIN)),
    "health_plan": (("IN1|1|PPO|60054|AETNA||||«GRP-88123»", "IN2||||||«1EG4TE5MK73»", "PID|1||«J27638522»^^^AETNA^MB"), ("IN1|1|PPO|60054|AETNA", _PLAIN)),
    "mbi": (("PID|1||«1EG4-TE5-MK73»^^^CMS^MC",), (_PLAIN,)),
    "npi": (("PV1|1|I|||||«2451173290»^OKAFOR^ADA", "OBR|1|||||||||||||||«004777»^KIM^SORA"), ("PV1|1|I||||||", _PLAIN)),
    "dea": (("STF|1|«MH0027462»^^^^DEA",), (_PLAIN,)),
    "passport": (("PID|1||«C01234567»^^^USA^PPN",), (_PLAIN,)),
    "prescription": (("RXE|1|2|3|4|5|6|7|8|9|10|11|12|||«7712345»",), (_PLAIN,)),
    "claim": (("FT1|1|«TX-88213»",), (_PLAIN,)),
    "device": (("OBX|1|NM|2339-0^Glucose||90|mg/dL||||||||||||«AX-2291»^ACME",), (_PLAIN,)),
    "facility": (("PD1|||«LAKESIDE FAMILY CLINIC»^L", "MSH|^~\\&|ADT|«ST OLAF HOSPITAL»|LAB|MAIN"), ("MSH|^~\\&|ADT|HOSP|LAB|MAIN", _PLAIN)),
    "other_id": (("GT1|1||||||||||||||||||«E-55213»", "RF1||||||«REF-2291»"), (_PLAIN,)),
}  # fmt: skip

_KEPT = Kept(opened_by(_OPENING), read)
RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.hl7-field",
        kind=kind,
        source="HL7 v2.5.1, chapters 2 to 15: definitions of the segments; table 0203 for types of identifiers",
        triggers=_segments(kind),
        spans=_KEPT.of(kind),
        positives=positives,
        negatives=negatives,
        # One character before the opening, and the literal `\n` of a message inside a string.
        before=8,
        after=0,
        reads_on=to_any_end,
        rank=4,
    )
    for kind, (positives, negatives) in _CASES.items()
)
