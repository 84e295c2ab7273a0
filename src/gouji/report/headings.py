"""Second-level headings: which lines of a unit's text are ones, and how ours are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINE = 28
"""The number of characters in a line of an official document; a heading takes at most one line."""
_NUMBER = r"[（(][一二三四五六七八九十]{1,3}[）)]"
_NUMBERED = re.compile(_NUMBER)
_HEADING = re.compile(rf"{_NUMBER}[^。！？；]{{1,{_LINE - 3}}}")
_LEAD = re.compile(rf"{_NUMBER}[^。！？；：]{{1,{_LINE - 3}}}[。：](?=\S)")
_DIGITS = "一二三四五六七八九十"


def numbered(text: str) -> bool:
    """Tell whether a paragraph begins with a second-level number."""
    return bool(_NUMBERED.match(text))


def heading_like(text: str) -> bool:
    """Tell whether a paragraph is a second-level heading: numbered, on one line, and not a sentence."""
    return bool(_HEADING.fullmatch(text))


def lead_of(text: str) -> str:
    """Return the numbered heading at the start of a paragraph, with its punctuation mark; empty if there is none."""
    found = _LEAD.match(text)
    return found.group() if found else ""


class Numbering:
    """The numbers of the second-level headings of one section."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, heading: str) -> str:
        """Return a heading with the next number."""
        self._last += 1
        return f"（{_numeral(self._last)}）{heading}"

    def skip(self, paragraphs: Iterable[str]) -> None:
        """Skip the numbers that these paragraphs already have."""
        self._last += sum(map(numbered, paragraphs))


def _numeral(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones - 1] if ones else "")
