"""The sheets of texts: one wide column with one paragraph a row, and the numbers that section 六 asks for."""

from __future__ import annotations

from gouji.form.prompts import paragraph_prompt
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.drawing.measure import HIGHEST_ROW, LINE_HEIGHT, lines_of
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.layout import LENGTH_COLUMN, TEXT_COLUMN, Layout, TextLine, TextSheet, number_label
from gouji.formats.workbook.sheet_head import draw_head
from gouji.formats.workbook.validations import mark_entries, number_rule, text_rule

_TEXT_WIDTH = 92


def draw_texts(canvas: Canvas[Layout], plan: TextSheet) -> None:
    """Draw a sheet of texts."""
    sheet, section = canvas.sheet, plan.section
    for column, width in ((0, 29), (TEXT_COLUMN, _TEXT_WIDTH), (LENGTH_COLUMN, 8)):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    draw_head(canvas, section.heading, TEXT_COLUMN)
    sheet.set_row(2, 4 + LINE_HEIGHT * lines_of(section.note, _TEXT_WIDTH))
    canvas.text(2, 0, "写什么", "right_top")
    canvas.text(2, TEXT_COLUMN, section.note, "note")
    canvas.text(3, 0, "怎样写", "right_top")
    canvas.text(3, TEXT_COLUMN, "一格写一段，段前不用空格。从别处粘贴请用“选择性粘贴→文本”。", "note")
    topics = [topic for topic in canvas.plan.form.topics_of(section.key) if not topic.optional]
    if topics and section.required:
        _draw_length(canvas, [f"length.{topic.key}" for topic in topics], section.limit)
    for line in plan.lines:
        _draw_text_line(canvas, line)
    sheet.freeze_panes(2, 0)
    paragraphs = [f"text.{line.topic.key}.{line.paragraph}" for line in plan.lines if line.topic and line.paragraph]
    sheet.repeat_rows(0, 1)
    canvas.select_first([*(line.ref for line in plan.lines if line.ref), *paragraphs])
    sheet.ignore_errors({"number_stored_as_text": " ".join(canvas.view.over(paragraphs))})
    set_page(canvas, plan.lines[-1].row, LENGTH_COLUMN, long=True)


def _draw_length(canvas: Canvas[Layout], keys: list[str], limit: int | None) -> None:
    total = sum(int(canvas.values.get(key) or 0) for key in keys)
    style = canvas.formats["count"]
    canvas.text(4, 0, f"已写字数（原则上不超过{limit}字）" if limit else "已写字数", "right")
    formula = f"=SUM({','.join(canvas.view.over(keys))})"
    canvas.sheet.write_formula(4, TEXT_COLUMN, formula, style, total)
    if limit:
        canvas.mark(4, TEXT_COLUMN, 4, TEXT_COLUMN, f"$B$5>{limit}", "#FCE8B2")


def _draw_text_line(canvas: Canvas[Layout], line: TextLine) -> None:
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
        table = next(table for table in canvas.plan.form.tables if not table.official)
        canvas.sheet.set_row(line.row, 24)
        canvas.text(line.row, 0, table.blocks[0].title, "group")
        canvas.text(line.row, TEXT_COLUMN, "三个数都必须填，没有的填 0。", "hint")


def _draw_text_number(canvas: Canvas[Layout], line: TextLine) -> None:
    cell = canvas.plan.form.cells[line.ref]
    canvas.sheet.set_row(line.row, 22)
    canvas.text(line.row, 0, number_label(cell), "right")
    canvas.entry(line.ref, "number_left", "given_number")
    canvas.validate((line.ref,), number_rule(cell, cell.column.printed))
    mark_entries(canvas, (line.ref,))


def _draw_paragraph(canvas: Canvas[Layout], line: TextLine) -> None:
    topic = line.topic
    assert topic is not None
    key = f"text.{topic.key}.{line.paragraph}"
    text = str(canvas.values.get(key) or "")
    if text:
        # Without a height the row opens only one line high, and with a fixed one it cuts off what is added to the text.
        lines = sum(lines_of(part, _TEXT_WIDTH - 2) for part in text.splitlines())
        canvas.sheet.grow(line.row, min(HIGHEST_ROW, 4 + LINE_HEIGHT * lines))
    canvas.text(line.row, 0, f"第{line.paragraph}段", "paragraph_number")
    canvas.entry(key, "text")
    if line.paragraph == 1:
        keys = tuple(f"text.{topic.key}.{n}" for n in range(1, topic.rows + 1))
        canvas.validate(keys, text_rule(topic.label, paragraph_prompt(topic)))
