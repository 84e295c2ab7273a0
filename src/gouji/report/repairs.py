"""Repairs, with consent: texts in number cells that can be read in one way only become numbers, each on record."""

from __future__ import annotations

import msgspec

from gouji.findings.finding import Finding, found, one_line
from gouji.form.expressions import Total
from gouji.form.values import Number
from gouji.report.model import Report, with_figures
from gouji.report.reading import Reading
from gouji.report.typed_numbers import meant


def accept_repairs(reading: Reading) -> Reading:
    """Return the reading with every certain entry read as its number, and a note on each.

    Uncertain ones stay unread. A total that was blank for want of these numbers is added up; one that is there is left
    as it is. The reading itself is not changed.
    """
    report = reading.report
    repaired = _certain(report)
    if not repaired:
        return reading
    notes = tuple(_note(reading, ref, value) for ref, value in repaired.items())
    left = {ref: typed for ref, typed in report.unread.items() if ref not in repaired}
    report = with_figures(report, {**report.figures, **repaired}, left)
    report = with_figures(report, _added_up(report, set(repaired)), left)
    return msgspec.structs.replace(reading, report=report, findings=(*reading.findings, *notes))


def _certain(report: Report) -> dict[str, Number]:
    cells = report.form.cells
    read = {ref: meant(typed, cells[ref].kind, cells[ref].column.unit) for ref, typed in report.unread.items()}
    return {ref: said.value for ref, said in read.items() if said and said.certain and said.value is not None}


def _note(reading: Reading, ref: str, value: Number) -> Finding:
    form, typed = reading.report.form, reading.report.unread[ref]
    return found(
        "figure.repaired",
        ref,
        refs=(ref,),
        cells=(reading.places[ref],) if ref in reading.places else (),
        expected=value,
        actual=typed,
        where=form.sheet_of(form.cells[ref].table),
        cell=form.cells[ref].printed,
        typed=one_line(typed),
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
