"""Geometry of the zone diagram: where lanes, boxes and arrows are drawn. Pure, and the same for the same diagram.

A layered drawing. Bands lie below each other, the lanes of a band beside each other. Inside a band, a box stands below
those that call it. Arrows that pass rows run in the gutters between lanes, so none crosses a box. Orders are improved
by moving boxes and lanes towards the mean of their neighbours (barycenter method; Sugiyama, Tagawa and Toda, 1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zt_ai.report.diagram import Arrow, Box, Diagram, Lane
from zt_ai.report.rows import rows

BOX_HEIGHT = 44.0
ROW_GAP = 48.0
BAND_GAP = 40.0
LANE_HEAD = 30.0
LANE_PAD = 16.0
BOX_GAP = 22.0
GUTTER = 22.0
TRACK = 11.0  # distance of two arrows in a gutter
MARGIN = 12.0
_SWEEPS = 12
_CHARACTER = 7.1  # width of an average character at 12.5 px


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels, y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> float:
        """Its horizontal middle."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything placed. `routes` are the points of each arrow, from its source to its destination."""

    width: float
    height: float
    lanes: Mapping[str, Rect]
    boxes: Mapping[str, Rect]
    routes: tuple[tuple[Arrow, tuple[tuple[float, float], ...]], ...]


def layout(picture: Diagram) -> Layout:
    """Place a diagram."""
    return _Placer(picture).place()


def box_width(box: Box) -> float:
    """Width that the box's text needs."""
    return max(92.0, max(len(box.title) * _CHARACTER, len(box.note) * _CHARACTER * 0.86) + 24)


class _Placer:
    def __init__(self, picture: Diagram) -> None:
        self.picture = picture
        self.widths = {box.name: box_width(box) for box in picture.boxes}
        self.lane_of = {box.name: box.lane for box in picture.boxes}
        self.band_of = {lane.name: lane.band for lane in picture.lanes}
        self.bands: dict[int, list[str]] = defaultdict(list)
        for lane in picture.lanes:
            self.bands[lane.band].append(lane.name)
        self.fixed = {lane.name for lane in picture.lanes if lane.band <= 1}
        self.rows = rows(picture)
        self.order: dict[tuple[str, int], list[str]] = defaultdict(list)  # lane and row -> boxes, left to right
        for box in picture.boxes:
            self.order[box.lane, self.rows[box.name]].append(box.name)
        self.depth = {
            band: 1 + max(self.rows[b.name] for b in picture.boxes if self.band_of[b.lane] == band)
            for band in self.bands
        }
        self.tracks: dict[tuple[int, int], int] = defaultdict(int)  # band and gutter -> arrows in it
        self.near: dict[str, list[str]] = defaultdict(list)
        for arrow in picture.arrows:
            self.near[arrow.source].append(arrow.destination)
            self.near[arrow.destination].append(arrow.source)

    def place(self) -> Layout:
        best = self._snapshot()
        shortest = self._length()
        for _ in range(_SWEEPS):
            self._improve()
            if (length := self._length()) < shortest:
                shortest, best = length, self._snapshot()
        self._restore(best)
        tops, height = self._tops()
        passing = self._passing()
        lanes, boxes = self._positions(tops)
        routes = self._routes(lanes, boxes, tops, passing)
        width = max(rect.x + rect.width for rect in lanes.values()) + MARGIN + GUTTER
        return Layout(width, height, lanes, boxes, routes)

    def _band(self, box: str) -> int:
        return self.band_of[self.lane_of[box]]

    # -- order --------------------------------------------------------------------------------------------------------

    def _improve(self) -> None:
        lanes, boxes = self._positions(self._tops()[0])
        wanted = {
            name: sum(boxes[n].center for n in self.near[name]) / len(self.near[name])
            if self.near[name]
            else rect.center
            for name, rect in boxes.items()
        }
        for names in self.bands.values():
            movable = [name for name in names if name not in self.fixed]
            if len(movable) == len(names):
                mean = {
                    name: _mean((wanted[b] for b, lane in self.lane_of.items() if lane == name), lanes[name].center)
                    for name in names
                }
                names.sort(key=lambda name: mean[name])
        for boxes_of_row in self.order.values():
            boxes_of_row.sort(key=lambda name: wanted[name])

    def _length(self) -> float:
        _, boxes = self._positions(self._tops()[0])
        return sum(abs(boxes[a.source].center - boxes[a.destination].center) for a in self.picture.arrows)

    def _snapshot(self) -> tuple[dict[int, list[str]], dict[tuple[str, int], list[str]]]:
        return {b: list(n) for b, n in self.bands.items()}, {k: list(n) for k, n in self.order.items()}

    def _restore(self, kept: tuple[dict[int, list[str]], dict[tuple[str, int], list[str]]]) -> None:
        self.bands = defaultdict(list, kept[0])
        self.order = defaultdict(list, kept[1])

    # -- positions ----------------------------------------------------------------------------------------------------

    def _tops(self) -> tuple[dict[int, float], float]:
        tops: dict[int, float] = {}
        y = MARGIN
        for band in sorted(self.bands):
            tops[band] = y
            y += self._band_height(band) + BAND_GAP
        return tops, y - BAND_GAP + MARGIN

    def _band_height(self, band: int) -> float:
        depth = self.depth[band]
        return LANE_HEAD + depth * BOX_HEIGHT + (depth - 1) * ROW_GAP + LANE_PAD

    def _gutter(self, band: int, index: int) -> float:
        return GUTTER + TRACK * self.tracks[band, index]

    def _lane_width(self, lane: Lane | str) -> float:
        name = lane if isinstance(lane, str) else lane.name
        found = [names for (of, _), names in self.order.items() if of == name]
        widest = max((sum(self.widths[n] for n in names) + BOX_GAP * (len(names) - 1) for names in found), default=0.0)
        title = next(one for one in self.picture.lanes if one.name == name)
        return max(widest, (len(title.title) + len(title.note)) * _CHARACTER) + 2 * LANE_PAD

    def _positions(self, tops: Mapping[int, float]) -> tuple[dict[str, Rect], dict[str, Rect]]:
        natural = {band: sum(self._lane_width(n) for n in names) for band, names in self.bands.items()}
        gutters = {b: sum(self._gutter(b, i) for i in range(len(n) + 1)) for b, n in self.bands.items()}
        total = max(natural[band] + gutters[band] for band in self.bands)
        lanes: dict[str, Rect] = {}
        boxes: dict[str, Rect] = {}
        for band, names in self.bands.items():
            stretch = (total - gutters[band]) / natural[band]
            x = MARGIN + self._gutter(band, 0)
            for index, name in enumerate(names):
                width = self._lane_width(name) * stretch
                lanes[name] = Rect(x, tops[band], width, self._band_height(band))
                self._fill(lanes[name], name, boxes)
                x += width + self._gutter(band, index + 1)
        return lanes, boxes

    def _fill(self, lane: Rect, name: str, boxes: dict[str, Rect]) -> None:
        for (of, row), names in self.order.items():
            if of != name:
                continue
            space = lane.width - sum(self.widths[n] for n in names)
            gap = space / (len(names) + 1)
            x = lane.x + gap
            for box in names:
                y = lane.y + LANE_HEAD + row * (BOX_HEIGHT + ROW_GAP)
                boxes[box] = Rect(x, y, self.widths[box], BOX_HEIGHT)
                x += self.widths[box] + gap

    # -- arrows -------------------------------------------------------------------------------------------------------

    def _layers(self) -> list[tuple[int, int]]:
        return [(band, row) for band in sorted(self.bands) for row in range(self.depth[band])]

    def _passing(self) -> dict[tuple[int, tuple[int, int]], tuple[int, int]]:
        """Gutter and track of each arrow on each layer that it passes, by arrow number and layer."""
        _, boxes = self._positions(self._tops()[0])
        lanes, _ = self._positions(self._tops()[0])
        layers = self._layers()
        found: dict[tuple[int, tuple[int, int]], tuple[int, int]] = {}
        by_gutter: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        for number, arrow in enumerate(self.picture.arrows):
            upper, lower = sorted((arrow.source, arrow.destination), key=lambda n: boxes[n].y)
            first, last = (layers.index((self._band(n), self.rows[n])) for n in (upper, lower))
            between = layers[first + 1 : last]
            for band in dict.fromkeys(layer[0] for layer in between):
                share = (self._middle(band) - boxes[upper].y) / max(1.0, boxes[lower].y - boxes[upper].y)
                ideal = boxes[upper].center + min(1.0, max(0.0, share)) * (boxes[lower].center - boxes[upper].center)
                gutter = min(
                    range(len(self.bands[band]) + 1), key=lambda g: abs(self._gutter_x(band, g, lanes) - ideal)
                )
                by_gutter[band, gutter].append((ideal, number))
        for (band, gutter), arrows in by_gutter.items():
            self.tracks[band, gutter] = len(arrows)
            for track, (_, number) in enumerate(sorted(arrows)):
                for layer in layers:
                    if layer[0] == band:
                        found[number, layer] = (gutter, track)
        return found

    def _middle(self, band: int) -> float:
        return self._tops()[0][band] + self._band_height(band) / 2

    def _gutter_x(self, band: int, gutter: int, lanes: Mapping[str, Rect]) -> float:
        """Left edge of a gutter."""
        names = self.bands[band]
        if gutter == 0:
            return lanes[names[0]].x - self._gutter(band, 0)
        rect = lanes[names[gutter - 1]]
        return rect.x + rect.width

    def _routes(
        self,
        lanes: Mapping[str, Rect],
        boxes: Mapping[str, Rect],
        tops: Mapping[int, float],
        passing: Mapping[tuple[int, tuple[int, int]], tuple[int, int]],
    ) -> tuple[tuple[Arrow, tuple[tuple[float, float], ...]], ...]:
        layers = self._layers()
        middles: list[list[tuple[float, float]]] = []
        for number, arrow in enumerate(self.picture.arrows):
            first, last = (layers.index((self._band(n), self.rows[n])) for n in (arrow.source, arrow.destination))
            points: list[tuple[float, float]] = []
            downwards = first <= last
            for layer in layers[first + 1 : last] if downwards else reversed(layers[last + 1 : first]):
                gutter, track = passing[number, layer]
                x = self._gutter_x(layer[0], gutter, lanes) + GUTTER / 2 + TRACK * (track + 0.5)
                y = tops[layer[0]] + LANE_HEAD + layer[1] * (BOX_HEIGHT + ROW_GAP)
                ends = [(x, y), (x, y + BOX_HEIGHT)]
                points += ends if downwards else ends[::-1]
            middles.append(points)
        ports = self._ports(boxes, middles)
        return tuple(
            (arrow, (ports[number][0], *middles[number], ports[number][1]))
            for number, arrow in enumerate(self.picture.arrows)
        )

    def _ports(
        self, boxes: Mapping[str, Rect], middles: list[list[tuple[float, float]]]
    ) -> list[list[tuple[float, float]]]:
        """Where each arrow leaves and enters: spread along the side of the box, in the order of where it comes from."""
        sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
        for number, arrow in enumerate(self.picture.arrows):
            for end, (name, other) in enumerate(((arrow.source, arrow.destination), (arrow.destination, arrow.source))):
                points = middles[number]
                toward = (points[0] if end == 0 else points[-1]) if points else (boxes[other].center, boxes[other].y)
                sides[name, toward[1] > boxes[name].y].append((toward[0], number, end))
        ports: list[list[tuple[float, float]]] = [[(0.0, 0.0), (0.0, 0.0)] for _ in middles]
        for (name, bottom), found in sides.items():
            rect = boxes[name]
            for index, (_, number, end) in enumerate(sorted(found)):
                x = rect.x + rect.width * (index + 1) / (len(found) + 1)
                ports[number][end] = (x, rect.y + rect.height if bottom else rect.y)
        return ports


def _mean(values: Iterable[float], otherwise: float) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else otherwise
