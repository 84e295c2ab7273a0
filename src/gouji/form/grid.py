"""A table as placed cells with spans: the one layout that the workbook, Word and HTML all draw.

Labels are paths. Each grid position gets a token that says what is printed there; a path that is shorter than its
neighbours repeats its last part. A merged cell is then simply a rectangle of equal tokens.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import msgspec

from gouji.form.model import Block, Cell, Table

Role = Literal["title", "corner", "header", "stub", "number"]


class Placed(msgspec.Struct, frozen=True):
    """One cell of a printed table: a label, or the number cell of a Ref. Rows and columns count from 0."""

    row: int
    column: int
    rowspan: int
    colspan: int
    role: Role
    text: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Grid:
    """A printed table as a grid of placed cells."""

    rows: int
    columns: int
    stub: int
    """The number of columns on the left that hold row labels."""
    header: int
    """The number of rows above the numbers of the first block."""
    cells: tuple[Placed, ...]

    @cached_property
    def labels(self) -> tuple[Placed, ...]:
        """The cells that hold labels, row by row."""
        return tuple(cell for cell in self.cells if not cell.ref)

    @cached_property
    def numbers(self) -> dict[str, Placed]:
        """The number cells by their Ref."""
        return {cell.ref: cell for cell in self.cells if cell.ref}


@dataclass(frozen=True)
class _Token:
    """The content of a grid position; equal neighbours form one merged cell."""

    identity: Hashable
    role: Role
    text: str = ""
    ref: str = ""


@cache
def grid_of(table: Table) -> Grid:
    """Return the printed grid of a table."""
    lines = _across(table) if table.across else _down(table)
    stub = 0 if table.across else max(_depth(row.label for row in block.rows) for block in table.blocks)
    header = next(index for index, line in enumerate(lines) if any(token.ref for token in line))
    return Grid(len(lines), len(lines[0]), stub, header, _merge(lines))


def _depth(paths: Iterable[tuple[str, ...]]) -> int:
    return max(len(path) for path in paths)


def _down(table: Table) -> list[list[_Token]]:
    stub = max(_depth(row.label for row in block.rows) for block in table.blocks)
    width = stub + max(len(block.columns) for block in table.blocks)
    return [line for index, block in enumerate(table.blocks) for line in _block(table, index, block, stub, width)]


def _block(table: Table, index: int, block: Block, stub: int, width: int) -> list[list[_Token]]:
    lines = []
    if block.title:
        lines.append([_Token(("title", index), "title", block.title)] * width)
    # A block with fewer columns than the widest one repeats its last column, which becomes a merged cell.
    spread = [block.columns[min(position, len(block.columns) - 1)] for position in range(width - stub)]
    for level in range(_depth(column.label for column in block.columns)):
        corner = [_Token(("corner", index), "corner", block.corner)] * stub
        lines.append(corner + [_label("header", index, column.label, level) for column in spread])
    for row in block.rows:
        labels = [_label("stub", index, row.label, level) for level in range(stub)]
        lines.append(labels + [_number(table.cells[f"{table.id}.{row.key}.{column.key}"]) for column in spread])
    return lines


def _across(table: Table) -> list[list[_Token]]:
    cells = list(table.cells.values())
    paths = [cell.row.label + cell.column.label for cell in cells]
    header = [[_label("header", 0, path, level) for path in paths] for level in range(_depth(paths))]
    return [*header, [_number(cell) for cell in cells]]


def _label(role: Role, block: int, path: tuple[str, ...], level: int) -> _Token:
    prefix = path[: level + 1]
    return _Token((role, block, prefix), role, prefix[-1])


def _number(cell: Cell) -> _Token:
    return _Token(cell.ref, "number", ref=cell.ref)


def _merge(lines: list[list[_Token]]) -> tuple[Placed, ...]:
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, line in enumerate(lines):
        for column, token in enumerate(line):
            if (row, column) in taken:
                continue
            colspan = 1
            while column + colspan < len(line) and line[column + colspan] == token:
                colspan += 1
            rowspan = 1
            while row + rowspan < len(lines) and all(
                lines[row + rowspan][below] == token for below in range(column, column + colspan)
            ):
                rowspan += 1
            taken.update((row + down, column + right) for down in range(rowspan) for right in range(colspan))
            placed.append(Placed(row, column, rowspan, colspan, token.role, token.text, token.ref))
    return tuple(placed)
