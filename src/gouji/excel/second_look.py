"""The second look, with openpyxl: what really stands in a cell where a number was expected.

The first reader shows an error value as an empty cell. Only files with something wrong pay for this.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from gouji.excel.book import Place


def as_typed(data: bytes, places: Mapping[str, Place]) -> dict[str, str]:
    """Return, for each of the cells that is not blank and not a number, what it shows.

    A file that openpyxl cannot open gives nothing: the first reader's word then stands.
    """
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, ParseError, zipfile.BadZipFile):
        return {}
    try:
        return {
            ref: shown
            for sheet in {place.sheet for place in places.values()}
            if sheet in workbook.sheetnames
            for ref, shown in _of_sheet(workbook[sheet], sheet, places).items()
        }
    finally:
        workbook.close()


def _of_sheet(worksheet: Any, sheet: str, places: Mapping[str, Place]) -> dict[str, str]:
    wanted = {(place.row, place.column): ref for ref, place in places.items() if place.sheet == sheet}
    worksheet.reset_dimensions()
    last_row = max(row for row, _ in wanted) + 1
    last_column = max(column for _, column in wanted) + 1
    found = {}
    rows = worksheet.iter_rows(max_row=last_row, max_col=last_column, values_only=True)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            ref = wanted.get((row, column))
            if ref and value is not None and not _is_number(value):
                found[ref] = _shown(value)
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
