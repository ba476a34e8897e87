"""Identifiers in structured text, where a position, a header or a qualifier says what a value is.

`hl7`, `x12`, `tables`, `keys`, `markup`, `tagged` each read one family of forms. Hyperscan sees only the openings (`PID|`,
`NM1*`, the name of a column beside a delimiter); what follows one is read in one linear pass for all kinds at once.
"""

from zt_ai.egress.detect.records import hl7, keys, markup, tables, tagged, x12
from zt_ai.egress.detect.rule import Rule

RULES: tuple[Rule, ...] = (*hl7.RULES, *x12.RULES, *tables.RULES, *keys.RULES, *markup.RULES, *tagged.RULES)
"""One rule for each kind that a family of forms can hold."""
