"""Tables of a city that a county fills: the official form with all that offices put around it, made by xlsxwriter."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter
from foreign import TITLE
from lxml import etree
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from gouji.form.editions import load_form
from gouji.form.grid import grid_of
from gouji.form.model import Form, Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
Places = dict[str, str]
"""Ref → sheet and address."""


def drawn(
    sheet: Any, table: Table, row: int, looks: Mapping[str, Any], *, totals: Mapping[str, tuple[str, ...]]
) -> Places:
    """Draw a table with formulas in the cells of ``totals``, and return the addresses of its figures."""
    grid = grid_of(table)
    places = {placed.ref: xl_rowcol_to_cell(row + placed.row, placed.column) for placed in grid.cells if placed.ref}
    for placed in grid.cells:
        top, left = row + placed.row, placed.column
        look = looks["number"] if placed.ref else looks["label"]
        if placed.rowspan > 1 or placed.colspan > 1:
            sheet.merge_range(top, left, top + placed.rowspan - 1, left + placed.colspan - 1, "", look)
        if placed.ref in totals:
            sheet.write_formula(top, left, "=" + "+".join(places[part] for part in totals[placed.ref]), look, 0)
        elif placed.ref:
            sheet.write_blank(top, left, None, look)
        else:
            sheet.write_string(top, left, placed.text, look)
    return {ref: f"{sheet.name}!{at}" for ref, at in places.items()}


def city_table(
    form: Form,
    *,
    title: str = TITLE,
    with_totals: bool = True,
    change: Callable[[Any, Any, Places], None] | None = None,
) -> tuple[bytes, Places]:
    """Return a city's table: a sheet for each official table, a chart, a picture and all kinds of settings."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    looks = {
        "label": book.add_format({"border": 1, "text_wrap": True, "bg_color": "#DDEBF7", "font_name": "宋体"}),
        "number": book.add_format({"border": 1, "align": "center", "num_format": "#,##0.##", "locked": False}),
    }
    places: Places = {}
    totals = form.totals if with_totals else {}
    for number, table in enumerate(form.official_tables, 1):
        sheet = book.add_worksheet(f"附表{number}")
        sheet.write(0, 0, title)
        sheet.write(1, 0, "填表说明：有数的填数，没有的填零。")
        own = drawn(sheet, table, 3, looks, totals=totals)
        places |= own
        first = next(iter(own.values())).partition("!")[2]
        sheet.protect("秘密")
        sheet.freeze_panes(3, 1)
        sheet.set_column(0, 0, 24)
        sheet.write_comment(first, "没有的填零")
        sheet.data_validation(
            first, {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "不能是负数"}
        )
        sheet.conditional_format(first, {"type": "data_bar", "data_bar_2010": True})
        sheet.set_footer("&C第&P页")
        sheet.insert_image("AA2", "图.png", {"image_data": io.BytesIO(PIXEL)})
    summary = book.add_worksheet("汇总图")
    requests = form.table("requests")
    summary.write_rich_string(0, 0, "各类申请人", looks["label"], "合计", looks["label"])
    for row, column in enumerate(requests.blocks[0].columns, 1):
        at = places[f"requests.new.{column.key}"]
        summary.write(row, 0, column.label[-1])
        summary.write_formula(row, 1, f"={at}", None, 0)
    last = len(requests.blocks[0].columns)
    summary.write_formula(last + 1, 1, f"=SUM(B2:B{last})", None, 0)
    summary.write_formula(last + 2, 1, f'=IF(B{last + 2}=B{last + 1},"一致","不一致")', None, "不一致")
    summary.write_formula(last + 3, 1, "=1+1", None, 2)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": f"=汇总图!$A$2:$A${last}", "values": f"=汇总图!$B$2:$B${last}"})
    summary.insert_chart("D2", chart)
    summary.add_sparkline("C2", {"range": f"汇总图!B2:B{last}"})
    book.define_name("新收总数", f"=汇总图!$B${last + 1}")
    created = datetime.datetime(2026, 1, 5)  # else the time would be in it
    book.set_properties({"title": "市级统计表", "company": "市政府办公室", "created": created})
    book.set_custom_property("文号", "市政办〔2025〕1号")
    if change:
        change(book, looks, places)
    book.close()
    return target.getvalue(), places


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


def without_cells(xml: bytes, cells: Collection[str]) -> str:
    """Return the XML of a sheet with nothing in some of its cells and without the results of its formulas."""
    root = etree.fromstring(xml)
    for cell in _cells(root):
        if cell.get("r") in cells or cell.find(f"{MAIN}f") is not None:
            cell.attrib.pop("t", "")
            for value in (*cell.findall(f"{MAIN}v"), *cell.findall(f"{MAIN}is")):
                cell.remove(value)
    return etree.tostring(root, method="c14n").decode()


def results(xml: bytes) -> dict[str, str | None]:
    """Return the kept result of each formula of a sheet."""
    found = etree.fromstring(xml)
    return {cell.get("r", ""): cell.findtext(f"{MAIN}v") for cell in _cells(found) if cell.find(f"{MAIN}f") is not None}


def _cells(root: Any) -> Iterator[Any]:
    yield from root.iter(f"{MAIN}c")


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return a workbook with other content in some of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(data).items():
            archive.writestr(name, changed.get(name, content))
    return target.getvalue()


def with_oddities() -> bytes:
    """Return a city's table as the page on filling has it: money in 元, a 0 that stands there, a column of its own."""
    form = load_form("2021")

    def change(book: Any, looks: Any, places: Places) -> None:
        def at(ref: str, right: int = 0, up: int = 0) -> tuple[Any, int, int]:
            name, _, address = places[ref].partition("!")
            row, column = xl_cell_to_rowcol(address)
            return book.get_worksheet_by_name(name), row - up, column + right

        sheet, row, column = at("disclosure.fees.amount", up=1)
        sheet.write_string(row, column, "本年收费金额（单位：元）", looks["label"])
        sheet, row, column = at("requests.new.natural")
        sheet.write_number(row, column, 0, looks["number"])
        sheet, row, column = at("requests.new.total", right=1, up=1)
        sheet.write_string(row, column, "其中：外国人", looks["label"])

    return city_table(form, title="2025年县（区）统计表", change=change)[0]


def unit_list(units: Sequence[str]) -> bytes:
    """Return a city's list with one row a unit."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet, look = book.add_worksheet("各单位"), book.add_format({"border": 1, "text_wrap": True})
    sheet.merge_range("B1:C1", "本年新收申请", look)
    sheet.write_row("A2", ["单位", "自然人", "总计", "行政许可决定", "网站栏目数"], look)
    sheet.set_column("A:A", 26)
    for row, unit in enumerate(units, 2):
        sheet.write_row(row, 0, [unit], look)
    book.close()
    return target.getvalue()
