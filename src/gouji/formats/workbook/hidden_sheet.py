"""The hidden sheet, which only programs read."""

from __future__ import annotations

from collections.abc import Mapping

from gouji.form.model import HIDDEN
from gouji.formats.drawing.canvas import Canvas
from gouji.formats.workbook.layout import IDENTITY, Layout


def draw_hidden(canvas: Canvas[Layout], identity: Mapping[str, str]) -> None:
    """Draw the identity of the workbook, and the calculations that no other sheet shows."""
    for row, key in enumerate(IDENTITY):
        canvas.text(row, 0, key)
        canvas.text(row, 1, identity[key])
    for key in canvas.plan.expressions:
        place = canvas.plan.places[key]
        if place.sheet == HIDDEN:
            canvas.text(place.row, 0, key)
            canvas.formula(key, "plain")
