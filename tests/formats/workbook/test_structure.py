"""A table whose labels moved: what was inserted into it may hold nothing, at its edges neither."""

from __future__ import annotations

import pytest
import reports

from damaged import kit
from damaged.workbook import Workbook
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.runtime.errors import DocumentError

FIRST, LAST = 8, 32
"""The rows of the table of requests; its numbers stand in the columns D to J."""


@pytest.mark.parametrize("column", ["D", "G", "J"], ids=["left edge", "middle", "right edge"])
@pytest.mark.parametrize("number", [7, 0])
def test_a_number_in_a_row_that_was_inserted_is_refused(column: str, number: int) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_rows(12)
    book[kit.REQUESTS].set(f"{column}12", number)
    with pytest.raises(DocumentError, match=f"{kit.REQUESTS}!{column}12 在表格多出来的行或者列里，却填了数"):
        read_data(book.data())


@pytest.mark.parametrize("row", [FIRST, 20, LAST], ids=["top edge", "middle", "bottom edge"])
def test_a_number_in_a_column_that_was_inserted_is_refused(row: int) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_columns(6)
    book[kit.REQUESTS].set(f"F{row}", 7)
    with pytest.raises(DocumentError, match=f"{kit.REQUESTS}!F{row} 在表格多出来的行或者列里，却填了数"):
        read_data(book.data())


@pytest.mark.parametrize("what", ["含转办", True, None], ids=["words", "a tick", "nothing"])
def test_what_is_no_number_in_a_row_that_was_inserted_stops_nobody(what: str | bool | None) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_rows(12)
    if what is not None:
        book[kit.REQUESTS].set("J12", what)
    assert read_data(book.data()).report == kit.good_report()


@pytest.mark.parametrize("columns", [0, 1, 3])
def test_a_zero_declaration_is_found_wherever_its_columns_went(columns: int) -> None:
    report = reports.MUTATIONS["all declared zero"](kit.good_report())
    book = Workbook(workbook_bytes(report))
    if columns:
        book[kit.DISPUTES].insert_columns(2, columns)
    reading = read_data(book.data())
    assert "disputes" in reading.report.zero
    assert reading.report.figures == report.figures


def test_a_column_of_a_name_that_stands_in_the_table_already_is_refused() -> None:
    """Which of the two is the form's cannot be told once the columns have moved."""
    book = Workbook(kit.good())
    book[kit.DISPUTES].insert_columns(3)
    book[kit.DISPUTES].set("R7", "总计")
    with pytest.raises(DocumentError, match="多出了同样的文字"):
        read_data(book.data())
