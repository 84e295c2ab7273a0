"""Measure the room that a text takes, for rows and notes that programs do not resize themselves."""

from __future__ import annotations

LINE_HEIGHT = 16
"""Points that a line takes in a row of ordinary text."""

HIGHEST_ROW = 409
"""The greatest height of a row in a spreadsheet, in points."""

_FIRST_WIDE = 0x2E80
"""The first code point of the East Asian scripts, whose characters are twice as wide as Latin ones."""

_SAFETY = 1.04
"""Texts are taken to be this much longer, because programs break lines differently."""

_NOTE_WIDTH, _NOTE_COLUMNS, _NOTE_LINE, _NOTE_FRAME = 360, 48, 19, 16
"""A note: its width in pixels and in Latin characters, the height of a line and of the frame in pixels."""


def lines_of(text: str, width: float, scale: float = 1.0) -> int:
    """Return the number of lines of a text in a column; a Chinese character is as wide as two Latin ones.

    ``width`` is in characters of the standard font, and ``scale`` the size of the text's font relative to it.
    """
    units = sum(1 if ord(character) < _FIRST_WIDE else 2 for character in text) * scale
    return max(1, -(-int(units * _SAFETY) // int(width - 1)))


def note_size(text: str) -> tuple[int, int]:
    """Return the width and the height in pixels of a note that shows a text completely."""
    lines = sum(lines_of(line, _NOTE_COLUMNS) for line in text.split("\n"))
    return _NOTE_WIDTH, _NOTE_FRAME + _NOTE_LINE * lines
