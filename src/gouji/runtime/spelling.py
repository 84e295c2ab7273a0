"""What somebody probably meant who misspelt a name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def closest(word: str, known: Sequence[str]) -> str:
    """Return the known word nearest to a misspelt one, or an empty text."""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), "")


def meant(near: str) -> str:
    """Return the end of a sentence on a name that is not known: with the nearest one, if there is any."""
    return f"，是不是“{near}”？" if near else "。"
