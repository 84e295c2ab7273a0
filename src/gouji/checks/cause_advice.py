"""What the messages on broken relations add: the cells that are probably wrong, or where to look."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec

from gouji.checks.broken_relations import Case, Suspect, adds_columns
from gouji.checks.figures import where_of
from gouji.checks.smallest_sets import Exact, exact
from gouji.findings.finding import Finding, plain
from gouji.findings.rules import likely_cause
from gouji.form.model import Relation
from gouji.form.values import Number, side


def explained(case: Case, finding: Finding, void: set[str]) -> Finding:
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


def _referred(case: Case, cause: str) -> str:
    if cause in case.unfilled:
        return likely_cause("follows_unfilled_column", column=case.unfilled[cause])
    if cause not in case.off:
        cell = case.web.form.cells[cause.partition(":")[2]]
        return likely_cause("follows_cell", cell=cell.printed)
    return likely_cause("follows_relation", **where_of(case.web.form, case.web.relations[cause]))


def _advice(case: Case, id: str) -> str:
    relation = case.web.relations[id]
    if relation in case.web.form.continuity:
        return ""
    if id in case.unfilled:
        return likely_cause("unfilled_column", column=case.unfilled[id])
    if id in case.suspects:
        named = (_wrong_cell(case, suspect, relation) for suspect in case.suspects[id])
        return "".join(named) + (_left_over(case, relation) if case.suspects[id][0].ref != relation.left[0].ref else "")
    return (
        _mirrored(case, relation)
        or _counted_twice(case, relation)
        or _alternatives(case, id)
        or _zero_total(case, relation)
        or _where_to_look(case, relation)
    )


def _wrong_cell(case: Case, suspect: Suspect, relation: Relation) -> str:
    advice = likely_cause(
        "wrong_cell",
        cell=case.web.form.cells[suspect.ref].printed,
        value=plain(_value(case, suspect.ref)),
        expected=plain(_right(case, suspect.ref, suspect.change)),
    )
    rows = [id for id, _ in case.web.crossing[suspect.ref] if case.web.relations[id].family.each == "row"]
    together = [case.web.relations[id].left[0].ref for id in rows if case.holds(id)]
    if together and together[0] != suspect.ref:
        total = case.web.form.cells[together[0]].column.printed
        advice += _mirrored(case, relation) or likely_cause("check_total_too", column=total)
    return advice


def _alternatives(case: Case, id: str) -> str:
    """Name the sets of cells of which one is wrong."""
    sets = [
        likely_cause("and").join(_one_of(case, ref, by) for ref, by in change.items())
        for change in case.alternatives.get(id, ())
    ]
    return likely_cause("alternatives", sets=likely_cause("or").join(sets)) if sets else ""


def _one_of(case: Case, ref: str, by: Exact) -> str:
    return likely_cause(
        "one_of",
        cell=case.web.form.cells[ref].printed,
        value=plain(_value(case, ref)),
        expected=plain(_right(case, ref, by)),
    )


def _value(case: Case, ref: str) -> Number:
    return case.values.get(ref) or 0  # type: ignore[return-value]


def _right(case: Case, ref: str, by: Exact) -> Number:
    return _number(exact(_value(case, ref)) + by)


def _number(value: Exact) -> Number:
    """Return an exact number as a figure."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return Decimal(value.numerator) / Decimal(value.denominator)
    return int(value)


def _mirrored(case: Case, relation: Relation) -> str:
    """Explain two columns that are off by opposite numbers: a case is under the wrong kind of applicant."""
    causes = [case.web.relations[id] for id in case.off if case.cause_of(id) == id]
    of_columns = [cause for cause in causes if cause.family == relation.family and not adds_columns(case, cause)]
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


def _counted_twice(case: Case, relation: Relation) -> str:
    """Explain a right side that is too large by exactly one of its entered figures: it was counted twice."""
    cases = case.web.form.table(relation.family.table).cases
    if relation.family.sums or not cases:
        return ""
    for term in relation.right:
        if term.ref not in case.web.form.totals and case.values[term.ref] == -case.off[relation.id]:
            row = case.web.form.cells[term.ref].row.printed
            return likely_cause("counted_twice", row=row, cases=cases)
    return ""


def _zero_total(case: Case, relation: Relation) -> str:
    """Explain a total of 0 beside other figures: the total was not filled, or the figures were left over."""
    if not relation.family.sums or side(relation.left, case.values) != 0:
        return ""
    return _left_over(case, relation) or likely_cause("unfilled_total")


def _left_over(case: Case, relation: Relation) -> str:
    """Explain figures above a total of 0 that another relation confirms: they may be last year's."""
    total = case.web.form.cells[relation.left[0].ref]
    if not relation.family.sums or relation.family.each != "column" or case.values[total.ref] != 0:
        return ""
    confirmed = any(case.holds(id) for id, _ in case.web.crossing[total.ref])
    return likely_cause("left_over", row=total.row.printed) if confirmed else ""


def _where_to_look(case: Case, relation: Relation) -> str:
    """Say where to look: among the parts, if another relation confirms the total."""
    if not relation.family.sums:
        return relation.family.advice or likely_cause("left_or_right")
    total = relation.left[0].ref
    others = [case.web.relations[id] for id, _ in case.web.crossing[total] if id != relation.id]
    confirming = [other for other in others if other.family.each == relation.family.each and case.holds(other.id)]
    if confirming:
        return likely_cause("total_is_confirmed", name=confirming[0].family.name)
    return likely_cause("total_or_parts")
