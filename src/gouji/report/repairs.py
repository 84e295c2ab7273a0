"""Repairs, with consent: texts in number cells that can be read in one way only become numbers, each on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gouji.findings.finding import Finding, found, one_line
from gouji.form.expressions import Total
from gouji.form.values import Number
from gouji.report.model import Report, with_figures
from gouji.report.reading import Reading
from gouji.report.typed_numbers import Meant, meant


def accept_repairs(reading: Reading) -> Reading:
    """Return the reading with every certain entry read as its number, and a note on each.

    Uncertain ones stay unread. A total that was blank for want of these numbers is added up; one that is there is left
    as it is. The reading itself is not changed.
    """
    report = reading.report
    repaired = _certain(report)
    if not repaired:
        return reading
    notes = tuple(_notes(reading, repaired))
    left = {ref: typed for ref, typed in report.unread.items() if ref not in repaired}
    values = {ref: said.value for ref, said in repaired.items() if said.value is not None}
    report = with_figures(report, {**report.figures, **values}, left)
    report = with_figures(report, _added_up(report, set(repaired)), left)
    return msgspec.structs.replace(reading, report=report, findings=(*reading.findings, *notes))


def _certain(report: Report) -> dict[str, Meant]:
    cells = report.form.cells
    read = {ref: meant(typed, cells[ref].kind, cells[ref].column.unit) for ref, typed in report.unread.items()}
    return {ref: said for ref, said in read.items() if said and said.certain and said.value is not None}


def _notes(reading: Reading, repaired: Mapping[str, Meant]) -> Iterator[Finding]:
    """Yield a note on each cell; those of a table that were only stored as text are echoes of the first."""
    form = reading.report.form
    as_text: dict[str, list[str]] = {}
    for ref, said in repaired.items():
        if said.is_plain:
            as_text.setdefault(form.cells[ref].table, []).append(ref)
    for ref, said in repaired.items():
        alike = as_text.get(form.cells[ref].table, []) if said.is_plain else []
        note = _note(reading, ref, said, count=len(alike) if alike[:1] == [ref] else 0)
        yield msgspec.structs.replace(note, echo_of=f"{note.rule}:{alike[0]}") if ref in alike[1:] else note


def _note(reading: Reading, ref: str, said: Meant, count: int) -> Finding:
    form, typed = reading.report.form, reading.report.unread[ref]
    return found(
        "figure.repaired",
        ref,
        variant="texts" if count > 1 else "",
        refs=(ref,),
        cells=(reading.places[ref],) if ref in reading.places else (),
        expected=said.value,
        actual=typed,
        where=form.sheet_of(form.cells[ref].table),
        cell=form.cells[ref].printed,
        typed=one_line(typed),
        count=count,
    )


def _added_up(report: Report, known_now: set[str]) -> dict[str, Number]:
    """Return the figures with the blank totals that follow from what is known now."""
    figures: dict[str, Number] = dict(report.figures)
    for ref, parts in report.form.totals.items():
        if ref in figures or ref in report.unread or known_now.isdisjoint(parts):
            continue
        total = Total(parts).value(figures)
        if total is not None:
            figures[ref] = total
            known_now = known_now | {ref}
    return figures
