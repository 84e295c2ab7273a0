"""Names in texts: the parts that may be one, and the name that was probably meant by a misspelt one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

_OF_A_CODE = re.compile("[0-9A-Za-z]")
_LEAST_SIMILAR = 0.6
"""The least similarity, from 0 to 1, of a misspelt word and the word that was meant."""


def closest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is closest to a misspelt one, or an empty text."""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=_LEAST_SIMILAR)), "")


def meant(near: str) -> str:
    """Return the end of a sentence about an unknown name, with the closest known name if there is one."""
    return f"，是不是“{near}”？" if near else "。"


def pieces_of(text: str, lengths: Iterable[int]) -> Iterator[str]:
    """Yield the parts of a text that may be names: looking them up costs the same in a roster of any size."""
    for length in lengths:
        yield from (text[start : start + length] for start in range(len(text) - length + 1))


def stands_alone(text: str, code: str) -> bool:
    """Tell whether a text contains a code on its own, and not inside a longer number or word."""
    first = text.find(code)
    while first >= 0:
        around = text[max(first - 1, 0) : first] + text[first + len(code) : first + len(code) + 1]
        if not _OF_A_CODE.search(around):
            return True
        first = text.find(code, first + 1)
    return False
