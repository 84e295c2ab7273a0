"""The check sheet: one line for each check, the overall state, and the cells for explanations."""

from __future__ import annotations

from gouji.findings.rules import SUBJECTS
from gouji.form.values import Outcome, State
from gouji.formats.drawing.canvas import STATE_COLOURS, WRONG_COLOUR, Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.layout import DIFFERENCE, EXPLANATION, LEFT, LINK, RESULT, RIGHT, CheckLine, Layout
from gouji.formats.workbook.sheet_head import HEAD_HEIGHT
from gouji.formats.workbook.validations import text_rule

_LONGEST_EXPLANATION = 2000
_HEAD = 2
"""The row with the heads of the columns."""
_GROUP = 22
_OPEN_COLOUR = STATE_COLOURS[State.INCOMPLETE]
_WIDTHS = (5, 46, 18, 15, 9, 13, 7, 40)
"""At eight pixels a digit the sheet is as wide as a screen of 1366 pixels shows beside its row numbers."""


def draw_checks(canvas: Canvas[Layout]) -> None:
    """Draw the check sheet: the overall state, and one line for each check."""
    sheet = canvas.sheet
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    sheet.set_row(0, HEAD_HEIGHT)
    canvas.text(0, 0, "校验", "heading")
    canvas.blank(0, LEFT, "plain")
    canvas.state(0, RESULT, columns=2)
    canvas.text(1, 0, "本页自动计算。“有错误”的先改正，“未填完”的补填，到“可以上报”再报。", "hint")
    sheet.set_row(_HEAD, 22)
    heads = {
        1: "核对内容",
        RESULT: "结果",
        LEFT: "左边（未填数）",
        RIGHT: "右边",
        DIFFERENCE: "相差（错处）",
        LINK: "查看",
        EXPLANATION: "说明",
    }
    canvas.text(_HEAD, 0, "序号", "field")
    for column, head in heads.items():
        canvas.text(_HEAD, column, head, "field")
    number = 0
    for line in canvas.plan.checks:
        if (line.key and not line.members) or line.subject:
            number += 1
        _draw_check(canvas, line, number)
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.repeat_rows(_HEAD)
    whole = f"A1:H{canvas.plan.checks[-1].row + 1}"
    sheet.ignore_errors({"formula_differs": whole, "number_stored_as_text": whole})
    set_page(canvas, canvas.plan.checks[-1].row, EXPLANATION, landscape=True, long=True)


def _draw_check(canvas: Canvas[Layout], line: CheckLine, number: int) -> None:
    row = line.row
    if line.members or not (line.key or line.subject):
        _draw_group(canvas, line)
        return
    if not line.subject:
        canvas.sheet.set_row(row, max(20, row_height(lines_of(line.text, _WIDTHS[1]))))
    canvas.number(row, 0, number, "field")
    canvas.text(row, 1, line.text, "box")
    for column in (RESULT, LEFT, RIGHT, DIFFERENCE, LINK):
        canvas.blank(row, column, "empty")
    if line.subject:
        _draw_explanation(canvas, line)
        return
    canvas.blank(row, EXPLANATION, "empty")
    canvas.formula(f"show.{line.key}", "result")
    words = _words(canvas, line)
    result = canvas.plan.places[f"show.{line.key}"].address
    canvas.mark(row, RESULT, row, RESULT, f'{result}="{words[Outcome.BROKEN]}"', WRONG_COLOUR)
    if words[Outcome.NOT_CHECKABLE]:
        canvas.mark(row, RESULT, row, RESULT, f'{result}="{words[Outcome.NOT_CHECKABLE]}"', _OPEN_COLOUR)
    for side in line.shown:
        canvas.formula(f"show.{side}.{line.key}", "result")
    if line.target:
        canvas.link(row, LINK, line.target, "去看", "boxed_link")


def _draw_group(canvas: Canvas[Layout], line: CheckLine) -> None:
    """Draw the heading of a group, with the result of its lines together."""
    row = line.row
    canvas.sheet.set_row(row, _GROUP)
    for column in range(len(_WIDTHS)):
        canvas.blank(row, column, "band")
    canvas.text(row, 0, line.text, "band")
    if not line.members:
        return
    canvas.formula(f"show.{line.key}", "band_result")
    canvas.formula(f"show.count.{line.key}", "band_result")
    wrong = f"{canvas.plan.places[f'show.count.{line.key}'].address}>0"
    canvas.mark(row, RESULT, row, RESULT, wrong, WRONG_COLOUR)
    unknown = _words(canvas, line)[Outcome.NOT_CHECKABLE]
    result = canvas.plan.places[f"show.{line.key}"].address
    canvas.mark(row, RESULT, row, RESULT, f'{result}="{unknown}"', _OPEN_COLOUR)


def _words(canvas: Canvas[Layout], line: CheckLine) -> tuple[str, ...]:
    words: tuple[str, ...] = canvas.plan.expressions[f"show.{line.key}"].words  # type: ignore[attr-defined]
    return words


def _draw_explanation(canvas: Canvas[Layout], line: CheckLine) -> None:
    key = f"explain.{line.subject}"
    given = str(canvas.values.get(key) or "")
    lines = sum(lines_of(part, _WIDTHS[EXPLANATION]) for part in given.splitlines())
    lines = max(lines, lines_of(line.text, _WIDTHS[1]))
    canvas.sheet.grow(line.row, max(34, row_height(lines)))
    canvas.text(line.row, RESULT, "收回后核对", "result")
    canvas.entry(key, "text")
    message = "主管部门来问，或者已经知道有这种情况的，在这里写明原因；没有的不用写。"
    canvas.validate((key,), text_rule(SUBJECTS[line.subject], message, _LONGEST_EXPLANATION))
