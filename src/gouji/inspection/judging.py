"""Judging the reports of the inspected year in workers: each with last year's, then all texts with one another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from gouji.checks import judge
from gouji.checks.copied_text import copied_from, section_of, sections, similar_pairs
from gouji.checks.settings import RuleSettings
from gouji.findings.finding import Finding, found
from gouji.form.editions import load_form
from gouji.inspection.reading import NEEDED, kept_reading
from gouji.jobs.batch import LIMITS, problem_of
from gouji.runtime.workers import Failure, run_isolated


class Task(msgspec.Struct, frozen=True):
    """A report that is to be judged, by the names under which readings are kept."""

    unit: str
    path: Path
    kept: str
    previous: str = ""
    level: str = ""
    called: tuple[str, ...] = ()
    published: datetime.date | None = None


class JudgedReport(msgspec.Struct, frozen=True):
    """What is wrong with a report, and its texts by section, which are compared with those of all others."""

    findings: tuple[Finding, ...]
    edition: str = ""
    texts: Mapping[str, tuple[str, ...]] = {}


class Manner(msgspec.Struct, frozen=True):
    """How all reports of an inspection are judged."""

    kept: Path
    names: tuple[str, ...]
    """The names of all units, full and short: none of them belongs into the texts of another."""
    rules: RuleSettings
    due: datetime.date | None


def judged_reports(tasks: Sequence[Task], manner: Manner, workers: int | None = None) -> Iterator[JudgedReport]:
    """Yield what is wrong with each report, in order."""
    outcomes = run_isolated(partial(_judged, manner=manner), tasks, limits=LIMITS, workers=workers, preload=NEEDED)
    for task, outcome in zip(tasks, outcomes, strict=True):
        if isinstance(outcome, Failure):
            yield JudgedReport((found("unreadable", problem=problem_of(task.path, outcome)),))
        else:
            yield outcome


def _judged(task: Task, manner: Manner) -> JudgedReport:
    reading = kept_reading(manner.kept / task.kept)
    report = reading.report
    if task.level:
        report = msgspec.structs.replace(report, unit=msgspec.structs.replace(report.unit, level=task.level))
    reading = msgspec.structs.replace(reading, report=report, published=reading.published or task.published)
    previous = kept_reading(manner.kept / task.previous) if task.previous else None
    findings = judge(
        reading, previous, others=manner.names, called=task.called, settings=manner.rules, due=manner.due
    ).findings
    texts = {section: section_of(report, section) for section in sections()}
    return JudgedReport(findings, report.edition, texts)


def copied_between(judged: Mapping[str, JudgedReport], rules: RuleSettings) -> Iterator[tuple[str, Finding]]:
    """Yield each unit whose text is that of another, with the finding about it."""
    for section in sections():
        texts = {unit: one.texts[section] for unit, one in judged.items() if one.texts.get(section)}
        for pair in similar_pairs(texts, section, rules):
            for unit in (pair.one, pair.other):
                yield unit, copied_from(pair, unit, load_form(judged[unit].edition))
