"""Words of a page: characters that stand together on a line, told apart by the room between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gouji.formats.pdf.page import Char

_APART, _DIGITS_APART = 0.35, 0.2
"""In font sizes: the room between two words, and between two numbers."""
_SAME_LINE = 0.5
"""In font sizes: two characters are in one line if their middles differ by less."""
_NUMBER = re.compile(r"[\d０-９.,，．+\-−－(（)）*＊※%％]*[\d０-９][\d０-９.,，．+\-−－(（)）*＊※%％]*|[-−－—–/／无]+")


@dataclass(frozen=True)
class Word:
    """A word and where it stands."""

    chars: tuple[Char, ...]

    @cached_property
    def text(self) -> str:
        """What it says."""
        return "".join(char.text for char in self.chars).strip()

    @cached_property
    def x0(self) -> float:
        """Its left edge."""
        return self.chars[0].x0

    @cached_property
    def x1(self) -> float:
        """Its right edge."""
        return max(char.x1 for char in self.chars)

    @cached_property
    def top(self) -> float:
        """Its upper edge."""
        return min(char.top for char in self.chars)

    @cached_property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(char.bottom for char in self.chars)

    @cached_property
    def size(self) -> float:
        """The size of its largest character."""
        return max(char.size for char in self.chars)

    @property
    def x(self) -> float:
        """Its middle."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """Its middle."""
        return (self.top + self.bottom) / 2

    @cached_property
    def is_number(self) -> bool:
        """Whether it is a number as tables hold it, or a sign for none."""
        return bool(_NUMBER.fullmatch(self.text))


def word_lines(chars: Iterable[Char]) -> list[list[Word]]:
    """Return the words of a page, line by line from top to bottom, each from left to right."""
    lines: list[list[Char]] = []
    last: Char | None = None
    for char in sorted((char for char in chars if char.text.strip()), key=lambda char: char.y):
        if last is not None and char.y - last.y < _SAME_LINE * max(char.size, last.size, 1):
            lines[-1].append(char)
        else:
            lines.append([char])
        last = char
    return [_words(sorted(line, key=lambda char: char.x0)) for line in lines]


def _words(line: Sequence[Char]) -> list[Word]:
    words: list[list[Char]] = []
    for char in line:
        last = words[-1][-1] if words else None
        if last is not None and char.x0 - last.x1 < _room(last, char) * max(char.size, last.size):
            words[-1].append(char)
        else:
            words.append([char])
    return [Word(tuple(word)) for word in words]


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
