"""Collecting: every file is archived, its attachments are unpacked, and what is new or has changed is examined.

A run first archives all files and records their arrivals, then unpacks the containers (archives and mails), then
examines every file whose context has changed. Each stage continues where it was interrupted, so running the command
again ends in the same state; a container that waits for a program on this machine is tried again by every run. A change
of the roster, of last year's reports or of the rules has old submissions examined again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeGuard

import msgspec

from gouji.collection.intake.collected import Collected, Problem, Step, Watch
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.matching import Matching
from gouji.collection.intake.receiving import Receiving
from gouji.collection.intake.repairing import UNREAD, is_lost, repairs_in
from gouji.collection.intake.sources import lost_from_archive, not_in_the_ledger, sources_in
from gouji.collection.intake.tasks import examiner_of, stale_tasks
from gouji.collection.intake.unpacking import Contents, OurMail, Unpacker
from gouji.collection.ledger.amended import written
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import RecordedBounce
from gouji.collection.ledger.records import NO_SUBMISSIONS, Arrival, Decision, Remark, Submission
from gouji.collection.ledger.seen import EXAMINED
from gouji.collection.workspace.folder import Workspace, now, officer
from gouji.collection.workspace.names import ARCHIVED, RECEIVED
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.form.forms import Forms
from gouji.jobs.batch import problem_of
from gouji.runtime.workers import Failure

_RECORDS_AT_ONCE = 200
"""Records that are written in one transaction."""
_SECONDS_UNWRITTEN = 2.0
"""However slowly the files are examined, results are written after this many seconds."""

_CONSENT = "意思只有一种，收表时同意按数字读取"
_LINKED = "这个文件夹是指向别处的链接，里面的文件没有收。请把文件夹本身放进来，再收一遍。"


Tell = Callable[[Task, Submission], None]


def collect(
    workspace: Workspace,
    paths: Sequence[Path] = (),
    *,
    accept_repairs: bool = False,
    executor: Executor = local_workers,
    watch: Watch = lambda step: None,
    tell: Tell = lambda task, submission: None,
) -> Collected:
    """Collect files and folders; without ``paths``, what is in 回收.

    With ``accept_repairs``, or where the settings say so, entries that can mean one number only are taken as that
    number; each is a decision. ``watch`` learns how far the run is, ``tell`` what was found in each file.

    Interrupted at any moment, the same call again ends in the state of an uninterrupted one. Raises GoujiError where
    a path does not exist, another command is at work, the roster is wrong, or the disk takes no more.
    """
    paths = [path.resolve() for path in paths] or [workspace.folder / RECEIVED]
    done = Collected()
    files = list(
        sources_in(
            paths,
            workspace.folder,
            lambda folder, why: done.problems.append(Problem(f"{folder}", why)),
            lambda folder: done.problems.append(Problem(f"{folder}", _LINKED)),
        )
    )
    examiner = examiner_of(workspace)  # what is wrong with the roster is said before anything is taken in
    with workspace.writing("收表") as ledger:
        workspace.archive.sweep()
        with ledger.transaction():
            number = ledger.begin_run(now())
            ledger.seen.forget(lost_from_archive(workspace, ledger))
        run = _Run(workspace, ledger, executor, done, watch)
        named = frozenset(map(str, paths))
        Receiving(workspace, ledger, done, watch, number, named).receive(files)
        run.unpack(examiner.matching)
        run.examine(examiner, tell)
        if accept_repairs or workspace.accepts_repairs:
            run.repair(examiner, workspace.settings.forms, tell)
        with ledger.transaction():
            ledger.end_run(number, now())
            workspace.keep_roster(ledger)
        done.remarks += [(ARCHIVED, text) for text in not_in_the_ledger(workspace, ledger)]
    return done


def refresh(workspace: Workspace, executor: Executor = local_workers) -> Collected:
    """Examine again what arrived before, where its context has changed: the roster, last year, an assignment."""
    done = Collected()
    with workspace.writing("重新核对") as ledger:
        run = _Run(workspace, ledger, executor, done, lambda step: None)
        run.examine(examiner_of(workspace), lambda task, submission: None)
    return done


class _Run:
    """One run: what it works with, and what it has done so far."""

    def __init__(self, workspace: Workspace, ledger: Ledger, executor: Executor, done: Collected, watch: Watch) -> None:
        self._folder, self._archive = workspace.folder, workspace.archive
        self._ledger, self._executor = ledger, executor
        self._done, self._watch = done, watch
        self._verdicts: dict[str, str] = {}
        """The verdict on each file that this run may examine twice."""

    # ---------------------------------------------------------------- attachments

    def unpack(self, matching: Matching) -> None:
        """Unpack the containers that are still packed, and record what is inside."""
        packed = self._ledger.packed_containers()
        if not packed:
            return
        names = self._ledger.file_names()
        mails = self._ledger.mail.mails()
        ours = OurMail(frozenset(mail.message_id for mail in mails), self._ledger.product_hashes(), matching.office)
        tasks = [(sha256, names[sha256]) for sha256 in packed]
        with closing(self._executor(Unpacker(self._folder / ARCHIVED, names, ours), tasks)) as outcomes:
            for count, (sha256, outcome) in enumerate(zip(packed, outcomes, strict=True), 1):
                self._watch(Step("拆包", count, len(packed), names[sha256]))
                came = list(self._ledger.arrivals(sha256=sha256))
                if is_lost(outcome) or _is_slow(outcome):
                    problem = problem_of(Path(names[sha256]), outcome)
                    self._done.problems.append(Problem(came[0].source, str(problem)))
                    continue
                if isinstance(outcome, Failure):
                    outcome = Contents(remarks=(str(problem_of(Path(came[0].source), outcome)),))
                self._record_contents(sha256, came, outcome, matching)

    def _record_contents(
        self, sha256: str, arrivals: Sequence[Arrival], contents: Contents, matching: Matching
    ) -> None:
        """Record what a container held, once for each way in which the container arrived."""
        mail = self._ledger.mail
        with self._ledger.transaction():
            for arrival in arrivals:
                for item in contents.items:
                    # The first part of the path is the name under which the container first arrived.
                    source = "/".join(filter(None, (arrival.source, item.path.partition("/")[2])))
                    sent = item.sent or arrival.sent
                    inside = Arrival(item.sha256, source, sent, item.sender, sha256, arrival.run, item.forwarded)
                    is_new = self._ledger.receive(inside, item.size, is_container=False)
                    self._done.new += is_new
                    self._done.inside += is_new
            remarks = [Remark(sha256, text, contents.senders.get(text, "")) for text in contents.remarks]
            self._ledger.record_unpacked(sha256, remarks)
            if contents.is_waiting:
                self._ledger.unpack_again(sha256)
            if contents.origin is not None:
                origin = contents.origin
                mail.record_mail(sha256, origin.message_id, (origin.in_reply_to, *origin.references))
            mail.record_bounces(
                sha256,
                [
                    RecordedBounce(bounce.address, bounce.message_id, bounce.status, bounce.reason, now())
                    for bounce in contents.bounces
                ],
            )
        for remark in remarks:
            unit = matching.unit_at(remark.sender)
            self._done.remarks.append((arrivals[0].source, f"{unit.name}：{remark.text}" if unit else remark.text))
        self._done.courtesies.update(contents.courtesies)

    # ---------------------------------------------------------------- examining

    def examine(self, examiner: Examiner, tell: Tell) -> None:
        """Examine every file that is new or was checked in another context."""
        circumstances = _hash(examiner.matching.circumstances, self._ledger.arrived.behind_tasks())
        if self._ledger.seen.was_worked_out(EXAMINED, circumstances):
            return
        with self._ledger.transaction():
            self._ledger.seen.drop(EXAMINED)
        if self._examine(stale_tasks(self._ledger, examiner.matching), examiner, tell):
            with self._ledger.transaction():
                self._ledger.seen.keep(EXAMINED, circumstances)

    def _examine(self, tasks: Sequence[Task], examiner: Examiner, tell: Tell) -> bool:
        """Examine files and record what was found; return whether none of them is left for the next run."""
        complete = True
        unwritten: list[Submission] = []
        written = time.monotonic()
        with closing(self._executor(examiner, tasks)) as outcomes:
            for count, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True), 1):
                self._watch(Step("核对", count, len(tasks), task.hints.name))
                if is_lost(outcome):
                    self._lose(task, outcome)
                    complete = False
                    continue
                submission = _unreadable(examiner, task, outcome) if isinstance(outcome, Failure) else outcome
                complete &= submission.context != ""
                unwritten.append(submission)
                if submission.verdict in NO_SUBMISSIONS:
                    unit = examiner.matching.roster.member(submission.code)
                    of_unit = self._done.others.setdefault(unit.name if unit else "", {})
                    of_unit.setdefault(submission.verdict, []).append(task.hints.name)
                else:
                    if before := self._verdicts.get(task.sha256):
                        self._done.examined[before] -= 1
                    if _may_be_examined_again(submission):
                        self._verdicts[task.sha256] = submission.verdict
                    self._done.examined[submission.verdict] += 1
                tell(task, submission)
                if len(unwritten) >= _RECORDS_AT_ONCE or time.monotonic() > written + _SECONDS_UNWRITTEN:
                    self._record(unwritten)
                    written = time.monotonic()
        self._record(unwritten)
        return complete

    def _lose(self, task: Task, failure: Failure) -> None:
        """Say that the archive has lost what a task needs; what the ledger knows of the file still holds.

        The next run reads the originals again: one of them mends the archive.
        """
        source = "/".join((*reversed(task.hints.folders), task.hints.name))
        self._done.problems.append(Problem(source, str(failure.error)))
        others = (sha256 for sha256, _ in (*task.hints.beside, *task.hints.parts))
        with self._ledger.transaction():
            self._ledger.seen.forget([task.sha256, *others])

    def repair(self, examiner: Examiner, forms: Forms, tell: Tell) -> None:
        """Take entries that can mean one number only as that number, and examine their files again."""
        self._done.repaired = repairs_in(self._ledger, examiner, self._executor, forms, self._lose)
        with self._ledger.transaction():
            for one in self._done.repaired:
                self._ledger.decide(
                    Decision(
                        id=0,
                        kind="repair",
                        code=one.code,
                        sha256=one.sha256,
                        finding=written(one.cells),
                        reason=_CONSENT,
                        made=now(),
                        made_by=officer(),
                    )
                )
        if self._done.repaired:
            self.examine(examiner, tell)

    def _record(self, submissions: list[Submission]) -> None:
        with self._ledger.transaction():
            for submission in submissions:
                self._ledger.record(submission)
        submissions.clear()


def _hash(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _may_be_examined_again(submission: Submission) -> bool:
    """Tell whether this run may examine a file once more: where it has entries to repair, or took too long."""
    return not submission.context or any(recorded.finding.rule == UNREAD for recorded in submission.findings)


def _unreadable(examiner: Examiner, task: Task, failure: Failure) -> Submission:
    submission = examiner.unreadable(task, problem_of(Path(task.hints.name), failure))
    # Without a context the next run examines it again.
    return msgspec.structs.replace(submission, context="") if _is_slow(failure) else submission


def _is_slow(outcome: object) -> TypeGuard[Failure]:
    """Tell whether a file took too long: it may be the disk or the network. The next run tries again."""
    return isinstance(outcome, Failure) and outcome.kind == "slow"
