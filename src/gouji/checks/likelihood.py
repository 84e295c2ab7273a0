"""How likely a mistake is: how people get a figure wrong, the likeliest mistakes first."""

from __future__ import annotations

from enum import IntEnum

from gouji.checks.smallest_sets import Change, exact
from gouji.form.model import Form
from gouji.form.values import Cells, is_number


class _Mistake(IntEnum):
    """How a figure became wrong, and how unlikely that is."""

    NOT_PERMITTED = 0
    """A negative number, or a fraction where cases are counted."""
    NOT_FILLED = 1
    """A total of 0."""
    LAST_YEAR = 2
    """The figure of last year's report was left."""
    SWAPPED = 3
    """The figures of two neighbours were exchanged."""
    DIGIT_COUNT = 4
    """A digit too many or too few."""
    DIGITS_TRANSPOSED = 5
    """Two digits next to each other were exchanged."""
    ONE_DIGIT = 6
    """One digit is another."""
    OTHER = 7


def unlikelihood(form: Form, values: Cells, change: Change) -> tuple[int, int]:
    """Return how unlikely it is that exactly these cells are wrong; of two sets of one size the lower one is likelier.

    Of mistakes of the same kinds, those that change the figures least come first.
    """
    after = {ref: exact(values[ref]) + by for ref, by in change.items()}  # type: ignore[arg-type]
    kinds = sum(_mistake(form, values, ref, after) for ref in change)
    return kinds, int(sum(max(by, -by) for by in change.values()))


def _mistake(form: Form, values: Cells, ref: str, after: Change) -> _Mistake:
    value = exact(values[ref])  # type: ignore[arg-type]
    kind = form.cells[ref].kind
    if (value < 0 and kind != "change") or (kind == "count" and value != int(value)):
        return _Mistake.NOT_PERMITTED
    if value == 0 and ref in form.totals:
        return _Mistake.NOT_FILLED
    last_year = values.get(f"previous.{ref}")
    if value and is_number(last_year) and exact(last_year) == value:
        return _Mistake.LAST_YEAR
    beside = [other for other in after if _neighbours(form, ref, other)]
    if any(bool(after[ref] == values[other]) and after[other] == value for other in beside):
        return _Mistake.SWAPPED
    return _in_digits(str(value), str(after[ref]))


def _neighbours(form: Form, one: str, other: str) -> bool:
    """Tell whether two cells stand side by side or one below the other."""
    first, second = form.cells[one], form.cells[other]
    if first.block != second.block or one == other:
        return False
    if first.row == second.row:
        columns = first.block.columns
        return abs(columns.index(first.column) - columns.index(second.column)) == 1
    rows = first.block.rows
    return first.column == second.column and abs(rows.index(first.row) - rows.index(second.row)) == 1


def _in_digits(typed: str, right: str) -> _Mistake:
    """Return the mistake that makes one number of another, digit by digit."""
    longer, shorter = sorted((typed, right), key=len, reverse=True)
    if len(longer) == len(shorter) + 1:
        if any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))):
            return _Mistake.DIGIT_COUNT
    elif len(longer) == len(shorter):
        differing = [at for at, digit in enumerate(typed) if digit != right[at]]
        if len(differing) == 1:
            return _Mistake.ONE_DIGIT
        first, *others = differing
        if others == [first + 1] and typed[first : first + 2] == right[first : first + 2][::-1]:
            return _Mistake.DIGITS_TRANSPOSED
    return _Mistake.OTHER
