"""A report as it is published, whatever the medium: its title, sections, tables and texts, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gouji.form.model import Section, Table
from gouji.form.values import Number
from gouji.report.headings import Numbering, heading_like, lead_of, numbered
from gouji.report.model import Report
from gouji.runtime.printable import clean


class Line(msgspec.Struct, frozen=True):
    """A paragraph or a second-level heading."""

    text: str
    heading: bool = False
    lead: str = ""
    """The numbered words at the start of a paragraph that are printed like a heading."""

    @property
    def rest(self) -> str:
        """The text after the lead."""
        return self.text.removeprefix(self.lead)


class Part(msgspec.Struct, frozen=True):
    """A section: its heading, its official table if it has one, and its lines of text."""

    key: str
    heading: str
    table: Table | None
    lines: tuple[Line, ...]


class Draft(msgspec.Struct, frozen=True):
    """The marks of a report that still has errors, so that nobody signs or publishes it."""

    head: str
    """For the header of every page."""
    box: str
    """For the box above the title, two lines."""


class Published(msgspec.Struct, frozen=True):
    """A whole report, ready to print."""

    title: str
    preamble: tuple[Line, ...]
    """The text before the first section."""
    parts: tuple[Part, ...]
    draft: Draft | None = None
    """The marks of a draft; None for a report without errors."""


def published(report: Report, open_errors: int = 0) -> Published:
    """Return a report in the order in which it is published; with ``open_errors`` it is a draft."""
    before = (topic for topic in report.form.topics if topic.before_heading)
    return Published(
        title=" ".join(clean(report.title).split()),
        preamble=tuple(Line(text) for topic in before for text in _paragraphs(report, topic.key)),
        parts=tuple(_part(report, section) for section in report.form.sections),
        draft=_draft(open_errors) if open_errors else None,
    )


def _draft(open_errors: int) -> Draft:
    # The box must not hold the words of a title, or a reader of the document would take it for one.
    return Draft(
        head=f"草稿（有 {open_errors} 处必须改正）",
        box=f"草稿，不能签发和公布\n有 {open_errors} 处必须改正，改正以后请重新生成",
    )


def printed(report: Report, ref: str) -> str:
    """Return the text of a number cell: the figure, or what the unit typed instead, or an empty text for a blank."""
    value = report.figures.get(ref)
    return clean(report.unread.get(ref, "")) if value is None else digits(value)


def digits(value: Number) -> str:
    """Return a figure with all its digits and no exponent."""
    return format(value, "d" if isinstance(value, int) else "f")


def _part(report: Report, section: Section) -> Part:
    sentence = _fee_sentence(report, section)
    stated = (Line(sentence),) if sentence else ()
    lines = _lines(report, section, stated=bool(stated))
    return Part(section.key, section.heading, report.form.table_of(section.key), (*stated, *lines))


_NOTHING = re.compile("(?:无|没有)[。．.]?")


def _lines(report: Report, section: Section, *, stated: bool) -> Iterator[Line]:
    """Yield the texts of a section; each topic's heading gets the next number unless its text begins with a number.

    Below a sentence that is ``stated``, a topic that only says 无 is left out: it would deny the sentence. A whole
    sentence, such as 无其他需要报告的事项, is printed.
    """
    numbering = Numbering()
    for topic in report.form.topics_of(section.key):
        paragraphs = _paragraphs(report, topic.key)
        if topic.before_heading or not paragraphs:
            continue
        if stated and all(map(_NOTHING.fullmatch, paragraphs)):
            continue
        if topic.heading and not numbered(paragraphs[0]):
            yield Line(numbering.next(topic.heading), heading=True)
            yield from map(Line, paragraphs)
        else:
            numbering.skip(paragraphs)
            yield from map(_outlined, paragraphs)


def _outlined(text: str) -> Line:
    """Return a paragraph as a line, marked if it is a second-level heading or begins with one."""
    return Line(text, heading=True) if heading_like(text) else Line(text, lead=lead_of(text))


def _paragraphs(report: Report, topic: str) -> list[str]:
    """Return the paragraphs of a topic, each on one line and not empty."""
    lines = (clean(line).strip() for text in report.texts.get(topic, ()) for line in text.splitlines())
    return [line for line in lines if line]


def _fee_sentence(report: Report, section: Section) -> str:
    """Return the statement on the processing fee for a section that must contain it, or an empty text.

    It is composed from the three figures, if all of them are known (zero counts) and the unit has not written a
    statement of its own.
    """
    fee = report.form.fee
    if fee is None or fee.section != section.key or fee.is_stated("".join(report.section_texts(section.key))):
        return ""
    cells = report.form.table(fee.table).cells
    known = {cell.column.key: digits(report.figures[ref]) for ref, cell in cells.items() if ref in report.figures}
    if len(known) < len(cells):
        return ""
    return fee.sentence.format(year=report.year if report.year is not None else "", **known)
