"""How the characters of a page look: struck out by a stroke, too small, or in the colour of their ground."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gouji.formats.pdf.print import LOOK, Char, baseline
from gouji.formats.shown_text import Look
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

Drawn = dict[str, Any]
"""Something drawn on a page, as pdfplumber gives it."""
Colour = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""
Box = tuple[float, float, float, float]

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
_COVERED = 0.6
"""The share of a stroke that characters must cover; a table rule is longer than the text that it touches."""
_GREY_SPACES = (None, "DeviceGray", "CalGray", "G")


def mark_looks(page: Any) -> set[Box]:
    """Mark the characters of a page that do not look plain, and return the strokes that strike some out."""
    chars = [char for char in page.chars if char["text"].strip() and baseline(char) is not None]
    chars.sort(key=_line_of_writing)
    heights = [_line_of_writing(char) for char in chars]
    largest = max((char["size"] for char in chars), default=0)
    strokes: set[Box] = set()
    compared = 0
    for stroke in _strokes(page, _THICKEST * largest):
        height = _middle(stroke)
        near = chars[bisect_left(heights, height) : bisect_left(heights, height + _STRUCK_TO * largest)]
        compared += len(near)
        if compared > _MOST_COMPARED:
            raise DocumentError(TOO_LARGE)
        struck = _struck_by(stroke, near)
        if struck:
            strokes.add(box_of(stroke))
            for char in struck:
                char[LOOK] = Look.STRUCK
    for char in _unseen(page):
        char[LOOK] = Look.UNSEEN
    return strokes


def box_of(drawn: Drawn) -> Box:
    """Return where something drawn is."""
    return drawn["x0"], drawn["top"], drawn["x1"], drawn["bottom"]


# ---------------------------------------------------------------- struck out


def _strokes(page: Any, thickest: float) -> Iterator[Drawn]:
    """Yield everything that may be a horizontal stroke."""
    for kind in ("line", "rect", "curve"):
        for drawn in page.objects.get(kind, ()):
            if drawn["bottom"] - drawn["top"] <= thickest < drawn["x1"] - drawn["x0"]:
                yield drawn


def _struck_by(stroke: Drawn, chars: Sequence[Char]) -> list[Char]:
    """Return the characters that a stroke goes through; none if much of the stroke crosses no character."""
    height, left, right = _middle(stroke), stroke["x0"], stroke["x1"]
    struck = [
        char
        for char in chars
        if left <= (char["x0"] + char["x1"]) / 2 <= right
        and _STRUCK_FROM * char["size"] < _line_of_writing(char) - height < _STRUCK_TO * char["size"]
        and stroke["bottom"] - stroke["top"] <= _THICKEST * char["size"]
    ]
    return struck if sum(char["x1"] - char["x0"] for char in struck) >= _COVERED * (right - left) else []


def _middle(drawn: Drawn) -> float:
    return float(drawn["top"] + drawn["bottom"]) / 2


def _line_of_writing(char: Char) -> float:
    return baseline(char) or 0.0


# ---------------------------------------------------------------- unseen


def _unseen(page: Any) -> Iterator[Char]:
    """Yield the characters that are too small, or have the colour of their ground."""
    chars = page.chars
    largest = max((char["size"] for char in chars), default=0)
    yield from (char for char in chars if _is_too_small(char, largest) and char.get("upright", True))
    grounds = [(box_of(drawn), _colour(drawn)) for drawn in page.objects.get("rect", ()) if drawn.get("fill")]
    grounds += [(box_of(image), None) for image in page.objects.get("image", ())]
    colours = {colour for _, colour in grounds if colour is not None} | {_PAPER}
    doubtful = [char for char in chars if _is_one_of(_colour(char), colours)]
    if len(doubtful) * len(grounds) > _MOST_COMPARED:
        raise DocumentError(TOO_LARGE)
    for char in doubtful:
        colour, x, y = _colour(char), (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        below = [shade for (x0, top, x1, bottom), shade in grounds if x0 <= x <= x1 and top <= y <= bottom]
        ground = below[-1] if below else _PAPER
        if colour is not None and ground is not None and _is_near(colour, ground):
            yield char


def _is_too_small(char: Char, largest: float) -> bool:
    """Tell whether nobody can read a character; on a page on which all is small, a reader looks closer."""
    size = char["size"]
    if size < _SMALLEST_SEEN or (size < _SMALL and size < largest / 2):
        return True
    return bool(char["text"].isdigit() and char["x1"] - char["x0"] < _NARROWEST_DIGIT * size)


def _is_one_of(colour: Colour | None, grounds: Iterable[Colour]) -> bool:
    return colour is not None and any(_is_near(colour, ground) for ground in grounds)


def _colour(drawn: Drawn) -> Colour | None:
    """Return the fill colour of something drawn; None if it is unknown."""
    value = drawn.get("non_stroking_color")
    parts = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    if not all(isinstance(part, int | float) for part in parts):
        return None
    if len(parts) == 1 and drawn.get("ncs") in _GREY_SPACES:
        return parts * 3
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None


def _is_near(one: Colour, other: Colour) -> bool:
    return sum(abs(first - second) for first, second in zip(one, other, strict=True)) < _NEAR
