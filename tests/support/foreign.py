"""Workbooks as offices draw them themselves: the official tables with everything that stands around them.

Each is made by code with openpyxl; other programs save some of them again. No number is anywhere but in its cell.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import reports
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from gouji.form.editions import load_form
from gouji.form.grid import grid_of
from gouji.form.model import Table
from gouji.report.model import Report, Unit

UNIT = "青石镇人民政府"
YEAR = 2025
TITLE = f"{UNIT}{YEAR}年政府信息公开工作年度报告"
_THIN = Border(*[Side("thin")] * 4)


@cache
def report(edition: str = "2021", *, first: int = 3) -> Report:
    """Return a report in which all inputs are different, so that none can stand for another."""
    form = load_form(edition)
    figures: dict[str, Any] = {
        ref: first + number
        for number, ref in enumerate(ref for ref in form.inputs if form.cells[ref].table != "processing")
    }
    figures = {ref: value for ref, value in figures.items() if form.cells[ref].kind != "money"} | {
        ref: Decimal(f"{value}.25") for ref, value in figures.items() if form.cells[ref].kind == "money"
    }
    year = YEAR if edition == "2021" else 2020
    made = reports.blank(edition)
    return reports.changed(made, figures=figures, year=year, unit=Unit(name=UNIT))


@dataclass
class Pen:
    """A sheet that is being drawn, and where the next thing goes."""

    sheet: Any
    row: int = 1
    column: int = 1

    def text(self, text: str, *, across: int = 0, skip: int = 0) -> None:
        """Write a text in a row of its own; ``across`` merges so many cells, ``skip`` leaves rows blank below it."""
        self.sheet.cell(self.row, self.column, text)
        if across:
            self.sheet.merge_cells(None, self.row, self.column, self.row, self.column + across - 1)
        self.row += 1 + skip

    def table(
        self,
        table: Table,
        figures: Mapping[str, Any],
        *,
        merged: bool = True,
        repeated: bool = False,
        label: Callable[[str], str] = str,
        value: Callable[[Any], Any] = lambda value: float(value) if isinstance(value, Decimal) else value,
        skip: int = 1,
    ) -> dict[str, str]:
        """Draw a table, and return the addresses of its figures.

        Not ``merged``, a label stands in its first cell only or, ``repeated``, in all.
        """
        grid, addresses = grid_of(table), {}
        for placed in grid.cells:
            top, left = self.row + placed.row, self.column + placed.column
            content = label(placed.text) if placed.text else value(figures.get(placed.ref)) if placed.ref else None
            cell = self.sheet.cell(top, left, content)
            cell.border = _THIN
            if placed.ref:
                addresses[placed.ref] = cell.coordinate
            if placed.rowspan == placed.colspan == 1:
                continue
            bottom, right = top + placed.rowspan - 1, left + placed.colspan - 1
            if merged:
                self.sheet.merge_cells(None, top, left, bottom, right)
            elif repeated:
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        self.sheet.cell(row, column, content)
        self.row += grid.rows + skip
        return addresses


def blank_book() -> Any:
    """Return a workbook with one blank sheet."""
    return openpyxl.Workbook()


def saved(book: Any) -> bytes:
    """Return a workbook as a file."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def one_sheet(
    made: Report,
    *,
    title: str = TITLE,
    headings: bool = True,
    skip: int = 1,
    row: int = 1,
    column: int = 1,
    **drawn: Any,
) -> tuple[Any, dict[str, str]]:
    """Return a workbook with all tables below one another, and the addresses of the figures."""
    book = blank_book()
    pen, places = Pen(book.active, row, column), {}
    if title:
        pen.text(title, across=10, skip=1)
    for table in made.form.official_tables:
        if headings:
            pen.text(made.form.section(_section_of(made, table)).heading)
        places |= pen.table(table, made.figures, skip=skip, **drawn)
    return book, places


def three_sheets(
    made: Report, *, names: tuple[str, ...] = ("表一", "表二", "表三"), title: str = TITLE, **drawn: Any
) -> tuple[Any, dict[str, str]]:
    """Return a workbook with a sheet for each table."""
    book, places = blank_book(), {}
    for number, table in enumerate(made.form.official_tables):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = names[number]
        pen = Pen(sheet)
        if title:
            pen.text(title, across=8)
        places |= {ref: f"{names[number]}!{at}" for ref, at in pen.table(table, made.figures, **drawn).items()}
    return book, places


def _section_of(made: Report, table: Table) -> str:
    return next(s.key for s in made.form.sections if made.form.table_of(s.key) is table)


# ---------------------------------------------------------------- the forty


@dataclass(frozen=True)
class Drawn:
    """A workbook of an office, and what has to come of it."""

    make: Callable[[], bytes]
    edition: str = "2021"
    named: frozenset[str] = frozenset()
    """The rules that name what is not read; none where everything is."""
    again: str = ""
    """The program that saves it again, or the ending to which LibreOffice converts it."""


CASES: dict[str, Drawn] = {}


def case(name: str, *, edition: str = "2021", named: tuple[str, ...] = (), again: tuple[str, ...] = ()) -> Any:
    """Put a function that draws a workbook among the cases; ``again`` are the programs that save it as further ones."""

    def add(make: Callable[[Report], Any]) -> Any:
        def made() -> bytes:
            return saved(make(report(edition)))

        CASES[name] = Drawn(made, edition, frozenset(named))
        CASES.update({f"{name}，{program}": Drawn(made, edition, frozenset(named), program) for program in again})
        return make

    return add


@case("一张表，合并", again=(".xls", ".ods", "Gnumeric", "ExcelJS"))
def _(made: Report) -> Any:
    return one_sheet(made)[0]


@case("三张表，合并", again=(".xls", ".ods", "Gnumeric", "ExcelJS", "SheetJS"))
def _(made: Report) -> Any:
    return three_sheets(made)[0]


@case("一张表，不合并")
def _(made: Report) -> Any:
    return one_sheet(made, merged=False)[0]


@case("一张表，拆开后每格都有字", again=(".ods",))
def _(made: Report) -> Any:
    return one_sheet(made, merged=False, repeated=True)[0]


@case("三张表，不合并", again=(".xls",))
def _(made: Report) -> Any:
    return three_sheets(made, merged=False)[0]


@case("三张表，拆开后每格都有字")
def _(made: Report) -> Any:
    return three_sheets(made, merged=False, repeated=True)[0]


@case("没有标题和部分名称")
def _(made: Report) -> Any:
    return one_sheet(made, title="", headings=False)[0]


@case("表之间没有空行")
def _(made: Report) -> Any:
    return one_sheet(made, skip=0)[0]


@case("从第六行第四列开始")
def _(made: Report) -> Any:
    return one_sheet(made, row=6, column=4)[0]


@case("表上有填报单位一行", again=(".xls",))
def _(made: Report) -> Any:
    book = blank_book()
    pen = Pen(book.active)
    pen.text("政府信息公开工作年度报告统计表", across=10)
    book.active.cell(pen.row, 1, f"填报单位（盖章）：{UNIT}")
    book.active.cell(pen.row, 6, f"报告年度：{YEAR}年")
    pen.row += 1
    for table in made.form.official_tables:
        pen.table(table, made.figures)
    return book


@case("隐藏的辅助列", again=(".xls", ".ods"))
def _(made: Report) -> Any:
    book, _ = one_sheet(made)
    sheet = book.active
    sheet.insert_cols(1)
    for merged in list(sheet.merged_cells.ranges):
        merged.shift(col_shift=1)
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, 1, row * 1000)
    sheet.column_dimensions["A"].hidden = True
    return book


@case("右边隐藏的核对列")
def _(made: Report) -> Any:
    book, _ = one_sheet(made)
    for row in range(4, book.active.max_row + 1):
        book.active.cell(row, 17, row * 1000)
    book.active.column_dimensions["Q"].hidden = True
    return book


@case("隐藏的说明行", again=(".xls", ".ods"))
def _(made: Report) -> Any:
    book, _ = three_sheets(made)
    for sheet in book:
        sheet.cell(sheet.max_row + 1, 1, "本行供核对")
        sheet.cell(sheet.max_row, 3, 98765)
        sheet.row_dimensions[sheet.max_row].hidden = True
    return book


@case("隐藏的旧表")
def _(made: Report) -> Any:
    book, _ = three_sheets(made)
    old = book.create_sheet("上年")
    for table in made.form.official_tables:
        Pen(old, old.max_row + 2).table(table, report(first=500).figures)
    old.sheet_state = "hidden"
    return book


@case("有小计行")
def _(made: Report) -> Any:
    book = blank_book()
    pen = Pen(book.active)
    pen.text(TITLE, across=10)
    for table in made.form.official_tables:
        start = pen.row
        pen.table(table, made.figures, skip=0)
        if table.id == "requests":
            pen.sheet.cell(pen.row, 1, "不予公开小计")
            for column in range(4, 11):
                pen.sheet.cell(pen.row, column, 77000 + start)
            pen.row += 1
        pen.row += 1
    return book


@case("总计是公式", again=(".xls",))
def _(made: Report) -> Any:
    # LibreOffice calculates them; openpyxl keeps no results, which is another case.
    return one_sheet(made)[0]


@case("2019年的表", edition="2019", again=(".ods",))
def _(made: Report) -> Any:
    return one_sheet(made, title=f"{UNIT}2020年政府信息公开工作年度报告")[0]


@case("2019年的表，三张", edition="2019", again=(".xls",))
def _(made: Report) -> Any:
    return three_sheets(made, title=f"{UNIT}2020年政府信息公开工作年度报告")[0]


@case("数字存成文本")
def _(made: Report) -> Any:
    return one_sheet(made, value=lambda value: None if value is None else str(value))[0]


@case("数字后面显示件")
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    for ref, at in places.items():
        if made.form.cells[ref].kind != "money":
            book.active[at].number_format = '0"件"'
    return book


@case("用千分位、零显示横线")
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    for ref, at in places.items():
        kind = "#,##0.00" if made.form.cells[ref].kind == "money" else "#,##0"
        book.active[at].number_format = f'{kind};-{kind};"-"'
    return book


@case("带底色、白底黑字")
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    for at in places.values():
        cell = book.active[at]
        cell.fill, cell.font = PatternFill("solid", fgColor="FFFFF2CC"), Font(color="FF000000", size=9)
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    return book


@case("标签里有空格和换行")
def _(made: Report) -> Any:
    return one_sheet(made, label=lambda text: text if len(text) < 3 else f"{text[:2]}\n {text[2:]}")[0]


@case("带各部分文字")
def _(made: Report) -> Any:
    book = blank_book()
    pen = Pen(book.active)
    pen.text(TITLE, across=10, skip=1)
    for section in made.form.sections:
        pen.text(section.heading)
        table = made.form.table_of(section.key)
        if table:
            pen.table(table, made.figures)
        else:
            pen.text("我镇按照要求做好政府信息公开工作，主动公开各类信息，公开渠道畅通。", across=10, skip=1)
    return book


@case("工作表用部分名称")
def _(made: Report) -> Any:
    return three_sheets(made, names=("主动公开情况", "收到和处理申请情况", "行政复议行政诉讼情况"), title="")[0]


@case("旁边有批注和说明列")
def _(made: Report) -> Any:
    book, _ = one_sheet(made)
    book.active["S5"] = "填表说明：有数的填数，没有的填零。"
    book.active["S8"] = "审核人"
    return book


# ---------------------------------------------------------------- not whole, and named


@case("旁边是另一个单位的表", named=("published.twice",))
def _(made: Report) -> Any:
    book, _ = one_sheet(made)
    pen = Pen(book.active, 1, 18)
    pen.text("河口镇人民政府2025年政府信息公开工作年度报告", across=10, skip=1)
    for table in made.form.official_tables:
        pen.text("")
        pen.table(table, report(first=300).figures)
    return book


@case("隐藏了几行数字", named=("published.part_missing",))
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    for ref in ("requests.granted.natural", "requests.partial.natural"):
        book.active.row_dimensions[book.active[places[ref]].row].hidden = True
    return book


@case("数字划去、白字、上标", named=("figure.unread",))
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    book.active[places["requests.new.natural"]].font = Font(strike=True)
    book.active[places["requests.granted.natural"]].font = Font(color="FFFFFFFF")
    book.active[places["requests.partial.natural"]].font = Font(vertAlign="superscript")
    book.active[places["requests.partial.legal"]].number_format = "0,"
    return book


@case("公式没有结果", named=("figure.unread",))
def _(made: Report) -> Any:
    book, places = one_sheet(made)
    for ref in made.form.totals:
        at = book.active[places[ref]]
        at.value = f"=SUM({get_column_letter(4)}{at.row}:{get_column_letter(9)}{at.row})"
    return book
