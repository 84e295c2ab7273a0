"""The sheets of the workbook, drawn where the book places them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gouji.excel.book import (
    CHECKS,
    COVER,
    COVER_FIELDS,
    DIFFERENCE,
    EXPLANATION,
    HIDDEN,
    IDENTITY,
    LEFT,
    LENGTH_COLUMN,
    LINK,
    RESULT,
    RIGHT,
    TEXT_COLUMN,
    TOP,
    CheckLine,
    TableSheet,
    TextLine,
    TextSheet,
    column_widths,
)
from gouji.excel.canvas import WRONG_COLOUR, Canvas
from gouji.finding import SUBJECTS
from gouji.form import Cell, Form
from gouji.grid import Placed
from gouji.relation import TOO_LARGE, YES, EntryOf

LONGEST_PARAGRAPH = 5000
_TEXT_WIDTH = 92
_LINE_HEIGHT = 16

_FIELDS: dict[str, tuple[str, str, str]] = {
    "unit.name": ("单位名称", "全称，与公章一致", "entry"),
    "unit.code": ("单位代码", "主管部门给的代码，没有的可以不填", "entry"),
    "year": ("报告年度", "四位数的年份", "entry_year"),
    "people.filled_by": ("填报人", "姓名", "entry"),
    "people.reviewed_by": ("审核人", "姓名", "entry"),
    "people.phone": ("联系电话", "填报人的电话", "entry"),
    "people.date": ("填报日期", "按 年-月-日 填写", "entry_date"),
}

_STEPS = (
    "1. 先填本页的单位和人员，再按顺序填“一”到“六”各页。只有浅黄色的格子可以填，其他格子都锁住了。",
    "2. 表里只填数字，不写“件”“万元”，不用逗号。没有的填 0，不要留空，不要写“无”“/”。",
    "3. 整张表都是 0 的，在表上方的“零报告”选“是”，这张表就不用逐格填了。",
    "4. 灰色格子（总计）自动计算。点一下格子，会出现这一格填什么的说明。",
    "5. 文字一格写一段。从别处粘贴的，请用“选择性粘贴→文本”，不要直接粘贴。",
    "6. 填完看“校验”页，当前状态是“可以上报”以后保存，文件名和文件格式不要改，发回主管部门。",
)

_PRINTED = 9  # A4
_Rule = dict[str, Any]


# ---------------------------------------------------------------- the first sheet


def draw_cover(canvas: Canvas) -> None:
    """Draw the first sheet: unit, people, how to fill in; it prints as the page for signature and stamp."""
    sheet, form = canvas.sheet, canvas.book.form
    for column, width in enumerate((18, 46, 40)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    sheet.set_row(0, 34)
    canvas.text(0, 0, "政府信息公开工作年度报告填报表", "title")
    canvas.text(1, 0, f"格式依据：{form.document}", "hint")
    sheet.set_row(2, 24)
    for column in range(3):
        canvas.blank(2, column, "alert")
    canvas.text(2, 0, "如上方有黄色提示条，请点“启用编辑”，否则不能填写。", "alert")
    sheet.set_row(3, 24)
    canvas.state(3, 0)
    canvas.blank(3, 1, "plain")
    canvas.link_to(4, 0, CHECKS, "→ 看“校验”页")
    _draw_fields(canvas)
    row = 6 + len(COVER_FIELDS)
    sheet.set_row(row, 44)
    canvas.text(row, 0, "负责人（签字）", "field")
    canvas.blank(row, 1, "box")
    canvas.text(row, 2, " 打印后签字、盖单位公章", "hint")
    row = _draw_steps(canvas, row + 2)
    row = _draw_legend(canvas, row + 1)
    row = _draw_contents(canvas, row + 1)
    _page(canvas, row, 2)


def _draw_fields(canvas: Canvas) -> None:
    form = canvas.book.form
    for key in COVER_FIELDS:
        label, hint, style = _FIELDS[key]
        place = canvas.book.places[key]
        canvas.sheet.set_row(place.row, 26)
        canvas.text(place.row, 0, label, "field")
        canvas.entry(key, style, "given_year" if key == "year" else "given")
        canvas.text(place.row, 2, " 已由主管部门填好" if key in canvas.given else f" {hint}", "hint")
        rule: _Rule = {"validate": "any", "input_title": label, "input_message": hint}
        if key == "year":
            rule = {
                **_whole(form.first_year, form.first_year + 100),
                "input_title": label,
                "input_message": "填四位数的年份，即报告的是哪一年的工作。",
                "error_title": label,
                "error_message": "请填四位数的年份。",
            }
        canvas.validate((key,), rule)


def _draw_steps(canvas: Canvas, row: int) -> int:
    canvas.text(row, 0, "怎样填写", "group")
    for step in _STEPS:
        row += 1
        canvas.sheet.set_row(row, 18)
        canvas.text(row, 0, step)
    return row + 1


def _draw_legend(canvas: Canvas, row: int) -> int:
    canvas.text(row, 0, "颜色", "group")
    samples = (
        ("input_sample", "填写的格子"),
        ("total_sample", "自动计算的格子，或者已由主管部门填好"),
        ("wrong_sample", "填得不对，请改正"),
    )
    for style, words in samples:
        row += 1
        canvas.blank(row, 0, style)
        canvas.text(row, 1, f" {words}")
    return row + 1


def _draw_contents(canvas: Canvas, row: int) -> int:
    canvas.text(row, 0, "各页", "group")
    sections = [(section.sheet, section.heading.partition("、")[2]) for section in canvas.book.form.sections]
    for name, heading in [*sections, (CHECKS, "检查勾稽关系和是否填完，需要说明的情况也写在这里")]:
        row += 1
        canvas.link_to(row, 0, name, name)
        canvas.text(row, 1, heading)
    return row


# ---------------------------------------------------------------- official tables


def draw_table(canvas: Canvas, plan: TableSheet) -> None:
    """Draw a sheet with an official table; all else stands around the table, never inside it."""
    sheet = canvas.sheet
    for column, width in enumerate(column_widths(plan.table)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    _draw_head(canvas, plan.section.heading, plan.zero_column)
    canvas.text(2, 0, plan.section.note, "hint")
    _draw_zero(canvas, plan)
    for at in range(plan.grid.rows):
        sheet.set_row(TOP + at, _table_row_height(plan, at))
    for cell in plan.grid.cells:
        _draw_cell(canvas, cell)
    for rule_keys, rule in _number_rules(canvas.book.form, plan):
        canvas.validate(rule_keys, rule)
    _mark_wrong_entries(canvas, plan)
    last = _draw_differences(canvas, plan)
    canvas.text(last + 1, 0, f"要在表下加文字说明的，写在“{canvas.book.texts[-1].section.sheet}”页。", "hint")
    sheet.freeze_panes(TOP + plan.grid.header, plan.grid.stub)
    _page(canvas, last + 1, plan.grid.columns - 1, landscape=plan.table.across)


def _draw_head(canvas: Canvas, heading: str, columns: int) -> None:
    canvas.sheet.set_row(0, 22)
    canvas.state(0, 0, columns=columns)
    canvas.link_to(0, columns, CHECKS, "→ 看“校验”页")
    canvas.sheet.set_row(1, 26)
    canvas.text(1, 0, heading, "heading")


def _draw_zero(canvas: Canvas, plan: TableSheet) -> None:
    key = f"zero.{plan.table.id}"
    place = canvas.book.places[key]
    canvas.sheet.set_row(place.row, 24)
    canvas.text(place.row, 0, "零报告（全表都是 0 时选“是”）→")
    canvas.entry(key, "choice")
    canvas.text(place.row, place.column + 1, "选了就不用逐格填 0；有一个数不是 0，就不要选。", "hint")
    canvas.validate(
        (key,),
        {
            "validate": "list",
            "source": [YES],
            "input_title": "零报告",
            "input_message": "整张表都是 0 的，从下拉框里选“是”，不用逐格填写。有一个数不是 0 就不要选；选错了按 Delete 键。",
            "error_title": "零报告",
            "error_message": "请从下拉框里选“是”，或者清空。",
        },
    )
    refs = [ref for ref in plan.table.cells if ref in canvas.book.form.inputs]
    ranges = canvas.view.over(refs)
    other = "+".join(f'COUNTIF({area},">0")+COUNTIF({area},"<0")' for area in ranges)
    known = "-".join([str(len(refs)), f"COUNT({','.join(ranges)})", *(f"COUNTBLANK({area})" for area in ranges)])
    wrong = f'AND({place.address}="{YES}",{other}+{known}>0)'
    canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)


def _table_row_height(plan: TableSheet, at: int) -> float:
    widths = column_widths(plan.table)
    needed = 1
    for cell in plan.grid.labels:
        if cell.row == at and cell.rowspan == 1:
            width = sum(widths[cell.column : cell.column + cell.colspan])
            needed = max(needed, _lines(cell.text, width, scale=10 / 11))
    return max(24.0, needed * 14 + 8)


def _draw_cell(canvas: Canvas, cell: Placed) -> None:
    row, column = TOP + cell.row, cell.column
    ref, totals = cell.ref, canvas.book.form.totals
    style = "total" if ref in totals else "number" if ref else "stub" if cell.role in ("stub", "corner") else "label"
    if style == "stub" and (cell.rowspan > 1 or cell.role == "corner"):
        style = "label"
    if cell.rowspan > 1 or cell.colspan > 1:
        # The covered cells of a merged input stay locked: only the cell that people can type into is open.
        covered = {"number": "empty"}.get(style, style)
        last_row, last_column = row + cell.rowspan - 1, column + cell.colspan - 1
        canvas.sheet.merge_range(row, column, last_row, last_column, "", canvas.formats[covered])
    if not ref:
        canvas.text(row, column, cell.text, style)
    elif ref in totals:
        canvas.formula(ref, style)
    else:
        canvas.entry(ref, style, "given_number")


def _number_rules(form: Form, plan: TableSheet) -> Iterator[tuple[tuple[str, ...], _Rule]]:
    """Yield a validation for each run of equal cells: a row of the table, or each cell where columns differ."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in plan.table.cells.values():
        if cell.ref in form.inputs:
            own = plan.table.across or bool(cell.column.note)
            groups.setdefault((cell.row.key, cell.column.key if own else ""), []).append(cell)
    for cells in groups.values():
        cell = cells[0]
        title = cell.row.printed if len(cells) > 1 else f"{cell.row.printed} {cell.column.printed}"
        yield tuple(each.ref for each in cells), number_rule(cell, title)


def number_rule(cell: Cell, title: str) -> _Rule:
    """Return the validation of a number cell, with the prompt that says what it counts."""
    rule = {
        "count": _whole(0, TOO_LARGE - 1),
        "change": _whole(1 - TOO_LARGE, TOO_LARGE - 1),
        "money": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": TOO_LARGE - 1},
    }[cell.kind]
    wanted = {
        "count": "请填 0 或者正整数。只填数字，不写单位、文字和逗号。没有的填 0。",
        "change": "请填整数，减少的填负数。只填数字，不写单位。没有变化的填 0。",
        "money": f"请填数字，单位是{cell.column.unit}，可以带小数。不写单位和逗号。没有的填 0。",
    }[cell.kind]
    return {
        **rule,
        "input_title": title,
        "input_message": f"{cell.note or ''}单位：{cell.column.unit}。",
        "error_title": "不合要求",
        "error_message": wanted,
    }


def _whole(least: int, most: int) -> _Rule:
    return {"validate": "integer", "criteria": "between", "minimum": least, "maximum": most}


def _mark_wrong_entries(canvas: Canvas, plan: TableSheet) -> None:
    form, places = canvas.book.form, canvas.book.places
    for family in plan.differences:
        for relation in form.relations:
            if relation.family == family:
                difference = places[f"difference.{relation.id}"].address.rstrip("0123456789")
                row = places[f"difference.{relation.id}"].row + 1
                cell = f"{difference}${row}"
                for ref in relation.refs:
                    place = places[ref]
                    wrong = f"AND(ISNUMBER({cell}),{cell}<>0)"
                    canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)
    for kind in ("count", "change", "money"):
        refs = [ref for ref, cell in plan.table.cells.items() if cell.kind == kind and ref in form.inputs]
        mark_entries(canvas, tuple(refs))


def mark_entries(canvas: Canvas, refs: tuple[str, ...]) -> None:
    """Colour the cells that hold something that is not a permitted number."""
    for ref in refs:
        place = canvas.book.places[ref]
        wrong = f"{EntryOf(ref, canvas.book.form.cells[ref].kind).formula(canvas.view)}>=3"
        canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)


def _draw_differences(canvas: Canvas, plan: TableSheet) -> int:
    row = plan.below
    for family in plan.differences:
        canvas.sheet.set_row(row, 20)
        canvas.text(row, plan.grid.stub - 1, f"核对：{family.name}", "right")
        for relation in canvas.book.form.relations:
            if relation.family == family:
                key = f"difference.{relation.id}"
                place = canvas.book.places[key]
                canvas.formula(key, "difference")
                wrong = f"AND(ISNUMBER({place.address}),{place.address}<>0)"
                canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)
        row += 1
    return row


# ---------------------------------------------------------------- texts


def draw_texts(canvas: Canvas, plan: TextSheet) -> None:
    """Draw a sheet of texts."""
    sheet, section = canvas.sheet, plan.section
    for column, width in ((0, 24), (TEXT_COLUMN, _TEXT_WIDTH), (LENGTH_COLUMN, 8)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    _draw_head(canvas, section.heading, TEXT_COLUMN)
    sheet.set_row(2, 4 + _LINE_HEIGHT * _lines(section.note, _TEXT_WIDTH))
    canvas.text(2, 0, "写什么", "right_top")
    canvas.text(2, TEXT_COLUMN, section.note, "note")
    canvas.text(3, 0, "怎样写", "right_top")
    canvas.text(3, TEXT_COLUMN, "一格写一段，段前不用空格。从别处粘贴请用“选择性粘贴→文本”。", "note")
    topics = [topic for topic in canvas.book.form.topics_of(section.key) if not topic.optional]
    if topics and section.required:
        _draw_length(canvas, [f"length.{topic.key}" for topic in topics], section.limit)
    for line in plan.lines:
        _draw_text_line(canvas, line)
    sheet.freeze_panes(2, 0)
    _page(canvas, plan.lines[-1].row, LENGTH_COLUMN)


def _draw_length(canvas: Canvas, keys: list[str], limit: int | None) -> None:
    total = sum(int(canvas.values.get(key) or 0) for key in keys)
    style = canvas.formats["count"]
    canvas.text(4, 0, f"已写字数（原则上不超过{limit}字）" if limit else "已写字数", "right")
    formula = f"=SUM({','.join(canvas.view.over(keys))})"
    canvas.sheet.write_formula(4, TEXT_COLUMN, formula, style, total)
    if limit:
        canvas.mark(4, TEXT_COLUMN, 4, TEXT_COLUMN, f"$B$5>{limit}", "#FCE8B2")


def _draw_text_line(canvas: Canvas, line: TextLine) -> None:
    if line.ref:
        _draw_text_number(canvas, line)
    elif line.topic and line.paragraph:
        _draw_paragraph(canvas, line)
    elif line.topic:
        canvas.sheet.set_row(line.row, 24)
        canvas.text(line.row, 0, line.topic.label, "group")
        canvas.text(line.row, TEXT_COLUMN, line.topic.note, "hint")
        canvas.formula(f"length.{line.topic.key}", "count")
    else:
        table = next(table for table in canvas.book.form.tables if not table.official)
        canvas.sheet.set_row(line.row, 24)
        canvas.text(line.row, 0, table.blocks[0].title, "group")
        canvas.text(line.row, TEXT_COLUMN, "三个数都必须填，没有的填 0。", "hint")


def _draw_text_number(canvas: Canvas, line: TextLine) -> None:
    cell = canvas.book.form.cells[line.ref]
    canvas.sheet.set_row(line.row, 22)
    canvas.text(line.row, 0, f"{cell.column.printed}（{cell.column.unit}）", "right")
    canvas.entry(line.ref, "number_left", "given_number")
    canvas.validate((line.ref,), number_rule(cell, cell.column.printed))
    mark_entries(canvas, (line.ref,))


def _draw_paragraph(canvas: Canvas, line: TextLine) -> None:
    topic = line.topic
    assert topic is not None
    key = f"text.{topic.key}.{line.paragraph}"
    text = str(canvas.values.get(key) or "")
    if text:
        # A row with an automatic height opens one line high, whatever it holds.
        lines = sum(_lines(part, _TEXT_WIDTH - 2) for part in text.splitlines())
        canvas.sheet.set_row(line.row, min(409, 4 + _LINE_HEIGHT * lines))
    canvas.text(line.row, 0, f"第{line.paragraph}段", "paragraph_number")
    canvas.entry(key, "text")
    if line.paragraph == 1:
        keys = tuple(f"text.{topic.key}.{n}" for n in range(1, topic.rows + 1))
        canvas.validate(keys, text_rule(topic.label, topic.note + "一格写一段。粘贴请用“选择性粘贴→文本”。"))


def text_rule(title: str, message: str, longest: int = LONGEST_PARAGRAPH) -> _Rule:
    """Return the validation of a cell for text."""
    return {
        "validate": "length",
        "criteria": "<=",
        "value": longest,
        "input_title": title,
        "input_message": message,
        "error_title": "文字太长",
        "error_message": f"一格最多写 {longest} 字。请分成几段，一格写一段。",
    }


# ---------------------------------------------------------------- checks


def draw_checks(canvas: Canvas) -> None:
    """Draw the sheet of checks: a line each, and the overall state."""
    sheet = canvas.sheet
    for column, width in enumerate((5, 56, 20, 10, 10, 10, 8, 46)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    sheet.set_row(0, 26)
    canvas.text(0, 0, "校验", "heading")
    canvas.text(1, 0, "本页自动计算。“有错误”的先改正，“未填完”的补填，到“可以上报”再报。", "hint")
    sheet.set_row(2, 26)
    canvas.text(2, 1, "当前状态", "right")
    canvas.state(2, RESULT, "state_cell")
    sheet.set_row(3, 22)
    heads = {
        1: "核对内容",
        RESULT: "结果",
        LEFT: "一边/未填",
        RIGHT: "另一边",
        DIFFERENCE: "相差/错处",
        LINK: "查看",
        EXPLANATION: "说明",
    }
    canvas.text(3, 0, "序号", "field")
    for column, head in heads.items():
        canvas.text(3, column, head, "field")
    number = 0
    for line in canvas.book.checks:
        if line.key or line.subject:
            number += 1
        _draw_check(canvas, line, number)
    sheet.freeze_panes(4, 0)
    _page(canvas, canvas.book.checks[-1].row, EXPLANATION, landscape=True)


def _draw_check(canvas: Canvas, line: CheckLine, number: int) -> None:
    row = line.row
    if not line.key and not line.subject:
        canvas.sheet.set_row(row, 24)
        canvas.text(row, 0, line.text, "group")
        return
    canvas.sheet.set_row(row, 34 if line.subject else 20)
    canvas.text(row, 0, str(number), "field")
    canvas.text(row, 1, line.text, "box")
    for column in (RESULT, LEFT, RIGHT, DIFFERENCE, LINK):
        canvas.blank(row, column, "empty")
    if line.subject:
        _draw_explanation(canvas, line)
        return
    canvas.blank(row, EXPLANATION, "empty")
    canvas.formula(f"show.{line.key}", "result")
    words = canvas.book.expressions[f"show.{line.key}"].words  # type: ignore[attr-defined]
    result = canvas.book.places[f"show.{line.key}"].address
    canvas.mark(row, RESULT, row, RESULT, f'{result}="{words[1]}"', WRONG_COLOUR)
    if words[2]:
        canvas.mark(row, RESULT, row, RESULT, f'{result}="{words[2]}"', "#FCE8B2")
    for side in line.shown:
        canvas.formula(f"show.{side}.{line.key}", "result")
    if line.target:
        canvas.link(row, LINK, line.target, "去看", "boxed_link")


def _draw_explanation(canvas: Canvas, line: CheckLine) -> None:
    canvas.text(line.row, RESULT, "收回后核对", "result")
    key = f"explain.{line.subject}"
    canvas.entry(key, "text")
    message = "主管部门来问，或者已经知道有这种情况的，在这里写明原因；没有的不用写。"
    canvas.validate((key,), text_rule(SUBJECTS[line.subject], message, 2000))


# ---------------------------------------------------------------- the hidden sheet


def draw_hidden(canvas: Canvas, identity: dict[str, str]) -> None:
    """Draw what only programs read: who the workbook is for, and the calculations that no sheet shows."""
    for row, key in enumerate(IDENTITY):
        canvas.text(row, 0, key)
        canvas.text(row, 1, identity[key])
    for key in canvas.book.expressions:
        place = canvas.book.places[key]
        if place.sheet == HIDDEN:
            canvas.text(place.row, 0, key)
            canvas.formula(key, "plain")


# ---------------------------------------------------------------- pages


def _page(canvas: Canvas, last_row: int, last_column: int, *, landscape: bool = False) -> None:
    sheet = canvas.sheet
    sheet.set_paper(_PRINTED)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0 if canvas.sheet.get_name() in _long_sheets(canvas) else 1)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)


def _long_sheets(canvas: Canvas) -> set[str]:
    return {plan.section.sheet for plan in canvas.book.texts}


def _lines(text: str, width: float, scale: float = 1.0) -> int:
    """Return how many lines a text takes in a column: a Chinese character is as wide as two Latin ones."""
    units = sum(1 if ord(character) < 0x2E80 else 2 for character in text) * scale
    return max(1, -(-int(units * 1.04) // int(width - 1)))


DRAWERS: dict[str, Callable[[Canvas], None]] = {COVER: draw_cover, CHECKS: draw_checks}
