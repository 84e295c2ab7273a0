"""The cells of a sheet that ask for a number, blank or not: right of the label of a row and below one of a column.

Each gets a number that no other cell has. A table without a number cannot be read, for a blank row divides it; with
these numbers a blank form, a half-filled one and one full of formulas are the same to the reader of tables, and two
cells that ask for the same figure are never taken for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from gouji.form.forms import Forms
from gouji.form.labels import bare
from gouji.form.model import Form
from gouji.formats.filling.units_of_money import UNITS_OF_MONEY
from gouji.formats.foreign.blocks import signs_of
from gouji.formats.foreign.shown_sheet import ShownCell, ShownSheet, Spot
from gouji.formats.published.joints import is_number
from gouji.formats.published.vocabulary import columns_of, every_label, vocabulary_of
from gouji.formats.shown_text import Run

_ROWS_BELOW = 2
"""A row of numbers may stand below the last row that holds anything, and a row that counts the columns above it."""
_ROWS_ABOVE, _COLUMNS_BESIDE = 30, 10
"""Where titles and labels stand that belong to a cell which asks."""
_LABELS_OF_A_HEADER = 2
_COLUMNS_ACROSS = 3
_LONGEST_LABEL = 40
_MONEYS = "|".join(UNITS_OF_MONEY)
_MONEY = re.compile(rf"[（(]\s*(?:(?:金额)?单位\s*[:：]?\s*)?({_MONEYS})\s*[）)]")
_UNITS_OF_COUNT = ("件", "个", "项", "宗", "份", "次")
_NOTE = re.compile(rf"单位\s*[:：]\s*\S*?({_MONEYS})(?![\u4e00-\u9fff])")
_OF_A_COUNT = re.compile(r"(?!上|去|往|前).{0,4}[数量件]")
"""What stands left of the only row of numbers."""


@dataclass
class Asked:
    """A sheet whose cells that ask for a number hold one, each another."""

    sheet: ShownSheet
    money: dict[str, str] = field(default_factory=dict)
    """Address of each of these cells → the unit of money that its header or its row names; empty if none."""
    noted: frozenset[str] = frozenset()
    """The units of money that notes on the sheet name."""


@dataclass(frozen=True)
class _Here:
    """What stands at a place of the grid: a cell, or a part of a merged one."""

    cell: ShownCell
    text: str
    own: bool
    is_text: bool
    """It holds words, and no number."""


class _Sheet:
    def __init__(self, sheet: ShownSheet, form: Form, first: int) -> None:
        self._form, self._words, self._labels = form, vocabulary_of(form), every_label(Forms.of(form))
        self._next, self._is_heading = first, signs_of(Forms.of(form)).is_heading
        self._money_of: dict[Spot, str] = {}
        below = [sheet.rows[-1] + count for count in range(1, _ROWS_BELOW + 1)] if sheet.rows else []
        self._sheet = replace(sheet, cells=dict(sheet.cells), rows=[*sheet.rows, *below])
        self._made = Asked(self._sheet)
        self._above: dict[int, tuple[ShownCell, int]] = {}
        """The nearest label above each column, and the number of its header."""
        self._headers, self._in_header = 0, False
        self._waiting: dict[int, ShownCell] = {}
        """The columns of a table whose rows stand side by side, until their numbers come."""
        self._columns: set[int] = set()
        """The columns in which rows of the form below the last header have asked for numbers."""
        tables = [table for table in form.tables if table.across or not table.official]
        self._across = [
            {label for labels in self._words.printed_columns[table.id, 0].values() for label in map(bare, labels)}
            for table in tables
        ]
        self._of_columns = {label for columns in self._words.columns.values() for label in columns}
        self._money_labels = {
            bare(label)
            for table in form.tables
            for block in table.blocks
            for column in block.columns
            if column.kind == "money"
            for label in (column.label[-1], *column.aliases, *(row.label[-1] for row in block.rows if table.official))
        }

    def filled(self) -> Asked:
        """Return the sheet with the numbers."""
        self._find_money()
        rows = {row: self._row(row) for row in self._with_words()}
        labelled = [index for index, row in rows.items() if self._starts(row) and not self._is_header(row)]
        for index in range(len(self._sheet.rows)):
            if index in rows or self._waiting:
                inside = bool(labelled) and labelled[0] < index < labelled[-1]
                self._look_at(rows.get(index) or self._row(index), inside=inside)
        self._leave_out_far_cells()
        return self._made

    def _with_words(self) -> list[int]:
        """Return the rows in which words stand, or into which merged ones reach."""
        words = {spot for spot, cell in self._sheet.cells.items() if not is_number(cell.text, self._labels)}
        covered = {spot[0] for spot, first in self._sheet.covered.items() if first in words}
        return sorted({row for row, _ in words} | covered)

    def _leave_out_far_cells(self) -> None:
        """Leave out what stands far from the cells that ask: a sheet may hold much else, and it costs time."""
        asking = [spot for spot, cell in self._sheet.cells.items() if cell.address in self._made.money]
        if not asking:
            self._sheet.cells, self._sheet.covered = {}, {}
            return
        top, bottom = min(row for row, _ in asking) - _ROWS_ABOVE, max(row for row, _ in asking) + _ROWS_BELOW
        right = max(column for _, column in asking) + _COLUMNS_BESIDE
        near = {spot: cell for spot, cell in self._sheet.cells.items() if top <= spot[0] <= bottom and spot[1] <= right}
        self._sheet.cells = near
        self._sheet.covered = {spot: first for spot, first in self._sheet.covered.items() if first in near}

    def _find_money(self) -> None:
        """Take the unit of money out of the labels, so that they are those of the form, and keep it."""
        noted = set()
        for spot, cell in self._sheet.cells.items():
            text = cell.text
            if note := _NOTE.search(text):
                noted.add(note[1])
            found = _MONEY.search(text)
            if found is None or len(text) > _LONGEST_LABEL:
                continue
            plain = text[: found.start()] + text[found.end() :]
            if bare(plain) in self._money_labels or bare(text) in self._money_labels:
                self._money_of[spot] = found[1]
                if bare(plain) in self._money_labels:
                    self._sheet.cells[spot] = replace(cell, runs=(Run(plain.strip()),))
                if note:
                    noted.discard(note[1])
        self._made.noted = frozenset(noted)

    def _row(self, row: int) -> list[_Here]:
        return [self._here(row, column) for column in range(len(self._sheet.columns))]

    def _here(self, row: int, column: int) -> _Here:
        spot = self._sheet.covered.get((row, column), (row, column))
        cell = self._sheet.cells.get(spot) or self._sheet.at(*spot)
        assert cell
        return _Here(cell, cell.text, spot == (row, column), not is_number(cell.text, self._labels))

    # ---- what a row is

    def _starts(self, row: Sequence[_Here]) -> list[int]:
        """Return the columns in which a label of a row ends, before its numbers."""
        return [
            column
            for column, here in enumerate(row)
            if here.is_text
            and len(here.text) <= 3 * _LONGEST_LABEL
            and self._words.row_of(here.text)
            and not (column + 1 < len(row) and row[column + 1].cell is here.cell)
        ]

    def _is_header(self, row: Sequence[_Here]) -> bool:
        """Tell whether a row names columns, one of which may say what a row says."""
        return len({bare(here.text) for here in row if self._is_of_column(here)}) >= _LABELS_OF_A_HEADER

    def _is_of_column(self, here: _Here) -> bool:
        return here.is_text and (bare(here.text) in self._of_columns or bare(here.text) in self._words.overheads)

    def _note_header(self, row: Sequence[_Here]) -> None:
        """Take note of the labels of columns, and of words beside them without a blank column between."""
        if not self._in_header:
            self._headers, self._in_header, self._columns = self._headers + 1, True, set()
        for is_text, run in groupby(enumerate(row), key=lambda each: each[1].is_text):
            part = list(run)
            if is_text and any(self._is_of_column(here) for _, here in part):
                self._above |= {column: (here.cell, self._headers) for column, here in part}

    def _look_at(self, row: Sequence[_Here], *, inside: bool) -> None:
        starts = [] if self._is_header(row) else self._starts(row)
        waiting, self._waiting = self._waiting, {}
        for index, start in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else len(row)
            self._ask_in(row, start, end)
        named = self._named_across(row)
        if named:
            self._waiting = {**waiting, **named}
        elif waiting and not starts:
            self._ask_below(row, waiting)
        elif inside and not starts and not any(map(self._is_of_column, row)):
            self._ask_in_other(row)
        if starts:
            self._in_header = False
        elif any(map(self._is_of_column, row)):
            self._note_header(row)

    def _named_across(self, row: Sequence[_Here]) -> dict[int, ShownCell]:
        """Return the columns that a row names, if they are those of a table whose rows stand side by side."""
        for labels in self._across:
            named = {column: here.cell for column, here in enumerate(row) if here.is_text and bare(here.text) in labels}
            if len({bare(cell.text) for cell in named.values()}) >= _COLUMNS_ACROSS:
                return named
        return {}

    # ---- which of its cells ask

    def _ask_in(self, row: Sequence[_Here], start: int, end: int) -> None:
        """Ask in a row of the form: right of its label, below the labels of one header that begin right of it too."""
        wanted = self._words.row_of(row[start].text)
        assert wanted
        table = self._form.table(wanted.table)
        named = {
            bare(label) for labels in self._words.printed_columns[table.id, wanted.block].values() for label in labels
        }
        below = {
            column: self._above[column]
            for column in range(start + 1, end)
            if column in self._above and self._above[column][0].spot[1] > start and not row[column].is_text
        }
        counts = Counter(header for cell, header in below.values() if bare(cell.text) in named)
        header = max(counts, key=lambda number: (counts[number], number), default=0)
        groups: list[list[int]] = []
        last = (-1, "")
        for column, (above, number) in below.items():
            if number != header or (table.across and bare(above.text) not in named):
                continue  # another header, or another line of it
            if last == (column - 1, above.text):
                groups[-1].append(column)
            else:
                groups.append([column])
            last = (column, above.text)
        if table.across and len(groups) < len(columns_of(table.blocks[wanted.block])):
            return
        beside = {here.text for here in row[start:end] if here.is_text and here.text in UNITS_OF_MONEY}
        money = self._money_of.get(row[start].cell.spot, "") or (beside.pop() if len(beside) == 1 else "")
        for here in row[start + 1 : end]:
            if here.text in (*UNITS_OF_MONEY, *_UNITS_OF_COUNT):
                self._sheet.cells.pop(here.cell.spot, None)  # it is none of the row's numbers
        for columns in groups:
            self._ask(row, columns, money)
            self._columns.update(columns)

    def _ask_below(self, row: Sequence[_Here], waiting: dict[int, ShownCell]) -> None:
        """Ask in the row of numbers below labels of columns, if it is that."""
        texts = [row[column].text for column in waiting]
        if any(row[column].is_text for column in waiting):
            return
        if len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]:
            self._waiting = waiting
            return
        left = {here.text for here in row if here.is_text}
        if len(left) > 1 or not all(map(_OF_A_COUNT.fullmatch, left)):
            return  # the row of a list
        cells: dict[Spot, list[int]] = {}
        for column, cell in waiting.items():
            cells.setdefault(cell.spot, []).append(column)
        for columns in cells.values():
            self._ask(row, columns, "")

    def _ask_in_other(self, row: Sequence[_Here]) -> None:
        """Ask in a row that the form does not have, between rows of it: it is named then."""
        words = [column for column, here in enumerate(row) if here.is_text]
        if not words or self._is_known(row):
            return
        label = row[words[-1]].text
        if len(label) > _LONGEST_LABEL or "。" in label:
            return
        for column in sorted(self._columns):
            if column > words[-1]:
                self._ask(row, [column], "")

    def _is_known(self, row: Sequence[_Here]) -> bool:
        """Tell whether the words of a row are all of the form: titles and headers."""
        words = {here.text for here in row if here.is_text}
        return any(self._is_heading(text) for text in words) or all(
            bare(text) in self._labels or bare(text) in self._of_columns for text in words
        )

    def _ask(self, row: Sequence[_Here], columns: Sequence[int], money: str) -> None:
        """Put a number into one of the cells below one label: the one that holds something, else the first."""
        cells = [row[column].cell for column in columns if row[column].own]
        cell = next((cell for cell in cells if cell.text), next(iter(cells), None))
        if cell is None or cell.address in self._made.money:
            return
        for other in cells:
            self._sheet.cells.pop(other.spot, None) if other.rows == other.columns == 1 else None
        header = self._above.get(columns[0])
        self._made.money[cell.address] = money or (self._money_of.get(header[0].spot, "") if header else "")
        self._sheet.cells[cell.spot] = replace(cell, runs=(Run(str(self._next)),))
        self._next += 1


def numbered(sheets: Sequence[ShownSheet], form: Form) -> Iterator[Asked]:
    """Yield sheets with a number in each cell that asks for one; no number stands twice on all of them."""
    first = 10**6
    for sheet in sheets:
        made = _Sheet(sheet, form, first).filled()
        first += len(made.money)
        yield made
