"""Keys that a database reports, with their values: `Key (enc_no, pat_name)=(E77190042, DOE, JOHN) already exists.`"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zt_ai.egress.detect.records.headers import kind_of
from zt_ai.egress.detect.records.memo import Kept, Value, opened_by, to_any_end
from zt_ai.egress.detect.records.values import identifies
from zt_ai.egress.detect.rule import Rule

_WIDEST = 400
"""Characters of the names of columns that are read."""
_OPENING = re.compile(r"\)=(?=\()")
_ROW = re.compile(r"\((?P<row>(?:[^()\r\n]|\([^()\r\n]{0,80}+\)){1,1000}+)\)")


def read(text: str, at: int) -> tuple[list[Value], int]:
    """The values of a key, and where they end. `at` is where the names of the columns end."""
    start = text.rfind("(", max(at - _WIDEST, 0), at) + 1
    row = _ROW.match(text, at + 2)
    if not start or row is None:
        return [], at + 1
    headers = [kind_of(name.strip('" ')) for name in text[start:at].split(", ")]
    kinds = [header[0] if header and header[1] else "" for header in headers]
    cells = row["row"].split(", ")
    if len(cells) > len(kinds):
        # Values are not quoted: a comma too many is most likely in a name.
        place = kinds.index("name") if "name" in kinds else len(kinds) - 1
        surplus = len(cells) - len(kinds) + 1
        cells[place : place + surplus] = [", ".join(cells[place : place + surplus])]
    found: list[Value] = []
    low = row.start("row")
    for kind, cell in zip(kinds, cells, strict=False):
        if kind and identifies(kind, cell):
            found.append((low, low + len(cell), kind))
        low += len(cell) + 2
    return found, row.end()


_CASES: Mapping[str, str] = {
    "mrn": "Key (mrn, enc_no)=(«A-4417938», 7) already exists.",
    "encounter": "DETAIL:  Key (enc_no, pat_name)=(«E77190042», LUNDQVIST, PETRA) already exists.",
    "name": "Key (pat_name, enc_no)=(«LUNDQVIST, PETRA (TWIN B)», E77190042) already exists.",
    "date": "Key (dob, site)=(«1962-03-14», 7) is still referenced from table",
    "account": 'Key ("accountNumber")=(«88-120044») is not present in table "guarantor"',
    "health_plan": "Key (member_id, plan)=(«W1982277», 3) already exists.",
    "claim": "La clave (claim_no)=(«B23-0771») ya existe.",
    "accession": "Key (site, accession_no)=(2, «S26-4417») conflicts with existing key",
    "ssn": "Key (ssn)=(«536221849») already exists.",
    "other_id": "Key (employee_id)=(«E55213») already exists.",
}
_KEPT = Kept(opened_by(_OPENING), read)

RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.key-detail",
        kind=kind,
        source="PostgreSQL, appendix A, class 23 (integrity constraint violations): the DETAIL of the message",
        triggers=(r'[a-z0-9_"]\)=\(',),
        spans=_KEPT.of(kind),
        positives=(case,),
        negatives=("Key (sku, lot)=(E7719, 12) already exists.", "Key (id)=(55) is not present", "f(x)=(12, 7)"),
        before=3,
        after=0,
        reads_on=to_any_end,
        rank=3,
    )
    for kind, case in _CASES.items()
)
