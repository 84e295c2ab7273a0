"""Measure the room that a text takes, for rows and notes that programs do not resize themselves.

Spreadsheets count the width of a column in digits of the workbook's default font (ISO/IEC 29500-1, 18.3.1.13), and
each program has another one. Ours is 宋体 11, whose digits are 8 pixels wide: a Chinese Excel gives a new column 8.38
digits, which are 72 pixels, of which 5 are for the frame. Where a program lacks 宋体, its own font counts, mostly
Calibri, with 7 pixels. A text is therefore measured in the narrower of both columns, and each character as wide as the
wider of both fonts draws it. What fits then fits in every program.
"""

from __future__ import annotations

import re
from functools import lru_cache

DEFAULT_FONT: dict[str, object] = {
    "font_name": "宋体",
    "font_size": 11,
    "font_family": 3,
    "font_charset": 134,  # GB2312: a program without 宋体 looks for another Chinese font
    "font_scheme": "none",  # a font of the theme is another one in every language of Excel
}
"""The font in whose digits every workbook counts its columns."""

HIGHEST_ROW = 409
"""The greatest height of a row in a spreadsheet, in points."""

LINE_HEIGHT = 16
"""Points that a line takes in a row of ordinary text. 宋体 needs 13.5, Calibri 15, Noto 16."""

_USUAL_SIZE = 11
_PIXELS_A_POINT = 4 / 3
_DIGIT_OF_SONGTI, _DIGIT_OF_CALIBRI = 8, 7
_INDENT_OF_SONGTI, _INDENT_OF_CALIBRI = 3 * 8, 3 * 3.5
"""An indent is three spaces of the default font."""

_SPARE = 2
"""Pixels of a column that are left free, because programs round differently."""

_BOLD = 1
"""Pixels that a bold character is wider: programs embolden 宋体 by drawing it twice."""

_WIDE_LATIN = {**dict.fromkeys("ABCDGHNOQRUV&", 0.7), **dict.fromkeys("MWmw%@", 0.92)}
"""The Latin characters that Calibri draws clearly wider than half a Chinese one, in widths of a Chinese one."""

_FIRST_WIDE = 0x80
"""The first code point that counts as a Chinese character; 宋体 draws “—…· so, and others are rare."""

_NEVER_FIRST = "，。、；：？！）》〉」』】〕〗”’…—·～％℃,.;:?!%)\\]}>"
_NEVER_LAST = "（《〈「『【〔〖“‘￥"
_PIECE = re.compile(rf"[{_NEVER_LAST}]*(?:[!-~]+|[^ {_NEVER_LAST}]?)[{_NEVER_FIRST}]*(?:[{_NEVER_LAST}]+$)? *")
"""What stays on one line: a Chinese character or a Latin word, with the signs that may not begin or end a line."""

_NOTE_WIDTH, _NOTE_ROOM, _NOTE_SIZE = 360, 336, 10
_NOTE_LINE, _NOTE_FRAME = 19, 16
"""A note: the size of its font; in pixels its width and that of its text, the height of a line and of the frame."""

_LONGEST_KEPT = 200
"""Results for texts up to this length are kept: every workbook has the same labels."""


def lines_of(
    text: str, width: float, size: float = _USUAL_SIZE, *, bold: bool = False, indent: int = 0, columns: int = 1
) -> int:
    """Return the number of lines that a wrapped text takes at most.

    ``width`` is that of its column in characters, as it is given to the sheet, or the sum of as many merged
    ``columns``; ``size`` is that of its font in points.
    """
    frames = 5 * (columns - 1)
    room = (
        frames
        - _SPARE
        + min(
            width * _DIGIT_OF_CALIBRI - indent * _INDENT_OF_CALIBRI,
            width * _DIGIT_OF_SONGTI - indent * _INDENT_OF_SONGTI,
        )
    )
    return _lines(text, room, size, bold)


def row_height(lines: int, size: float = _USUAL_SIZE, room: float = 4) -> float:
    """Return the height in points of a row with so many lines, and some more ``room``."""
    return min(HIGHEST_ROW, room + lines * line_height(size))


def line_height(size: float) -> float:
    """Return the height in points of a line of a font's size."""
    return -(-size * LINE_HEIGHT // _USUAL_SIZE)


def note_size(text: str) -> tuple[int, int]:
    """Return the width and the height in pixels of a note that shows a text completely."""
    return _NOTE_WIDTH, _NOTE_FRAME + _NOTE_LINE * _lines(text, _NOTE_ROOM, _NOTE_SIZE, bold=False)


def _lines(text: str, room: float, size: float, bold: bool) -> int:
    measure = _kept if len(text) <= _LONGEST_KEPT else _count
    return measure(text, room, size, bold)


def _count(text: str, room: float, size: float, bold: bool) -> int:
    em = -(-size * _PIXELS_A_POINT // 1)
    half = (em + 1) // 2
    return sum(_wrapped(part, room, em + bold * _BOLD, half + bold * _BOLD) for part in text.splitlines()) or 1


_kept = lru_cache(maxsize=4096)(_count)


def _wrapped(text: str, room: float, em: float, half: float) -> int:
    """Return the lines of a paragraph; ``em`` is the width of a Chinese character and ``half`` that of a digit."""
    if len(text) * em <= room:
        return 1
    lines, used = 1, 0.0
    for piece in _PIECE.findall(text):
        # Most pieces are one Chinese character. A space at the end of a line takes no room there.
        single = len(piece) == 1 and ord(piece) >= _FIRST_WIDE
        width = em if single else _drawn(piece.rstrip(" "), em, half)
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        if width > room:  # a word longer than a line is broken anywhere
            more = int(width // (room - em)) if room > em else len(piece)
            lines, width = lines + more, width % max(room - em, em)
        used += width + half * (len(piece) - len(piece.rstrip(" ")))
    return lines


def _drawn(text: str, em: float, half: float) -> float:
    return sum(
        em if ord(character) >= _FIRST_WIDE else _WIDE_LATIN.get(character, 0) * em or half for character in text
    )
