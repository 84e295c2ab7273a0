"""The page setup of a sheet."""

from __future__ import annotations

from typing import Any

from gouji.formats.drawing.canvas import Canvas

_A4 = 9
"""The number that xlsxwriter and Excel give to this paper."""


def set_page(
    canvas: Canvas[Any], last_row: int, last_column: int, *, landscape: bool = False, long: bool = False, scale: int = 0
) -> None:
    """Print a sheet on one page of A4, or a ``long`` one on one page wide and as many pages high as it needs.

    A sheet with breaks of its own has a fixed ``scale`` in percent: Excel ignores breaks where it fits
    a sheet to pages.
    """
    sheet = canvas.sheet
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    if scale:
        sheet.set_print_scale(scale)
    else:
        sheet.fit_to_pages(1, 0 if long else 1)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)
