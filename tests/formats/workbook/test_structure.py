"""Rows and columns that were inserted into a table, or at its edges, may not hold numbers."""

from __future__ import annotations

import pytest

from damaged import kit
from damaged.workbook import Workbook
from gouji.formats.read import read_data
from gouji.runtime.errors import DocumentError

FIRST, LAST = 8, 32
"""The first and the last row of the table of requests, whose numbers are in the columns D to J."""


@pytest.mark.parametrize("column", ["D", "G", "J"], ids=["left edge", "middle", "right edge"])
@pytest.mark.parametrize("number", [7, 0], ids=["a number", "zero"])
def test_a_number_in_an_inserted_row_is_refused(column: str, number: int) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_rows(12)
    book[kit.REQUESTS].set(f"{column}12", number)
    with pytest.raises(DocumentError, match=f"{kit.REQUESTS}!{column}12 在表格多出来的行或者列里，却填了数"):
        read_data(book.data())


@pytest.mark.parametrize("row", [FIRST, 20, LAST], ids=["top edge", "middle", "bottom edge"])
def test_a_number_in_an_inserted_column_is_refused(row: int) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_columns(6)
    book[kit.REQUESTS].set(f"F{row}", 7)
    with pytest.raises(DocumentError, match=f"{kit.REQUESTS}!F{row} 在表格多出来的行或者列里，却填了数"):
        read_data(book.data())


@pytest.mark.parametrize("what", ["含转办", True, None], ids=["words", "a tick", "nothing"])
def test_an_inserted_row_without_numbers_is_accepted(what: str | bool | None) -> None:
    book = Workbook(kit.good())
    book[kit.REQUESTS].insert_rows(12)
    if what is not None:
        book[kit.REQUESTS].set("J12", what)
    assert read_data(book.data()).report == kit.good_report()


def test_an_inserted_column_with_a_label_of_the_table_is_refused() -> None:
    """Once the columns have moved, nothing tells which of the two columns is the form's."""
    book = Workbook(kit.good())
    book[kit.DISPUTES].insert_columns(3)
    book[kit.DISPUTES].set("R7", "总计")
    with pytest.raises(DocumentError, match="多出了同样的文字"):
        read_data(book.data())
