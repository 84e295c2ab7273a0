"""A ruled table of a page as cells of a grid."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gouji.formats.pdf.page import Box, Char
from gouji.formats.pdf.print import runs_of
from gouji.formats.published import Paragraph, PrintedCell, PrintedTable
from gouji.formats.shown_text import Look, Run, prose_of

Span = tuple[int, int, int, int]
"""A box, as indexes of grid lines."""

_NEAR = 2.5
"""Lines closer than this are one line: double rules and inexact rules."""


def table_of(boxes: Sequence[Box], chars: Iterable[Char], page: int) -> PrintedTable:
    """Return a table from the boxes of its cells, the characters of the page and its number."""
    columns = _edges([side for box in boxes for side in (box[0], box[2])])
    rows = _edges([side for box in boxes for side in (box[1], box[3])])
    spans: dict[int, Span] = {}
    for number, box in enumerate(boxes):
        left, right = _nearest(columns, box[0]), _nearest(columns, box[2])
        top, bottom = _nearest(rows, box[1]), _nearest(rows, box[3])
        if left < right and top < bottom:
            spans[number] = left, top, right, bottom
    index: dict[tuple[int, int], int] = {}
    for number, (left, top, right, bottom) in sorted(spans.items(), key=lambda span: -_size(*span[1])):
        index.update({(row, column): number for row in range(top, bottom) for column in range(left, right)})
    spans = {number: own for number, span in spans.items() if (own := _own(number, span, index))}
    inside: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        number = index.get((bisect_right(rows, char.y) - 1, bisect_right(columns, char.x) - 1), -1)
        if number >= 0:
            inside[number].append(char)
    lines: list[list[tuple[int, PrintedCell]]] = [[] for _ in rows[1:]]
    for number, (left, top, right, bottom) in spans.items():
        content = _paragraphs(runs_of(inside[number], boxes[number][2]))
        lines[top].append((left, PrintedCell(content, bottom - top, right - left)))
    for row, line in enumerate(lines):
        # If a cell is not drawn, the cells to the right of it keep their columns.
        end = max((column for top, column in index if top == row), default=0)
        line += [(column, PrintedCell(())) for column in range(end) if (row, column) not in index]
    cells = (tuple(cell for _, cell in sorted(line, key=lambda placed: placed[0])) for line in lines)
    return PrintedTable(tuple(cells), f"第{page}页", page)


def _paragraphs(runs: Sequence[Run]) -> tuple[Paragraph, ...]:
    """Return the content of a cell, a paragraph for each line."""
    if not runs:
        return ()
    if any(run.look is not Look.PLAIN for run in runs):
        return (Paragraph(prose_of(runs), runs=tuple(runs)),)
    return tuple(Paragraph(line) for line in "".join(text for text, _ in runs).split("\n"))


def _size(left: int, top: int, right: int, bottom: int) -> int:
    return (right - left) * (bottom - top)


def _own(number: int, span: Span, index: Mapping[tuple[int, int], int]) -> Span | None:
    """Return the part of a box without smaller boxes in it: the box of a corner without rules may cover others."""
    left, top, right, bottom = span
    if index[top, left] != number:
        return None
    right = next((column for column in range(left, right) if index[top, column] != number), right)
    below = (row for row in range(top, bottom) if any(index[row, column] != number for column in range(left, right)))
    return left, top, right, next(below, bottom)


def _edges(values: list[float]) -> list[float]:
    """Return the lines of a grid, merging values that are close together."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
