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
    totals = _follow(report, figures, set(made), computed=reading.computed_totals)
    report = with_figures(report, figures, unread)
    findings = (
        *_settled(reading.findings, report, set(made), totals),
        *(_note(reading, one, void) for one in made.values()),
    )
    return msgspec.structs.replace(reading, report=report, findings=findings)


def _follow(report: Report, figures: dict[str, Number], made: set[str], *, computed: bool) -> set[str]:
    """Add up the totals of amended figures again, in place, and return which ones.

    A total that cannot be added up is unknown where totals are computed; elsewhere it stays as the file has it.
    """
    changed: set[str] = set()
    for ref, parts in report.form.totals.items():
        if ref in made or (made | changed).isdisjoint(parts):
            continue
        total = Total(parts).value(figures)
        if total is not None:
            figures[ref] = total
            changed.add(ref)
        elif computed:
            figures.pop(ref, None)
    return changed


def _settled(findings: Iterable[Finding], report: Report, made: set[str], totals: set[str]) -> Iterator[Finding]:
    """Yield the findings of the reader without those on amended cells; totals are compared with the new ones."""
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
            now = _again(finding, expected=total)
        # What followed from a finding that is settled stands by itself.
        yield msgspec.structs.replace(now, echo_of=None) if now.echo_of in gone else now


def _again(finding: Finding, *, expected: Number | None) -> Finding:
    """Return a finding with another number in its message."""
    return found(
        finding.rule,
        id=finding.id,
        refs=finding.refs,
        cells=finding.cells,
        expected=expected,
        actual=finding.actual,
        **dict(finding.quoted),  # type: ignore[arg-type]
    )


def _note(reading: Reading, one: Amendment, void: set[str]) -> Finding:
    report = reading.report
    cell = report.form.cells[one.ref]
    return found(
        one.rule,
        one.ref,
        refs=(one.ref,),
        cells=(reading.places[one.ref],) if one.ref in reading.places else (),
        expected=one.value,
        actual=report.unread.get(one.ref, report.figures.get(one.ref)),
        where=report.form.sheet_of(cell.table),
        cell=cell.printed,
        typed=before_words(report, one.ref),
        reason=one.reason,
        number=one.number,
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


def unit_words(words: Mapping[str, object], rule: str = AMENDED) -> str:
    """Return what a unit is told of an amendment, given what its note quotes."""
    values = {"number": "", "when": "", "by": "", "more": "", "count": "", **words}
    expected = values.pop("expected")
    return found(rule, variant="unit" if rule == AMENDED else "", expected=expected, **values).message  # type: ignore[arg-type]


def for_unit(finding: Finding) -> Finding:
    """Return the note on an amendment as the unit reads it; any other finding as it is.

    It works in the process in which the note was made: a note that was stored has lost what it quotes.
    """
    if finding.rule != AMENDED or not finding.quoted:
        return finding
    words = {**dict(finding.quoted), "expected": finding.expected}
    return msgspec.structs.replace(finding, message=unit_words(words))
