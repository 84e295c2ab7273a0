"""Figures into the cells of somebody else's workbook, and what became of each.

A formula of theirs is never replaced and a number that stands there only where the officer wants it so; what a
validation forbids is not written. The results that formulas kept are made right, or taken out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from gouji.form.values import Number
from gouji.formats.addresses import address_of
from gouji.formats.filling.book import Book
from gouji.formats.filling.calculation import Calculation, Cell
from gouji.formats.filling.places import Place
from gouji.formats.filling.sheet_xml import SheetXml, Spot
from gouji.formats.filling.validations import forbids
from gouji.formats.spreadsheet.facts import area_of
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.sight import Seen, Why, text_of
from gouji.report.model import as_shown

What = Literal["filled", "already", "other", "formula", "forbidden", "unseen"]
"""What became of a figure: written; stood there; another entry stands there; a formula stands there; a validation
forbids it; the cell is hidden."""

_UNFILLED = ("other", "forbidden", "unseen")
_HIDDEN = (Why.ROW, Why.COLUMN, Why.SHEET, Why.MERGED)
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Wanted:
    """A figure for a cell, in the unit of the cell."""

    place: Place
    value: Number


@dataclass(frozen=True)
class Outcome:
    """What became of a figure."""

    place: Place
    value: Number
    what: What
    stood: str = ""
    """What the cell held; for a formula what it gives, empty where that is not worked out."""
    agrees: bool = True
    """Whether a formula gives this figure; true where it is not worked out."""
    follows: bool = False
    """Whether a formula that gives another number needs a cell that was not filled: then that is why."""
    shown: str | None = None
    """What is seen of the figure, where the cell's format shows something else."""


@dataclass(frozen=True)
class Written:
    """A filled copy."""

    data: bytes
    outcomes: tuple[Outcome, ...]
    calculated: int = 0
    """Formulas whose results were worked out anew."""
    left: tuple[str, ...] = ()
    """Formulas that the program which opens the file has to calculate, for people."""


def write(
    data: bytes,
    package: Package,
    wanted: Sequence[Wanted],
    *,
    overwrite: bool = False,
    without: Sequence[Place] = (),
) -> Written:
    """Return a copy of a workbook with figures in its cells; ``package`` is what was seen of it.

    ``without`` are places that stay as they are because there is no figure for them.

    Raises DocumentError where the workbook is broken or too large.
    """
    book = Book(data)
    outcomes = [_put(book.sheets[each.place.sheet], package, each, overwrite=overwrite) for each in wanted]
    calculation = Calculation(book.sheets, book.sheets.calculating)
    filled = [(each.place.sheet, _spot(each.place)) for each in outcomes if each.what == "filled"]
    stale = calculation.stale_after(filled)
    worked_out, left = _calculated(book.sheets, calculation, stale)
    unfilled = [each.place for each in outcomes if each.what in _UNFILLED]
    waiting = calculation.dependents_of((place.sheet, _spot(place)) for place in (*unfilled, *without))
    compared = tuple(_compared(each, calculation, waiting) if each.what == "formula" else each for each in outcomes)
    return Written(book.data(calculate=bool(stale)), compared, worked_out, tuple(left))


def _spot(place: Place) -> Spot:
    area = area_of(place.cell)
    assert area
    return area[:2]


def _put(sheet: SheetXml, package: Package, wanted: Wanted, *, overwrite: bool) -> Outcome:
    spot = sheet.first_of(_spot(wanted.place))
    place, value = replace(wanted.place, cell=_address(spot)), as_shown(Decimal(wanted.value))
    outcome = Outcome(place, value, "filled")
    seen = _seen(package, place.sheet, spot, value)
    if seen and seen.why in _HIDDEN:
        return replace(outcome, what="unseen")
    if sheet.is_calculated(spot):
        return replace(outcome, what="formula")
    stands = _stands(package, place.sheet, spot)
    held = sheet.held(spot)
    if isinstance(held, Decimal) and as_shown(held) == value:
        return replace(outcome, what="already", stood=stands)
    if stands == _digits(value):
        stands = ""  # the right number as a text: it looks the same as a number, and their sums leave it out
    if stands and not overwrite:
        return replace(outcome, what="other", stood=stands)
    if any(forbids(validation, value) for validation in sheet.validations(spot)):
        return replace(outcome, what="forbidden")
    sheet.write(spot, _digits(value))
    shown = seen.text if seen and not _says(seen, value) else None
    return replace(outcome, stood=stands, shown=shown)


def _address(spot: Spot) -> str:
    return address_of(*spot)


def _digits(value: Number) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _stands(package: Package, name: str, spot: Spot) -> str:
    """Return what a cell holds, for people."""
    rows = package.sheets.get(name, ())
    row = rows[spot[0]] if spot[0] < len(rows) else ()
    value: Any = row[spot[1]] if spot[1] < len(row) else ""
    return text_of(value).strip() if isinstance(value, int | float | str) else str(value)


def _seen(package: Package, name: str, spot: Spot, value: Number) -> Seen | None:
    sight = package.sight.get(name)
    return sight.of(*spot, float(value)) if sight else None


def _says(seen: Seen, value: Number) -> bool:
    """Tell whether what is seen says the number nevertheless, such as ``3件``, or is a dash for zero."""
    if seen.why is Why.UNKNOWN_FORMAT:
        return False  # such as that of a date: nobody knows what is seen
    numbers = _NUMBER.findall(seen.text)
    if not numbers:
        return value == 0 and bool(seen.text)
    return len(numbers) == 1 and Decimal(numbers[0].replace(",", "")) == value


# ---------------------------------------------------------------- formulas


def _calculated(sheets: Mapping[str, SheetXml], calculation: Calculation, stale: set[Cell]) -> tuple[int, list[str]]:
    """Write the results of stale formulas; return how many, and which are left to the office program."""
    worked_out = 0
    left: list[str] = []
    for cell in sorted(stale):
        name, spot = cell
        result = calculation.result(cell)
        if result is not None:
            worked_out += 1
            sheets[name].set_result(spot, _digits(as_shown(result)))
            continue
        left.append(f"{name}!{_address(spot)}")
        for spoilt in calculation.spoilt_by(cell):
            sheets[name].set_result(spoilt, None)
    return worked_out, left


def _compared(outcome: Outcome, calculation: Calculation, waiting: set[Cell]) -> Outcome:
    cell = outcome.place.sheet, _spot(outcome.place)
    result = calculation.result(cell) if calculation.has(cell) else None
    if result is None:
        return outcome
    result_shown = as_shown(result)
    agrees = result_shown == outcome.value
    return replace(outcome, stood=_digits(result_shown), agrees=agrees, follows=not agrees and cell in waiting)
