"""The header of a column as one text: the words above it from top to bottom, as a file of answers names it."""

from __future__ import annotations

from collections.abc import Iterable

from gouji.form.labels import bare

BETWEEN = " > "


def path_text(parts: Iterable[str]) -> str:
    """Return the words above a column as one text."""
    return BETWEEN.join(" ".join(part.split()) for part in parts)


def path_key(path: str) -> str:
    """Return a path without the differences that do not matter when a person writes it: spaces, signs, numbering."""
    return ">".join(bare(part) or part.strip() for part in path.replace("＞", ">").split(">"))
