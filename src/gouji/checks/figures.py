"""Checks of the figures of one report: entries, zero declarations, relations, levels, the fee."""

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
from gouji.report.typed_numbers import meant

_SHOWN = 5
"""So many cells or rows a message lists before it only counts."""

_SEVERAL = 2
"""So many numbers of a table that are stored as text have one cause."""

_NOT_PERMITTED = {
    Entry.NEGATIVE: "figure.negative",
    Entry.FRACTION: "figure.fraction",
    Entry.LARGE: "figure.large",
    Entry.UNREAD: "figure.unread",
}


def a_zero_declaration_agrees_with_its_table(context: Context) -> Iterator[Finding]:
    """Find the tables that are declared zero and hold something else."""
    report, values = context.report, context.values
    form = report.form
    for id in report.zero:
        if values[f"outcome.zero.{id}"] != Outcome.BROKEN:
            continue
        cells = [cell for ref, cell in form.table(id).cells.items() if values[f"entry.{ref}"] >= Entry.GOOD]  # type: ignore[operator]
        # A total follows its parts; it is the contradiction only where it stands alone.
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
    """Find the cells that hold text, a negative number, a fraction of a case, or far too much.

    Numbers that are only stored as text have one cause in a table, however many they are: it is told once.
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
    said = meant(typed, cell.kind, cell.column.unit) if isinstance(typed, str) else None
    return said is not None and said.is_plain


def _is_the_sum_of_its_parts(form: Form, ref: str, values: Cells) -> bool:
    """Tell whether a cell is a total that is right: what is wrong with it then stands in its parts."""
    return ref in form.totals and Total(form.totals[ref]).value(values) == values.get(ref)


def every_figure_is_filled(context: Context) -> Iterator[Finding]:
    """Find the blank cells of the official tables, once a table."""
    report, values = context.report, context.values
    form = report.form
    for table in form.official_tables:
        if values[f"blank.{table.id}"] == 0 or values[f"declared.{table.id}"] == 1:
            continue
        idle = _totals_without_parts(form, table, values)
        blank = [cell for ref, cell in table.cells.items() if values[f"entry.{ref}"] == Entry.BLANK and ref not in idle]
        if blank:
            yield found(
                "figure.blank",
                table.id,
                refs=tuple(cell.ref for cell in blank),
                clause=form.section(table.section).clause,
                where=form.sheet_of(table.id),
                count=len(blank),
                which=_grouped(form, table, blank),
            )


def relations_hold(context: Context) -> Iterator[Finding]:
    """Find the relations of the form that are broken, one finding for each column, row or block."""
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
            # What is printed as a total is judged by its parts; of two equal sides the second is judged by the first.
            expected=right if relation.family.sums else left,
            actual=left if relation.family.sums else right,
            clause=relation.family.clause,
            name=relation.family.name,
            total=first.row.printed if relation.family.each == "column" else first.column.printed,
            left=_reckoned(relation.left, values),
            right=_reckoned(relation.right, values),
            difference=plain(abs(values[f"difference.{relation.id}"])),  # type: ignore[arg-type]
            advice=relation.family.advice,
            **where_of(form, relation),
        )


def a_unit_has_only_what_its_level_may_have(context: Context) -> Iterator[Finding]:
    """Find the rows that must be zero for a unit of this level."""
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
    """Find a report that states the processing fee neither in numbers nor in words."""
    report, values = context.report, context.values
    form = report.form
    fee = form.fee
    if fee is None or any(fee.phrase in text for text in report.section_texts(fee.section)):
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


# ---------------------------------------------------------------- what is known


@cache
def _sums(form: Form) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return for each total the parts of each of its sums, parts before the totals built on them."""
    return {
        total: tuple(
            tuple(term.ref for term in relation.right)
            for relation in form.relations
            if relation.family.sums and relation.left[0].ref == total
        )
        for total in form.totals
    }


def _totals_without_parts(form: Form, table: Table, values: Cells) -> set[str]:
    """Return the blank totals that nobody could fill yet: none of their sums has all its parts."""
    known = {ref for ref in table.cells if is_number(values.get(ref))}
    idle = set()
    for total, sums in _sums(form).items():
        if total not in table.cells or total in known:
            continue
        if any(known.issuperset(parts) for parts in sums):
            known.add(total)
        else:
            idle.add(total)
    return idle


# ---------------------------------------------------------------- how it is said


class Entered(TypedDict):
    """The wording of an entry that is no permitted number: as typed, in one short line; why; what to do."""

    typed: str
    why: str
    advice: str


def _entered(typed: Value, cell: Cell) -> Entered:
    if not isinstance(typed, str):
        return {"typed": plain(typed), "why": "", "advice": ""}
    said = meant(typed, cell.kind, cell.column.unit)
    advice = "请只填数字，不写单位、文字和逗号，没有的填 0。"
    if said and said.value is not None:
        advice = f"是不是应当填 {plain(said.value)}？请只填数字。"
    return {"typed": one_line(typed) or " ", "why": f"（{said.why}）" if said else "", "advice": advice}


class Where(TypedDict):
    """The wording of a place: the sheet, the column or row as printed, and which of the two it is."""

    where: str
    key: str
    axis: str


def where_of(form: Form, relation: Relation) -> Where:
    """Return the wording of the place that a relation is about."""
    table = form.table(relation.family.table)
    cell = form.cells[relation.left[0].ref]
    column = relation.family.each == "column"
    axis = "列" if column else "" if table.across else "行"
    key = cell.column.printed if column else cell.row.printed
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
    """Return the rule of a relation: its own, or the general one for what an office has added."""
    return family.id if family.id in RULES else general


def _reckoned(terms: Sequence[Term], values: Cells) -> str:
    """Return one side as it is added up, such as 3＋1＝4."""
    total = plain(side(terms, values))
    if len(terms) == 1 and not terms[0].negative:
        return total
    parts = "".join(f"{'－' if term.negative else '＋'}{plain(values[term.ref])}" for term in terms)
    return f"{parts.removeprefix('＋')}＝{total}"


def _shortened(things: Sequence[str], unit: str) -> str:
    listed = "、".join(things[:_SHOWN])
    return listed if len(things) <= _SHOWN else f"{listed}等 {len(things)} {unit}"


def _grouped(form: Form, table: Table, cells: Sequence[Cell]) -> str:
    """Return blank cells in few words: the whole table, whole rows, one column, or cell by cell."""
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
    asked = {ref for ref, cell in table.cells.items() if cell.row.key == row.key and ref not in form.totals}
    if asked and len(cells) > 1 and blank.issuperset(asked):
        return f"“{row.printed}”{'各格' if table.across else '整行'}"
    if table.across:
        return f"“{row.printed}”的" + "".join(f"“{cell.column.printed}”" for cell in cells)
    return f"“{row.printed}”行" + "".join(f"“{cell.column.printed}”" for cell in cells) + "列"
