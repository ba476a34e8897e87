"""Lines that begin with a tag: DICOM dumps, vCard and iCalendar, NCPDP claims, heads of e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zt_ai.egress.detect.records.memo import Kept, Value, opened_by, to_any_end
from zt_ai.egress.detect.records.values import identifies
from zt_ai.egress.detect.rule import Rule

DICOM: Mapping[str, str] = {
    "0008,0012": "date", "0008,0020": "date", "0008,0021": "date", "0008,0022": "date", "0008,0023": "date", "0008,002a": "date", "0008,0050": "accession",
    "0008,0018": "other_id", "0020,000d": "other_id", "0020,000e": "other_id", "0020,0052": "other_id", "0020,0010": "accession", "0008,0080": "facility",
    "0008,0081": "address", "0008,0090": "name", "0008,0092": "address", "0008,0094": "phone", "0008,009c": "name", "0008,1048": "name", "0008,1050": "name",
    "0008,1060": "name", "0008,1070": "name", "0010,0010": "name", "0010,0020": "mrn", "0010,0030": "date", "0010,1000": "mrn", "0010,1001": "name",
    "0010,1005": "name", "0010,1010": "age", "0010,1040": "address", "0010,1060": "name", "0010,1090": "mrn", "0010,2154": "phone", "0010,2297": "name",
    "0010,2203": "", "0018,1000": "device", "0018,1002": "device", "0032,1032": "name", "0038,0010": "encounter", "0038,0020": "date", "0038,0030": "date",
    "0040,0002": "date", "0040,0006": "name", "0040,0244": "date", "0040,1001": "accession", "0040,2016": "accession", "0040,2017": "accession",
    "0040,a123": "name", "0040,a075": "name", "0070,0084": "name",
}  # fmt: skip
"""DICOM PS3.6, chapter 6, and PS3.15, table E.1-1 (attributes that de-identification treats): tag → kind."""
NCPDP: Mapping[str, str] = {
    "201-B1": "npi", "301-C1": "health_plan", "302-C2": "health_plan", "304-C4": "date", "310-CA": "name", "311-CB": "name", "312-CC": "name",
    "313-CD": "name", "314-CE": "health_plan", "322-CM": "address", "323-CN": "location", "325-CP": "zip", "326-CQ": "phone", "332-CY": "mrn", "350-HN": "email", "364-2J": "name",
    "365-2K": "address", "366-2M": "location", "368-2P": "zip", "401-D1": "date", "402-D2": "prescription", "411-DB": "npi", "414-DE": "date", "427-DR": "name",
    "435-DZ": "claim", "444-E9": "npi", "498-PM": "phone", "990-MG": "health_plan",
}  # fmt: skip
"""NCPDP Telecommunication Standard D.0, data dictionary: field → kind. In a transmission only the last two characters stand."""
_SHORT = {name[4:]: kind for name, kind in NCPDP.items()}
VCARD: Mapping[str, str] = {
    "FN": "name", "N": "name", "NICKNAME": "name", "BDAY": "date", "ANNIVERSARY": "date", "TEL": "phone", "EMAIL": "email", "ADR": "address", "LABEL": "address", "GEO": "coordinates",
    "URL": "url", "UID": "other_id", "DTSTART": "date", "DTEND": "date", "DTSTAMP": "date", "CREATED": "date", "LAST-MODIFIED": "date", "DUE": "date",
    "RECURRENCE-ID": "date", "ORGANIZER": "name", "ATTENDEE": "name", "LOCATION": "address",
}  # fmt: skip
"""RFC 6350, 6 (vCard); RFC 5545, 3.8 (iCalendar): property → kind."""

_DICOM = r"\(?(?P<tag>[0-9A-Fa-f]{4}, ?[0-9A-Fa-f]{4})\)?[ \t]{1,4}(?:(?P<vr>[A-Z]{2})[ \t]{1,4})?(?P<rest>[^\r\n\x01]{1,300})"
_NCPDP = r"(?<![0-9A-Za-z-])(?P<field>[0-9]{3}-[0-9A-Z]{2})(?P<gap>[ \t]{0,3}[:=|,][ \t]{0,3}\"?|[ \t]{1,3}\([^()\n]{1,40}\)[ \t]{0,3}[:=|][ \t]{0,3})(?P<filled>[^\r\n\x01|,;\"]{1,100})"
_SHORTER = r"\x1c(?P<short>[0-9A-Z]{2})(?P<taken>[^\x1c-\x1e\r\n\x01]{1,100})"
_VCARD = (
    rf"(?:(?<=[\n\r])|(?<=\\n)|(?<=\\r)|(?<![\s\S]))(?:item[0-9]\.)?(?P<property>{'|'.join(VCARD)})(?P<parameters>(?:;[A-Za-z0-9-]{{1,20}}=(?:\"[^\"\n]{{0,80}}\"|[^\";:\n]{{0,80}})"
    r"|;[A-Za-z0-9-]{1,20}){0,6}):(?P<content>(?:[^\r\n\x01\\]|\\(?!r?\\?n[A-Z]|r\\n)){1,300})"
)
_MAIL = r"(?:(?<=[\n\r])|(?<=\\n)|(?<![\s\S])|(?<=> )|(?<=\x01\n))(?P<head>(?i:from|to|cc|bcc|reply-to|sender|delivered-to)):[ \t]{1,4}(?P<people>[^\r\n\x01\\]{2,400})"
_OPENING = re.compile("|".join((_DICOM, _NCPDP, _SHORTER, _VCARD, _MAIL)))
_BRACKETED = re.compile(
    r"[ \t#]{0,4}\[([^\[\]]{0,200})\]|[^:\"\[\]]{0,60}[:=] ?['\"]([^'\"]{1,120})['\"]|[A-Za-z' ]{3,40}: ([^'\"\[\]]{1,120}?)(?=\s*$)"
)
_PERSON = re.compile(r"(?<=[,;:])[ \t]{0,3}\"?(?P<who>[^\W\d_][^<>@\"\n]{1,60}?)\"?[ \t]{0,3}<[^<>\s]{1,120}>")
_CN = re.compile(r";CN=\"?([^\";:]{2,80})")


def read(text: str, at: int) -> tuple[list[Value], int]:
    """Values of a tagged line, and where they end."""
    match = _OPENING.match(text, at)
    if match is None:
        return [], at + 1
    return list(_values(match)), match.end()


def _values(match: re.Match[str]) -> Iterator[Value]:
    text = match.string
    if match["tag"]:
        kind = DICOM.get(match["tag"].lower().replace(" ", ""))
        inner = _BRACKETED.match(text, match.start("rest"), match.end("rest"))
        if kind and inner:
            low, high = inner.span(1 if inner[1] is not None else 2 if inner[2] else 3)
            yield from _whole(text, low, high, kind)
    elif match["field"]:
        yield from _whole(text, *match.span("filled"), NCPDP.get(match["field"]))
    elif match["short"]:
        yield from _whole(text, *match.span("taken"), _SHORT.get(match["short"]))
    elif match["property"]:
        yield from _property(match)
    else:
        for person in _PERSON.finditer(text, match.end("head") + 1, match.end("people")):
            yield from _whole(text, *person.span("who"), "name")


def _whole(text: str, low: int, high: int, kind: str | None) -> Iterator[Value]:
    while high > low and text[high - 1] in " \t\x00\"'":
        high -= 1
    while low < high and text[low] in " \t\"'":
        low += 1
    value = text[low:high]
    if kind == "age":
        # DICOM AS: 093Y
        years = re.fullmatch(r"0?([0-9]{2,3})Y", value)
        if years and int(years[1]) > 89:
            yield low, high, "age"
    elif kind and identifies(kind, value):
        yield low, high, kind


def _property(match: re.Match[str]) -> Iterator[Value]:
    text, kind = match.string, VCARD[match["property"]]
    low, high = match.span("content")
    for name in _CN.finditer(text, *match.span("parameters")):
        yield from _whole(text, *name.span(1), "name")
    if match["property"] in ("ORGANIZER", "ATTENDEE"):
        if text.startswith("mailto:", low):
            yield from _whole(text, low + 7, high, "email")
    elif match["property"] == "ADR":
        # Post box; extension; street; city; region; postal code; country.
        at = low
        for part, told in zip(
            match["content"].split(";"), ("address", "address", "address", "location", None, "zip", None), strict=False
        ):
            yield from _whole(text, at, at + len(part), told)
            at += len(part) + 1
    elif match["property"] == "GEO":
        yield from (
            (low, high, "coordinates") for found in (re.search(r"[0-9]\.[0-9]{2,}[,;]", match["content"]),) if found
        )
    elif match["property"] == "N":
        content = match["content"].rstrip(";")
        if ";" in match["content"]:
            yield from _whole(text, low, low + len(content), "name")
    elif match["property"] == "TEL" and text.startswith("tel:", low):
        yield from _whole(text, low + 4, high, "phone")
    else:
        yield from _whole(text, low, high, "fax" if kind == "phone" and "fax" in match["parameters"].lower() else kind)


_PLAIN = "(0008,0060) CS [CT]                                      #   2, 1 Modality\n(0028,0010) US 512\nBEGIN:VCARD\nVERSION:4.0"
_CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "name": (
        (
            "(0010,0010) PN [«DOE^JANE»]                 #   8, 1 PatientName", "(0010, 0010) Patient's Name                      PN: '«Żółć^Ada»'", "0008,0090  Referring Physician's Name: «OKAFOR^ADA»",
            "BEGIN:VCARD\nFN:«Jo Haddad»\nN:«Haddad;Jo»;;;", "ATTENDEE;CN=«Rose O'Neil»;RSVP=TRUE:mailto:x", "From: «Okáfor Q» <x@y.example>\nTo: \"«Doe, J»\" <j@y.example>, «Wu Li» <w@y.example>",
            "310-CA=«JIWOO»|311-CB=«HADDAD»",
        ),
        ("From: <x@y.example>", "To: billing", "N:1", "(0010,0010) PN []", _PLAIN),
    ),
    "mrn": (("(0010,0020) LO [«61769563»]", "332-CY: «P00771»"), ("(0010,0020) LO [ANONYMIZED]", _PLAIN)),
    "date": (("(0010,0030) DA [«19600805»]", "BDAY:«1960-08-05»", "DTSTART;TZID=America/New_York:«20260511T083000»", "\x1cC4«19600805»\x1cC51"), ("(0010,0030) DA [1960]", "BDAY:1960", _PLAIN)),
    "accession": (("(0008,0050) SH [«S47-28693»]",), (_PLAIN,)),
    "age": (("(0010,1010) AS [«093Y»]",), ("(0010,1010) AS [064Y]", _PLAIN)),
    "address": (("(0010,1040) LO [«98 Birch Drive»]", "ADR;TYPE=home:;«Unit A»;«98 Birch Dr»;X;CT;1;US", "322-CM=«5220 Ringvej»"), (_PLAIN,)),
    "location": (("ADR:;;;«Qaqortoq»;CT;;US", "323-CN: «Qaqortoq»"), (_PLAIN,)),
    "zip": (("ADR:;;;;CT;«06113»;US", "325-CP=«061131234»"), (_PLAIN,)),
    "facility": (("(0008,0080) LO [«Lakeside»]",), (_PLAIN,)),
    "phone": (("(0010,2154) SH [«4476844278»]", "TEL;TYPE=cell:«4476844278»", "TEL;VALUE=uri:tel:«+1-447-684-4278»"), (_PLAIN,)),
    "fax": (("TEL;TYPE=work,fax:«4476844278»",), (_PLAIN,)),
    "email": (("EMAIL;TYPE=home:«rose@intra»",), (_PLAIN,)),
    "encounter": (("(0038,0010) LO [«V-7721»]",), (_PLAIN,)),
    "device": (("(0018,1000) LO [«AX-2291»]",), (_PLAIN,)),
    "other_id": (("(0020,000d) UI [«1.2.840.113619.2.55.3»]", "UID:«4fbe8971-0bc3»"), (_PLAIN,)),
    "health_plan": (("302-C2=«987654321»", "\x1cC2«987654321»\x1e"), ("302-C2=", _PLAIN)),
    "prescription": (("402-D2: «7712345»",), (_PLAIN,)),
    "npi": (("411-DB=«2451173290»",), (_PLAIN,)),
    "claim": (("435-DZ=«WC-77123»",), (_PLAIN,)),
    "url": (("URL:«https://lakeside.example/p/1»",), (_PLAIN,)),
    "coordinates": (("GEO:«geo:41.763,-72.685»",), (_PLAIN,)),
}  # fmt: skip


def _triggers(kind: str) -> tuple[str, ...]:
    mail = (r"(?i)(?:^|[\n> ]|\\n)(?:from|to|b?cc|reply-to|sender): [^\n<]{1,80}<",) if kind == "name" else ()
    dicom = tuple(
        rf"{tag[:4]}, ?{tag[5:7]}{''.join(f'[{c}{c.upper()}]' if c.isalpha() else c for c in tag[7:])}"
        for tag, told in DICOM.items()
        if told == kind
    )
    short = tuple(rf"\x1c{name}" for name, told in _SHORT.items() if told == kind)
    more = {"email": ("ORGANIZER", "ATTENDEE"), "location": ("ADR",), "zip": ("ADR",), "fax": ("TEL",)}.get(kind, ())
    cards = tuple(rf"(?:^|[\n\r]|\\[nr]|\.){name}[:;]" for name, told in VCARD.items() if told == kind or name in more)
    return (*mail, *dicom, *short, *cards, *(rf"{name}[ \t:=|,]" for name, told in NCPDP.items() if told == kind))


_KEPT = Kept(opened_by(_OPENING), read)
RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.tagged-line",
        kind=kind,
        source="DICOM PS3.6 and PS3.15, E.1; RFC 6350 and 5545; NCPDP Telecommunication D.0; RFC 5322, 3.6",
        triggers=_triggers(kind),
        spans=_KEPT.of(kind),
        positives=positives,
        negatives=negatives,
        before=100,
        after=400,
        reads_on=to_any_end,
        rank=3,
    )
    for kind, (positives, negatives) in _CASES.items()
)
