"""An official table drawn from its grid: once for the form, and its figures then for each report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from math import ceil, floor

from gouji.form.grid import Grid, Placed, grid_of
from gouji.form.model import Table
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import TABLE, TABLE_DENSE, TABLE_WIDE, TEXT_WIDTH, Style, font_size, twips
from gouji.formats.word.table_properties import table_properties

_MM = 72 / 25.4
_SLACK = 1
"""Points by which a cell is wider than its text, since programs round differently."""
_ABOVE = 1.25
"""Between a cell's border and its text, above and below."""
_DIGIT = 0.64
"""The width of a digit in em, in the widest of the fonts that stand in for a missing one; in Times it is a half."""
_SMALLEST = 4
"""The smallest size to which a number is reduced so that it stays on one line."""
_NUMBERED = re.compile("（[一二三四五六七八九十]+）")
"""The number with which a group label begins."""
_CUT = "\0"
"""Stands around the Ref of a number cell until its figure does; no text of a document can hold it."""


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
_DIGITS = 6.5
"""Digits for which a number column beside group labels is wide enough."""


def layout_of(grid: Grid) -> Layout:
    """Return how a table is set, by its size."""
    if grid.rows > _MANY_ROWS:
        return _DENSE
    return _WIDE if grid.columns > _MANY_COLUMNS else _NORMAL


@cache
def drawing_of(table: Table, heading: str) -> Drawing:
    """Return the drawing of a table of the form; ``heading`` is that of its section."""
    grid = grid_of(table)
    return Drawing(grid, layout_of(grid), heading)


@dataclass(frozen=True)
class Drawing:
    """A table of the form without its figures."""

    grid: Grid
    layout: Layout
    caption: str

    def filled(self, printed: Callable[[str], str]) -> Markup:
        """Return the table; ``printed`` says what stands in the number cell of a Ref."""
        size = self.layout.style.size
        pieces = self._pieces.copy()
        pieces[1::2] = [_number(printed(ref), self._rooms[ref], size) for ref in pieces[1::2]]
        return Markup("".join(pieces))

    @cached_property
    def _pieces(self) -> list[str]:
        """The table, cut where its numbers stand: every second piece is the Ref of one."""
        return self._table().split(_CUT)

    @cached_property
    def _rooms(self) -> dict[str, float]:
        """The width that each number has, in points, by its Ref."""
        return {ref: self._room(cell) for ref, cell in self.grid.numbers.items()}

    def _table(self) -> Markup:
        columns = w("tblGrid", *(w("gridCol", w=width) for width in self.widths))
        return w("tbl", self._properties(), columns, *map(self._row, range(self.grid.rows)))

    @cached_property
    def widths(self) -> list[int]:
        """The widths of the columns, which together are the print area's.

        With one column of labels or none all are equal, as in the official form. With more, group labels and numbers
        get what they need and the labels of the single rows the rest, for they are long.
        """
        if self.grid.stub < 2:
            edges = [round(TEXT_WIDTH * index / self.grid.columns) for index in range(self.grid.columns + 1)]
            return [right - left for left, right in pairwise(edges)]
        size, around = self.layout.style.size, 2 * self.layout.margin + _SLACK
        groups = [twips(self._group_width(index) * size + around) for index in range(self.grid.stub - 1)]
        numbers = [twips(_DIGITS * size / 2 + around)] * (self.grid.columns - self.grid.stub)
        return [*groups, TEXT_WIDTH - sum(groups) - sum(numbers), *numbers]

    def _group_width(self, column: int) -> int:
        """Return the characters in a line of a column of group labels: a label is set in two or three lines."""
        groups = (len(cell.text) for cell in self.grid.labels if cell.column == column and _is_group(cell))
        longest = max(groups, default=1)
        return ceil(longest / (2 if longest < 10 else 3))

    def _properties(self) -> Markup:
        labels = "、".join(cell.text for cell in self.grid.labels if cell.row == 0)
        return table_properties(
            TEXT_WIDTH, beside=self.layout.margin, above=_ABOVE, caption=self.caption, description=f"首行：{labels}"
        )

    def _row(self, row: int) -> Markup:
        properties = [w("cantSplit"), w("trHeight", val=twips(self.layout.row_height), hRule="atLeast")]
        if self._is_repeated(row):
            properties.append(w("tblHeader"))
        covering = (cell for cell in self.grid.cells if 0 <= row - cell.row < cell.rowspan)
        cells = (self._cell(cell, row) for cell in sorted(covering, key=lambda cell: cell.column))
        return w("tr", w("trPr", *properties), *cells)

    def _is_repeated(self, row: int) -> bool:
        """Tell whether a row stands again on the next page.

        The header of the first of several blocks does so only in a table that is not divided, where it merely says
        which rows are the header: above the rows of another block it would be wrong.
        """
        one_block = not any(cell.role == "title" for cell in self.grid.cells)
        return row < self.grid.header and (one_block or not self.layout.own_page)

    def _stays_with_next(self, row: int) -> bool:
        """Tell whether a row stands on the page of the next one: no table is divided, unless it fills a page."""
        return self._is_repeated(row) if self.layout.own_page else row + 1 < self.grid.rows

    def _cell(self, cell: Placed, row: int) -> Markup:
        properties = [w("tcW", w=self._width(cell), type="dxa")]
        if cell.colspan > 1:
            properties.append(w("gridSpan", val=cell.colspan))
        if cell.rowspan > 1:
            properties.append(w("vMerge", val="restart" if row == cell.row else "continue"))
        properties.append(w("vAlign", val="center"))
        return w("tc", w("tcPr", *properties), self._text(cell, row) if row == cell.row else self._line(row))

    def _width(self, cell: Placed) -> int:
        return sum(self.widths[cell.column : cell.column + cell.colspan])

    def _room(self, cell: Placed) -> float:
        """Return how wide a text in a cell may be, in points."""
        return self._width(cell) / 20 - 2 * self.layout.margin

    def _text(self, cell: Placed, row: int) -> Markup:
        if cell.ref:
            return self._line(row, Markup(f"{_CUT}{cell.ref}{_CUT}"))
        properties = []
        if cell.role == "header":
            properties += _evenly_broken(cell.text, self._room(cell), self.layout.style.size)
        if cell.role == "stub" and self.grid.stub > 1 and not _is_group(cell):
            properties.append(w("jc", val="left"))
        if _is_group(cell):
            properties += _broken_after_number(cell.text, self._room(cell), self.layout.style.size)
        return self._line(row, run(cell.text), properties=properties)

    def _line(self, row: int, *runs: Markup, properties: list[Markup] | None = None) -> Markup:
        kept = [w("keepNext")] if self._stays_with_next(row) else []
        return paragraph(self.layout.style.id, *runs, properties=[*kept, *(properties or [])])


def _is_group(cell: Placed) -> bool:
    return cell.role == "stub" and cell.rowspan > 1


@lru_cache(1024)
def _number(text: str, room: float, size: float) -> Markup:
    """Return what stands in a number cell; in the reports of a round it is mostly the same few numbers."""
    return run(text, *_reduced(text, room, size))


def _reduced(text: str, room: float, size: float) -> tuple[Markup, ...]:
    """Return the font size at which a number stays on one line, if the style's is too large; words may wrap."""
    fitting = floor(2 * room / (_DIGIT * max(len(text), 1))) / 2
    if fitting >= size or not text.isascii() or len(text.split()) > 1:
        return ()
    return font_size(max(fitting, _SMALLEST))


def _evenly_broken(text: str, room: float, size: float) -> list[Markup]:
    """Return the indents that let a narrow header break after an even number of characters, as its words do."""
    characters = floor(room / size)
    if len(text) <= characters or characters % 2 == 0:
        return []
    side = (room - _SLACK - (characters - 1) * size) / 2
    return [w("ind", left=twips(side), right=twips(side))]


def _broken_after_number(text: str, room: float, size: float) -> list[Markup]:
    """Return what lets a group label break after its number: （三） above 不予公开, and not 不 beside the number.

    The first line stands in so far that no further character fits, which also puts it in the middle. A line end in the
    text would be one in every copy of it.
    """
    characters = floor(room / size)
    number = _NUMBERED.match(text)
    if not number or not number.end() < characters < len(text) <= characters + number.end():
        return []
    aside = (characters - number.end()) * size / 2
    return [w("ind", firstLine=twips(aside)), w("jc", val="left")]
