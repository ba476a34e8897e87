"""Every rule, by the groups of Safe Harbor."""

from zt_ai.egress.detect import records
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules import (
    addresses,
    ages,
    ages_prose,
    apart,
    beside,
    beside_dates,
    contact,
    coverage,
    dates,
    device,
    dictated_dates,
    facilities,
    fhir,
    forms,
    known_names,
    licenses,
    money,
    named_dates,
    other,
    people,
    places,
    plan,
    prose,
    record,
    roads,
    rosters,
    secrets,
    short_dates,
    social,
    uids,
    vehicle,
    web,
    zips,
)

_GROUPS = (
    *(
        people,
        known_names,
        rosters,
        addresses,
        roads,
        places,
        zips,
        facilities,
        dates,
        short_dates,
        named_dates,
        dictated_dates,
    ),
    *(ages, ages_prose, contact, social, record, prose, plan, coverage, money, licenses, vehicle, device),
    *(web, other, uids, forms, apart, fhir, records, secrets, beside, beside_dates),
)
RULES: tuple[Rule, ...] = tuple(rule for group in _GROUPS for rule in group.RULES)
