"""The names of a unit: its full name, and the shorter names that texts use for it."""

from __future__ import annotations

from functools import lru_cache

from gouji.checks.words import WORDS
from gouji.report.model import Unit
from gouji.runtime.patterns import regex

_SEATS = regex(f"(?:{'|'.join(WORDS.self_reference.seats)})$")
_ABOVE = regex(
    r"^(?![市县区旗]城市).{2,}?(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?=.{3,})(?!人民|政府办|管理|管委|办公|党政)"
)
_OFFICE = regex(f"{WORDS.self_reference.offices}$")
_SHORT_OFFICE = "政府办"
_BEGINS_WITH_A_PLACE = regex(r".{2,}?(?:省|市|州|盟|县|区|旗|镇|乡|街道)")
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


@lru_cache(maxsize=8192)
def areas_of_name(name: str) -> tuple[tuple[str, ...], str]:
    """Return the areas at the start of a name, the highest first, and the rest."""
    areas, rest = [], name
    while area := _ABOVE.match(rest):
        areas.append(area[0])
        rest = rest[area.end() :]
    return tuple(areas), rest


def are_one_name(one: str, other: str) -> bool:
    """Tell whether two names differ only in the areas before them: 洪泽区人民政府 and 淮安市洪泽区人民政府.

    A name that begins with no place, such as 水利局, could be anybody's.
    """
    (areas, rest), (other_areas, other_rest) = areas_of_name(one), areas_of_name(other)
    if rest != other_rest:
        return False
    kinds, other_kinds = ({area[-1]: area for area in several} for several in (areas, other_areas))
    shared = kinds.keys() & other_kinds.keys()
    same_areas = all(kinds[kind] == other_kinds[kind] for kind in shared)
    return same_areas and (bool(shared) or _BEGINS_WITH_A_PLACE.match(rest) is not None)


def names_of(unit: Unit) -> tuple[str, ...]:
    """Return the names of a unit, the longest first: 安澜县清溪镇人民政府, 清溪镇人民政府, 安澜县清溪镇, 清溪镇."""
    return names_of_name(unit.name)


def short_name(name: str) -> str:
    """Return what a unit is called among its neighbours: 清溪镇 for 安澜县清溪镇人民政府, 东关街道 for 东关街道办事处.

    A government's office is not called like the area: 临江县人民政府办公室 is 临江县政府办.
    """
    names = names_of_name(_OFFICE.sub(_SHORT_OFFICE, name)) or (name,)
    return names[-1]
