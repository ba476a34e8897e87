"""(R) Unique identifiers of DICOM: those of instances lead to one person's images; registered ones name classes.

Sources: DICOM PS3.5, 9 and B (at most 64 characters, digits and points), PS3.6 (`1.2.840.10008` is DICOM's own), PS3.15, E.1
(instance UIDs are replaced when images are de-identified).
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.rule import Rule, matching, value

_UID = r"(?:0|1|2)(?:\.(?:0|[1-9][0-9]{0,38})){5,31}"
_LABEL = (
    r"(?i:(?:study|series|sop|instance|image|frame(?: of reference)?|referenced|dimension(?: organization)?|irradiation(?: event)?|"
    r"device|acquisition|concatenation)[\s_]?(?:instance[\s_]?)?uid|(?:0020,000[DE]|0008,0018|0008,1155|0020,0052)\)?|\buid)"
)
_OWN = re.compile(r"1\.2\.840\.10008\.|2\.16\.840\.1\.113883\.")
"""DICOM's own, and HL7's: classes, transfer syntaxes, code systems."""
_LONG = 36
"""Characters of a UID that needs no label: as long are those alone that devices make for each instance."""


def _instance(match: re.Match[str]) -> bool:
    return not _OWN.match(value(match)) and (bool(match["v"]) or len(value(match)) >= _LONG)


RULES: tuple[Rule, ...] = (
    Rule(
        id="accession.uid",
        kind="accession",
        source="45 CFR 164.514(b)(2)(i)(R); DICOM PS3.5, 9 and B; PS3.15, E.1",
        triggers=(r"[0-2]\.[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,12}\.[0-9]{1,12}\.[0-9]",),
        spans=matching(
            rf"{_LABEL}[^0-9A-Za-z]{{0,6}}(?:UI|is|=|:)?[^0-9A-Za-z]{{0,6}}(?P<v>{_UID})(?![0-9A-Za-z])|(?<![0-9A-Za-z.])(?P<w>{_UID})(?![0-9A-Za-z])",
            _instance,
        ),
        before=90,
        after=70,
        rank=3,
        positives=(
            "Study Instance UID «1.2.840.113619.2.55.3.604688119.868.1274973846.464»",
            "StudyInstanceUID: «1.2.826.0.1.3680043.8.498.1122334455»",
            "(0020,000D) UI [«1.3.12.2.1107.5.2.6.22786.3000001010»]",
            "C-MOVE of «1.3.12.2.1107.5.1.4.73104.30000024031408122345600000012» failed",
            '"seriesInstanceUID": "«1.2.392.200036.9116.2.6.1.48.1214833767»"',
        ),
        negatives=(
            "SOP Class UID 1.2.840.10008.5.1.4.1.1.2",
            "Transfer Syntax UID: 1.2.840.10008.1.2.4.70",
            "code system 2.16.840.1.113883.6.96",
            "upgraded to 1.2.3.4.5.6",
            "snmp .1.3.6.1.4.1.2021.10.1.3.1",
        ),
    ),
)
