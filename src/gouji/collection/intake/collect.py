"""Collecting: whatever came is kept in the archive, taken out of its parcels, read, checked and recorded.

First everything is archived and its arrival recorded, then the parcels are unpacked, then every file whose context
has changed is examined. Each step goes on where it was interrupted, so the same command again ends in the same state;
and a change of the roster, of last year's reports or of the rules has old returns examined anew.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeGuard

import msgspec

from gouji.collection.intake.attachments import Bounce, Letter, is_parcel, unpack
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.matching import Hints, Matching
from gouji.collection.ledger.decided import assigned
from gouji.collection.ledger.ledger import Arrival, Ledger, Return
from gouji.collection.ledger.mail import CameBack
from gouji.collection.workspace.archive import Archive, LostError
from gouji.collection.workspace.folder import Workspace, now
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import ARCHIVED, BEFORE, RECEIVED
from gouji.collection.workspace.workers import Crew, locally
from gouji.jobs.batch import files_in, problem_of
from gouji.report.model import Unit
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.workers import Failure

_AT_ONCE = 200
"""Records that are written in one transaction."""
_SECONDS = 2.0
"""However slow the files come, what is done is written after so many seconds."""


class Problem(msgspec.Struct, frozen=True):
    """A file that could not be taken in this time; the next collection tries again."""

    source: str
    message: str


class Step(msgspec.Struct, frozen=True):
    """How far a collection is, for whoever watches it."""

    doing: str
    number: int
    total: int
    name: str


class Collected(msgspec.Struct):
    """What a collection has done."""

    found: int = 0
    new: int = 0
    again: int = 0
    """Files whose content had come before."""
    examined: Counter[str] = msgspec.field(default_factory=Counter)
    """How many files were examined this time, by verdict."""
    remarks: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Of the parcels of this time: the source and the sentence."""
    problems: list[Problem] = msgspec.field(default_factory=list)


def collect(
    workspace: Workspace,
    paths: Sequence[Path] = (),
    *,
    crew: Crew = locally,
    watch: Callable[[Step], None] = lambda step: None,
    tell: Callable[[Task, Return], None] = lambda task, returned: None,
) -> Collected:
    """Collect files, folders and parcels; without ``paths``, what lies in 回收.

    ``watch`` is told how far it is, ``tell`` what was found in each file.

    Interrupted at any moment, the same call again ends in the state of an uninterrupted one. Raises GoujiError where
    a path does not exist, another command is at work, the roster is wrong, or the disk takes no more.
    """
    paths = [path.resolve() for path in paths] or [workspace.folder / RECEIVED]
    done = Collected()
    files = files_in(paths, lambda folder, why: done.problems.append(Problem(f"{folder}", why)))
    done.found = len(files)
    examiner = examiner_of(workspace)
    with workspace.writing("收表") as ledger:
        workspace.archive.sweep()
        with ledger.transaction():
            number = ledger.begin_round(now())
        sources = dict(zip(files, _sources(files, paths, workspace.folder), strict=True))
        _receive(ledger, workspace.archive, sources, number, done, watch)
        _unpack(ledger, workspace.folder / ARCHIVED, crew, done, watch)
        _examine(ledger, examiner, crew, done, watch, tell)
        with ledger.transaction():
            ledger.end_round(number, now())
            ledger.drop_round(number)
    return done


def refresh(workspace: Workspace, crew: Crew = locally) -> Collected:
    """Examine what came before anew, as far as something else holds now: the roster, last year's, an assignment."""
    done = Collected()
    with workspace.writing("重新核对") as ledger:
        _examine(ledger, examiner_of(workspace), crew, done, lambda step: None, lambda task, returned: None)
    return done


def uncollected(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Return the files in 回收 that no collection has recorded, by their names in the ledger.

    They are known by name and size, since reading a thousand files would take too long for a mere look.
    """
    folder = workspace.folder.resolve()
    files = files_in([folder / RECEIVED], lambda path, why: None)
    sizes = ledger.files()
    known = {(arrival.source, sizes[arrival.sha256]) for arrival in ledger.arrivals()}
    sources = _sources(files, [folder / RECEIVED], folder)
    return [source for file, source in zip(files, sources, strict=True) if (source, _size(file)) not in known]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def examiner_of(workspace: Workspace) -> Examiner:
    """Return what examines the files of a workspace as things are now."""
    before = workspace.folder / BEFORE
    mailbox = workspace.mailbox
    matching = Matching(
        workspace.roster,
        LastYear(before).hashes(),
        workspace.key,
        workspace.settings.rules,
        office=mailbox.address if mailbox else "",
        own_form=workspace.settings.own_edition,
    )
    return Examiner(workspace.folder / ARCHIVED, before, matching, workspace.key)


def task_of(ledger: Ledger, sha256: str) -> Task:
    """Return what is needed to examine one file that came before."""
    came = list(ledger.arrivals(sha256=sha256))
    return _task(came, ledger.file_name(sha256), assigned(ledger.decisions()).get(sha256, ""), ledger.mail.answers())


def _task(came: Sequence[Arrival], name: str, chosen: str, answers: Mapping[str, tuple[str, ...]]) -> Task:
    """Return what is to be examined: a file that came once or more often, under which name it stands in the archive.

    ``answers`` are the mails that came: the units whose mails from us each of them answers.
    """
    first = came[0]
    mailed = [arrival for arrival in came if arrival.sender or arrival.parcel in answers]
    hints = Hints(
        name=first.name,
        folders=tuple(reversed(first.source.split("/")[:-1])),
        sender=first.sender,
        # What has also come in another way was put there by the officer.
        senders=tuple(sorted({arrival.sender for arrival in mailed})) if len(mailed) == len(came) else (),
        answered=tuple(sorted({code for arrival in mailed for code in answers.get(arrival.parcel, ())})),
        assigned=chosen,
    )
    return Task(first.sha256, name, hints)


def _sources(files: Iterable[Path], paths: Sequence[Path], folder: Path) -> Iterator[str]:
    """Yield how each file is named in the ledger: the same wherever the workspace stands."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    for file in files:
        if file.is_relative_to(folder):
            named = file.relative_to(folder)
        else:
            inside = next((top for top in folders if file.is_relative_to(top)), file.parent)
            named = Path(inside.name) / file.relative_to(inside)
        yield "/".join(map(_readable, named.parts))


def _readable(name: str) -> str:
    """Return a file's name as text: what was unpacked by a program of another system may be no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


# ---------------------------------------------------------------- receiving


def _receive(
    ledger: Ledger,
    archive: Archive,
    sources: dict[Path, str],
    number: int,
    done: Collected,
    watch: Callable[[Step], None],
) -> None:
    """Archive every file and record how it came; what came before is proved, and mended where the archive lost it."""
    known, kept, names = ledger.arrival_keys(), ledger.files(), ledger.file_names()
    contents = ledger.contents()
    new: list[tuple[Arrival, int, bool]] = []
    for at, (path, source) in enumerate(sources.items(), 1):
        watch(Step("归档", at, len(sources), path.name))
        try:
            file = open_file(path)
            sent = _changed(path)
        except (GoujiError, OSError) as error:
            done.problems.append(Problem(source, _why(path, error)))
            continue
        sha256 = file.sha256
        done.again += sha256 in kept
        try:
            archive.keep(file.data, names.setdefault(sha256, source.rpartition("/")[2]))
        except GoujiError as error:
            done.problems.append(Problem(source, f"没有归档：{error}"))
            continue
        if not all(archive.is_whole(*inside) for inside in contents.get(sha256, ())):
            with ledger.transaction():
                ledger.reopen(sha256)
        if (sha256, source) not in known:
            done.new += sha256 not in kept
            kept.setdefault(sha256, len(file.data))
            arrival = Arrival(sha256, source, sent=sent, round=number)
            new.append((arrival, len(file.data), is_parcel(path.name, file.data)))
        if len(new) >= _AT_ONCE:
            _record_arrivals(ledger, new)
    _record_arrivals(ledger, new)


def _record_arrivals(ledger: Ledger, new: list[tuple[Arrival, int, bool]]) -> None:
    with ledger.transaction():
        for arrival, size, parcel in new:
            ledger.receive(arrival, size, parcel=parcel)
    new.clear()


def _changed(path: Path) -> str:
    """Return when a file was last changed: for one that was saved from a mail, when it came."""
    try:
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    except (ValueError, OverflowError):  # a clock that was not set
        return ""
    return changed.isoformat(timespec="seconds").removesuffix("+00:00")


def _why(path: Path, error: Exception) -> str:
    if os.path.lexists(path.with_name(f"~${path.name}")):  # left by an office program that has the file open
        return "文件正在 Excel 或者 WPS 里打开，没有收。请关闭以后再收一遍。"
    return str(error) if isinstance(error, GoujiError) else "文件读不出来，没有收。请检查文件和磁盘后再收一遍。"


# ---------------------------------------------------------------- parcels


class _Inside(msgspec.Struct, frozen=True):
    """What a parcel held, archived already."""

    arrivals: tuple[tuple[str, str, int, str, str], ...]
    """Hash, path inside the parcel, size, when it was sent, sender."""
    remarks: tuple[str, ...]
    letter: Letter | None = None
    bounces: tuple[Bounce, ...] = ()


class _Unpacker:
    """Takes a parcel of the archive apart, and archives what is inside. It runs in the worker processes."""

    def __init__(self, archive: Path, names: dict[str, str]) -> None:
        """``names`` are those under which files stand in the archive already, by their hash."""
        self._archive, self._names = Archive(archive), names

    def __call__(self, task: tuple[str, str]) -> _Inside:
        sha256, name = task
        parcel = unpack(name, self._archive.read(sha256, name))
        arrivals = []
        for item in parcel.items:
            known = self._names.get(hashlib.sha256(item.data).hexdigest())
            kept = self._archive.keep(item.data, known or item.path[-1])
            arrivals.append((kept, "/".join(item.path), len(item.data), item.sent, item.sender))
        return _Inside(tuple(arrivals), parcel.remarks, parcel.letter, parcel.bounces)


def _unpack(ledger: Ledger, archive: Path, crew: Crew, done: Collected, watch: Callable[[Step], None]) -> None:
    waiting = ledger.unopened_parcels()
    if not waiting:
        return
    names = ledger.file_names()
    came: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals():
        came.setdefault(arrival.sha256, []).append(arrival)
    tasks = [(sha256, names[sha256]) for sha256 in waiting]
    with closing(crew(_Unpacker(archive, names), tasks)) as outcomes:
        for at, (sha256, outcome) in enumerate(zip(waiting, outcomes, strict=True), 1):
            watch(Step("拆包", at, len(waiting), names[sha256]))
            if _is_lost(outcome) or _is_slow(outcome):
                problem = problem_of(Path(names[sha256]), outcome)
                done.problems.append(Problem(came[sha256][0].source, str(problem)))
            else:
                _record_parcel(ledger, sha256, came[sha256], outcome, done)


def _record_parcel(
    ledger: Ledger, sha256: str, came: Sequence[Arrival], outcome: _Inside | Failure, done: Collected
) -> None:
    """Record what a parcel held, for each way in which it came."""
    if isinstance(outcome, Failure):
        outcome = _Inside((), (str(problem_of(Path(came[0].source), outcome)),))
    with ledger.transaction():
        for arrival in came:
            for kept, path, size, sent, sender in outcome.arrivals:
                # The first part of the path is the name under which the parcel first came.
                inside = "/".join(filter(None, (arrival.source, path.partition("/")[2])))
                done.new += ledger.receive(
                    Arrival(kept, inside, sent or arrival.sent, sender, sha256, arrival.round), size, parcel=False
                )
        ledger.opened(sha256, outcome.remarks)
        if outcome.letter is not None:
            letter = outcome.letter
            ledger.mail.came(sha256, letter.message_id, (letter.in_reply_to, *letter.references))
        ledger.mail.came_back(
            sha256,
            [CameBack(each.address, each.message_id, each.status, each.reason, now()) for each in outcome.bounces],
        )
    done.remarks += [(came[0].source, text) for text in outcome.remarks]


def _is_lost(outcome: object) -> TypeGuard[Failure]:
    """Tell whether the archive has lost a file: no fault of who sent it. The next collection tries again."""
    return isinstance(outcome, Failure) and isinstance(outcome.error, LostError)


def _is_slow(outcome: object) -> TypeGuard[Failure]:
    """Tell whether a file took too long: it may be the disk or the network. The next collection tries again."""
    return isinstance(outcome, Failure) and outcome.kind == "slow"


# ---------------------------------------------------------------- examining


def _examine(
    ledger: Ledger,
    examiner: Examiner,
    crew: Crew,
    done: Collected,
    watch: Callable[[Step], None],
    tell: Callable[[Task, Return], None],
) -> None:
    """Examine every file that is new, or that was checked against something else than what holds now."""
    tasks = list(_stale(ledger, examiner.matching))
    batch: list[Return] = []
    written = time.monotonic()
    with closing(crew(examiner, tasks)) as outcomes:
        for at, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True), 1):
            watch(Step("核对", at, len(tasks), task.hints.name))
            if _is_lost(outcome):
                # What was known of it holds.
                source = "/".join((*reversed(task.hints.folders), task.hints.name))
                done.problems.append(Problem(source, str(outcome.error)))
                continue
            if isinstance(outcome, Failure):
                slow = _is_slow(outcome)
                outcome = examiner.unreadable(task, problem_of(Path(task.hints.name), outcome))
                outcome = msgspec.structs.replace(outcome, context="") if slow else outcome
            batch.append(outcome)
            done.examined[outcome.verdict] += 1
            tell(task, outcome)
            if len(batch) >= _AT_ONCE or time.monotonic() > written + _SECONDS:
                _record(ledger, batch)
                written = time.monotonic()
    _record(ledger, batch)


def _stale(ledger: Ledger, matching: Matching) -> Iterator[Task]:
    came: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals():
        came.setdefault(arrival.sha256, []).append(arrival)
    chosen, names, answers = assigned(ledger.decisions()), ledger.file_names(), ledger.mail.answers()
    contexts = ledger.contexts()
    for sha256, arrivals in came.items():
        if sha256 not in contexts:
            continue
        context, said_code, said_name = contexts[sha256]
        task = _task(arrivals, names[sha256], chosen.get(sha256, ""), answers)
        if not context:
            yield task
            continue
        match = matching.match(Unit(name=said_name, code=said_code), task.hints)
        if context != matching.context(match, task.hints):
            yield task


def _record(ledger: Ledger, batch: list[Return]) -> None:
    with ledger.transaction():
        for outcome in batch:
            ledger.record(outcome)
    batch.clear()
