"""Plain tables in a document: a head and rows of texts, as wide as the text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import SONGTI, TABLE_WIDE, TEXT_WIDTH
from gouji.formats.word.table_properties import table_properties

_BESIDE, _ABOVE = 3, 2


class PlainTable(msgspec.Struct, frozen=True):
    """A table: what it is about, its head, its rows, and how wide the columns are beside one another."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


def table_markup(grid: PlainTable, *, near: bool = False) -> Markup:
    """Return a table; its head stays with the first row and, if ``near``, the last row with what follows."""
    whole = sum(grid.widths)
    widths = [TEXT_WIDTH * width // whole for width in grid.widths]
    columns = w("tblGrid", *(w("gridCol", w=width) for width in widths))
    properties = table_properties(sum(widths), beside=_BESIDE, above=_ABOVE, caption=grid.caption)
    last = len(grid.rows) if near else 0
    rows = (
        _row(row, widths, head=index == 0, near=index in (0, last)) for index, row in enumerate((grid.head, *grid.rows))
    )
    return w("tbl", properties, columns, *rows)


def kept(near: bool) -> list[Markup]:
    """Return the property of a paragraph that stays on the page of the next one."""
    return [w("keepNext")] if near else []


def _row(texts: Sequence[str], widths: Sequence[int], *, head: bool, near: bool) -> Markup:
    properties = [w("cantSplit"), *([w("tblHeader")] if head else [])]
    cells = (_cell(text, width, head=head, near=near) for text, width in zip(texts, widths, strict=True))
    return w("tr", w("trPr", *properties), *cells)


def _cell(text: str, width: int, *, head: bool, near: bool) -> Markup:
    bold = [w("b")] if head else []
    aligned = w("jc", val="center" if head else "left")
    content = paragraph(TABLE_WIDE.id, run(text, *bold, eastAsia=SONGTI), properties=[*kept(near), aligned])
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")), content)
