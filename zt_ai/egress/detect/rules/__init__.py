"""Every rule, by the groups of Safe Harbor."""

from zt_ai.egress.detect import records
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules import (
    ages,
    contact,
    dates,
    device,
    license,
    money,
    other,
    people,
    places,
    plan,
    record,
    secrets,
    social,
    structured,
    vehicle,
    web,
)

_GROUPS = (people, places, dates, ages, contact, social, record, plan, money, license, vehicle, device, web, other, structured, records, secrets)
RULES: tuple[Rule, ...] = tuple(rule for group in _GROUPS for rule in group.RULES)
