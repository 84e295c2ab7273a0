"""From the tables of a document to figures, unread entries and findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from gouji.findings.finding import Finding, found, one_line, plain
from gouji.form.labels import bare
from gouji.form.model import Form, Table
from gouji.form.values import Number
from gouji.formats.published.found import UNCLEAR, FoundFigures, PrintedFigure
from gouji.report.model import SHOWN_DIGITS, as_figure, as_shown
from gouji.report.typed_numbers import says_nothing

PLAIN_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d+)?"
_MOST_DIGITS = 30
_SHOWN = 5
"""A message lists this many cells or rows, then only gives their number."""


class Answers(NamedTuple):
    """The answers that the tables of a report give."""

    figures: dict[str, Number]
    unread: dict[str, str]
    findings: list[Finding]
    places: dict[str, str]


def answers_in(tables: FoundFigures, *, is_publication: bool = True) -> Answers:
    """Return the figures of a document and the findings on its tables.

    Only in a publication is a blank a 0; elsewhere it stays blank, and a dash or 无 is an entry that is not a number.
    """
    figures: dict[str, Number] = {}
    unread: dict[str, str] = {}
    empty: list[str] = []
    form, printed = tables.form, {**tables.printed}
    findings = list(_replaced(tables, printed, figures))
    for ref, entry in printed.items():
        if ref in tables.twice:
            continue
        text = entry.text.strip()
        if entry.doubt:
            unread[ref] = entry.text
        elif re.fullmatch(PLAIN_NUMBER, text, re.ASCII) and len(text) <= _MOST_DIGITS:
            figures[ref] = as_figure(Decimal(text))
        elif is_publication and (not text or says_nothing(text)):
            figures[ref] = 0
            empty.append(ref)
        elif text:
            unread[ref] = entry.text
    tables.printed = printed
    for table in form.official_tables:
        findings += _table_findings(tables, table, [ref for ref in empty if ref in table.cells])
    findings += _strange_findings(tables)
    findings += _doubtful(form, {ref: printed[ref] for ref in unread if printed[ref].doubt})
    findings += _marked(form, {ref: printed[ref] for ref in figures if ref in printed and printed[ref].beside})
    findings += _noisy(form, {ref: (printed[ref], figures[ref]) for ref in figures if ref in printed})
    return Answers(figures, unread, findings, {ref: entry.cell for ref, entry in printed.items()})


# ---------------------------------------------------------------- numbers that do not look plain


def _doubtful(form: Form, entries: dict[str, PrintedFigure]) -> Iterator[Finding]:
    """Yield a finding for each cell whose number is not taken; for one cause in a table, the others echo the first."""
    causes = {ref: (form.cells[ref].table, entry.doubt) for ref, entry in entries.items()}
    first: dict[object, str] = {}
    for ref, entry in entries.items():
        cause, cell = causes[ref], form.cells[ref]
        count = sum(other == cause for other in causes.values())
        assert entry.doubt
        finding = found(
            "figure.unread",
            ref,
            variant="print",
            refs=(ref,),
            cells=(entry.cell,),
            actual=entry.text,
            clause=cell.row.clause or cell.block.clause,
            where=form.sheet_of(cell.table),
            cell=cell.printed,
            shown=one_line(entry.text),
            more=f"（这样的一共 {count} 格）" if count > 1 and cause not in first else "",
            why=entry.doubt.value,
        )
        yield replace(finding, echo_of=first.get(cause))
        first.setdefault(cause, finding.id)


def _marked(form: Form, entries: dict[str, PrintedFigure]) -> Iterator[Finding]:
    """Yield one finding for each table in which something beside a number was left off."""
    for table in form.official_tables:
        refs = tuple(ref for ref in entries if ref in table.cells)
        if refs:
            which = [
                f"{table.cells[ref].printed}的“{one_line(entries[ref].beside)}”读作 {entries[ref].text}" for ref in refs
            ]
            yield found(
                "published.mark",
                table.id,
                refs=refs,
                cells=tuple(entries[ref].cell for ref in refs),
                where=form.sheet_of(table.id),
                count=len(refs),
                which=_listed(which),
            )


def _noisy(form: Form, entries: dict[str, tuple[PrintedFigure, Number]]) -> Iterator[Finding]:
    """Yield a finding for each number with more digits than programs show, which is what printing a double gives."""
    for ref, (entry, value) in entries.items():
        if isinstance(value, Decimal) and len(value.as_tuple().digits) > SHOWN_DIGITS:
            yield found(
                "published.digits",
                ref,
                refs=(ref,),
                cells=(entry.cell,),
                actual=value,
                where=form.sheet_of(form.cells[ref].table),
                cell=form.cells[ref].printed,
                shorter=plain(as_shown(value)),
            )


def _replaced(tables: FoundFigures, printed: dict[str, PrintedFigure], figures: dict[str, Number]) -> Iterator[Finding]:
    """Read the rows of another edition that replace rows of this one."""
    for number, columns in list(tables.substitutes.items()):
        substitute = tables.form.substitutes[number]
        rows = {row.key: row for block in tables.form.table(substitute.table).blocks for row in block.rows}
        if any(
            f"{substitute.table}.{row}.{column}" in printed
            for row in (substitute.row, *substitute.zero)
            for column in columns
        ):
            del tables.substitutes[number]  # the label of the group, beside a row whose own label is missing
            continue
        for column, entries in columns.items():
            ref = f"{substitute.table}.{substitute.row}.{column}"
            if len(entries) == 1 == len(substitute.labels) and entries[0].text != UNCLEAR:
                printed[ref] = entries[0]
            elif len(entries) == len(substitute.labels) and all(
                re.fullmatch(PLAIN_NUMBER, entry.text, re.ASCII) for entry in entries
            ):
                figures[ref] = as_figure(sum((Decimal(entry.text) for entry in entries), Decimal(0)))
            else:
                tables.unclear[ref] = entries[0]
            figures.update({f"{substitute.table}.{row}.{column}": 0 for row in substitute.zero})
        labels = "”“".join("".join(label[-2:] if len(label) > 2 else label[-1:]) for label in substitute.labels)
        yield found(
            "published.mixed",
            substitute.table,
            refs=tuple(f"{substitute.table}.{substitute.row}.{column}" for column in columns),
            cells=(next(iter(columns.values()))[0].cell,),
            where=tables.form.sheet_of(substitute.table),
            labels=labels,
            row=rows[substitute.row].printed,
        )


def _table_findings(tables: FoundFigures, table: Table, empty: list[str]) -> Iterator[Finding]:
    """Yield what is empty, missing or unclear in a table."""
    form, where = tables.form, tables.form.sheet_of(table.id)
    stops = [stop for stop in tables.stopped if stop.table == table.id]
    known = {*tables.printed, *tables.unclear, *tables.twice, *(ref for stop in stops for ref in stop.refs)}
    for number, columns in tables.substitutes.items():
        substitute = form.substitutes[number]
        known |= {f"{substitute.table}.{row}.{key}" for row in (substitute.row, *substitute.zero) for key in columns}
    missing = [ref for ref in table.cells if ref not in known]
    if len(missing) == len(table.cells):
        yield found("published.missing", table.id, refs=tuple(missing), where=where)
    elif missing:
        rows = list(dict.fromkeys(table.cells[ref].row.printed for ref in missing))
        yield found(
            "published.part_missing",
            table.id,
            refs=tuple(missing),
            where=where,
            count=len(missing),
            which=_listed(rows),
        )
    if empty:
        cells = tuple(tables.printed[ref].cell for ref in empty)
        which = _listed([table.cells[ref].printed for ref in empty])
        yield found(
            "published.blank", table.id, refs=tuple(empty), cells=cells, where=where, count=len(empty), which=which
        )
    for stop in stops:
        yield found(
            stop.rule,
            stop.block or table.id,
            refs=stop.refs,
            cells=stop.cells,
            where=where,
            which=stop.which,
            block=stop.block,
        )
    if table.id in tables.headless:
        yield found("published.header", table.id, where=where)
    for ref, entry in tables.unclear.items():
        if ref in table.cells and ref not in tables.printed:
            yield found(
                "published.unclear", ref, refs=(ref,), cells=(entry.cell,), where=where, cell=table.cells[ref].printed
            )
    for ref, (one, other) in tables.twice.items():
        if ref in table.cells:
            yield found(
                "published.twice",
                ref,
                refs=(ref,),
                cells=(one.cell, other.cell),
                where=where,
                cell=table.cells[ref].printed,
                one=one_line(one.text) or "（空）",
                other=one_line(other.text) or "（空）",
            )


def _listed(words: list[str]) -> str:
    return "、".join(f"“{word}”" if "“" not in word else word for word in words[:_SHOWN]) + (
        f" 等 {len(words)} 处" if len(words) > _SHOWN else ""
    )


def _strange_findings(tables: FoundFigures) -> Iterator[Finding]:
    for label, cell in dict.fromkeys(tables.extra):
        yield found("published.extra", bare(label), cells=(cell,), label=one_line(label))
    for label, expected, cell, in_header in dict.fromkeys(tables.altered):
        rule = "published.column" if in_header else "published.label"
        yield found(rule, bare(label), cells=(cell,), label=one_line(label), expected_label=expected)
