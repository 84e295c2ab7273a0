"""What PDFium knows of the characters of a page."""

from __future__ import annotations

import ctypes
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pypdfium2.raw as pdfium

from gouji.formats.pdf import calls
from gouji.formats.pdf.calls import DOUBLES, FLOATS, TO_DOUBLES, TO_FLOATS
from gouji.formats.pdf.drawings import EVERYWHERE, LEAST_OPACITY, Painted, colour_of
from gouji.formats.pdf.matrices import Matrix, turned_box
from gouji.formats.pdf.page import Box, Char, Colour
from gouji.formats.shown_text import Look
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST_CHARS = 60_000
"""Characters of a page."""
_ASCENT, _DESCENT = 0.88, 0.12
"""The part of a font's size above and below the baseline."""
_STRAIGHT = 0.02
"""The sine of an angle that nobody sees."""
_INVISIBLE, _CLIPPING = 3, 7
"""The ways of painting text that leave no trace: text recognition puts such text under a scan."""
_STROKED = (1, 5)
"""Text of which only the outline is painted."""
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
"""A hyphen at the end of a line, as PDFium marks it."""
_HALVES = range(0xD800, 0xE000)
"""Units of a text of which two make a character."""
_NUMERIC = re.compile(r"[\d.,+\-−－．，]")
_UNKNOWN = Painted(0, EVERYWHERE)
_NO_GAP = 0.1
"""In font sizes: the room between two digits of one number."""
_NO_SIGN = "\ufffd"
"""For a character that is painted, but of which the file does not say what it is."""


@dataclass(slots=True, eq=False)
class _Common:
    """What all characters of a text object have in common."""

    matrix: tuple[float, ...]
    size: float
    """Of the font, as it is seen."""
    colour: Colour | None
    look: Look
    order: int
    is_replaced: bool
    """The file says that other characters are meant than it paints (``ActualText``)."""
    clip: Box
    """Outside of it nothing is seen."""


@dataclass(slots=True, eq=False)
class Sign:
    """A character as PDFium gives it, in coordinates of the page."""

    text: str
    x: float
    y: float
    """Where it begins on its baseline."""
    left: float
    bottom: float
    right: float
    top: float
    common: _Common
    is_apart: bool


def signs_of(text: Any, painted: dict[int, Painted]) -> list[Sign]:
    """Return the characters of a page, without those that PDFium adds."""
    known: dict[int, _Common] = {}
    signs = list(_signs(calls.address_of(text), painted, known))
    _find_blanks(signs, [text.place for handle, text in painted.items() if handle not in known])
    if any(common.is_replaced for common in known.values()):
        replaced = [sign for sign in signs if sign.common.is_replaced]
        for _, group in groupby(replaced, key=lambda sign: id(sign.common)):
            _spread(list(group))
    return signs


def _spread(signs: list[Sign]) -> None:
    """Give each character that is meant a part of the place that they have together."""
    first = signs[0]
    if len(signs) == 1 or any((sign.left, sign.bottom) != (first.left, first.bottom) for sign in signs):
        return
    left, width = first.left, (first.right - first.left) / len(signs)
    for index, sign in enumerate(signs):
        sign.left = sign.x = left + index * width
        sign.right = sign.left + width


def _find_blanks(signs: Sequence[Sign], blanks: Sequence[tuple[float, float]]) -> None:
    """Tell blanks of the text from mere room: PDFium drops them and leaves their objects without any character."""
    by_height: dict[int, list[float]] = defaultdict(list)
    for x, y in sorted(blanks):
        by_height[round(y)].append(x)
    for number, other in enumerate(signs):
        if other.is_apart and number:
            one = signs[number - 1]
            places = by_height.get(round(other.y), [])
            at = bisect_left(places, one.right - 1)
            other.is_apart = at < len(places) and places[at] < other.x + 1


def _signs(text: int, painted: dict[int, Painted], known: dict[int, _Common]) -> Iterator[Sign]:
    codes = _codes(text)
    object_of, box_of, origin_of, to_box = calls.object_of_char, calls.box_of_char, calls.origin_of_char, TO_FLOATS[0]
    marks: dict[int, bool] = {}
    common: _Common | None = None
    last = 0
    x = y = level = height = 0.0
    is_apart = starts_its_box = False
    for index, code in enumerate(codes):
        handle = object_of(text, index)
        if not handle:
            is_apart = True
            continue  # a blank or a line end that PDFium adds between words, or puts in place of one
        is_new = handle != last or common is None
        if is_new:
            common = known.get(handle)
            if common is None:
                common = known[handle] = _common(text, index, handle, painted.get(handle, _UNKNOWN), marks)
            last = handle
        assert common is not None
        box_of(text, index, to_box)
        left, top, right, bottom = FLOATS[:4]
        if not is_new and starts_its_box and bottom == level and top == height:
            x = left  # it goes on on the baseline of its text
        else:
            origin_of(text, index, *TO_DOUBLES)
            x, y = DOUBLES
            level, height, starts_its_box = bottom, top, x == left
        sign = _HYPHENS.get(code) or (chr(code) if code else _NO_SIGN)
        yield Sign(sign, x, y, left, bottom, right, top, common, is_apart)
        is_apart = False


def _codes(text: int) -> Sequence[int]:
    """Return the code of each character of a page."""
    count = pdfium.FPDFText_CountChars(ctypes.cast(text, pdfium.FPDF_TEXTPAGE))
    if count > MOST_CHARS:
        raise DocumentError(TOO_LARGE)
    units = (ctypes.c_ushort * (count + 1))()
    if calls.text_of(text, 0, count, ctypes.addressof(units)) == count + 1:
        codes: list[int] = units[:count]
        if not any(code in _HALVES or code in _HYPHENS for code in set(codes)):
            return codes
    # Some characters are missing in the text, or take two of its units.
    return [calls.code_of(text, index) for index in range(count)]


def _common(text: int, index: int, handle: int, painted: Painted, marks: dict[int, bool]) -> _Common:
    calls.matrix_of_char(text, index, TO_FLOATS[0])
    matrix = tuple(FLOATS[:])
    size = calls.size_of_char(text, index) * math.hypot(matrix[2], matrix[3])
    mode = calls.way_of_painting(handle)
    colour, opacity = colour_of(handle, calls.stroke_of if mode in _STROKED else calls.fill_of)
    unseen = mode in (_INVISIBLE, _CLIPPING) or opacity < LEAST_OPACITY
    look = Look.UNSEEN if unseen else Look.PLAIN
    return _Common(matrix, abs(size), colour, look, painted.order, _is_replaced(handle, marks), painted.clip)


def _is_replaced(handle: int, marks: dict[int, bool]) -> bool:
    """Tell whether a file says of a text that another one is meant, which nobody sees.

    Programs do so where a font draws several characters with one glyph; PDFium then gives the text that is meant.
    ``marks`` are those that are known.
    """
    for index in range(calls.count_marks(handle)):
        mark = calls.mark_at(handle, index)
        if mark not in marks:
            marks[mark] = calls.kind_in_mark(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN
        if marks[mark]:
            return True
    return False


def turns_of(signs: list[Sign], to_view: Matrix) -> int:
    """Return how many quarter turns make the text of a page upright: the reader turns a page that lies on its side."""
    counts: Counter[int] = Counter()
    for matrix, number in Counter(sign.common.matrix[:4] for sign in signs).items():
        quarter = _quarter(_direction(matrix, to_view))
        if quarter is not None:
            counts[quarter] += number
    return -counts.most_common(1)[0][0] % 4 if counts else 0


def _direction(matrix: tuple[float, ...], to_view: Matrix) -> tuple[float, float]:
    """Return in which direction a line of text runs in the view, as a vector of length 1."""
    a, b, c, d, _, _ = to_view
    x, y = a * matrix[0] + c * matrix[1], b * matrix[0] + d * matrix[1]
    length = math.hypot(x, y) or 1.0
    return x / length, y / length


def _quarter(direction: tuple[float, float]) -> int | None:
    """Return by how many quarter turns to the right text is turned; None for any other angle."""
    x, y = direction
    if abs(y) < _STRAIGHT:
        return 0 if x > 0 else 2
    if abs(x) < _STRAIGHT:
        return 1 if y > 0 else 3
    return None


def chars_of(signs: list[Sign], to_view: Matrix, width: float, height: float) -> list[Char]:
    """Return characters in a view of this size, without those at an odd angle, which are a watermark."""
    chars: list[Char] = []
    cut: list[Char] = []
    quarters: dict[tuple[float, ...], int | None] = {}
    seen: dict[Box, Box] = {EVERYWHERE: (0.0, 0.0, width, height)}
    """By clip, what is seen of the paper."""
    common: _Common | None = None
    make = _upright
    left = top = right = bottom = 0.0
    is_watermark = False
    for sign in signs:
        if sign.common is not common:
            common = sign.common
            turn = common.matrix[:4]
            if turn not in quarters:
                quarters[turn] = _quarter(_direction(turn, to_view))
            quarter = quarters[turn]
            is_watermark, make = quarter is None, _turned if quarter else _upright
            if common.clip not in seen:
                clip = turned_box(to_view, *common.clip)
                seen[common.clip] = max(0, clip[0]), max(0, clip[1]), min(width, clip[2]), min(height, clip[3])
            left, top, right, bottom = seen[common.clip]
        if is_watermark:
            continue
        char = make(sign, common, to_view)
        chars.append(char)
        if not (2 * left <= char.x0 + char.x1 <= 2 * right and 2 * top <= char.top + char.bottom <= 2 * bottom):
            char.look = Look.UNSEEN  # it is off the paper, or cut off
            cut.append(char)
        elif (char.x1 > right or char.x0 < left) and _is_plain_digit(char):
            char.look = Look.CUT  # a program may have left out what stands behind the edge
        elif common.is_replaced and _is_plain_digit(char):
            char.look = Look.UNSURE
    if cut:
        _doubt_what_is_left(chars, {id(char) for char in cut if char.text.isdigit()})
    return chars


def _is_plain_digit(char: Char) -> bool:
    return char.look is Look.PLAIN and _NUMERIC.match(char.text) is not None


def _doubt_what_is_left(chars: Sequence[Char], cut: Collection[int]) -> None:
    """Mark the digits that are left of a number of which others are cut off, as by the edge of the paper."""
    for one, other in (*pairwise(chars), *pairwise(reversed(chars))):
        if id(other) in cut and id(one) not in cut and one.text.isdigit() and _touch(one, other):
            one.look = Look.CUT


def _touch(one: Char, other: Char) -> bool:
    """Tell whether two characters stand side by side without a gap."""
    gap = max(one.x0, other.x0) - min(one.x1, other.x1)
    return one.baseline == other.baseline and gap < _NO_GAP * one.size


def _upright(sign: Sign, common: _Common, to_view: Matrix) -> Char:
    a, b, c, d, e, f = to_view
    x, y, size = sign.x, sign.y, common.size
    x0, baseline = a * x + c * y + e, b * x + d * y + f
    one, other = a * sign.left + c * sign.bottom, a * sign.right + c * sign.top
    x1 = (one if one > other else other) + e
    if x0 >= x1:
        x0 = min(one, other) + e
    top, bottom = baseline - _ASCENT * size, baseline + _DESCENT * size
    return Char(sign.text, x0, top, x1, bottom, size, baseline, common.colour, common.order, common.look, sign.is_apart)


def _turned(sign: Sign, common: _Common, to_view: Matrix) -> Char:
    x0, top, x1, bottom = turned_box(to_view, sign.left, sign.bottom, sign.right, sign.top)
    return Char(
        sign.text, x0, top, x1, bottom, common.size, None, common.colour, common.order, common.look, sign.is_apart
    )
