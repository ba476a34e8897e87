"""Every rule, by the groups of Safe Harbor."""

from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules import ages, contact, dates, people, record, social

RULES: tuple[Rule, ...] = (*social.RULES, *record.RULES, *contact.RULES, *dates.RULES, *ages.RULES, *people.RULES)
