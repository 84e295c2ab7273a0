"""Which lines of labels belong to which row of numbers, where no line of the table tells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gouji.formats.pdf.words import Word

_LABEL_ROOM = 1.2
"""In font sizes: the room between two lines of one label."""
_NO_LABEL = 40.0
"""Points that a row without any label costs when lines of labels are given to rows."""


def by_middle(rows: Sequence[float], lines: list[list[Word]], size: float) -> list[list[list[Word]]]:
    """Give lines of labels to rows, so that the numbers stand at the middle of each label, or at its first line."""
    heights = [line[0].y for line in lines]
    goes_on = [_gap(one, other) <= _LABEL_ROOM * size for one, other in pairwise(lines)]
    options = (_given(rows, heights, goes_on, at_top=False), _given(rows, heights, goes_on, at_top=True))
    return [lines[start:end] for start, end in min(options, key=lambda option: option[0])[1]]


def _given(
    rows: Sequence[float], heights: Sequence[float], goes_on: Sequence[bool], *, at_top: bool
) -> tuple[float, list[tuple[int, int]]]:
    """Return the cheapest way to give lines to rows in their order, and what it costs; lines may be left over.

    ``goes_on`` tells of each line whether the next one may be of the same label.
    """
    best = [0.0] * (len(heights) + 1)
    """By number of lines, what it costs to give them to the rows so far."""
    given: list[list[tuple[int, int]]] = []
    """By row and number of lines, the first line of the row, and the one after its last."""
    for y in rows:
        costs: list[float] = []
        places: list[tuple[int, int]] = []
        for end in range(len(heights) + 1):
            cost, place = best[end] + _NO_LABEL, (end, end)
            for start in range(end - 1, -1, -1):
                if start < end - 1 and not goes_on[start]:
                    break
                middle = heights[start] if at_top else (heights[start] + heights[end - 1]) / 2
                own = best[start] + abs(middle - y)
                if own < cost:
                    cost, place = own, (start, end)
            if costs and costs[-1] < cost:
                cost, place = costs[-1], places[-1]
            costs.append(cost)
            places.append(place)
        best = costs
        given.append(places)
    chosen: list[tuple[int, int]] = []
    at = len(heights)
    for places in reversed(given):
        chosen.append(places[at])
        at = places[at][0]
    return best[-1], chosen[::-1]


def _gap(one: list[Word], other: list[Word]) -> float:
    return min(word.top for word in other) - max(word.bottom for word in one)
