"""Check that the unit, the year and the required sections are filled in."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.context import Context
from gouji.findings.finding import Finding, found
from gouji.form.values import Outcome


def the_unit_has_a_name(context: Context) -> Iterator[Finding]:
    """Find a report without the name of its unit; a document has a title, and no cell for it."""
    if not context.report.unit.name.strip():
        yield found("unit.blank", cells=("unit.name",), variant="document" if context.lines else "")


def the_report_has_a_year(context: Context) -> Iterator[Finding]:
    """Find a report without a year."""
    if context.report.year is None:
        yield found(
            "year.blank",
            cells=("year",),
            variant="document" if context.lines else "",
            example=context.report.form.first_year,
        )


def required_sections_are_written(context: Context) -> Iterator[Finding]:
    """Find the required sections in which no topic has a text."""
    form = context.report.form
    for section in form.sections:
        if section.required and context.values[f"outcome.text.{section.key}"] != Outcome.HOLDS:
            first = next(topic for topic in form.topics_of(section.key) if not topic.optional)
            yield found(
                "section.blank", section.key, cells=(first.key,), clause=section.clause, section=section.heading
            )
