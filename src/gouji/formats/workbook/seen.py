"""Figures that are not seen as they are stored: they are left unread, and the file says so cell by cell.

Whoever certifies a report has read what is shown. So a stored number is taken only where it is the number that is
shown; where another is shown, or none, what is shown stands in the report's ``unread``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gouji.findings.finding import Finding, found, plain
from gouji.findings.rules import why_unseen
from gouji.form.model import Cell, Form
from gouji.formats.addresses import Place, column_letters
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.sight import Seen, Why
from gouji.report.typed_numbers import meant

_DASHES = re.compile(r"[-－—–]{1,2}")

NOTHING = "（看不见）"
"""What stands in ``unread`` where nothing is shown."""


@dataclass(frozen=True)
class Difference:
    """A cell that is seen otherwise than it is stored."""

    ref: str
    place: Place
    seen: Seen
    stored: str

    @property
    def shown(self) -> str:
        """What is shown, as it stands in ``unread``."""
        return self.seen.text or NOTHING


def differences(
    form: Form, package: Package, places: Mapping[str, Place], cells: Mapping[str, Any]
) -> list[Difference]:
    """Return the inputs of a workbook that are seen otherwise than they are stored; a kind without XML has none."""
    found_here = []
    for ref in form.inputs:
        place, value = places[ref], cells[ref]
        sight = package.sight.get(place.sheet)
        if sight is None or value == "" or isinstance(value, bool) or not isinstance(value, int | float | str):
            continue
        seen = sight.of(place.row, place.column, value)
        if seen is not None and not _says_the_same(seen, value, form.cells[ref]):
            found_here.append(Difference(ref, place, seen, value if isinstance(value, str) else plain(_exact(value))))
    return found_here


def _exact(value: float) -> Decimal:
    return Decimal(f"{value:.15g}")


def _says_the_same(seen: Seen, value: float | str, cell: Cell) -> bool:
    """Tell whether a number with its unit, such as 3件, is the number that is stored."""
    if seen.why is not Why.FORMAT or isinstance(value, str):
        return False
    if value == 0 and _DASHES.fullmatch(seen.text):
        return True  # as the formats of accountants show zero
    said = meant(seen.text, cell.kind, cell.column.unit)
    return said is not None and said.value is not None and said.value == _exact(value)


def findings(form: Form, found_here: list[Difference]) -> Iterator[Finding]:
    """Yield one finding a cell; those that have one cause are echoes of the first."""
    first: dict[object, str] = {}
    counts: dict[object, int] = {}
    for difference in found_here:
        counts[_cause(difference)] = counts.get(_cause(difference), 0) + 1
    for difference in found_here:
        cause = _cause(difference)
        finding = _finding(form, difference, counts[cause] if cause not in first else 1)
        yield replace(finding, echo_of=first.get(cause))
        first.setdefault(cause, finding.id)


def _cause(difference: Difference) -> object:
    """Return what cells have in common that are unseen for one reason."""
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
