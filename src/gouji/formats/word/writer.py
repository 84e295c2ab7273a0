"""Report → Word document: the title, the six sections with their texts and tables, the statement on the fee."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import (
    BODY,
    BODY_LINE,
    HEADING_1,
    HEADING_2,
    HEITI,
    KAITI,
    TEXT_WIDTH,
    TITLE,
    WARNING,
    twips,
)
from gouji.formats.word.table import drawing_of
from gouji.report.model import Report
from gouji.report.printed import Line, Part, Published, printed, published
from gouji.runtime.output import write_aside
from gouji.runtime.printable import clean


def write_document(report: Report, path: Path | str, *, open_errors: int = 0) -> None:
    """Write a report as a Word document; an older file of that name is replaced in one step.

    ``open_errors`` is the number of errors that the report still has. Unless it is 0, the document says on every page
    that it is a draft. Raises GoujiError if the file cannot be written.
    """
    write_aside(path, document_bytes(report, open_errors=open_errors))


def document_bytes(report: Report, *, open_errors: int = 0) -> bytes:
    """Return a report as a Word document; the same report gives the same bytes. See :func:`write_document`."""
    whole = published(report, open_errors)
    header = whole.draft.head if whole.draft else ""
    return document_file(_content(report, whole), report.title, report.unit.name, header)


def _content(report: Report, whole: Published) -> Iterator[Markup]:
    if whole.draft:
        yield _box(whole.draft.box)
    yield _title(whole.title, " ".join(clean(report.unit.name).split()))
    yield from map(_line, whole.preamble)
    for part in whole.parts:
        yield from _part(report, part)


def _box(text: str) -> Markup:
    """Return a paragraph in a box, in red: what is above the title is no part of the report."""
    border = w("pBdr", *(w(side, val="single", sz=8, space=6, color=WARNING) for side in _SIDES))
    spacing = w("spacing", after=twips(BODY_LINE))
    aligned = (w("ind", firstLineChars=0, firstLine=0), w("jc", val="center"))
    return paragraph(
        BODY.id, run(text, w("color", val=WARNING), eastAsia=HEITI), properties=(border, spacing, *aligned)
    )


_SIDES = ("top", "left", "bottom", "right")
_ASIDE = 160
"""Twips by which the box stands in, since its border is outside its text."""


def _title(title: str, unit: str) -> Markup:
    """Return the title; one that is too long for a line breaks after the unit's name and not inside a word."""
    width = TITLE.size * (1 + sum(0.5 if character.isascii() else 1 for character in title))
    if unit and title.startswith(unit) and width > TEXT_WIDTH / 20:
        title = f"{unit}\n{title.removeprefix(unit)}"
    return paragraph(TITLE.id, run(title))


def _part(report: Report, part: Part) -> Iterator[Markup]:
    drawing = drawing_of(part.table, part.heading) if part.table else None
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
