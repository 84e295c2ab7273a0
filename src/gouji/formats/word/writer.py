"""Report → Word document: the title, the six sections with their texts and tables, the statement on the fee."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import BODY, HEADING_1, HEADING_2, KAITI, TEXT_WIDTH, TITLE
from gouji.formats.word.table import drawing_of
from gouji.report.model import Report
from gouji.report.printed import Line, Part, printed, published
from gouji.runtime.output import write_aside
from gouji.runtime.printable import clean


def write_document(report: Report, path: Path | str) -> None:
    """Write a report as a Word document; an older file of that name is replaced in one step.

    Raises GoujiError if the file cannot be written.
    """
    write_aside(path, document_bytes(report))


def document_bytes(report: Report) -> bytes:
    """Return a report as a Word document; the same report gives the same bytes."""
    return document_file(_content(report), report.title, report.unit.name)


def _content(report: Report) -> Iterator[Markup]:
    whole = published(report)
    yield _title(whole.title, " ".join(clean(report.unit.name).split()))
    yield from map(_line, whole.preamble)
    for part in whole.parts:
        yield from _part(report, part)


def _title(title: str, unit: str) -> Markup:
    """Return the title; one that is too long for a line breaks after the unit's name and not inside a word."""
    width = TITLE.size * (1 + sum(0.5 if character.isascii() else 1 for character in title))
    if unit and title.startswith(unit) and width > TEXT_WIDTH / 20:
        title = f"{unit}\n{title.removeprefix(unit)}"
    return paragraph(TITLE.id, run(title))


def _part(report: Report, part: Part) -> Iterator[Markup]:
    drawing = drawing_of(part.table) if part.table else None
    own_page = [w("pageBreakBefore")] if drawing and drawing.layout.own_page else []
    yield paragraph(HEADING_1.id, run(part.heading), properties=own_page)
    if drawing:
        yield drawing.filled(lambda ref: printed(report, ref))
    yield from map(_line, part.lines)


def _line(line: Line) -> Markup:
    if line.heading:
        return paragraph(HEADING_2.id, run(line.text))
    if line.lead:
        return paragraph(BODY.id, run(line.lead, eastAsia=KAITI), run(line.rest))
    return paragraph(BODY.id, run(line.text))
