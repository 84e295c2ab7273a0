"""Read a list of units as an office keeps it: which rows are units, and what the list says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gouji.formats.contacts.choice import Chosen, columns_used
from gouji.formats.contacts.columns import Columns, Head, below, by_content, heads_in, panels
from gouji.formats.contacts.grid import Cell, Grid, Row, grids_of
from gouji.formats.contacts.rows import Units
from gouji.formats.contacts.same_unit import combined
from gouji.formats.contacts.units import Column, Contact, ContactList, Doubt, Spot
from gouji.runtime.errors import GoujiError

_NONE = "里没有看出哪一列是单位名称。请在表头写上“单位名称”，下面一行一个单位，保存后再试。"


def read_contacts(data: bytes) -> ContactList:
    """Read a list of units from an .xlsx, .xls, .ods or .csv.

    Raises GoujiError with what is wrong and what to do, without the name of the file.
    """
    grids = grids_of(data)
    several = len([grid for grid in grids if grid.rows]) > 1
    sheets = [_Sheet(grid, grid.name if several else "") for grid in grids]
    contacts = [contact for sheet in sheets for contact in sheet.contacts]
    doubts = [doubt for sheet in sheets for doubt in sheet.doubts]
    if not contacts:
        unseen = any(grid.unseen and not grid.rows for grid in grids)
        raise GoujiError("里面的工作表都隐藏着。请取消隐藏、保存后再试。" if unseen and len(grids) == 1 else _NONE)
    columns = dict.fromkeys(column for sheet in sheets for column in sheet.columns)
    left_out = [words for sheet in sheets for words in sheet.left_out]
    whole, same = combined(contacts)
    return ContactList(tuple(whole), tuple(columns), (*doubts, *same, *_short_codes(whole)), tuple(left_out))


def _short_codes(contacts: Sequence[Contact]) -> Iterator[Doubt]:
    """Yield a doubt about each code that is one digit shorter than most: a program may have dropped its first 0."""
    lengths = Counter(len(contact.code) for contact in contacts if contact.code.isdigit())
    (usual, count), *_ = lengths.most_common(1) or [(0, 0)]
    for contact in contacts:
        if contact.code.isdigit() and len(contact.code) == usual - 1 and 2 * count > sum(lengths.values()):
            yield Doubt(
                "单位代码比别的少一位，开头的 0 可能丢了，请核对", f"{contact.name} {contact.code}", contact.spot
            )


@dataclass
class _Part:
    """The rows under one row of heads; without one, all rows of a sheet."""

    head: Row | None
    heads: Columns
    rows: list[Row] = field(default_factory=list)


class _Sheet:
    """A sheet of a list, as it is understood."""

    def __init__(self, grid: Grid, name: str) -> None:
        self._grid, self._name = grid, name
        self.contacts: list[Contact] = []
        self.columns: list[Column] = []
        self.doubts: list[Doubt] = []
        self.left_out: list[str] = []
        self.doubts += [Doubt("隐藏着，没有采用", what) for what in grid.unseen]
        for row in grid.struck:
            self._doubt("划去了或者看不见的，没有采用", "", row)
        for part in _parts(grid.rows):
            self._read(part)
        if grid.rows and not self.contacts:
            self.left_out.append(f"工作表“{grid.name}”" if grid.name else "")

    def _doubt(self, kind: str, what: str, row: int) -> None:
        self.doubts.append(Doubt(kind, what, Spot(self._name, row)))

    def _read(self, part: _Part) -> None:
        for columns in panels(part.head, part.heads) if part.head else [range(1000)]:
            heads = {column: head for column, head in part.heads.items() if column in columns}
            rows = [Row(row.number, {at: row.cells[at] for at in row.cells if at in columns}) for row in part.rows]
            rows = [row for row in rows if row.cells]
            self._read_panel(part.head, heads, rows)

    def _read_panel(self, head: Row | None, heads: dict[int, Head], rows: list[Row]) -> None:
        listed = [row for row in rows if len({cell.origin for cell in row.cells.values()}) > 1] or rows
        found = by_content(listed, heads, headed=head is not None)
        chosen = Chosen({**heads, **found}, listed)
        if not chosen.name:
            return
        reading = Units(chosen, rows, sheet=self._name, level_words=self._grid.name, headed=head is not None)
        self.contacts += reading.contacts
        self.doubts += reading.doubts
        self.left_out += reading.left_out
        self.columns += columns_used(chosen, head, found, rows)


def _parts(rows: Sequence[Row]) -> list[_Part]:
    """Return the parts of a sheet: each row of heads, also one of two lines, begins one."""
    parts, waiting = [_Part(None, {})], iter(range(len(rows)))
    for index in waiting:
        row = rows[index]
        heads = heads_in(row)
        if not heads:
            parts[-1].rows.append(row)
            continue
        if index + 1 < len(rows) and (lower := _second_line(row, rows[index + 1])):
            row, heads = lower
            next(waiting)
        parts.append(_Part(row, heads))
    return parts if len(parts) == 1 else parts[1:]


def _second_line(row: Row, following: Row) -> tuple[Row, dict[int, Head]] | None:
    """Return both lines of a head as one, if the second line is one: its cells say more, and none is of a unit."""
    own = {column for column, cell in following.cells.items() if cell not in row.cells.values()}
    both = below(row, following)
    heads = heads_in(both)
    fits = own and heads and all(heads_in(Row(0, {0: Cell("单位名称", (0, 0)), 1: following.cells[at]})) for at in own)
    return (both, heads) if fits else None
