"""PDF files of a few pages, drawn by hand: texts in a font that every reader has, lines, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable


def text(x: float, y: float, words: str, size: float = 10, more: str = "") -> str:
    """Return the drawing of a text whose baseline begins at a place, counted from the lower left corner."""
    return f"BT {more} /F1 {size} Tf {x} {y} Td ({words}) Tj ET"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return the drawing of a line."""
    return f"{x0} {y0} m {x1} {y1} l S"


def grid(columns: Iterable[float], rows: Iterable[float]) -> str:
    """Return the drawing of a ruled table."""
    xs, ys = sorted(columns), sorted(rows)
    return "\n".join(
        [*(line(xs[0], y, xs[-1], y) for y in ys), *(line(x, ys[0], x, ys[-1]) for x in xs)],
    )


def pdf(*pages: str, rotate: int = 0, box: tuple[float, float, float, float] = (0, 0, 595, 842)) -> bytes:
    """Return a PDF file with pages of these drawings, turned by an angle when they are shown."""
    states = "<</Type/ExtGState/ca 0>>"
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for drawing in pages:
        stream = drawing.encode("latin-1")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/Rotate {rotate}/MediaBox[{' '.join(map(str, box))}]/Contents "
            f"{len(objects) + 2} 0 R/Resources<</Font<</F1 {font}>>/ExtGState<</Clear {states}>>>>>>"
        )
        objects.append(f"<</Length {len(stream)}>> stream\n{stream.decode('latin-1')}\nendstream")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    body = "".join(f"{number} 0 obj {each} endobj\n" for number, each in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer <</Root 1 0 R>>\n%%EOF\n".encode("latin-1")
