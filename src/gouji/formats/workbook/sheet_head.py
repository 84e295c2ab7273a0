"""The top row of a sheet that clerks fill in."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.form.model import CHECKS
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.drawing.measure import lines_of
from gouji.formats.workbook.layout import Layout

HEAD_HEIGHT = 26
"""The height of the top row in points. It is the only one that stays in sight on every sheet."""

_HEADING_SIZE = 14
_STATE_WIDTH = 20


def draw_head(canvas: Canvas[Layout], heading: str, widths: Sequence[float]) -> None:
    """Draw the heading of a sheet, and beside it the overall state in the first column that is free."""
    canvas.sheet.set_row(0, HEAD_HEIGHT)
    canvas.text(0, 0, heading, "heading")
    column = 1
    while column < len(widths) - 1 and lines_of(heading, sum(widths[:column]), _HEADING_SIZE) > 1:
        column += 1
    columns = 1
    while column + columns < len(widths) and sum(widths[column : column + columns]) < _STATE_WIDTH:
        columns += 1
    canvas.state(0, column, columns=columns)


def draw_link_to_checks(canvas: Canvas[Layout], row: int, column: int) -> None:
    """Draw the link to the check sheet."""
    canvas.link_to(row, column, CHECKS, "→ 看“校验”页")
