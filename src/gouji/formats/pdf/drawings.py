"""What PDFium knows of the drawings of a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from gouji.formats.pdf import calls
from gouji.formats.pdf.calls import COUNTS, FLOATS, TO_COUNTS, TO_FLOATS
from gouji.formats.pdf.matrices import SAME, Matrix, point, times, turned_box
from gouji.formats.pdf.page import Box, Colour, Drawing
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST_OBJECTS = 60_000
"""Objects of a page."""
MOST_SEGMENTS = 200_000
"""Straight and curved pieces of all paths of a page."""
LEAST_OPACITY = 26
"""Of 255; what is painted with less is not seen on paper."""
_DEEPEST = 12
"""Groups of objects inside one another."""
_THIN = 3.0
"""Points: something narrower is seen as a line, and not as an area."""
_RECTANGLE = 5
"""The most pieces of a rectangle."""
_LEANING = 0.5
"""Points by which the ends of a straight line may differ."""
_WHITE = (1.0, 1.0, 1.0)
_TEXT, _PATH, _GROUP = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM
_IMAGE, _SHADING = pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING


@dataclass(slots=True)
class Path:
    """Something drawn, in coordinates of the page."""

    bounds: Box
    """Left, bottom, right, top."""
    strokes: list[Box]
    is_area: bool
    colour: Colour | None
    covers: bool
    order: int
    whole: Box | None = None
    """Its bounds with what is not seen of it."""


class Drawings:
    """Everything drawn on a page, and how all texts of it were painted."""

    def __init__(self, page: Any) -> None:
        self.found: list[Path] = []
        self.texts: dict[int, Painted] = {}
        """By the handle of a text object."""
        self._clips: dict[tuple[int, ...], Box] = {}
        """By the addresses of paths, the box in which all of them leave something to be seen."""
        self._count = self._segments = 0
        count = pdfium.FPDFPage_CountObjects(page)
        own = calls.address_of(page)
        self._over((calls.object_at(own, index) for index in range(count)), SAME, 0)

    def _over(self, objects: Iterator[int], matrix: Matrix, depth: int) -> None:
        if depth > _DEEPEST:
            raise DocumentError(TOO_LARGE)
        kind_of, texts = calls.kind_of, self.texts
        for handle in objects:
            self._count += 1
            if self._count > MOST_OBJECTS:
                raise DocumentError(TOO_LARGE)
            kind = kind_of(handle)
            if kind == _TEXT:
                texts[handle] = Painted(self._count, self._clip(handle, matrix), handle, matrix)
            elif kind == _PATH:
                self._path(handle, matrix)
            elif kind == _GROUP:
                own = times(_matrix_of(handle), matrix)
                count = calls.count_in_group(handle)
                inside = (calls.object_in_group(handle, index) for index in range(count))
                self._over(inside, own, depth + 1)
            elif kind in (_IMAGE, _SHADING):
                bounds = _within(_bounds(handle, matrix), self._clip(handle, matrix))
                if bounds:
                    covers = kind == _IMAGE and not calls.is_seen_through(handle)
                    self.found.append(Path(bounds, [], True, None, covers, self._count))

    def _path(self, handle: int, matrix: Matrix) -> None:
        calls.draw_mode(handle, *TO_COUNTS[:2])
        fill, stroke = COUNTS[:2]
        is_area, colour, covers = False, None, False
        if fill:
            colour, opacity = colour_of(handle, calls.fill_of)
            is_area = opacity >= LEAST_OPACITY
            covers = opacity == 255 and not calls.is_seen_through(handle)
        is_stroked = bool(stroke) and colour_of(handle, calls.stroke_of)[1] >= LEAST_OPACITY
        if not is_area and not is_stroked:
            return
        clip = self._clip(handle, matrix)
        whole = _bounds(handle, matrix)
        bounds = _within(whole, clip)
        if bounds is None:
            return
        count = calls.count_pieces(handle)
        self._pieces(count)
        is_thin = min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < _THIN
        strokes: list[Box] = []
        if is_area and not is_stroked and colour == _WHITE:
            pass  # the ground of a printed web page
        elif is_thin and count <= _RECTANGLE:
            strokes = [bounds]
        elif is_area and not is_stroked and count <= _RECTANGLE:
            strokes = _sides(bounds)
        else:
            lines = _lines(handle, times(_matrix_of(handle), matrix), count)
            strokes = [seen for line in lines if (seen := _within(line, clip))]
        is_rectangle = is_area and count <= _RECTANGLE
        self.found.append(Path(bounds, strokes, is_area, colour, covers and is_rectangle, self._count, whole))

    def _pieces(self, count: int) -> None:
        self._segments += count
        if self._segments > MOST_SEGMENTS:
            raise DocumentError(TOO_LARGE)

    def _clip(self, handle: int, matrix: Matrix) -> Box:
        """Return the box outside of which nothing is seen of an object."""
        clip = calls.clip_of(handle)
        count = calls.count_clips(clip) if clip else 0
        if count <= 0:
            return EVERYWHERE
        # Objects that were painted in one state of the page have their paths in common.
        key = tuple([calls.clip_piece(clip, path, 0) or 0 for path in range(count)])
        if matrix is not SAME or 0 in key:
            return self._clip_of(clip, count, matrix)
        if key not in self._clips:
            self._clips[key] = self._clip_of(clip, count, matrix)
        return self._clips[key]

    def _clip_of(self, clip: int, count: int, matrix: Matrix) -> Box:
        box: Box = EVERYWHERE
        for path in range(count):
            pieces = calls.count_clip_pieces(clip, path)
            self._pieces(pieces)
            places = []
            for index in range(pieces):
                segment = calls.clip_piece(clip, path, index)
                if calls.end_of_piece(segment, *TO_FLOATS[:2]):
                    places.append(point(matrix, *FLOATS[:2]))
            xs, ys = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
            box = _within((min(xs), min(ys), max(xs), max(ys)), box) or NOWHERE
        return box


class Painted(NamedTuple):
    """How a text was painted."""

    order: int
    clip: Box
    """The box outside of which nothing is seen of it."""
    handle: int = 0
    matrix: Matrix = SAME
    """Of the group of objects in which it is."""

    @property
    def place(self) -> tuple[float, float]:
        """Where it begins."""
        return times(_matrix_of(self.handle), self.matrix)[4:]


EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)
NOWHERE: Box = (0, 0, -1, -1)


def _within(box: Box, other: Box) -> Box | None:
    """Return what of a box is inside another one; None if nothing is."""
    left, bottom, right, top = (
        max(box[0], other[0]),
        max(box[1], other[1]),
        min(box[2], other[2]),
        min(box[3], other[3]),
    )
    return (left, bottom, right, top) if left <= right and bottom <= top else None


def _matrix_of(handle: int) -> Matrix:
    calls.matrix_of(handle, TO_FLOATS[0])
    a, b, c, d, e, f = FLOATS[:]
    return a, b, c, d, e, f


def _bounds(handle: int, matrix: Matrix) -> Box:
    calls.bounds_of(handle, *TO_FLOATS[:4])
    left, bottom, right, top = FLOATS[:4]
    if matrix is SAME:
        return left, bottom, right, top
    corners = [point(matrix, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _sides(box: Box) -> list[Box]:
    left, bottom, right, top = box
    return [
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    ]


def _lines(handle: int, matrix: Matrix, count: int) -> Iterator[Box]:
    """Yield the straight pieces of a path that are horizontal or vertical."""
    start = last = (0.0, 0.0)
    for index in range(count):
        segment = calls.piece_at(handle, index)
        calls.end_of_piece(segment, *TO_FLOATS[:2])
        place = point(matrix, *FLOATS[:2])
        kind = calls.kind_of_piece(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = place
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _line(last, place)
        last = place
        if calls.closes(segment):
            yield from _line(place, start)
            last = start


def _line(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Box]:
    wide, high = abs(one[0] - other[0]), abs(one[1] - other[1])
    if min(wide, high) < _LEANING and max(wide, high) > 0:
        yield min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def drawing_of(path: Path, to_view: Matrix) -> Drawing:
    """Return something drawn, as it is in the view."""
    box = x0, top, x1, bottom = turned_box(to_view, *path.bounds)
    strokes = tuple([box if stroke is path.bounds else turned_box(to_view, *stroke) for stroke in path.strokes])
    goes_on = False
    if path.whole is not None and path.whole != path.bounds:
        goes_on = turned_box(to_view, *path.whole)[2] > x1 + _THIN
    return Drawing(x0, top, x1, bottom, strokes, path.is_area, path.colour, path.covers, path.order, goes_on)


def colour_of(handle: int, ask: Callable[..., Any]) -> tuple[Colour | None, int]:
    """Return a colour and how opaque it is, from 0 to 255."""
    if not ask(handle, *TO_COUNTS):
        return None, 255
    red, green, blue, opacity = COUNTS[:]
    return (red / 255, green / 255, blue / 255), opacity
