"""The first sheet: unit, people and instructions. Printed, it is the page to sign and stamp."""

from __future__ import annotations

from gouji.findings.finding import whereabouts
from gouji.form.editions import load_form
from gouji.form.model import CHECKS, COVER
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.corrections import Correction, Corrections
from gouji.formats.workbook.layout import COVER_FIELDS, FIELD_LABELS, VERSION, Layout
from gouji.formats.workbook.validations import Rule, whole

_FIELDS: dict[str, tuple[str, str]] = {
    "unit.name": ("全称，与公章一致", "entry"),
    "unit.code": ("主管部门给的代码，没有的可以不填", "entry"),
    "year": ("四位数的年份", "entry_year"),
    "people.filled_by": ("姓名", "entry"),
    "people.reviewed_by": ("姓名", "entry"),
    "people.phone": ("填报人的电话", "entry"),
    "people.date": ("按 年-月-日 填写", "entry_date"),
}

_ONLY_YELLOW = "只有浅黄色的格子可以填，其他格子都锁住了。"
_STEPS = (
    "2. 表里只填数字，不写“件”“万元”，不用逗号。没有的填 0，不要留空，不要写“无”“/”。",
    "3. 整张表都是 0 的，在表上方的“零报告”选“是”，这张表就不用逐格填了。",
    "4. 灰色格子（总计）自动计算。点一下格子，会出现这一格填什么的说明。",
    "5. 文字一格写一段。从别处粘贴的，请用“选择性粘贴→文本”，不要直接粘贴。",
    "6. 填完看“校验”页，当前状态是“可以上报”以后保存，文件格式不要改，发回主管部门。",
)

_HOW_TO_CORRECT = "逐条点右边的“去改”，改正红框里的数；都改完、“校验”页是“可以上报”以后保存，发回主管部门。"
_WIDTHS = (18, 46, 40)
_LINK_COLUMN, _LINK_WIDTH = 3, 10
_TODO = "需要改正的地方"


def draw_cover(canvas: Canvas[Layout], corrections: Corrections, signature: str = "") -> None:
    """Draw the first sheet: unit, people, corrections, instructions, and whether an office has signed the workbook."""
    sheet, form = canvas.sheet, canvas.plan.form
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    sheet.set_row(0, 40)
    canvas.text(0, 0, "政府信息公开工作年度报告填报表", "form_title")
    for column in (1, 2):
        canvas.blank(0, column, "form_title")
    issued = f"已签发，签发码 {signature[:8]}" if signature else "没有签发"
    canvas.text(1, 0, f"格式依据：{form.basis}　样式版本：{VERSION}　{issued}", "hint")
    sheet.set_row(2, 24)
    for column in range(3):
        canvas.blank(2, column, "alert")
    canvas.text(2, 0, "如上方有黄色提示条，请点“启用编辑”，否则不能填写。", "alert")
    sheet.set_row(3, 24)
    canvas.state(3, 0, columns=len(_WIDTHS))
    canvas.blank(3, 1, "plain")
    canvas.link_to(4, 0, CHECKS, "→ 看“校验”页")
    _draw_fields(canvas)
    # A code or a telephone number is a text of digits. Excel would mark it as a mistake and offer to make it a number.
    sheet.ignore_errors({"number_stored_as_text": " ".join(canvas.view.over(COVER_FIELDS))})
    canvas.select_first(COVER_FIELDS)
    row = canvas.plan.places[COVER_FIELDS[-1]].row + 1
    for line, height in (("负责人（签字）", 44), ("单位（盖章）", 84)):
        sheet.set_row(row, height)
        canvas.text(row, 0, line, "field")
        canvas.blank(row, 1, "box")
        row += 1
    canvas.text(row - 1, 2, " 打印后签字、盖单位公章", "hint")
    row += 1
    if corrections.sent_back:
        sheet.set_column(_LINK_COLUMN, _LINK_COLUMN, _LINK_WIDTH, canvas.formats["plain"])
        _draw_summons(canvas, corrections, row)
        row = _draw_corrections(canvas, corrections, row) + 1
    row = _draw_steps(canvas, row)
    row = _draw_legend(canvas, row + 1, marked=bool(corrections.notes))
    row = _draw_contents(canvas, row + 1)
    set_page(canvas, row, _LINK_COLUMN if corrections.sent_back else 2, long=corrections.sent_back)


def _draw_summons(canvas: Canvas[Layout], corrections: Corrections, row: int) -> None:
    """Say at the top, where people look first, that the workbook was sent back."""
    if corrections.items:
        wrong, queries = corrections.count(queries=False), corrections.count(queries=True)
        counts = [f"必须改正 {wrong} 处"] * bool(wrong) + [f"请核实并说明 {queries} 处"] * bool(queries)
        words = f"退回改正：{'，'.join(counts)}。点这里看“{_TODO}”"
        canvas.link_to(3, 1, COVER, words, "summons", f"A{row + 1}")


def _draw_corrections(canvas: Canvas[Layout], corrections: Corrections, row: int) -> int:
    canvas.sheet.set_row(row, 26)
    canvas.text(row, 0, _TODO, "heading")
    if not corrections.items:
        canvas.text(row + 1, 0, "没有需要改正的地方。")
        return row + 2
    canvas.sheet.set_row(row + 1, 20)
    canvas.text(row + 1, 0, _HOW_TO_CORRECT)
    row += 2
    for column, head in enumerate(("", "哪里不对，应当怎样改", "", "点一下")):
        canvas.text(row, column, head, "field")
    canvas.sheet.merge_range(row, 1, row, 2, "哪里不对，应当怎样改", canvas.formats["field"])
    for item in corrections.items:
        row += 1
        _draw_correction(canvas, item, row)
    return row + 1


def _draw_correction(canvas: Canvas[Layout], item: Correction, row: int) -> None:
    where = whereabouts([canvas.plan.printed(key) for key in item.cells])
    text = f"{item.message}（{where}）" if where else item.message
    canvas.sheet.set_row(row, row_height(lines_of(text, _WIDTHS[1] + _WIDTHS[2], columns=2), room=8))
    canvas.text(row, 0, f"{item.number}. {item.severity}", "query" if item.is_query else "error")
    canvas.sheet.merge_range(row, 1, row, 2, "", canvas.formats["box"])
    canvas.text(row, 1, text, "box")
    if item.target:
        canvas.link(row, _LINK_COLUMN, item.target, "去说明" if item.is_query else "去改", "boxed_link")
    else:
        canvas.blank(row, _LINK_COLUMN, "empty")


def _draw_fields(canvas: Canvas[Layout]) -> None:
    form = canvas.plan.form
    for key in COVER_FIELDS:
        label, (hint, style) = FIELD_LABELS[key], _FIELDS[key]
        place = canvas.plan.places[key]
        canvas.sheet.set_row(place.row, 26)
        canvas.text(place.row, 0, label, "field")
        canvas.entry(key, style, "given_year" if key == "year" else "given")
        canvas.text(place.row, 2, " 已由主管部门填好" if key in canvas.given else f" {hint}", "hint")
        rule: Rule = {"validate": "any", "input_title": label, "input_message": hint}
        if key == "year":
            rule = {
                **whole(form.first_year, form.first_year + 100),
                "input_title": label,
                "input_message": "填四位数的年份，即报告的是哪一年的工作。",
                "error_title": label,
                "error_message": "请填四位数的年份。",
            }
        canvas.validate((key,), rule)


def _draw_steps(canvas: Canvas[Layout], row: int) -> int:
    canvas.text(row, 0, "怎样填写", "group")
    for step in (_first_step(canvas), *_STEPS):
        row += 1
        canvas.sheet.set_row(row, 18)
        canvas.text(row, 0, step)
    return row + 1


def _first_step(canvas: Canvas[Layout]) -> str:
    """Return the step that says which sheets to fill in, with those that an office has added."""
    form = canvas.plan.form
    added = [section.sheet for section in form.sections[len(load_form(form.official).sections) :]]
    if not added:
        asked = "人员" if "unit.name" in canvas.given else "单位和人员"
        return f"1. 先填本页的{asked}，再按顺序填“一”到“六”各页。{_ONLY_YELLOW}"
    named = f"1. 先填本页，再按顺序填“一”到“六”各页和{'、'.join(f'“{name}”' for name in added)}。{_ONLY_YELLOW}"
    if lines_of(named, sum(_WIDTHS)) == 1:
        return named
    return f"1. 先填本页，再按顺序填“一”到“六”各页和后面另加的 {len(added)} 页。{_ONLY_YELLOW}"


def _draw_legend(canvas: Canvas[Layout], row: int, *, marked: bool) -> int:
    canvas.text(row, 0, "颜色", "group")
    samples = [
        ("input_sample", "填写的格子"),
        ("total_sample", "自动计算的格子，或者已由主管部门填好"),
        ("wrong_sample", "填得不对，请改正"),
    ]
    if marked:
        samples.append(("marked_sample", "退回时有问题的格子。右上角有红色小三角的，鼠标移上去就显示批注"))
    for style, words in samples:
        row += 1
        canvas.blank(row, 0, style)
        canvas.text(row, 1, f" {words}")
    return row + 1


def _draw_contents(canvas: Canvas[Layout], row: int) -> int:
    canvas.text(row, 0, "各页", "group")
    sections = [
        (section.sheet, section.heading.partition("、")[2] or section.heading) for section in canvas.plan.form.sections
    ]
    for name, heading in [*sections, (CHECKS, "检查勾稽关系和是否填完，需要说明的情况也写在这里")]:
        row += 1
        canvas.link_to(row, 0, name, name)
        canvas.text(row, 1, heading)
    return row
