"""Find the root causes of broken relations and mark the other findings as their echoes.

One wrong cell can break the sum of its row, the sum of its column and a balance at once. The smallest sets of cells
that repair everything are searched for (:mod:`gouji.checks.wrong_cells`). If there is one, its cells are named: of the
relations through a cell one is reported as the cause, and the others as echoes of it. Two or three sets are told as
alternatives. If there are more, the messages only say where to look.
"""

from __future__ import annotations

from enum import IntEnum, auto
from typing import NamedTuple

from gouji.checks.broken_relations import Case, Suspect, adds_columns, web_of
from gouji.checks.cause_advice import explained
from gouji.checks.smallest_sets import Change, exact
from gouji.checks.wrong_cells import NOT_PERMITTED, Part, combined, moved, parts_of
from gouji.findings.finding import Finding
from gouji.form.expressions import Difference
from gouji.form.model import Relation
from gouji.form.values import Cells, Number, Outcome, Value, side
from gouji.report.model import Report

_NEVER_FILLED = 3
"""From this many row totals of 0 beside other figures on, the total column was probably never filled."""

_ALTERNATIVES = 3
"""A message names at most this many sets of cells."""


class _Clarity(IntEnum):
    """How clearly a relation points to the wrong cell, the clearest first."""

    ITS_TOTAL = auto()
    """The cell is the total of the relation."""
    LAST_YEAR = auto()
    BALANCE = auto()
    ROW = auto()
    COLUMN = auto()


class Explained(NamedTuple):
    """The findings with the echoes marked, and the smallest sets of cells that repair all relations."""

    findings: list[Finding]
    sets: tuple[tuple[str, ...], ...]


def with_echoes_marked(report: Report, values: Cells, findings: list[Finding], *, computed: bool = False) -> Explained:
    """Return the findings with echoes marked, and with the probable mistake added to the message of each cause.

    ``computed`` says that the totals of the report follow from its entries.
    """
    broken = {finding.id for finding in findings if finding.outcome == "broken"}
    void = {finding.id.partition(":")[2] for finding in findings if finding.rule == "zero.contradicted"}
    if not broken and not void:
        return Explained(findings, ())
    web = web_of(report.form)
    off: dict[str, Number] = {
        id: values[f"difference.{id}"]  # type: ignore[misc]
        for id in web.relations
        if id in broken and values[f"outcome.{id}"] == Outcome.BROKEN
    }
    case = Case(web, values, off, list(off))
    filled = _unfilled_total_columns(case)
    parts = parts_of(report.form, {**values, **filled}, computed=computed)
    for part in parts:
        if computed or any(web.relations[id].family.sums for id in part.broken):
            _name(case, part, computed)
        else:
            # All sums hold, so that the totals probably follow from wrong entries: name none without a confirmation.
            for other in parts_of(report.form, values, computed=True):
                if set(other.broken) <= set(part.broken) and _is_confirmed(case, other):
                    _name(case, other, computed=True)
    _total_columns_follow(case)
    _entries_that_are_not_permitted(case, findings)
    return Explained([explained(case, finding, void) for finding in findings], combined(parts, filled))


# ---------------------------------------------------------------- finding the causes


def _unfilled_total_columns(case: Case) -> dict[str, Value]:
    """Explain many row totals of 0 beside other figures by a total column that was never filled.

    Returns the totals as they should be. No smaller set can repair these rows, because no cell is in two of them.
    """
    every: dict[str, Value] = {}
    zero_totals: dict[str, list[Relation]] = {}
    for id in case.open:
        relation = case.web.relations[id]
        if relation.family.sums and relation.family.each == "row" and side(relation.left, case.values) == 0:
            zero_totals.setdefault(relation.family.id, []).append(relation)
    for relations in zero_totals.values():
        if len(relations) < _NEVER_FILLED:
            continue
        filled: dict[str, Value] = {relation.left[0].ref: side(relation.right, case.values) for relation in relations}
        if not _is_empty(case, relations[0]) and not _repairs_all(case, filled):
            continue  # the totals are right, and the figures beside them are wrong
        first = relations[0]
        case.unfilled[first.id] = case.web.form.cells[first.left[0].ref].column.printed
        repaired = [id for id in case.open if _holds_with(case, case.web.relations[id], filled)]
        case.close(first.id, [*(relation.id for relation in relations), *repaired])
        every |= filled
    return every


def _is_empty(case: Case, sum_of_row: Relation) -> bool:
    """Tell whether the total column holds nothing but 0."""
    sums = [one for one in case.web.row_sums.values() if one.family == sum_of_row.family]
    return all(side(one.left, case.values) == 0 for one in sums)


def _repairs_all(case: Case, filled: dict[str, Value]) -> bool:
    """Tell whether all relations through the totals hold when they are filled."""
    through = dict.fromkeys(
        id for ref in filled for id, _ in case.web.crossing[ref] if case.holds(id) or id in case.off
    )
    return all(_holds_with(case, case.web.relations[id], filled) for id in through)


def _holds_with(case: Case, relation: Relation, changed: dict[str, Value]) -> bool:
    if not any(ref in changed for ref in relation.refs):
        return False
    return Difference(relation.left, relation.right).value({**case.values, **changed}) == 0


def _name(case: Case, part: Part, computed: bool) -> None:
    """Name the cells of the only set that repairs a part, or the sets of which one is wrong."""
    if len(part.changes) == 1:
        _name_cells(case, part.changes[0], computed)
    elif 1 < len(part.changes) <= _ALTERNATIVES:
        first = next((id for id in part.broken if id in case.open), None)
        if first is not None:
            case.alternatives[first] = part.changes


def _is_confirmed(case: Case, part: Part) -> bool:
    """Tell whether something else speaks for the cells of a part.

    One of them holds a number that is not permitted, or their change also repairs a relation with last year's report.
    """
    refs = [ref for change in part.changes for ref in change]
    if any(case.values.get(f"entry.{ref}") in NOT_PERMITTED for ref in refs):
        return True
    years = [one.id for one in case.web.form.continuity if one.id in case.off]
    return any(id in _repaired(case, ref, change) for change in part.changes for ref in change for id in years)


def _name_cells(case: Case, change: Change, computed: bool) -> None:
    """Report one relation for each wrong cell as the cause, and the other relations through it as echoes."""
    if computed:
        change, followers = _with_totals(case, change)
    else:
        followers = _computed_from(case, change)
    through = {ref: _repaired(case, ref, change) for ref in change}
    leaders = [ref for ref in sorted(change, key=lambda ref: -len(through[ref])) if ref not in followers]
    causes: dict[str, str] = {}
    for ref in leaders:
        free = [id for id in through[ref] if id in case.open and id not in case.suspects]
        own = [id for id in free if not any(id in through[other] for other in leaders if other != ref)]
        if free:
            cause = min(own or free, key=lambda id: _clarity(case, ref, case.web.relations[id]))
            case.suspects[cause] = [Suspect(ref, change[ref])]
            causes[ref] = cause
    for ref in leaders:
        if ref not in causes:  # all its relations are reported for other cells
            shared = next((id for id in through[ref] if id in case.suspects), None)
            if shared is not None:
                case.suspects[shared].append(Suspect(ref, change[ref]))
    for follower, leader in followers.items():
        through[leader] = [*through[leader], *through[follower]]
    for ref, cause in causes.items():
        case.close(cause, [id for id in through[ref] if id in case.open and id not in case.suspects])


def _repaired(case: Case, ref: str, change: Change) -> list[str]:
    """Return the broken relations through a cell that hold after a change."""
    return [
        id
        for id, _ in case.web.crossing[ref]
        if id in case.off and exact(case.off[id]) + moved(case.web.form, id, change) == 0
    ]


def _with_totals(case: Case, change: Change) -> tuple[Change, dict[str, str]]:
    """Return a change of entries with the totals that follow from them, and for each total one of these entries."""
    whole, leaders = dict(change), dict[str, str]()
    for total, parts in case.web.form.totals.items():
        by = sum((whole.get(part, 0) for part in parts), 0)
        if by:
            first = next(part for part in parts if part in whole)
            whole[total], leaders[total] = by, leaders.get(first, first)
    return whole, leaders


def _computed_from(case: Case, change: Change) -> dict[str, str]:
    """Return the totals of rows that changed only because a part did, each with this part.

    A file that computes its totals has a wrong total beside a wrong entry, and the sum of the row holds.
    """
    computed = {}
    for ref, by in change.items():
        relation = case.web.row_sums.get(ref)
        if relation is not None and case.holds(relation.id):
            parts = [term.ref for term in relation.right if change.get(term.ref) == by]
            if len(parts) == 1:
                computed[ref] = parts[0]
    return computed


def _clarity(case: Case, ref: str, relation: Relation) -> _Clarity:
    """Return how clearly a relation points to the wrong cell."""
    if relation.family.sums and relation.left[0].ref == ref:
        return _Clarity.ITS_TOTAL
    if relation in case.web.form.continuity:
        return _Clarity.LAST_YEAR
    if not relation.family.sums:
        return _Clarity.BALANCE
    return _Clarity.ROW if relation.family.each == "row" else _Clarity.COLUMN


def _entries_that_are_not_permitted(case: Case, findings: list[Finding]) -> None:
    """Explain relations by the finding on the wrong cell itself, if it holds a number that is not permitted."""
    wrong = {
        finding.refs[0]: finding.id
        for finding in findings
        if finding.rule.startswith("figure.") and finding.severity == "error" and finding.actual is not None
    }
    for id, suspects in case.suspects.items():
        if suspects[0].ref in wrong:
            case.caused_by[id] = wrong[suspects[0].ref]


def _total_columns_follow(case: Case) -> None:
    """Explain a broken relation of the total column by the same relation in the columns that it adds up."""
    for id in list(case.open):
        relation = case.web.relations[id]
        if not adds_columns(case, relation):
            continue
        rows = [case.web.row_sums[ref] for ref in relation.refs]
        if any(row.id in case.open for row in rows):
            continue
        columns = [case.web.form.cells[term.ref].column.key for term in rows[0].right]
        wrong = [part for key in columns if (part := f"{relation.family.id}:{key}") in case.open]
        if wrong and sum(case.off[part] for part in wrong) == case.off[id]:
            case.caused_by[id] = wrong[0]
            case.open.remove(id)
