"""The list of units that should have published, and which of them a report or a file name means."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from gouji.checks.names import are_one_name, names_of_name
from gouji.checks.words import WORDS
from gouji.form.labels import normalised
from gouji.form.levels import LEVELS, level_named, level_named_by
from gouji.formats.tables.listing import Entry, NoHeadError, read_listing
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.spelling import closest

NAMES = ("单位全称", "单位名称", "单位", "名称")
"""The heads under which a list may have its names; the first is that of the roster."""
CODE, SHORT, LEVEL = "单位代码", "简称", "级别"

_SEPARATORS = re.compile(r"[、，,；;\s]+")
_SEAT = re.compile(f"(?:{WORDS.self_reference.offices}|{'|'.join(WORDS.self_reference.seats)})$")
_OFFICE = re.compile(f"{WORDS.self_reference.offices}$")
_AREA = re.compile(r"^.{1,}?(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗)")
_SHORTEST = 2
_LONGEST_NAME = 120


class ListedUnit(msgspec.Struct, frozen=True):
    """A unit that should have published a report."""

    name: str
    code: str = ""
    short: tuple[str, ...] = ()
    level: str = ""


class UnitList(msgspec.Struct, frozen=True):
    """The units of a list, and a sentence about each row that could not be taken."""

    units: tuple[ListedUnit, ...]
    problems: tuple[str, ...] = ()


def read_units(path: Path) -> UnitList:
    """Read a list of units from a workbook: a column of names is enough, a roster will do.

    Raises GoujiError for what is no workbook, has no column of names, or names nobody.
    """
    about = f"单位名单“{path.name}”"
    data = open_file(path).data
    try:
        entries, title = _entries(data)
    except NoHeadError:
        several = "、".join(f"“{name}”" for name in NAMES)
        raise GoujiError(
            f"{about}里找不到写单位的那一列。请把这一列的表头写成 {several} 中的一个，下面一行写一个单位。"
        ) from None
    except GoujiError as error:
        raise GoujiError(f"{about}{error}") from None
    units: list[ListedUnit] = []
    rows: list[int] = []
    problems = []
    for entry in entries:
        unit = _unit(entry, title)
        where = f"{about}第 {entry.row} 行"
        same = next((number for number, other in enumerate(units) if _is_one_unit(unit, other)), None)
        if not unit.name:
            problems.append(f"{where}没有写单位名称，没有采用。请补上，或者删去这一行。")
        elif len(unit.name) > _LONGEST_NAME:
            problems.append(f"{where}太长，不像单位名称，没有采用。请一行只写一个单位。")
        elif same is not None:
            first = units[same]
            problems.append(
                f"{where}的“{unit.name}”与第 {rows[same]} 行的“{first.name}”是一个单位，只算一个。请删去一行。"
            )
            short = dict.fromkeys((*first.short, *unit.short, *[unit.name] * (unit.name != first.name)))
            units[same] = ListedUnit(first.name, first.code or unit.code, tuple(short), first.level or unit.level)
        else:
            units.append(unit)
            rows.append(entry.row)
        if unit.name and entry[LEVEL] and not level_named_by(entry[LEVEL]):
            words = "、".join(level.words[0] for level in LEVELS.values())
            problems.append(f"{where}的级别“{entry[LEVEL]}”不认识，级别按单位的名称判断。请写 {words} 中的一个。")
    if not units:
        raise GoujiError(f"{about}里没有单位。请在“{title}”这一列的表头下面，一行写一个单位。")
    return UnitList(tuple(units), tuple(problems))


def _unit(entry: Entry, title: str) -> ListedUnit:
    name = "".join(entry[title].split())
    short = tuple(filter(None, _SEPARATORS.split(entry[SHORT])))
    return ListedUnit(name, entry[CODE], short, level_named_by(entry[LEVEL]) or level_named(name))


def _is_one_unit(one: ListedUnit, other: ListedUnit) -> bool:
    """Tell whether two rows of a list name one unit: their names differ at most in areas above it, or in 人民政府."""
    names = [normalised(unit.name) for unit in (one, other)]
    if names[0] == names[1]:
        return True
    if one.code and other.code and one.code != other.code:
        return False
    # A government and its office are two units, and each may be on the list.
    bare = [name if _OFFICE.search(name) else _SEAT.sub("", name) or name for name in names]
    return are_one_name(*bare)


def _entries(data: bytes) -> tuple[list[Entry], str]:
    for title in NAMES:
        with contextlib.suppress(NoHeadError):
            return read_listing(data, "", (title, CODE, SHORT, LEVEL), (title,)), title
    raise NoHeadError


class Units:
    """Units, by the names that their reports and files give them."""

    def __init__(self, units: Iterable[ListedUnit]) -> None:
        self._named: dict[str, list[ListedUnit]] = {}
        self._by_core: dict[str, list[ListedUnit]] = {}
        self._mentions: dict[str, list[ListedUnit]] = {}
        for unit in units:
            self.add(unit)

    def add(self, unit: ListedUnit) -> None:
        """Know a unit by its name, its other names and its code."""
        for name in {normalised(name) for name in (unit.name, *unit.short, unit.code) if name}:
            self._named.setdefault(name, []).append(unit)
        for core in _cores(unit.name):
            self._by_core.setdefault(core, []).append(unit)
        for name in {*map(normalised, (unit.code, *unit.short, *names_of_name(unit.name)))}:
            if len(name) >= _SHORTEST:
                self._mentions.setdefault(name, []).append(unit)

    def named(self, name: str) -> tuple[ListedUnit, ...]:
        """Return the units that a title may mean: one with this very name, else those whose names agree with it.

        Two names agree where they are one without seat (人民政府, 办公室) and one has no area that the other has not.
        """
        if exact := self._named.get(normalised(name)):
            return tuple(exact)
        mine = _cores(name)
        near = {id(unit): unit for core in mine for unit in self._by_core.get(core, ())}
        return tuple(unit for unit in near.values() if _agree(mine, _cores(unit.name)))

    def mentioned_in(self, texts: Sequence[str]) -> tuple[ListedUnit, ...]:
        """Return the units that the name of a file or else of one of its folders mentions, innermost first.

        A name inside another mentioned name does not count. A folder decides between units of one name.
        """
        several: tuple[ListedUnit, ...] = ()
        for text in map(normalised, texts):
            names = {name for name in self._mentions if name in text}
            names = {name for name in names if not any(name != other and name in other for other in names)}
            meant = {unit.name: unit for name in names for unit in self._mentions[name]}
            if several:  # a folder of their county's name, or of one of them
                within = len(text) >= _SHORTEST
                meant = {
                    unit.name: unit
                    for unit in several
                    if unit.name in meant or (within and text in normalised(unit.name))
                }
            if len(meant) == 1:
                return tuple(meant.values())
            several = several or tuple(meant.values())
        return several


def _cores(name: str) -> tuple[str, ...]:
    """Return the name of a unit without its seat, the longest first: with all areas above it, and with fewer."""
    rest = _SEAT.sub("", normalised(name)) or normalised(name)
    cores = [rest]
    while (area := _AREA.match(rest)) and len(rest) - area.end() >= _SHORTEST:
        rest = rest[area.end() :]
        cores.append(rest)
    return tuple(cores)


def closest_of(name: str, units: Iterable[ListedUnit]) -> str:
    """Return the unit whose own name, without its areas and its seat, is close to that of a unit; empty if none is."""
    named = {_cores(unit.name)[-1]: unit.name for unit in units}
    return named.get(closest(_cores(name)[-1], list(named)), "")


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two names, as their cores, differ only in areas that one of them leaves out."""
    if one[-1] != other[-1]:
        return one[0] in other or other[0] in one
    mine, theirs = _areas(one), _areas(other)
    return _is_within(mine, theirs) or _is_within(theirs, mine)


def _areas(cores: Sequence[str]) -> list[str]:
    return [longer.removesuffix(shorter) for longer, shorter in pairwise(cores)]


def _is_within(few: Sequence[str], many: Sequence[str]) -> bool:
    rest: Iterator[str] = iter(many)
    return all(area in rest for area in few)


def units_of_titles(names: Iterable[str]) -> tuple[ListedUnit, ...]:
    """Return the units of an inspection without a list, from the titles: two names that agree are one unit."""
    found: dict[str, ListedUnit] = {}
    known = Units(())
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        if len(known.named(name)) != 1:
            found[name] = ListedUnit(name, level=level_named(name))
            known.add(found[name])
    return tuple(found[name] for name in sorted(found))
