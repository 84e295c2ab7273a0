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

    With ``totals``, totals are calculated from their parts, as in our workbook. Without it, they are figures of the
    report like any other, as in files that gouji did not make.

    The keys are ``entry.<ref>``, ``declared.<table>``, the Refs of totals, ``difference.<relation>`` and
    ``outcome.<relation>``; then, with one line each on the check sheet, ``wrong.<table>``, ``blank.<table>`` and
    ``outcome.<family>``; and last ``worst`` and ``state``.
    """
    expressions: dict[str, Expression] = {}
    for table in form.tables:
        asked = [cell for cell in table.cells.values() if not (totals and cell.ref in form.totals)]
        for cell in asked:
            limit = TOO_LARGE_A_TOTAL if cell.ref in form.totals else TOO_LARGE
            expressions[f"entry.{cell.ref}"] = EntryOf(cell.ref, cell.kind, limit)
        entries = tuple(f"entry.{cell.ref}" for cell in asked)
        if table.official:
            expressions[f"declared.{table.id}"] = Declared(f"zero.{table.id}", entries)
        expressions[f"wrong.{table.id}"] = Count(entries, Entry.NEGATIVE)
        expressions[f"blank.{table.id}"] = Count(entries, Entry.BLANK, exactly=True)
    if totals:
        for ref, parts in form.totals.items():
            expressions[ref] = Total(parts, _declared(form.table(form.cells[ref].table)))
    for relation in form.relations:
        expressions[f"difference.{relation.id}"] = _difference(form, relation)
    # The outcomes of a family follow one another so that a formula can name them as one range: the cells of a long
    # table, named one by one, would make the formula too long.
    for relation in form.relations:
        expressions[f"outcome.{relation.id}"] = Holds(f"difference.{relation.id}")
    lines = _lines(form)
    expressions.update(lines)
    expressions["worst"] = Worst(tuple(lines))
    expressions["state"] = StateOf("worst", (*(form.totals if totals else ()), *_optional_lengths(form)))
    return expressions


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
    """Return the keys for the lengths of the texts that may stay empty."""
    return tuple(
        f"length.{topic.key}" for topic in form.topics if topic.optional or not form.section(topic.section).required
    )


def evaluate(expressions: Mapping[str, Expression], cells: Cells) -> dict[str, Value]:
    """Return the cells together with the value of every expression."""
    values = dict(cells)
    for key, expression in expressions.items():
        values[key] = expression.value(values)
    return values


def relation_outcomes(relations: Iterable[Relation], cells: Cells) -> dict[str, Outcome]:
    """Return the outcome of each relation over the given cells, without regard to zero declarations."""
    outcomes = {}
    for relation in relations:
        difference = Difference(relation.left, relation.right).value(cells)
        outcomes[relation.id] = Outcome(Holds("difference").value({"difference": difference}))
    return outcomes
