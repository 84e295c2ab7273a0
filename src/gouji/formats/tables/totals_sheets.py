"""The sheets of the workbook of the totals: the tables, the units, the relations, and the comparison with last year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from gouji.form.grid import Placed
from gouji.form.model import Cell
from gouji.form.values import Outcome, State
from gouji.formats.addresses import address_of, column_letters
from gouji.formats.drawing.canvas import STATE_COLOURS, WRONG_COLOUR, Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.drawing.plan import Plan
from gouji.formats.drawing.row_sheet import Row
from gouji.formats.drawing.seams import PlainWorkbook
from gouji.formats.tables.totals_layout import (
    CHART_COLUMNS,
    OUTCOME_WORDS,
    PARTS,
    PROBLEMS,
    RELATIONS,
    RELATIONS_TOP,
    STATE,
    STATE_WORDS,
    SUMS,
    UNIT_TEXTS,
    UNITS,
    UNITS_TOP,
    YEARS,
    YEARS_TOP,
    Drawn,
    TotalsLayout,
    chart_column,
)

_WIDTH = 7.25
"""The width of a column on the first sheet in characters: seven digits fit, and 15 columns on A4."""

_SCALE = 75
"""The percentage at which the first sheet, and the comparison, are printed; ordinary text is readable then."""

_A4_WIDTH, _DIGIT, _FRAME = 717, 8, 5
"""Pixels that A4 has between its margins, that a digit of 宋体 takes, and that a column has in addition."""

_A4_HEIGHT = 740
"""Points that A4 has between the margins of the first sheet."""

_HEADING = 28
"""The height of the row above a table, in points."""

_LABEL_SIZE = 10

_A3 = 8
"""The paper for the sheet of the units: its two hundred columns take many pages of any size."""

# ---------------------------------------------------------------- the tables


def draw_totals_sheet(canvas: Canvas[Plan], layout: TotalsLayout, title: str, state: str) -> None:
    """Draw the tables with the totals; each figure is a link to its column on the sheet of the units."""
    sheet = canvas.sheet
    sheet.set_column(0, layout.columns - 1, _WIDTH, canvas.formats["plain"])
    sheet.set_row(0, 30)
    canvas.text(0, 0, title, "title")
    sheet.set_row(1, 20)
    for column in range(layout.columns):
        canvas.blank(1, column, "alert")
    canvas.text(1, 0, state, "alert")
    sheet.set_row(2, 20)
    canvas.text(2, 0, "勾稽关系：")
    _show_state(canvas, 2, 2)
    for column, name in enumerate((UNITS, PARTS, RELATIONS, YEARS, PROBLEMS)):
        canvas.link_to(2, 5 + 2 * column, name, f"→ {name}")
    canvas.text(3, 0, "点一个数字，到它在“各单位”的那一列；在那里点一个单位的名称，打开它报送的文件。", "hint")
    heights = [_draw_table(canvas, drawn) for drawn in layout.tables]
    last = layout.tables[-1].top + layout.tables[-1].grid.rows - 1
    sheet.freeze_panes(4, 0)
    whole = f"A1:{address_of(last, layout.columns - 1)}"
    sheet.ignore_errors({"formula_range": whole, "formula_differs": whole})
    set_page(canvas, last, layout.columns - 1, long=True)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    # A program that fits a sheet to its paper takes no notice of page breaks.
    scale = _scale(layout.columns)
    sheet.set_print_scale(scale)
    sheet.set_h_pagebreaks([drawn.top - 1 for drawn in layout.tables[1:]])
    lowest = layout.tables[-1]
    if heights[-1] > _A4_HEIGHT * 100 / scale:
        # Rows repeat on the pages after their own, so only the head of the last table can, and above no other table.
        sheet.repeat_rows(lowest.top, lowest.top + lowest.grid.header - 1)
    else:
        sheet.repeat_rows(0, 1)


def _scale(columns: int) -> int:
    """Return the percentage at which the columns of the first sheet fit on the width of A4."""
    return min(_SCALE, 100 * _A4_WIDTH // (columns * (int(_WIDTH * _DIGIT) + _FRAME)))


def _show_state(canvas: Canvas[Plan], row: int, column: int) -> None:
    canvas.sheet.merge_range(row, column, row, column + 1, "", canvas.formats["state_cell"])
    canvas.formula_at(row, column, STATE, canvas.view.at(STATE), "state_cell")
    _colour_state(canvas, row, column)


def _colour_state(canvas: Canvas[Plan], row: int, column: int) -> None:
    colours = (STATE_COLOURS[State.READY], WRONG_COLOUR, STATE_COLOURS[State.INCOMPLETE])
    address = f"${chr(65 + column)}${row + 1}"
    for word, colour in zip(STATE_WORDS, colours, strict=True):
        canvas.mark(row, column, row, column, f'{address}="{word}"', colour)


def _draw_table(canvas: Canvas[Plan], drawn: Drawn) -> float:
    """Draw a table and its heading, and return their height in points."""
    height: float = _HEADING
    canvas.sheet.set_row(drawn.top - 1, _HEADING)
    canvas.text(drawn.top - 1, 0, drawn.heading, "heading")
    for row in range(drawn.grid.rows):
        lines = [
            lines_of(cell.text, (last - first + 1) * _WIDTH, _LABEL_SIZE, indent=1, columns=last - first + 1)
            for cell in drawn.grid.labels
            if cell.row == row and cell.rowspan == 1
            for first, last in (drawn.columns(cell),)
        ]
        of_row = max(22, row_height(max(lines, default=1), _LABEL_SIZE, room=6))
        canvas.sheet.set_row(drawn.top + row, of_row)
        height += of_row
    for cell in drawn.grid.cells:
        _draw_cell(canvas, drawn, cell)
    return height


def _draw_cell(canvas: Canvas[Plan], drawn: Drawn, cell: Placed) -> None:
    row, (column, last_column) = drawn.top + cell.row, drawn.columns(cell)
    total = cell.ref in canvas.plan.form.totals
    style = (
        "total" if total else "sum" if cell.ref else "stub" if cell.role == "stub" and cell.rowspan == 1 else "label"
    )
    last_row = row + cell.rowspan - 1
    if (last_row, last_column) != (row, column):
        canvas.sheet.merge_range(row, column, last_row, last_column, "", canvas.formats[style])
    if not cell.ref:
        canvas.text(row, column, cell.text, style)
        return
    # The link is written first, because the formula then replaces its text.
    parts = canvas.plan.places[f"parts.{cell.ref}"]
    canvas.link_to(row, column, UNITS, "0", style, parts.address)
    canvas.formula(cell.ref, style)


# ---------------------------------------------------------------- the units


def draw_units(canvas: Canvas[Plan], layout: TotalsLayout, rows: Sequence[Row]) -> None:
    """Draw the figures of the units, one unit a row, with a head and a total above each column."""
    sheet, form = canvas.sheet, layout.form
    for column, width in enumerate((16, 32, 26)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    last_column = UNIT_TEXTS + len(form.cells) - 1
    sheet.set_column(UNIT_TEXTS, last_column, 11, canvas.formats["plain"])
    canvas.text(0, 0, "各单位的数字", "heading")
    canvas.link_to(0, 2, SUMS, f"→ 回到“{SUMS}”")
    canvas.text(
        1, 0, "点单位的名称，打开它报送的文件（在“归档”里）。合计是各单位这一列的和；有单位没有填的，合计空着。", "hint"
    )
    canvas.blank(2, 0, "field")
    canvas.blank(2, 1, "field")
    canvas.text(2, 2, "合计", "field")
    for row, height in ((2, 22), (3, 22), (4, 46), (5, 46)):
        sheet.set_row(row, height)
    for column, words in enumerate(("单位代码", "单位全称", "上级单位")):
        canvas.blank(3, column, "label")
        canvas.blank(4, column, "label")
        canvas.text(5, column, words, "label")
    _draw_heads(canvas, list(form.cells.values()))
    for ref in form.cells:
        canvas.formula(f"parts.{ref}", "total")
    texts = (canvas.formats["listed"], canvas.formats["listed_link"], canvas.formats["listed"])
    sheet.set_body(UNITS_TOP, rows, tuple(form.cells), texts, canvas.formats["figure"])
    sheet.freeze_panes(UNITS_TOP, UNIT_TEXTS)
    sheet.autofilter(UNITS_TOP - 1, 0, UNITS_TOP + len(rows) - 1, last_column)
    sheet.repeat_rows(2, UNITS_TOP - 1)
    sheet.repeat_columns(1, 1)
    sheet.set_paper(_A3)
    sheet.set_landscape()
    sheet.set_print_scale(_SCALE)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    sheet.ignore_errors({"number_stored_as_text": f"A{UNITS_TOP + 1}:A{UNITS_TOP + len(rows)}"})


def _draw_heads(canvas: Canvas[Plan], cells: list[Cell]) -> None:
    """Draw three rows of heads for table, row and column; equal neighbours are merged."""
    form = canvas.plan.form
    numbered = list(enumerate(cells, UNIT_TEXTS))
    for table, group in groupby(numbered, key=lambda member: member[1].table):
        _head(canvas, 3, [column for column, _ in group], form.sheet_of(table))
    for (_, _), group in groupby(numbered, key=lambda member: (member[1].table, member[1].row.key)):
        members = list(group)
        _head(canvas, 4, [column for column, _ in members], members[0][1].row.printed)
    for column, cell in numbered:
        unit = "" if cell.column.unit in cell.column.printed else f"\n（{cell.column.unit}）"
        canvas.text(5, column, f"{cell.column.printed}{unit}", "label")


def _head(canvas: Canvas[Plan], row: int, columns: list[int], text: str) -> None:
    if len(columns) > 1:
        canvas.sheet.merge_range(row, columns[0], row, columns[-1], "", canvas.formats["label"])
    canvas.text(row, columns[0], text, "label")


# ---------------------------------------------------------------- the relations


def draw_relations(canvas: Canvas[Plan], layout: TotalsLayout) -> None:
    """Draw the relations of the totals and their outcomes."""
    sheet = canvas.sheet
    for column, width in enumerate((15, 44, 46, 11, 11, 10, 10, 7)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    canvas.text(0, 0, "勾稽关系", "heading")
    sheet.set_row(1, 22)
    canvas.text(1, 0, "汇总的结果", "right")
    canvas.formula(STATE, "state_cell")
    _colour_state(canvas, 1, 1)
    canvas.text(2, 0, "自动计算。各单位的表都相符，汇总也相符；放行过的错误会在这里看到。", "hint")
    sheet.set_row(RELATIONS_TOP - 1, 22)
    for column, words in enumerate(("表", "勾稽关系", "哪里", "左边", "右边", "相差", "结果", "查看")):
        canvas.text(RELATIONS_TOP - 1, column, words, "field")
    for row, line in enumerate(layout.lines, RELATIONS_TOP):
        sheet.set_row(row, row_height(max(lines_of(line.place, 46), lines_of(line.name, 44))))
        canvas.text(row, 0, layout.form.sheet_of(line.table.id), "box")
        canvas.text(row, 1, line.name, "box")
        canvas.text(row, 2, line.place, "box")
        for name in ("left", "right", "difference", "show"):
            canvas.formula(f"{name}.{line.id}", "result")
        canvas.link(row, 7, line.target, "去看", "boxed_link")
    last = RELATIONS_TOP + len(layout.lines) - 1
    shown = f"$G{RELATIONS_TOP + 1}"
    for outcome, colour in ((Outcome.BROKEN, WRONG_COLOUR), (Outcome.NOT_CHECKABLE, STATE_COLOURS[State.INCOMPLETE])):
        canvas.mark(RELATIONS_TOP, 6, last, 6, f'{shown}="{OUTCOME_WORDS[outcome]}"', colour)
    sheet.autofilter(RELATIONS_TOP - 1, 0, last, 7)
    sheet.freeze_panes(RELATIONS_TOP, 2)
    sheet.repeat_rows(RELATIONS_TOP - 1)
    sheet.ignore_errors({"formula_differs": f"A1:H{last + 1}"})
    set_page(canvas, last, 7, landscape=True, long=True)


# ---------------------------------------------------------------- this year beside last year

_YEAR_WIDTHS = (15, 54, 18, 13, 13, 13, 10, 3)
_CHART_WIDTHS = (35, 10, 10, 2)
"""The labels, the two years, and the gap to the next chart."""
_ROW = 20
_CHART_WIDTH, _CHART_HEIGHT = 395, 400
"""In pixels; as wide as the data above it, where the columns are narrowest."""


def draw_years(
    canvas: Canvas[Plan], layout: TotalsLayout, workbook: PlainWorkbook, years: tuple[str, str], state: str
) -> None:
    """Draw each figure beside last year's, and charts of the most important ones."""
    sheet, form = canvas.sheet, layout.form
    for column, width in enumerate(_YEAR_WIDTHS):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    for index in range(len(layout.keys)):
        for column, width in enumerate(_CHART_WIDTHS, chart_column(index)):
            sheet.set_column(column, column, width, canvas.formats["plain"])
    canvas.text(0, 0, "与上年比较", "heading")
    canvas.text(1, 0, state, "note_line")
    canvas.text(2, 0, "上年是 0 或者没有数字的，不算比例。", "hint")
    sheet.set_row(YEARS_TOP - 1, 22)
    for column, words in enumerate(("表", "行", "列", *years, "增减", "增减比例")):
        canvas.text(YEARS_TOP - 1, column, words, "field")
    for row, (ref, cell) in enumerate(form.cells.items(), YEARS_TOP):
        sheet.set_row(row, row_height(_lines_of_years(layout, ref, row)))
        canvas.text(row, 0, form.sheet_of(cell.table), "box")
        canvas.text(row, 1, cell.row.printed, "box")
        canvas.text(row, 2, cell.column.printed, "box")
        canvas.entry(f"before.{ref}", "figure")
        canvas.formula(f"this.{ref}", "sum")
        canvas.formula(f"change.{ref}", "result")
        canvas.formula(f"share.{ref}", "share")
    last = YEARS_TOP + len(form.cells) - 1
    for index in range(len(layout.keys)):
        _draw_chart(canvas, workbook, layout, index, years)
    sheet.autofilter(YEARS_TOP - 1, 0, last, 6)
    sheet.freeze_panes(YEARS_TOP, 3)
    sheet.repeat_rows(YEARS_TOP - 1)
    sheet.ignore_errors({"formula_differs": f"A1:K{last + 1}"})
    set_page(canvas, last, 6, landscape=True, long=True)
    sheet.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)
    if layout.keys:
        # The charts stand on a page of their own. The library sets one area only; a name may have two.
        sheet.print_area_range = ""
        below = YEARS_TOP + max(map(len, layout.keys.values())) + 1 + _CHART_HEIGHT // _ROW
        right = chart_column(len(layout.keys)) - CHART_COLUMNS + 2
        charts = f"$I${YEARS_TOP - 1}:{_fixed(below, right)}"
        areas = f"='{YEARS}'!$A$1:$G${last + 1},'{YEARS}'!{charts}"
        workbook.define_name(f"'{YEARS}'!_xlnm.Print_Area", areas)


def _fixed(row: int, column: int) -> str:
    return f"${column_letters(column)}${row + 1}"


_SERIES = (
    {"fill": None, "pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#7F7F7F", "bg_color": "#FFFFFF"}},
    {"fill": {"color": "#1F4E79"}, "pattern": None},
)
"""The fills of last year's and this year's bars, which differ without colour too."""


def _lines_of_years(layout: TotalsLayout, ref: str, row: int) -> int:
    """Return the lines of a row: of its own label, and of the labels of the charts beside it."""
    cells, index = layout.form.cells, row - YEARS_TOP
    beside = (refs[index] for refs in layout.keys.values() if index < len(refs))
    charted = [lines_of(_short(cells[other].row.printed), _CHART_WIDTHS[0]) for other in beside]
    own = zip((cells[ref].row.printed, cells[ref].column.printed), _YEAR_WIDTHS[1:], strict=False)
    return max(*(lines_of(text, width) for text, width in own), *charted)


def _short(label: str) -> str:
    """Return a label without the remark in brackets at its end, for which a chart has no room."""
    return label[: label.rindex("（")] if label.endswith("）") and label.rfind("（") > 0 else label


def _draw_chart(
    canvas: Canvas[Plan], workbook: PlainWorkbook, layout: TotalsLayout, index: int, years: tuple[str, str]
) -> None:
    """Draw the figures of a chart, and the chart below them; all charts stand in one line."""
    form, left = layout.form, chart_column(index)
    table, refs = list(layout.keys.items())[index]
    heading = form.section(form.table(table).section).heading
    canvas.text(YEARS_TOP - 2, left, heading, "group")
    for column, words in enumerate(("主要数字", *years), left):
        canvas.text(YEARS_TOP - 1, column, words, "field")
    for row, ref in enumerate(refs, YEARS_TOP):
        canvas.text(row, left, _short(form.cells[ref].row.printed), "box")
        canvas.formula(f"key.before.{ref}", "result")
        canvas.formula(f"key.this.{ref}", "result")
    chart = workbook.add_chart({"type": "column"})
    first, last = YEARS_TOP, YEARS_TOP + len(refs) - 1
    for column, fill in enumerate(_SERIES, left + 1):
        chart.add_series(
            {
                "name": [YEARS, YEARS_TOP - 1, column],
                "categories": [YEARS, first, left, last, left],
                "values": [YEARS, first, column, last, column],
                "border": {"color": "#404040"},
                "data_labels": {"value": True},
                "gap": 60,
                **{name: value for name, value in fill.items() if value},
            }
        )
    chart.set_title({"name": heading, "name_font": {"name": "黑体", "size": 12}})
    # Labels that are not turned are broken into lines. LibreOffice slants others, partly out of the chart.
    chart.set_x_axis({"num_font": {"name": "宋体", "size": 8, "rotation": 0}})
    chart.set_y_axis({"major_gridlines": {"visible": False}, "visible": False})
    chart.set_legend({"position": "top", "font": {"name": "宋体", "size": 9}})
    # Columns, not bars: LibreOffice lists the series of bars backwards. Leave room below for labels of several lines.
    chart.set_plotarea({"layout": {"x": 0.02, "y": 0.22, "width": 0.96, "height": 0.5}})
    chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
    shown = "；".join(_compared(canvas, ref, years) for ref in refs)
    options = {"description": f"柱形图，{heading}，{years[0]}和{years[1]}：{shown}。", "object_position": 3}
    below = YEARS_TOP + max(map(len, layout.keys.values())) + 1
    code = canvas.sheet.insert_chart(below, left, chart, options)
    assert code == 0, f"the workbook library refused a chart with {code}"


def _compared(canvas: Canvas[Plan], ref: str, years: tuple[str, str]) -> str:
    label = canvas.plan.form.cells[ref].row.printed
    return f"{label}：{years[0]} {_printed(canvas, f'before.{ref}')}，{years[1]} {_printed(canvas, ref)}"


def _printed(canvas: Canvas[Plan], key: str) -> str:
    value = canvas.values.get(key)
    return "没有数字" if value is None else str(value)
