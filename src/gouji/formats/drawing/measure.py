"""How much room a text takes, so that nothing is hidden where a program does not measure it itself."""

from __future__ import annotations

LINE_HEIGHT = 16
"""Points that a line takes in a row of ordinary text."""

_NOTE_WIDTH, _NOTE_COLUMNS, _NOTE_LINE, _NOTE_FRAME = 360, 48, 19, 16
"""A note in pixels: its width and the Latin characters that fit into it, the height of a line and of its frame."""


def lines_of(text: str, width: float, scale: float = 1.0) -> int:
    """Return how many lines a text takes in a column: a Chinese character is as wide as two Latin ones."""
    units = sum(1 if ord(character) < 0x2E80 else 2 for character in text) * scale
    return max(1, -(-int(units * 1.04) // int(width - 1)))


def note_size(text: str) -> tuple[int, int]:
    """Return width and height of a note, in pixels, in which a text can be read whole."""
    lines = sum(lines_of(line, _NOTE_COLUMNS) for line in text.split("\n"))
    return _NOTE_WIDTH, _NOTE_FRAME + _NOTE_LINE * lines
