"""Repairs with the office's consent: entries such as 3件 that can mean one number only, in what units have sent in.

Each repair is a decision, so it is on record, holds when the file is examined again, and can be undone. Nothing is
taken that a relation contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TypeGuard

import msgspec

from gouji.checks.figures import place_of
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.tasks import tasks_of
from gouji.collection.ledger.amended import AmendedCell, amended_cells
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision, Submission
from gouji.collection.workspace.archive import LostError
from gouji.collection.workspace.workers import Executor
from gouji.findings.finding import Finding, plain
from gouji.form.forms import Forms
from gouji.form.values import Number
from gouji.formats.workbook.corrections import places_in
from gouji.report.amendments import REPAIRED, Amendment, before_words
from gouji.report.joining import part_of
from gouji.report.model import Report, from_json
from gouji.report.repairs import certain_repairs
from gouji.runtime.workers import Failure

_FEW = 20
"""Files up to this number are examined again without workers, which have all read them before."""
UNREAD = "figure.unread"
"""The rule about the entries that may be repaired."""
_CONTRADICTED = "zero.contradicted"


Lose = Callable[[Task, Failure], None]


class Repaired(msgspec.Struct, frozen=True):
    """The cells of a submission that are taken as numbers."""

    code: str
    sha256: str
    cells: tuple[AmendedCell, ...]


class _Candidate(msgspec.Struct):
    """A submission with entries that may be taken."""

    submission: Submission
    task: Task
    report: Report
    values: dict[str, Number]
    """What is still to be taken, by Ref."""


def repairs_in(ledger: Ledger, examiner: Examiner, executor: Executor, forms: Forms, lose: Lose) -> list[Repaired]:
    """Return the entries of all units that can be read as numbers, except those decided about before.

    ``lose`` learns of the files that the archive has lost; nothing is taken out of them.
    """
    waiting = list(_candidates(ledger, examiner, forms, lose))
    taken: list[Repaired] = []
    while waiting:
        examined = _examined(examiner, executor, [_with_repairs(one) for one in waiting])
        again = []
        for one, outcome in zip(waiting, examined, strict=True):
            if is_lost(outcome):
                lose(one.task, outcome)
            if not isinstance(outcome, Submission):  # nothing is taken out of what cannot be read any more
                continue
            contradicted = _contradicted(one, outcome)
            if not contradicted:
                taken.append(Repaired(one.submission.code, one.submission.sha256, tuple(_cells(one))))
                continue
            one.values = {ref: value for ref, value in one.values.items() if ref not in contradicted}
            again += [one] if one.values else []
        waiting = again
    return taken


def _examined(examiner: Examiner, executor: Executor, tasks: Sequence[Task]) -> list[object]:
    """Return the results of examining files again; a few files are faster without starting workers."""
    if len(tasks) > _FEW:
        with closing(executor(examiner, tasks)) as outcomes:
            return list(outcomes)
    found: list[object] = []
    for task in tasks:
        try:
            found.append(examiner(task))
        except LostError as error:
            found.append(Failure("raised", error))
    return found


def _candidates(ledger: Ledger, examiner: Examiner, forms: Forms, lose: Lose) -> Iterator[_Candidate]:
    unread = {
        one.sha256: one
        for one in ledger.submissions()
        if one.code and any(recorded.finding.rule == UNREAD for recorded in one.findings)
    }
    if not unread:
        return
    decided = _decided_before(ledger.decisions())
    for task in tasks_of(ledger, unread):
        report = from_json(ledger.report(task.sha256) or b"", forms=forms)
        values = {
            ref: repair.value
            for ref, repair in certain_repairs(report).items()
            if repair.value is not None and (task.sha256, ref) not in decided
        }
        if values and task.hints.parts:
            # What stands in another file of the same report is taken there, and counts here by that.
            try:
                origins = examiner.origins(task)
            except LostError as error:
                lose(task, Failure("raised", error))
                continue
            values = {ref: it for ref, it in values.items() if origins.get(part_of(ref), task.sha256) == task.sha256}
        if values:
            yield _Candidate(unread[task.sha256], task, report, values)


def is_lost(outcome: object) -> TypeGuard[Failure]:
    """Tell whether the archive has lost a file, which is not the sender's fault. The next run tries again."""
    return isinstance(outcome, Failure) and isinstance(outcome.error, LostError)


def _decided_before(decisions: Sequence[Decision]) -> set[tuple[str, str]]:
    """Return the cells that were repaired before, by the hash of the file; what was undone is not done again."""
    return {(decision.sha256, cell.ref) for decision in decisions for cell in amended_cells(decision)}


def _with_repairs(one: _Candidate) -> Task:
    repairs = tuple(Amendment(ref, value, 0, "", "", "", REPAIRED) for ref, value in one.values.items())
    hints = msgspec.structs.replace(one.task.hints, amended=(*one.task.hints.amended, *repairs))
    return msgspec.structs.replace(one.task, hints=hints)


def _contradicted(one: _Candidate, outcome: Submission) -> set[str]:
    """Return the entries in relations that are broken with them, and were not without them."""
    before = {finding.id for finding in _contradictions(one.submission)}
    new = [finding for finding in _contradictions(outcome) if finding.id not in before]
    ids = {finding.id for finding in new}
    causes = [finding for finding in new if finding.echo_of not in ids]
    totals = one.report.form.totals
    return {ref for finding in causes for ref in _with_parts(finding.refs, totals) if ref in one.values}


def _contradictions(submission: Submission) -> list[Finding]:
    found = (recorded.finding for recorded in submission.findings)
    return [finding for finding in found if finding.outcome == "broken" or finding.rule == _CONTRADICTED]


def _with_parts(refs: Sequence[str], totals: Mapping[str, Sequence[str]]) -> set[str]:
    """Return cells together with the parts of the totals among them, and the parts of these."""
    everything, left = set(refs), list(refs)
    while left:
        new = set(totals.get(left.pop(), ())) - everything
        everything |= new
        left += new
    return everything


def _cells(one: _Candidate) -> Iterator[AmendedCell]:
    report = one.report
    places = places_in(report)
    for recorded in one.submission.findings:
        finding = recorded.finding
        if finding.rule == UNREAD and finding.cells:
            places[finding.refs[0]] = finding.cells[0]
    for ref, value in one.values.items():
        words = place_of(report.form, ref)
        yield AmendedCell(ref, places[ref], f"{words['where']}{words['cell']}", before_words(report, ref), plain(value))
