"""Identifiers that a column, a field or a resource names: tables, HL7 v2, X12, FHIR, SQL."""

from __future__ import annotations


from zt_ai.egress.detect import fields, messages
from zt_ai.egress.detect.context import IDENTIFIER, at_least, each
from zt_ai.egress.detect.rule import Rule, matching

# For each kind a header, a row and the same with nothing to find.
_TABLES: dict[str, tuple[str, str]] = {
    "mrn": ("mrn,unit\n«8441665»,ICU\n«641-31-351»,ED", "mrn,unit\nnone,ICU"),
    "name": ("| Patient | Room |\n| --- | --- |\n| «Halina Zielinska» | 12 |", "| Test | Room |\n| --- | --- |\n| Glucose | 12 |"),
    "date": ("unit;dob;cpt\nA;«19600805»;99213", "unit;dose;cpt\nA;19600805;99213"),
    "ssn": ("ssn\tunit\n«691891038»\tICU", "sn\tunit\n691891038\tICU"),
    "phone": ("unit,phone\nICU,«4476844278»", "unit,telemetry\nICU,4476844278"),
    "fax": ("unit,fax\nICU,«4476844278»", "unit,faxes\nICU,4476844278"),
    "address": ("unit,address\nICU,«Ringvej 177»", "unit,addressed\nICU,Ringvej 177"),
    "location": ("city,state\n«Qaqortoq»,NY", "capacity,state\nfull,NY"),
    "zip": ("state,zip\nNY,«06169»", "unit,zipped\nICU,06169"),
    "health_plan": ("member_id;npi\n«J27638522»;1", "member;npi\nJ27638522;1"),
    "claim": ("claim_id;cpt\n«CLM-29253421»;99213", "claimant;cpt\nCLM-29253421;99213"),
    "npi": ("npi;cpt\n«2451173290»;99213", "npo;cpt\n2451173290;99213"),
    "dea": ("dea,unit\n«MH0027462»,A", "idea,unit\nMH0027463,A"),
    "account": ("account,unit\n«671-9836»,A", "count,unit\n671-9836,A"),
    "accession": ("Accession\tPotassium\n«S58-26937»\t5.7", "Accessible\tPotassium\nS58-26937\t5.7"),
    "encounter": ("csn,unit\n«1002233»,A", "cs,unit\n1002233,A"),
    "prescription": ("rx_no,drug\n«7712345»,metformin", "rx,drug\n7712345,metformin"),
    "license": ("license_no,unit\n«D1234567»,A", "licensed,unit\nD1234567,A"),
    "device": ("serial,unit\n«AX-2291»,A", "serially,unit\nAX-2291,A"),
    "study_subject": ("subject_id,arm\n«1001-042»,B", "subject,arm\n1001-042,B"),
}
_PID = "PID|1||{mrn}^^^HOSP^MR||{name}||{date}|F|||{address}^^{location}^CT^{zip}||{phone}|||S||{account}|{ssn}"
_PLAIN = {
    "mrn": "61769563", "name": "RODRIGUEZ^CHIDI^A", "date": "19340706", "address": "98 BIRCHWOOD DRIVE", "location": "HARTFORD", "zip": "06113",
    "phone": "4476844278", "account": "7958974314", "ssn": "691891038",
}  # fmt: skip
_OTHERS = {
    "accession": "OBR|1|«7374»|«S47-28693»|24331-1^LIPID PANEL",
    "encounter": "PV1|1|I|2000^2012^01||||||||||||||||«V0012345»",
    "health_plan": "IN1|1|PPO|60054|AETNA||||«GRP-88123»",
    "license": "PID|1|||||||||||||||||||«S1234567»^CT",
}
_RESOURCE = r"(?:subject|patient|beneficiary|subscriber|policyHolder|practitioner|performer|author|requester|individual|actor|recorder|asserter|participant|payor|recipient|agent|who)"

RULES: tuple[Rule, ...] = (
    *(
        Rule(
            id=f"{kind}.column",
            kind=kind,
            source="RFC 4180, 2 for tables; the name of the column says what the value is",
            triggers=fields.triggers(kind),
            spans=fields.table(kind),
            before=2,
            after=0,
            rank=2,
            positives=(cases[0],),
            negatives=(cases[1],),
        )
        for kind, cases in _TABLES.items()
    ),
    *(
        Rule(
            id=f"{kind}.segment",
            kind=kind,
            source="HL7 v2.5.1, chapters 2, 3, 4, 6 and 7: fields of segments",
            triggers=messages.TRIGGERS,
            spans=messages.segments(kind),
            before=5,
            after=1,
            rank=3,
            positives=(_PID.format(**{**_PLAIN, kind: f"«{_PLAIN[kind]}»"}) if kind in _PLAIN else _OTHERS[kind],),
            negatives=("OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL",),
        )
        for kind in (*_PLAIN, *_OTHERS)
    ),
    Rule(
        id="mrn.fhir-identifier",
        kind="mrn",
        source="FHIR R4, 2.24.0.2 Identifier: the value of an identifier, as JSON or as keys and values on lines",
        triggers=(r"(?is)identifier.{1,220}[^a-z]value[^0-9a-z]{1,6}[0-9a-z]",),
        spans=matching(
            rf"(?i:identifier)[^0-9A-Za-z]{{1,12}}(?:[^\n]|\n){{0,200}}?(?<![A-Za-z])value[^0-9A-Za-z]{{1,6}}(?P<v>(?!urn:|http)(?=[A-Za-z-]{{0,8}}[0-9]){IDENTIFIER})",
            at_least(4),
        ),
        before=280,
        after=40,
        rank=1,
        positives=('"identifier":[{"system":"urn:oid:1.2.36.146","value":"«42985749»"}]', "identifier\nsystem\nurn:oid:1.2.36\nvalue\n«199-99-745»"),
        negatives=('"code":[{"system":"http://loinc.org","value":"12345"}]',),
    ),
    Rule(
        id="name.fhir-display",
        kind="name",
        source="FHIR R4, 2.3.0.1 Reference.display of a person",
        triggers=each(_RESOURCE, "(?i)", r"[^a-z]{1,10}display[^a-z]{1,6}[a-z\xc3-\xcf]"),
        literals=tuple(f"{name}/" for name in ("Patient", "Practitioner", "RelatedPerson", "Person")),
        spans=matching(
            rf"(?:(?:Patient|Practitioner|RelatedPerson|Person)/[^\"\n]{{1,64}}[\"\n][^\n]{{0,24}}\n?|(?<![A-Za-z]){_RESOURCE}[^A-Za-z]{{1,10}})display[^A-Za-z]{{1,6}}(?P<v>[^\W\d_][^\"\n,;{{}}|]{{1,60}}?)(?=[\"\n,;}}|]|$)"
        ),
        before=60,
        after=200,
        rank=2,
        positives=('"subject": {"reference": "Patient/138", "display": "«Ruby Wollaston»"}', '"beneficiary": {"display": "«Brahim Nurković»"}', "subject\nreference\nPatient/138\ndisplay\n«Ruby Wollaston»"),
        negatives=('"code": {"display": "Glucose"}',),
    ),
    Rule(
        id="name.markup",
        kind="name",
        source="HL7 CDA R2, 4.2.2 names of persons",
        triggers=(r"(?i)<(?:given|family|prefix|suffix|(?:first|last|full|patient|middle|sur)[_-]?name)[^>]{0,60}>[^<]",),
        spans=matching(r"<(?i:given|family|(?:first|last|full|patient|middle|sur)[_-]?name)[^<>]{0,60}>\s{0,4}(?P<v>[^\W\d_][^<>\n]{0,60}?)\s{0,4}</"),
        before=90,
        after=80,
        rank=3,
        positives=("<given>«Aaron»</given><family>«Hutton»</family>", "<LastName>«Doe»</LastName>"),
        negatives=("<given/>", "<title>Sepsis</title>"),
    ),
    Rule(
        id="date.markup",
        kind="date",
        source="HL7 CDA R2 TS: times as attributes",
        triggers=(r"(?i)(?:time|date|low|high|birth[a-z]{0,6})[ ]{1,2}value=[\"'][12][0-9]{5}",),
        spans=matching(r"(?i:time|date|low|high|birth[a-z]{0,6})\s{1,2}value=[\"'](?P<v>(?:19|20)[0-9]{6}(?:[0-9]{4,6}(?:\.[0-9]+)?)?(?:[+-][0-9]{4})?)[\"']"),
        before=40,
        after=30,
        rank=2,
        positives=('<birthTime value="«19600805»"/>', '<low value="«202603141022-0500»"/>'),
        negatives=('<code value="19600805"/>',),
    ),
    Rule(
        id="address.markup",
        kind="address",
        source="HL7 CDA R2 AD; X12 N3; FHIR R4 Address.line",
        triggers=(r"(?i)<(?:streetaddressline|street|address|addr)[^>]{0,40}>[^<]", r"N3\*[^*~\n]", r"(?i)\"line\"[: \[]{1,6}\""),
        spans=matching(
            r"<(?i:streetaddressline|street|address)[^<>]{0,40}>(?P<v>[^<>\n]{3,80}?)</|N3\*(?P<w>[^*~\n]{3,80})|(?<=\"line\":\[\")[^\"\n]{3,80}(?=\")|(?<=\"line\": \[\")[^\"\n]{3,80}(?=\")"
        ),
        before=60,
        after=100,
        rank=3,
        positives=("<streetAddressLine>«92 County Line Court»</streetAddressLine>", "N3*«5647 Ringvej»~N4*X*CA*1", '"line":["«5220 Ringvej»"]'),
        negatives=("<addr></addr>",),
    ),
    Rule(
        id="location.markup",
        kind="location",
        source="HL7 CDA R2 AD; X12 N4",
        triggers=(r"(?i)<(?:city|county)[^>]{0,40}>[^<]", r"N4\*[^*~\n]"),
        spans=matching(r"<(?i:city|county)[^<>]{0,40}>(?P<v>[^<>\n]{2,60}?)</|N4\*(?P<w>[^*~\n]{2,60})"),
        before=60,
        after=80,
        rank=3,
        positives=("<city>«Qaqortoq»</city>", "N4*«St. Cloud»*TX*18574~"),
        negatives=("<cite>Qaqortoq</cite>",),
    ),
    Rule(
        id="zip.markup",
        kind="zip",
        source="HL7 CDA R2 AD; X12 N403",
        triggers=(r"(?i)<(?:postalcode|zip(?:code)?)[^>]{0,40}>[^<]", r"N4\*[^*~\n]{1,40}\*[A-Z]{2}\*[0-9]"),
        spans=matching(r"<(?i:postalcode|zip(?:code)?)[^<>]{0,40}>(?P<v>[0-9A-Za-z -]{3,12})</|N4\*[^*~\n]{1,60}\*[A-Z]{2}\*(?P<w>[0-9]{5}(?:-?[0-9]{4})?)(?![0-9])"),
        before=80,
        after=30,
        rank=3,
        positives=("<postalCode>«06113»</postalCode>", "N4*Newark*CA*«52427»~"),
        negatives=("<code>06113</code>",),
    ),
    Rule(
        id="name.x12",
        kind="name",
        source="X12 005010X222, NM103 to NM105",
        triggers=(r"NM1\*[0-9A-Z]{2}\*1\*[^*~\n]",),
        spans=matching(r"NM1\*[0-9A-Z]{2}\*1\*(?P<v>[^*~\n]{1,60}(?:\*[^*~\n]{1,35}){0,2})"),
        before=16,
        after=140,
        rank=3,
        positives=("NM1*IL*1*«Houžvičková*Květoslava»****MI*I6",),
        negatives=("NM1*85*2*CLINIC*****XX*1",),
    ),
)
