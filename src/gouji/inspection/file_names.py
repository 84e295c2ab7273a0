"""What the names of a file and of its folders say: whose report it is, and on which year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gouji.checks.lexicon import words_of
from gouji.checks.vocabulary import vocabulary
from gouji.checks.words import WORDS
from gouji.form.levels import level_named
from gouji.formats.published.sections import title_of

_NAMED_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年(?!\s*\d{1,2}\s*月)")
_YEAR_ALONE = re.compile(r"(20\d{2})(?:年度?)?")
_NO_NAME = re.compile(r"(?:政府)?信息公开|政务公开|工作|年度|报告|年报|20\d{2}年?|[^一-鿿]+")
"""What stands beside the name of a unit in the name of a file."""
_ENDS = re.compile(f"(?:{'|'.join(WORDS.self_reference.seats)})$")
_OF_MANY = re.compile(WORDS.authors.generic)
_SHORTEST = 3
_INNERMOST = 2
"""The file and its folder: a folder further out is named after the area or the year."""


def names_of(path: Path, folder: Path) -> tuple[str, ...]:
    """Return the name of a file and those of its folders inside ``folder``, innermost first."""
    inside = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
    return (inside.stem, *(parent.name for parent in inside.parents if parent.name))


def year_in(names: Sequence[str]) -> int | None:
    """Return the year that the name of a file, or else of one of its folders, tells."""
    for text in names:
        year = _YEAR_ALONE.fullmatch(text.strip())
        named = {year[1]} if year else {*_NAMED_YEAR.findall(text)}
        if len(named) == 1:
            return int(named.pop())
    return None


def unit_in(names: Sequence[str]) -> str:
    """Return the name of a unit that the name of a file, or else of its folder, consists of; empty if there is none."""
    return next(filter(None, map(_unit_in, names[:_INNERMOST])), "")


def _unit_in(name: str) -> str:
    title = title_of(name)
    left = title.unit if title else _NO_NAME.sub("", name)
    is_unit = len(left) >= _SHORTEST and not _OF_MANY.match(left)
    return left if is_unit and (level_named(left) or _ENDS.search(left) or left.endswith(_bodies())) else ""


@cache
def _bodies() -> tuple[str, ...]:
    return tuple(words_of(vocabulary().bodies))
