"""The calculations of a form: every expression by its key, each after those that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from gouji.form.expressions import (
    Contradiction,
    Count,
    Declared,
    Difference,
    DifferenceOfTables,
    EntryOf,
    Holds,
    Total,
    Zero,
)
from gouji.form.model import Form, Relation, Table
from gouji.form.states import Answered, Complete, StateOf, Worst
from gouji.form.values import TOO_LARGE, TOO_LARGE_A_TOTAL, Cells, Entry, Expression, Outcome, Value


@cache
def calculations(form: Form, *, totals: bool) -> dict[str, Expression]:
    """Return every calculation of the form by its key, each after those that it needs.

    With ``totals`` the totals are calculated from their parts, as the workbook does; without, they are figures of
    the report like others, as in anything that was not made by us.

    Keys: ``entry.<ref>``, ``declared.<table>``, the Refs of totals, ``difference.<relation>``, ``outcome.<relation>``
    and, one line each on the check sheet, ``wrong.<table>``, ``blank.<table>`` and ``outcome.<family>``; then
    ``worst`` and ``state``.
    """
    made: dict[str, Expression] = {}
    for table in form.tables:
        asked = [cell for cell in table.cells.values() if not (totals and cell.ref in form.totals)]
        for cell in asked:
            limit = TOO_LARGE_A_TOTAL if cell.ref in form.totals else TOO_LARGE
            made[f"entry.{cell.ref}"] = EntryOf(cell.ref, cell.kind, limit)
        entries = tuple(f"entry.{cell.ref}" for cell in asked)
        if table.official:
            made[f"declared.{table.id}"] = Declared(f"zero.{table.id}", entries)
        made[f"wrong.{table.id}"] = Count(entries, Entry.NEGATIVE)
        made[f"blank.{table.id}"] = Count(entries, Entry.BLANK, exactly=True)
    if totals:
        for ref, parts in form.totals.items():
            made[ref] = Total(parts, _declared(form.table(form.cells[ref].table)))
    for relation in form.relations:
        made[f"difference.{relation.id}"] = _difference(form, relation)
    # The outcomes of a family stand in one range: named one by one, those of a long table are too much for a formula.
    for relation in form.relations:
        made[f"outcome.{relation.id}"] = Holds(f"difference.{relation.id}")
    lines = _lines(form)
    made.update(lines)
    made["worst"] = Worst(tuple(lines))
    made["state"] = StateOf("worst", (*(form.totals if totals else ()), *_optional_lengths(form)))
    return made


def _difference(form: Form, relation: Relation) -> Expression:
    terms = (*relation.left, *relation.right)
    tables = [form.table(form.cells[term.ref].table) for term in terms]
    if len({table.id for table in tables}) == 1:
        return Difference(relation.left, relation.right, _declared(tables[0]))
    return DifferenceOfTables(relation.left, relation.right, tuple(map(_declared, tables)))


def _declared(table: Table) -> str:
    return f"declared.{table.id}" if table.official else ""


def _lines(form: Form) -> dict[str, Expression]:
    """Return the outcomes that decide the overall state."""
    lines: dict[str, Expression] = {}
    for family in form.relation_families:
        members = [relation for relation in form.relations if relation.family == family]
        lines[f"outcome.{family.id}"] = Worst(tuple(f"outcome.{relation.id}" for relation in members))
    for table in form.tables:
        lines[f"outcome.entries.{table.id}"] = Complete(f"wrong.{table.id}", f"blank.{table.id}", _declared(table))
    for table in form.official_tables:
        lines[f"outcome.zero.{table.id}"] = Contradiction(f"zero.{table.id}", f"declared.{table.id}")
    for limit in form.level_limits:
        refs = tuple(ref for ref, cell in form.table(limit.table).cells.items() if cell.row.key == limit.row)
        lines[f"outcome.{limit.id}"] = Zero(refs, "level", limit.levels, f"declared.{limit.table}")
    for section in form.sections:
        if section.required:
            lines[f"outcome.text.{section.key}"] = Answered(
                tuple(f"length.{topic.key}" for topic in form.topics_of(section.key) if not topic.optional)
            )
    return lines


def _optional_lengths(form: Form) -> tuple[str, ...]:
    """Return the keys of the lengths of the texts that may stay empty."""
    return tuple(
        f"length.{topic.key}" for topic in form.topics if topic.optional or not form.section(topic.section).required
    )


def evaluate(expressions: Mapping[str, Expression], cells: Cells) -> dict[str, Value]:
    """Compute every expression; the result holds the cells and all the values."""
    values = dict(cells)
    for key, expression in expressions.items():
        values[key] = expression.value(values)
    return values


def relation_outcomes(relations: Iterable[Relation], cells: Cells) -> dict[str, Outcome]:
    """Return the outcome of each relation over figures that are as they are."""
    found = {}
    for relation in relations:
        difference = Difference(relation.left, relation.right).value(cells)
        found[relation.id] = Outcome(Holds("difference").value({"difference": difference}))
    return found
