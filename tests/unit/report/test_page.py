"""The HTML page: whole in itself, safe with anybody's text, and with a diagram that can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.report.proofs import BROKEN, HOLDS, HOSTILE, claim, report
from zt_ai.report import html
from zt_ai.report.diagram import MOST_BOXES, Arrow, Box, Diagram, Lane, diagram
from zt_ai.report.layout import Layout, Rect, layout
from zt_ai.report.svg import step
from zt_ai.spec.types import ZoneKind
from zt_ai.verify.model import Witness

VOID = {"meta", "br", "rect", "path", "img", "link", "input"}


class Page(HTMLParser):
    """Collects elements, attributes and text; fails on elements that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE_REPORT = report(
    claim("reachability", 1, Witness(HOSTILE, HOSTILE, HOSTILE, None, (HOSTILE,), HOSTILE), reasons=(HOSTILE,)),
    descriptions={"": HOSTILE, "zones.records": HOSTILE, "workloads.intake": HOSTILE, "providers.openai": HOSTILE},
)


@pytest.mark.parametrize("made", [report(*HOLDS), report(*BROKEN, simulated=True), HOSTILE_REPORT])
def test_the_page_loads_and_runs_nothing(made: object) -> None:
    text = html.render(made)  # type: ignore[arg-type]
    page = Page(text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not {"src", "href", "srcset", "action", "xlink:href"} & attributes.keys(), tag
    assert "url(http" not in text
    assert "@import" not in text
    policy = next(a for t, a in page.elements if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_hostile_text_is_shown_as_text() -> None:
    page = Page(html.render(HOSTILE_REPORT))
    assert "<script>alert(1)</script>" in page.text
    assert not {"\u202e", "\x1b"} & set(page.text)


def test_without_escaping_the_page_would_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative twin: the two tests above can fail."""
    monkeypatch.setattr(html, "_text", str)
    page = Page.__new__(Page)
    HTMLParser.__init__(page)
    page.open, page.elements, page.text = [], [], ""
    page.handle_endtag = lambda tag: None  # type: ignore[method-assign]
    page.feed(html.render(HOSTILE_REPORT))
    assert "script" in {tag for tag, _ in page.elements}


def test_the_page_shows_verdict_claims_witnesses_and_model_calls() -> None:
    text = Page(html.render(report(*BROKEN, simulated=True))).text
    for part in (
        "REFUTED",
        "SIMULATED",
        "Title of audit",
        "10.20.64.7 → 10.20.12.9, tcp port 8446",
        "claude-haiku-4-5",
    ):
        assert part in text
    assert "What does not hold" not in Page(html.render(report(*HOLDS))).text


def test_the_page_reads_in_light_and_dark() -> None:
    text = html.render(report(*HOLDS))
    assert "prefers-color-scheme: dark" in text
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    names = set(re.findall(r"(--[\w-]+):", light))
    assert names == set(re.findall(r"(--[\w-]+):", dark))
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= names | {"--fill"}


# -- the diagram -------------------------------------------------------------------------------------------------------


def inside(inner: Rect, outer: Rect) -> bool:
    """Whether one rectangle lies in another."""
    return (
        outer.x <= inner.x
        and inner.x + inner.width <= outer.x + outer.width + 0.01
        and outer.y <= inner.y
        and inner.y + inner.height <= outer.y + outer.height + 0.01
    )


def overlap(one: Rect, other: Rect) -> bool:
    """Whether two rectangles share an area."""
    return (
        one.x < other.x + other.width - 0.01
        and other.x < one.x + one.width - 0.01
        and one.y < other.y + other.height - 0.01
        and other.y < one.y + one.height - 0.01
    )


def check_placed(picture: Diagram, placed: Layout) -> None:
    """The laws of the layout."""
    for box in picture.boxes:
        assert inside(placed.boxes[box.name], placed.lanes[box.lane]), box.name
    for rects in (placed.boxes.values(), placed.lanes.values()):
        assert not [pair for pair in combinations(rects, 2) if overlap(*pair)]
    assert len(placed.routes) == len(picture.arrows)
    for arrow, points in placed.routes:
        for name, (x, y) in ((arrow.source, points[0]), (arrow.destination, points[-1])):
            rect = placed.boxes[name]
            assert rect.x <= x <= rect.x + rect.width
            assert y in (rect.y, rect.y + rect.height)
        # The straight parts, where an arrow passes a row of boxes, touch none of them.
        for (x, y1), (x2, y2) in pairwise(points):
            if x == x2:
                line = Rect(x, min(y1, y2) + 0.1, 0.1, abs(y2 - y1) - 0.2)
                others = [r for n, r in placed.boxes.items() if n not in (arrow.source, arrow.destination)]
                assert not [rect for rect in others if overlap(line, rect)], arrow
    for rect in placed.lanes.values():
        assert inside(rect, Rect(0, 0, placed.width, placed.height))


def test_the_clinic_is_drawn_without_overlaps() -> None:
    picture = diagram(report(*BROKEN))
    check_placed(picture, layout(picture))


def test_outside_is_above_and_data_is_below() -> None:
    picture = diagram(report(*HOLDS))
    lanes = layout(picture).lanes
    order = ["networks", "zone:front", "zone:clinical", "zone:records", "services"]
    tops = [lanes[name].y for name in order]
    assert tops == sorted(tops)
    assert lanes["zone:egress"].y == lanes["zone:front"].y


def test_a_managed_model_is_drawn_as_the_provider_it_belongs_to() -> None:
    arrows = {(a.source, a.destination) for a in diagram(report(*HOLDS)).arrows}
    assert ("egress-proxy", "provider:embeddings") in arrows
    assert ("retrieval", "egress-proxy") in arrows
    assert not [pair for pair in arrows if "service:cloud-models" in pair]


def test_what_is_refuted_is_drawn_in_red() -> None:
    refuted = [a for a in diagram(report(*BROKEN)).arrows if a.refuted]
    assert ("research-agent", "fhir-store") in {(a.source, a.destination) for a in refuted}
    assert not [a for a in diagram(report(*HOLDS)).arrows if a.refuted]


def test_a_large_specification_is_drawn_by_zone() -> None:
    made = report(*HOLDS)
    many = {
        f"{name}-{n}": replace(w, name=f"{name}-{n}") for name, w in made.intent.workloads.items() for n in range(9)
    }
    large = replace(made, intent=replace(made.intent, workloads={**made.intent.workloads, **many}))
    assert len(large.intent.workloads) > MOST_BOXES
    picture = diagram(large)
    assert picture.by_zone
    assert "in:clinical" in {box.name for box in picture.boxes}
    check_placed(picture, layout(picture))
    assert "Drawn by zone" in html.render(large)


KINDS = {ZoneKind.ACCESS: 1, ZoneKind.EGRESS: 1, ZoneKind.PROCESSING: 2, ZoneKind.DATA: 3}


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Diagrams with any zones, boxes and arrows, circles among them."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=6))
    lanes = tuple(Lane(f"l{n}", f"zone {n}", "note", kind.value, KINDS[kind]) for n, kind in enumerate(kinds))
    sizes = draw(st.lists(st.integers(1, 4), min_size=len(lanes), max_size=len(lanes)))
    boxes = tuple(
        Box(f"b{n}-{m}", lane.name, "x" * draw(st.integers(1, 32)), "tcp/443", "workload")
        for n, lane in enumerate(lanes)
        for m in range(sizes[n])
    )
    names = [box.name for box in boxes]
    pairs = draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=20))
    arrows = tuple(Arrow(a, b, 0, ("label",)) for a, b in sorted(pairs) if a != b)
    return Diagram(lanes, boxes, arrows, False)


@settings(max_examples=60)
@given(diagrams())
def test_no_diagram_has_overlaps(picture: Diagram) -> None:
    check_placed(picture, layout(picture))


@given(st.integers(2, 16).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_the_highest_class_always_has_the_last_colour(pair: tuple[int, int]) -> None:
    classes, rank = pair
    assert step(classes - 1, classes) == 3
    assert step(0, classes) == 0
    assert step(rank, classes) <= step(min(rank + 1, classes - 1), classes)
