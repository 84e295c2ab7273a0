"""The arithmetic of the form: small expressions over typed cells, each with its two renderings side by side.

``value`` is what Python computes, ``formula`` is what the workbook computes; because every formula of the workbook is
written from an expression, its cached result is simply the expression's value. A cell is blank (``None``), a number
(``int`` or ``Decimal``) or text (something that is not a number). Only functions that every spreadsheet program has
for decades are used, and a COUNT stands before each SUM, since SUM takes text for zero. A function of one value, such
as LEN, is given one cell and never a range: programs differ in what they make of that, and some call it an error.

Every formula fails closed: where a cell that it needs holds an error value, or where a program lacks a function, the
result is an error or a code that is not a good one. So codes are counted by the good ones that are there, and a
comparison has the good outcome in the branch of its true condition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gouji.form.model import FRACTIONS, Kind, Term
from gouji.form.values import (
    TOO_LARGE,
    YES,
    Cells,
    Number,
    Outcome,
    Places,
    Value,
    is_number,
    key_of,
    side,
)


def if_formula(condition: str, then: object, otherwise: object) -> str:
    """Return the formula of a choice."""
    return f"IF({condition},{then},{otherwise})"


def count_if_formula(ranges: list[str], criterion: str) -> str:
    """Return the formula that counts the cells of ranges that meet a criterion."""
    return "+".join(f"COUNTIF({area},{criterion})" for area in ranges)


@dataclass(frozen=True, slots=True)
class EntryOf:
    """What stands in a number cell, as an Entry."""

    ref: str
    kind: Kind
    limit: int = TOO_LARGE

    def value(self, cells: Cells) -> int:
        """Compute it."""
        value = cells.get(self.ref)
        if value is None or value == "":
            return 0
        if isinstance(value, str):
            return 6
        if value == 0:
            return 1
        if not -self.limit < value < self.limit:
            return 5
        if value < 0 and self.kind != "change":
            return 3
        if self.kind not in FRACTIONS and value != int(value):
            return 4
        return 2

    def formula(self, places: Places) -> str:
        """Write it."""
        cell = places.at(self.ref)
        inner: object = 2
        if self.kind not in FRACTIONS:
            inner = if_formula(f"{cell}<>INT({cell})", 4, inner)
        if self.kind != "change":
            inner = if_formula(f"{cell}<0", 3, inner)
        inner = if_formula(f"ABS({cell})>={self.limit}", 5, inner)
        inner = if_formula(f"{cell}=0", 1, inner)
        return if_formula(
            f"ISNUMBER({cell})", inner, if_formula(f"ISERROR({cell})", 6, if_formula(f"LEN({cell})=0", 0, 6))
        )


@dataclass(frozen=True, slots=True)
class Declared:
    """1 where the unit declares that everything in the table is zero and no entry contradicts it, else 0."""

    zero: str
    entries: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        return int(cells.get(self.zero) == YES and all(cells[key] in (0, 1) for key in self.entries))

    def formula(self, places: Places) -> str:
        """Write it."""
        agreeing = count_if_formula(places.over(self.entries), '"<2"')
        return if_formula(f'{places.at(self.zero)}="{YES}"', if_formula(f"{agreeing}={len(self.entries)}", 1, 0), 0)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Broken where a zero declaration stands beside an entry that is not zero."""

    zero: str
    declared: str

    def value(self, cells: Cells) -> int:
        """Compute it."""
        if cells.get(self.zero) != YES:
            return Outcome.NOT_APPLICABLE.value
        return Outcome.HOLDS.value if cells[self.declared] == 1 else Outcome.BROKEN.value

    def formula(self, places: Places) -> str:
        """Write it."""
        return if_formula(f'{places.at(self.zero)}="{YES}"', if_formula(f"{places.at(self.declared)}=1", 0, 1), 3)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the parts where all are known, else blank."""

    parts: tuple[str, ...]
    declared: str = ""

    def value(self, cells: Cells) -> Number | None:
        """Compute it."""
        if self.declared and cells[self.declared] == 1:
            return 0
        try:
            return sum(map(cells.get, self.parts))  # type: ignore[arg-type]
        except TypeError:  # a blank, or a text
            return None

    def formula(self, places: Places) -> str:
        """Write it."""
        ranges = ",".join(places.over(self.parts))
        known = if_formula(f"COUNT({ranges})={len(self.parts)}", f"SUM({ranges})", '""')
        return if_formula(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


@dataclass(frozen=True, slots=True)
class Difference:
    """Left side minus right side of a relation, or blank where a cell of it is not known."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    declared: str = ""

    def value(self, cells: Cells) -> Number | None:
        """Compute it."""
        if self.declared and cells[self.declared] == 1:
            return 0
        left, right = side(self.left, cells), side(self.right, cells)
        if left is None or right is None:
            return None
        difference = left - right
        if isinstance(difference, int) or abs(difference) >= TOO_LARGE:
            return difference  # so large, a Decimal may have no room for six places; the entry is refused anyway
        return round(difference, 6)

    def formula(self, places: Places) -> str:
        """Write it."""
        plus, minus = _signed(self.left, self.right)
        ranges, sums = ",".join(places.over(plus + minus)), _minus(self.left, self.right, places)
        known = if_formula(f"COUNT({ranges})={len(plus) + len(minus)}", f"ROUND({sums},6)", '""')
        return if_formula(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


@dataclass(frozen=True, slots=True)
class DifferenceOfTables:
    """Left side minus right side of a relation between tables, each of which may be declared zero by itself."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    declared: tuple[str, ...]
    """For each term, left side first: whether its table is declared zero; empty for one that cannot be."""

    def value(self, cells: Cells) -> Number | None:
        """Compute it."""
        known: dict[str, Value] = {
            key_of(term): 0 if declared and cells[declared] == 1 else cells.get(key_of(term))
            for term, declared in zip((*self.left, *self.right), self.declared, strict=True)
        }
        return Difference(self.left, self.right).value(known)

    def formula(self, places: Places) -> str:
        """Write it. In a table that is declared zero nothing but zeros and blanks can stand, which add up to zero."""
        of_tables: dict[str, list[str]] = {}
        for term, declared in zip((*self.left, *self.right), self.declared, strict=True):
            of_tables.setdefault(declared, []).append(key_of(term))
        known = []
        for declared, keys in of_tables.items():
            counted = f"COUNT({','.join(places.over(keys))})={len(keys)}"
            known.append(f"OR({places.at(declared)}=1,{counted})" if declared else counted)
        return if_formula(f"AND({','.join(known)})", f"ROUND({_minus(self.left, self.right, places)},6)", '""')


def _minus(left: Iterable[Term], right: Iterable[Term], places: Places) -> str:
    """Return the formula of one side minus the other."""
    plus, minus = _signed(left, right)
    return f"SUM({','.join(places.over(plus))})-SUM({','.join(places.over(minus))})"


def _signed(left: Iterable[Term], right: Iterable[Term]) -> tuple[list[str], list[str]]:
    """Return the keys that are added and those that are taken away in left side minus right side."""
    left, right = list(left), list(right)
    plus = [key_of(term) for term in left if not term.negative] + [key_of(term) for term in right if term.negative]
    minus = [key_of(term) for term in right if not term.negative] + [key_of(term) for term in left if term.negative]
    return plus, minus


@dataclass(frozen=True, slots=True)
class Holds:
    """The outcome of a relation, from its difference."""

    difference: str

    def value(self, cells: Cells) -> int:
        """Compute it."""
        difference = cells[self.difference]
        if difference is None:
            return Outcome.NOT_CHECKABLE.value
        return Outcome.HOLDS.value if difference == 0 else Outcome.BROKEN.value

    def formula(self, places: Places) -> str:
        """Write it."""
        cell = places.at(self.difference)
        return if_formula(f'{cell}=""', 2, if_formula(f"{cell}=0", 0, 1))


@dataclass(frozen=True, slots=True)
class Zero:
    """The outcome of a row that must be zero for units of certain levels."""

    refs: tuple[str, ...]
    level: str
    levels: tuple[str, ...]
    declared: str = ""

    def value(self, cells: Cells) -> int:
        """Compute it."""
        if cells.get(self.level) not in self.levels:
            return Outcome.NOT_APPLICABLE.value
        values = [cells.get(ref) for ref in self.refs]
        if any(is_number(value) and value != 0 for value in values):
            return Outcome.BROKEN.value
        if cells[self.declared] == 1 or all(is_number(value) for value in values):
            return Outcome.HOLDS.value
        return Outcome.NOT_CHECKABLE.value

    def formula(self, places: Places) -> str:
        """Write it."""
        applies = ",".join(f'{places.at(self.level)}="{level}"' for level in self.levels)
        ranges = places.over(self.refs)
        wrong = count_if_formula(ranges, '">0"') + "+" + count_if_formula(ranges, '"<0"')
        known = f"OR({places.at(self.declared)}=1,COUNT({','.join(ranges)})={len(self.refs)})"
        return if_formula(f"OR({applies})", if_formula(f"{wrong}>0", 1, if_formula(known, 0, 2)), 3)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the codes (entries, outcomes) are at least, or just, a code."""

    codes: tuple[str, ...]
    code: int
    exactly: bool = False

    def value(self, cells: Cells) -> int:
        """Compute it."""
        if self.exactly:
            return sum(cells[key] == self.code for key in self.codes)
        return sum(cells[key] >= self.code for key in self.codes)  # type: ignore[operator]

    def formula(self, places: Places) -> str:
        """Write it. What is not below the code is at least the code: so an error counts, too."""
        ranges = places.over(self.codes)
        if self.exactly:
            return count_if_formula(ranges, str(int(self.code)))
        below = count_if_formula(ranges, f'"<{int(self.code)}"')
        return f"{len(self.codes)}-({below})"


@dataclass(frozen=True, slots=True)
class Length:
    """How many characters the texts have together."""

    texts: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        return sum(len(str(cells.get(key) or "")) for key in self.texts)

    def formula(self, places: Places) -> str:
        """Write it."""
        return "+".join(f"LEN({places.at(key)})" for key in self.texts)
