"""The hidden sheet: what only programs read."""

from __future__ import annotations

from collections.abc import Mapping

from gouji.excel.book import HIDDEN, IDENTITY
from gouji.excel.canvas import Canvas


def draw_hidden(canvas: Canvas, identity: Mapping[str, str]) -> None:
    """Draw what only programs read: who the workbook is for, and the calculations that no sheet shows."""
    for row, key in enumerate(IDENTITY):
        canvas.text(row, 0, key)
        canvas.text(row, 1, identity[key])
    for key in canvas.book.expressions:
        place = canvas.book.places[key]
        if place.sheet == HIDDEN:
            canvas.text(place.row, 0, key)
            canvas.formula(key, "plain")
