"""How the characters of a page look: struck out by a stroke, too small, or in the colour of their ground."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from gouji.formats.pdf.page import Box, Char, Colour, Drawing, PrintedPage
from gouji.formats.shown_text import Look
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

_SMALLEST_SEEN = 1.5
"""Points; nobody reads a smaller font."""
_SMALL = 3
"""Points; nobody reads a smaller font beside a usual one."""
_NARROWEST_DIGIT = 0.08
"""In font sizes: a digit that is narrower is only a stroke; usual ones have 0.5."""
_NEAR = 0.2
"""Two colours look the same if their parts differ by less than this in total."""
_PAPER: Colour = (1.0, 1.0, 1.0)
_MOST_COMPARED = 2_000_000
"""The most comparisons of a character with something drawn; no page made for people needs more."""
_THICKEST = 0.2
"""In font sizes: a thicker stroke is a bar."""
_STRUCK_FROM, _STRUCK_TO = 0.12, 0.6
"""In font sizes: the height above the baseline at which a stroke goes through a character."""
_THINNEST_GROUND = 2.0
"""Points."""
_COVERED = 0.6
"""The share of a stroke that characters must cover; a table rule is longer than the text that it touches."""


def mark_looks(page: PrintedPage) -> set[Box]:
    """Mark the characters of a page that do not look plain, and return the strokes that strike some out."""
    chars = [char for char in page.chars if char.baseline is not None and not char.text.isspace()]
    chars.sort(key=_line_of_writing)
    heights = [_line_of_writing(char) for char in chars]
    largest = max((char.size for char in chars), default=0)
    strokes: set[Box] = set()
    compared = 0
    for stroke in page.drawings:
        if not stroke.bottom - stroke.top <= _THICKEST * largest < stroke.x1 - stroke.x0:
            continue
        height = (stroke.top + stroke.bottom) / 2
        near = chars[bisect_left(heights, height) : bisect_left(heights, height + _STRUCK_TO * largest)]
        compared += len(near)
        if compared > _MOST_COMPARED:
            raise DocumentError(TOO_LARGE)
        struck = _struck_by(stroke, near)
        if struck:
            strokes.add(stroke.box)
            for char in struck:
                char.look = Look.STRUCK
    for char in _unseen(page):
        char.look = Look.UNSEEN
    return strokes


# ---------------------------------------------------------------- struck out


def _struck_by(stroke: Drawing, chars: Sequence[Char]) -> list[Char]:
    """Return the characters that a stroke goes through; none if much of the stroke crosses no character."""
    height, left, right = (stroke.top + stroke.bottom) / 2, stroke.x0, stroke.x1
    struck = [
        char
        for char in chars
        if left <= char.x <= right
        and _STRUCK_FROM * char.size < _line_of_writing(char) - height < _STRUCK_TO * char.size
        and stroke.bottom - stroke.top <= _THICKEST * char.size
    ]
    return struck if sum(char.x1 - char.x0 for char in struck) >= _COVERED * (right - left) else []


def _line_of_writing(char: Char) -> float:
    return char.baseline or 0.0


# ---------------------------------------------------------------- unseen


def _unseen(page: PrintedPage) -> Iterator[Char]:
    """Yield the characters that are too small, have the colour of their ground, or lie under something."""
    chars = page.chars
    largest = max((char.size for char in chars), default=0)
    yield from (char for char in chars if char.baseline is not None and _is_too_small(char, largest))
    areas = [drawing for drawing in page.drawings if drawing.is_area and _may_be_a_ground(drawing)]
    colours = {area.colour for area in areas if area.colour is not None} | {_PAPER}
    is_doubtful = {colour: _is_one_of(colour, colours) for colour in {char.colour for char in chars}}
    doubtful = [char for char in chars if is_doubtful[char.colour]]
    covered = [area for area in areas if area.covers]
    earlier = [char for char in chars if covered and char.order < covered[-1].order]
    if len(doubtful) * len(areas) + len(earlier) * len(covered) > _MOST_COMPARED:
        raise DocumentError(TOO_LARGE)
    for char in doubtful:
        below = [area.colour for area in areas if area.order < char.order and _lies_on(char, area)]
        ground = below[-1] if below else _PAPER
        if char.colour is not None and ground is not None and _is_near(char.colour, ground):
            yield char
    yield from (char for char in earlier if any(area.order > char.order and _lies_on(char, area) for area in covered))


def _may_be_a_ground(area: Drawing) -> bool:
    """Tell whether text has room on an area; the lines of tables are thin areas as well."""
    return area.x1 - area.x0 > _THINNEST_GROUND and area.bottom - area.top > _THINNEST_GROUND


def _lies_on(char: Char, area: Drawing) -> bool:
    return area.x0 <= char.x <= area.x1 and area.top <= char.y <= area.bottom


def _is_too_small(char: Char, largest: float) -> bool:
    """Tell whether nobody can read a character; on a page on which all is small, a reader looks closer."""
    size = char.size
    if size < _SMALLEST_SEEN or (size < _SMALL and size < largest / 2):
        return True
    return bool(char.text.isdigit() and char.x1 - char.x0 < _NARROWEST_DIGIT * size)


def _is_one_of(colour: Colour | None, grounds: Iterable[Colour]) -> bool:
    return colour is not None and any(_is_near(colour, ground) for ground in grounds)


def _is_near(one: Colour, other: Colour) -> bool:
    return sum(abs(first - second) for first, second in zip(one, other, strict=True)) < _NEAR
