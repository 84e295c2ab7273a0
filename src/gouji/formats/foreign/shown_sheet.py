"""A sheet as it is displayed: only rows and columns that are seen, each cell with what it shows, merges as one cell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gouji.formats.addresses import Place, address_of
from gouji.formats.shown_text import Look, Run
from gouji.formats.spreadsheet import second_look
from gouji.formats.spreadsheet.facts import Area
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.sight import Seen, Sight, Why, text_of
from gouji.formats.spreadsheet.values import Rows
from gouji.report.typed_numbers import meant
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

Spot = tuple[int, int]
"""Row and column, from 0."""

_MOST_MERGED = 5_000_000
"""Steps in which the merged areas of a sheet are put in."""

_LONGEST_FORMULA = 50

_DIGIT = re.compile(r"\d")
_DASHES = re.compile(r"[-－—–]{1,2}")
_STRUCK = re.compile(r"（划去：([^）]*)）")
_UNPLACED = (Why.ROW, Why.COLUMN, Why.MERGED, Why.SHEET)
"""The cell itself is not seen, whatever it looks like."""


@dataclass(frozen=True)
class ShownCell:
    """A cell, or an area of merged cells, that is seen."""

    spot: Spot
    """The first row and column among those that are seen."""
    rows: int = 1
    columns: int = 1
    runs: tuple[Run, ...] = ()
    address: str = ""

    @property
    def text(self) -> str:
        """The whole text, whatever it looks like."""
        return "".join(run.text for run in self.runs).strip()


@dataclass
class ShownSheet:
    """The cells of a sheet, by the rows and columns that are seen, which are counted anew from 0."""

    name: str
    cells: dict[Spot, ShownCell] = field(default_factory=dict)
    """Those that hold something, and merged areas, by their first row and column."""
    covered: dict[Spot, Spot] = field(default_factory=dict)
    """Row and column → the merged cell that covers them."""
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    """The numbers that the rows and columns have in the file."""
    unseen: list[str] = field(default_factory=list)
    """The rows and columns that hold something and are hidden, for people."""

    def at(self, row: int, column: int) -> ShownCell | None:
        """Return the cell that begins here, also a blank one; None where another one covers the place."""
        if (row, column) in self.covered:
            return None
        address = address_of(self.rows[row], self.columns[column])
        return self.cells.get((row, column)) or ShownCell((row, column), address=address)


def shown_sheets(package: Package) -> Iterator[ShownSheet]:
    """Yield the sheets of a workbook that hold something; a hidden one has no cells, and says so."""
    for name, rows in package.sheets.items():
        values = dict(_values(package, name, rows))
        if values:
            yield _Sheet(name, values, package.sight.get(name)).shown()


def _values(package: Package, name: str, rows: Rows) -> Iterator[tuple[Spot, Any]]:
    """Yield what the cells hold; a formula without a result that was kept, and an error, are texts that are no number.

    Other programs calculate such a formula when they open the file, and show what nobody knows here.
    """
    formulas, xml = package.formulas.get(name, {}), package.xml.get(name, b"")
    errors: Mapping[str, str] = {}
    if b't="e"' in xml or b"t='e'" in xml:
        blank = [(row, column) for row, cells in enumerate(rows) for column, value in enumerate(cells) if value == ""]
        errors = second_look.as_typed({name: xml}, {address_of(*spot): Place(name, *spot) for spot in blank})
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            address = address_of(row, column) if value == "" and (formulas or errors) else ""
            if value not in ("", None):
                yield (row, column), value
            elif address in errors:
                yield (row, column), _NoResult(errors[address])
            elif address in formulas:
                yield (row, column), _NoResult(formulas[address])


class _NoResult(str):
    """A formula without a result, or an error value."""


class _Sheet:
    """A sheet that is being looked at."""

    def __init__(self, name: str, values: Mapping[Spot, Any], sight: Sight | None) -> None:
        self._name, self._values, self._sight = name, values, sight
        self._merged = 0
        seen = {spot: self._seen(spot, value) for spot, value in values.items()}
        self._seen_of = {spot: what for spot, what in seen.items() if what is not None}
        self._hidden_rows = {spot[0] for spot, what in self._seen_of.items() if what.why is Why.ROW}
        self._hidden_columns = {spot[1] for spot, what in self._seen_of.items() if what.why is Why.COLUMN}

    def _seen(self, spot: Spot, value: Any) -> Seen | None:
        looked_at = _plain(value) if isinstance(value, datetime.date | datetime.time | bool) else value
        return self._sight.of(*spot, looked_at) if self._sight and isinstance(looked_at, int | float | str) else None

    def shown(self) -> ShownSheet:
        """Return what is seen of it."""
        sheet = ShownSheet(self._name)
        if any(seen.why is Why.SHEET for seen in self._seen_of.values()):
            sheet.unseen.append(f"工作表“{self._name}”")
            return sheet
        height, width = (max(spot[axis] for spot in self._values) + 1 for axis in (0, 1))
        sheet.rows = [row for row in range(height) if row not in self._hidden_rows]
        sheet.columns = [column for column in range(width) if column not in self._hidden_columns]
        sheet.unseen += [f"{self._name}!第{row + 1}行" for row in sorted(self._hidden_rows)]
        columns = (address_of(0, column)[:-1] for column in sorted(self._hidden_columns))
        sheet.unseen += [f"{self._name}!{letters}列" for letters in columns]
        row_of = {row: index for index, row in enumerate(sheet.rows)}
        column_of = {column: index for index, column in enumerate(sheet.columns)}
        for area in self._sight.merges if self._sight else ():
            self._add_merged(sheet, area, row_of, column_of)
        for (row, column), value in self._values.items():
            spot = (row_of.get(row, -1), column_of.get(column, -1))
            if -1 not in spot and spot not in sheet.cells and spot not in sheet.covered:
                sheet.cells[spot] = ShownCell(
                    spot, runs=self._runs((row, column), value), address=address_of(row, column)
                )
        return sheet

    def _add_merged(
        self, sheet: ShownSheet, area: Area, row_of: Mapping[int, int], column_of: Mapping[int, int]
    ) -> None:
        rows = [index for row, index in row_of.items() if area[0] <= row <= area[2]]
        columns = [index for column, index in column_of.items() if area[1] <= column <= area[3]]
        self._merged += len(row_of) + len(rows) * len(columns)
        if self._merged > _MOST_MERGED:
            raise DocumentError(TOO_LARGE)
        spots = [(row, column) for row in rows for column in columns]
        if not spots or any(spot in sheet.covered or spot in sheet.cells for spot in spots):
            return
        first, value = (area[0], area[1]), self._values.get((area[0], area[1]), "")
        runs = self._runs(first, value) if value != "" else ()
        sheet.cells[spots[0]] = ShownCell(spots[0], len(rows), len(columns), runs, address_of(*first))
        sheet.covered.update(dict.fromkeys(spots[1:], spots[0]))

    def _runs(self, spot: Spot, value: Any) -> tuple[Run, ...]:
        """Return what a cell shows, and how it looks."""
        text, seen = _plain(value), self._seen_of.get(spot)
        if isinstance(value, _NoResult):
            # No number, and the checks say so.
            return (Run(text if len(text) <= _LONGEST_FORMULA else f"{text[:_LONGEST_FORMULA]}…"),)
        if seen is None:
            return (Run(text),)
        if seen.why in _UNPLACED:
            # The first cell of a merged area is hidden, and the rest of the area shows what it holds.
            return (Run(text, Look.UNSURE if _DIGIT.search(text) else Look.PLAIN),)
        if not seen.text:
            return (Run(text, Look.UNSEEN),)
        if seen.why is Why.STRUCK:
            parts = _STRUCK.split(seen.text)
            return tuple(Run(part, Look.STRUCK if odd % 2 else Look.PLAIN) for odd, part in enumerate(parts) if part)
        if seen.why is Why.RAISED or isinstance(value, str):
            return (Run(seen.text, Look.PLAIN if seen.why in (Why.RAISED, Why.FORMAT) else Look.UNSURE),)
        if seen.why is Why.FORMAT and _says_the_same(seen.text, value):
            return (Run(text),)
        return (Run(seen.text, Look.UNSURE),)


def _says_the_same(shown: str, value: Any) -> bool:
    """Tell whether the displayed text is the stored number with 件 behind it, or a dash for zero.

    The unit of money is left to a question: which one the column has is not known here.
    """
    if value == 0 and _DASHES.fullmatch(shown):
        return True
    displayed = meant(shown, "count", "件")
    return displayed is not None and displayed.certain and displayed.value == Decimal(text_of(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float | str):
        return text_of(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
