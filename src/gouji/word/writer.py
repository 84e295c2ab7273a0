"""Report → Word document: the title, the six sections with their texts and tables, the statement on the fee."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gouji.form import Section
from gouji.output import write_aside
from gouji.relation import Number
from gouji.report import Report
from gouji.word.outline import Numbering, heading_like, lead_of, numbered
from gouji.word.oxml import Markup, clean, paragraph, run, w
from gouji.word.package import document_file
from gouji.word.style import BODY, HEADING_1, HEADING_2, KAITI, TEXT_WIDTH, TITLE
from gouji.word.table import drawing_of


def write_document(report: Report, path: Path | str) -> None:
    """Write a report as a Word document; an older file of that name is replaced in one step.

    Raises GoujiError if the file cannot be written.
    """
    write_aside(path, document_bytes(report))


def document_bytes(report: Report) -> bytes:
    """Return a report as a Word document; the same report gives the same bytes."""
    return document_file(_content(report), report.title, report.unit.name)


def _content(report: Report) -> Iterator[Markup]:
    yield _title(report)
    for topic in report.form.topics:
        if topic.before_heading:
            yield from map(_body, _paragraphs(report, topic.key))
    for section in report.form.sections:
        yield from _section(report, section)


def _title(report: Report) -> Markup:
    """Return the title; one that is too long for a line breaks after the unit's name and not inside a word."""
    title, unit = " ".join(report.title.split()), " ".join(report.unit.name.split())
    width = TITLE.size * (1 + sum(0.5 if character.isascii() else 1 for character in title))
    if unit and title.startswith(unit) and width > TEXT_WIDTH / 20:
        title = f"{unit}\n{title.removeprefix(unit)}"
    return paragraph(TITLE.id, run(title))


def _section(report: Report, section: Section) -> Iterator[Markup]:
    table = report.form.table_of(section.key)
    drawing = drawing_of(table) if table else None
    own_page = [w("pageBreakBefore")] if drawing and drawing.layout.own_page else []
    yield paragraph(HEADING_1.id, run(section.heading), properties=own_page)
    if drawing:
        yield drawing.filled(lambda ref: _printed(report, ref))
    if sentence := _fee_sentence(report, section):
        yield _body(sentence)
    yield from _texts(report, section)


def _texts(report: Report, section: Section) -> Iterator[Markup]:
    """Yield the texts of a section; a subject gets the next number, unless its text begins with one of its own."""
    numbering = Numbering()
    for topic in report.form.topics_of(section.key):
        paragraphs = _paragraphs(report, topic.key)
        if topic.before_heading or not paragraphs:
            continue
        if topic.heading and not numbered(paragraphs[0]):
            yield paragraph(HEADING_2.id, run(numbering.next(topic.heading)))
            yield from map(_body, paragraphs)
        else:
            numbering.skip(paragraphs)
            yield from map(_outlined, paragraphs)


def _paragraphs(report: Report, topic: str) -> list[str]:
    """Return the paragraphs of a topic, each of one line and with something to see."""
    lines = (clean(line).strip() for text in report.texts.get(topic, ()) for line in text.splitlines())
    return [line for line in lines if line]


def _body(text: str) -> Markup:
    return paragraph(BODY.id, run(text))


def _outlined(text: str) -> Markup:
    """Set a paragraph that may be a second-level heading, or begin with one."""
    if heading_like(text):
        return paragraph(HEADING_2.id, run(text))
    if lead := lead_of(text):
        return paragraph(BODY.id, run(lead, eastAsia=KAITI), run(text.removeprefix(lead)))
    return _body(text)


def _fee_sentence(report: Report, section: Section) -> str:
    """Return the statement on the processing fee that a section must make, or an empty text.

    It is made from the three figures alone, when all are known, zeros too, and the unit has not written its own.
    """
    fee = report.form.fee
    if fee is None or fee.section != section.key or fee.phrase in "".join(report.section_texts(section.key)):
        return ""
    cells = report.form.table(fee.table).cells
    known = {cell.column.key: _number(report.figures[ref]) for ref, cell in cells.items() if ref in report.figures}
    if len(known) < len(cells):
        return ""
    return fee.sentence.format(year=report.year if report.year is not None else "", **known)


def _printed(report: Report, ref: str) -> str:
    """Return what stands in a number cell: the figure, or what the unit typed, or nothing where it is not known."""
    value = report.figures.get(ref)
    return report.unread.get(ref, "") if value is None else _number(value)


def _number(value: Number) -> str:
    """Return a figure with all its digits and no exponent."""
    return format(value, "d" if isinstance(value, int) else "f")
