"""An official table drawn from its grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, floor

from gouji.grid import Grid, Placed
from gouji.word.oxml import Element, clean, paragraph, run, w
from gouji.word.style import TABLE, TABLE_DENSE, TABLE_WIDE, TEXT_WIDTH, Style, font_size, twips

_MM = 72 / 25.4
_SLACK = 1
"""Points by which a cell is wider than its text, since programs round differently."""
_ABOVE = 0.75
"""Between a cell's border and its text, above and below."""
_DIGIT = 0.64
"""The width of a digit in em, in the widest of the fonts that stand in for a missing one; in Times it is a half."""
_SMALLEST = 4
"""The smallest size to which a number is reduced so that it stays on one line."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table of a certain shape is set; measures are in points."""

    style: Style
    row_height: float
    margin: float
    """Between a cell's border and its text, left and right."""
    own_page: bool = False
    """The table fills a page: it starts on a new one, with its heading."""


_NORMAL = Layout(TABLE, 8.5 * _MM, 1.5 * _MM)
_WIDE = Layout(TABLE_WIDE, 8.5 * _MM, 0.5 * _MM)
_DENSE = Layout(TABLE_DENSE, 6.4 * _MM, 0.5 * _MM, own_page=True)

_MANY_ROWS = 20
_MANY_COLUMNS = 12
_DIGITS = 7
"""Digits for which a number column beside group labels is wide enough."""


def layout_of(grid: Grid) -> Layout:
    """Return how a table is set, by its size."""
    if grid.rows > _MANY_ROWS:
        return _DENSE
    return _WIDE if grid.columns > _MANY_COLUMNS else _NORMAL


def table_element(grid: Grid, printed: Callable[[str], str]) -> Element:
    """Draw a grid; ``printed`` says what stands in the number cell of a Ref."""
    return _Drawing(grid, layout_of(grid), printed).table()


@dataclass(frozen=True)
class _Drawing:
    grid: Grid
    layout: Layout
    printed: Callable[[str], str]

    def table(self) -> Element:
        columns = w("tblGrid", *(w("gridCol", w=width) for width in self.widths))
        return w("tbl", self._properties(), columns, *map(self._row, range(self.grid.rows)))

    @cached_property
    def widths(self) -> list[int]:
        """The widths of the columns, which together are the print area's.

        With one column of labels or none all are equal, as in the official form. With more, group labels and numbers
        get what they need and the labels of the single rows the rest, for they are long.
        """
        if self.grid.stub < 2:
            edges = [round(TEXT_WIDTH * at / self.grid.columns) for at in range(self.grid.columns + 1)]
            return [right - left for left, right in pairwise(edges)]
        size, around = self.layout.style.size, 2 * self.layout.margin + _SLACK
        groups = [twips(self._group_width(at) * size + around) for at in range(self.grid.stub - 1)]
        numbers = [twips(_DIGITS * size / 2 + around)] * (self.grid.columns - self.grid.stub)
        return [*groups, TEXT_WIDTH - sum(groups) - sum(numbers), *numbers]

    def _group_width(self, column: int) -> int:
        """Return the characters in a line of a column of group labels: a label is set in two or three lines."""
        groups = (len(cell.text) for cell in self.grid.labels if cell.column == column and _is_group(cell))
        longest = max(groups, default=1)
        return ceil(longest / (2 if longest < 8 else 3))

    def _properties(self) -> Element:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        aside, above = self.layout.margin, _ABOVE
        margins = (("top", above), ("left", aside), ("bottom", above), ("right", aside))
        return w(
            "tblPr",
            w("tblW", w=TEXT_WIDTH, type="dxa"),
            w("jc", val="center"),
            w("tblBorders", *(w(side, val="single", sz=4, space=0, color="000000") for side in sides)),
            w("tblLayout", type="fixed"),
            w("tblCellMar", *(w(side, w=twips(margin), type="dxa") for side, margin in margins)),
        )

    def _row(self, row: int) -> Element:
        properties = w("trPr", w("cantSplit"), w("trHeight", val=twips(self.layout.row_height), hRule="atLeast"))
        if self._is_repeated(row):
            properties.append(w("tblHeader"))
        cells = (cell for cell in self.grid.cells if 0 <= row - cell.row < cell.rowspan)
        return w("tr", properties, *(self._cell(cell, row) for cell in sorted(cells, key=lambda cell: cell.column)))

    def _is_repeated(self, row: int) -> bool:
        """Tell whether a row stands again on the next page.

        The header of the first of several blocks does not: above the rows of another block it would be wrong.
        """
        return row < self.grid.header and not any(cell.role == "title" for cell in self.grid.cells)

    def _stays_with_next(self, row: int) -> bool:
        """Tell whether a row stands on the page of the next one: no table is divided, unless it fills a page."""
        return self._is_repeated(row) if self.layout.own_page else row + 1 < self.grid.rows

    def _cell(self, cell: Placed, row: int) -> Element:
        width = sum(self.widths[cell.column : cell.column + cell.colspan])
        properties = w("tcPr", w("tcW", w=width, type="dxa"))
        if cell.colspan > 1:
            properties.append(w("gridSpan", val=cell.colspan))
        if cell.rowspan > 1:
            properties.append(w("vMerge", val="restart" if row == cell.row else "continue"))
        properties.append(w("vAlign", val="center"))
        inner = width / 20 - 2 * self.layout.margin
        return w("tc", properties, self._text(cell, inner, row) if row == cell.row else self._line(row))

    def _text(self, cell: Placed, inner: float, row: int) -> Element:
        size = self.layout.style.size
        if cell.ref:
            text = clean(self.printed(cell.ref))
            return self._line(row, run(text, *_reduced(text, inner, size)))
        properties = []
        if cell.role == "header":
            properties += _evenly_broken(cell.text, inner, size)
        if cell.role == "stub" and self.grid.stub > 1 and not _is_group(cell):
            properties.append(w("jc", val="left"))
        return self._line(row, run(cell.text), properties=properties)

    def _line(self, row: int, *runs: Element, properties: list[Element] | None = None) -> Element:
        kept = [w("keepNext")] if self._stays_with_next(row) else []
        return paragraph(self.layout.style.id, *runs, properties=[*kept, *(properties or [])])


def _is_group(cell: Placed) -> bool:
    return cell.role == "stub" and cell.rowspan > 1


def _reduced(text: str, inner: float, size: float) -> tuple[Element, ...]:
    """Return the font size at which a number stays on one line, if the style's is too large; words may wrap."""
    fitting = floor(2 * inner / (_DIGIT * max(len(text), 1))) / 2
    if fitting >= size or not text.isascii() or len(text.split()) > 1:
        return ()
    return font_size(max(fitting, _SMALLEST))


def _evenly_broken(text: str, inner: float, size: float) -> list[Element]:
    """Return the indents that let a narrow header break after an even number of characters, as its words do."""
    characters = floor(inner / size)
    if len(text) <= characters or characters % 2 == 0:
        return []
    side = (inner - _SLACK - (characters - 1) * size) / 2
    return [w("ind", left=twips(side), right=twips(side))]
