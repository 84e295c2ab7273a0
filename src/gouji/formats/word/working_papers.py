"""Working papers: headings, paragraphs and plain tables of any length, set like the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import BODY, BODY_LINE, HEADING_1, SONGTI, TABLE_WIDE, TEXT_WIDTH, TITLE, twips
from gouji.formats.word.table_properties import table_properties


class PlainTable(msgspec.Struct, frozen=True):
    """A table: what it is about, its head, its rows, and how wide the columns are beside one another."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


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
            yield paragraph(BODY.id, run(part), properties=_kept(near))
        elif isinstance(part, Signatures):
            yield from _signatures(part)
        else:
            near = signed_next and next_one is None
            yield _table(part, near=near)
            # Two tables without a paragraph between them would be one.
            yield paragraph(TABLE_WIDE.id, run(""), properties=_kept(near))


def _kept(near: bool) -> list[Markup]:
    return [w("keepNext")] if near else []


def _signatures(signatures: Signatures) -> Iterator[Markup]:
    room = TEXT_WIDTH // len(signatures.roles)
    stops = w("tabs", *(w("tab", val="left", pos=room * number) for number in range(1, len(signatures.roles))))
    line = "\t".join(f"{role}：" for role in signatures.roles)
    above = w("spacing", before=twips(BODY_LINE), after=twips(BODY_LINE / 2))
    flush = w("ind", firstLineChars=0, firstLine=0)
    yield paragraph(BODY.id, run(line), properties=[w("keepNext"), stops, above, flush, w("jc", val="left")])
    yield paragraph(BODY.id, run("年\u3000\u3000月\u3000\u3000日"), properties=[flush, w("jc", val="right")])


_BESIDE, _ABOVE = 3, 2


def _table(grid: PlainTable, *, near: bool) -> Markup:
    whole = sum(grid.widths)
    widths = [TEXT_WIDTH * width // whole for width in grid.widths]
    columns = w("tblGrid", *(w("gridCol", w=width) for width in widths))
    properties = table_properties(sum(widths), beside=_BESIDE, above=_ABOVE, caption=grid.caption)
    last = len(grid.rows) if near else 0
    rows = (
        _row(row, widths, head=index == 0, near=index in (0, last)) for index, row in enumerate((grid.head, *grid.rows))
    )
    return w("tbl", properties, columns, *rows)


def _row(texts: Sequence[str], widths: Sequence[int], *, head: bool, near: bool) -> Markup:
    properties = [w("cantSplit"), *([w("tblHeader")] if head else [])]
    cells = (_cell(text, width, head=head, near=near) for text, width in zip(texts, widths, strict=True))
    return w("tr", w("trPr", *properties), *cells)


def _cell(text: str, width: int, *, head: bool, near: bool) -> Markup:
    bold = [w("b")] if head else []
    aligned = w("jc", val="center" if head else "left")
    content = paragraph(TABLE_WIDE.id, run(text, *bold, eastAsia=SONGTI), properties=[*_kept(near), aligned])
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")), content)
