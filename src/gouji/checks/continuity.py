"""Compare the figures with last year's report: what was carried out then must be carried in now, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gouji.checks.context import Context
from gouji.checks.figures import rule_of, where_of
from gouji.checks.settings import RuleSettings
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
"""A message lists at most this many cells, and then gives their number."""


def last_year(report: Report, previous: Reading | Report | None) -> dict[str, Value]:
    """Return the cells of last year's report as ``previous.<ref>``.

    A Ref that exists in only one of the two editions is not compared.

    Raises GoujiError if both years are known and ``previous`` is not of the year before.
    """
    if previous is None:
        return {}
    previous_report = previous.report if isinstance(previous, Reading) else previous
    if report.year is not None and previous_report.year is not None and previous_report.year != report.year - 1:
        raise GoujiError(
            f"上年报告是 {previous_report.year} 年的，本年报告是 {report.year} 年的，不是前后两年。"
            f"请换成 {report.year - 1} 年的报告。"
        )
    entries = (*previous_report.figures.items(), *previous_report.unread.items())
    return {f"previous.{ref}": value for ref, value in entries}


def calculations(form: Form) -> dict[str, Expression]:
    """Return the calculations over two years. Without last year's report none of them can be checked."""
    expressions: dict[str, Expression] = {}
    for relation in form.continuity:
        expressions[f"difference.{relation.id}"] = Difference(relation.left, relation.right)
        expressions[f"outcome.{relation.id}"] = Holds(f"difference.{relation.id}")
    return expressions


def figures_follow_from_last_year(context: Context) -> Iterator[Finding]:
    """Find figures that do not follow from last year's report."""
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


def no_table_repeats_last_year(context: Context) -> Iterator[Finding]:
    """Find tables whose figures are all the same as last year's, unless they are few or small."""
    report, previous = context.report, context.previous
    if previous is None or previous.form.official != report.form.official:
        return
    for table in report.form.official_tables:
        same = _repeated(context.values, _yearly_cells(report.form, table))
        are_many = len(same) >= context.settings.threshold("unchanged.cells")
        are_large = sum(mine for _, mine in same) >= context.settings.threshold("unchanged.sum")
        if are_many and are_large:
            yield found(
                "unchanged",
                table.id,
                refs=tuple(cell.ref for cell, _ in same),
                clause=report.form.section(table.section).clause,
                where=report.form.sheet_of(table.id),
                count=len(same),
                which=_listed(same),
            )


def no_figures_are_left_over_from_last_year(context: Context) -> Iterator[Finding]:
    """Find results of last year under a kind of applicant from whom no request came in this year."""
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
        # The total column would only repeat the findings of the other columns.
        if all(term.ref in form.totals for term in relation.right):
            continue
        cells = [(form.cells[term.ref], mine) for term in relation.right if is_number(mine := values.get(term.ref))]
        left_over = [(cell, mine) for cell, mine in cells if mine and mine == values.get(f"previous.{cell.ref}")]
        # A total that is neither 0 nor the sum is a broken sum, which another check reports.
        if left_over and closed in (0, sum(mine for _, mine in cells)):
            yield found(
                "leftover",
                column,
                refs=tuple(cell.ref for cell, _ in left_over),
                clause=relation.family.clause,
                which=_listed(left_over),
                **where_of(form, relation),
            )


def figures_do_not_jump(context: Context) -> Iterator[Finding]:
    """Find figures that are many times last year's, or a small fraction of it."""
    form, settings = context.report.form, context.settings
    if context.previous is None:
        return
    for ref in jumping_refs(form):
        mine, last = _both(context.values, ref)
        if mine is not None and last is not None and jumps(mine, last, settings):
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


def jumping_refs(form: Form) -> list[str]:
    """Return the figures of a form that hardly change from year to year."""
    return [ref for ref in _WORDS.jump if ref in form.cells]


def jumps(mine: Number, last: Number, settings: RuleSettings) -> bool:
    """Tell whether a figure is many times last year's, or a small fraction of it; small figures never are."""
    base, ratio = settings.threshold("jump.base"), Decimal(settings.threshold("jump.ratio"))
    return mine >= 0 and last >= base and (mine > last * ratio or mine * ratio < last)


def fees_are_in_the_printed_unit(context: Context) -> Iterator[Finding]:
    """Find an amount of fees so large that it is probably in another unit than the form's."""
    report, settings = context.report, context.settings
    ref = _WORDS.fee
    if ref not in report.form.cells:
        return
    mine, last = _both(context.values, ref)
    if mine is None or context.values[f"entry.{ref}"] != Entry.GOOD:
        return
    is_too_large = level_of(report.unit.level).of_a_county and mine > settings.threshold("fee_unit.most")
    if is_too_large or (last and last > 0 and mine / last >= settings.threshold("fee_unit.ratio")):
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


def _repeated(values: Cells, cells: list[Cell]) -> list[tuple[Cell, Number]]:
    """Return the cells that are not 0 if all cells are as last year, else an empty list."""
    same = []
    for cell in cells:
        mine, last = values.get(cell.ref), values.get(f"previous.{cell.ref}")
        if mine != last or not is_number(mine):
            return []
        if mine:
            same.append((cell, mine))
    return same


def _yearly_cells(form: Form, table: Table) -> list[Cell]:
    """Return the cells that are counted anew each year, without totals and stocks such as documents in force."""
    return [
        cell for ref, cell in table.cells.items() if ref not in form.totals and cell.column.key not in _WORDS.stocks
    ]


def _both(values: Cells, ref: str) -> tuple[Number | None, Number | None]:
    mine, last = values.get(ref), values.get(f"previous.{ref}")
    return mine if is_number(mine) else None, last if is_number(last) else None


def _listed(cells: list[tuple[Cell, Number]]) -> str:
    listed = "、".join(f"{cell.printed} {plain(value)}" for cell, value in cells[:_SHOWN])
    return listed + (f"等 {len(cells)} 格" if len(cells) > _SHOWN else "")
