"""Find words and characters typed twice, and leave reduplications and neighbouring words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gouji.checks.words import WORDS
from gouji.runtime.patterns import regex

_WORDS = WORDS.doubled
_WHOLE_WORDS = regex(_WORDS.whole, re.MULTILINE)
_TWICE = regex(r"([一-龥]{1,4}|[，、；：])\1")
"""Anything that stands twice, right or wrong: most texts have nothing of it, or little."""
_CHARACTER = regex(r"([一-龥])\1")
_PAIRS = regex(r"([一-龥])\1([一-龥])\2")
_FREQUENT = frozenset(_WORDS.words)
_SMALL, _BEFORE, _REDUPLICATED = frozenset(_WORDS.small), frozenset(_WORDS.before), frozenset(_WORDS.reduplicated)


def doubled(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the position of what stands twice, both of it, and what was meant."""
    if not _TWICE.search(text):
        return
    for match in _WHOLE_WORDS.finditer(text):
        yield match.start(), match[0], next(group for group in match.groups() if group)
    for match in _CHARACTER.finditer(text):
        start = match.start()
        if match[1] in _REDUPLICATED or _PAIRS.match(text, max(0, start - 2)) or _PAIRS.match(text, start):
            continue  # 方方面面
        if word := _of_a_word(text, start):
            yield start, match[0], word


def _of_a_word(text: str, start: int) -> str:
    """Return the character of which one is too many at this place; "" where both may be meant.

    One is too many if a frequent word ends with the first and the second begins none (公开开，), or the other way
    round (的热热点), or if a word ends with the first and another follows the second (政府府网站).
    """
    character = text[start]
    ending = text[max(0, start - 1) : start + 1] in _FREQUENT
    beginning = text[start + 1 : start + 3] in _FREQUENT
    after, before = text[start + 2 : start + 3], text[max(0, start - 1) : start]
    word_after = text[start + 2 : start + 4] in _FREQUENT
    word_before = text[max(0, start - 2) : start] in _FREQUENT
    if ending and not beginning and (not after or after in _SMALL or after.isdigit() or word_after):
        return character
    if beginning and not ending and (not before or before in _BEFORE or word_before):
        return character
    return ""
