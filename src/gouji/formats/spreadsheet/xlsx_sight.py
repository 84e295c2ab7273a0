"""What a person sees of the cells on a sheet of an .xlsx.

A cell with an ordinary look costs almost no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.cell_sight import aligned_seen, digits_seen, number_seen, text_seen
from gouji.formats.spreadsheet.conditional import Rule
from gouji.formats.spreadsheet.drawings import Note, OnTop
from gouji.formats.spreadsheet.facts import Area, Facts, area_of, facts_around, facts_of, holds
from gouji.formats.spreadsheet.looks import Look, Looks
from gouji.formats.spreadsheet.markup import Budget
from gouji.formats.spreadsheet.rich_text import Run, SharedTexts
from gouji.formats.spreadsheet.sheet_pattern import Cells
from gouji.formats.spreadsheet.sight import Seen, Spots, Why, formatted, text_of


@dataclass(frozen=True)
class Parts:
    """What the sheets of a workbook share."""

    looks: Looks
    texts: SharedTexts
    budget: Budget


class XlsxSight:
    """What is visible of the cells of one sheet."""

    def __init__(self, xml: bytes, cells: Cells | None, parts: Parts, on_top: OnTop, *, hidden: bool) -> None:
        """Take the ``cells`` of a scan, if the scan sufficed, and whether the whole sheet is ``hidden``."""
        self._xml, self._cells, self._parts, self._on_top, self._hidden = xml, cells, parts, on_top, hidden

    @cached_property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""
        return self._on_top.notes() if self._facts.covered else ()

    @property
    def merges(self) -> Sequence[Area]:
        """The areas of merged cells."""
        return self._facts.merges

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""
        return self._place(row, column) or self._look(row, column, value)

    def digits(self, row: int, column: int, value: float) -> str | None:
        """Return how a cell shows a number, with the zeros before it; None where that is not known."""
        return digits_seen(self._parts.looks.of(self._style_of(address_of(row, column))), value)

    def is_ordinary(self, spots: Spots) -> bool:
        """Tell whether nothing on the sheet can make a whole number in these cells look different."""
        return (
            self._cells is not None
            and not self._hidden
            and self._cells.pattern.spots_with_other_styles(self._parts.looks.plain).isdisjoint(spots)
            and self._sheet.shows_all(spots, self._parts.looks)
            and not (self._covers or self._facts.zeros_hidden)
        )

    # ---- where the cell is

    def _place(self, row: int, column: int) -> Seen | None:
        if self._hidden:
            return Seen("", Why.SHEET)
        if seen := self._sheet.at(row, column):
            return seen
        for area in self._covers:
            if holds(area, row, column):
                return Seen("", Why.COVERED)
        return None

    # ---- what the cell looks like

    def _look(self, row: int, column: int, value: float | str) -> Seen | None:
        address = address_of(row, column)
        look = self._parts.looks.of(self._style_of(address))
        seen = text_seen(look, self._runs(address, look), value) if isinstance(value, str) else number_seen(look, value)
        if seen is None and look.is_aligned:
            seen = aligned_seen(look, self._facts.width(column), text_of(value))
        if seen is not None:
            return seen
        if value == 0 and self._facts.zeros_hidden:
            return Seen("", Why.NO_ZEROS)
        for area, rule in self._sheet.conditional(self._parts.looks):
            if holds(area, row, column) and rule.may_hold(value) and self._is_changed(rule, look, value):
                return Seen("", Why.CONDITIONAL)
        return None

    def _runs(self, address: str, look: Look) -> Sequence[Run]:
        if runs := self._facts.runs.get(address):
            return runs
        texts = self._parts.texts.odd if look.is_on_paper else self._parts.texts.every
        return texts.get(self._texts.get(address, ""), ()) if texts else ()

    def _is_changed(self, rule: Rule, look: Look, value: float | str) -> bool:
        """Tell whether a conditional format makes a cell's number invisible, another one, or struck out."""
        changes = rule.changes(self._parts.looks.conditional, self._parts.looks.palette)
        if changes is None:
            return True
        return any(
            change.of(look).odd
            or (change.code is not None and not isinstance(value, str) and formatted(change.code, value) is not None)
            for change in changes
        )

    # ---- what the sheet says

    @property
    def _facts(self) -> Facts:
        return self._sheet.facts

    @cached_property
    def _sheet(self) -> _Sheet:
        if self._cells is None:
            return _Sheet(facts_of(self._xml, self._parts.budget))
        pattern = self._cells.pattern
        has_odd_row: Callable[[bytes], bool] = _has_odd_row
        around: Callable[[bytes, bytes], _Sheet] = _around
        if len(pattern.rows) + len(pattern.before) + len(pattern.after) > _LONGEST_REMEMBERED:
            has_odd_row, around = _has_odd_row.__wrapped__, _around.__wrapped__
        if has_odd_row(pattern.rows):
            return _Sheet(facts_of(self._xml, self._parts.budget))
        return around(pattern.before, pattern.after)

    def _style_of(self, address: str) -> str | None:
        if self._cells is None:
            return self._facts.styles.get(address)
        # Only inputs are looked at, so the many other addresses are not decoded.
        style = self._cells.pattern.style_by_address.get(address.encode())
        return style.decode() if style else None

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        if self._cells is None:
            return self._facts.texts
        cells = zip(self._cells.pattern.rooms, self._cells.values, strict=True)
        return {address_of(*spot): value.decode() for (spot, kind, _), value in cells if kind == b"s" and value}

    @cached_property
    def _covers(self) -> Sequence[Area]:
        return self._on_top.covered(self._facts) if self._facts.covered else ()


_LONGEST_REMEMBERED = 2**18
"""What is around the cells of the largest sheet is shorter; more than that would fill the memory."""
_ODD_ROW = re.compile(rb'\s(?:hidden="(?:1|true|on)"|ht="0*[0-4]?(?:\.[0-9]*)?")')


@lru_cache(64)
def _has_odd_row(rows: bytes) -> bool:
    return _ODD_ROW.search(rows) is not None


class _Sheet:
    """The facts of a sheet, and what is visible of the cells that were asked about, where their place decides."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._known: dict[tuple[int, int], Seen | None] = {}
        self._looks: Looks | None = None
        self._conditional: Sequence[tuple[Area, Rule]] = ()
        self._all: dict[Spots, bool] = {}

    def conditional(self, looks: Looks) -> Sequence[tuple[Area, Rule]]:
        """Return the conditional formats that may change what a number looks like, each with an area.

        Workbooks with the same sheet mostly have the same looks, too, so these are kept.
        """
        if self._looks is not looks:
            self._looks, self._all = looks, {}
            self._conditional = [
                (area, rule)
                for rule in self.facts.conditional
                if not rule.is_harmless(looks.conditional)
                for text in rule.areas.split()
                if (area := area_of(text))
            ]
        return self._conditional

    def shows_all(self, spots: Spots, looks: Looks) -> bool:
        """Tell whether no row, column, merge or conditional format hides a cell at one of these rows and columns."""
        rules = self.conditional(looks)
        if spots not in self._all:
            self._all[spots] = not any(self.at(*spot) or any(holds(area, *spot) for area, _ in rules) for spot in spots)
        return self._all[spots]

    def at(self, row: int, column: int) -> Seen | None:
        """Return what is visible of a cell that its row, its column or a merge hides, or None."""
        if (row, column) not in self._known:
            self._known[row, column] = self._at(row, column)
        return self._known[row, column]

    def _at(self, row: int, column: int) -> Seen | None:
        facts = self.facts
        if row in facts.hidden_rows or (facts.rows_hidden and row not in facts.shown_rows):
            return Seen("", Why.ROW)
        if any(first <= column <= last for first, last in facts.hidden_columns):
            return Seen("", Why.COLUMN)
        for top, left, bottom, right in facts.merges:
            if top <= row <= bottom and left <= column <= right and (top, left) != (row, column):
                return Seen("", Why.MERGED)
        return None


@lru_cache(64)
def _around(before: bytes, after: bytes) -> _Sheet:
    """Parse once what surrounds the cells of the same sheet in all workbooks of a collection."""
    return _Sheet(facts_around(before, after))
