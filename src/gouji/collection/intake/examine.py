"""Examining one archived file: read it, find its unit, check it. This runs in the worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gouji import checks
from gouji.collection.intake.beside import differences, is_blank, is_foreign, is_form, is_signed_form
from gouji.collection.intake.matching import Hints, Match, Matching
from gouji.collection.intake.own_papers import is_own_paper
from gouji.collection.ledger.records import RecordedFinding, Submission, compressed
from gouji.collection.workspace.archive import Archive, LostError
from gouji.collection.workspace.last_year import LastYear, PreviousYear
from gouji.findings.finding import Finding, found, plain
from gouji.findings.rules import RULES
from gouji.formats.read import Medium, medium_of, read_data
from gouji.report.amendments import amended
from gouji.report.joining import answered, joined, joint_of
from gouji.report.model import Report, Unit, to_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, NoFormError, on_one_line

_NOBODY = Unit()

_ON_TEXTS = ("narrative", "wording", "likeness")
"""The subjects of findings on a text, which quote it."""


class Task(msgspec.Struct, frozen=True):
    """A file of the archive to examine."""

    sha256: str
    name: str
    """Its name in the archive."""
    hints: Hints


_MEDIA: dict[Medium, str] = {"word": " Word 文件", "pdf": " PDF 文件", "page": "网页"}


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
            reading = self.received(task)
        except LostError:
            raise
        except DocumentError as problem:
            # Whatever the officer has assigned to a unit is its submission.
            if isinstance(problem, NoFormError) and not task.hints.assigned:
                return self._no_submission(task, "ours" if is_own_paper(self._data(task)) else "other")
            return self.unreadable(task, problem)
        if is_foreign(reading) and not task.hints.assigned and is_own_paper(self._data(task)):
            return self._no_submission(task, "ours")
        if is_blank(reading):
            return self._no_submission(task, "blank", reading.report.unit)
        received = reading.report
        match, reading, findings = self.examined(amended(reading, task.hints.amended), task.hints)
        if self._is_beside_the_form(task, match, reading):
            return self._no_submission(task, "compared", reading.report.unit)
        report = reading.report
        return Submission(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict=checks.verdict(findings),
            code=match.code,
            matched=match.by,
            stated_code=report.unit.code,
            stated_name=report.unit.name,
            year=report.year,
            edition=report.edition,
            errors=_count(findings, "error"),
            queries=_count(findings, "query"),
            report=compressed(to_json(self.named(report, match))),
            findings=tuple(_recorded(report, findings, received)),
        )

    def read(self, task: Task) -> Reading:
        """Return what is in a file of the archive, with the other parts of its report and what the office has amended.

        Raises DocumentError where it cannot be read, LostError where it is lost or was changed.
        """
        return amended(self.received(task), task.hints.amended)

    def received(self, task: Task) -> Reading:
        """Return what is in a file of the archive, together with the other parts of its report, as it was received.

        Raises DocumentError where it cannot be read, LostError where it is lost or was changed.
        """
        if not task.hints.parts:
            return self.read_alone(task)
        return joined(self._read_parts(task), [task.hints.name, *(name for _, name in task.hints.parts)])

    def origins(self, task: Task) -> Mapping[str, str]:
        """Return the hash of the file that has each part, of a report that came in parts; nothing of any other."""
        if not task.hints.parts:
            return {}
        files = [task.sha256, *(sha256 for sha256, _ in task.hints.parts)]
        parts = answered(self._read_parts(task))
        return {key: sha256 for sha256, keys in zip(files, parts, strict=True) for key in keys}

    def _read_parts(self, task: Task) -> list[Reading]:
        return [self.read_alone(task), *(self.read_alone(Task(*part, Hints(part[1]))) for part in task.hints.parts)]

    def read_alone(self, task: Task) -> Reading:
        """Return what is in one file; see :meth:`received`."""
        data = self._archive.read(task.sha256, task.name)
        reading = self._dated(read_data(data, self._key, forms=self._last_year.forms, name=task.hints.name))
        # The reader of workbooks looks for the signature itself; no other medium can have one.
        medium = medium_of(data)
        if not self.matching.signed or medium == "workbook":
            return reading
        unsigned = (
            found("identity.unsigned", variant="json")
            if medium == "json"
            else found("identity.document", medium=_MEDIA[medium])
        )
        return msgspec.structs.replace(reading, findings=(unsigned, *reading.findings))

    def _dated(self, reading: Reading) -> Reading:
        """Return the reading of a unit's own table with the year that is collected, if it names none, as a question."""
        if reading.report.year is not None or not is_foreign(reading):
            return reading
        asked = found("foreign.year", year=self.year)
        report = msgspec.structs.replace(reading.report, year=self.year)
        return msgspec.structs.replace(reading, report=report, findings=(*reading.findings, asked))

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
            *(self.matching.others.signs(member, match.by, hints.name, report) if member else ()),
            *checks.judge(
                official,
                last_year,
                others=self.matching.names,
                called=member.short if member else (),
                settings=self.matching.rules,
                due=self.matching.publish_by,
            ).findings,
            *(self.matching.of_last_year(member, before.missing, before.divided) if member else ()),
            *self._differences(hints, match, reading),
        )
        order = ("error", "query", "note")
        return match, reading, tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))

    def _data(self, task: Task) -> bytes:
        return self._archive.read(task.sha256, task.name)

    def _no_submission(self, task: Task, verdict: str, stated: Unit = _NOBODY) -> Submission:
        """Return the record of a file that is no submission, whatever it is."""
        match = self.matching.match(stated, task.hints)
        return Submission(
            sha256=task.sha256,
            context=self.matching.context(match, task.hints),
            verdict=verdict,
            code=match.code,
            matched=match.by,
            stated_code=stated.code,
            stated_name=stated.name,
        )

    def _is_beside_the_form(self, task: Task, match: Match, reading: Reading) -> bool:
        """Tell whether a document came in one mail with the signed form of its unit, and does not complete it."""
        if not task.hints.beside or task.hints.assigned or not match.code or is_form(self._data(task), reading):
            return False
        return any(
            is_form(data, form)
            and is_signed_form(form)
            and not is_blank(form)
            and self._code_of(name, form) == match.code
            and not joint_of(form.report, reading.report).second
            for name, data, form in self._beside(task.hints)
        )

    def _differences(self, hints: Hints, match: Match, reading: Reading) -> Iterator[Finding]:
        """Yield where a document that came in one mail with a signed form of its unit says something else."""
        if not hints.beside or not match.code or not is_signed_form(reading):
            return
        for name, data, other in self._beside(hints):
            if not is_form(data, other) and self._code_of(name, other) in ("", match.code):
                yield from differences(reading, other.report, name)

    def _beside(self, hints: Hints) -> Iterator[tuple[str, bytes, Reading]]:
        """Yield the reports that came in one mail with a file, each with its name and its bytes."""
        for sha256, name in hints.beside:
            try:
                data = self._archive.read(sha256, name)
                yield name, data, read_data(data, self._key, forms=self._last_year.forms)
            except LostError:
                raise
            except DocumentError:
                continue

    def _code_of(self, name: str, reading: Reading) -> str:
        return self.matching.match(reading.report.unit, Hints(name)).code

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
        """Yield the findings of the reader; an assignment settles that a file does not say whose it is.

        Nothing is asked about signatures where the office has sent out no forms.
        """
        settled = {"identity.missing", "identity.document"} if match.by == "assigned" else set()
        if not self.matching.signed:
            settled.add("identity.document")
        return (finding for finding in reading.findings if finding.rule not in settled)


def _count(findings: tuple[Finding, ...], severity: str) -> int:
    return sum(finding.severity == severity and finding.echo_of is None for finding in findings)


def _recorded(report: Report, findings: tuple[Finding, ...], received: Report) -> Iterator[RecordedFinding]:
    for finding in findings:
        rule, explanation = RULES[finding.rule], ""
        # Whoever has sent a file in another's name has written its explanations as well.
        if finding.severity == "query" and not rule.office_only:
            explanation = report.explanations.get(rule.subject or "others", "")
        # Whoever let the file as a whole through has seen it as it was received: an amendment does not change that.
        yield noted_of(finding, report if finding.refs else received, explanation)


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


_OF_OTHERS = "others"
"""A quoted value about other units: an answer about one unit holds also when others are added."""


def _former_fingerprints(finding: Finding, report: Report | None) -> tuple[str, ...]:
    """Return the fingerprints that older programs gave a finding without figures, by what it quotes or its message.

    The message may have had a wording that the rule has no more, and what causes add stands behind it. A wording that
    quotes what the finding does not, such as a sentence where there is no text, was never its message.
    """
    if report and finding.refs:
        return ()
    values = {"expected": plain(finding.expected), "actual": plain(finding.actual), **dict(finding.quoted)}
    said = [text for wording in RULES[finding.rule].wordings if (text := _worded(wording, values)) is not None]
    added = finding.message.removeprefix(said[0]) if said else ""
    return (_hash(finding, _quoted(finding)), *(_hash(finding, [message + added]) for message in said))


def _worded(wording: str, values: Mapping[str, str]) -> str | None:
    """Return a message, or None where it quotes a value that is not there."""
    try:
        return on_one_line(wording.format(**values))
    except KeyError:
        return None


def _hash(finding: Finding, facts: Iterable[Any]) -> str:
    said = [finding.id, plain(finding.expected), plain(finding.actual), *facts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _quoted(finding: Finding) -> list[str]:
    return sorted(value for name, value in finding.quoted if name != _OF_OTHERS)


def _figures(report: Report, refs: Iterable[str]) -> list[tuple[str, str]]:
    return [(ref, report.unread.get(ref, plain(report.figures.get(ref)))) for ref in sorted(refs)]
