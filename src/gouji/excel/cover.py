"""The first sheet: unit, people, how to fill in; it prints as the page for signature and stamp."""

from __future__ import annotations

from gouji.excel.book import CHECKS, COVER_FIELDS
from gouji.excel.canvas import Canvas
from gouji.excel.page import set_page
from gouji.excel.rules import Rule, whole

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
    set_page(canvas, row, 2)


def _draw_fields(canvas: Canvas) -> None:
    form = canvas.book.form
    for key in COVER_FIELDS:
        label, hint, style = _FIELDS[key]
        place = canvas.book.places[key]
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
