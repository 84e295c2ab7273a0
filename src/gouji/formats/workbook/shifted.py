"""Refuse tables in which single cells were deleted or inserted, so that numbers moved while labels stayed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from gouji.form.expressions import Total
from gouji.form.model import HIDDEN
from gouji.form.values import Value
from gouji.formats.addresses import Place
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.values import Sheets
from gouji.formats.workbook.entries import Entries, formula_at, number_of
from gouji.formats.workbook.layout import Layout, TableSheet
from gouji.formats.workbook.structure import Located, at
from gouji.runtime.errors import DocumentError


def refuse_shifted_cells(
    layout: Layout,
    package: Package,
    located: Located,
    cells: Mapping[str, Any],
    entries: Entries,
    locked: Collection[str],
) -> None:
    """Raise DocumentError for a table in which cells were deleted or inserted.

    Such a table has a total that is empty and without a formula, while other totals are not; or it has a number right
    beside or below it. A program that keeps only values leaves all totals empty except those of ``locked`` cells, which
    had values when the form was issued.
    """
    figures: dict[str, Value] = {ref: entries.numbers[ref] for ref in layout.form.inputs}
    for ref, parts in layout.form.totals.items():
        figures[ref] = Total(parts).value(figures)
    beside = _as_issued(layout) if located.places is layout.places else _outside(layout, located.places)
    for sheet in layout.tables:
        _refuse_moved_formulas(sheet, located, entries)
        known = [ref for ref in layout.form.totals if ref in sheet.table.cells and figures[ref] is not None]
        empty = [ref for ref in known if cells[ref] == ""]
        gone = [ref for ref in empty if not formula_at(package, located.places[ref])]
        issued = [ref for ref in known if gone and set(layout.form.totals[ref]).issubset(locked)]
        if gone and not set(known).issubset((*empty, *issued)):
            place = located.places[gone[0]]
            raise DocumentError(
                f"{place.printed} 应当是自动计算的总计，现在没有数。格子可能被删除或者移动过，没有读取。"
                "请单位用发下去的填报表重新填写。"
            )
        proved = {ref for ref in known if figures[ref] == entries.numbers[ref]}
        _refuse_neighbours(beside[sheet.table.id], package.sheets, proved)


def _refuse_moved_formulas(sheet: TableSheet, located: Located, entries: Entries) -> None:
    """Raise DocumentError where an input holds one of our own formulas, which all refer to the hidden sheet."""
    for ref, formula in entries.formulas.items():
        if HIDDEN in formula and ref in sheet.table.cells:
            raise DocumentError(
                f"{located.places[ref].printed} 是填数的格子，现在里面是总计的公式。"
                "格子可能被删除或者移动过，没有读取。请单位用发下去的填报表重新填写。"
            )


def _refuse_neighbours(beside: Sequence[_Beside], sheets: Sheets, proved: set[str]) -> None:
    """Raise DocumentError for a number right beside or below a table, unless it is beside a correct total."""
    for key, side, place in beside:
        if number_of(at(sheets[place.sheet], place.row, place.column)) is not None and key not in proved:
            raise DocumentError(
                f"{place.printed} 在表格{side}，不应当有数。格子可能移动过，没有读取。请单位用发下去的填报表重新填写。"
            )


_Beside = tuple[str, str, Place]
"""A cell right outside a table: the key of the total that proves it to be none of the table's, the side, the place."""


@cache
def _as_issued(layout: Layout) -> Mapping[str, Sequence[_Beside]]:
    return _outside(layout, layout.places)


def _outside(layout: Layout, places: Mapping[str, Place]) -> Mapping[str, Sequence[_Beside]]:
    """Return the cells right outside each table."""
    return {sheet.table.id: list(_beside(sheet, places)) for sheet in layout.tables}


def _beside(sheet: TableSheet, places: Mapping[str, Place]) -> Iterator[_Beside]:
    own = {key: places[key] for key in sheet.grid.numbers}
    last_column = max(place.column for place in own.values())
    last_row = max(place.row for place in own.values())
    for key, place in own.items():
        if place.column == last_column:
            yield key, "右边", Place(place.sheet, place.row, last_column + 1)
        if place.row == last_row and not sheet.differences:
            yield "", "下边", Place(place.sheet, last_row + 1, place.column)
