"""What fills a superior's table: the totals of the collection, and in lists the units that are in them."""

from __future__ import annotations

from gouji.collection.totals.parts import Part
from gouji.collection.totals.totals import WHOLE, Totals, unit_of
from gouji.collection.totals.workbooks import state_words
from gouji.collection.workspace.folder import Workspace
from gouji.findings.rules import SEVERITY_WORDS
from gouji.jobs.filling import Source
from gouji.report.model import Report, make_report

_NAMED = 5


def source_of_totals(workspace: Workspace, totals: Totals) -> Source:
    """Return the totals, and the report in force of each unit that is in them.

    A unit that is not in the totals fills no row either: a list and its total must not say two things.
    """
    members = [member for member in workspace.roster.members if member.reports_on(totals.year)]
    parts = {part.code: part for part in (*totals.finished, *totals.parts)}
    reports = {member.name: _report(parts[member.code], totals) for member in members if member.code in parts}
    return Source(
        called=WHOLE,
        report=totals.report(),
        units=reports,
        names={member.name: member.short for member in members},
        remarks=tuple(_remarks(totals)),
    )


def _report(part: Part, totals: Totals) -> Report:
    figures = {ref: value for ref, value in part.figures.items() if value is not None}
    return make_report(form=totals.form, year=totals.year, unit=unit_of(part.member), figures=figures)


def _remarks(totals: Totals) -> list[str]:
    """Return what is to be known of the totals before anything is filled."""
    remarks = [state_words(totals)]
    findings = [judged.finding for judged in totals.open_errors]
    remarks += [f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}" for finding in findings[:_NAMED]]
    if len(findings) > _NAMED:
        remarks.append(f"汇总里必须改正的共 {len(findings)} 处，用 gouji summary 看是哪些。")
    return remarks
