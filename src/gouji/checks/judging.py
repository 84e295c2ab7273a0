"""All checks of one report, and what follows from what they find."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Literal, NamedTuple

from gouji.checks import (
    authors,
    basis,
    causes,
    content,
    continuity,
    copied_text,
    fee,
    figures,
    must_state,
    narrative,
    period,
    publication,
    self_reference,
    subjects,
    suits,
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
"""A check of one report.

The ``cells`` of the findings it yields are keys of ``Reading.places``. Where they are empty, the refs are looked up.
"""

CHECKS: tuple[Check, ...] = (
    text.the_unit_has_a_name,
    text.the_report_has_a_year,
    text.required_sections_are_written,
    figures.a_zero_declaration_agrees_with_its_table,
    figures.every_figure_is_a_permitted_number,
    figures.every_figure_is_filled,
    figures.relations_hold,
    figures.rows_not_allowed_for_the_level_are_zero,
    figures.the_processing_fee_is_reported,
    suits.suits_over_refusals_came_after_a_review,
    continuity.figures_follow_from_last_year,
    continuity.no_table_repeats_last_year,
    continuity.no_figures_are_left_over_from_last_year,
    continuity.figures_do_not_jump,
    continuity.fees_are_in_the_printed_unit,
    narrative.numbers_in_the_texts_agree_with_the_tables,
    narrative.every_unpaid_request_had_a_fee_notice,
    fee.what_is_said_of_the_fee_agrees,
    period.years_in_the_texts_match_the_report,
    period.the_figures_cover_the_whole_year,
    period.the_report_is_dated_after_its_year,
    period.events_happened_in_the_year,
    basis.the_form_in_force_is_the_basis,
    self_reference.the_unit_refers_to_itself_by_its_own_kind,
    self_reference.the_unit_reports_its_own_requests,
    authors.no_other_unit_is_named_as_the_author,
    subjects.every_subject_is_covered,
    subjects.every_subject_has_its_own_part,
    content.a_government_reports_results,
    content.sections_keep_to_the_recommended_length,
    content.problems_and_improvements_are_described,
    tidiness.headings_are_numbered_correctly,
    tidiness.brackets_and_quotation_marks_come_in_pairs,
    tidiness.no_leftovers_of_pasting_remain,
    tidiness.no_template_gaps_remain,
    tidiness.no_word_is_misspelt,
    tidiness.the_report_has_no_letter_phrases,
    must_state.what_the_office_demands_is_stated,
    copied_text.no_section_repeats_last_year,
    publication.the_report_is_published_in_time,
)

_WORST_FIRST = ("error", "query", "note")


class Judged(NamedTuple):
    """What is wrong with a report, and which cells may be to blame."""

    findings: tuple[Finding, ...]
    """Errors before queries, each cause before its echoes."""
    causes: tuple[tuple[str, ...], ...]
    """The smallest sets of cells whose change makes all relations of the form hold, likeliest first. Empty if all of
    them hold, if no set is small enough, or if finding out takes too long."""


def check(
    subject: Reading | Report,
    previous: Reading | Report | None = None,
    *,
    others: Collection[str] = (),
    called: Collection[str] = (),
    settings: RuleSettings = AS_SHIPPED,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a report: errors before queries, each cause before its echoes.

    ``previous`` is last year's report; with it, figures that continue from year to year are checked too. ``others``
    are the names of the units of the collection, full and short; with them, the texts are searched for the name of
    another unit where only this one belongs. This one is also ``called`` by other names than its own. The office's
    ``settings`` choose severities and thresholds.

    Raises GoujiError if ``previous`` is not the report of the year before.
    """
    return judge(subject, previous, others=others, called=called, settings=settings).findings


def judge(
    subject: Reading | Report,
    previous: Reading | Report | None = None,
    *,
    others: Collection[str] = (),
    called: Collection[str] = (),
    settings: RuleSettings = AS_SHIPPED,
    due: datetime.date | None = None,
) -> Judged:
    """Return what :func:`check` returns, and which cells may be wrong where relations are broken.

    ``due`` is the day by which the report has to be published, where an office has set one.
    """
    reading = subject if isinstance(subject, Reading) else Reading(subject)
    report = reading.report
    values = _evaluated(report, continuity.last_year(report, previous))
    previous_report = previous.report if isinstance(previous, Reading) else previous
    not_found = {
        ref: finding.id
        for finding in reversed(reading.findings)
        if finding.severity == "error" and finding.rule.startswith("published.")
        for ref in finding.refs
    }
    context = Context(
        report, values, previous_report, others, called, settings, reading.lines, reading.published, not_found, due
    )
    found_by_reader = {finding.id for finding in reading.findings}
    new = [
        reading.placed(finding)
        for check_report in CHECKS
        for finding in check_report(context)
        if finding.id not in found_by_reader
    ]
    explained, sets = causes.with_echoes_marked(
        report, values, [*reading.findings, *new], computed=reading.computed_totals
    )
    return Judged(tuple(_ordered(report, settings.applied(explained))), sets)


def state(report: Report) -> State:
    """Return how complete a report is: the state that the workbook shows, computed from the same calculations."""
    return State(_evaluated(report, {})["state"])  # type: ignore[arg-type]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return ``fail`` if there is an error, ``query`` if there is a query, else ``pass``."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "fail"
    return "query" if "query" in severities else "pass"


@cache
def _calculations(form: Form) -> dict[str, Expression]:
    return {**calculations(form, totals=False), **continuity.calculations(form)}


def _evaluated(report: Report, last_year: Cells) -> dict[str, Value]:
    return evaluate(_calculations(report.form), {**report.cells(), **last_year})


def _ordered(report: Report, findings: list[Finding]) -> Iterator[Finding]:
    """Sort by severity, then in the order of the form. The echoes of a cause follow it directly."""
    if not findings:
        return
    form = report.form
    positions = {ref: position for position, ref in enumerate(form.cells)}
    sections = [section.key for section in form.sections]

    def place(finding: Finding) -> tuple[int, int, int]:
        cells = [positions[ref] for ref in finding.refs if ref in positions]
        # Without cells the section follows the rule in the id, as in wording.unit:overview:我局.
        key = form.table(finding.refs[0].partition(".")[0]).section if cells else f"{finding.id}:".split(":")[1]
        page = sections.index(key) if key in sections else -1
        return _WORST_FIRST.index(finding.severity), page, min(cells, default=-1)

    cause_ids = {finding.id for finding in findings if finding.echo_of is None}
    echoes_by_cause: dict[str, list[Finding]] = {}
    leading = []
    for finding in findings:
        if finding.echo_of in cause_ids:
            echoes_by_cause.setdefault(finding.echo_of, []).append(finding)
        else:
            leading.append(finding)
    for finding in sorted(leading, key=place):
        yield finding
        yield from echoes_by_cause.get(finding.id, ())
