"""The arithmetic of the form: small expressions over typed cells, each with its two renderings side by side.

``value`` is what Python computes and ``formula`` is what the workbook computes. Every formula of the workbook comes
from an expression, so the cached result of the formula is simply the expression's value. A cell is blank (``None``), a
number (``int`` or ``Decimal``) or text (anything that is not a number). Formulas use only functions that all
spreadsheet programs have had for decades. A COUNT comes before each SUM, because SUM treats text as zero. A function
of one value, such as LEN, gets one cell and never a range: programs treat a range there differently, and some return
an error.

Every formula fails closed: if a cell that it needs holds an error value, or if a program lacks a function, the result
is an error or a code that is not a good one. For this reason formulas count the good codes instead of the bad ones,
and a comparison has the good outcome in the branch where its condition is true.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gouji.form.model import FRACTIONS, Kind, Term
from gouji.form.values import (
    TOO_LARGE,
    YES,
    Cells,
    Entry,
    Number,
    Outcome,
    Places,
    Value,
    is_number,
    key_of,
    side,
)

_DECIMAL_PLACES = 6
"""Differences are rounded to this many places: binary fractions in a spreadsheet leave tiny remainders."""


_BLANK, _ZERO, _GOOD, _NEGATIVE, _FRACTION, _LARGE, _UNREAD = (entry.value for entry in Entry)
_HOLDS, _BROKEN, _NOT_CHECKABLE, _NOT_APPLICABLE = (outcome.value for outcome in Outcome)
"""The codes as plain numbers: hundreds of cells are worked out for each report."""


def if_formula(condition: str, then: object, otherwise: object) -> str:
    """Return an IF formula."""
    return f"IF({condition},{then},{otherwise})"


def count_if_formula(ranges: list[str], criterion: str) -> str:
    """Return the formula that counts the cells in these ranges that meet a criterion."""
    return "+".join(f"COUNTIF({area},{criterion})" for area in ranges)


class EntryOf(msgspec.Struct, frozen=True):
    """What a number cell holds, as the code of an :class:`Entry`."""

    ref: str
    kind: Kind
    limit: int = TOO_LARGE

    def value(self, cells: Cells) -> int:
        value = cells.get(self.ref)
        if type(value) is int and 0 < value < self.limit:
            return _GOOD  # nearly every entry that is not zero
        if value is None or value == "":
            return _BLANK
        if isinstance(value, str):
            return _UNREAD
        if value == 0:
            return _ZERO
        if not -self.limit < value < self.limit:
            return _LARGE
        if value < 0 and self.kind != "change":
            return _NEGATIVE
        if self.kind not in FRACTIONS and value != int(value):
            return _FRACTION
        return _GOOD

    def formula(self, places: Places) -> str:
        cell = places.at(self.ref)
        number: object = Entry.GOOD
        if self.kind not in FRACTIONS:
            number = if_formula(f"{cell}<>INT({cell})", Entry.FRACTION, number)
        if self.kind != "change":
            number = if_formula(f"{cell}<0", Entry.NEGATIVE, number)
        number = if_formula(f"ABS({cell})>={self.limit}", Entry.LARGE, number)
        number = if_formula(f"{cell}=0", Entry.ZERO, number)
        text = if_formula(f"LEN({cell})=0", Entry.BLANK, Entry.UNREAD)
        # LEN of an error value is an error, so ISERROR comes first.
        return if_formula(f"ISNUMBER({cell})", number, if_formula(f"ISERROR({cell})", Entry.UNREAD, text))


class Declared(msgspec.Struct, frozen=True):
    """1 if the unit declares the whole table zero and no entry contradicts it, else 0."""

    zero: str
    entries: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        agreeing = (Entry.BLANK, Entry.ZERO)
        return int(cells.get(self.zero) == YES and all(cells[key] in agreeing for key in self.entries))

    def formula(self, places: Places) -> str:
        agreeing = count_if_formula(places.over(self.entries), f'"<{Entry.GOOD}"')
        return if_formula(f'{places.at(self.zero)}="{YES}"', if_formula(f"{agreeing}={len(self.entries)}", 1, 0), 0)


class Contradiction(msgspec.Struct, frozen=True):
    """The outcome of a zero declaration: broken if an entry of the table is not zero."""

    zero: str
    declared: str

    def value(self, cells: Cells) -> int:
        if cells.get(self.zero) != YES:
            return _NOT_APPLICABLE
        return _HOLDS if cells[self.declared] == 1 else _BROKEN

    def formula(self, places: Places) -> str:
        outcome = if_formula(f"{places.at(self.declared)}=1", Outcome.HOLDS, Outcome.BROKEN)
        return if_formula(f'{places.at(self.zero)}="{YES}"', outcome, Outcome.NOT_APPLICABLE)


class Total(msgspec.Struct, frozen=True):
    """The sum of the parts if all are known, else blank."""

    parts: tuple[str, ...]
    declared: str = ""

    def value(self, cells: Cells) -> Number | None:
        if self.declared and cells[self.declared] == 1:
            return 0
        try:
            return sum(map(cells.get, self.parts))  # type: ignore[arg-type]
        except TypeError:  # a part is blank or text
            return None

    def formula(self, places: Places) -> str:
        ranges = ",".join(places.over(self.parts))
        known = if_formula(f"COUNT({ranges})={len(self.parts)}", f"SUM({ranges})", '""')
        return if_formula(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


class Difference(msgspec.Struct, frozen=True):
    """The left side minus the right side of a relation, or blank if one of its cells is not known."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    declared: str = ""

    def value(self, cells: Cells) -> Number | None:
        if self.declared and cells[self.declared] == 1:
            return 0
        left, right = side(self.left, cells), side(self.right, cells)
        if left is None or right is None:
            return None
        difference = left - right
        if isinstance(difference, int) or abs(difference) >= TOO_LARGE:
            # A Decimal this large may have no room for decimal places; the entry is not permitted anyway.
            return difference
        return round(difference, _DECIMAL_PLACES)

    def formula(self, places: Places) -> str:
        plus, minus = _signed(self.left, self.right)
        ranges, sums = ",".join(places.over(plus + minus)), _minus(self.left, self.right, places)
        all_known = f"COUNT({ranges})={len(plus) + len(minus)}"
        known = if_formula(all_known, f"ROUND({sums},{_DECIMAL_PLACES})", '""')
        return if_formula(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


class DifferenceOfTables(msgspec.Struct, frozen=True):
    """The left side minus the right side of a relation between tables that may be declared zero separately."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    declared: tuple[str, ...]
    """For each term, left side first: the key of its table's declaration; empty for a table without one."""

    def value(self, cells: Cells) -> Number | None:
        known: dict[str, Value] = {
            key_of(term): 0 if declared and cells[declared] == 1 else cells.get(key_of(term))
            for term, declared in zip((*self.left, *self.right), self.declared, strict=True)
        }
        return Difference(self.left, self.right).value(known)

    def formula(self, places: Places) -> str:
        # A table that is declared zero contains only zeros and blanks, which SUM adds up to zero.
        keys_by_declaration: dict[str, list[str]] = {}
        for term, declared in zip((*self.left, *self.right), self.declared, strict=True):
            keys_by_declaration.setdefault(declared, []).append(key_of(term))
        known = []
        for declared, keys in keys_by_declaration.items():
            counted = f"COUNT({','.join(places.over(keys))})={len(keys)}"
            known.append(f"OR({places.at(declared)}=1,{counted})" if declared else counted)
        difference = f"ROUND({_minus(self.left, self.right, places)},{_DECIMAL_PLACES})"
        return if_formula(f"AND({','.join(known)})", difference, '""')


def _minus(left: Iterable[Term], right: Iterable[Term], places: Places) -> str:
    """Return the formula of one side minus the other."""
    plus, minus = _signed(left, right)
    return f"SUM({','.join(places.over(plus))})-SUM({','.join(places.over(minus))})"


def _signed(left: Iterable[Term], right: Iterable[Term]) -> tuple[list[str], list[str]]:
    """Return the keys to add and the keys to subtract in left side minus right side."""
    left, right = list(left), list(right)
    plus = [key_of(term) for term in left if not term.negative] + [key_of(term) for term in right if term.negative]
    minus = [key_of(term) for term in right if not term.negative] + [key_of(term) for term in left if term.negative]
    return plus, minus


class Holds(msgspec.Struct, frozen=True):
    """The outcome of a relation, given its difference."""

    difference: str

    def value(self, cells: Cells) -> int:
        difference = cells[self.difference]
        if difference is None:
            return _NOT_CHECKABLE
        return _HOLDS if difference == 0 else _BROKEN

    def formula(self, places: Places) -> str:
        cell = places.at(self.difference)
        outcome = if_formula(f"{cell}=0", Outcome.HOLDS, Outcome.BROKEN)
        return if_formula(f'{cell}=""', Outcome.NOT_CHECKABLE, outcome)


class Zero(msgspec.Struct, frozen=True):
    """The outcome for a row that must be zero for units of certain levels."""

    refs: tuple[str, ...]
    level: str
    levels: tuple[str, ...]
    declared: str = ""

    def value(self, cells: Cells) -> int:
        if cells.get(self.level) not in self.levels:
            return _NOT_APPLICABLE
        values = [cells.get(ref) for ref in self.refs]
        if any(is_number(value) and value != 0 for value in values):
            return _BROKEN
        if cells[self.declared] == 1 or all(is_number(value) for value in values):
            return _HOLDS
        return _NOT_CHECKABLE

    def formula(self, places: Places) -> str:
        applies = ",".join(f'{places.at(self.level)}="{level}"' for level in self.levels)
        ranges = places.over(self.refs)
        wrong = count_if_formula(ranges, '">0"') + "+" + count_if_formula(ranges, '"<0"')
        known = f"OR({places.at(self.declared)}=1,COUNT({','.join(ranges)})={len(self.refs)})"
        outcome = if_formula(f"{wrong}>0", Outcome.BROKEN, if_formula(known, Outcome.HOLDS, Outcome.NOT_CHECKABLE))
        return if_formula(f"OR({applies})", outcome, Outcome.NOT_APPLICABLE)


class Count(msgspec.Struct, frozen=True):
    """How many of the codes (of entries or outcomes) are at least a given code, or exactly that code."""

    codes: tuple[str, ...]
    code: int
    exactly: bool = False

    def value(self, cells: Cells) -> int:
        code = int(self.code)  # comparing with a member of an enumeration takes longer
        if self.exactly:
            return [cells[key] for key in self.codes].count(code)
        return sum([cells[key] >= code for key in self.codes])  # type: ignore[operator]

    def formula(self, places: Places) -> str:
        ranges = places.over(self.codes)
        if self.exactly:
            return count_if_formula(ranges, str(int(self.code)))
        # Everything that is not below the code counts, so that an error value counts too.
        below = count_if_formula(ranges, f'"<{int(self.code)}"')
        return f"{len(self.codes)}-({below})"


class Length(msgspec.Struct, frozen=True):
    """The number of characters in all the texts together."""

    texts: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        return sum(len(str(cells.get(key) or "")) for key in self.texts)

    def formula(self, places: Places) -> str:
        return "+".join(f"LEN({places.at(key)})" for key in self.texts)
