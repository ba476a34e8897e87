"""In which row of its band each box of the diagram stands: below every box of the band that calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from zt_ai.report.diagram import Diagram


def rows(picture: Diagram) -> dict[str, int]:
    """Row of each box, 0 the uppermost: the longest chain of calls in the band that leads to it, circles cut open."""
    band_of = {lane.name: lane.band for lane in picture.lanes}
    band = {box.name: band_of[box.lane] for box in picture.boxes}
    below: dict[str, list[str]] = defaultdict(list)
    for arrow in picture.arrows:
        if band[arrow.source] == band[arrow.destination] and not arrow.refuted:
            below[arrow.source].append(arrow.destination)
    forward = _without_cycles(below)
    found = dict.fromkeys(band, 0)
    changed = True
    while changed:  # ends: without circles no chain is longer than the number of boxes
        changed = False
        for source, destinations in forward.items():
            for destination in destinations:
                if found[destination] < found[source] + 1:
                    found[destination] = found[source] + 1
                    changed = True
    return found


def _without_cycles(below: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The same relation without the pairs that would close a circle (found by depth-first search)."""
    kept: dict[str, list[str]] = {source: [] for source in below}
    done: set[str] = set()
    for start in below:
        if start in done:
            continue
        path: list[tuple[str, list[str]]] = [(start, list(below[start]))]
        on_path = {start}
        while path:
            node, waiting = path[-1]
            if not waiting:
                path.pop()
                on_path.discard(node)
                done.add(node)
                continue
            following = waiting.pop(0)
            if following in on_path:
                continue
            kept[node].append(following)
            if following in below and following not in done:
                path.append((following, list(below[following])))
                on_path.add(following)
    return kept
