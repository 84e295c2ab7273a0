"""A ruled table of a page as cells of a grid."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gouji.blocks import Cell, Paragraph, Table
from gouji.pdf.print import Char, text_of

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_NEAR = 2.5
"""Lines nearer than this are one: double rules, and rules that were not drawn with care."""


def table_of(boxes: Sequence[Box], chars: Iterable[Char], place: str) -> Table:
    """Return a table from the boxes of its cells and the characters of the page."""
    columns = _edges([each for box in boxes for each in (box[0], box[2])])
    rows = _edges([each for box in boxes for each in (box[1], box[3])])
    spans = {}
    for number, box in enumerate(boxes):
        left, right = _nearest(columns, box[0]), _nearest(columns, box[2])
        top, bottom = _nearest(rows, box[1]), _nearest(rows, box[3])
        if left < right and top < bottom:
            spans[number] = left, top, right, bottom
    at = {
        (row, column): number
        for number, (left, top, right, bottom) in spans.items()
        for row in range(top, bottom)
        for column in range(left, right)
    }
    inside: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        number = at.get((bisect_right(rows, y) - 1, bisect_right(columns, x) - 1), -1)
        if number >= 0:
            inside[number].append(char)
    lines: list[list[tuple[int, Cell]]] = [[] for _ in rows[1:]]
    for number, (left, top, right, bottom) in spans.items():
        text = text_of(inside[number], boxes[number][2])
        content = tuple(Paragraph(line) for line in text.split("\n")) if text else ()
        lines[top].append((left, Cell(content, bottom - top, right - left)))
    return Table(tuple(tuple(cell for _, cell in sorted(line, key=lambda each: each[0])) for line in lines), place)


def _edges(values: list[float]) -> list[float]:
    """Return the lines of a grid: values that are near to one another are one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))
