"""Information flow over the lattice: what a label may say, and how far the highest class gets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.spec import SpecError, from_data
from zt_ai.spec.checks.information import effective_classes
from zt_ai.spec.model import ZoneSpec

TODAY = date(2026, 11, 23)
BAA = {"reference": "BAA-1", "effective": "2026-01-01", "expires": "2030-01-01"}


def specification(workloads: dict[str, Any], flows: list[tuple[str, str, str]], **more: Any) -> dict[str, Any]:
    """A specification with a data zone `records`, a processing zone `clinical` and two providers, one with a BAA."""
    provider = {"api": "openai", "models": ["m"], "paths": ["/v1/"]}
    return {
        "version": 1,
        "name": "t",
        "clouds": {},
        "zones": {
            "records": {"kind": "data", "holds": "phi"},
            "clinical": {"kind": "processing", "holds": "phi"},
            "egress": {"kind": "egress", "holds": "phi"},
        },
        "workloads": {
            "store": {"zone": "records", "serves": {"https": {"port": 443}}},
            **{name: {"zone": "clinical", "serves": {"https": {"port": 443}}, **w} for name, w in workloads.items()},
        },
        "services": {
            "bucket": {"kind": "object-storage", "resources": ["a-bucket"]},
            "log": {"kind": "logs", "resources": ["x"]},
        },
        "providers": {
            "covered": {**provider, "domains": ["covered.example.com"], "baa": BAA},
            "open": {**provider, "domains": ["open.example.com"]},
        },
        "flows": {
            f"{a}-{b}": {"from": a, "to": b, "carries": carries, "reason": "needed by the test"}
            for a, b, carries in flows
        },
        **more,
    }


def rules(data: dict[str, Any]) -> set[tuple[str, str]]:
    """Rules broken, with the flow that breaks them."""
    try:
        from_data(data, on=TODAY)
    except SpecError as error:
        return {(p.rule, str(p.path[1])) for p in error.problems}
    return set()


CLEAN = {"to": "deidentified", "reason": "Safe Harbor method"}


@pytest.mark.parametrize(
    ("workloads", "flows", "broken"),
    [
        pytest.param({"a": {}}, [("a", "store", "phi"), ("a", "covered", "phi")], set(), id="a BAA in force takes PHI"),
        pytest.param(
            {"a": {}},
            [("a", "store", "phi"), ("a", "open", "internal")],
            {("phi-without-baa", "a-open"), ("class-understated", "a-open")},
            id="a low label does not clean what a workload has",
        ),
        pytest.param(
            {"a": {}, "b": {}, "c": {}},
            [("a", "store", "phi"), ("a", "b", "internal"), ("b", "c", "internal"), ("c", "open", "internal")],
            {("phi-without-baa", "c-open"), ("class-understated", "a-b")},
            id="three hops",
        ),
        pytest.param(
            {"a": {"declassifies": CLEAN}, "b": {}},
            [("a", "store", "phi"), ("b", "a", "deidentified"), ("b", "open", "deidentified")],
            set(),
            id="a de-identifier breaks the path",
        ),
        pytest.param(
            {"a": {}, "b": {"handles": "phi"}},
            [("a", "b", "deidentified"), ("a", "open", "deidentified")],
            {("phi-without-baa", "a-open"), ("class-understated", "a-b")},
            id="an answer carries data too",
        ),
        pytest.param(
            {"a": {}, "b": {}},
            [("a", "store", "phi"), ("a", "bucket", "phi"), ("b", "bucket", "internal"), ("b", "open", "internal")],
            {("phi-without-baa", "b-open")},
            id="a shared bucket passes it on",
        ),
        pytest.param(
            {"a": {}, "b": {}},
            [("a", "store", "phi"), ("a", "log", "internal"), ("b", "log", "internal"), ("b", "open", "internal")],
            set(),
            id="a shared log does not",
        ),
        pytest.param(
            {"a": {"declassifies": CLEAN}},
            [("a", "store", "phi"), ("a", "open", "phi")],
            {("phi-without-baa", "a-open")},
            id="a de-identifier that sends PHI all the same",
        ),
    ],
)
def test_where_phi_gets_to(
    workloads: dict[str, Any], flows: list[tuple[str, str, str]], broken: set[tuple[str, str]]
) -> None:
    assert rules(specification(workloads, flows)) == broken


def test_a_provider_stops_counting_the_day_its_agreement_ends() -> None:
    data = specification({"a": {}}, [("a", "store", "phi"), ("a", "covered", "phi")])
    assert from_data(data, on=date(2030, 1, 1))
    with pytest.raises(
        SpecError,
        match=r"phi can reach provider 'covered', which has no BAA in force on 2025-12-31: store → a → covered",
    ):
        from_data(data, on=date(2025, 12, 31))


NAMES = ["a", "b", "c", "d", "e"]
EDGES = st.sets(
    st.tuples(st.sampled_from([*NAMES, "store"]), st.sampled_from([*NAMES, "store", "bucket"])), max_size=12
)


@given(EDGES, st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
def test_phi_reaches_the_open_provider_exactly_where_a_path_exists(
    edges: set[tuple[str, str]], caller: str, cleaners: set[str]
) -> None:
    """Compared with a naive closure over all connections, written differently."""
    edges = {(a, b) for a, b in edges if a != b and (b, a) not in edges}
    flows = [(a, b, "phi") for a, b in sorted(edges)]
    workloads = {n: {"declassifies": CLEAN} if n in cleaners else {} for n in NAMES}
    data = specification(workloads, [*flows, (caller, "open", "deidentified")])
    dirty = {"store"} | {end for edge in edges for end in edge}  # every flow says it carries PHI
    expected = caller in dirty and caller not in cleaners
    assert (("phi-without-baa", f"{caller}-open") in rules(data)) is expected


@given(EDGES)
def test_more_flows_never_lower_a_class(edges: set[tuple[str, str]]) -> None:
    flows = [
        (a, b, "phi" if i % 2 else "internal") for i, (a, b) in enumerate(sorted({(a, b) for a, b in edges if a != b}))
    ]
    specs = []
    for chosen in (flows[: len(flows) // 2], flows):
        data = specification({n: {} for n in NAMES}, chosen)
        specs.append(ZoneSpec.model_validate(data))
    few, many = (effective_classes(spec) for spec in specs)
    assert all(specs[0].rank(few[name]) <= specs[0].rank(many[name]) for name in few)
