"""Working papers: headings, paragraphs and plain tables of any length, set like the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import BODY, HEADING_1, SONGTI, TABLE_DENSE, TEXT_WIDTH, TITLE


class PlainTable(msgspec.Struct, frozen=True):
    """A table: its head, its rows, and how wide the columns are beside one another."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


class Chapter(msgspec.Struct, frozen=True):
    """A heading with what stands below it."""

    heading: str
    content: Sequence[str | PlainTable]


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
    for chapter in papers.chapters:
        yield paragraph(HEADING_1.id, run(chapter.heading))
        for part in chapter.content:
            if isinstance(part, str):
                yield paragraph(BODY.id, run(part))
            else:
                yield _table(part)
                # Two tables without a paragraph between them would be one.
                yield paragraph(TABLE_DENSE.id, run(""))


_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_MARGIN = 60


def _table(grid: PlainTable) -> Markup:
    whole = sum(grid.widths)
    widths = [TEXT_WIDTH * width // whole for width in grid.widths]
    borders = w("tblBorders", *(w(side, val="single", sz=4, space=0, color="000000") for side in _SIDES))
    margins = w("tblCellMar", *(w(side, w=_MARGIN, type="dxa") for side in ("left", "right")))
    properties = w(
        "tblPr",
        w("tblW", w=sum(widths), type="dxa"),
        w("jc", val="center"),
        borders,
        w("tblLayout", type="fixed"),
        margins,
    )
    columns = w("tblGrid", *(w("gridCol", w=width) for width in widths))
    rows = (_row(row, widths, head=index == 0) for index, row in enumerate((grid.head, *grid.rows)))
    return w("tbl", properties, columns, *rows)


def _row(texts: Sequence[str], widths: Sequence[int], *, head: bool) -> Markup:
    properties = [w("cantSplit"), *([w("tblHeader")] if head else [])]
    cells = (_cell(text, width, head=head) for text, width in zip(texts, widths, strict=True))
    return w("tr", w("trPr", *properties), *cells)


def _cell(text: str, width: int, *, head: bool) -> Markup:
    bold = [w("b")] if head else []
    aligned = [w("jc", val="center" if head else "left")]
    content = paragraph(TABLE_DENSE.id, run(text, *bold, eastAsia=SONGTI), properties=aligned)
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")), content)
