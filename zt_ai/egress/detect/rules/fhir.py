"""Identifiers and names inside FHIR resources, as JSON or as keys and values on lines."""

from __future__ import annotations

from zt_ai.egress.detect.context import IDENTIFIER, at_least, each
from zt_ai.egress.detect.rule import Rule, matching

_RESOURCE = (
    r"(?:subject|patient|beneficiary|subscriber|policyHolder|practitioner|performer|author|requester|"
    r"individual|actor|recorder|asserter|participant|payor|recipient|agent|who)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="mrn.fhir-identifier",
        kind="mrn",
        source="FHIR R4, 2.24.0.2 Identifier: the value of an identifier, as JSON or as keys and values on lines",
        triggers=(r"(?is)identifier.{1,220}[^a-z]value[^0-9a-z]{1,6}[0-9a-z]",),
        spans=matching(
            rf"(?i:identifier)[^0-9A-Za-z]{{1,12}}(?:[^\n]|"
            rf"\n){{0,200}}?(?<![A-Za-z])value[^0-9A-Za-z]{{1,6}}(?P<v>(?!urn:|"
            rf"http)(?=[A-Za-z-]{{0,8}}[0-9]){IDENTIFIER})",
            at_least(4),
        ),
        before=280,
        after=40,
        rank=1,
        positives=(
            '"identifier":[{"system":"urn:oid:1.2.36.146","value":"«42985749»"}]',
            "identifier\nsystem\nurn:oid:1.2.36\nvalue\n«199-99-745»",
        ),
        negatives=('"code":[{"system":"http://loinc.org","value":"12345"}]',),
    ),
    Rule(
        id="name.fhir-display",
        kind="name",
        source="FHIR R4, 2.3.0.1 Reference.display of a person",
        triggers=each(_RESOURCE, "(?i)", r"[^a-z]{1,10}display[^a-z]{1,6}[a-z\xc3-\xcf]"),
        literals=tuple(f"{name}/" for name in ("Patient", "Practitioner", "RelatedPerson", "Person")),
        spans=matching(
            rf"(?:(?:Patient|Practitioner|RelatedPerson|Person)/[^\"\n]{{1,64}}[\"\n][^\n]{{0,24}}\n?|"
            rf"(?<![A-Za-z]){_RESOURCE}[^A-Za-z]{{1,10}})display[^A-Za-z]{{1,6}}(?P<v>[^\W\d_][^\"\n,;{{}}|"
            rf"]{{1,60}}?)(?=[\"\n,;}}|]|$)"
        ),
        before=60,
        after=200,
        rank=2,
        positives=(
            '"subject": {"reference": "Patient/138", "display": "«Ruby Wollaston»"}',
            '"beneficiary": {"display": "«Brahim Nurković»"}',
            "subject\nreference\nPatient/138\ndisplay\n«Ruby Wollaston»",
        ),
        negatives=('"code": {"display": "Glucose"}',),
    ),
)
