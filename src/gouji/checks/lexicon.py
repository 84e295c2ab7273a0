"""Words written in short: a pattern of a finite number of words, and the words themselves.

Of regular expressions only ``(?:a|b)``, ``[ab]`` and ``?`` are known, so that every pattern is a finite list. Looking a
word up in a set is many times faster than trying a hundred patterns at every place of a text.
"""

from __future__ import annotations

from functools import cache

from gouji.runtime.errors import EditionError


@cache
def words_of(pattern: str) -> frozenset[str]:
    """Return the words that a pattern stands for.

    Raises EditionError where it is none of a finite number of words.
    """
    words, at = _alternatives(pattern, 0)
    if at != len(pattern):
        raise EditionError(f"words.toml: `{pattern}`: no finite list of words from character {at + 1} on")
    return frozenset(words)


def _alternatives(pattern: str, at: int) -> tuple[set[str], int]:
    words: set[str] = set()
    sequence = {""}
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            words |= sequence
            sequence, at = {""}, at + 1
            continue
        piece, at = _piece(pattern, at)
        if pattern[at : at + 1] == "?":
            piece, at = piece | {""}, at + 1
        sequence = {before + after for before in sequence for after in piece}
    return words | sequence, at


def _piece(pattern: str, at: int) -> tuple[set[str], int]:
    if pattern.startswith("(?:", at):
        words, end = _alternatives(pattern, at + 3)
        return words, end + 1
    if pattern[at] == "[":
        end = pattern.index("]", at)
        return set(pattern[at + 1 : end]), end + 1
    if pattern[at] in "()*+{}\\^$.":
        raise EditionError(f"words.toml: `{pattern}`: `{pattern[at]}` makes no finite list of words")
    return {pattern[at]}, at + 1
