"""The sheets of texts, which look like paper: one box for each topic, with one paragraph a row.

Section 六 also asks for numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from gouji.form.model import Section
from gouji.form.prompts import paragraph_prompt
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.page import set_page
from gouji.formats.workbook.layout import LENGTH_COLUMN, Layout, TextLine, TextSheet, number_label
from gouji.formats.workbook.sheet_head import HEAD_HEIGHT, draw_head, draw_link_to_checks
from gouji.formats.workbook.validations import mark_entries, number_rule, text_rule
from gouji.formats.workbook.versions import TEXT_COLUMN

_WIDTHS = (2, 70, 20)
_TEXT_WIDTH = _WIDTHS[TEXT_COLUMN]
_SCALE = 86
"""The size of the print in percent, with which the three columns fit on A4."""

_PAGE = 820
"""The points that a printed page holds at this size."""

_SHORT = 0.7
"""The part of a page up to which a topic is kept on one page; a longer one begins where the one before ends."""

_KEPT = 3
"""The paragraphs of a long topic that stay with its heading."""

_HEADING, _PARAGRAPH, _NUMBER = 28, 32, 24
"""The heights of rows in points; that of a paragraph is the least."""

_NOTE_SIZE = 10


def draw_texts(canvas: Canvas[Layout], plan: TextSheet) -> None:
    """Draw a sheet of texts."""
    sheet, section = canvas.sheet, plan.section
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, canvas.formats["plain"])
    draw_head(canvas, section.heading, _WIDTHS)
    note = f"{section.note}一格写一段，段前不用空格；从别处粘贴请用“选择性粘贴→文本”。"
    sheet.set_row(1, _note_height(note))
    canvas.text(1, TEXT_COLUMN, note, "note")
    draw_link_to_checks(canvas, 1, LENGTH_COLUMN)
    topics = [topic for topic in canvas.plan.form.topics_of(section.key) if not topic.optional]
    if topics and section.required:
        _draw_length(canvas, [f"length.{topic.key}" for topic in topics], section)
    heights = {line.row: height for line in plan.lines for height in _draw_text_line(canvas, line)}
    sheet.set_h_pagebreaks(list(_breaks(plan, HEAD_HEIGHT + _note_height(note) + _NUMBER, heights)))
    sheet.freeze_panes(1, 0)
    paragraphs = [f"text.{line.topic.key}.{line.paragraph}" for line in plan.lines if line.topic and line.paragraph]
    sheet.repeat_rows(0)
    canvas.select_first([*(line.ref for line in plan.lines if line.ref), *paragraphs])
    sheet.ignore_errors({"number_stored_as_text": " ".join(canvas.view.over(paragraphs))})
    set_page(canvas, plan.lines[-1].row, LENGTH_COLUMN, scale=_SCALE)


def _breaks(plan: TextSheet, used: float, heights: dict[int, float]) -> Iterator[int]:
    """Yield the rows that begin a page: a short topic is not printed on two pages, and no heading is left alone."""
    blocks: list[list[TextLine]] = []
    for line in plan.lines:
        if line.paragraph or line.ref:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    for number, block in enumerate(blocks):
        needed = [heights[line.row] for line in block]
        whole = sum(needed)
        kept = whole if whole <= _PAGE * _SHORT else sum(needed[: 1 + _KEPT])
        if number and used + kept > _PAGE:
            yield block[0].row
            used = HEAD_HEIGHT
        for line, height in zip(block, needed, strict=True):
            if used + height > _PAGE:
                yield line.row
                used = HEAD_HEIGHT
            used += height


def _draw_length(canvas: Canvas[Layout], keys: list[str], section: Section) -> None:
    limit = section.limit
    total = sum(int(canvas.values.get(key) or 0) for key in keys)
    canvas.text(2, TEXT_COLUMN, f"已写字数（原则上不超过{limit}字）" if limit else "已写字数", "right")
    formula = f"=SUM({','.join(canvas.view.over(keys))})"
    canvas.sheet.write_formula(2, LENGTH_COLUMN, formula, canvas.formats["count"], total)
    if limit:
        canvas.mark(2, LENGTH_COLUMN, 2, LENGTH_COLUMN, f"$C$3>{limit}", "#FCE8B2")


def _draw_text_line(canvas: Canvas[Layout], line: TextLine) -> Iterator[float]:
    """Draw a line, and yield its height in points."""
    if line.ref:
        yield _draw_text_number(canvas, line)
    elif line.topic and line.paragraph:
        yield _draw_paragraph(canvas, line)
    elif line.topic:
        canvas.sheet.set_row(line.row, _HEADING)
        canvas.text(line.row, 0, line.topic.label, "topic")
        canvas.formula(f"length.{line.topic.key}", "count")
        below = _note_height(line.topic.note)
        canvas.sheet.set_row(line.row + 1, below)
        canvas.text(line.row + 1, TEXT_COLUMN, line.topic.note, "note")
        yield _HEADING + below
    else:
        table = next(table for table in canvas.plan.form.tables if not table.official)
        canvas.sheet.set_row(line.row, _HEADING)
        canvas.text(line.row, 0, f"{table.blocks[0].title}（三个数都必须填，没有的填 0）", "topic")
        yield _HEADING


def _note_height(note: str) -> float:
    return row_height(lines_of(note, _TEXT_WIDTH, _NOTE_SIZE), _NOTE_SIZE)


def _draw_text_number(canvas: Canvas[Layout], line: TextLine) -> float:
    cell = canvas.plan.form.cells[line.ref]
    canvas.sheet.set_row(line.row, _NUMBER)
    canvas.text(line.row, canvas.plan.version.number_label, number_label(cell), "stub")
    canvas.entry(line.ref, "number", "given_number")
    canvas.validate((line.ref,), number_rule(cell, cell.column.printed))
    mark_entries(canvas, (line.ref,))
    return _NUMBER


def _draw_paragraph(canvas: Canvas[Layout], line: TextLine) -> float:
    topic = line.topic
    assert topic is not None
    key, rows = f"text.{topic.key}.{line.paragraph}", canvas.plan.rows(topic)
    text = str(canvas.values.get(key) or "")
    height = max(_PARAGRAPH, row_height(sum(lines_of(part, _TEXT_WIDTH) for part in text.splitlines())))
    # Without a height the row opens only one line high, and with a fixed one it cuts off what is added to the text.
    # A row that grows also shrinks; the large font of the empty cell beside the paragraph keeps it two lines high.
    canvas.sheet.grow(line.row, height)
    canvas.blank(line.row, 0, "two_lines")
    style = "text" if rows == 1 else {1: "text_first", rows: "text_last"}.get(line.paragraph, "text_middle")
    canvas.entry(key, style)
    if line.paragraph == 1:
        canvas.validate(canvas.plan.paragraphs(topic), text_rule(topic.label, paragraph_prompt(topic)))
    return height
