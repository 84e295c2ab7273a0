"""One archived file: read it, find its unit, check it. What runs in the worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from gouji.checks import check, verdict
from gouji.collection.intake.matching import Hints, Match, Matching
from gouji.collection.ledger.ledger import Noted, Return, pack
from gouji.collection.workspace.archive import Archive, LostError
from gouji.collection.workspace.last_year import Before, LastYear
from gouji.findings.finding import Finding, found, plain
from gouji.findings.rules import RULES
from gouji.formats.read import read_data
from gouji.report.model import Report, Unit, to_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, on_one_line


class Task(msgspec.Struct, frozen=True):
    """A file of the archive that is to be examined."""

    sha256: str
    name: str
    """The name that it has in the archive."""
    hints: Hints


class Examiner:
    """What is needed to examine the files of a round. It is sent to each worker once."""

    def __init__(self, archive: Path, before: Path, matching: Matching, key: bytes) -> None:
        self._archive = Archive(archive)
        self._before = LastYear(before)
        self.matching = matching
        self.year = matching.roster.year
        self._key = key

    def __call__(self, task: Task) -> Return:
        """Return what was found in a file; one that cannot be read is a verdict, not an error.

        Raises LostError where the archive does not have what was received.
        """
        try:
            reading = self.read(task)
        except LostError:
            raise
        except DocumentError as problem:
            return self.unreadable(task, problem)
        match, reading, findings = self.examined(reading, task.hints)
        said = reading.report
        return Return(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict=verdict(findings),
            code=match.code,
            matched=match.by,
            said_code=said.unit.code,
            said_name=said.unit.name,
            year=said.year,
            edition=said.edition,
            errors=_count(findings, "error"),
            queries=_count(findings, "query"),
            report=pack(to_json(self.named(said, match))),
            noted=tuple(_noted(said, findings)),
        )

    def read(self, task: Task) -> Reading:
        """Return what is in a file of the archive.

        Raises DocumentError where it cannot be read, LostError where it is lost or was changed.
        """
        return read_data(self._archive.read(task.sha256, task.name), self._key)

    def examined(self, reading: Reading, hints: Hints) -> tuple[Match, Reading, tuple[Finding, ...]]:
        """Return whom a reading belongs to, the reading as it was, and everything that is wrong with it."""
        said = reading.report
        match = self.matching.match(said.unit, hints)
        member = self.matching.roster.member(match.code)
        before = self._before.before(member, self.matching.roster) if member else Before()
        # Checked as the unit that it is of, by the roster: the level decides what it may have.
        official = msgspec.structs.replace(
            reading, report=self.named(said, match), findings=tuple(self._own(reading, match))
        )
        last_year = before.report if said.year in (None, self.year) else None
        findings = (
            *self.matching.doubts(match, said.unit, said.year, hints, said.edition),
            *check(official, last_year, others=self.matching.names, settings=self.matching.rules),
            *(self.matching.of_last_year(member, before.missing, before.divided) if member else ()),
        )
        order = ("error", "query", "note")
        return match, reading, tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))

    def unreadable(self, task: Task, problem: DocumentError) -> Return:
        """Return what is to be recorded of a file that cannot be read."""
        match = self.matching.match(Unit(), task.hints)
        finding = found("unreadable", problem=problem)
        return Return(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict="unreadable",
            code=match.code,
            matched=match.by,
            errors=1,
            noted=(noted_of(finding, None),),
        )

    def named(self, report: Report, match: Match) -> Report:
        """Return a report as the unit's that it belongs to, as the roster names it."""
        member = self.matching.roster.member(match.code)
        if member is None:
            return report
        return msgspec.structs.replace(report, unit=Unit(name=member.name, code=member.code, level=member.level))

    def _own(self, reading: Reading, match: Match) -> Iterator[Finding]:
        """Yield what the reader has found; that a file no longer says whose it is has been settled by an assignment."""
        settled = {"identity.missing"} if match.by == "assigned" else set()
        return (finding for finding in reading.findings if finding.rule not in settled)


def _count(findings: tuple[Finding, ...], severity: str) -> int:
    return sum(finding.severity == severity and finding.echo_of is None for finding in findings)


def _noted(report: Report, findings: tuple[Finding, ...]) -> Iterator[Noted]:
    for finding in findings:
        rule, explanation = RULES[finding.rule], ""
        # Whoever has sent a file in another's name has written its explanations as well.
        if finding.severity == "query" and not rule.office_only:
            explanation = report.explanations.get(rule.subject or "others", "")
        yield noted_of(finding, report, explanation)


def noted_of(finding: Finding, report: Report | None, explanation: str = "") -> Noted:
    """Return a finding with what decisions about it are tied to; a finding on a total has no ``report``."""
    return Noted(finding, _fingerprint(finding, report), explanation, former=_former_fingerprints(finding, report))


def _fingerprint(finding: Finding, report: Report | None) -> str:
    """Return what a finding says of which figures, as a hash: it changes with any of the figures, not with the wording.

    A finding on figures of a report is known by these figures, any other by the values that it quotes.
    """
    if report and finding.refs:
        return _hash(finding, ((ref, _figure(report, ref)) for ref in sorted(finding.refs)))
    return _hash(finding, sorted(value for _, value in finding.quoted))


def _former_fingerprints(finding: Finding, report: Report | None) -> tuple[str, ...]:
    """Return the fingerprints that gouji 0.1 gave a finding, which it knew by its message if not by figures.

    The message may have had a wording that the rule has no more, and what causes add stands behind it.
    """
    if report and finding.refs:
        return ()
    values = {"expected": plain(finding.expected), "actual": plain(finding.actual), **dict(finding.quoted)}
    now, *before = (on_one_line(wording.format(**values)) for wording in RULES[finding.rule].wordings)
    added = finding.message.removeprefix(now)
    return tuple(_hash(finding, [message + added]) for message in (now, *before))


def _hash(finding: Finding, facts: Iterable[Any]) -> str:
    said = [finding.id, plain(finding.expected), plain(finding.actual), *facts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _figure(report: Report, ref: str) -> str:
    return report.unread.get(ref, plain(report.figures.get(ref)))
