"""Comparing a report with what the ledger holds: the same unit's accepted submission, or the totals.

A published report may have been typed from the workbook, or changed after it; every figure that differs is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from gouji.checks import verdict
from gouji.checks.figures import place_of
from gouji.collection.review.in_force import progress_of
from gouji.collection.totals.totals import WHOLE, totals_of
from gouji.collection.workspace.folder import Workspace
from gouji.findings.finding import Finding, found
from gouji.form.forms import Forms
from gouji.form.values import Number
from gouji.jobs.batch import Checked, Previous, check_file, is_of_another
from gouji.report.model import Report, from_json
from gouji.runtime.errors import GoujiError


class Official(msgspec.Struct, frozen=True):
    """What a report is compared with: the report in the ledger, and how messages call it."""

    report: Report
    called: str


def official_of(workspace: Workspace, unit: str) -> Official:
    """Return the report of a unit that is in force in the ledger, or the totals (``sum``, 汇总).

    Raises GoujiError where there is none, or where it is not clear which unit is meant.
    """
    if unit in (WHOLE, "sum"):
        return Official(totals_of(workspace).report(), WHOLE)
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        in_force = progress_of(ledger, workspace.roster).of(member).in_force
        data = ledger.report(in_force.sha256) if in_force else None
    if data is None:
        raise GoujiError(f"{member.name}还没有采用的报送，没有可以对照的。")
    return Official(from_json(data, forms=workspace.settings.forms), f"台账里“{member.name}”采用的报送")


def check_and_compare(
    path: Path, official: Official, previous: Previous, *, accept_repairs: bool = False, key: bytes | None = None
) -> Checked:
    """Check a file like any other, and compare it with the report in the ledger: it was to answer the same form.

    Raises GoujiError where the two are of different years or editions.
    """
    forms = Forms.of(official.report.form)
    checked = check_file(path, previous, accept_repairs=accept_repairs, key=key, forms=forms)
    if checked.reading is None:
        return checked
    reading = checked.reading
    findings = (*checked.findings, *differences(reading.report, official, reading.places))
    order = ("error", "query", "note")
    findings = tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))
    return msgspec.structs.replace(checked, findings=findings, verdict=verdict(findings))


def differences(report: Report, official: Official, places: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Yield every figure of a report that differs from the official one; ``places`` are its cells in the file.

    Blank and zero are different. Raises GoujiError where the two are of different years or editions.
    """
    theirs, form = official.report, official.report.form
    if report.edition != theirs.edition or report.year not in (None, theirs.year):
        raise GoujiError(
            f"这份报告是 {report.year or '没有写'} 年度、{report.edition} 版的，"
            f"{official.called}是 {theirs.year} 年度、{theirs.edition} 版的，不能对照。"
        )
    if is_of_another(report.unit, theirs.unit):
        yield found("against.unit", said=report.unit.name or report.unit.code, source=official.called)
    for ref in form.cells:
        mine, wanted = _shown(report, ref), _shown(theirs, ref)
        if mine != wanted:
            place = (places or {}).get(ref)
            yield found(
                "against.differs",
                ref,
                refs=(ref,),
                cells=(place,) if place else (),
                expected=wanted,
                actual=mine,
                source=official.called,
                **place_of(form, ref),
            )


def _shown(report: Report, ref: str) -> Number | str:
    value = report.figures.get(ref)
    if value is not None:
        return value
    return f"“{report.unread[ref]}”" if ref in report.unread else "空的"
