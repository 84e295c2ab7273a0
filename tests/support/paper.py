"""How large a sheet is printed that is fitted to the width of its paper, where columns count in digits of 宋体."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

_A4, _PIXELS_AN_INCH, _DIGIT = (8.27, 11.69), 96, 8


def printed_scale(sheet: Any) -> float:
    """Return the share of its size at which a sheet is printed on A4."""
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    margins = sheet.page_margins.left + sheet.page_margins.right
    paper = (_A4[sheet.page_setup.orientation == "landscape"] - margins) * _PIXELS_AN_INCH
    areas = [area.rpartition("!")[2] for area in (sheet.print_area or sheet.dimensions).split(",")]
    return float(min(1, *(paper / _pixels(sheet, area) for area in areas)))


def _pixels(sheet: Any, area: str) -> int:
    first, _, last, _ = range_boundaries(area.replace("$", ""))
    widths = {
        get_column_letter(number): column.width
        for column in sheet.column_dimensions.values()
        for number in range(column.min, column.max + 1)
    }
    return sum(int(widths[get_column_letter(number)] * _DIGIT) for number in range(first, last + 1))
