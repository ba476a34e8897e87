"""XML: C-CDA and FHIR elements, and any element whose name says what it holds, as a column's name would."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zt_ai.egress.detect.records.headers import kind_of
from zt_ai.egress.detect.records.memo import Kept, Value, opened_by, to_any_end
from zt_ai.egress.detect.records.values import identifies
from zt_ai.egress.detect.rule import Rule

_NAME = r"(?:[A-Za-z][\w-]{0,11}:)?([A-Za-z][\w.-]{1,39})"
_OPENING = re.compile(rf"<{_NAME}(?=[\s/>])")
_ELEMENT = re.compile(
    rf"<{_NAME}((?:\s{{1,9}}[\w:.-]{{1,40}}\s?=\s?\\?(?:\"[^\"<]{{0,200}}\"|'[^'<]{{0,200}}')){{0,8}})\s?(?:/>|>(?:<!\[CDATA\[)?\s{{0,40}}([^<>]{{0,300}}?)\s{{0,40}}(?:\]\]>)?(?=</|$|(<)))"
)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s?=\s?\\?[\"'](?:(?:tel|mailto|fax):)?([^\"'<>\\]{1,200})\\?[\"']")
_ROOTS = {
    "2.16.840.1.113883.4.1": "ssn",
    "2.16.840.1.113883.4.6": "npi",
    "2.16.840.1.113883.4.927": "mbi",
    "2.16.840.1.113883.4.572": "mbi",
    "2.16.840.1.113883.4.814": "dea",
}
"""HL7 OID registry: root of an instance identifier → kind."""
_ELEMENTS = {
    "given": "name", "family": "name", "birthtime": "date", "effectivetime": "date", "low": "date", "high": "date", "center": "date", "time": "date", "deceasedtime": "date",
    "streetaddressline": "address", "line": "address", "housenumber": "address", "streetname": "address", "additionallocator": "address", "city": "location", "county": "location",
    "precinct": "location", "postalcode": "zip", "birthdate": "date", "deceaseddatetime": "date", "authoredon": "date", "recorded": "date", "issued": "date",
}  # fmt: skip
"""CDA R2, data types EN, AD, TS and IVL_TS; FHIR R4 XML. Lower case."""
# Names in their own markup that are no persons.
_NOT = frozenset(
    "name id time low high address value code title key location start end author contact line reference provider user member owner from to".split()
)


def read(text: str, at: int) -> tuple[list[Value], int]:
    """Values of an element without elements in it, and where its content ends."""
    element = _ELEMENT.match(text, at)
    if element is None:
        return [], at + 1
    found: list[Value] = []
    name = element[1].lower()
    base = element.start(2)
    attributes = {
        pair[1].lower(): (base + pair.start(2), base + pair.end(2)) for pair in _ATTRIBUTE.finditer(element[2])
    }
    kind = _ELEMENTS.get(name)
    if kind is None and name not in _NOT:
        told = kind_of(element[1])
        kind = told[0] if told and told[1] else None
    if name in ("id", "identifier", "setid") and "extension" in attributes:
        low, high = attributes["extension"]
        root = text[slice(*attributes["root"])] if "root" in attributes else ""
        kind = _ROOTS.get(root, "record")
        if identifies(kind, text[low:high]):
            found.append((low, high, kind))
    elif name == "telecom" and "value" in attributes:
        low, high = attributes["value"]
        value = text[low:high]
        kind = (
            "email"
            if "@" in value
            else "url"
            if value.startswith("http")
            else "fax"
            if text[low - 4 : low] == "fax:"
            else "phone"
        )
        if identifies(kind, value):
            found.append((low, high, kind))
    elif kind:
        spans = [attributes[key] for key in ("value", "extension") if key in attributes]
        if element[3] and not _in_code(text, element):
            spans.append(element.span(3))
        found.extend((low, high, kind) for low, high in spans if identifies(kind, text[low:high]))
    elif (
        name == "name"
        and element[3]
        and re.fullmatch(r"(?:[^\W\d_][\w.'\u2019-]*,? ?){2,5}", element[3])
        and _person_before(text, at)
    ):
        found.append((*element.span(3), "name"))
    return found, element.end(2)


def _in_code(text: str, element: re.Match[str]) -> bool:
    """Whether what looks like an element is a placeholder in a text, `"<GIVEN>", "<FAMILY>"` or `<NAME> was seen`:
    nothing closes it, and what follows is a quote, a mark, or a blank and a sentence."""
    low, high = element.span(3)
    return not _CLOSED.match(text, high) and bool(_AFTER_PLACEHOLDER.match(text, low) or text[low - 1] == " ")


_CLOSED = re.compile(r"\s{0,40}(?:\]\]>)?</")
_AFTER_PLACEHOLDER = re.compile(r"[\"'`\\,;:.)\]}|*~^]")


def _person_before(text: str, at: int) -> bool:
    """Whether a plain `<name>` stands in an element for a person."""
    return bool(
        re.search(
            r"<(?:\w{1,12}:)?(?i:assignedPerson|patient|associatedPerson|guardianPerson|informationRecipient|relatedPerson|subject|playingEntity|person)\b[^<>]{0,80}>\s{0,40}$",
            text[max(at - 160, 0) : at],
        )
    )


_HOLDING = r"(?:[a-z][a-z0-9-]{0,11}:)?"
_PLAIN = '<observation><code code="718-7" displayName="Hemoglobin"/><value xsi:type="PQ" value="13.5" unit="g/dL"/></observation>'
_PAGE = "<html><head><title>Sepsis</title></head><body><a href='/x'>Home</a><address></address></body></html>"
_CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "name": (
        ("given", "family", "name", "[a-z_.-]{1,30}name", "surname"),
        ("<given>«Aaron»</given><family>«Hutton»</family>", "<LastName>«Doe»</LastName>", '<family value="«Żółć»"/>', "<cda:given qualifier='CL'>«Jo»</cda:given>", "<patient_name>«o'neil, rose»</patient_name>",
         "<assignedPerson><name>«Ada Okafor»</name>"),
        ("<given/>", "<name>Sepsis Bundle</name>", "<given>UNKNOWN</given>", "<fileName>report</fileName>", 'x = ["<GIVEN>", "<FAMILY>"]', "<LAST_NAME> came with <FIRST_NAME> today", _PLAIN, _PAGE),
    ),
    "date": (
        ("[a-z_.-]{0,30}time", "[a-z_.-]{0,30}date", "low", "high", "center", "dob", "authoredOn", "issued", "recorded", "dateOfBirth"),
        ('<birthTime value="«19600805»"/>', '<low value="«202603141022-0500»"/>', "<DOB>«1960-08-05»</DOB>", '<birthDate value=\\"«1960-08-05»\\"/>', "<admitDate>\n  «5/11/2026»\n</admitDate>"),
        ('<low value="4.5"/>', '<effectiveTime value="1960"/>', "<time>10:30</time>", _PLAIN),
    ),
    "address": (("streetAddressLine", "line", "street[a-z0-9_]{0,12}", "[a-z_]{0,12}address[a-z0-9_]{0,8}", "houseNumber"), ("<streetAddressLine>«92 County Line Court»</streetAddressLine>", '<line value="«5220 Ringvej»"/>', "<Street1>«Ringvej 177»</Street1>"), ("<addr></addr>", _PAGE)),
    "location": (("[a-z_]{0,12}city", "county", "precinct", "town"), ("<city>«Qaqortoq»</city>", "<county>«Ostrobothnia»</county>", "<HomeCity>«Ii»</HomeCity>"), ("<cite>Zorpotoq</cite>", "<city/>")),
    "zip": (("postal_?code", "zip[a-z]{0,5}", "[a-z_]{1,12}zip"), ("<postalCode>«06113»</postalCode>", "<zip>«6113»</zip>"), ("<code>06113</code>", "<zip>061</zip>")),
    "phone": (("telecom", "[a-z_]{0,12}phone[a-z_]{0,8}", "mobile"), ('<telecom value="tel:«4476844278»"/>', "<HomePhone>«447 684 4278»</HomePhone>"), ("<phone>none</phone>",)),
    "fax": (("telecom", "fax[a-z_]{0,8}"), ('<telecom use="WP" value="fax:«4476844278»"/>', "<fax>«4476844278»</fax>"), ("<fax/>",)),
    "email": (("telecom", "e?mail[a-z_]{0,8}"), ('<telecom value="mailto:«rose@intra»"/>', "<email>«rose@intra»</email>"), ("<email/>",)),
    "record": (("id", "identifier", "setId"), ('<id root="2.16.840.1.113883.19.5" extension="«998991»"/>', "<id extension='«A-771»' root='1.2.3'/>"), ('<templateId root="2.16.840" extension="2015-08-01"/>', '<id root="1.2.3"/>')),
    "ssn": (("id", "ssn"), ('<id root="2.16.840.1.113883.4.1" extension="«245514804»"/>', "<SSN>«245514804»</SSN>"), ('<id extension="12"/>', _PLAIN)),
    "npi": (("id", "[a-z_]{0,12}npi"), ('<id extension="«2451173290»" root="2.16.840.1.113883.4.6"/>', "<providerNpi>«2451173290»</providerNpi>"), (_PLAIN,)),
    "mbi": (("id", "mbi"), ('<id root="2.16.840.1.113883.4.927" extension="«1EG4TE5MK73»"/>',), (_PLAIN,)),
    "dea": (("id", "dea[a-z_]{0,8}"), ('<id root="2.16.840.1.113883.4.814" extension="«MH0027462»"/>',), (_PLAIN,)),
    "mrn": (("[a-z_]{0,12}mrn", "patient[a-z_]{1,12}", "medical_?record[a-z_]{0,8}"), ("<MRN>«8841022»</MRN>", "<PatientID>«P-771»</PatientID>"), ("<patient>8841022</patient>", "re.sub(r'[0-9]{8}', '<MRN>', note)  # 84 s", 'assert mask("x") == "<MRN>"; assert len(x) == 12')),
    "health_plan": (("(?:member|subscriber|policy|insured|medicaid)[a-z_]{1,10}",), ("<MemberID>«J27638522»</MemberID>",), ("<member>J27638522</member>",)),
    "account": (("[a-z_]{0,12}account[a-z_]{0,10}", "acct[a-z_]{0,8}"), ("<AccountNumber>«671-9836»</AccountNumber>",), ("<count>671-9836</count>",)),
    "claim": (("claim[a-z_]{1,10}",), ("<ClaimNumber>«CLM-2925»</ClaimNumber>",), ("<claim>2925</claim>x",)),
    "accession": (("accession[a-z_]{0,10}",), ("<AccessionNumber>«S58-26937»</AccessionNumber>",), (_PLAIN,)),
    "encounter": (("(?:encounter|visit)[a-z_]{1,10}", "csn"), ("<VisitNumber>«1002233»</VisitNumber>",), (_PLAIN,)),
    "prescription": (("(?:rx|prescription)[a-z_]{1,10}",), ("<RxNumber>«7712345»</RxNumber>",), (_PLAIN,)),
    "license": (("[a-z_]{0,12}licen[cs]e[a-z_]{1,10}",), ("<LicenseNumber>«D1234567»</LicenseNumber>",), ("<license>MIT</license>",)),
    "device": (("serial[a-z_]{0,10}", "device[a-z_]{1,10}"), ("<serialNumber>«AX-2291»</serialNumber>",), (_PLAIN,)),
    "facility": (("facility[a-z_]{0,10}", "hospital[a-z_]{0,10}"), ("<FacilityName>«Lakeside»</FacilityName>",), (_PLAIN,)),
    "age": (("[a-z_]{0,12}age",), ("<age>«93»</age>",), ("<age>45</age>", "<page>93</page>")),
}  # fmt: skip

_KEPT = Kept(opened_by(_OPENING), read)
RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.xml-element",
        kind=kind,
        source="HL7 CDA R2, 4.2 and data types AD, EN, II, TEL and TS; FHIR R4, 2.6.1 (XML); the name of an element says what it holds",
        triggers=tuple(rf"(?i)<{_HOLDING}{name}[\s>]" for name in names),
        spans=_KEPT.of(kind),
        positives=positives,
        negatives=negatives,
        before=60,
        after=0,
        reads_on=to_any_end,
        rank=4,
    )
    for kind, (names, positives, negatives) in _CASES.items()
)
