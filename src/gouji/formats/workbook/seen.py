"""Find figures that are displayed differently from what is stored; they stay unread.

The person who signs a report has read what is displayed. So a stored number is taken only where the same number is
displayed. Where another number or none is displayed, the report's ``unread`` holds the displayed text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec.structs import replace

from gouji.findings.finding import Finding, found, plain
from gouji.findings.rules import why_unseen
from gouji.form.model import Cell, Form
from gouji.formats.addresses import Place, PlaceMap, column_letters
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.sight import Seen, Spots, Why
from gouji.formats.workbook.layout import Layout
from gouji.report.typed_numbers import meant

_DASHES = re.compile(r"[-－—–]{1,2}")

NOTHING = "（看不见）"
"""The text in ``unread`` where nothing is displayed."""


@dataclass(frozen=True)
class Difference:
    """A cell that is displayed differently from what it stores."""

    ref: str
    place: Place
    seen: Seen
    stored: str

    @property
    def shown(self) -> str:
        """The displayed text, as ``unread`` holds it."""
        return self.seen.text or NOTHING


def differences(layout: Layout, package: Package, places: PlaceMap, cells: Mapping[str, Any]) -> list[Difference]:
    """Return the inputs that are displayed differently from what they store. Formats without sight have none."""
    differing = []
    form = layout.form
    inputs = _as_issued(layout) if places is layout.places else _inputs(form, places)
    ordinary = {name for name, at in inputs.items() if name in package.sight and package.sight[name].is_ordinary(at)}
    everywhere = len(ordinary) == len(inputs)
    for ref in form.inputs:
        value = cells[ref]
        is_whole = type(value) is float and value.is_integer()
        if is_whole and (everywhere or places[ref].sheet in ordinary):
            continue
        place = places[ref]
        sight = package.sight.get(place.sheet)
        if sight is None or value == "" or isinstance(value, bool) or not isinstance(value, int | float | str):
            continue
        seen = sight.of(place.row, place.column, value)
        if seen is not None and not _says_the_same(seen, value, form.cells[ref]):
            differing.append(Difference(ref, place, seen, value if isinstance(value, str) else plain(_exact(value))))
    return differing


@cache
def _as_issued(layout: Layout) -> Mapping[str, Spots]:
    return _inputs(layout.form, layout.places)


def _inputs(form: Form, places: Mapping[str, Place]) -> Mapping[str, Spots]:
    """Return the rows and the columns of the inputs, by their sheets."""
    spots: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for ref in form.inputs:
        spots[places[ref].sheet].add((places[ref].row, places[ref].column))
    return {name: frozenset(at) for name, at in spots.items()}


def _exact(value: float) -> Decimal:
    return Decimal(f"{value:.15g}")


def _says_the_same(seen: Seen, value: float | str, cell: Cell) -> bool:
    """Tell whether the displayed text is the stored number with its unit, such as 3件."""
    if seen.why is not Why.FORMAT or isinstance(value, str):
        return False
    if value == 0 and _DASHES.fullmatch(seen.text):
        return True  # accounting formats show zero as a dash
    displayed = meant(seen.text, cell.kind, cell.column.unit)
    return displayed is not None and displayed.value is not None and displayed.value == _exact(value)


def findings(form: Form, differing: list[Difference]) -> Iterator[Finding]:
    """Yield one finding for each cell; cells with the same cause are echoes of the first."""
    first: dict[object, str] = {}
    counts: dict[object, int] = {}
    for difference in differing:
        counts[_cause(difference)] = counts.get(_cause(difference), 0) + 1
    for difference in differing:
        cause = _cause(difference)
        finding = _finding(form, difference, counts[cause] if cause not in first else 1)
        yield replace(finding, echo_of=first.get(cause))
        first.setdefault(cause, finding.id)


def _cause(difference: Difference) -> object:
    """Return a key that is equal for all cells with the same cause."""
    place, why = difference.place, difference.seen.why
    return difference.ref if why in (Why.STRUCK, Why.RAISED) else (place.sheet, why)


def _finding(form: Form, difference: Difference, count: int) -> Finding:
    cell, place = form.cells[difference.ref], difference.place
    return found(
        "figure.unread",
        difference.ref,
        variant="seen",
        refs=(difference.ref,),
        cells=(place.printed,),
        actual=difference.shown,
        clause=cell.row.clause or cell.block.clause,
        where=place.sheet,
        cell=cell.printed,
        address=place.address + (f" 等 {count} 格都是这样" if count > 1 else ""),
        shown=f"显示的是“{difference.seen.text}”" if difference.seen.text else "看不见数字",
        stored=difference.stored,
        why=why_unseen(difference.seen.why.value, row=place.row + 1, column=column_letters(place.column)),
    )
