"""A ruled table of a page as cells of a grid."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from gouji.formats.pdf.page import Box, Char
from gouji.formats.pdf.paragraphs import paragraphs_in
from gouji.formats.pdf.print import lines_of, runs_of
from gouji.formats.published import Paragraph, PrintedCell, PrintedTable
from gouji.formats.shown_text import Look, Run, prose_of

Span = tuple[int, int, int, int]
"""A box, as indexes of grid lines."""

_NEAR = 2.5
"""Lines closer than this are one line: double rules and inexact rules."""
_TOO_NARROW = 6.0
"""Points: no text has room between lines that are closer."""
_NOT_SEEN = "…"
"""For what a cell may hold where nobody sees it."""
_CUT_OFF = 3.0
"""In font sizes: how far behind the edge of a table a hidden digit may stand that belongs to it."""
_ONE_NUMBER = 0.1
"""In font sizes: the room between two digits of one number."""


def table_of(
    boxes: Sequence[Box],
    chars: Iterable[Char],
    page: int,
    seen_to: float = math.inf,
    inner: Sequence[tuple[Box, PrintedTable]] = (),
) -> PrintedTable:
    """Return a table from the boxes of its cells, the characters of the page and its number.

    Of a cell that ends behind ``seen_to``, the edge of the paper has cut off a part. ``inner`` are tables inside cells.
    """
    chars = list(chars)
    for left, top, right, bottom in (area for area, _ in inner):
        chars = [char for char in chars if not (left <= char.x <= right and top <= char.y <= bottom)]
    xs, ys = [char.x for char in chars], [char.y for char in chars]
    columns = _edges([side for box in boxes for side in (box[0], box[2])], xs)
    rows = _edges([side for box in boxes for side in (box[1], box[3])], ys)
    spans: dict[int, Span] = {}
    for number, box in enumerate(boxes):
        left, right = _nearest(columns, box[0]), _nearest(columns, box[2])
        top, bottom = _nearest(rows, box[1]), _nearest(rows, box[3])
        if left < right and top < bottom:
            spans[number] = left, top, right, bottom
    index: dict[tuple[int, int], int] = {}
    for number, (left, top, right, bottom) in sorted(spans.items(), key=lambda span: -_size(*span[1])):
        index.update({(row, column): number for row in range(top, bottom) for column in range(left, right)})
    spans = {number: part for number, span in spans.items() if (part := _own(number, span, index))}
    inside: dict[int, list[Char]] = defaultdict(list)
    place = {
        id(char): index.get((bisect_right(rows, y) - 1, bisect_right(columns, x) - 1), -1)
        for char, x, y in zip(chars, xs, ys, strict=True)
    }
    _doubt_torn_numbers(chars, place)
    _place_what_is_cut_off(chars, place, index, columns, rows)
    for char in chars:
        own = place[id(char)]
        if own >= 0:
            inside[own].append(char)
    lines: list[list[tuple[int, PrintedCell]]] = [[] for _ in rows[1:]]
    for number, (left, top, right, bottom) in spans.items():
        edge = boxes[number][2]
        parts = [(area, table) for area, table in inner if is_within(area, boxes[number])]
        content = _content(inside[number], boxes[number], parts) if number in inside or parts else ()
        if edge > seen_to and not any(isinstance(part, PrintedTable) or part.text for part in content):
            # A program may leave out what nobody sees of a page, so this cell is not known to be blank.
            content = (Paragraph(_NOT_SEEN, runs=(Run(_NOT_SEEN, Look.CUT),)),)
        lines[top].append((left, PrintedCell(content, bottom - top, right - left)))
    for row, line in enumerate(lines):
        # If a cell is not drawn, the cells to the right of it keep their columns.
        end = max((column for top, column in index if top == row), default=0)
        line += [(column, PrintedCell(())) for column in range(end) if (row, column) not in index]
    cells = (tuple(cell for _, cell in sorted(line, key=lambda placed: placed[0])) for line in lines)
    return PrintedTable(tuple(cells), f"第{page}页", page)


def content_of(chars: Sequence[Char], left: float = -math.inf, right: float = math.inf) -> tuple[Paragraph, ...]:
    """Return the content of a cell between two places, a paragraph for each line."""
    lines = lines_of(chars)
    if right - left < math.inf and (texts := paragraphs_in(lines, left, right)):
        return tuple(Paragraph(text) for text in texts)
    runs = runs_of(lines, right - left)
    if not runs:
        return ()
    if len(runs) == 1 and runs[0].look is Look.PLAIN and "\n" not in runs[0].text:
        return (Paragraph(runs[0].text),)
    if any(run.look is not Look.PLAIN for run in runs):
        return (Paragraph(prose_of(runs), runs=tuple(runs)),)
    return tuple(Paragraph(line) for line in "".join(text for text, _ in runs).split("\n"))


def _content(
    chars: Sequence[Char], box: Box, inner: Sequence[tuple[Box, PrintedTable]]
) -> tuple[Paragraph | PrintedTable, ...]:
    """Return the content of a cell, with the tables inside it, from top to bottom."""
    parts: list[Paragraph | PrintedTable] = []
    for area, table in sorted(inner, key=lambda placed: placed[0][1]):
        parts += content_of([char for char in chars if char.y < area[1]], box[0], box[2])
        parts.append(table)
        chars = [char for char in chars if char.y >= area[1]]
    return (*parts, *content_of(chars, box[0], box[2]))


def is_within(area: Box, box: Box) -> bool:
    """Tell whether a table is inside a cell."""
    return (
        box[0] - _NEAR < area[0] and box[1] - _NEAR < area[1] and area[2] < box[2] + _NEAR and area[3] < box[3] + _NEAR
    )


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


def _doubt_torn_numbers(chars: Sequence[Char], place: Mapping[int, int]) -> None:
    """Mark digits as unsure where a number runs over the edge of its cell: nobody can tell which cell it belongs to."""
    digits = [char for char in chars if char.text.isdigit() and char.baseline is not None and char.look is Look.PLAIN]
    digits.sort(key=lambda char: (round(char.baseline or 0.0), char.x0))
    for one, other in pairwise(digits):
        apart = place[id(one)] != place[id(other)] and (place[id(one)] >= 0 or place[id(other)] >= 0)
        if apart and one.baseline == other.baseline and abs(other.x0 - one.x1) < _ONE_NUMBER * one.size:
            one.look = other.look = Look.UNSURE


def _place_what_is_cut_off(
    chars: Iterable[Char],
    place: dict[int, int],
    index: Mapping[tuple[int, int], int],
    columns: Sequence[float],
    rows: Sequence[float],
) -> None:
    """Give hidden digits just behind the last column to its cells: the edge of the paper has cut off the column.

    Such a cell is not blank, and nobody sees its number.
    """
    for char in chars:
        if char.look is not Look.UNSEEN or not char.text.isdigit():
            continue
        if 0 < char.x - columns[-1] < _CUT_OFF * char.size:
            last = index.get((bisect_right(rows, char.y) - 1, len(columns) - 2))
            if last is not None and place[id(char)] < 0:
                place[id(char)] = last


def _edges(values: list[float], middles: Iterable[float]) -> list[float]:
    """Return the lines of a grid, merging values that are close together.

    What is too narrow for text and holds none is a gap between two parts of a table; ``middles`` are where text is.
    """
    places = sorted(middles)
    edges: list[float] = []
    for value in sorted(values):
        if edges and value - edges[-1] <= _NEAR:
            continue
        if edges and value - edges[-1] < _TOO_NARROW and bisect_left(places, edges[-1]) == bisect_left(places, value):
            continue
        edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    above = bisect_left(edges, value)
    if above == len(edges) or (above and value - edges[above - 1] <= edges[above] - value):
        return above - 1
    return above
