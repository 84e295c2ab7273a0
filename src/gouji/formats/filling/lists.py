"""Lists of a superior, one row or one column a unit: which cell asks for which figure of which unit.

Nothing is guessed. A column is filled where its words ask for one figure of the form only, and a row where it names one
unit of ours that no other row names. Everything else is named, and the officer answers for a column with a file.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gouji.form.model import Form
from gouji.formats.filling.list_headers import AND, NOT_FILLED, Column, Headers, Why
from gouji.formats.filling.places import Place
from gouji.formats.filling.turned_view import View
from gouji.formats.filling.unit_lists import Line, UnitList, What, doubled, lists_on
from gouji.formats.filling.unit_names import AREA, UnitNames
from gouji.formats.foreign.shown_sheet import ShownSheet

_CANDIDATES_NAMED = 4
_ASKING = (Why.SEVERAL, Why.TWICE, Why.YEAR, Why.TITLE, Why.UNIT)
"""A column for which nobody knows why it is not filled asks for something else, as those of a list of addresses do."""


@dataclass(frozen=True)
class MatchedColumn:
    """A column of a list that asks for one figure."""

    sheet: str
    cell: str
    """The lowest cell of its header."""
    path: str
    """Its header from top to bottom."""
    ref: str
    """The figure; those of a sum with + between them; empty where the officer said that nothing is to be filled."""
    factor: int = 1


@dataclass(frozen=True)
class Unplaced:
    """A column or a row of a list that is not filled, or a unit without a row."""

    sheet: str
    cell: str
    what: str
    """The header, or the name."""
    why: str
    refs: tuple[str, ...] = ()
    """The figures of which the officer may choose one."""
    is_column: bool = False
    """Whether an answer to its header would settle it."""

    @property
    def message(self) -> str:
        """Where, what and why, for the officer."""
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        what = f"“{self.what}”" if self.what else ""
        return f"{where}{what}：{self.why}"


@dataclass(frozen=True)
class ListPlaces:
    """What was found in the lists of a workbook."""

    places: tuple[Place, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    matched: tuple[MatchedColumn, ...] = ()


def places_in_lists(
    sheets: Iterable[ShownSheet],
    form: Form,
    units: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str] | None = None,
    *,
    area: Sequence[str] = (),
    year: int | None = None,
) -> ListPlaces:
    """Return the cells of lists that ask for a figure of a unit.

    ``units`` are the full names with the short ones of each; the full name is the ``unit`` of a place, and the row of
    the totals of all units has none. Nor has the row of their ``area`` in a list of such areas. ``mapping`` has the
    officer's answers, header → Ref or ``NOT_FILLED``. With ``year``, columns and lists that name other years only are
    not filled.
    """
    names, headers, answers = UnitNames(units, area), Headers(form, mapping or {}, year), dict(mapping or {})
    found: list[tuple[UnitList, list[Column]]] = []
    for sheet in sheets:
        found += _best(sheet, names, headers)
    places: list[Place] = []
    unplaced: list[Unplaced] = []
    matched: list[MatchedColumn] = []
    for one, columns in found:
        rows, odd = _rows(one, len(units))
        unplaced += odd
        for column in columns:
            answers.pop(column.answered, None)
            if column.ref is None:
                unplaced.append(_of_column(one, column, form))
                continue
            matched.append(MatchedColumn(one.sheet, column.heading.address, column.path, column.ref, column.factor))
            if column.ref != NOT_FILLED:
                found_here = list(_places(one, rows, column))
                places += [each for each in found_here if isinstance(each, Place)]
                unplaced += [each for each in found_here if isinstance(each, Unplaced)]
    counts = Counter((place.sheet, place.cell) for place in places)
    unplaced += [
        Unplaced(sheet, cell, "", "两个名单都要填这一格，分不清填哪个，没有填。")
        for (sheet, cell), count in counts.items()
        if count > 1
    ]
    once = tuple(place for place in places if counts[place.sheet, place.cell] == 1)
    if found:
        there = {unit for one, _ in found for line in one.lines for unit in line.units}
        if there != {AREA}:
            why = "对方的表里没有看到这个单位的行。"
            unplaced += [Unplaced("", "", unit, why) for unit in units if unit not in there]
        unplaced += [Unplaced("", "", path, "列的对照里写了这一列，对方的表里没有。") for path in answers]
    return ListPlaces(once, tuple(unplaced), tuple(matched))


def _best(sheet: ShownSheet, names: UnitNames, headers: Headers) -> list[tuple[UnitList, list[Column]]]:
    """Return the lists of a sheet and their columns, read in the direction in which more of it is known."""
    ways = []
    for turned in (False, True):
        every = ((one, headers.columns(one)) for one in lists_on(View(sheet, turned), names, headers.is_known))
        lists = [(one, columns) for one, columns in every if _asking(one, columns, headers)]
        units = [sum(line.what is What.UNIT for line in one.lines) for one, _ in lists]
        known = [_asking(one, columns, headers) for one, columns in lists]
        # One unit and one column are too little to be sure of.
        worth = sum(map(operator.mul, units, known))
        ways.append((worth, lists if worth > 1 else []))
    return max(ways, key=lambda way: way[0])[1]


def _asking(one: UnitList, columns: Sequence[Column], headers: Headers) -> int:
    """Return how many columns ask for figures; none where a row of the list holds labels of figures.

    青石镇 behind 填报单位 above a table is no list of one unit.
    """
    texts = (one.view.text(line.number, column) for line in one.lines for column in one.columns)
    if any(map(headers.is_known, texts)):
        return 0
    return sum(bool(column.ref) or column.why in _ASKING for column in columns)


def _rows(one: UnitList, count: int) -> tuple[list[tuple[Line, str]], list[Unplaced]]:
    """Return the rows that are filled with their units, and those that are not."""
    twice = doubled(one.lines)
    of_units = any(line.units and AREA not in line.units for line in one.lines)
    rows: list[tuple[Line, str]] = []
    odd: list[Unplaced] = []
    totals: list[Line] = []
    for line in one.lines:
        why = ""
        if len(line.units) > 1:
            why = f"可以是{'、'.join(filter(None, line.units))}，分不清是哪个，没有填。"
        elif line.height > 1:
            why = "占了几行，分不清填哪一行，没有填。"
        elif line.what is What.TOTAL or (of_units and AREA in line.units):
            totals.append(line)
            continue
        elif line.units and line.units[0] in twice:
            why = f"{line.units[0] or line.name}在这份表里不止一行，没有填。"
        elif line.what is What.STRANGER:
            why = "不是要填的单位，或者认不出是哪个，这一行没有动。"
        elif line.what is What.SUBTOTAL:
            why = "是一部分单位的小计，没有填；有公式的，照公式算。"
        if why:
            odd.append(Unplaced(one.sheet, line.address, line.name, why))
        else:
            rows.append((line, line.units[0]))
    whole = of_units and len(rows) == count and not any(line.what is What.STRANGER for line in one.lines)
    if len(totals) == 1 and whole:
        rows.append((totals[0], ""))
    else:
        why = "这份表里的行不正好是要填的全部单位，合计没有填；有公式的，照公式算。"
        why = why if len(totals) == 1 else "合计不止一行，没有填。"
        odd += [Unplaced(one.sheet, line.address, line.name, why) for line in totals]
    return rows, odd


def _places(one: UnitList, rows: Sequence[tuple[Line, str]], column: Column) -> Iterator[Place | Unplaced]:
    for line, unit in rows:
        spot = (line.number, column.heading.number)
        address = one.view.address(*spot)
        if one.view.first(*spot) == spot and one.view.span(*spot)[0] == 1:
            ref, *plus = (column.ref or "").split(AND)
            yield Place(one.sheet, address, ref, unit, column.factor, tuple(plus))
        else:
            yield Unplaced(one.sheet, address, line.name, f"“{column.path}”这一格与别的行合并了，没有填。")


def _of_column(one: UnitList, column: Column, form: Form) -> Unplaced:
    why = column.why.value if column.why else ""
    if column.refs and column.why in (Why.SEVERAL, Why.UNKNOWN, Why.TWICE):
        named = "、".join(form.cells[ref].printed for ref in column.refs[:_CANDIDATES_NAMED])
        more = f"等 {len(column.refs)} 格" if len(column.refs) > _CANDIDATES_NAMED else ""
        why += f"（{named}{more}）"
    return Unplaced(one.sheet, column.heading.address, column.path, f"{why}，没有填。", column.refs, is_column=True)
