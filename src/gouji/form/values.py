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
"""The value of each cell, by key: a Ref, ``zero.<table>``, ``level``, ``length.<topic>``, or a calculation's key."""

YES = "是"
"""The answer in a table's zero drop-down that declares all its cells zero."""

TOO_LARGE = 10**12
"""A figure of this size or more is a typing error: spreadsheets keep 15 digits, and no office counts that far."""

TOO_LARGE_A_TOTAL = 10**15
"""The limit for totals is higher, so that a total of permitted figures is always permitted."""


class Outcome(IntEnum):
    """The result of a check."""

    HOLDS = 0
    BROKEN = 1
    NOT_CHECKABLE = 2
    NOT_APPLICABLE = 3


class Entry(IntEnum):
    """What a number cell holds. NEGATIVE and all higher codes are not permitted numbers."""

    BLANK = 0
    ZERO = 1
    GOOD = 2
    NEGATIVE = 3
    FRACTION = 4
    LARGE = 5
    UNREAD = 6


class State(IntEnum):
    """How far a report has come: ready to submit, incomplete, or with errors."""

    READY = 0
    INCOMPLETE = 1
    WRONG = 2

    @property
    def word(self) -> str:
        """The state in Chinese, as the workbook and the commands print it."""
        return ("可以上报", "未填完", "有错误")[self]


class Places(Protocol):
    """The addresses of cells, as seen from the sheet that holds the formula."""

    def at(self, key: str) -> str:
        """Return the address of one cell."""

    def over(self, keys: Sequence[str]) -> list[str]:
        """Return the ranges that cover exactly these cells."""


class Expression(Protocol):
    """A calculation over cells."""

    def value(self, cells: Cells) -> Value:
        """Return the result for these cells."""

    def formula(self, places: Places) -> str:
        """Return the spreadsheet formula, without the equals sign."""


def is_number(value: Value) -> TypeGuard[Number]:
    """Tell whether a cell holds a number."""
    return value is not None and not isinstance(value, str)


def side(terms: Iterable[Term], cells: Cells) -> Number | None:
    """Return the sum of one side of a relation, or None if a term is blank or not a number."""
    total: Number = 0
    try:
        for term in terms:
            value = cells.get(key_of(term) if term.previous else term.ref)
            total = total - value if term.negative else total + value  # type: ignore[operator]
    except TypeError:  # a blank, or a text
        return None
    return total


def key_of(term: Term) -> str:
    """Return the key of a term: its Ref, with ``previous.`` before it if last year's figure is meant."""
    return f"previous.{term.ref}" if term.previous else term.ref
