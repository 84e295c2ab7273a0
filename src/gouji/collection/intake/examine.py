"""Examining one archived file: read it, find its unit, check it. This runs in the worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gouji.checks import check, verdict
from gouji.collection.intake.matching import Hints, Match, Matching
from gouji.collection.ledger.records import RecordedFinding, Submission, compressed
from gouji.collection.workspace.archive import Archive, LostError
from gouji.collection.workspace.last_year import LastYear, PreviousYear
from gouji.findings.finding import Finding, found, plain
from gouji.findings.rules import RULES
from gouji.formats.read import read_data
from gouji.report.model import Report, Unit, to_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, on_one_line

_ON_TEXTS = ("narrative", "wording", "likeness")
"""The subjects of findings on a text, which quote it."""


class Task(msgspec.Struct, frozen=True):
    """A file of the archive to examine."""

    sha256: str
    name: str
    """Its name in the archive."""
    hints: Hints


class Examiner:
    """Examines the files of a collection. It is sent to each worker once."""

    def __init__(self, archive: Path, last_year: LastYear, matching: Matching, key: bytes) -> None:
        self._archive = Archive(archive)
        self._last_year = last_year
        self.matching = matching
        self.year = matching.roster.year
        self._key = key

    def __call__(self, task: Task) -> Submission:
        """Return what was found in a file; a file that cannot be read gets a verdict, not an error.

        Raises LostError where the archive does not have what was received.
        """
        try:
            reading = self.read(task)
        except LostError:
            raise
        except DocumentError as problem:
            return self.unreadable(task, problem)
        match, reading, findings = self.examined(reading, task.hints)
        report = reading.report
        return Submission(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict=verdict(findings),
            code=match.code,
            matched=match.by,
            stated_code=report.unit.code,
            stated_name=report.unit.name,
            year=report.year,
            edition=report.edition,
            errors=_count(findings, "error"),
            queries=_count(findings, "query"),
            report=compressed(to_json(self.named(report, match))),
            findings=tuple(_recorded(report, findings)),
        )

    def read(self, task: Task) -> Reading:
        """Return what is in a file of the archive.

        Raises DocumentError where it cannot be read, LostError where it is lost or was changed.
        """
        return read_data(self._archive.read(task.sha256, task.name), self._key, forms=self._last_year.forms)

    def examined(self, reading: Reading, hints: Hints) -> tuple[Match, Reading, tuple[Finding, ...]]:
        """Return the matched unit, the unchanged reading and all findings, the gravest first."""
        report = reading.report
        match = self.matching.match(report.unit, hints)
        member = self.matching.roster.member(match.code)
        before = self._last_year.before(member, self.matching.roster) if member else PreviousYear()
        # Checked under the unit of the roster, not the stated one: the unit's level decides which numbers it may have.
        official = msgspec.structs.replace(
            reading, report=self.named(report, match), findings=tuple(self._own(reading, match))
        )
        last_year = before.report if report.year in (None, self.year) else None
        findings = (
            *self.matching.doubts(match, report.unit, report.year, hints, report.form),
            *check(official, last_year, others=self.matching.names, settings=self.matching.rules),
            *(self.matching.of_last_year(member, before.missing, before.divided) if member else ()),
        )
        order = ("error", "query", "note")
        return match, reading, tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))

    def unreadable(self, task: Task, problem: DocumentError) -> Submission:
        """Return the record of a file that cannot be read."""
        match = self.matching.match(Unit(), task.hints)
        finding = found("unreadable", problem=problem)
        return Submission(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict="unreadable",
            code=match.code,
            matched=match.by,
            errors=1,
            findings=(noted_of(finding, None),),
        )

    def named(self, report: Report, match: Match) -> Report:
        """Return a report with the matched unit in it, as the roster names the unit."""
        member = self.matching.roster.member(match.code)
        if member is None:
            return report
        return msgspec.structs.replace(report, unit=Unit(name=member.name, code=member.code, level=member.level))

    def _own(self, reading: Reading, match: Match) -> Iterator[Finding]:
        """Yield the findings of the reader; an assignment settles that a file does not say whose it is."""
        settled = {"identity.missing"} if match.by == "assigned" else set()
        return (finding for finding in reading.findings if finding.rule not in settled)


def _count(findings: tuple[Finding, ...], severity: str) -> int:
    return sum(finding.severity == severity and finding.echo_of is None for finding in findings)


def _recorded(report: Report, findings: tuple[Finding, ...]) -> Iterator[RecordedFinding]:
    for finding in findings:
        rule, explanation = RULES[finding.rule], ""
        # Whoever has sent a file in another's name has written its explanations as well.
        if finding.severity == "query" and not rule.office_only:
            explanation = report.explanations.get(rule.subject or "others", "")
        yield noted_of(finding, report, explanation)


def noted_of(
    finding: Finding, report: Report | None, explanation: str = "", behind: Sequence[object] = ()
) -> RecordedFinding:
    """Return a finding with what decisions about it are tied to.

    A finding on a total has no ``report``, but may have other facts ``behind`` it.
    """
    fingerprint = _hash(finding, [*_quoted(finding), *behind]) if behind else _fingerprint(finding, report)
    return RecordedFinding(finding, fingerprint, explanation, former=_former_fingerprints(finding, report))


def _fingerprint(finding: Finding, report: Report | None) -> str:
    """Return a hash of what a finding says about which figures: it changes with the figures, not with the wording.

    A finding on figures is known by these figures, a finding on a text by what it quotes. One on the file as a whole,
    such as that it is not signed, is known by all figures in it: who lets it through has seen these and no others.
    """
    if report and finding.refs:
        return _hash(finding, _figures(report, finding.refs))
    if report and RULES[finding.rule].subject not in _ON_TEXTS:
        known = {*report.figures, *report.unread}
        return _hash(finding, [*_quoted(finding), *_figures(report, known), *sorted(report.zero)])
    return _hash(finding, _quoted(finding))


def _former_fingerprints(finding: Finding, report: Report | None) -> tuple[str, ...]:
    """Return the fingerprints that older programs gave a finding without figures, by what it quotes or its message.

    The message may have had a wording that the rule has no more, and what causes add stands behind it.
    """
    if report and finding.refs:
        return ()
    values = {"expected": plain(finding.expected), "actual": plain(finding.actual), **dict(finding.quoted)}
    now, *before = (on_one_line(wording.format(**values)) for wording in RULES[finding.rule].wordings)
    added = finding.message.removeprefix(now)
    return (_hash(finding, _quoted(finding)), *(_hash(finding, [message + added]) for message in (now, *before)))


def _hash(finding: Finding, facts: Iterable[Any]) -> str:
    said = [finding.id, plain(finding.expected), plain(finding.actual), *facts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _quoted(finding: Finding) -> list[str]:
    return sorted(value for _, value in finding.quoted)


def _figures(report: Report, refs: Iterable[str]) -> list[tuple[str, str]]:
    return [(ref, report.unread.get(ref, plain(report.figures.get(ref)))) for ref in sorted(refs)]
