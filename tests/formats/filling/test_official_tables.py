"""In somebody else's workbook every cell of an official table is found by its labels, blank or not."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import foreign
import openpyxl
import pytest
from foreign import CASES, Pen, blank_book, one_sheet, report, saved, three_sheets
from pace import slow

from gouji.form.model import Form
from gouji.formats.filling.official import OfficialPlaces, places_in_tables
from gouji.formats.foreign.shown_sheet import shown_sheets
from gouji.formats.spreadsheet.safe_copy import inspect
from gouji.runtime.errors import GoujiError

FORM = report().form
OFFICIAL = {ref for table in FORM.official_tables for ref in table.cells}
EVERY_DAY = ("一张表，合并", "三张表，不合并", "一张表，拆开后每格都有字", "2019年的表", "隐藏的辅助列", "有小计行")


def found(data: bytes, form: Form = FORM, *units: str, year: int = foreign.YEAR) -> OfficialPlaces:
    return places_in_tables(list(shown_sheets(inspect(data))), form, units, year)


def addresses(places: OfficialPlaces) -> dict[str, str]:
    return {place.ref: f"{place.sheet}!{place.cell}" for place in places.places}


def emptied(data: bytes) -> bytes:
    """Return a workbook without its numbers, as a superior hands it out."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) or str(cell.value).replace(".", "").isdigit():
                    cell.value = None
    return saved(book)


@pytest.mark.parametrize("name", [each if each in EVERY_DAY else slow(each) for each in CASES if not CASES[each].again])
def test_a_table_as_an_office_draws_it_has_a_place_for_every_figure_filled_or_blank(name: str) -> None:
    drawn, made = CASES[name], report(CASES[name].edition)
    if "另一个单位" in name:
        return  # two tables side by side: below
    data = drawn.make()
    full, blank = found(data, made.form), found(emptied(data), made.form)
    assert addresses(full) == addresses(blank)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place in full.places:
        value = book[place.sheet][place.cell].value
        assert str(value).startswith("=") or float(value) == float(made.figures[place.ref])
    wanted = {ref for table in made.form.official_tables for ref in table.cells}
    if "隐藏了几行" in name:
        assert len(full.places) == len(wanted) - 14
    else:
        assert addresses(full).keys() == wanted


def test_a_column_that_the_form_does_not_have_is_named() -> None:
    book, places = one_sheet(report())
    last = book.active[places["requests.new.total"]]
    book.active.cell(last.row - 1, last.column + 1, "其中：外国人")
    assert "其中：外国人" in {each.label for each in found(emptied(saved(book))).unanswered}


# ---------------------------------------------------------------- two tables of one kind


def _two_years(first: str, second: str) -> bytes:
    book, _ = three_sheets(report(), names=("甲一", "甲二", "甲三"), title=first)
    for number, table in enumerate(FORM.official_tables, 1):
        sheet = book.create_sheet(f"乙{number}")
        pen = Pen(sheet)
        pen.text(second)
        pen.table(table, {})
    return saved(book)


def test_of_two_tables_the_one_that_is_titled_for_the_unit_or_the_year_is_meant() -> None:
    by_unit = _two_years("河口镇统计表", f"{foreign.UNIT}统计表")
    assert {place.sheet[0] for place in found(by_unit, FORM, foreign.UNIT).places} == {"乙"}
    by_year = _two_years("2024年统计表", "2025年统计表")
    places = found(by_year, FORM, foreign.UNIT)
    assert {place.sheet[0] for place in places.places} == {"乙"}
    assert len(places.places) == len(OFFICIAL)


def test_a_sheet_that_shows_how_to_fill_in_is_not_filled_in() -> None:
    places = found(_two_years("填写示例", "统计表"), FORM, foreign.UNIT).places
    assert {place.sheet[0] for place in places} == {"乙"}


def test_the_sheet_of_the_unit_is_found_by_its_short_name_too() -> None:
    places = found(_two_years("河口镇统计表", "青石镇统计表"), FORM, "安澜县青石镇人民政府").places
    assert {place.sheet[0] for place in places} == {"乙"}


def test_a_title_with_another_unit_or_year_is_told() -> None:
    data = saved(one_sheet(report(), title="河口镇人民政府2024年政府信息公开工作年度报告")[0])
    doubts = found(data, FORM, foreign.UNIT).doubts
    assert ["2024" in doubt or "河口镇" in doubt for doubt in doubts] == [True, True]
    assert not found(saved(one_sheet(report())[0]), FORM, f"安澜县{foreign.UNIT}").doubts


def test_two_tables_that_nothing_tells_apart_are_both_named_and_nothing_is_filled() -> None:
    with pytest.raises(GoujiError) as refused:
        found(_two_years("统计表", "统计表"), FORM, foreign.UNIT)
    assert "甲一!B4 和 乙1!B4" in str(refused.value)
    with pytest.raises(GoujiError, match="分不清填哪一张"):
        found(CASES["旁边是另一个单位的表"].make(), FORM, foreign.UNIT)


# ---------------------------------------------------------------- units of money


def _money(header: str, note: str = "") -> OfficialPlaces:
    book, _ = one_sheet(report(), label=lambda text: header if "万元" in text else text)
    if note:
        book.active["J2"] = note
    return found(saved(book))


@pytest.mark.parametrize(
    "header, note, factor",
    [
        ("本年收费金额（单位：万元）", "", 1),
        ("本年收费金额（单位：元）", "", 10_000),
        ("本年收费金额（元）", "单位：件、元", 10_000),
        ("本年收费金额", "单位：件、万元", 1),
        ("本年收费金额", "", 1),
        ("本年收费金额", "单位：元", None),
        ("本年收费金额（亿元）", "", None),
    ],
)
def test_a_cell_gets_its_money_in_the_unit_that_its_header_names(header: str, note: str, factor: int | None) -> None:
    places = _money(header, note)
    (fee,) = (place for place in places.places if "fees" in place.ref) if factor else (None,)
    assert (fee.factor if fee else None) == factor
    assert any("单位是万元" in each.why for each in places.unanswered) == (factor is None)


def test_a_row_may_name_its_unit_of_money_in_a_column_of_its_own() -> None:
    book = blank_book()
    for row in (["序号", "信息内容", "单位", "本年处理决定数量", "备注"], [1, "行政许可", "件", None, None]):
        book.active.append(row)
    book.active.append(["", "信息内容", "单位", "本年收费金额"])
    book.active.append([2, "行政事业性收费", "元"])
    places = found(saved(book))
    assert {place.ref: (place.cell, place.factor) for place in places.places} == {
        "disclosure.licensing.decisions": ("D2", 1),
        "disclosure.fees.amount": ("D4", 10_000),
    }
    assert not places.unanswered


# ---------------------------------------------------------------- other shapes


def _vertical(book: Any, value: Callable[[], Any]) -> None:
    """Draw the table of disputes with its rows below one another."""
    sheet, (block,) = book.active, FORM.table("disputes").blocks
    sheet.append(["", *(column.label[-1] for column in block.columns)])
    for row in block.rows:
        sheet.append([row.label[-1], *(value() for _ in block.columns)])


def test_a_table_whose_rows_are_drawn_below_one_another_is_filled_too() -> None:
    book = blank_book()
    _vertical(book, lambda: None)
    places = addresses(found(saved(book)))
    assert places["disputes.later_suit.total"] == "Sheet!F4"
    assert len(places) == len(FORM.table("disputes").cells)


def test_a_line_that_counts_the_columns_is_not_taken_for_the_numbers() -> None:
    book = blank_book()
    pen = Pen(book.active)
    places = pen.table(FORM.table("disputes"), {}, skip=0)
    counted = next(iter(places.values()))
    row = book.active[counted].row
    for number in range(1, len(places) + 1):
        book.active.cell(row, number, number)
    assert addresses(found(saved(book)))["disputes.reconsideration.upheld"] == f"Sheet!A{row + 1}"


def test_a_row_of_last_year_is_not_filled_with_this_year() -> None:
    for stubs, row in ((("本年数", "上年数"), 4), (("上年数", "本年数"), None)):
        book = blank_book()
        Pen(book.active, 1, 2).table(FORM.table("disputes"), {}, skip=0)
        for below, stub in enumerate(stubs, 4):
            book.active.cell(below, 1, stub)
        rows = {place.cell.lstrip("ABCDEFGHIJKLMNOP") for place in found(saved(book)).places}
        assert rows == ({str(row)} if row else set())


def test_much_else_on_the_sheet_costs_little_and_changes_nothing() -> None:
    book = blank_book()
    places = Pen(book.active, 3, 1).table(FORM.table("requests"), {})
    for row in range(45, 95):
        for column in range(1, 200, 7):
            book.active.cell(row, column, row * column)
    assert addresses(found(saved(book))) == {ref: f"Sheet!{at}" for ref, at in places.items()}


def test_cells_in_a_hidden_column_are_no_places() -> None:
    book, _ = three_sheets(report())
    book["表二"].column_dimensions["E"].hidden = True
    left = found(saved(book))
    assert all(not (place.sheet == "表二" and place.cell.startswith("E")) for place in left.places)
