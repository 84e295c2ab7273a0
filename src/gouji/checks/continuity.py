"""Checks against last year's report: what was left over then is what this year begins with."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.figures import where_of
from gouji.errors import GoujiError
from gouji.finding import Finding, found
from gouji.form import Form
from gouji.reading import Reading
from gouji.relation import Cells, Difference, Expression, Holds, Outcome, Value, side
from gouji.report import Report


def last_year(report: Report, previous: Reading | Report | None) -> dict[str, Value]:
    """Return the cells of last year's report as ``previous.<ref>``.

    A Ref that one of the two editions does not have takes part in nothing. Raises GoujiError where both years are
    known and are not neighbours.
    """
    if previous is None:
        return {}
    before = previous.report if isinstance(previous, Reading) else previous
    if report.year is not None and before.year is not None and before.year != report.year - 1:
        raise GoujiError(
            f"上年报告是 {before.year} 年的，本年报告是 {report.year} 年的，不是前后两年。"
            f"请换成 {report.year - 1} 年的报告。"
        )
    return {f"previous.{ref}": value for ref, value in (*before.figures.items(), *before.unread.items())}


def calculations(form: Form) -> dict[str, Expression]:
    """Return the calculations over two years; without last year's report they are all not checkable."""
    made: dict[str, Expression] = {}
    for relation in form.continuity:
        made[f"difference.{relation.id}"] = Difference(relation.left, relation.right)
        made[f"outcome.{relation.id}"] = Holds(f"difference.{relation.id}")
    return made


def figures_continue_last_year(report: Report, values: Cells) -> Iterator[Finding]:
    """Find the figures that do not follow from last year's report."""
    form = report.form
    for relation in form.continuity:
        if values[f"outcome.{relation.id}"] != Outcome.BROKEN:
            continue
        mine, theirs = (form.cells[relation.left[0].ref], form.cells[relation.right[0].ref])
        yield found(
            relation.family.id,
            relation.key,
            refs=relation.refs,
            broken=True,
            expected=side(relation.right, values),
            actual=side(relation.left, values),
            clause=relation.family.clause,
            name=relation.family.name,
            left=mine.row.printed,
            right=theirs.row.printed,
            **where_of(form, relation),
        )
