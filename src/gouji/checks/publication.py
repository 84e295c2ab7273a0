"""Check when a report was published: the law sets a day for each level, and an office may set another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from gouji.checks.context import Context
from gouji.findings.finding import Finding, found
from gouji.form.levels import LEVELS, first_due
from gouji.report.model import Unit
from gouji.runtime.patterns import regex

_GOVERNMENT = regex(r"政府(?:办公[室厅])?$")


def the_report_is_published_in_time(context: Context) -> Iterator[Finding]:
    """Find a report that says of itself that it was published after its day."""
    published, year = context.published, context.report.year
    if published is None or year is None:
        return
    due = context.due or legal_day(context.report.unit, year)
    if published > due:
        yield found(
            "published.late",
            expected=in_words(due),
            actual=in_words(published),
            which="规定的" if context.due else "法定的",
            days=(published - due).days,
        )


def legal_day(unit: Unit, year: int) -> datetime.date:
    """Return the last day on which a unit may publish its report on a year.

    Whose level is not known has the day of all departments and townships, a government the latest of all.
    """
    if unit.level in LEVELS:
        month, day = LEVELS[unit.level].due
    elif _GOVERNMENT.search(unit.name):
        month, day = max(level.due for level in LEVELS.values())
    else:
        month, day = first_due()
    return datetime.date(year + 1, month, day)


def in_words(day: datetime.date) -> str:
    """Return a day as people write it, such as 2026年1月31日."""
    return f"{day.year}年{day.month}月{day.day}日"
