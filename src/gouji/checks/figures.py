"""Check the figures of one report: entries, zero declarations, relations, levels, the processing fee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TypedDict

from msgspec.structs import replace

from gouji.checks.context import Context
from gouji.findings.finding import Finding, found, one_line, plain
from gouji.findings.rules import RULES
from gouji.form.expressions import Total
from gouji.form.model import Cell, Form, Relation, RelationFamily, Table, Term
from gouji.form.values import Cells, Entry, Outcome, Value, is_number, side
from gouji.report.model import Report
from gouji.report.typed_numbers import meant

_SHOWN = 5
"""A message lists at most this many cells or rows, and then gives their number."""

_SEVERAL = 2
"""From this many on, the numbers of a table that are stored as text are reported as one mistake."""

_NOT_PERMITTED = {
    Entry.NEGATIVE: "figure.negative",
    Entry.FRACTION: "figure.fraction",
    Entry.LARGE: "figure.large",
    Entry.UNREAD: "figure.unread",
}


def a_zero_declaration_agrees_with_its_table(context: Context) -> Iterator[Finding]:
    """Find tables that are declared zero and hold something else."""
    report, values = context.report, context.values
    form = report.form
    for id in report.zero:
        if values[f"outcome.zero.{id}"] != Outcome.BROKEN:
            continue
        cells = [cell for ref, cell in form.table(id).cells.items() if values[f"entry.{ref}"] >= Entry.GOOD]  # type: ignore[operator]
        # A total follows from its parts, so it is reported only if none of them contradicts the declaration.
        cells = [cell for cell in cells if cell.ref not in form.totals] or cells
        refs = tuple(cell.ref for cell in cells)
        yield found(
            "zero.contradicted",
            id,
            refs=refs,
            cells=(f"zero.{id}", *refs),
            where=form.sheet_of(id),
            count=len(cells),
            which=_shortened([cell.printed for cell in cells], "格"),
        )


def every_figure_is_a_permitted_number(context: Context) -> Iterator[Finding]:
    """Find cells that hold text, a negative number, a fraction of a case, or a number that is far too large.

    Numbers that are only stored as text have the same cause in the whole table, so all but the first are its echoes.
    """
    report, values = context.report, context.values
    form = report.form
    for table in form.tables:
        if values[f"wrong.{table.id}"] == 0:
            continue
        as_text = [ref for ref, cell in table.cells.items() if _is_stored_as_text(values.get(ref), cell)]
        if len(as_text) < _SEVERAL:
            as_text = []
        for ref, cell in table.cells.items():
            rule = _NOT_PERMITTED.get(Entry(values[f"entry.{ref}"]))  # type: ignore[arg-type]
            if rule and not _is_the_sum_of_its_parts(form, ref, values):
                finding = _not_permitted(form, cell, rule, values[ref])
                if ref in as_text[1:]:
                    finding = replace(finding, echo_of=f"{rule}:{as_text[0]}")
                elif ref in as_text:
                    finding = _stored_as_text(form, cell, values[ref], len(as_text))
                yield finding


def _not_permitted(form: Form, cell: Cell, rule: str, typed: Value) -> Finding:
    return found(
        rule,
        cell.ref,
        refs=(cell.ref,),
        actual=typed,
        clause=cell.row.clause or cell.block.clause,
        where=form.sheet_of(cell.table),
        cell=cell.printed,
        **_entered(typed, cell),
    )


def _stored_as_text(form: Form, cell: Cell, typed: Value, count: int) -> Finding:
    return found(
        "figure.unread",
        cell.ref,
        variant="texts",
        refs=(cell.ref,),
        actual=typed,
        clause=cell.row.clause or cell.block.clause,
        where=form.sheet_of(cell.table),
        cell=cell.printed,
        count=count,
        typed=one_line(str(typed)),
    )


def _is_stored_as_text(typed: Value, cell: Cell) -> bool:
    guess = meant(typed, cell.kind, cell.column.unit) if isinstance(typed, str) else None
    return guess is not None and guess.is_plain


def _is_the_sum_of_its_parts(form: Form, ref: str, values: Cells) -> bool:
    """Tell whether a cell is a correct total, so that whatever is wrong with it is wrong in its parts."""
    return ref in form.totals and Total(form.totals[ref]).value(values) == values.get(ref)


def every_figure_is_filled(context: Context) -> Iterator[Finding]:
    """Find the blank cells of the official tables, in one finding per table."""
    report, values = context.report, context.values
    form = report.form
    for table in form.official_tables:
        if values[f"blank.{table.id}"] == 0 or values[f"declared.{table.id}"] == 1:
            continue
        blank_refs = {ref for ref in table.cells if values[f"entry.{ref}"] == Entry.BLANK}
        blank_refs -= _totals_without_parts(form, table, values)
        told = {**context.not_found, **dict(_beside_doubled(report, table))}
        blank_refs = blank_refs - told.keys() or blank_refs
        blank = [cell for ref, cell in table.cells.items() if ref in blank_refs]
        if blank:
            finding = found(
                "figure.blank",
                table.id,
                refs=tuple(cell.ref for cell in blank),
                clause=form.section(table.section).clause,
                where=form.sheet_of(table.id),
                count=len(blank),
                which=_grouped(form, table, blank),
            )
            yield replace(finding, echo_of=told.get(blank[0].ref))


def _beside_doubled(report: Report, table: Table) -> Iterator[tuple[str, str]]:
    """Yield blank cells after a cell that holds their numbers as well, as 3 and 5 in “3 5”, and the id about that."""
    for block in table.blocks:
        for row in block.rows:
            refs = [f"{table.id}.{row.key}.{column.key}" for column in block.columns]
            for index, ref in enumerate(refs):
                numbers = report.unread.get(ref, "").split()
                if len(numbers) > 1 and all(map(str.isdecimal, numbers)):
                    yield from ((beside, f"figure.unread:{ref}") for beside in refs[index + 1 : index + len(numbers)])


def relations_hold(context: Context) -> Iterator[Finding]:
    """Find the broken relations of the form, in one finding for each column, row or block."""
    report, values = context.report, context.values
    form = report.form
    for relation in form.relations:
        if values[f"outcome.{relation.id}"] != Outcome.BROKEN:
            continue
        left, right = side(relation.left, values), side(relation.right, values)
        first = form.cells[relation.left[0].ref]
        yield found(
            rule_of(relation.family, "form.total" if relation.family.sums else "form.relation"),
            id=relation.id,
            refs=relation.refs,
            broken=True,
            # A printed total is compared with its parts; of two sides that must be equal, the second with the first.
            expected=right if relation.family.sums else left,
            actual=left if relation.family.sums else right,
            clause=relation.family.clause,
            name=relation.family.name,
            total=first.row.printed if relation.family.each == "column" else first.column.printed,
            left=_as_addition(relation.left, values),
            right=_as_addition(relation.right, values),
            difference=plain(abs(values[f"difference.{relation.id}"])),  # type: ignore[arg-type]
            advice=relation.family.advice,
            **where_of(form, relation),
        )


def rows_not_allowed_for_the_level_are_zero(context: Context) -> Iterator[Finding]:
    """Find rows with figures that a unit of this level cannot have."""
    report, values = context.report, context.values
    form = report.form
    for limit in form.level_limits:
        if values[f"outcome.{limit.id}"] != Outcome.BROKEN:
            continue
        row = [cell for cell in form.table(limit.table).cells.values() if cell.row.key == limit.row]
        wrong = [cell for cell in row if is_number(values.get(cell.ref)) and values[cell.ref] != 0]
        yield found(
            limit.id,
            refs=tuple(cell.ref for cell in wrong),
            clause=limit.clause,
            where=form.sheet_of(limit.table),
            row=row[0].row.printed,
            which="、".join(f"“{cell.column.printed}”{plain(values[cell.ref])}" for cell in wrong),
            name=limit.name,
        )


def the_processing_fee_is_reported(context: Context) -> Iterator[Finding]:
    """Find a report that gives the processing fee neither in numbers nor in words."""
    report, values = context.report, context.values
    form = report.form
    fee = form.fee
    if fee is None or any(fee.is_stated(text) or fee.is_denied(text) for text in report.section_texts(fee.section)):
        return
    table = form.table(fee.table)
    blank = [cell for ref, cell in table.cells.items() if values[f"entry.{ref}"] == Entry.BLANK]
    if blank:
        yield found(
            fee.id,
            refs=tuple(cell.ref for cell in blank),
            clause=fee.clause,
            where=form.sheet_of(table.id),
            table=table.blocks[0].title,
            blank="”“".join(cell.column.printed for cell in blank),
        )


# ---------------------------------------------------------------- totals and their parts


@cache
def _parts_of_totals(form: Form) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return for each total the parts of each sum that makes it; parts come before totals built on them."""
    return {
        total: tuple(
            tuple(term.ref for term in relation.right)
            for relation in form.relations
            if relation.family.sums and relation.left[0].ref == total
        )
        for total in form.totals
    }


def _totals_without_parts(form: Form, table: Table, values: Cells) -> set[str]:
    """Return the blank totals that cannot be computed yet, because each of their sums lacks a part."""
    known = {ref for ref in table.cells if is_number(values.get(ref))}
    without_parts = set()
    for total, sums in _parts_of_totals(form).items():
        if total not in table.cells or total in known:
            continue
        if any(known.issuperset(parts) for parts in sums):
            known.add(total)
        else:
            without_parts.add(total)
    return without_parts


# ---------------------------------------------------------------- the wording of messages


class Entered(TypedDict):
    """The wording of an entry that is not a permitted number: as typed, in one short line; why not; what to do.

    ``fix`` says of many such entries what to do.
    """

    typed: str
    why: str
    advice: str
    fix: str


def _entered(typed: Value, cell: Cell) -> Entered:
    if not isinstance(typed, str):
        return {"typed": plain(typed), "why": "", "advice": "", "fix": ""}
    guess = meant(typed, cell.kind, cell.column.unit)
    why = f"（{guess.why}）" if guess else ""
    if guess and guess.value is not None:
        value = plain(guess.value)
        advice, fix = f"是不是应当填 {value}？请只填数字。", f"请改填 {value}"
    else:
        advice = "请只填数字，不写单位、文字和逗号，没有的填 0。"
        fix = f"不是数字{why}，请只填数字，没有的填 0"
    return {"typed": one_line(typed) or " ", "why": why, "advice": advice, "fix": fix}


class Where(TypedDict):
    """The wording of the place of a relation: the sheet, the row or column as printed, and which of the two it is."""

    where: str
    key: str
    axis: str


def where_of(form: Form, relation: Relation) -> Where:
    """Return the wording of the place of a relation."""
    table = form.table(relation.family.table)
    cell = form.cells[relation.left[0].ref]
    is_column = relation.family.each == "column"
    axis = "列" if is_column else "" if table.across else "行"
    key = cell.column.printed if is_column else cell.row.printed
    return {"where": form.sheet_of(table.id), "key": key, "axis": axis}


class CellPlace(TypedDict):
    """The wording of the place of a cell: the sheet, and row and column as printed."""

    where: str
    cell: str


def place_of(form: Form, ref: str) -> CellPlace:
    """Return the wording of the place of a cell."""
    cell = form.cells[ref]
    return {"where": form.sheet_of(cell.table), "cell": cell.printed}


def rule_of(family: RelationFamily, general: str) -> str:
    """Return the rule of a relation: its own, or ``general`` for a relation of an office's supplementary form."""
    return family.id if family.id in RULES else general


def _as_addition(terms: Sequence[Term], values: Cells) -> str:
    """Return one side of a relation as an addition, such as 3＋1＝4."""
    total = plain(side(terms, values))
    if len(terms) == 1 and not terms[0].negative:
        return total
    parts = "".join(f"{'－' if term.negative else '＋'}{plain(values[term.ref])}" for term in terms)
    return f"{parts.removeprefix('＋')}＝{total}"


def _shortened(names: Sequence[str], unit: str) -> str:
    listed = "、".join(names[:_SHOWN])
    return listed if len(names) <= _SHOWN else f"{listed}等 {len(names)} {unit}"


def _grouped(form: Form, table: Table, cells: Sequence[Cell]) -> str:
    """Describe blank cells briefly: the whole table, one column, whole rows, or cell by cell."""
    blank = {cell.ref for cell in cells}
    if blank.issuperset(ref for ref in table.cells if ref not in form.totals):
        return "整张表都没有填"
    columns = {cell.column.printed for cell in cells}
    if len(columns) == 1 and len(cells) > _SHOWN:
        return f"“{columns.pop()}”列有 {len(cells)} 行"
    rows = [_row(form, table, blank, list(row)) for _, row in groupby(cells, key=lambda cell: cell.row.key)]
    return _shortened(rows, "行")


def _row(form: Form, table: Table, blank: set[str], cells: Sequence[Cell]) -> str:
    row = cells[0].row
    inputs = {ref for ref, cell in table.cells.items() if cell.row.key == row.key and ref not in form.totals}
    if inputs and len(cells) > 1 and blank.issuperset(inputs):
        return f"“{row.printed}”{'各格' if table.across else '整行'}"
    if table.across:
        return f"“{row.printed}”的" + "".join(f"“{cell.column.printed}”" for cell in cells)
    return f"“{row.printed}”行" + "".join(f"“{cell.column.printed}”" for cell in cells) + "列"
