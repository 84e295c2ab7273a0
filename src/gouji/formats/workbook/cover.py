"""The first sheet: unit, people and instructions. Printed, it is the page to sign and stamp."""

from __future__ import annotations

from gouji.findings.finding import whereabouts
from gouji.form.editions import load_form
from gouji.form.levels import LEVELS
from gouji.form.model import CHECKS, COVER
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.corrections import Correction, Corrections
from gouji.formats.workbook.layout import COVER_FIELDS, FIELD_LABELS, VERSION, Layout
from gouji.formats.workbook.validations import Rule, whole

_FIELDS: dict[str, tuple[str, str, str]] = {
    "unit.name": ("全称，与公章一致。", "entry_name", "given_name"),
    "unit.code": ("主管部门给的代码，没有的可以不填。", "entry", "given"),
    "unit.level": ("从下拉框里选本单位的级别，有的核对要用。", "entry", "given"),
    "year": ("填四位数的年份，即报告的是哪一年的工作。", "entry_year", "given_year"),
    "people.filled_by": ("填报人的姓名。", "entry", "given"),
    "people.reviewed_by": ("审核人的姓名。", "entry", "given"),
    "people.phone": ("填报人的电话。", "entry", "given"),
    "people.date": ("按 年-月-日 填写。", "entry_date", "given"),
}
"""The prompt of each input and its styles: open, and filled in by the office."""

_STEPS = (
    "2. 表里只填数字，不写单位，不用逗号；没有的填 0，不要留空，不要写“无”。",
    "3. 整张表都是 0 的，在表上方的“零报告”选“是”，不用逐格填。",
    "4. 灰色格子自动计算。点一下格子，会出现这一格填什么的说明。",
    "5. 文字一格写一段；从别处粘贴请用“选择性粘贴→文本”，不要直接粘贴。",
    "6. “校验”页是“可以上报”以后保存，文件格式不要改，发回主管部门。",
)
_ONLY_YELLOW = "只填浅黄色的格子。"

_HOW_TO_CORRECT = "逐条点右边的“去改”，改正红框里的数；都改完、“校验”页是“可以上报”以后保存，发回主管部门。"
_WIDTHS = (18, 36, 18, 36)
_STATE, _SUMMONS = 3, 4
_LINK_COLUMN, _LINK_WIDTH = 4, 10
_TODO = "需要改正的地方"
_FIELD, _NAME, _SIGNATURE = 30, 36, 112
"""The heights of rows in points; a seal is 42 millimetres wide, which are 119 points."""
_SCALE = 72
"""The size of the print in percent with which the list of corrections fits on the width of A4."""


def draw_cover(canvas: Canvas[Layout], corrections: Corrections, signature: str = "") -> None:
    """Draw the first sheet: unit, people, instructions, corrections, and whether an office has signed the workbook."""
    sheet, form = canvas.sheet, canvas.plan.form
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    sheet.set_row(0, 48)
    canvas.text(0, 0, "政府信息公开工作年度报告填报表", "form_title")
    for column in range(1, len(_WIDTHS)):
        canvas.blank(0, column, "form_title")
    issued = f"已签发，签发码 {signature[:8]}" if signature else "没有签发"
    canvas.text(1, 0, f"格式依据：{form.basis}　样式版本：{VERSION}　{issued}", "hint")
    _draw_band(canvas, 2, "如上方有黄色提示条，请点“启用编辑”，否则不能填写。", "alert")
    _draw_band(canvas, _STATE, "", "plain")
    canvas.state(_STATE, 0, columns=len(_WIDTHS))
    canvas.link_to(_STATE, len(_WIDTHS) - 1, CHECKS, "→ 看“校验”页")
    row = _draw_block(canvas)
    row = _draw_steps(canvas, row + 1)
    row = _draw_legend(canvas, row, marked=bool(corrections.notes))
    row = _draw_contents(canvas, row)
    if not corrections.sent_back:
        set_page(canvas, row, len(_WIDTHS) - 1)
        return
    sheet.set_column(_LINK_COLUMN, _LINK_COLUMN, _LINK_WIDTH, canvas.formats["plain"])
    row += 2
    _draw_summons(canvas, corrections, row)
    sheet.set_h_pagebreaks([row])
    set_page(canvas, _draw_corrections(canvas, corrections, row), _LINK_COLUMN, scale=_SCALE)


def _draw_band(canvas: Canvas[Layout], row: int, text: str, style: str) -> None:
    canvas.sheet.set_row(row, 24)
    for column in range(len(_WIDTHS)):
        canvas.blank(row, column, style)
    if text:
        canvas.text(row, 0, text, style)


def _draw_summons(canvas: Canvas[Layout], corrections: Corrections, row: int) -> None:
    """Say at the top, where people look first, that the workbook was sent back."""
    if corrections.items:
        wrong, queries = corrections.count(queries=False), corrections.count(queries=True)
        counts = [f"必须改正 {wrong} 处"] * bool(wrong) + [f"请核实并说明 {queries} 处"] * bool(queries)
        words = f"退回改正：{'，'.join(counts)}。点这里看“{_TODO}”"
        _draw_band(canvas, _SUMMONS, "", "plain")
        canvas.link_to(_SUMMONS, 0, COVER, words, "summons", f"A{row + 1}")


def _draw_corrections(canvas: Canvas[Layout], corrections: Corrections, row: int) -> int:
    """Draw the list of what to correct, and return its last row."""
    canvas.sheet.set_row(row, 26)
    canvas.text(row, 0, _TODO, "heading")
    if not corrections.items:
        canvas.text(row + 1, 0, "没有需要改正的地方。")
        return row + 1
    canvas.sheet.set_row(row + 1, 20)
    canvas.text(row + 1, 0, _HOW_TO_CORRECT)
    row += 2
    canvas.text(row, 0, "", "field")
    canvas.sheet.merge_range(row, 1, row, _LINK_COLUMN - 1, "哪里不对，应当怎样改", canvas.formats["field"])
    canvas.text(row, _LINK_COLUMN, "点一下", "field")
    for item in corrections.items:
        row += 1
        _draw_correction(canvas, item, row)
    return row


def _draw_correction(canvas: Canvas[Layout], item: Correction, row: int) -> None:
    where = whereabouts([canvas.plan.printed(key) for key in item.cells])
    text = f"{item.message}（{where}）" if where else item.message
    widths = _WIDTHS[1:]
    canvas.sheet.set_row(row, row_height(lines_of(text, sum(widths), columns=len(widths)), room=8))
    canvas.text(row, 0, f"{item.number}. {item.severity}", "query" if item.is_query else "error")
    canvas.sheet.merge_range(row, 1, row, _LINK_COLUMN - 1, "", canvas.formats["box"])
    canvas.text(row, 1, text, "box")
    if item.target:
        canvas.link(row, _LINK_COLUMN, item.target, "去说明" if item.is_query else "去改", "boxed_link")
    else:
        canvas.blank(row, _LINK_COLUMN, "empty")


def _draw_block(canvas: Canvas[Layout]) -> int:
    """Draw the unit, the people, and the room for the signature and the seal; return the row below."""
    sheet = canvas.sheet
    for key, (row, column) in canvas.plan.version.cover.items():
        sheet.set_row(row, _NAME if key == "unit.name" else _FIELD)
        canvas.text(row, column - 1, FIELD_LABELS[key], "field")
        prompt, style, given = _FIELDS[key]
        wide = len(_WIDTHS) - column if key in _WIDE else 1
        if wide > 1:
            # The covered cells stay locked; only the first cell can be typed into.
            sheet.merge_range(row, column, row, column + wide - 1, "", canvas.style(key, "empty"))
        canvas.entry(key, style, given, wide)
        canvas.validate((key,), _rule(canvas, key, prompt))
    # A code or a telephone number is a text of digits. Excel would mark it as a mistake and offer to make it a number.
    sheet.ignore_errors({"number_stored_as_text": " ".join(canvas.view.over(COVER_FIELDS))})
    canvas.select_first(COVER_FIELDS)
    row = max(row for row, _ in canvas.plan.version.cover.values()) + 1
    sheet.set_row(row, _SIGNATURE)
    for column, label in ((0, "负责人（签字）"), (2, "单位（盖章）")):
        canvas.text(row, column, label, "field")
        canvas.blank(row, column + 1, "empty")
    canvas.text(row + 1, 0, "灰色的已由主管部门填好。填完后打印本页，签字、盖单位公章。", "hint")
    return row + 2


_WIDE = ("unit.name", "year")


def _rule(canvas: Canvas[Layout], key: str, prompt: str) -> Rule:
    rule: Rule = {"validate": "any"}
    if key == "year":
        first = canvas.plan.form.first_year
        rule = {**whole(first, first + 100), "error_message": "请填四位数的年份。"}
    if key == "unit.level":
        names = [level.name for level in LEVELS.values()]
        rule = {"validate": "list", "source": names, "error_message": "请从下拉框里选，或者清空。"}
    label = FIELD_LABELS[key]
    return {**rule, "input_title": label, "input_message": prompt, "error_title": label}


def _draw_steps(canvas: Canvas[Layout], row: int) -> int:
    canvas.text(row, 0, "怎样填写", "group")
    for step in (_first_step(canvas), *_STEPS):
        row += 1
        canvas.sheet.set_row(row, 18)
        canvas.text(row, 0, step)
    return row + 2


def _first_step(canvas: Canvas[Layout]) -> str:
    """Return the step that says which sheets to fill in, with those that an office has added."""
    form = canvas.plan.form
    added = [section.sheet for section in form.sections[len(load_form(form.official).sections) :]]
    if not added:
        return f"1. 先填本页，再按顺序填“一”到“六”各页。{_ONLY_YELLOW}"
    named = f"1. 先填本页，再填“一”到“六”各页和{'、'.join(f'“{name}”' for name in added)}。{_ONLY_YELLOW}"
    if lines_of(named, sum(_WIDTHS)) == 1:
        return named
    return f"1. 先填本页，再填“一”到“六”各页和后面另加的 {len(added)} 页。{_ONLY_YELLOW}"


def _draw_legend(canvas: Canvas[Layout], row: int, *, marked: bool) -> int:
    canvas.text(row, 0, "颜色", "group")
    samples = [("input_sample", "填写的格子"), ("total_sample", "自动计算，或已由主管部门填好")]
    if marked:
        samples.append(("marked_sample", "退回时有问题，看批注"))
    samples.append(("wrong_sample", "填得不对，请改正"))
    for number, (style, words) in enumerate(samples):
        column = number % 2 * 2
        row += column == 0
        canvas.sheet.set_row(row, 18)
        canvas.blank(row, column, style)
        canvas.text(row, column + 1, f" {words}")
    return row + 2


def _draw_contents(canvas: Canvas[Layout], row: int) -> int:
    canvas.text(row, 0, "各页", "group")
    sections = [
        (section.sheet, section.heading.partition("、")[2] or section.heading) for section in canvas.plan.form.sections
    ]
    for name, heading in [*sections, (CHECKS, "检查勾稽关系和是否填完，需要说明的情况也写在这里")]:
        row += 1
        canvas.sheet.set_row(row, 18)
        canvas.link_to(row, 0, name, name)
        canvas.text(row, 1, heading)
    return row
