"""Find the smallest sets of cells whose change makes every relation hold (error localisation after Fellegi and Holt).

A set of cells is an answer if the cells can get permitted values with which all relations hold, broken ones and
others, while no other cell changes. Every answer contains a cell of each broken relation, so the search picks a broken
relation and tries its cells one after the other. A cell that is free to change is eliminated from the other relations
by means of this one; what remains broken then must be repaired by further cells. The search is exact: it goes through
all sets of one cell, then through all sets of two, and so on, and stops at the first size that has an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from gouji.form.values import Number

Exact = int | Fraction
Change = dict[str, Exact]
"""What is added to each cell of an answer."""

LARGEST = 4
"""The greatest number of cells in an answer. More wrong cells have too many other explanations to name one."""

_BUDGET = 4000
"""The greatest number of cells that one search tries as free ones: about 0.1 s."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A relation as a sum that must be 0: each cell with its factor, and what the sum is with the present figures."""

    factors: Mapping[str, Exact]
    off: Exact


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell holds, and what it may hold."""

    value: Exact
    negative: bool = False
    """Whether the cell may hold a negative number."""
    fraction: bool = False
    """Whether the cell may hold a number that is not whole."""

    def permits(self, change: Exact) -> bool:
        """Tell whether the cell may hold its value with this change added."""
        changed = self.value + change
        return (self.negative or changed >= 0) and (self.fraction or changed == int(changed))


def exact(value: Number) -> Exact:
    """Return a figure as a number with which arithmetic is exact."""
    return value if isinstance(value, int) else Fraction(value)


def smallest_changes(equations: Iterable[Equation], entries: Mapping[str, Entry]) -> list[Change] | None:
    """Return all the smallest sets of changes with which every equation holds.

    Returns None if there is no answer of at most :data:`LARGEST` cells, or if the search takes too long.
    """
    rows = [_Row({ref: factor for ref, factor in one.factors.items() if factor}, one.off) for one in equations]
    for size in range(1, LARGEST + 1):
        search = _Search(entries, size)
        try:
            search.extend(rows, {}, size, frozenset())
        except _TooLongError:
            return None
        if search.answers:
            return list(search.answers.values())
    return None


class _TooLongError(Exception):
    """The search has used up its budget."""


@dataclass(frozen=True, slots=True)
class _Row:
    """An equation, from which free cells may have been eliminated."""

    factors: dict[str, Exact]
    off: Exact

    def without(self, ref: str, pivot: _Row) -> _Row:
        """Return this row with a cell eliminated by means of another row."""
        factor = ratio(self.factors[ref], pivot.factors[ref])
        factors = dict(self.factors)
        for other, value in pivot.factors.items():
            if reduced := factors.get(other, 0) - factor * value:
                factors[other] = reduced
            else:
                factors.pop(other, None)
        return _Row(factors, self.off - factor * pivot.off)


def ratio(one: Exact, other: Exact) -> Exact:
    """Return the exact quotient of two numbers."""
    if other in (1, -1):  # almost always, and whole numbers are much faster
        return one * other
    return Fraction(one) / other


@dataclass(slots=True)
class _Search:
    """A search for the answers of one size."""

    entries: Mapping[str, Entry]
    size: int
    answers: dict[frozenset[str], Change] = field(default_factory=dict)
    tried: int = 0

    def extend(self, rows: list[_Row], free: dict[str, _Row], more: int, out: frozenset[str]) -> None:
        """Find the answers that contain the ``free`` cells, ``more`` others, and none of the cells that are ``out``.

        ``rows`` contain no free cell. The rows of ``free`` contain one each, and so give its value.
        """
        broken = sorted((row for row in rows if row.off), key=lambda row: len(row.factors))
        if not broken:
            self._settle(rows, free, more, out)
            return
        if _at_least(broken, more):
            return
        tried = set(out)
        for ref in broken[0].factors:
            if ref in out:
                continue
            self._count()
            if more > 1:
                self._free(ref, broken[0], rows, free, more, frozenset(tried))
            elif _repairs(ref, broken, rows):
                self._free(ref, broken[0], [], free, more, frozenset(tried))
            tried.add(ref)  # the answers with this cell are all found

    def _count(self) -> None:
        self.tried += 1
        if self.tried > _BUDGET:
            raise _TooLongError

    def _free(
        self, ref: str, pivot: _Row, rows: list[_Row], free: dict[str, _Row], more: int, out: frozenset[str]
    ) -> None:
        """Let one more cell change, and find the answers that contain it."""
        reduced = [
            row.without(ref, pivot) if ref in row.factors else row  # nothing else in a row has changed
            for row in rows
            if row is not pivot
        ]
        solved = {other: row.without(ref, pivot) if ref in row.factors else row for other, row in free.items()}
        self.extend(reduced, {**solved, ref: pivot}, more - 1, out)

    def _settle(self, rows: list[_Row], free: dict[str, _Row], more: int, out: frozenset[str]) -> None:
        """Record the free cells as an answer if their values are permitted, or else let further cells change."""
        change = {ref: -ratio(row.off, row.factors[ref]) for ref, row in free.items()}
        # A cell that keeps its value belongs to no smallest set, unless a further cell makes it change.
        bad = next((ref for ref, by in change.items() if not by or not self.entries[ref].permits(by)), None)
        if bad is None:
            self._record(change)
        elif more:
            tried = set(out)
            for ref in free[bad].factors:
                if ref in free or ref in out:
                    continue
                self._count()
                through = [row for row in rows if ref in row.factors]
                if through:
                    pivot = min(through, key=lambda row: len(row.factors))
                    self._free(ref, pivot, rows, free, more, frozenset(tried))
                    tried.add(ref)
                elif more == 1:
                    self._share(ref, free, change)

    def _share(self, ref: str, free: dict[str, _Row], change: Change) -> None:
        """Record the free cells and one more as an answer if they can share the change so that all is permitted."""
        slopes = {other: ratio(-row.factors.get(ref, 0), row.factors[other]) for other, row in free.items()}
        slopes[ref] = 1
        start = {**change, ref: 0}
        least: Exact | None = None
        most: Exact | None = None
        for other, slope in slopes.items():
            if slope and not self.entries[other].negative:
                limit = Fraction(-(self.entries[other].value + start[other])) / slope
                if slope > 0:
                    least = limit if least is None else max(least, limit)
                else:
                    most = limit if most is None else min(most, limit)
        for by in _near(least, most):
            shared = {other: start[other] + slope * by for other, slope in slopes.items()}
            if all(shared.values()) and all(self.entries[other].permits(each) for other, each in shared.items()):
                self._record(shared)
                return

    def _record(self, change: Change) -> None:
        if len(change) == self.size:
            self.answers.setdefault(frozenset(change), change)


def _at_least(broken: list[_Row], more: int) -> bool:
    """Tell whether so many broken rows have no cell in common that ``more`` cells cannot repair them all."""
    if not more:
        return True
    apart: list[_Row] = []
    for row in broken:
        if all(row.factors.keys().isdisjoint(other.factors) for other in apart):
            apart.append(row)
            if len(apart) > more:
                return True
    return False


def _repairs(ref: str, broken: list[_Row], rows: list[_Row]) -> bool:
    """Tell whether the change of one cell repairs all broken rows and breaks no other."""
    if not all(ref in row.factors for row in broken):
        return False
    if sum(ref in row.factors for row in rows) != len(broken):
        return False
    first = broken[0]
    return all(row.off * first.factors[ref] == first.off * row.factors[ref] for row in broken)


_STEPS = 3
"""How many whole numbers from a limit on are tried. The factors are small, so that one of the first ones fits."""


def _near(least: Exact | None, most: Exact | None) -> Iterable[int]:
    """Return the whole numbers next to the limits, those that change least first."""
    low = None if least is None else -int(-least // 1)
    high = None if most is None else int(most // 1)
    if low is None and high is None:
        return range(1, _STEPS + 1)
    found: set[int] = set()
    if low is not None:
        found.update(range(low, low + _STEPS))
    if high is not None:
        found.update(range(high - _STEPS + 1, high + 1))
    inside = (by for by in found if (low is None or by >= low) and (high is None or by <= high))
    return sorted(inside, key=abs)
