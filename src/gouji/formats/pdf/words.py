"""Words of a page: characters that stand together on a line, told apart by the room between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter

from gouji.formats.pdf.page import Char

_APART, _DIGITS_APART = 0.35, 0.2
"""In font sizes: the room between two words, and between two numbers."""
_SAME_LINE = 0.5
"""In font sizes: two characters are in one line if their middles differ by less."""
_NUMBER = re.compile(r"[\d０-９.,，．+\-−－(（)）*＊※%％]*[\d０-９][\d０-９.,，．+\-−－(（)）*＊※%％]*|[-−－—–/／无]+")


class Word:
    """A word and where it stands."""

    __slots__ = ("bottom", "chars", "is_number", "size", "text", "top", "x", "x0", "x1", "y")

    def __init__(self, chars: Sequence[Char]) -> None:
        self.chars = chars
        self.text = "".join([char.text for char in chars]).strip()
        self.x0, self.x1 = chars[0].x0, max([char.x1 for char in chars])
        self.top, self.bottom = min([char.top for char in chars]), max([char.bottom for char in chars])
        self.size = max([char.size for char in chars])
        """The size of its largest character."""
        self.x, self.y = (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2
        """Its middle."""
        self.is_number = bool(_NUMBER.fullmatch(self.text))
        """Whether it is a number as tables hold it, or a sign for none."""


def word_lines(chars: Iterable[Char]) -> list[list[Word]]:
    """Return the words of a page, line by line from top to bottom, each from left to right."""
    lines: list[list[Char]] = []
    last, before = 0.0, 0.0
    """The middle of the character before, and its size."""
    for char in sorted([char for char in chars if not char.text.isspace()], key=attrgetter("y")):
        middle, size = char.y, char.size
        if lines and middle - last < _SAME_LINE * max(size, before, 1):
            lines[-1].append(char)
        else:
            lines.append([char])
        last, before = middle, size
    return [_words(sorted(line, key=attrgetter("x0"))) for line in lines]


def _words(line: Sequence[Char]) -> list[Word]:
    words: list[list[Char]] = []
    for char in line:
        last = words[-1][-1] if words else None
        if last is not None and (
            # Most characters touch the one before.
            char.x0 < last.x1 or char.x0 - last.x1 < _room(last, char) * max(char.size, last.size)
        ):
            words[-1].append(char)
        else:
            words.append([char])
    return [Word(word) for word in words]


def _room(one: Char, other: Char) -> float:
    return _DIGITS_APART if one.text.isdigit() and other.text.isdigit() else _APART


def by_line(words: Iterable[Word], size: float) -> list[list[Word]]:
    """Return words line by line from top to bottom, each from left to right; ``size`` is that of their font."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.y):
        if lines and word.y - lines[-1][0].y < _SAME_LINE * size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.x0) for line in lines]
