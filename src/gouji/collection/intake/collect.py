"""Collecting: every file is archived, its attachments are unpacked, and what is new or has changed is examined.

A run first archives all files and records their arrivals, then unpacks the containers (archives and mails), then
examines every file whose context has changed. Each stage continues where it was interrupted, so running the command
again ends in the same state; a container that waits for a program on this machine is tried again by every run. A change
of the roster, of last year's reports or of the rules has old submissions examined again.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeGuard

import msgspec

from gouji.collection.intake.attachments.courtesies import Courtesy
from gouji.collection.intake.attachments.unpack import is_container
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.matching import Matching
from gouji.collection.intake.repairing import Repaired, repairs_in
from gouji.collection.intake.sources import not_in_the_ledger, sources_of, time_of
from gouji.collection.intake.tasks import arrivals_by_file, examiner_of, stale_tasks
from gouji.collection.intake.unfinished import note_of, suspicion_of
from gouji.collection.intake.unpacking import Contents, OurMail, Unpacker
from gouji.collection.ledger.amended import written
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import RecordedBounce
from gouji.collection.ledger.records import NO_SUBMISSIONS, Arrival, Decision, Remark, Submission
from gouji.collection.workspace.archive import LostError
from gouji.collection.workspace.folder import Workspace, now, officer
from gouji.collection.workspace.names import ARCHIVED, RECEIVED
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.form.forms import Forms
from gouji.jobs.batch import files_in, is_leftover, problem_of
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.workers import Failure

_RECORDS_AT_ONCE = 200
"""Records that are written in one transaction."""
_SECONDS_UNWRITTEN = 2.0
"""However slowly the files are examined, results are written after this many seconds."""

_CONSENT = "意思只有一种，收表时同意按数字读取"
_LINKED = "这个文件夹是指向别处的链接，里面的文件没有收。请把文件夹本身放进来，再收一遍。"


class Problem(msgspec.Struct, frozen=True):
    """A file that could not be taken in by this run; the next run tries again."""

    source: str
    message: str


class Step(msgspec.Struct, frozen=True):
    """How far a run is, for whoever watches it."""

    doing: str
    number: int
    total: int
    name: str


class Collected(msgspec.Struct):
    """What a run has done."""

    found: int = 0
    new: int = 0
    inside: int = 0
    """How many of the new ones were inside containers."""
    again: int = 0
    """Files whose content had arrived before."""
    examined: Counter[str] = msgspec.field(default_factory=Counter)
    """How many files were examined by this run, by verdict."""
    remarks: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """What is to be said about the containers of this run: the source and the sentence."""
    notes: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """The files that were not taken in because they are not whole: the source and the sentence."""
    others: dict[str, dict[str, list[str]]] = msgspec.field(default_factory=dict)
    """The names of the files of this run that are no submissions, by the name of their unit, then by verdict."""
    courtesies: Counter[Courtesy] = msgspec.field(default_factory=Counter)
    """How many mails of this run bring nothing and ask for nothing, by kind."""
    problems: list[Problem] = msgspec.field(default_factory=list)
    repaired: list[Repaired] = msgspec.field(default_factory=list)
    """What this run has taken as numbers, with the office's consent."""


Watch = Callable[[Step], None]
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
    files = files_in(
        paths,
        lambda folder, why: done.problems.append(Problem(f"{folder}", why)),
        lambda folder: done.problems.append(Problem(f"{folder}", _LINKED)),
        leftovers=True,
    )
    examiner = examiner_of(workspace)  # what is wrong with the roster is said before anything is taken in
    with workspace.writing("收表") as ledger:
        workspace.archive.sweep()
        with ledger.transaction():
            number = ledger.begin_run(now())
        run = _Run(workspace, ledger, executor, done, watch)
        sources = dict(zip(files, sources_of(files, paths, workspace.folder), strict=True))
        run.receive(sources, number)
        run.unpack(examiner.matching)
        run.examine(examiner, tell)
        if accept_repairs or workspace.accepts_repairs:
            run.repair(examiner, workspace.settings.forms, tell)
        with ledger.transaction():
            ledger.end_run(number, now())
        done.remarks += [(ARCHIVED, text) for text in not_in_the_ledger(workspace, ledger)]
    return done


def refresh(workspace: Workspace, executor: Executor = local_workers) -> Collected:
    """Examine again what arrived before, where its context has changed: the roster, last year, an assignment."""
    done = Collected()
    with workspace.writing("重新核对") as ledger:
        run = _Run(workspace, ledger, executor, done, lambda step: None)
        run.examine(examiner_of(workspace), lambda task, submission: None)
    return done


class _New(msgspec.Struct, frozen=True):
    """An arrival that is still to be recorded."""

    arrival: Arrival
    size: int
    is_container: bool


class _Run:
    """One run: what it works with, and what it has done so far."""

    def __init__(self, workspace: Workspace, ledger: Ledger, executor: Executor, done: Collected, watch: Watch) -> None:
        self._folder, self._archive = workspace.folder, workspace.archive
        self._ledger, self._executor = ledger, executor
        self._done, self._watch = done, watch
        self._verdicts: dict[str, str] = {}
        """The verdict on each file that this run has examined; one that was repaired is examined twice."""

    # ---------------------------------------------------------------- receiving

    def receive(self, sources: dict[Path, str], number: int) -> None:
        """Archive every file and record how it arrived.

        A file that arrived before is compared with its copy in the archive, and mends it where the archive has lost it.
        """
        ledger, done = self._ledger, self._done
        known, sizes, names = ledger.arrival_keys(), ledger.files(), ledger.file_names()
        contents = ledger.contents()
        new: list[_New] = []
        for count, (path, source) in enumerate(sources.items(), 1):
            self._watch(Step("归档", count, len(sources), path.name))
            try:
                file = open_file(path)
                sent = time_of(path)
            except (GoujiError, OSError) as error:
                if is_leftover(path.name):
                    continue
                done.found += 1
                done.problems.append(Problem(source, _why_not_received(path, error)))
                continue
            suspicion = suspicion_of(path.name, file.data)
            done.found += suspicion != "leftover"
            if suspicion:
                done.notes += [(source, note)] if (note := note_of(suspicion)) else []
                continue
            sha256 = file.sha256
            done.again += sha256 in sizes
            try:
                self._archive.keep(file.data, names.setdefault(sha256, source.rpartition("/")[2]))
            except GoujiError as error:
                done.problems.append(Problem(source, f"没有归档：{error}"))
                continue
            if not all(self._archive.is_whole(*inside) for inside in contents.get(sha256, ())):
                with ledger.transaction():
                    ledger.unpack_again(sha256)
            # What is collected out of the archive has not been sent again: it is registered where the ledger lost it.
            is_archived = sha256 in sizes and source.startswith(f"{ARCHIVED}/")
            if (sha256, source) not in known and not is_archived:
                done.new += sha256 not in sizes
                sizes.setdefault(sha256, len(file.data))
                arrival = Arrival(sha256, source, sent=sent, run=number)
                new.append(_New(arrival, len(file.data), is_container(path.name, file.data)))
            if len(new) >= _RECORDS_AT_ONCE:
                self._record_arrivals(new)
        self._record_arrivals(new)

    def _record_arrivals(self, new: list[_New]) -> None:
        with self._ledger.transaction():
            for one in new:
                self._ledger.receive(one.arrival, one.size, is_container=one.is_container)
        new.clear()

    # ---------------------------------------------------------------- attachments

    def unpack(self, matching: Matching) -> None:
        """Unpack the containers that are still packed, and record what is inside."""
        packed = self._ledger.packed_containers()
        if not packed:
            return
        names, arrivals = self._ledger.file_names(), arrivals_by_file(self._ledger)
        mails = self._ledger.mail.mails()
        ours = OurMail(frozenset(mail.message_id for mail in mails), self._ledger.product_hashes(), matching.office)
        tasks = [(sha256, names[sha256]) for sha256 in packed]
        with closing(self._executor(Unpacker(self._folder / ARCHIVED, names, ours), tasks)) as outcomes:
            for count, (sha256, outcome) in enumerate(zip(packed, outcomes, strict=True), 1):
                self._watch(Step("拆包", count, len(packed), names[sha256]))
                came = arrivals[sha256]
                if _is_lost(outcome) or _is_slow(outcome):
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
        tasks = list(stale_tasks(self._ledger, examiner.matching))
        unwritten: list[Submission] = []
        written = time.monotonic()
        with closing(self._executor(examiner, tasks)) as outcomes:
            for count, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True), 1):
                self._watch(Step("核对", count, len(tasks), task.hints.name))
                if _is_lost(outcome):
                    # What the ledger knows of the file still holds.
                    source = "/".join((*reversed(task.hints.folders), task.hints.name))
                    self._done.problems.append(Problem(source, str(outcome.error)))
                    continue
                submission = _unreadable(examiner, task, outcome) if isinstance(outcome, Failure) else outcome
                unwritten.append(submission)
                if submission.verdict in NO_SUBMISSIONS:
                    unit = examiner.matching.roster.member(submission.code)
                    of_unit = self._done.others.setdefault(unit.name if unit else "", {})
                    of_unit.setdefault(submission.verdict, []).append(task.hints.name)
                else:
                    if before := self._verdicts.get(task.sha256):
                        self._done.examined[before] -= 1
                    self._verdicts[task.sha256] = submission.verdict
                    self._done.examined[submission.verdict] += 1
                tell(task, submission)
                if len(unwritten) >= _RECORDS_AT_ONCE or time.monotonic() > written + _SECONDS_UNWRITTEN:
                    self._record(unwritten)
                    written = time.monotonic()
        self._record(unwritten)

    def repair(self, examiner: Examiner, forms: Forms, tell: Tell) -> None:
        """Take entries that can mean one number only as that number, and examine their files again."""
        self._done.repaired = repairs_in(self._ledger, examiner, self._executor, forms)
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


def _why_not_received(path: Path, error: Exception) -> str:
    if os.path.lexists(path.with_name(f"~${path.name}")):  # left by an office program that has the file open
        return "文件正在 Excel 或者 WPS 里打开，没有收。请关闭以后再收一遍。"
    return str(error) if isinstance(error, GoujiError) else "文件读不出来，没有收。请检查文件和磁盘后再收一遍。"


def _unreadable(examiner: Examiner, task: Task, failure: Failure) -> Submission:
    submission = examiner.unreadable(task, problem_of(Path(task.hints.name), failure))
    # Without a context the next run examines it again.
    return msgspec.structs.replace(submission, context="") if _is_slow(failure) else submission


def _is_lost(outcome: object) -> TypeGuard[Failure]:
    """Tell whether the archive has lost a file, which is not the sender's fault. The next run tries again."""
    return isinstance(outcome, Failure) and isinstance(outcome.error, LostError)


def _is_slow(outcome: object) -> TypeGuard[Failure]:
    """Tell whether a file took too long: it may be the disk or the network. The next run tries again."""
    return isinstance(outcome, Failure) and outcome.kind == "slow"
