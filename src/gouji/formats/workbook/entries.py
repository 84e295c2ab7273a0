"""The entries in the cells of a form, as they were typed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gouji.form.model import HIDDEN
from gouji.form.values import Number
from gouji.formats.addresses import Place, PlaceMap
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.report.model import as_shown


def text_of(value: Any) -> str:
    """Return a value as a text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def number_of(value: Any) -> Number | None:
    """Return a number as a figure, or None for text, dates, booleans and values such as NaN."""
    if type(value) is float and value.is_integer() and -(10**15) < value < 10**15:
        return int(value)  # nearly every number
    if value == "" or isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if abs(value) < 10**15 and value == int(value):
        return int(value)
    return as_shown(Decimal(repr(value)))


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries in the number cells of a form."""

    numbers: Mapping[str, Number | None]
    """The numbers in inputs and totals; None for anything else."""
    formulas: Mapping[str, str]
    """The formulas in inputs, which were issued without any."""


def keys_with_formulas(package: Package, places: PlaceMap) -> set[str]:
    """Return the keys of the visible cells that hold a formula."""
    return {
        key
        for sheet, keys in places.keys_by_address.items()
        if sheet != HIDDEN
        for address in package.formulas.get(sheet, ())
        if (key := keys.get(address)) is not None
    }


def formula_at(package: Package, place: Place) -> str | None:
    """Return the formula of a cell as typed."""
    formulas = package.formulas.get(place.sheet)
    if not formulas or place.address not in formulas:
        return None
    return formulas[place.address]
