"""An official table as rows of HTML cells; each number refers to the labels above and beside it."""

from __future__ import annotations

from functools import cache

import msgspec

from gouji.form.grid import Grid, Placed, grid_of
from gouji.form.model import Table

_MANY_COLUMNS = 6


class HtmlCell(msgspec.Struct, frozen=True):
    """A cell in HTML."""

    placed: Placed
    tag: str
    id: str = ""
    scope: str = ""
    headers: str = ""
    """The ids of the labels of a number, the outermost first."""


class HtmlTable(msgspec.Struct, frozen=True):
    """A table without its figures: groups of rows of cells. No cell spans two groups."""

    id: str
    head: tuple[tuple[HtmlCell, ...], ...]
    """Rows that a browser repeats on each printed page; none if another block with another header follows."""
    bodies: tuple[tuple[tuple[HtmlCell, ...], ...], ...]
    widths: tuple[str, ...]
    """The least width of each column, in per cent of the table's."""

    @property
    def dense(self) -> bool:
        """Whether the table has more columns than a narrow screen can show."""
        return len(self.widths) > _MANY_COLUMNS


_GROUP, _NUMBER = 8.5, 6.4
"""The widths of columns of group labels and of numbers; the long labels of single rows get the rest."""


@cache
def html_table(table: Table) -> HtmlTable:
    """Return an official table, laid out exactly as the form prints it."""
    grid = grid_of(table)
    rows = [tuple(_cell(table.id, grid, cell) for cell in grid.cells if cell.row == row) for row in range(grid.rows)]
    starts = [cell.row for cell in grid.cells if cell.role == "title"]
    if starts:
        groups = [tuple(rows[start:end]) for start, end in zip(starts, [*starts[1:], grid.rows], strict=True)]
        return HtmlTable(table.id, (), tuple(groups), _widths(grid))
    return HtmlTable(table.id, tuple(rows[: grid.header]), (tuple(rows[grid.header :]),), _widths(grid))


def _widths(grid: Grid) -> tuple[str, ...]:
    """Return the widths of the columns: with one column of labels or none all are equal, as in the official form."""
    if grid.stub < 2:
        widths = [100 / grid.columns] * grid.columns
    else:
        numbers = grid.columns - grid.stub
        groups = [_GROUP] * (grid.stub - 1)
        widths = [*groups, 100 - sum(groups) - numbers * _NUMBER, *[_NUMBER] * numbers]
    return tuple(f"{width:.2f}" for width in widths)


def _cell(table: str, grid: Grid, cell: Placed) -> HtmlCell:
    if cell.ref:
        return HtmlCell(cell, "td", headers=" ".join(_id(table, label) for label in _labels_of(grid, cell)))
    if cell.role == "corner" and cell.colspan > 1:
        # It describes the table and is not a header.
        return HtmlCell(cell, "td")
    return HtmlCell(cell, "th", id=_id(table, cell), scope="row" if cell.role == "stub" else "col")


def _id(table: str, label: Placed) -> str:
    return f"{table}-{label.row}-{label.column}"


def _labels_of(grid: Grid, number: Placed) -> list[Placed]:
    """Return the labels of a number: the title and the header of its block above it, and its row's on the left."""
    numbered = {cell.row for cell in grid.numbers.values()}
    bottom = max(row for row in range(number.row) if row not in numbered)
    top = bottom
    while top > 0 and top - 1 not in numbered:
        top -= 1
    above = [
        label
        for label in grid.labels
        if label.role in ("title", "header") and top <= label.row <= bottom and _meet(label, number)
    ]
    beside = [
        label for label in grid.labels if label.role == "stub" and label.row <= number.row < label.row + label.rowspan
    ]
    return above + beside


def _meet(label: Placed, number: Placed) -> bool:
    """Tell whether two cells have a column in common."""
    return label.column < number.column + number.colspan and number.column < label.column + label.colspan
