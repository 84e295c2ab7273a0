"""What cells hold, and the outcomes of what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Protocol, TypeGuard

from gouji.form.model import Term

Number = int | Decimal
Value = int | Decimal | str | None
Cells = Mapping[str, Value]
"""What stands in each cell, by key: a Ref, ``zero.<table>``, ``level``, ``length.<topic>``, or a calculation's key."""

YES = "是"
"""What the zero drop-down of a table says when everything in it is zero."""

TOO_LARGE = 10**12
"""From here on a figure is taken for a slip: spreadsheets keep 15 digits, and no office counts that far."""

TOO_LARGE_A_TOTAL = 10**15
"""A total of figures that are permitted is permitted."""


class Outcome(IntEnum):
    """What became of a check."""

    HOLDS = 0
    BROKEN = 1
    NOT_CHECKABLE = 2
    NOT_APPLICABLE = 3


class Entry(IntEnum):
    """What stands in a number cell. From NEGATIVE on it is not a permitted number."""

    BLANK = 0
    ZERO = 1
    GOOD = 2
    NEGATIVE = 3
    FRACTION = 4
    LARGE = 5
    UNREAD = 6


class State(IntEnum):
    """How far a report is."""

    READY = 0
    INCOMPLETE = 1
    WRONG = 2

    @property
    def word(self) -> str:
        """The state as people read it."""
        return ("可以上报", "未填完", "有错误")[self]


class Places(Protocol):
    """Where the cells stand, as seen from the sheet of the formula."""

    def at(self, key: str) -> str:
        """Return the address of one cell."""

    def over(self, keys: Sequence[str]) -> list[str]:
        """Return the ranges that cover the cells and nothing else."""


class Expression(Protocol):
    """A calculation over cells."""

    def value(self, cells: Cells) -> Value:
        """Compute it."""

    def formula(self, places: Places) -> str:
        """Write it for a spreadsheet, without the equals sign."""


def is_number(value: Value) -> TypeGuard[Number]:
    """Tell whether a cell holds a number."""
    return value is not None and not isinstance(value, str)


def side(terms: Iterable[Term], cells: Cells) -> Number | None:
    """Return the sum of one side of a relation, or None where a summand is not known."""
    total: Number = 0
    try:
        for term in terms:
            value = cells.get(key_of(term) if term.previous else term.ref)
            total = total - value if term.negative else total + value  # type: ignore[operator]
    except TypeError:  # a blank, or a text
        return None
    return total


def key_of(term: Term) -> str:
    """Return the key of a term: a Ref, and before it whether last year's is meant."""
    return f"previous.{term.ref}" if term.previous else term.ref
