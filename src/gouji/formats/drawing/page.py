"""How a sheet prints."""

from __future__ import annotations

from typing import Any

from gouji.formats.drawing.canvas import Canvas

_PRINTED = 9  # A4


def set_page(
    canvas: Canvas[Any], last_row: int, last_column: int, *, landscape: bool = False, long: bool = False
) -> None:
    """Let a sheet print on A4, one page wide; a ``long`` one on as many pages as it needs."""
    sheet = canvas.sheet
    sheet.set_paper(_PRINTED)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0 if long else 1)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)
