"""The top rows of a sheet that clerks fill in."""

from __future__ import annotations

from gouji.form.model import CHECKS
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.workbook.layout import Layout


def draw_head(canvas: Canvas[Layout], heading: str, columns: int) -> None:
    """Draw the overall state, the link to the check sheet, and the heading."""
    canvas.sheet.set_row(0, 22)
    canvas.state(0, 0, columns=columns)
    canvas.link_to(0, columns, CHECKS, "→ 看“校验”页")
    canvas.sheet.set_row(1, 26)
    canvas.text(1, 0, heading, "heading")
