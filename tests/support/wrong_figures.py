"""Real published tables of requests with some cells made wrong, as people get figures wrong."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import msgspec
from published_cases import CASES, load, report_of

from gouji.checks import check
from gouji.form.values import is_number
from gouji.report.model import Report

TRIALS = 150


def clean_tables() -> list[Report]:
    """Return the reports whose table of requests is complete and has no broken relation."""
    reports = [report_of(load(name)) for name in CASES]
    return [report for report in reports if not any(_is_wrong(ref) for ref in _doubted(report))]


def _doubted(report: Report) -> Iterator[str]:
    for finding in check(report):
        if finding.outcome == "broken" or finding.rule == "figure.blank":
            yield from finding.refs


def _is_wrong(ref: str) -> bool:
    return ref.startswith("requests.")


def trials(wrong: int) -> Iterator[tuple[Report, frozenset[str]]]:
    """Yield reports with so many wrong cells in the table of requests, and which these are."""
    random, reports = Random(wrong), clean_tables()
    for number in range(TRIALS):
        report = reports[number % len(reports)]
        refs = random.sample([ref for ref in report.form.cells if ref.startswith("requests.")], wrong)
        figures = dict(report.figures)
        figures.update({ref: _mistyped(random, int(figures[ref] or 0)) for ref in refs})
        assert all(is_number(figures[ref]) for ref in refs)
        yield msgspec.structs.replace(report, figures=figures), frozenset(refs)


def _mistyped(random: Random, right: int) -> int:
    wrong = right
    while wrong == right:
        digits = list(str(right))
        random.shuffle(digits)
        near = [right + random.randint(1, 9), max(0, right - random.randint(1, 9))]
        wrong = random.choice([*near, right * 10, right // 10, 0, int("".join(digits))])
    return wrong
