"""Expand a pattern such as ``已?办[结毕]`` into the list of words that it stands for.

Only ``(?:a|b)``, ``[ab]`` and ``?`` are allowed, so that every pattern stands for a finite list. Looking up a word in a
set is many times faster than trying a hundred patterns at every position of a text.
"""

from __future__ import annotations

import re
from functools import cache

from gouji.runtime.errors import EditionError

_GROUP = "(?:"
_NOT_FINITE = "()*+{}\\^$."
_PLAIN = re.compile(r"[^|?\[()*+{}\\^$.]+(?!\?)")
"""Characters that stand for themselves, without one that may be missing."""


@cache
def words_of(pattern: str) -> frozenset[str]:
    """Return the words that a pattern stands for.

    Raises EditionError if the pattern does not stand for a finite list of words.
    """
    words, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise EditionError(f"a word list: `{pattern}`: no finite list of words from character {end + 1} on")
    return frozenset(words)


def _alternatives(pattern: str, start: int) -> tuple[set[str], int]:
    """Return the words of alternatives separated by ``|``, and where they end."""
    words: set[str] = set()
    sequence, position = {""}, start
    while position < len(pattern) and pattern[position] != ")":
        if pattern[position] == "|":
            words |= sequence
            sequence, position = {""}, position + 1
            continue
        if plain := _PLAIN.match(pattern, position):
            sequence, position = {before + plain[0] for before in sequence}, plain.end()
            continue
        piece, position = _piece(pattern, position)
        if pattern[position : position + 1] == "?":
            piece, position = piece | {""}, position + 1
        sequence = {before + after for before in sequence for after in piece}
    return words | sequence, position


def _piece(pattern: str, start: int) -> tuple[set[str], int]:
    """Return the words of one group, character class or character, and where it ends."""
    if pattern.startswith(_GROUP, start):
        words, end = _alternatives(pattern, start + len(_GROUP))
        return words, end + 1
    if pattern[start] == "[":
        end = pattern.index("]", start)
        return set(pattern[start + 1 : end]), end + 1
    if pattern[start] in _NOT_FINITE:
        raise EditionError(f"a word list: `{pattern}`: `{pattern[start]}` makes no finite list of words")
    return {pattern[start]}, start + 1
