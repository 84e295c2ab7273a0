"""Checks: what is wrong with a report, as Findings.

A check is one small function, named as the sentence that it enforces; it sees a Context (the report, the evaluated
calculations of its form, what it is compared with), and knows no medium. CHECKS is the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Literal

import msgspec

from gouji.checks import (
    causes,
    content,
    continuity,
    copied_text,
    figures,
    narrative,
    period,
    self_reference,
    subjects,
    text,
    tidiness,
)
from gouji.checks.context import Context
from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.findings.finding import Finding
from gouji.form.calculations import calculations, evaluate
from gouji.form.model import Form
from gouji.form.values import Cells, Expression, State, Value
from gouji.report.model import Report
from gouji.report.reading import Reading

Verdict = Literal["pass", "query", "fail"]
Check = Callable[[Context], Iterator[Finding]]
"""A check of one report. The ``cells`` of what it yields are keys of ``Reading.places``; empty, its refs are meant."""

CHECKS: tuple[Check, ...] = (
    text.the_unit_has_a_name,
    text.the_report_has_a_year,
    text.required_sections_are_written,
    figures.a_zero_declaration_agrees_with_its_table,
    figures.every_figure_is_a_permitted_number,
    figures.every_figure_is_filled,
    figures.relations_hold,
    figures.a_unit_has_only_what_its_level_may_have,
    figures.the_processing_fee_is_reported,
    continuity.figures_continue_last_year,
    continuity.no_table_is_last_years,
    continuity.no_figures_of_last_year_are_left_over,
    continuity.figures_do_not_jump,
    continuity.the_fee_is_in_its_unit,
    narrative.numbers_in_the_texts_agree_with_the_tables,
    narrative.what_is_said_of_the_fee_is_no_contradiction,
    period.the_years_in_the_texts_are_the_reports,
    self_reference.the_unit_calls_itself_by_its_own_kind,
    self_reference.no_other_unit_speaks,
    subjects.every_subject_is_treated,
    subjects.every_subject_has_its_part,
    content.a_government_reports_results,
    content.no_section_is_longer_than_it_should_be,
    content.problems_and_improvements_are_told,
    tidiness.numbering_is_whole,
    tidiness.brackets_and_quotation_marks_come_in_pairs,
    tidiness.no_remains_of_pasting_stand_in_a_text,
    tidiness.nothing_of_a_template_is_left,
    tidiness.no_word_is_misread,
    tidiness.a_report_is_no_letter,
    copied_text.no_section_is_last_years,
)

_WORST_FIRST = ("error", "query", "note")


def check(
    subject: Reading | Report,
    previous: Reading | Report | None = None,
    *,
    others: Collection[str] = (),
    settings: RuleSettings = AS_SHIPPED,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a report, causes before their echoes, errors before queries.

    With last year's report, what continues from year to year is checked too; with the full names of the ``others``,
    the other units of the round, whether one of them speaks in this unit's text. An office's ``settings`` decide how
    grave a finding is, and from where on something is one.
    Raises GoujiError where ``previous`` is not the report of the year before.
    """
    reading = subject if isinstance(subject, Reading) else Reading(subject)
    report = reading.report
    values = _evaluated(report, continuity.last_year(report, previous))
    before = previous.report if isinstance(previous, Reading) else previous
    context = Context(report, values, before, others, settings)
    made = [finding for each in CHECKS for finding in each(context)]
    told = {finding.id for finding in reading.findings}
    new = [_placed(finding, reading.places) for finding in made if finding.id not in told]
    chosen = settings.applied(causes.told_once(report, values, [*reading.findings, *new]))
    return tuple(_ordered(report, chosen))


def state(report: Report) -> State:
    """Return how far a report is."""
    return State(_evaluated(report, {})["state"])  # type: ignore[arg-type]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return what findings amount to: ``fail`` by an error, ``query`` by a query, else ``pass``."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "fail"
    return "query" if "query" in severities else "pass"


def echoes(findings: Iterable[Finding], id: str) -> tuple[Finding, ...]:
    """Return the findings that are consequences of the finding of that id."""
    return tuple(finding for finding in findings if finding.echo_of == id)


@cache
def _calculations(form: Form) -> dict[str, Expression]:
    return {**calculations(form, totals=False), **continuity.calculations(form)}


def _evaluated(report: Report, last_year: Cells) -> dict[str, Value]:
    return evaluate(_calculations(report.form), {**report.cells(), **last_year})


def _placed(finding: Finding, places: Mapping[str, str]) -> Finding:
    """Say where in the file a finding stands."""
    keys = finding.cells or finding.refs
    if not keys:
        return finding
    return msgspec.structs.replace(finding, cells=tuple(dict.fromkeys(places[key] for key in keys if key in places)))


def _ordered(report: Report, findings: list[Finding]) -> Iterator[Finding]:
    """Sort by severity, then as one leafs through the form; each cause is directly followed by its echoes."""
    if not findings:
        return
    form = report.form
    cells = {ref: at for at, ref in enumerate(form.cells)}
    sections = [section.key for section in form.sections]

    def place(finding: Finding) -> tuple[int, int, int]:
        refs = [cells[ref] for ref in finding.refs if ref in cells]
        key = form.table(finding.refs[0].partition(".")[0]).section if refs else f"{finding.id}:".split(":")[1]
        page = sections.index(key) if key in sections else -1
        return _WORST_FIRST.index(finding.severity), page, min(refs, default=-1)

    known = {finding.id for finding in findings if finding.echo_of is None}
    following: dict[str, list[Finding]] = {}
    first = []
    for finding in findings:
        if finding.echo_of in known:
            following.setdefault(finding.echo_of, []).append(finding)
        else:
            first.append(finding)
    for finding in sorted(first, key=place):
        yield finding
        yield from following.get(finding.id, ())
