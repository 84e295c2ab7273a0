"""The names of a unit: its full name, and the shorter names that texts use for it."""

from __future__ import annotations

import re
from functools import lru_cache

from gouji.checks.words import WORDS
from gouji.report.model import Unit

_SEATS = re.compile(f"(?:{'|'.join(WORDS.self_reference.seats)})$")
_ABOVE = re.compile(r"^.{2,}?(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?=.{3,})(?!人民|政府办|管理|管委|办公|党政)")
_OFFICE = re.compile(f"{WORDS.self_reference.offices}$")
_SHORT_OFFICE = "政府办"
_SHORTEST = 3
"""Characters: a shorter name, such as 镇 or 某局, could be anybody's."""


@lru_cache(maxsize=8192)
def names_of_name(name: str) -> tuple[str, ...]:
    """Return a full name and the shorter names derived from it, the longest first."""
    names, rest = [name], name
    while area_above := _ABOVE.match(rest):
        rest = rest[area_above.end() :]
        names.append(rest)
    names += [_SEATS.sub("", long_name) for long_name in list(names)]
    return tuple(sorted({name for name in names if len(name) >= _SHORTEST}, key=len, reverse=True))


def names_of(unit: Unit) -> tuple[str, ...]:
    """Return the names of a unit, the longest first: 安澜县清溪镇人民政府, 清溪镇人民政府, 安澜县清溪镇, 清溪镇."""
    return names_of_name(unit.name)


def short_name(name: str) -> str:
    """Return what a unit is called among its neighbours: 清溪镇 for 安澜县清溪镇人民政府, 东关街道 for 东关街道办事处.

    A government's office is not called like the area: 临江县人民政府办公室 is 临江县政府办.
    """
    names = names_of_name(_OFFICE.sub(_SHORT_OFFICE, name)) or (name,)
    return names[-1]
