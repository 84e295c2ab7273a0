"""The units that are asked for, by the names that lists give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gouji.checks.names import are_one_name, areas_of_name, names_of_name
from gouji.form.labels import bare
from gouji.formats.filling.list_words import list_words

_LONGEST_NAME = 40
_OWN_AREA = re.compile(r"([市州盟县区旗])(.{3,})")
"""A unit as it is called inside its area: 县财政局."""

AREA = ""
"""Stands for the area of all units, such as a county, which may itself be a row of a list of its superior."""


class UnitNames:
    """The units that are asked for, by all their names."""

    def __init__(self, units: Mapping[str, Sequence[str]], area: Sequence[str] = ()) -> None:
        self._of: dict[str, set[str]] = {}
        for full, short in units.items():
            for name in (full, *short):
                self._of.setdefault(bare(name), set()).add(full)
        given = set(self._of)
        for full in units:
            is_office = re.search(list_words().offices, full)
            for name in names_of_name(full):
                # The office of a county is not called like the county.
                if bare(name) not in given and not (is_office and not full.endswith(name)):
                    self._of.setdefault(bare(name), set()).add(full)
        for name in (shorter for full in area for shorter in names_of_name(full)):
            self._of.setdefault(bare(name), {AREA})
        self._of.pop("", None)

    def named(self, text: str) -> tuple[str, ...]:
        """Return the units that a text may name, or ``AREA``; usually one, or none."""
        if not text or len(text) > _LONGEST_NAME:
            return ()
        plain = bare(text)
        if plain in self._of:
            return tuple(sorted(self._of[plain]))
        seatless = re.sub(f"(?:{list_words().seats})$", "", plain)
        if seatless in self._of:
            return tuple(sorted(self._of[seatless]))
        if (inside := _OWN_AREA.fullmatch(plain)) and (units := self._inside(inside[1], inside[2])):
            return units
        longer = {unit for name in names_of_name(plain) for unit in self._of.get(name, ()) if are_one_name(plain, unit)}
        return tuple(sorted(longer))

    def _inside(self, kind: str, rest: str) -> tuple[str, ...]:
        """Return the units with a name whose area is of a kind: 县 and 财政局 may be 安澜县财政局, never 甲市财政局."""
        units = (unit for unit in self._of.get(rest, ()) if unit != AREA)
        return tuple(sorted(unit for unit in units if "".join(areas_of_name(unit)[0])[-1:] == kind))
