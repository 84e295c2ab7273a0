"""The lists on a sheet: which rows are about which unit, which columns there are, and what stands above them.

A sheet may also be drawn the other way round, one column a unit; it is then looked at with rows and columns exchanged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from gouji.form.labels import bare, money_units
from gouji.formats.filling.list_words import is_measure, list_words
from gouji.formats.filling.turned_view import View
from gouji.formats.filling.unit_names import UnitNames

_MOST_HEADERS = 8
_LONGEST_NAME = 40
_NUMERIC = re.compile(r"[\d.,，%％\-—–－/]*")


class What(Enum):
    """What a row of a list is about."""

    UNIT = 1
    TOTAL = 2
    """All units."""
    SUBTOTAL = 3
    STRANGER = 4
    """A name that is none of the units."""


@dataclass(frozen=True)
class Line:
    """A row of a list."""

    number: int
    what: What
    name: str
    """As the list writes it."""
    address: str
    units: tuple[str, ...] = ()
    """The units that it may be about."""
    height: int = 1


@dataclass(frozen=True)
class Heading:
    """A column of a list, with what stands above it."""

    number: int
    parts: tuple[str, ...]
    address: str
    """The lowest cell above it that holds words."""
    inherited: tuple[str, ...] | None = None
    """The same, where blank cells above are taken as part of the cell on their left, as they are in a table without
    merged cells; None where nothing is blank."""


@dataclass(frozen=True)
class UnitList:
    """A list on a sheet."""

    view: View
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]
    columns: range
    """All that may belong to it, with a heading or without."""
    around: tuple[str, ...]
    """What stands above all columns, and the name of the sheet."""
    noted: frozenset[str] = frozenset()
    """The units of money that notes above all columns give to the numbers, such as 单位：件、元."""
    mentioned: frozenset[str] = frozenset()
    """The units of money anywhere on the sheet but in the header."""

    @property
    def sheet(self) -> str:
        """The name of the sheet."""
        return self.view.sheet.name


def lists_on(view: View, names: UnitNames, is_known: Callable[[str], bool]) -> Iterator[UnitList]:
    """Yield the lists on a sheet; ``is_known`` tells whether a text is a header that asks for a figure."""
    hits: dict[int, list[int]] = {}
    across: Counter[int] = Counter()
    for row, column in sorted(view.filled()):
        if names.named(view.text(row, column)):
            hits.setdefault(column, []).append(row)
            across[row] += 1
    if not hits or max(across.values()) > max(map(len, hits.values())):
        return  # the units stand side by side
    columns = sorted(hits)
    for index, column in enumerate(columns):
        others = (
            each for each in columns[index + 1 :] if len(hits[each]) > 1 or _is_of_units(view, hits[each][0], each)
        )
        end = next(others, view.width)
        above = 0
        for rows in _groups(view, hits[column], range(column + 1, end), is_known):
            made = _List(view, names, is_known, column, end).made(rows, above)
            if made.lines and made.headings:
                yield made
            above = max(rows[-1], *(line.number for line in made.lines)) + 1 if made.lines else rows[-1] + 1


def _is_of_units(view: View, row: int, column: int) -> bool:
    """Tell whether a word such as 单位 stands above a unit in its column."""
    return any(bare(view.text(above, column)) in _no_units() for above in range(max(0, row - _MOST_HEADERS), row))


def _is_header(view: View, row: int, columns: range, is_known: Callable[[str], bool]) -> bool:
    return any(is_known(view.text(row, column)) for column in columns)


def _groups(view: View, rows: Sequence[int], columns: range, is_known: Callable[[str], bool]) -> Iterator[list[int]]:
    """Yield the rows of each list below one another: a header stands between two of them."""
    group = [rows[0]]
    for before, row in pairwise(rows):
        if any(_is_header(view, between, columns, is_known) for between in range(before + 1, row)):
            yield group
            group = []
        group.append(row)
    yield group


class _List:
    def __init__(self, view: View, names: UnitNames, is_known: Callable[[str], bool], column: int, end: int) -> None:
        self._view, self._names, self._is_known = view, names, is_known
        self._column, self._columns = column, range(column + 1, end)

    def made(self, rows: Sequence[int], above: int) -> UnitList:
        """Return the list whose units are in some rows; nothing above ``above`` belongs to it."""
        first, last = rows[0], rows[-1]
        while first > above and self._is_line(first - 1):
            first -= 1
        while last + 1 < self._view.height and self._is_line(last + 1):
            last += 1
        top = self._top(first, above)
        lines = tuple(line for row in range(first, last + 1) if (line := self._line(row)))
        around = [self._view.sheet.name, *self._around(top, above)]
        headings, outside = tuple(self._headings(range(top, first))), self._outside(range(top, first))
        noted = money_units(text for text in around if "单位" in text)
        return UnitList(self._view, lines, headings, self._columns, tuple(around), noted, money_units(outside))

    def _is_line(self, row: int) -> bool:
        """Tell whether a row next to those of units is one more of the list."""
        name = self._view.text(row, self._column)
        wide = self._view.span(*self._view.first(row, self._column))[1] > len(self._columns)
        name = name or self._sum_left_of(row)
        if not name or wide or bare(name) in _no_units() or re.match(list_words().notes, name):
            return False
        own = [self._view.text(row, column) for column in self._columns]
        if any(own) and all(is_measure(text) for text in own if text):
            return False  # it says in which units the numbers below are
        return all(_NUMERIC.fullmatch(text) or not self._is_known(text) for text in own) and len(name) <= _LONGEST_NAME

    def _line(self, row: int) -> Line | None:
        spot = self._view.first(row, self._column)
        name, words = self._view.text(row, self._column) or self._sum_left_of(row), list_words()
        plain = bare(name)
        height, width = self._view.span(*spot)
        if spot[0] != row or not plain or plain in _no_units() or 2 * width > len(self._columns) > 1:
            return None
        address = self._view.address(row, self._column)
        height += self._rows_below(row + height - 1)
        if units := self._names.named(name):
            return Line(row, What.UNIT, name, address, units, height)
        if plain in words.totals:
            return Line(row, What.TOTAL, name, address, height=height)
        what = What.SUBTOTAL if re.search(words.subtotals, plain) else What.STRANGER
        return Line(row, what, name, address, height=height)

    def _sum_left_of(self, row: int) -> str:
        """Return 合计 or 小计 where it stands left of a blank name, in the column of groups of units."""
        texts = (self._view.text(row, column) for column in range(self._column))
        return next((text for text in texts if re.search(list_words().subtotals, bare(text))), "")

    def _rows_below(self, row: int) -> int:
        """Return how many rows below go on with a line: they have no name, and something that is no note."""
        count = 0
        for below in range(row + 1, self._view.height):
            if self._view.text(below, self._column) or self._sum_left_of(below):
                break
            texts = [text for column in self._columns if (text := self._view.text(below, column))]
            if not texts or any(mark in text for text in texts for mark in ":："):
                break
            count += 1
        return count

    def _top(self, first: int, above: int) -> int:
        """Return the first row of the header above the first line of a list, which begins at 单位 at the latest."""
        end = max(above, first - _MOST_HEADERS)
        named = next((row for row in range(first - 1, end - 1, -1) if self._view.text(row, self._column)), first)
        is_header = named < first and bare(self._view.text(named, self._column)) in _no_units()
        top = max(end, self._view.first(named, self._column)[0]) if is_header else first
        while top > end and self._is_of_header(top - 1):
            top -= 1
        return top

    def _is_of_header(self, row: int) -> bool:
        """Tell whether a row above a list is one of its header.

        Unknown words are, because they may make other numbers of the columns below; titles and notes are not.
        """
        cells = {self._view.first(row, column) for column in self._columns if self._view.text(row, column)}
        texts = [self._view.text(*cell) for cell in cells]
        own, words = self._view.first(row, self._column), list_words()
        if not cells or (len(cells) == 1 and own in cells):
            return False
        if any(map(self._is_known, texts)):
            return True
        if len(cells) > 1 or re.search("[:：]", self._view.text(*own)):
            return not all(re.search("[:：]", text) for text in texts)
        (cell,), (text,) = cells, texts
        is_beside_a_header = bool(self._view.text(*own))
        is_group = is_beside_a_header or 1 < self._view.span(*cell)[1] < len(self._columns)
        return is_group or not re.search(words.titles, text)

    def _around(self, top: int, above: int) -> Iterator[str]:
        for row in range(max(above, top - _MOST_HEADERS), top):
            for column in range(self._view.width):
                if (text := self._view.text(row, column)) and self._view.first(row, column) == (row, column):
                    yield text

    def _outside(self, header: range) -> Iterator[str]:
        """Yield what stands on the sheet outside the header."""
        for row, column in self._view.filled():
            if row not in header or column not in self._columns:
                yield self._view.text(row, column)

    def _headings(self, rows: range) -> Iterator[Heading]:
        groups: dict[int, str] = {}
        """Row → the group that may reach over the blank cells right of it."""
        for column in self._columns:
            if self._view.first(rows.stop, column)[1] < column:
                continue  # the cells below are merged with those on the left
            filled = [row for row in rows if self._view.text(row, column)]
            spots = dict.fromkeys(self._view.first(row, column) for row in filled)
            if filled:
                groups = {row: group for row, group in groups.items() if row < filled[0]}
            own = tuple(self._view.text(*spot) for spot in spots)
            if own:
                above = tuple(dict.fromkeys(groups.values()))
                yield Heading(column, own, self._view.address(*[*spots][-1]), (*above, *own) if above else None)
            groups |= {row: self._view.text(row, column) for row in filled if self._reaches_on(row, column)}

    def _reaches_on(self, row: int, column: int) -> bool:
        return self._view.span(*self._view.first(row, column))[1] == 1


def _no_units() -> set[str]:
    return {bare(word) for word in list_words().no_units}


def doubled(lines: Sequence[Line]) -> set[str]:
    """Return the units that have several rows."""
    return {unit for unit, count in Counter(unit for line in lines for unit in line.units).items() if count > 1}
