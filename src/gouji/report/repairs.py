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
    """Return the reading with the number in place of every certain entry, and a note on each.

    Uncertain entries stay unread. A total that was blank only because of these entries is added up; any other total is
    kept. The given reading is not changed.
    """
    report = reading.report
    repaired = certain_repairs(report)
    if not repaired:
        return reading
    notes = tuple(repair_notes(reading, repaired))
    left = {ref: typed for ref, typed in report.unread.items() if ref not in repaired}
    values = {ref: repair.value for ref, repair in repaired.items() if repair.value is not None}
    report = with_figures(report, {**report.figures, **values}, left)
    report = with_figures(report, _added_up(report, set(repaired)), left)
    return msgspec.structs.replace(reading, report=report, findings=(*reading.findings, *notes))


def certain_repairs(report: Report) -> dict[str, Meant]:
    """Return what is meant by every unread entry that can mean one number only, by its Ref."""
    cells = report.form.cells
    read = {ref: meant(typed, cells[ref].kind, cells[ref].column.unit) for ref, typed in report.unread.items()}
    return {ref: repair for ref, repair in read.items() if repair and repair.certain and repair.value is not None}


def repair_notes(reading: Reading, repaired: Mapping[str, Meant]) -> Iterator[Finding]:
    """Yield a note on each cell; in a table whose numbers are only stored as text, the later notes echo the first."""
    form = reading.report.form
    as_text: dict[str, list[str]] = {}
    for ref, repair in repaired.items():
        if repair.is_plain:
            as_text.setdefault(form.cells[ref].table, []).append(ref)
    for ref, repair in repaired.items():
        alike = as_text.get(form.cells[ref].table, []) if repair.is_plain else []
        note = _note(reading, ref, repair, count=len(alike) if alike[:1] == [ref] else 0)
        yield msgspec.structs.replace(note, echo_of=f"{note.rule}:{alike[0]}") if ref in alike[1:] else note


def _note(reading: Reading, ref: str, repair: Meant, count: int) -> Finding:
    form, typed = reading.report.form, reading.report.unread[ref]
    return found(
        "figure.repaired",
        ref,
        variant="texts" if count > 1 else "",
        refs=(ref,),
        cells=(reading.places[ref],) if ref in reading.places else (),
        expected=repair.value,
        actual=typed,
        where=form.sheet_of(form.cells[ref].table),
        cell=form.cells[ref].printed,
        typed=one_line(typed),
        count=count,
    )


def _added_up(report: Report, known_now: set[str]) -> dict[str, Number]:
    """Return the figures together with the blank totals that can now be added up."""
    figures: dict[str, Number] = dict(report.figures)
    for ref, parts in report.form.totals.items():
        if ref in figures or ref in report.unread or known_now.isdisjoint(parts):
            continue
        total = Total(parts).value(figures)
        if total is not None:
            figures[ref] = total
            known_now = known_now | {ref}
    return figures
