"""Compare writing Word reports by gouji with docxtpl and python-docx, as ratios of one run.

Run ``python benchmarks/word.py [REPORTS]``; it needs ``pip install -e ".[bench]"``. The three take turns, report by
report, so that other load on the machine affects all of them alike. All reports differ in their figures, the number
of their paragraphs and their units. After each turn the three documents must have the same content, paragraph by
paragraph and cell by cell.

*docxtpl* fills a template that is gouji's own document, with placeholders for figures and texts; it is made once.
*python-docx* builds the document with its calls: styles, page, footers, headings, paragraphs, and the tables with
merges, widths and heights. It is spared what keeps the parts of a table together on a page, and both are spared what
gouji decides by the content, such as the size of a number that is too long.
"""

from __future__ import annotations

import io
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.table import Table
from docxtpl import DocxTemplate

from gouji.form.grid import Grid
from gouji.formats.word.style import BODY, FOOTER, HEADING_1, HEADING_2, STYLES, TITLE, Style
from gouji.formats.word.table import Drawing, drawing_of
from gouji.formats.word.writer import document_bytes
from gouji.report.headings import Numbering
from gouji.report.model import Report, Unit, from_json, make_report

SAMPLE = from_json((Path(__file__).parents[1] / "samples" / "qingxi-2025.json").read_bytes())
FORM = SAMPLE.form


def reports(number: int) -> Iterator[Report]:
    """Yield different reports that all answer the topics of the sample."""
    chance = random.Random(number)
    for n in range(1, number + 1):
        yield make_report(
            edition=SAMPLE.edition,
            year=SAMPLE.year,
            unit=Unit(f"安澜县清溪镇第{n:05}村民委员会"),
            figures={ref: chance.choice((0, 0, 0, chance.randrange(10_000))) for ref in FORM.cells},
            texts={
                topic: [f"{text}另有“A<B & C”等{n}件。"] * chance.randint(1, 3) for topic, text in first_texts().items()
            },
        )


def first_texts() -> dict[str, str]:
    """Return the first paragraph of each topic that the sample answers."""
    return {topic: paragraphs[0] for topic, paragraphs in SAMPLE.texts.items()}


def fee_sentence(report: Report) -> str:
    """Return the statement on the fee."""
    assert FORM.fee is not None
    cells = FORM.table(FORM.fee.table).cells
    return FORM.fee.sentence.format(year=report.year, **{c.column.key: report.figures[ref] for ref, c in cells.items()})


# ---------------------------------------------------------------- docxtpl


def name_of(key: str) -> str:
    """Return the name that a Ref or a topic has in the template."""
    return key.replace(".", "_")


def template() -> DocxTemplate:
    """Return gouji's document of a report that consists of placeholders."""
    texts = {
        topic: [f"{{%p for line in {name_of(topic)} %}}", "{{ line }}", "{%p endfor %}"] for topic in first_texts()
    }
    assert FORM.fee is not None
    first_of_the_section = FORM.topics_of(FORM.fee.section)[0].key
    texts[first_of_the_section].insert(0, "{{ fee }}")
    placeholders = make_report(
        edition=SAMPLE.edition,
        year=SAMPLE.year,
        unit=Unit("{{ unit }}"),
        figures={},
        unread={ref: f"{{{{ {name_of(ref)} }}}}" for ref in FORM.cells},
        texts=texts,
    )
    return DocxTemplate(io.BytesIO(document_bytes(placeholders)))


TEMPLATE = template()


def with_docxtpl(report: Report) -> bytes:
    """Fill the template."""
    values = {"unit": report.unit.name, "fee": fee_sentence(report)}
    figures = {name_of(ref): str(value) for ref, value in report.figures.items()}
    texts = {name_of(topic): paragraphs for topic, paragraphs in report.texts.items()}
    TEMPLATE.render({**values, **figures, **texts}, autoescape=True)
    stream = io.BytesIO()
    TEMPLATE.save(stream)
    return stream.getvalue()


# ---------------------------------------------------------------- python-docx

ALIGNED = {"both": WD_ALIGN_PARAGRAPH.JUSTIFY, "center": WD_ALIGN_PARAGRAPH.CENTER, "": WD_ALIGN_PARAGRAPH.LEFT}
BUILT_IN = {"heading 1": "Heading 1", "heading 2": "Heading 2", "footer": "Footer"}


def with_python_docx(report: Report) -> bytes:
    """Build the document call by call."""
    document = docx.Document()
    for style in STYLES:
        add_style(document, style)
    set_page(document)
    document.add_paragraph(f"{report.unit.name}\n{report.title.removeprefix(report.unit.name)}", TITLE.name)
    for topic in FORM.topics:
        if topic.before_heading:
            add_texts(document, report, topic.key)
    for section in FORM.sections:
        table = FORM.table_of(section.key)
        heading = document.add_paragraph(section.heading, BUILT_IN[HEADING_1.name])
        if table:
            heading.paragraph_format.page_break_before = drawing_of(table, section.heading).layout.own_page
            add_table(document, report, drawing_of(table, section.heading))
        if FORM.fee and FORM.fee.section == section.key:
            document.add_paragraph(fee_sentence(report), BODY.name)
        numbering = Numbering()
        for topic in FORM.topics_of(section.key):
            if topic.key in report.texts and not topic.before_heading:
                if topic.heading:
                    document.add_paragraph(numbering.next(topic.heading), BUILT_IN[HEADING_2.name])
                add_texts(document, report, topic.key)
    document.core_properties.title, document.core_properties.author = report.title, report.unit.name
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_texts(document: Document, report: Report, topic: str) -> None:
    """Add the paragraphs of a topic."""
    for text in report.texts.get(topic, ()):
        document.add_paragraph(text, BODY.name)


def add_style(document: Document, style: Style) -> None:
    """Set a style as gouji does, whether or not the template of the library has it."""
    name = BUILT_IN.get(style.name, style.name)
    if name not in document.styles:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    target = document.styles[name]
    target.font.name, target.font.size, target.font.bold = style.latin, Pt(style.size), False
    target.font.color.rgb = RGBColor(0, 0, 0)
    target.element.rPr.rFonts.set(qn("w:eastAsia"), style.font)
    shape = target.paragraph_format
    shape.alignment = ALIGNED[style.align]
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(style.line)
    shape.space_before, shape.space_after = map(Pt, style.space)
    shape.first_line_indent = Pt(2 * style.size) if style.indent else None


def set_page(document: Document) -> None:
    """Set A4 with its margins, and the page number at the outer edge."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(37), Mm(26)
    section.bottom_margin, section.left_margin = Mm(35), Mm(28)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.style, paragraph.alignment = BUILT_IN[FOOTER.name], side
        paragraph.add_run("— ")
        field = OxmlElement("w:fldSimple", attrs={qn("w:instr"): " PAGE "})
        paragraph._p.append(field)
        paragraph.add_run(" —")


def add_table(document: Document, report: Report, drawing: Drawing) -> None:
    """Add a table of the form, its cells merged where the grid says so."""
    grid = drawing.grid
    table = document.add_table(grid.rows, grid.columns, "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, drawing.widths, strict=True):
        column.width = Twips(width)
    for row in table.rows:
        row.height = Pt(drawing.layout.row_height)
    fill(table, grid, report, document.styles[drawing.layout.style.name].style_id)


def fill(table: Table, grid: Grid, report: Report, style_id: str) -> None:
    """Style, merge and fill the cells of a table, without what is slow in the library.

    The cells are looked up once, and the style is set by its id: setting it by name looks for the default style each
    time, which would take more time than everything else.
    """
    rows = [row.cells for row in table.rows]
    for row in rows:
        for cell in row:
            cell.paragraphs[0]._p.style = style_id
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for placed in grid.cells:
        cell = rows[placed.row][placed.column]
        if placed.rowspan > 1 or placed.colspan > 1:
            cell.merge(rows[placed.row + placed.rowspan - 1][placed.column + placed.colspan - 1])
        paragraph = cell.paragraphs[0]
        paragraph.add_run(str(report.figures[placed.ref]) if placed.ref else placed.text)
        if placed.role == "stub" and placed.rowspan == 1 and grid.stub > 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


# ---------------------------------------------------------------- the run

WAYS: dict[str, Callable[[Report], bytes]] = {
    "gouji": document_bytes,
    "docxtpl": with_docxtpl,
    "python-docx": with_python_docx,
}


def content_of(data: bytes) -> list[str | list[list[str]]]:
    """Return the content of a document: its paragraphs, and its tables by rows and cells."""
    return [
        [[cell.text for cell in row.cells] for row in block.rows] if isinstance(block, Table) else block.text
        for block in docx.Document(io.BytesIO(data)).iter_inner_content()
    ]


def main(number: int = 200) -> None:
    """Measure and print."""
    times = {name: list[float]() for name in WAYS}
    for index, report in enumerate(reports(number + 1)):
        documents = {}
        for name, way in WAYS.items():
            start = time.perf_counter()
            documents[name] = way(report)
            if index:  # the first report warms up
                times[name].append(time.perf_counter() - start)
        contents = {name: content_of(data) for name, data in documents.items()}
        assert contents["gouji"] == contents["docxtpl"] == contents["python-docx"], report.unit.name
    for name, taken in times.items():
        ratio = statistics.median(one / ours for one, ours in zip(taken, times["gouji"], strict=True))
        print(f"{name:12} {statistics.median(taken) * 1000:8.2f} ms a report   {ratio:6.1f} × gouji")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
