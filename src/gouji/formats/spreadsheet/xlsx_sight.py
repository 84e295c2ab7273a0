"""What a person sees of the cells on a sheet of an .xlsx.

A cell with an ordinary look costs almost no time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet import scan
from gouji.formats.spreadsheet.drawings import Note, OnTop
from gouji.formats.spreadsheet.facts import Area, Facts, area_of, facts_of, holds
from gouji.formats.spreadsheet.looks import Font, Looks
from gouji.formats.spreadsheet.markup import Budget
from gouji.formats.spreadsheet.rich_text import Run, as_seen, is_odd
from gouji.formats.spreadsheet.sight import Seen, Why, formatted, text_of


@dataclass(frozen=True)
class Parts:
    """What the sheets of a workbook share."""

    looks: Looks
    rich: Mapping[str, Sequence[Run]]
    """The shared texts whose runs look different, by their numbers."""
    budget: Budget


class XlsxSight:
    """What is visible of the cells of one sheet."""

    def __init__(self, xml: bytes, cells: scan.Cells | None, parts: Parts, on_top: OnTop, *, hidden: bool) -> None:
        """Take the ``cells`` of a scan, if the scan sufficed, and whether the whole sheet is ``hidden``."""
        self._xml, self._cells, self._parts, self._on_top, self._hidden = xml, cells, parts, on_top, hidden

    @cached_property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""
        return self._on_top.notes() if self._facts.covered else ()

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""
        return self._place(row, column) or self._look(row, column, value)

    # ---- where the cell is

    def _place(self, row: int, column: int) -> Seen | None:
        facts = self._facts
        if self._hidden:
            return Seen("", Why.SHEET)
        if row in facts.hidden_rows or (facts.rows_hidden and row not in facts.shown_rows):
            return Seen("", Why.ROW)
        if any(first <= column <= last for first, last in facts.hidden_columns):
            return Seen("", Why.COLUMN)
        if any(holds(area, row, column) and area[:2] != (row, column) for area in facts.merges):
            return Seen("", Why.MERGED)
        if any(holds(area, row, column) for area in self._covers):
            return Seen("", Why.COVERED)
        return None

    # ---- what the cell looks like

    def _look(self, row: int, column: int, value: float | str) -> Seen | None:
        address = address_of(row, column)
        look = self._parts.looks.of(self._styles.get(address))
        text = text_of(value)
        runs: Sequence[Run] = ()
        if isinstance(value, str):
            runs = self._runs(address)
            text = as_seen(runs) if runs else value
        elif (seen := formatted(look.code, value)) is not None:
            return seen
        if look.unseen:
            return Seen("", Why.UNSEEN)
        if look.struck:
            return Seen(f"（划去：{text}）", Why.STRUCK)
        if look.raised:
            return Seen(as_seen([(text, _RAISED)]), Why.RAISED)
        if text != text_of(value):
            return Seen(text, _why_of(runs))
        if value == 0 and self._facts.zeros_hidden:
            return Seen("", Why.NO_ZEROS)
        if any(holds(area, row, column) for area in self._conditional):
            return Seen("", Why.CONDITIONAL)
        return None

    def _runs(self, address: str) -> Sequence[Run]:
        if runs := self._facts.runs.get(address):
            return runs if any(is_odd(font) for _, font in runs) else ()
        return self._parts.rich.get(self._texts.get(address, ""), ()) if self._parts.rich else ()

    # ---- what the sheet says

    @cached_property
    def _facts(self) -> Facts:
        if self._cells is None or _ODD_ROW.search(self._xml):
            return facts_of(self._xml, self._parts.budget)
        start, end = self._xml.index(b"<sheetData>"), self._xml.rindex(b"</sheetData>")
        return _around(self._xml[: start + len(b"<sheetData>")] + self._xml[end:])

    @cached_property
    def _styles(self) -> Mapping[str, str]:
        if self._cells is None:
            return self._facts.styles
        pairs = zip(self._cells.addresses, self._cells.styles, strict=True)
        return {address.decode(): style.decode() for address, style in pairs if style}

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        if self._cells is None:
            return self._facts.texts
        cells = zip(self._cells.addresses, self._cells.kinds, self._cells.values, strict=True)
        return {address.decode(): value.decode() for address, kind, value in cells if kind == b"s" and value}

    @cached_property
    def _covers(self) -> Sequence[Area]:
        return self._on_top.covered(self._facts) if self._facts.covered else ()

    @cached_property
    def _conditional(self) -> Sequence[Area]:
        doubtful = self._parts.looks.conditional
        return [
            area
            for areas, number in self._facts.conditional
            if number < len(doubtful) and doubtful[number]
            for text in areas.split()
            if (area := area_of(text))
        ]


def _why_of(runs: Sequence[Run]) -> Why:
    """Return why a text with runs that look different is not seen as it is stored."""
    if any(font.struck for _, font in runs):
        return Why.STRUCK
    return Why.RAISED if any(font.raised for _, font in runs) else Why.UNSEEN


_ODD_ROW = re.compile(rb'<row [^<>]*(?:\bhidden="(?:1|true|on)"|\bht="0+(?:\.[0-9]*)?")')
_RAISED = Font(raised=True)


@lru_cache(64)
def _around(xml: bytes) -> Facts:
    """Parse once what surrounds the cells of the same sheet in all workbooks of a collection."""
    return facts_of(xml, Budget())
