"""A PDF as passages: its lines joined to paragraphs, its ruled tables with the merges that their rules show.

Only what has a text layer can be read. A table that goes on on the next page is two tables here; they are one again
where the figures are looked for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gouji.formats.pdf.bounds import refuse_bombs
from gouji.formats.pdf.engine import BrokenError, Document, EncryptedError, opened
from gouji.formats.pdf.looks import mark_looks
from gouji.formats.pdf.page import Box, PrintedPage
from gouji.formats.pdf.paragraphs import goes_on, joined
from gouji.formats.pdf.print import Line, lines_of, margins_of, without_page_number
from gouji.formats.pdf.ruled import boxes_of, closed, rules_of
from gouji.formats.pdf.running_heads import Item, without_running_heads
from gouji.formats.pdf.table import is_within, table_of
from gouji.formats.pdf.unruled import tables_without_columns
from gouji.formats.published import Paragraph, Passage, PrintedTable
from gouji.runtime.errors import DocumentError, NoFormError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST_PAGES = 100
MOST_STROKES = 6000
"""Strokes of a page; a page with more is a drawing and is not searched for tables."""
SECONDS = 20
_CUT = 3.0
"""Points: as much of a line that nobody sees is more than its thickness."""
FEWEST_CHARS = 40
"""A document with less text than this was scanned."""

BROKEN = "PDF 文件不完整或者已经损坏，打不开。请重新下载，或者用报告的 Word 文件、网页。"
ENCRYPTED = "PDF 文件加了打开密码，读不了。请去掉密码后再读。"
SCANNED = "这个 PDF 是扫描件或者图片，里面没有文字，读不了。请用报告的 Word 文件、网页，或者有文字的 PDF。"


def passages_of(data: bytes) -> list[Passage]:
    """Return the paragraphs and tables of a PDF.

    Raises DocumentError for what is encrypted, scanned, broken or too large.
    """
    refuse_bombs(data)
    try:
        with opened(data) as pdf:
            pages = list(_pages(pdf))
    except EncryptedError:
        raise DocumentError(ENCRYPTED) from None
    except BrokenError:
        raise DocumentError(BROKEN) from None
    items = [item for page in pages for item in page]
    if sum(len(item.text) if isinstance(item, Line) else FEWEST_CHARS for item in items) < FEWEST_CHARS:
        raise NoFormError(SCANNED)
    return list(_blocks(without_running_heads(pages)))


def _pages(pdf: Document) -> Iterator[list[Item]]:
    if len(pdf) > MOST_PAGES:
        raise DocumentError(TOO_LARGE)
    if not len(pdf):
        raise BrokenError
    started = time.monotonic()
    for index in range(len(pdf)):
        if time.monotonic() - started > SECONDS:
            raise DocumentError(f"读这个 PDF 超过 {SECONDS} 秒，没有读取。请用报告的 Word 文件或者网页。")
        yield list(_page(pdf.page(index), index + 1))


def _page(page: PrintedPage, number: int) -> Iterator[Item]:
    """Yield the lines and tables of a page from top to bottom; the page's number is left out."""
    struck = mark_looks(page)
    drawings = page.drawings if len(page.drawings) <= MOST_STROKES else []
    rules = closed(rules_of(line for drawing in drawings if drawing.box not in struck for line in drawing.strokes))
    ruled = [boxes for boxes in boxes_of(rules) if len(boxes) > 1]
    tables = _ruled_tables(ruled, page, number)
    outside = page.chars
    for (left, top, right, bottom), _ in tables:
        outside = [char for char in outside if not (left <= char.x <= right and top <= char.y <= bottom)]
    found = tables_without_columns(outside, rules, number)
    taken = frozenset[int]().union(*(table.chars for table in found))
    outside = [char for char in outside if id(char) not in taken]
    lines = without_page_number(lines_of(outside), page.height)
    placed: list[tuple[float, Item]] = [(line.top, replace(line, page=number)) for line in lines if line.text]
    placed += [(box[1], table) for box, table in tables]
    placed += [(table.top, table.table) for table in found]
    yield from (item for _, item in sorted(placed, key=lambda item: item[0]))


def _ruled_tables(ruled: Sequence[Sequence[Box]], page: PrintedPage, number: int) -> list[tuple[Box, PrintedTable]]:
    """Return the tables of a page and where they are; one inside a cell of another one is a part of that cell."""
    tables: list[tuple[Box, PrintedTable]] = []
    for boxes in sorted(ruled, key=lambda boxes: _size(_around(boxes))):
        area = _around(boxes)
        inner = [
            (own, table) for own, table in tables if is_within(own, area) and any(is_within(own, box) for box in boxes)
        ]
        table = table_of(boxes, page.chars, number, _seen_to(area, page), inner)
        tables = [(own, other) for own, other in tables if not any(own is part for part, _ in inner)]
        tables.append((area, table))
    return tables


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _seen_to(table: Box, page: PrintedPage) -> float:
    """Return up to where a table is seen: the edge of the paper may have cut off a part of it."""
    _, top, right, bottom = table
    is_cut = any(
        drawing.goes_on
        and drawing.bottom - drawing.top < _CUT < drawing.x1 - drawing.x0
        and abs(drawing.x1 - right) < _CUT
        and top - _CUT < drawing.top < bottom + _CUT
        for drawing in page.drawings
    )
    return right - _CUT if is_cut else page.width + _CUT


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _blocks(items: Sequence[Item]) -> Iterator[Passage]:
    """Yield tables unchanged, and lines joined to paragraphs."""
    margins = margins_of([item for item in items if isinstance(item, Line)])
    open_line: Line | None = None
    text, page = "", 0
    for item in items:
        if isinstance(item, Line) and open_line is not None and goes_on(open_line, item, margins):
            text, open_line = joined(text, item.text), item
            continue
        if text:
            yield Paragraph(text, page=page)
        text, page, open_line = (item.text, item.page, item) if isinstance(item, Line) else ("", 0, None)
        if not isinstance(item, Line):
            yield item
    if text:
        yield Paragraph(text, page=page)
