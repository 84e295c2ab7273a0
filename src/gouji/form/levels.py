"""The levels of administrative bodies: whatever differs between them, as one record a level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level, and what units of it may do and say; a government's own office has its government's level."""

    key: str
    words: tuple[str, ...] = ()
    """What the units are called; each of the words may stand in a roster."""
    government: bool = False
    """Governments and their offices; all others are departments, whose own area only their names can tell."""
    governs_area: bool = False
    """May call itself by its area (我县), and has an office (我办) that writes its report."""
    of_a_county: bool = False
    """A county or a part of one: there is a most that it can charge."""
    known_by_place: bool = False
    """Its neighbours are called by their places alone: 清溪镇 in a text is a unit."""
    summed_as: str = ""
    """The level of the government whose report is the sum of units of this level and of those below it."""
    foreign_areas: tuple[str, ...] = ()
    """The areas above and below it, by which no unit of it calls itself."""
    surely: str = ""
    """A pattern; a unit with such a name is certainly of this level."""
    due: tuple[int, int] = (1, 31)
    """Month and day by which the law wants its report, in the year after (《条例》第四十九条、格式的报送要求)."""

    @property
    def name(self) -> str:
        """What the level is called."""
        return "、".join(self.words)


_LEVELS = (
    Level(
        key="township",
        words=("乡镇", "街道"),
        government=True,
        of_a_county=True,
        known_by_place=True,
        summed_as="county",
        foreign_areas=("县", "区", "市", "旗", "州", "盟", "省"),
        surely=r"(?:[乡镇]人民政府|街道办事处)$",
    ),
    Level(
        key="county_department",
        words=("县级部门",),
        of_a_county=True,
        summed_as="county",
        foreign_areas=("县", "区", "旗"),
    ),
    Level(
        key="county",
        words=("县级政府",),
        government=True,
        governs_area=True,
        of_a_county=True,
        summed_as="county",
        foreign_areas=("市", "州", "盟", "省", "区", "县"),
        surely=r"[县旗]人民政府(?:办公室)?$",
        due=(2, 20),
    ),
    Level(
        key="city_department",
        words=("市级部门",),
        summed_as="city",
        foreign_areas=("县", "旗"),
    ),
    Level(
        key="city",
        words=("市级政府",),
        government=True,
        governs_area=True,
        summed_as="city",
        foreign_areas=("省", "县"),
        due=(3, 10),
    ),
    Level(
        key="province_department",
        words=("省级部门",),
        summed_as="province",
    ),
    Level(
        key="province",
        words=("省级政府",),
        government=True,
        governs_area=True,
        summed_as="province",
        surely=r"省人民政府(?:办公厅)?$",
        due=(3, 31),
    ),
    Level(
        key="ministry",
        words=("国务院部门",),
        summed_as="ministry",
    ),
)
"""Every level, from below upwards."""

LEVELS: dict[str, Level] = {level.key: level for level in _LEVELS}
"""Every level by its key, from below upwards."""

_UNKNOWN = Level(key="")


def level_of(key: str) -> Level:
    """Return a level; of a unit that does not say its level, one of which nothing is certain."""
    return LEVELS.get(key, _UNKNOWN)


def level_named(name: str) -> str:
    """Return the level that a unit's name alone makes certain, as that of a township's government; else nothing."""
    return next((level.key for level in _LEVELS if level.surely and re.search(level.surely, name)), "")


def highest(keys: Iterable[str]) -> Level:
    """Return the highest of some levels, given by their keys."""
    return LEVELS[max(keys, key=list(LEVELS).index)]


def first_due() -> tuple[int, int]:
    """Return month and day by which the first reports of a year are due: those of the units of a county."""
    return min(level.due for level in LEVELS.values())
