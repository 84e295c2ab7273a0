"""Working papers: headings, paragraphs and plain tables of any length, set like the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.plain_table import PlainTable, kept, table_markup
from gouji.formats.word.style import BODY, BODY_LINE, HEADING_1, TABLE_WIDE, TEXT_WIDTH, TITLE, twips


class Signatures(msgspec.Struct, frozen=True):
    """A line on which people sign, and the date below it; what they do stands before the room for each name."""

    roles: Sequence[str]


class Chapter(msgspec.Struct, frozen=True):
    """A heading with what stands below it; an annex starts a page."""

    heading: str
    content: Sequence[str | PlainTable | Signatures]
    annex: bool = False


class Papers(msgspec.Struct, frozen=True):
    """A whole document; a line end in the title is one."""

    title: str
    chapters: Sequence[Chapter]
    author: str


def papers_bytes(papers: Papers) -> bytes:
    """Return working papers as a Word document; the same papers give the same bytes."""
    return document_file(_content(papers), papers.title.replace("\n", ""), papers.author)


def _content(papers: Papers) -> Iterator[Markup]:
    yield paragraph(TITLE.id, run(papers.title))
    for chapter, next_one in zip(papers.chapters, (*papers.chapters[1:], None), strict=True):
        signed_next = next_one is not None and any(isinstance(part, Signatures) for part in next_one.content)
        yield from _chapter(chapter, signed_next=signed_next)


def _chapter(chapter: Chapter, *, signed_next: bool) -> Iterator[Markup]:
    """Yield a chapter; the end of one that is signed in the next is on the page of the signature."""
    own_page = [w("pageBreakBefore")] if chapter.annex else []
    yield paragraph(HEADING_1.id, run(chapter.heading), properties=own_page)
    following = (*chapter.content[1:], None)
    for part, next_one in zip(chapter.content, following, strict=True):
        if isinstance(part, str):
            # What introduces a table or a signature is on its page.
            near = signed_next if next_one is None else not isinstance(next_one, str)
            yield paragraph(BODY.id, run(part), properties=kept(near))
        elif isinstance(part, Signatures):
            yield from _signatures(part)
        else:
            near = signed_next and next_one is None
            yield table_markup(part, near=near)
            # Two tables without a paragraph between them would be one.
            yield paragraph(TABLE_WIDE.id, run(""), properties=kept(near))


def _signatures(signatures: Signatures) -> Iterator[Markup]:
    room = TEXT_WIDTH // len(signatures.roles)
    stops = w("tabs", *(w("tab", val="left", pos=room * number) for number in range(1, len(signatures.roles))))
    line = "\t".join(f"{role}：" for role in signatures.roles)
    above = w("spacing", before=twips(BODY_LINE), after=twips(BODY_LINE / 2))
    flush = w("ind", firstLineChars=0, firstLine=0)
    yield paragraph(BODY.id, run(line), properties=[w("keepNext"), stops, above, flush, w("jc", val="left")])
    yield paragraph(BODY.id, run("年\u3000\u3000月\u3000\u3000日"), properties=[flush, w("jc", val="right")])
