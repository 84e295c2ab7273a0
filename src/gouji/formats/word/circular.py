"""A circular of an office (通报): title, addressee, chapters, and room for who signs it; editable in every part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import msgspec

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.plain_table import PlainTable, kept, table_markup
from gouji.formats.word.style import BODY, HEADING_1, HEADING_2, TABLE_WIDE, TITLE, twips


class Subheading(msgspec.Struct, frozen=True):
    """A heading of the second level inside a chapter."""

    text: str


class Chapter(msgspec.Struct, frozen=True):
    """A heading of the first level with what stands below it."""

    heading: str
    content: Sequence[str | Subheading | PlainTable]


class Circular(msgspec.Struct, frozen=True):
    """The content of a circular; a line end in the title is one."""

    title: str
    addressee: str
    """Whom it is sent to, or what stands in the place that the office fills in."""
    opening: Sequence[str]
    chapters: Sequence[Chapter]
    annex: Chapter | None
    """It begins on a page of its own, behind the signature."""
    signed: Sequence[str]
    """The lines of the signature, or what stands in their places."""


def circular_bytes(circular: Circular) -> bytes:
    """Return a circular as a Word document; the same circular gives the same bytes."""
    return document_file(_content(circular), circular.title.replace("\n", ""), "")


def _content(circular: Circular) -> Iterator[Markup]:
    yield paragraph(TITLE.id, run(circular.title))
    flush = w("ind", firstLineChars=0, firstLine=0)
    yield paragraph(BODY.id, run(f"{circular.addressee}："), properties=[flush])
    yield from (paragraph(BODY.id, run(text)) for text in circular.opening)
    for chapter in circular.chapters:
        yield from _chapter(chapter)
    if circular.annex:
        yield paragraph(BODY.id, run(""))
        yield paragraph(BODY.id, run(f"附件：{circular.annex.heading}"), properties=kept(near=True))
    yield paragraph(BODY.id, run(""), properties=kept(near=True))
    aside = w("ind", right=twips(BODY.size * 2), rightChars=200, firstLineChars=0, firstLine=0)
    for line, following in zip(circular.signed, (*circular.signed[1:], ""), strict=True):
        yield paragraph(BODY.id, run(line), properties=[*kept(bool(following)), aside, w("jc", val="right")])
    if circular.annex:
        yield paragraph(BODY.id, run("附件"), properties=[w("pageBreakBefore"), flush])
        yield from _chapter(circular.annex)


def _chapter(chapter: Chapter) -> Iterator[Markup]:
    yield paragraph(HEADING_1.id, run(chapter.heading))
    for part, following in zip_longest(chapter.content, chapter.content[1:]):
        if isinstance(part, Subheading):
            yield paragraph(HEADING_2.id, run(part.text))
        elif isinstance(part, PlainTable):
            yield table_markup(part)
            # Two tables without a paragraph between them would be one.
            yield paragraph(TABLE_WIDE.id, run(""))
        else:
            yield paragraph(BODY.id, run(part), properties=kept(isinstance(following, PlainTable)))
