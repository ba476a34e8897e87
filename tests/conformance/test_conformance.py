"""The planned resources of both examples, sent to an emulated AWS with boto3 and read back.

What AWS's interface would refuse, or would store otherwise than planned, fails here. The judges are botocore, the
constraints in AWS's own service models, rules of the API references, and moto's behaviour (see `world`).
"""

from __future__ import annotations

from collections import Counter

from tests.conformance.closed_world import crossings, extras
from tests.conformance.compare import differences, stored_after_all
from tests.conformance.conftest import EXAMPLES
from tests.conformance.gaps import FILLED_IN, NOT_EMULATED, NOT_STORED, PROVIDER_ONLY
from tests.conformance.plans import plan
from tests.conformance.table import KINDS
from tests.conformance.world import Cloud


def test_nothing_that_is_planned_is_refused(applied: Cloud) -> None:
    assert not applied.refusals, "\n".join(map(str, applied.refusals))


def test_every_planned_resource_was_applied(applied: Cloud, example: str) -> None:
    assert set(applied.stored) == {resource.urn for resource in plan(example).resources}


def test_every_planned_property_was_sent(applied: Cloud) -> None:
    assert applied.ignored == {}


def test_everything_is_stored_as_planned(applied: Cloud) -> None:
    found = differences(applied)
    assert not found, "\n".join(map(str, found))


def test_nothing_is_there_that_was_not_planned(applied: Cloud) -> None:
    assert extras(applied) == []


def test_traffic_stays_in_its_availability_zone_on_the_way_out(applied: Cloud) -> None:
    assert crossings(applied) == []


def test_the_list_of_what_moto_does_not_emulate_is_true(applied: Cloud) -> None:
    planned = {stored.planned.type for stored in applied.stored.values()}
    assert applied.missing == set(NOT_EMULATED) & planned
    assert applied.present == set(), "moto emulates these now: read them back"


def test_the_list_of_what_moto_does_not_store_is_true(applied: Cloud) -> None:
    assert stored_after_all(applied) == [], "moto stores these now: compare them"


def test_the_lists_speak_of_nothing_that_is_not_planned() -> None:
    planned = {(r.type, key) for name in EXAMPLES for r in plan(name).resources for key in ("", *r.inputs)}
    listed = [*((type_, "") for type_ in NOT_EMULATED), *NOT_STORED, *FILLED_IN, *PROVIDER_ONLY]
    assert [key for key in listed if (key[0], key[1].partition(".")[0]) not in planned] == []


def test_types_that_cannot_be_read_back_are_exactly_those_that_are_listed() -> None:
    assert {type_ for type_, kind in KINDS.items() if kind.read is None} == set(NOT_EMULATED)


def test_the_coverage_is_told() -> None:
    """Shown with `-rP` or `-rA`: what was compared, what was only sent, which properties were left out."""
    counts = {name: Counter(resource.type for resource in plan(name).resources) for name in EXAMPLES}
    for type_ in sorted({type_ for found in counts.values() for type_ in found}):
        numbers = ", ".join(f"{name} {found[type_]}" for name, found in counts.items())
        print(
            f"{'sent    ' if type_ in NOT_EMULATED else 'compared'}  {type_}  {numbers}  {NOT_EMULATED.get(type_, '')}"
        )
    for (type_, path), gap in NOT_STORED.items():
        print(f"sent, not compared  {type_} {path}: {gap.reason}")
    for (type_, path), reason in {**FILLED_IN, **PROVIDER_ONLY}.items():
        print(f"left out  {type_} {path}: {reason}")
    compared = {
        name: sum(n for type_, n in found.items() if type_ not in NOT_EMULATED) for name, found in counts.items()
    }
    print(f"compared: {compared}")
    assert all(number > 200 for number in compared.values()), compared
