"""Checks against last year's report: what was left over then is what this year begins with."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gouji.checks.context import Context
from gouji.checks.figures import rule_of, where_of
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found, plain
from gouji.form.expressions import Difference, Holds
from gouji.form.levels import level_of
from gouji.form.model import Cell, Form, Table
from gouji.form.values import Cells, Entry, Expression, Number, Outcome, Value, is_number, side
from gouji.report.model import Report
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError

_WORDS = WORDS.continuity
_SHOWN = 5


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


def figures_continue_last_year(context: Context) -> Iterator[Finding]:
    """Find the figures that do not follow from last year's report."""
    form, values = context.report.form, context.values
    for relation in form.continuity:
        if values[f"outcome.{relation.id}"] != Outcome.BROKEN:
            continue
        mine, theirs = (form.cells[relation.left[0].ref], form.cells[relation.right[0].ref])
        yield found(
            rule_of(relation.family, "form.continuity"),
            id=relation.id,
            refs=relation.refs,
            broken=True,
            expected=side(relation.right, values),
            actual=side(relation.left, values),
            clause=relation.family.clause,
            name=relation.family.name,
            left=mine.row.printed,
            right=theirs.row.printed,
            advice=relation.family.advice,
            **where_of(form, relation),
        )


def no_table_is_last_years(context: Context) -> Iterator[Finding]:
    """Find the tables whose figures are all the same as last year's; a few small ones may well be."""
    report, previous = context.report, context.previous
    if previous is None or previous.form.official != report.form.official:
        return
    for table in report.form.official_tables:
        same = _same(context.values, _flows(report.form, table))
        enough = len(same) >= context.settings.threshold("unchanged.cells")
        large = sum(mine for _, mine in same) >= context.settings.threshold("unchanged.sum")
        if enough and large:
            yield found(
                "unchanged",
                table.id,
                refs=tuple(cell.ref for cell, _ in same),
                clause=report.form.section(table.section).clause,
                where=report.form.sheet_of(table.id),
                count=len(same),
                which=_shown(same),
            )


def no_figures_of_last_year_are_left_over(context: Context) -> Iterator[Finding]:
    """Find the results of last year beside an applicant of whom nothing came in this year."""
    form, values = context.report.form, context.values
    roles = form.roles
    if context.previous is None or roles is None:
        return
    came_in = {relation.key: relation.left for relation in form.relations if relation.family.id == roles.balance}
    for relation in form.relations:
        column, closed = relation.key, values.get(relation.left[0].ref)
        if relation.family.id != roles.results or column not in came_in:
            continue
        if any(values.get(term.ref) != 0 for term in came_in[column]):
            continue
        # The total column only repeats what the others say.
        if all(term.ref in form.totals for term in relation.right):
            continue
        cells = [(form.cells[term.ref], mine) for term in relation.right if is_number(mine := values.get(term.ref))]
        left = [(cell, mine) for cell, mine in cells if mine and mine == values.get(f"previous.{cell.ref}")]
        if left and closed in (0, sum(mine for _, mine in cells)):
            yield found(
                "leftover",
                column,
                refs=tuple(cell.ref for cell, _ in left),
                clause=relation.family.clause,
                which=_shown(left),
                **where_of(form, relation),
            )


def figures_do_not_jump(context: Context) -> Iterator[Finding]:
    """Find the figures that are many times last year's, or a small part of it."""
    form, settings = context.report.form, context.settings
    if context.previous is None:
        return
    for ref in _WORDS.jump:
        mine, last = _both(context.values, ref) if ref in form.cells else (None, None)
        if mine is None or last is None or min(mine, last) < 0 or max(mine, last) < settings.threshold("jump.base"):
            continue
        ratio = Decimal(settings.threshold("jump.ratio"))
        if last >= settings.threshold("jump.base") and (mine > last * ratio or mine * ratio < last):
            cell = form.cells[ref]
            yield found(
                "jump",
                ref,
                refs=(ref,),
                expected=last,
                actual=mine,
                clause=cell.row.clause or cell.block.clause,
                where=form.sheet_of(cell.table),
                cell=cell.printed,
            )


def the_fee_is_in_its_unit(context: Context) -> Iterator[Finding]:
    """Find an amount that is so large that it is probably in another unit than the form's."""
    report, settings = context.report, context.settings
    ref = _WORDS.fee
    if ref not in report.form.cells:
        return
    mine, last = _both(context.values, ref)
    if mine is None or context.values[f"entry.{ref}"] != Entry.GOOD:
        return
    beyond = level_of(report.unit.level).of_a_county and mine > settings.threshold("fee_unit.most")
    if beyond or (last and last > 0 and mine / last >= settings.threshold("fee_unit.ratio")):
        cell = report.form.cells[ref]
        yield found(
            "fee_unit",
            refs=(ref,),
            expected=last,
            actual=mine,
            clause=cell.block.clause,
            where=report.form.sheet_of(cell.table),
            cell=cell.printed,
            unit=cell.column.unit,
            before=f"上年是 {plain(last)}，" if last else "",
        )


def _same(values: Cells, cells: list[Cell]) -> list[tuple[Cell, Number]]:
    """Return the cells that are not 0, if all of them are as last year, else none."""
    same = []
    for cell in cells:
        mine, last = values.get(cell.ref), values.get(f"previous.{cell.ref}")
        if mine != last or not is_number(mine):
            return []
        if mine:
            same.append((cell, mine))
    return same


def _flows(form: Form, table: Table) -> list[Cell]:
    """Return the figures that come about anew every year: no totals, no stocks."""
    return [
        cell for ref, cell in table.cells.items() if ref not in form.totals and cell.column.key not in _WORDS.stocks
    ]


def _both(values: Cells, ref: str) -> tuple[Number | None, Number | None]:
    mine, last = values.get(ref), values.get(f"previous.{ref}")
    return mine if is_number(mine) else None, last if is_number(last) else None


def _shown(cells: list[tuple[Cell, Number]]) -> str:
    listed = "、".join(f"{cell.printed} {plain(value)}" for cell, value in cells[:_SHOWN])
    return listed + (f"等 {len(cells)} 格" if len(cells) > _SHOWN else "")
