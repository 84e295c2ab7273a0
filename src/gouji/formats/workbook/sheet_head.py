"""The rows above everything on a sheet that a clerk fills in."""

from __future__ import annotations

from gouji.form.model import CHECKS
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.workbook.layout import Layout


def draw_head(canvas: Canvas[Layout], heading: str, columns: int) -> None:
    """Draw the rows above everything: the overall state, the way to the checks, the heading."""
    canvas.sheet.set_row(0, 22)
    canvas.state(0, 0, columns=columns)
    canvas.link_to(0, columns, CHECKS, "→ 看“校验”页")
    canvas.sheet.set_row(1, 26)
    canvas.text(1, 0, heading, "heading")
