"""Which cells of a report may be wrong, given the relations that are broken: the smallest sets, likeliest first.

Relations inside the report have to hold. Those with last year's report only help to choose: last year's report may be
the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from gouji.checks.likelihood import unlikelihood
from gouji.checks.smallest_sets import Change, Entry, Equation, Exact, exact, ratio, smallest_changes
from gouji.form.expressions import Difference
from gouji.form.model import FRACTIONS, Form, Relation
from gouji.form.values import Cells, Outcome
from gouji.form.values import Entry as EntryCode

MOST = 30
"""The greatest number of sets that are listed."""


@dataclass(frozen=True, slots=True)
class Part:
    """Broken relations that share cells, directly or by way of other relations, and what may be wrong there."""

    broken: tuple[str, ...]
    changes: tuple[Change, ...]
    """The smallest sets, likeliest first; empty if there is none, or if the search took too long."""


def parts_of(form: Form, values: Cells, *, computed: bool) -> list[Part]:
    """Return the parts of a report with broken relations.

    If the totals of the report were ``computed``, they follow from the entries and cannot be wrong themselves.
    """
    equations = equations_of(form, values)
    off = {id: equation.off for id, equation in equations.items()}
    if not any(off.values()):
        return []
    if computed:
        equations = _independent({id: _of_entries(form, equation) for id, equation in equations.items()})
    return [
        Part(tuple(id for id in ids if off[id]), _likeliest(form, values, [equations[id] for id in ids]))
        for ids in _connected(equations)
        if any(off[id] for id in ids)
    ]


def equations_of(form: Form, values: Cells) -> dict[str, Equation]:
    """Return the relations inside the report of which every cell is known, by id."""
    checkable = [one for one in form.relations if values[f"outcome.{one.id}"] in (Outcome.HOLDS, Outcome.BROKEN)]
    return {
        one.id: Equation(_factors(form)[one.id], exact(Difference(one.left, one.right).value(_zeros(one, values)) or 0))
        for one in checkable
    }


def combined(parts: Sequence[Part], also: Iterable[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the sets of cells that repair all parts, likeliest first. The cells ``also`` belong to each of them."""
    first = tuple(also)
    sets = product(*(part.changes for part in parts)) if parts or first else ()
    together = ((*first, *(ref for change in several for ref in change)) for several in islice(sets, MOST))
    return tuple(tuple(dict.fromkeys(refs)) for refs in together)


def _zeros(relation: Relation, values: Cells) -> Cells:
    """Return the cells of a relation, those without an entry as 0: in a table that is declared zero they are blank."""
    return {ref: 0 if values.get(ref) is None else values[ref] for ref in relation.refs}


@cache
def _factors(form: Form) -> Mapping[str, Mapping[str, int]]:
    """Return for each relation its cells of this year's report, with their factors in left side minus right side."""
    return {one.id: _factors_of(one) for one in (*form.relations, *form.continuity)}


def _factors_of(relation: Relation) -> Mapping[str, int]:
    factors: dict[str, int] = {}
    for terms, sign in ((relation.left, 1), (relation.right, -1)):
        for term in terms:
            if not term.previous:
                factors[term.ref] = factors.get(term.ref, 0) + (-sign if term.negative else sign)
    return factors


def _likeliest(form: Form, values: Cells, equations: Sequence[Equation]) -> tuple[Change, ...]:
    """Return the smallest changes with which some equations hold, likeliest first."""
    refs = dict.fromkeys(ref for equation in equations for ref in equation.factors)
    entries = {ref: entry_of(form, values, ref) for ref in refs}
    found = smallest_changes(equations, entries) or []
    return _supported(form, values, sorted(found, key=lambda change: unlikelihood(form, values, change)))


def entry_of(form: Form, values: Cells, ref: str) -> Entry:
    """Return what a cell holds and may hold."""
    kind = form.cells[ref].kind
    value = values.get(ref)
    number = 0 if value is None or isinstance(value, str) else exact(value)
    return Entry(number, negative=kind == "change", fraction=kind in FRACTIONS)


def _supported(form: Form, values: Cells, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return only the changes with the most support by other findings.

    A cell with a number that is not permitted is wrong for certain, and last year's report speaks for some figures.
    """

    def against(change: Change) -> tuple[int, int]:
        not_permitted = sum(values.get(f"entry.{ref}") in NOT_PERMITTED for ref in change)
        return -not_permitted, _broken_with_last_year(form, values, change)

    least = min(map(against, changes), default=None)
    return tuple(change for change in changes if against(change) == least)


NOT_PERMITTED = (EntryCode.NEGATIVE, EntryCode.FRACTION, EntryCode.LARGE)
"""What a number is that cannot be right, whatever the relations say."""


def _broken_with_last_year(form: Form, values: Cells, change: Change) -> int:
    """Return how many relations with last year's report are broken after a change."""
    known = [one for one in form.continuity if values[f"outcome.{one.id}"] in (Outcome.HOLDS, Outcome.BROKEN)]
    return sum(exact(values[f"difference.{one.id}"]) + moved(form, one.id, change) != 0 for one in known)  # type: ignore[arg-type]


def moved(form: Form, relation: str, change: Change) -> Exact:
    """Return by how much a change moves the left side of a relation away from its right side."""
    return sum((factor * change.get(ref, 0) for ref, factor in _factors(form)[relation].items()), 0)


# ---------------------------------------------------------------- parts that have no cell in common


def _connected(equations: Mapping[str, Equation]) -> Iterator[list[str]]:
    """Yield the ids of equations that share cells, directly or by way of others."""
    groups: list[tuple[set[str], list[str]]] = []
    for id, equation in equations.items():
        refs, ids = set(equation.factors), [id]
        apart = []
        for group in groups:
            if group[0].isdisjoint(refs):
                apart.append(group)
            else:
                refs, ids = refs | group[0], group[1] + ids
        groups = [*apart, (refs, ids)]
    for _, ids in groups:
        yield ids


# ---------------------------------------------------------------- totals that follow from the entries


@cache
def _entries_of(form: Form, total: str) -> Mapping[str, int]:
    """Return the entries that a total adds up, each with how often it does."""
    entries: dict[str, int] = {}
    for part in form.totals[total]:
        for ref, times in (_entries_of(form, part) if part in form.totals else {part: 1}).items():
            entries[ref] = entries.get(ref, 0) + times
    return entries


def _of_entries(form: Form, equation: Equation) -> Equation:
    """Return an equation with the entries in place of the totals."""
    factors: dict[str, Exact] = {}
    for ref, factor in equation.factors.items():
        for entry, times in (_entries_of(form, ref) if ref in form.totals else {ref: 1}).items():
            factors[entry] = factors.get(entry, 0) + factor * times
    return Equation({ref: factor for ref, factor in factors.items() if factor}, equation.off)


def _independent(equations: Mapping[str, Equation]) -> dict[str, Equation]:
    """Return the equations without those that follow from others, such as the balance of the total column."""
    kept: dict[str, Equation] = {}
    solved: list[tuple[str, dict[str, Exact]]] = []
    for id, equation in equations.items():
        rest = dict(equation.factors)
        for pivot, row in solved:
            if factor := rest.get(pivot, 0):
                for ref, value in row.items():
                    rest[ref] = rest.get(ref, 0) - factor * value
        rest = {ref: value for ref, value in rest.items() if value}
        if rest:
            pivot, by = next(iter(rest.items()))
            solved.append((pivot, {ref: ratio(value, by) for ref, value in rest.items()}))
            kept[id] = equation
    return kept
