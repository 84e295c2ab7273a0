"""Tables of a superior as rows of texts, and what is found in them; all names are invented."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from gouji.form.editions import load_form
from gouji.form.model import Form
from gouji.formats.filling.lists import ListPlaces, places_in_lists
from gouji.formats.foreign.shown_sheet import ShownSheet, shown_sheets
from gouji.formats.spreadsheet.safe_copy import inspect

FORM = load_form("2021")
UNITS = {
    "安澜县青石镇人民政府": ("青石镇",),
    "安澜县水利局": ("县水利局",),
    "安澜县东关街道办事处": ("东关街道",),
}
ROWS = (("青石镇",), ("县水利局",), ("东关街道",))
Rows = Sequence[Sequence[Any]]


def book_of(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> Any:
    """Return a workbook whose sheets hold some rows from A1; an empty text is a blank cell."""
    book = openpyxl.Workbook()
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    return book


def shown(book: Any) -> list[ShownSheet]:
    """Return what a workbook shows, saved and opened as a file."""
    target = io.BytesIO()
    book.save(target)
    return list(shown_sheets(inspect(target.getvalue())))


def found_in(
    rows: Rows,
    merged: Sequence[str] = (),
    *,
    name: str = "Sheet1",
    units: Mapping[str, Sequence[str]] = UNITS,
    mapping: Mapping[str, str] | None = None,
    area: Sequence[str] = (),
    year: int | None = 2025,
    form: Form = FORM,
) -> ListPlaces:
    """Return what is found in a workbook of one sheet."""
    return places_in_lists(shown(book_of({name: rows}, {name: merged})), form, units, mapping, area=area, year=year)


def asked(found: ListPlaces) -> dict[str, str]:
    """Return what the matched headers ask for, with the factor where it is not 1."""
    return {one.path: one.ref + (f"*{one.factor}" if one.factor != 1 else "") for one in found.matched}


def cells(found: ListPlaces) -> dict[str, tuple[str, str]]:
    """Return the unit and the figure for which each cell asks."""
    return {place.cell: (place.unit, place.ref) for place in found.places}


def said(found: ListPlaces) -> list[str]:
    """Return the sentences about what is not filled."""
    return [one.message for one in found.unplaced]
