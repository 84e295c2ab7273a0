"""Lengths of texts as spreadsheets count them: in UTF-16 units, of which a rare character takes two."""

from __future__ import annotations


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """Return as much of the beginning of a text as these UTF-16 units hold."""
    while units(text) > most:
        text = text[: min(most, len(text) - 1)]
    return text
