"""Find the root cause of several broken relations and mark the others as its echoes.

One wrong cell can break the sum of its row, the sum of its column and a balance at once. If every relation through a
cell is broken, and one change of that cell repairs them all, the cell is probably wrong: one of the relations is
reported as the cause, and the others as echoes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, auto
from functools import cache

import msgspec

from gouji.checks.figures import where_of
from gouji.findings.finding import Finding, plain
from gouji.findings.rules import likely_cause
from gouji.form.expressions import Difference
from gouji.form.model import Form, Relation
from gouji.form.values import Cells, Number, Outcome, Value, side
from gouji.report.model import Report

_NEVER_FILLED = 3
"""From this many row totals of 0 beside other figures on, the total column was probably never filled."""


class _Clarity(IntEnum):
    """How clearly a relation points to the wrong cell, the clearest first."""

    ITS_TOTAL = auto()
    """The cell is the total of the relation."""
    LAST_YEAR = auto()
    BALANCE = auto()
    ROW = auto()
    COLUMN = auto()


@dataclass(frozen=True, slots=True)
class _Web:
    """Which relations of a form share which cells."""

    form: Form
    relations: dict[str, Relation]
    crossing: dict[str, tuple[tuple[str, int], ...]]
    """For each Ref the ids of its relations, with the sign of the Ref in left side minus right side."""
    row_sums: dict[str, Relation]
    """For each row total the relation that adds up its row."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A cell whose change would repair all broken relations through it."""

    ref: str
    repair: Number
    """What must be added to the value of the cell."""
    broken: tuple[str, ...]


@dataclass(slots=True)
class _Case:
    """The broken relations of one report, and what has been found out about them so far."""

    web: _Web
    values: Cells
    off: dict[str, Number]
    """Left side minus right side of each broken relation."""
    open: list[str]
    """The broken relations that are not explained yet, in the order of the form."""
    caused_by: dict[str, str] = field(default_factory=dict)
    """The finding that explains a broken relation, by the id of the relation."""
    suspects: dict[str, _Suspect] = field(default_factory=dict)
    """The cell that is probably wrong, by the relation that is reported."""
    unfilled: dict[str, str] = field(default_factory=dict)
    """The total column that was never filled, as printed, by the relation that is reported."""

    def close(self, cause: str, explained: list[str]) -> None:
        """Record that one broken relation is the cause of others."""
        self.caused_by.update({id: cause for id in explained if id != cause})
        self.open = [id for id in self.open if id != cause and id not in explained]

    def cause_of(self, id: str) -> str:
        """Return the id of the finding that explains a broken relation, or its own id if it is not an echo."""
        while id in self.caused_by:
            id = self.caused_by[id]
        return id

    def holds(self, id: str) -> bool:
        """Tell whether a relation could be checked and holds."""
        return self.values.get(f"outcome.{id}") == Outcome.HOLDS


def with_echoes_marked(report: Report, values: Cells, findings: list[Finding]) -> list[Finding]:
    """Return the findings with echoes marked, and with the probable mistake added to the message of each cause."""
    findings = _blank_where_nothing_was_found(findings)
    broken = [finding.id for finding in findings if finding.outcome == "broken"]
    void = {finding.id.partition(":")[2] for finding in findings if finding.rule == "zero.contradicted"}
    if not broken and not void:
        return findings
    web = _web(report.form)
    off: dict[str, Number] = {
        id: values[f"difference.{id}"]  # type: ignore[misc]
        for id in web.relations
        if id in broken and values[f"outcome.{id}"] == Outcome.BROKEN
    }
    case = _Case(web, values, off, list(off))
    # From the surest explanation to the least sure: each step only looks at what is still open.
    _unfilled_total_columns(case)
    _single_wrong_cells(case, list(_suspects(case, strict=True)))
    _lone_wrong_cells(case)
    _total_columns_follow(case)
    _single_wrong_cells(case, list(_suspects(case, strict=False)))
    _entries_that_are_not_permitted(case, findings)
    return [_explained(case, finding, void) for finding in findings]


def _blank_where_nothing_was_found(findings: list[Finding]) -> list[Finding]:
    """Return the findings, those on blank cells as echoes where a medium has said that it did not find these cells."""
    lacking = {finding.id: set(finding.refs) for finding in findings if finding.rule in _NOT_FOUND}

    def told_before(finding: Finding) -> str | None:
        return next((id for id, refs in lacking.items() if refs.issuperset(finding.refs)), None)

    return [
        msgspec.structs.replace(finding, echo_of=told_before(finding)) if finding.rule == "figure.blank" else finding
        for finding in findings
    ]


_NOT_FOUND = ("published.missing", "published.part_missing")


@cache
def _web(form: Form) -> _Web:
    relations = {relation.id: relation for relation in (*form.relations, *form.continuity)}
    crossing: dict[str, tuple[tuple[str, int], ...]] = {}
    for relation in relations.values():
        for terms, sign in ((relation.left, 1), (relation.right, -1)):
            for term in terms:
                if not term.previous:
                    through = (relation.id, -sign if term.negative else sign)
                    crossing[term.ref] = (*crossing.get(term.ref, ()), through)
    row_sums = {
        relation.left[0].ref: relation
        for relation in form.relations
        if relation.family.sums and relation.family.each == "row"
    }
    return _Web(form, relations, crossing, row_sums)


# ---------------------------------------------------------------- finding the causes


def _unfilled_total_columns(case: _Case) -> None:
    """Explain many row totals of 0 beside other figures by a total column that was never filled."""
    zero_totals: dict[str, list[Relation]] = {}
    for id in case.open:
        relation = case.web.relations[id]
        if relation.family.sums and relation.family.each == "row" and side(relation.left, case.values) == 0:
            zero_totals.setdefault(relation.family.id, []).append(relation)
    for relations in zero_totals.values():
        if len(relations) < _NEVER_FILLED:
            continue
        filled: dict[str, Value] = {relation.left[0].ref: side(relation.right, case.values) for relation in relations}
        first = relations[0]
        case.unfilled[first.id] = case.web.form.cells[first.left[0].ref].column.printed
        repaired = [id for id in case.open if _holds_with(case, case.web.relations[id], filled)]
        case.close(first.id, [*(relation.id for relation in relations), *repaired])


def _holds_with(case: _Case, relation: Relation, changed: dict[str, Value]) -> bool:
    if not any(ref in changed for ref in relation.refs):
        return False
    return Difference(relation.left, relation.right).value({**case.values, **changed}) == 0


def _suspects(case: _Case, *, strict: bool) -> Iterator[_Suspect]:
    """Yield the cells for which one change repairs every relation through them.

    A relation that holds rules out all its cells. Unless ``strict``, the sum of a row does not: the cell and its row's
    total may be wrong together, as in a file that computes its totals.
    """
    cells = case.web.form.cells
    refs = dict.fromkeys(ref for id in case.open for ref in case.web.relations[id].refs)
    for ref in refs:
        through = [
            (id, sign)
            for id, sign in case.web.crossing[ref]
            if id in case.off or (case.holds(id) and (strict or case.web.relations[id].family.each == "column"))
        ]
        if not all(id in case.open for id, _ in through):
            continue
        repairs = {-case.off[id] * sign for id, sign in through}
        repair = repairs.pop()
        repaired = case.values[ref] + repair  # type: ignore[operator]
        if not repairs and (repaired >= 0 or cells[ref].kind == "change"):
            yield _Suspect(ref, repair, tuple(id for id, _ in through))


def _single_wrong_cells(case: _Case, suspects: list[_Suspect]) -> None:
    """Explain several broken relations by one cell, beginning with the cell that explains the most."""
    for suspect in sorted(suspects, key=lambda suspect: -len(suspect.broken)):
        if len(suspect.broken) > 1 and all(id in case.open for id in suspect.broken):
            cause = min(suspect.broken, key=lambda id: _clarity(case, suspect, case.web.relations[id]))
            case.suspects[cause] = suspect
            case.close(cause, list(suspect.broken))


def _clarity(case: _Case, suspect: _Suspect, relation: Relation) -> _Clarity:
    """Return how clearly a relation points to the wrong cell."""
    if relation.family.sums and relation.left[0].ref == suspect.ref:
        return _Clarity.ITS_TOTAL
    if relation in case.web.form.continuity:
        return _Clarity.LAST_YEAR
    if not relation.family.sums:
        return _Clarity.BALANCE
    return _Clarity.ROW if relation.family.each == "row" else _Clarity.COLUMN


def _lone_wrong_cells(case: _Case) -> None:
    """Name the wrong cell of a relation that is broken on its own, if only one cell can be wrong."""
    lone = [suspect for suspect in _suspects(case, strict=True) if len(suspect.broken) == 1]
    counted = Counter(suspect.broken for suspect in lone)
    case.suspects.update({suspect.broken[0]: suspect for suspect in lone if counted[suspect.broken] == 1})


def _entries_that_are_not_permitted(case: _Case, findings: list[Finding]) -> None:
    """Explain relations by the finding on the wrong cell itself, if it holds a number that is not permitted."""
    wrong = {
        finding.refs[0]: finding.id
        for finding in findings
        if finding.rule.startswith("figure.") and finding.severity == "error" and finding.actual is not None
    }
    for id, suspect in case.suspects.items():
        if suspect.ref in wrong:
            case.caused_by[id] = wrong[suspect.ref]


def _total_columns_follow(case: _Case) -> None:
    """Explain a broken relation of the total column by the same relation in the columns that it adds up."""
    for id in list(case.open):
        relation = case.web.relations[id]
        if not _adds_columns(case, relation):
            continue
        rows = [case.web.row_sums[ref] for ref in relation.refs]
        if any(row.id in case.open for row in rows):
            continue
        columns = [case.web.form.cells[term.ref].column.key for term in rows[0].right]
        wrong = [part for key in columns if (part := f"{relation.family.id}:{key}") in case.open]
        if wrong and sum(case.off[part] for part in wrong) == case.off[id]:
            case.caused_by[id] = wrong[0]
            case.open.remove(id)


def _adds_columns(case: _Case, relation: Relation) -> bool:
    """Tell whether a relation belongs to the column that adds up the other columns."""
    return relation.family.each == "column" and all(ref in case.web.row_sums for ref in relation.refs)


# ---------------------------------------------------------------- the wording of messages


def _explained(case: _Case, finding: Finding, void: set[str]) -> Finding:
    """Return an echo with its cause, or a cause with the probable mistake."""
    instance = finding.id.partition(":")[2]
    if finding.rule == "figure.blank" and instance in void:
        message = finding.message + likely_cause("void_declaration")
        return msgspec.structs.replace(finding, echo_of=f"zero.contradicted:{instance}", message=message)
    if finding.id not in case.off:
        return finding
    cause = case.cause_of(finding.id)
    if cause == finding.id:
        advice = _advice(case, cause)
        if advice in finding.message:
            return finding  # the advice of the relation is already in the message
        return msgspec.structs.replace(finding, message=finding.message + advice)
    return msgspec.structs.replace(finding, echo_of=cause, message=finding.message + _referred(case, cause))


def _referred(case: _Case, cause: str) -> str:
    if cause in case.unfilled:
        return likely_cause("follows_unfilled_column", column=case.unfilled[cause])
    if cause not in case.off:
        cell = case.web.form.cells[cause.partition(":")[2]]
        return likely_cause("follows_cell", cell=cell.printed)
    return likely_cause("follows_relation", **where_of(case.web.form, case.web.relations[cause]))


def _advice(case: _Case, id: str) -> str:
    relation = case.web.relations[id]
    if relation in case.web.form.continuity:
        return ""
    if id in case.unfilled:
        return likely_cause("unfilled_column", column=case.unfilled[id])
    if id in case.suspects:
        return _wrong_cell(case, case.suspects[id], relation)
    return (
        _mirrored(case, relation)
        or _counted_twice(case, relation)
        or _zero_total(case, relation)
        or _where_to_look(case, relation)
    )


def _wrong_cell(case: _Case, suspect: _Suspect, relation: Relation) -> str:
    cell = case.web.form.cells[suspect.ref]
    value = case.values[suspect.ref]
    right = value + suspect.repair  # type: ignore[operator]
    advice = likely_cause("wrong_cell", cell=cell.printed, value=plain(value), expected=plain(right))
    rows = [id for id, _ in case.web.crossing[suspect.ref] if case.web.relations[id].family.each == "row"]
    together = [case.web.relations[id].left[0].ref for id in rows if case.holds(id)]
    if together and together[0] != suspect.ref:
        total = case.web.form.cells[together[0]].column.printed
        advice += _mirrored(case, relation) or likely_cause("check_total_too", column=total)
    return advice


def _mirrored(case: _Case, relation: Relation) -> str:
    """Explain two columns that are off by opposite numbers: a case is under the wrong kind of applicant."""
    causes = [case.web.relations[id] for id in case.off if case.cause_of(id) == id]
    of_columns = [cause for cause in causes if cause.family == relation.family and not _adds_columns(case, cause)]
    if relation.family.each == "row" or relation not in of_columns:
        return ""
    for other in of_columns:
        if case.off[other.id] == -case.off[relation.id]:
            key = where_of(case.web.form, other)["key"]
            table = case.web.form.table(relation.family.table)
            if table.cases and table.kinds:
                return likely_cause("wrong_kind", key=key, cases=table.cases, kinds=table.kinds)
            return likely_cause("wrong_column", key=key)
    return ""


def _counted_twice(case: _Case, relation: Relation) -> str:
    """Explain a right side that is too large by exactly one of its entered figures: it was counted twice."""
    cases = case.web.form.table(relation.family.table).cases
    if relation.family.sums or not cases:
        return ""
    for term in relation.right:
        if term.ref not in case.web.form.totals and case.values[term.ref] == -case.off[relation.id]:
            row = case.web.form.cells[term.ref].row.printed
            return likely_cause("counted_twice", row=row, cases=cases)
    return ""


def _zero_total(case: _Case, relation: Relation) -> str:
    """Explain a total of 0 beside other figures: the total was not filled, or the figures were left over."""
    if not relation.family.sums or side(relation.left, case.values) != 0:
        return ""
    total = case.web.form.cells[relation.left[0].ref]
    if any(case.holds(id) for id, _ in case.web.crossing[total.ref]) and relation.family.each == "column":
        return likely_cause("left_over", row=total.row.printed)
    return likely_cause("unfilled_total")


def _where_to_look(case: _Case, relation: Relation) -> str:
    """Say where to look: among the parts, if another relation confirms the total."""
    if not relation.family.sums:
        return relation.family.advice or likely_cause("left_or_right")
    total = relation.left[0].ref
    others = [case.web.relations[id] for id, _ in case.web.crossing[total] if id != relation.id]
    confirming = [other for other in others if other.family.each == relation.family.each and case.holds(other.id)]
    if confirming:
        return likely_cause("total_is_confirmed", name=confirming[0].family.name)
    return likely_cause("total_or_parts")
