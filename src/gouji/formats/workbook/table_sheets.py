"""The sheets with the official tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from gouji.form.grid import Placed
from gouji.form.model import Cell, Form, Kind
from gouji.form.values import YES
from gouji.formats.addresses import Place
from gouji.formats.drawing.canvas import WRONG_COLOUR, Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.layout import TOP, ZERO_LABEL, Layout, TableSheet, column_widths
from gouji.formats.workbook.sheet_head import draw_head, draw_link_to_checks
from gouji.formats.workbook.validations import Rule, mark_entries, number_rule

_WIDEST_PORTRAIT = 120
"""A table of more characters side by side is printed in landscape, or the print is too small to read."""

_LABEL_SIZE, _HINT_SIZE = 10, 9

_ROWS_ON_A_SCREEN = 16

_ZERO_HINT = "选了就不用逐格填。"


def draw_table(canvas: Canvas[Layout], plan: TableSheet) -> None:
    """Draw a sheet with an official table. Everything else is placed around the table, never inside it."""
    sheet = canvas.sheet
    for column, width in enumerate(column_widths(plan.table)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    draw_head(canvas, plan.section.heading, column_widths(plan.table))
    canvas.text(1, 0, plan.section.note, "hint")
    draw_link_to_checks(canvas, 2, 0)
    _draw_zero(canvas, plan)
    for row in range(plan.grid.rows):
        sheet.set_row(TOP + row, _table_row_height(plan, row))
    for cell in plan.grid.cells:
        _draw_cell(canvas, cell)
    for rule_keys, rule in _number_rules(canvas.plan.form, plan):
        canvas.validate(rule_keys, rule)
    _mark_wrong_entries(canvas, plan)
    last = _draw_differences(canvas, plan)
    canvas.text(last + 1, 0, f"要在表下加文字说明的，写在“{canvas.plan.texts[-1].section.sheet}”页。", "hint")
    # A phone needs something to scroll: no column stays in sight, and the head of a table only where it is long.
    sheet.freeze_panes(TOP + plan.grid.header if plan.grid.rows > _ROWS_ON_A_SCREEN else 1, 0)
    canvas.select_first(ref for ref in plan.grid.numbers if ref in canvas.plan.form.inputs)
    # Excel marks formulas that skip rows or differ from their neighbours; here they are intended, so the green
    # corners would only alarm a clerk.
    whole = f"A1:{Place('', plan.below, plan.grid.columns).address}"
    sheet.ignore_errors({"formula_range": whole, "formula_differs": whole})
    set_page(canvas, last + 1, plan.grid.columns - 1, landscape=sum(column_widths(plan.table)) > _WIDEST_PORTRAIT)


def _draw_zero(canvas: Canvas[Layout], plan: TableSheet) -> None:
    key = f"zero.{plan.table.id}"
    place = canvas.plan.places[key]
    canvas.sheet.set_row(place.row, 24)
    canvas.text(place.row, 0, ZERO_LABEL)
    canvas.entry(key, "choice")
    room = sum(column_widths(plan.table)[place.column + 1 :])
    if room and lines_of(_ZERO_HINT, room, _HINT_SIZE) == 1:  # the prompt of the cell says it as well
        canvas.text(place.row, place.column + 1, _ZERO_HINT, "hint")
    canvas.validate(
        (key,),
        {
            "validate": "list",
            "source": [YES],
            "input_title": "零报告",
            "input_message": "整张表都是 0 的，从下拉框里选“是”，不用逐格填写。"
            "有一个数不是 0 就不要选；选错了按 Delete 键。",
            "error_title": "零报告",
            "error_message": "请从下拉框里选“是”，或者清空。",
        },
    )
    refs = [ref for ref in plan.table.cells if ref in canvas.plan.form.inputs]
    ranges = canvas.view.over(refs)
    other = "+".join(f'COUNTIF({area},">0")+COUNTIF({area},"<0")' for area in ranges)
    known = "-".join([str(len(refs)), f"COUNT({','.join(ranges)})", *(f"COUNTBLANK({area})" for area in ranges)])
    wrong = f'AND({place.address}="{YES}",{other}+{known}>0)'
    canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)


def _table_row_height(plan: TableSheet, row: int) -> float:
    widths = column_widths(plan.table)
    needed = 1
    for cell in plan.grid.labels:
        if cell.row == row and cell.rowspan == 1:
            width = sum(widths[cell.column : cell.column + cell.colspan])
            needed = max(needed, lines_of(cell.text, width, _LABEL_SIZE, indent=1, columns=cell.colspan))
    return max(24.0, row_height(needed, _LABEL_SIZE, room=6))


def _draw_cell(canvas: Canvas[Layout], cell: Placed) -> None:
    row, column = TOP + cell.row, cell.column
    ref, totals = cell.ref, canvas.plan.form.totals
    style = "total" if ref in totals else "number" if ref else "stub" if cell.role in ("stub", "corner") else "label"
    if style == "stub" and (cell.rowspan > 1 or cell.role == "corner"):
        style = "label"
    if cell.rowspan > 1 or cell.colspan > 1:
        # The covered cells of a merged input stay locked; only its first cell can be typed into.
        covered = {"number": "empty"}.get(style, style)
        last_row, last_column = row + cell.rowspan - 1, column + cell.colspan - 1
        canvas.sheet.merge_range(row, column, last_row, last_column, "", canvas.style(ref, covered))
    if not ref:
        canvas.text(row, column, cell.text, style)
    elif ref in totals:
        canvas.formula(ref, style)
    else:
        canvas.entry(ref, style, "given_number", cell.colspan)


def _number_rules(form: Form, plan: TableSheet) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Yield a validation for each group of equal cells: a row of the table, or one cell where its column has a note."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in plan.table.cells.values():
        if cell.ref in form.inputs:
            own = plan.table.across or bool(cell.column.note)
            groups.setdefault((cell.row.key, cell.column.key if own else ""), []).append(cell)
    for cells in groups.values():
        cell = cells[0]
        title = cell.row.printed if len(cells) > 1 else f"{cell.row.printed} {cell.column.printed}"
        yield tuple(member.ref for member in cells), number_rule(cell, title)


def _mark_wrong_entries(canvas: Canvas[Layout], plan: TableSheet) -> None:
    form, places = canvas.plan.form, canvas.plan.places
    for family in plan.differences:
        for relation in form.relations:
            if relation.family == family:
                difference = places[f"difference.{relation.id}"].address.rstrip("0123456789")
                row = places[f"difference.{relation.id}"].row + 1
                cell = f"{difference}${row}"
                for place in (places[ref] for ref in relation.refs):
                    if place.sheet != plan.section.sheet:
                        continue  # old programs cannot colour a cell by a formula about another sheet
                    wrong = f"AND(ISNUMBER({cell}),{cell}<>0)"
                    canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)
    for kind in get_args(Kind):
        refs = [ref for ref, cell in plan.table.cells.items() if cell.kind == kind and ref in form.inputs]
        mark_entries(canvas, tuple(refs))


def _draw_differences(canvas: Canvas[Layout], plan: TableSheet) -> int:
    row = plan.below
    for family in plan.differences:
        text, widths = f"核对：{family.name}", column_widths(plan.table)[: plan.grid.stub]
        # A text that is not wrapped runs on to the left, over the cells of the other labels, which are empty here.
        fits = lines_of(text, sum(widths), _LABEL_SIZE) == 1
        lines = 1 if fits else lines_of(text, widths[-1], _LABEL_SIZE)
        canvas.sheet.set_row(row, max(20, row_height(lines, _LABEL_SIZE)))
        canvas.text(row, plan.grid.stub - 1, text, "right" if fits else "right_wrapped")
        for relation in canvas.plan.form.relations:
            if relation.family == family:
                key = f"difference.{relation.id}"
                place = canvas.plan.places[key]
                canvas.formula(key, "difference")
                wrong = f"AND(ISNUMBER({place.address}),{place.address}<>0)"
                canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)
        row += 1
    return row
