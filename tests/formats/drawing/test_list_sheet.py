"""A list whose rows are written as XML is what the library would have written cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from xlsxwriter.worksheet import Worksheet

from gouji.formats.drawing.list_sheet import LONGEST_TEXT, ListSheet, fits
from gouji.formats.drawing.seams import PlainSheet, PlainWorkbook

ROWS = [("0410991", 3, None), ("第1镇 & <b>", 12345678901234567, 0.5), ("0410991", None, "甲\n乙")]


def parts(draw: Callable[[PlainWorkbook], None]) -> dict[str, bytes]:
    buffer = io.BytesIO()
    workbook = PlainWorkbook(buffer)
    draw(workbook)
    workbook.close()
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")}


def by_rows(workbook: PlainWorkbook) -> None:
    sheet, box = workbook.add_worksheet("名单", ListSheet), workbook.add_format({"border": 1})
    sheet.write_row(0, 0, "甲乙丙", box)
    sheet.begin_list(1)
    for values in ROWS * 20:
        sheet.add_row([(value, box) for value in values], 31.5)


def by_cells(workbook: PlainWorkbook) -> None:
    sheet, box = workbook.add_worksheet("名单", PlainSheet), workbook.add_format({"border": 1})
    sheet.write_row(0, 0, "甲乙丙", box)
    for row, values in enumerate(ROWS * 20, 1):
        for column, value in enumerate(values):
            sheet.write(row, column, value, box)
        sheet.grow(row, 31.5)


def test_rows_are_the_same_bytes_as_cells() -> None:
    assert parts(by_rows) == parts(by_cells)


def test_a_cell_keeps_a_text_of_as_many_units_as_the_library_writes() -> None:
    assert Worksheet().xls_strmax == LONGEST_TEXT
    assert fits("甲" * LONGEST_TEXT)
    assert not fits("甲" * (LONGEST_TEXT + 1))
    assert not fits("😀" * (LONGEST_TEXT // 2 + 1))
