"""The zone diagram as inline SVG. Colours come from the page's style sheet, so that it reads in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from zt_ai.report.diagram import Arrow, Diagram
from zt_ai.report.layout import Layout, Rect, layout
from zt_ai.report.text import visible

STEPS = 4
"""Colours for data classes: lattices with more classes share them, the highest always has the last."""

_SMALLEST = 760.0  # below this width the page scrolls instead of making the text smaller
_LARGEST = 1.4  # a small diagram is not blown up over the whole width of the page

Point = tuple[float, float]


def step(rank: int, classes: int) -> int:
    """The colour of a class: 0 for the lowest of the lattice, STEPS - 1 for the highest."""
    return 0 if classes <= 1 else round(rank * (STEPS - 1) / (classes - 1))


def render(picture: Diagram, classes: int, title: str) -> str:
    """The SVG element. All text is escaped."""
    placed = layout(picture)
    parts = [
        f'<svg viewBox="0 0 {placed.width:.0f} {placed.height:.0f}" role="img" class="diagram" '
        f'style="min-width:{min(placed.width, _SMALLEST):.0f}px;max-width:{placed.width * _LARGEST:.0f}px" '
        f'aria-label="{_text(title)}">',
        _markers(),
        *_lanes(picture, placed),
        *_arrows(placed, classes),
        *_titles(picture, placed),
        *_boxes(picture, placed),
        "</svg>",
    ]
    return "\n".join(parts)


def _text(text: str) -> str:
    return escape(visible(text), quote=True)


def _markers() -> str:
    names = [*(f"step{number}" for number in range(STEPS)), "refuted"]
    made = (
        f'<marker id="head-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 .8 L7.5 4 L0 7.2 Z" class="head {name}"/></marker>'
        for name in names
    )
    return f"<defs>{''.join(made)}</defs>"


def _lanes(picture: Diagram, placed: Layout) -> Iterator[str]:
    for lane in picture.lanes:
        yield f'<g class="lane {_text(lane.kind)}">{_rect(placed.lanes[lane.name], 12)}</g>'


def _titles(picture: Diagram, placed: Layout) -> Iterator[str]:
    """Titles of lanes, above the arrows and with a rim in the lane's colour, so that they stay readable."""
    for lane in picture.lanes:
        rect = placed.lanes[lane.name]
        note = f'<tspan dx="8" class="note">{_text(lane.note)}</tspan>' if lane.note else ""
        yield f'<g class="lane {_text(lane.kind)}"><text x="{rect.x + 14:.1f}" y="{rect.y + 20:.1f}">'
        yield f"{_text(lane.title)}{note}</text></g>"


def _boxes(picture: Diagram, placed: Layout) -> Iterator[str]:
    for box in picture.boxes:
        rect = placed.boxes[box.name]
        hint = f"<title>{_text(box.hint)}</title>" if box.hint else ""
        yield f'<g class="box {_text(box.kind)}">{hint}{_rect(rect, 7)}'
        y = rect.y + (19 if box.note else 27)
        yield f'<text x="{rect.center:.1f}" y="{y:.1f}">{_text(box.title)}</text>'
        if box.note:
            yield f'<text x="{rect.center:.1f}" y="{rect.y + 35:.1f}" class="note">{_text(box.note)}</text>'
        yield "</g>"


def _arrows(placed: Layout, classes: int) -> Iterator[str]:
    for arrow, points in placed.routes:
        name = "refuted" if arrow.refuted else f"step{step(arrow.rank, classes)}"
        path = _path(points)
        # A broad invisible stroke above the thin one, so that a pointer finds it.
        yield (
            f'<g class="arrow"><title>{_title(arrow)}</title><path d="{path}" class="{name}" '
            f'marker-end="url(#head-{name})"/><path d="{path}" class="catch"/></g>'
        )


def _title(arrow: Arrow) -> str:
    # A line break in a title element is shown as one.
    return "\n".join(_text(label) for label in (*arrow.labels,))


def _path(points: tuple[Point, ...]) -> str:
    """A smooth path: straight down (or up) past rows, curved between them."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if abs(x1 - x2) < 0.05:
            parts.append(f"V{y2:.1f}")
        else:
            bend = max(abs(y2 - y1) / 2, 14.0) * (1 if y2 >= y1 else -1)
            parts.append(f"C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}")
    return " ".join(parts)


def _rect(rect: Rect, radius: int) -> str:
    return (
        f'<rect x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.width:.1f}" height="{rect.height:.1f}" rx="{radius}"/>'
    )
