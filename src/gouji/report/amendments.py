"""Amendments: figures that the office corrects in what a unit has sent in, each with who, when and why.

The file stays as it is. The report that was read in it gets the figure, before anything is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gouji.findings.finding import Finding, found, one_line, plain
from gouji.form.expressions import Total
from gouji.form.values import Number
from gouji.report.model import Report, with_figures
from gouji.report.reading import Reading
from gouji.report.repairs import certain_repairs, repair_notes
from gouji.runtime.times import local_minute

AMENDED, REPAIRED = "amended.figure", "figure.repaired"
"""The rules that tell of an amendment: a figure that an officer corrected, and an entry that was repaired."""

CHANGES_A_FIGURE = frozenset({AMENDED, REPAIRED})
_BLANK = "空白"
_OF_AN_AMENDED_TOTAL = "total_differs"
"""The rule of the readers that compares the total in a file with its parts."""


class Amendment(msgspec.Struct, frozen=True):
    """One figure of one submission that the office has corrected."""

    ref: str
    value: Number
    number: int
    """The number of the decision."""
    reason: str
    made: str
    made_by: str
    rule: str = AMENDED


def amended(reading: Reading, amendments: Sequence[Amendment]) -> Reading:
    """Return a reading with the amended figures, the totals that follow from them, and a note on each.

    Of several amendments of one cell the last one counts. A number other than 0 voids the zero declaration of its
    table. What the reader asked about an amended cell is settled. The given reading is not changed.
    """
    form = reading.report.form
    made = {one.ref: one for one in amendments if one.ref in form.cells}
    if not made:
        return reading
    void = {form.cells[ref].table for ref, one in made.items() if one.value != 0} & set(reading.report.zero)
    report = msgspec.structs.replace(
        reading.report, zero=tuple(table for table in reading.report.zero if table not in void)
    )
    unread = {ref: typed for ref, typed in report.unread.items() if ref not in made}
    figures: dict[str, Number] = {**report.figures, **{ref: one.value for ref, one in made.items()}}
    totals = _follow(report, figures, made, computed=reading.computed_totals)
    report = with_figures(report, figures, unread)
    findings = (
        *_settled(reading.findings, report, {ref for ref, one in made.items() if one.rule == AMENDED}, totals),
        *(_note(reading, one, void) for one in made.values() if one.rule == AMENDED),
        *_of_repairs(reading, made),
    )
    return msgspec.structs.replace(reading, report=report, findings=findings)


def _follow(report: Report, figures: dict[str, Number], made: Mapping[str, Amendment], *, computed: bool) -> set[str]:
    """Add up the totals of amended figures again, in place, and return which ones.

    A total that the file itself states follows an officer's correction. A repair only fills in a total that is blank:
    any other one has to agree with it. A total that cannot be added up is unknown where totals are computed.
    """
    corrected = {ref for ref, one in made.items() if one.rule == AMENDED}
    changed: set[str] = set()
    for ref, parts in report.form.totals.items():
        touched = not (made.keys() | changed).isdisjoint(parts)
        stated = not computed and (ref in figures or ref in report.unread)
        if ref in made or not touched or (stated and corrected.isdisjoint(parts)):
            continue
        total = Total(parts).value(figures)
        if total is not None:
            figures[ref] = total
            changed.add(ref)
            if not corrected.isdisjoint(parts):
                corrected.add(ref)
        elif computed:
            figures.pop(ref, None)
    return changed


def _of_repairs(reading: Reading, made: Mapping[str, Amendment]) -> Iterator[Finding]:
    """Yield the notes on repaired entries; numbers of a table that are only stored as text are told once."""
    read = certain_repairs(reading.report)
    repaired = {ref: read[ref] for ref, one in made.items() if one.rule == REPAIRED and ref in read}
    yield from repair_notes(reading, repaired)


def _settled(findings: Iterable[Finding], report: Report, made: set[str], totals: set[str]) -> Iterator[Finding]:
    """Yield the findings of the reader without those on cells that an officer corrected.

    Totals are compared with the new ones.
    """
    gone: set[str] = set()
    for finding in findings:
        now = finding
        if finding.refs and made.issuperset(finding.refs):
            gone.add(finding.id)
            continue
        if finding.rule == _OF_AN_AMENDED_TOTAL and totals.issuperset(finding.refs):
            total = report.figures.get(finding.refs[0])
            if total == finding.actual:
                gone.add(finding.id)
                continue
            now = _again(finding, total)
        # What followed from a finding that is settled stands by itself.
        yield msgspec.structs.replace(now, echo_of=None) if now.echo_of in gone else now


def _again(finding: Finding, total: Number | None) -> Finding:
    """Return the finding on a total with what its parts add up to now."""
    words = dict(finding.quoted)
    return found(
        "total_differs",
        id=finding.id,
        refs=finding.refs,
        cells=finding.cells,
        expected=total,
        actual=finding.actual,
        where=words["where"],
        cell=words["cell"],
    )


def _note(reading: Reading, one: Amendment, void: set[str]) -> Finding:
    report = reading.report
    cell = report.form.cells[one.ref]
    return found(
        "amended.figure",
        one.ref,
        refs=(one.ref,),
        cells=(reading.places[one.ref],) if one.ref in reading.places else (),
        expected=one.value,
        actual=report.unread.get(one.ref, report.figures.get(one.ref)),
        where=report.form.sheet_of(cell.table),
        cell=cell.printed,
        typed=before_words(report, one.ref),
        reason=one.reason,
        decision=one.number,
        when=local_minute(one.made),
        by=one.made_by,
        more="原来声明的零报告不再算。" if cell.table in void else "",
    )


def before_words(report: Report, ref: str) -> str:
    """Return what a cell holds, for people: its number, what was typed instead, or that it is blank."""
    if ref in report.unread:
        return one_line(report.unread[ref]) or " "
    value = report.figures.get(ref)
    return _BLANK if value is None else plain(value)


def unit_words(rule: str, where: str, cell: str, before: str, after: str, reason: str = "") -> str:
    """Return what a unit is told of an amendment: one that an officer made for a ``reason``, or a repair."""
    if rule == REPAIRED:
        return found("figure.repaired", where=where, cell=cell, typed=before, expected=after, count="").message
    return found(
        "amended.figure", variant="unit", where=where, cell=cell, typed=before, expected=after, reason=reason
    ).message


def for_unit(finding: Finding) -> Finding:
    """Return the note on an amendment as the unit reads it; any other finding as it is.

    It works in the process in which the note was made: a note that was stored has lost what it quotes.
    """
    if finding.rule != AMENDED or not finding.quoted:
        return finding
    words = dict(finding.quoted)
    message = unit_words(
        AMENDED, words["where"], words["cell"], words["typed"], plain(finding.expected), words["reason"]
    )
    return msgspec.structs.replace(finding, message=message)
