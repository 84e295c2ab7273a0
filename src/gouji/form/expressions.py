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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import Protocol, TypeGuard

from gouji.form.model import FRACTIONS, Form, Kind, Relation, Table, Term

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
            value = cells.get(_key(term) if term.previous else term.ref)
            total = total - value if term.negative else total + value  # type: ignore[operator]
    except TypeError:  # a blank, or a text
        return None
    return total


def _key(term: Term) -> str:
    return f"previous.{term.ref}" if term.previous else term.ref


def _if(condition: str, then: object, otherwise: object) -> str:
    return f"IF({condition},{then},{otherwise})"


def _count_if(ranges: list[str], criterion: str) -> str:
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
            inner = _if(f"{cell}<>INT({cell})", 4, inner)
        if self.kind != "change":
            inner = _if(f"{cell}<0", 3, inner)
        inner = _if(f"ABS({cell})>={self.limit}", 5, inner)
        inner = _if(f"{cell}=0", 1, inner)
        return _if(f"ISNUMBER({cell})", inner, _if(f"ISERROR({cell})", 6, _if(f"LEN({cell})=0", 0, 6)))


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
        agreeing = _count_if(places.over(self.entries), '"<2"')
        return _if(f'{places.at(self.zero)}="{YES}"', _if(f"{agreeing}={len(self.entries)}", 1, 0), 0)


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
        return _if(f'{places.at(self.zero)}="{YES}"', _if(f"{places.at(self.declared)}=1", 0, 1), 3)


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
        known = _if(f"COUNT({ranges})={len(self.parts)}", f"SUM({ranges})", '""')
        return _if(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


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
        known = _if(f"COUNT({ranges})={len(plus) + len(minus)}", f"ROUND({sums},6)", '""')
        return _if(f"{places.at(self.declared)}=1", 0, known) if self.declared else known


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
            _key(term): 0 if declared and cells[declared] == 1 else cells.get(_key(term))
            for term, declared in zip((*self.left, *self.right), self.declared, strict=True)
        }
        return Difference(self.left, self.right).value(known)

    def formula(self, places: Places) -> str:
        """Write it. In a table that is declared zero nothing but zeros and blanks can stand, which add up to zero."""
        of_tables: dict[str, list[str]] = {}
        for term, declared in zip((*self.left, *self.right), self.declared, strict=True):
            of_tables.setdefault(declared, []).append(_key(term))
        known = []
        for declared, keys in of_tables.items():
            counted = f"COUNT({','.join(places.over(keys))})={len(keys)}"
            known.append(f"OR({places.at(declared)}=1,{counted})" if declared else counted)
        return _if(f"AND({','.join(known)})", f"ROUND({_minus(self.left, self.right, places)},6)", '""')


def _minus(left: Iterable[Term], right: Iterable[Term], places: Places) -> str:
    """Return the formula of one side minus the other."""
    plus, minus = _signed(left, right)
    return f"SUM({','.join(places.over(plus))})-SUM({','.join(places.over(minus))})"


def _signed(left: Iterable[Term], right: Iterable[Term]) -> tuple[list[str], list[str]]:
    """Return the keys that are added and those that are taken away in left side minus right side."""
    left, right = list(left), list(right)
    plus = [_key(term) for term in left if not term.negative] + [_key(term) for term in right if term.negative]
    minus = [_key(term) for term in right if not term.negative] + [_key(term) for term in left if term.negative]
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
        return _if(f'{cell}=""', 2, _if(f"{cell}=0", 0, 1))


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
        wrong = _count_if(ranges, '">0"') + "+" + _count_if(ranges, '"<0"')
        known = f"OR({places.at(self.declared)}=1,COUNT({','.join(ranges)})={len(self.refs)})"
        return _if(f"OR({applies})", _if(f"{wrong}>0", 1, _if(known, 0, 2)), 3)


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
            return _count_if(ranges, str(int(self.code)))
        below = _count_if(ranges, f'"<{int(self.code)}"')
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


@dataclass(frozen=True, slots=True)
class Same:
    """What another calculated cell says, shown again."""

    key: str

    def value(self, cells: Cells) -> Value:
        """Compute it."""
        return cells.get(self.key)

    def formula(self, places: Places) -> str:
        """Write it."""
        return places.at(self.key)


@dataclass(frozen=True, slots=True)
class Complete:
    """The outcome of a table's entries: broken by one that is not permitted, not checkable by a blank."""

    wrong: str
    blank: str
    declared: str = ""

    def value(self, cells: Cells) -> int:
        """Compute it."""
        if cells[self.wrong] != 0:
            return Outcome.BROKEN.value
        if cells[self.blank] != 0 and not (self.declared and cells[self.declared] == 1):
            return Outcome.NOT_CHECKABLE.value
        return Outcome.HOLDS.value

    def formula(self, places: Places) -> str:
        """Write it."""
        filled = f"{places.at(self.blank)}=0"
        if self.declared:
            filled = f"OR({filled},{places.at(self.declared)}=1)"
        return _if(f"{places.at(self.wrong)}=0", _if(filled, 0, 2), 1)


@dataclass(frozen=True, slots=True)
class Answered:
    """Not checkable while all texts of a required section are empty."""

    lengths: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        answered = any(cells.get(key) for key in self.lengths)
        return Outcome.HOLDS.value if answered else Outcome.NOT_CHECKABLE.value

    def formula(self, places: Places) -> str:
        """Write it."""
        return _if(f"SUM({','.join(places.over(self.lengths))})>0", 0, 2)


@dataclass(frozen=True, slots=True)
class Worst:
    """The outcome of many: broken if one is, not checkable if one is, holds if one does, else not applicable."""

    outcomes: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        found = {cells[key] for key in self.outcomes}
        return next(outcome for outcome in (1, 2, 0, 3) if outcome in found or outcome == 3)

    def formula(self, places: Places) -> str:
        """Write it."""
        ranges = places.over(self.outcomes)
        broken, unknown, held = (_count_if(ranges, str(outcome)) for outcome in (1, 2, 0))
        known = f"AND(COUNT({','.join(ranges)})={len(self.outcomes)},{unknown}=0)"
        return _if(f"{broken}>0", 1, _if(known, _if(f"{held}>0", 0, 3), 2))


@dataclass(frozen=True, slots=True)
class StateOf:
    """The overall state, from the worst outcome of all."""

    worst: str
    numbers: tuple[str, ...] = ()
    """What is a number in every report that is ready, and in a spreadsheet may be an error on which no outcome depends:
    totals in tables that are declared zero, and the lengths of texts that may stay empty."""

    def value(self, cells: Cells) -> int:
        """Compute it."""
        return {1: State.WRONG, 2: State.INCOMPLETE}.get(cells[self.worst], State.READY).value  # type: ignore[arg-type]

    def formula(self, places: Places) -> str:
        """Write it."""
        worst = places.at(self.worst)
        ready = f"OR({worst}=0,{worst}=3)"
        if self.numbers:
            ready = f"AND({ready},COUNT({','.join(places.over(self.numbers))})={len(self.numbers)})"
        return _if(f"ISNUMBER({worst})", _if(f"{worst}=1", 2, _if(ready, 0, 1)), 1)


@dataclass(frozen=True, slots=True)
class Worded:
    """A code in words: ``words[code]``."""

    code: str
    words: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        """Compute it."""
        return self.words[cells[self.code]]  # type: ignore[index]

    def formula(self, places: Places) -> str:
        """Write it."""
        cell = places.at(self.code)
        formula = f'"{self.words[-1]}"'
        for code in reversed(range(len(self.words) - 1)):
            formula = _if(f"{cell}={code}", f'"{self.words[code]}"', formula)
        return formula


@cache
def calculations(form: Form, *, totals: bool) -> dict[str, Expression]:
    """Return every calculation of the form by its key, each after those that it needs.

    With ``totals`` the totals are calculated from their parts, as the workbook does; without, they are figures of
    the report like others, as in anything that was not made by us.

    Keys: ``entry.<ref>``, ``declared.<table>``, the Refs of totals, ``difference.<relation>``, ``outcome.<relation>``
    and, one line each on the check sheet, ``wrong.<table>``, ``blank.<table>`` and ``outcome.<family>``; then
    ``worst`` and ``state``.
    """
    made: dict[str, Expression] = {}
    for table in form.tables:
        asked = [cell for cell in table.cells.values() if not (totals and cell.ref in form.totals)]
        for cell in asked:
            limit = TOO_LARGE_A_TOTAL if cell.ref in form.totals else TOO_LARGE
            made[f"entry.{cell.ref}"] = EntryOf(cell.ref, cell.kind, limit)
        entries = tuple(f"entry.{cell.ref}" for cell in asked)
        if table.official:
            made[f"declared.{table.id}"] = Declared(f"zero.{table.id}", entries)
        made[f"wrong.{table.id}"] = Count(entries, Entry.NEGATIVE)
        made[f"blank.{table.id}"] = Count(entries, Entry.BLANK, exactly=True)
    if totals:
        for ref, parts in form.totals.items():
            made[ref] = Total(parts, _declared(form.table(form.cells[ref].table)))
    for relation in form.relations:
        made[f"difference.{relation.id}"] = _difference(form, relation)
    # The outcomes of a family stand in one range: named one by one, those of a long table are too much for a formula.
    for relation in form.relations:
        made[f"outcome.{relation.id}"] = Holds(f"difference.{relation.id}")
    lines = _lines(form)
    made.update(lines)
    made["worst"] = Worst(tuple(lines))
    made["state"] = StateOf("worst", (*(form.totals if totals else ()), *_optional_lengths(form)))
    return made


def _difference(form: Form, relation: Relation) -> Expression:
    terms = (*relation.left, *relation.right)
    tables = [form.table(form.cells[term.ref].table) for term in terms]
    if len({table.id for table in tables}) == 1:
        return Difference(relation.left, relation.right, _declared(tables[0]))
    return DifferenceOfTables(relation.left, relation.right, tuple(map(_declared, tables)))


def _declared(table: Table) -> str:
    return f"declared.{table.id}" if table.official else ""


def _lines(form: Form) -> dict[str, Expression]:
    """Return the outcomes that decide the overall state."""
    lines: dict[str, Expression] = {}
    for family in form.relation_families:
        members = [relation for relation in form.relations if relation.family == family]
        lines[f"outcome.{family.id}"] = Worst(tuple(f"outcome.{relation.id}" for relation in members))
    for table in form.tables:
        lines[f"outcome.entries.{table.id}"] = Complete(f"wrong.{table.id}", f"blank.{table.id}", _declared(table))
    for table in form.official_tables:
        lines[f"outcome.zero.{table.id}"] = Contradiction(f"zero.{table.id}", f"declared.{table.id}")
    for limit in form.level_limits:
        refs = tuple(ref for ref, cell in form.table(limit.table).cells.items() if cell.row.key == limit.row)
        lines[f"outcome.{limit.id}"] = Zero(refs, "level", limit.levels, f"declared.{limit.table}")
    for section in form.sections:
        if section.required:
            lines[f"outcome.text.{section.key}"] = Answered(
                tuple(f"length.{topic.key}" for topic in form.topics_of(section.key) if not topic.optional)
            )
    return lines


def _optional_lengths(form: Form) -> tuple[str, ...]:
    """Return the keys of the lengths of the texts that may stay empty."""
    return tuple(
        f"length.{topic.key}" for topic in form.topics if topic.optional or not form.section(topic.section).required
    )


def evaluate(expressions: Mapping[str, Expression], cells: Cells) -> dict[str, Value]:
    """Compute every expression; the result holds the cells and all the values."""
    values = dict(cells)
    for key, expression in expressions.items():
        values[key] = expression.value(values)
    return values


def relation_outcomes(relations: Iterable[Relation], cells: Cells) -> dict[str, Outcome]:
    """Return the outcome of each relation over figures that are as they are."""
    found = {}
    for relation in relations:
        difference = Difference(relation.left, relation.right).value(cells)
        found[relation.id] = Outcome(Holds("difference").value({"difference": difference}))
    return found
