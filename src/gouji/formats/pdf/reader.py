"""A PDF as passages: its lines joined to paragraphs, its ruled tables with the merges that their rules show.

Only what has a text layer can be read. A table that goes on on the next page is two tables here; they are one again
where the figures are looked for.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gouji.formats.pdf.bounds import refuse_bombs
from gouji.formats.pdf.looks import box_of, mark_looks
from gouji.formats.pdf.print import Line, Margins, lines_of, margins_of, without_page_number
from gouji.formats.pdf.table import table_of
from gouji.formats.published import Paragraph, Passage, PrintedTable
from gouji.runtime.errors import DocumentError, NoFormError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST_PAGES = 100
MOST_CHARS = 60_000
"""Characters of a page."""
MOST_STROKES = 6000
"""Strokes of a page; a page with more is a drawing and is not searched for tables."""
SECONDS = 20
FEWEST_CHARS = 40
"""A document with less text than this was scanned."""

BROKEN = "PDF 文件不完整或者已经损坏，打不开。请重新下载，或者用报告的 Word 文件、网页。"
ENCRYPTED = "PDF 文件加了打开密码，读不了。请去掉密码后再读。"
SCANNED = "这个 PDF 是扫描件或者图片，里面没有文字，读不了。请用报告的 Word 文件、网页，或者有文字的 PDF。"
MISSING = '读 PDF 要先安装 pdfplumber，请在源文件夹里运行：pip install ".[pdf]"。也可以用报告的 Word 文件或者网页。'
_ROOM_IN_FULL_LINE = 1.5
"""In font sizes: a line is full if it leaves less free at its end."""
_INDENT = 1.2
"""In font sizes: a line is indented if it begins further to the right."""
_WHITE = {(1,), (1, 1, 1), (0, 0, 0, 0)}


def passages_of(data: bytes) -> list[Passage]:
    """Return the paragraphs and tables of a PDF.

    Raises DocumentError where pdfplumber is not installed, and for what is encrypted, scanned, broken or too large.
    """
    refuse_bombs(data)
    try:
        import pdfplumber
        from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    except ImportError:
        raise DocumentError(MISSING) from None
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of each font, in English, on the screen
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = list(_pages(pdf))
    except DocumentError:
        raise
    except Exception as error:  # the library lets through whatever a broken file made of it
        causes = (error, *error.args)
        if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
            raise DocumentError(ENCRYPTED) from None
        raise DocumentError(BROKEN) from None
    items = [item for page in pages for item in page]
    if sum(len(item.text) if isinstance(item, Line) else FEWEST_CHARS for item in items) < FEWEST_CHARS:
        raise NoFormError(SCANNED)
    return list(_blocks(_without_running_heads(pages)))


Item = Line | PrintedTable


def _pages(pdf: Any) -> Iterator[list[Item]]:
    if len(pdf.pages) > MOST_PAGES:
        raise DocumentError(TOO_LARGE)
    started = time.monotonic()
    for number, page in enumerate(pdf.pages, 1):
        if time.monotonic() - started > SECONDS:
            raise DocumentError(f"读这个 PDF 超过 {SECONDS} 秒，没有读取。请用报告的 Word 文件或者网页。")
        yield list(_page(page, number))
        page.close()


def _page(page: Any, number: int) -> Iterator[Item]:
    """Yield the lines and tables of a page from top to bottom; the page's number is left out."""
    chars = page.chars
    if len(chars) > MOST_CHARS:
        raise DocumentError(TOO_LARGE)
    strokes = sum(len(page.objects.get(kind, ())) for kind in ("line", "rect", "curve"))
    struck = mark_looks(page) if 0 < strokes <= MOST_STROKES else set()
    ruled = page.filter(lambda drawn: _may_be_a_rule(drawn) and box_of(drawn) not in struck)
    found = ruled.find_tables() if 0 < strokes <= MOST_STROKES else []
    tables = [(table.bbox, table_of(table.cells, chars, number)) for table in found if len(table.cells) > 1]
    outside = [char for char in chars if not any(_inside(char, bbox) for bbox, _ in tables)]
    lines = without_page_number(lines_of(outside), page.height)
    placed: list[tuple[float, Item]] = [(line.top, replace(line, page=number)) for line in lines if line.text]
    placed += [(bbox[1], table) for bbox, table in tables]
    yield from (item for _, item in sorted(placed, key=lambda item: item[0]))


def _may_be_a_rule(drawn: dict[str, Any]) -> bool:
    """Tell whether something drawn may be a table rule: the white background of a printed web page is not."""
    ground = drawn["object_type"] == "rect" and drawn.get("fill") and not drawn.get("stroke")
    color = drawn.get("non_stroking_color")
    return not (ground and color is not None and tuple(color if isinstance(color, Sequence) else (color,)) in _WHITE)


def _inside(char: dict[str, Any], bbox: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(bbox[0] <= x <= bbox[2] and bbox[1] <= y <= bbox[3])


def _without_running_heads(pages: list[list[Item]]) -> list[Item]:
    """Leave out headers and footers: lines above and below the text that are the same on most pages."""
    texts = [item.text for page in pages for item in page if isinstance(item, Line) and item.at_edge]
    heads = {text for text in texts if len(pages) > 2 and texts.count(text) > len(pages) / 2}
    return [item for page in pages for item in page if not (isinstance(item, Line) and item.text in heads)]


def _blocks(items: Sequence[Item]) -> Iterator[Passage]:
    """Yield tables unchanged, and lines joined to paragraphs."""
    margins = margins_of([item for item in items if isinstance(item, Line)])
    open_line: Line | None = None
    text, page = "", 0
    for item in items:
        if isinstance(item, Line) and open_line is not None and _goes_on(open_line, item, margins):
            text, open_line = _joined(text, item.text), item
            continue
        if text:
            yield Paragraph(text, page=page)
        text, page, open_line = (item.text, item.page, item) if isinstance(item, Line) else ("", 0, None)
        if not isinstance(item, Line):
            yield item
    if text:
        yield Paragraph(text, page=page)


def _goes_on(line: Line, following: Line, margins: Margins) -> bool:
    """Tell whether a line continues in the next one: it is full, and the next one is not indented."""
    size = max(line.size, following.size)
    full = line.right > margins.right - _ROOM_IN_FULL_LINE * size
    indented = following.left > margins.left + _INDENT * size
    return full and not indented and abs(line.size - following.size) < 1


def _joined(one: str, other: str) -> str:
    return f"{one} {other}" if one[-1:].isascii() and other[:1].isascii() and one[-1:].isalpha() else one + other
