"""What has come: which files a run or an upload brought, whose each one is, and what was found in it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from gouji.collection.intake.unfinished import is_waiting, note_of, suspicion_of
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import NO_SUBMISSIONS, Arrival
from gouji.collection.review.detail import REASON_WORDS
from gouji.collection.review.in_force import (
    ROLE_WORDS,
    JudgedFinding,
    JudgedSubmission,
    Progress,
    judged_submissions,
)
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import RECEIVED
from gouji.jobs.batch import files_in
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.printable import readable_name
from gouji.runtime.times import local_minute

LAST = 20
"""Files that the page of what has come shows."""
_MOST_ROWS = 2000
"""Files of one run that a page shows."""
_FEW_ASIDE = 10
"""Up to so many files that are no submissions are shown among the others."""

Kind = Literal["missing", "wrong", "asked", "done"]
"""How the verdict is coloured, by the names that the states of units have."""

_Found = Mapping[str, tuple[JudgedSubmission, tuple[JudgedFinding, ...]]]
"""Submissions by their hash, with their findings."""

All = Callable[[], Progress]
"""Returns how far all units are: it takes a while, so it is asked for only where many units are concerned."""

_FEW = 60
"""Up to so many units are judged one by one; to judge all of them at once takes longer than that."""

_OTHERS = {
    "other": "不是填报表，也没有读出报告。",
    "blank": "是没有填过的空白填报表。",
    "compared": "已经与同一封邮件里的填报表比对，没有另算一份。",
    "ours": "是办公室自己发出去的文件。",
}
_UNSHOWN = ("other", "ours", "compared")
"""The verdicts that the list of what came last leaves out."""
_OTHER, _OPENED = "不是报送的", "已拆开"
_UNSEEN = "还没有核对"
_EMPTY = "里面没有报送的文件。"
_LATER = "还没有收完。请再收一遍“回收”文件夹。"


class Came(msgspec.Struct, frozen=True):
    """A file that has come, or one that has not been taken in."""

    name: str
    """Its path: below the folder of the upload or 回收, or inside its container."""
    verdict: str
    kind: Kind = "missing"
    path: str = ""
    """The whole path, with the containers that it is in."""
    depth: int = 0
    """How many containers it is in."""
    sha256: str = ""
    """Empty where the ledger does not have it."""
    code: str = ""
    unit: str = ""
    """The unit's name; empty where the file belongs to none."""
    unknown: bool = False
    """Whether it is a submission of which nobody knows whose it is."""
    notes: tuple[str, ...] = ()
    run: int = 0
    moment: str = ""
    """When the run began that took it in."""


class Result(msgspec.Struct, frozen=True):
    """What has come in one go, and what is left."""

    files: tuple[Came, ...]
    aside: tuple[Came, ...] = ()
    """What is no submission, where that is more than a few: it would hide the rest."""
    more: int = 0
    """Files that are not shown."""
    counts: tuple[tuple[str, Kind, int], ...] = ()
    """How often each sort of verdict was given, without containers that were opened."""

    @property
    def unfinished(self) -> bool:
        """Whether collecting once more would find something to do."""
        return any(_LATER in one.notes for one in self.files)


class Lately(msgspec.Struct, frozen=True):
    """What has come lately."""

    files: tuple[Came, ...]
    """The last submissions, newest first."""
    since: int
    """How many files have come since a day, each once."""


def next_run(ledger: Ledger) -> int:
    """Return the number of the run that a collection would be now: an interrupted one is continued."""
    last = max(ledger.run_times(), default=0)
    return last if ledger.has_unfinished_run() else last + 1


def of_run(workspace: Workspace, ledger: Ledger, run: int, progress: All) -> Result:
    """Return what a run has taken in."""
    arrivals = list(ledger.arrivals())
    return _result(_Judge(workspace, ledger, arrivals, progress).rows(one for one in arrivals if one.run == run))


def of_upload(workspace: Workspace, ledger: Ledger, name: str, progress: All) -> Result:
    """Return what has become of every file in the folder of an upload."""
    top = f"{RECEIVED}/{name}/"
    arrivals = list(ledger.arrivals())
    mine = [one for one in arrivals if one.source.startswith(top)]
    known = {one.source for one in mine}
    left = _not_taken_in(workspace.folder / RECEIVED / name, top, known)
    return _result([*left, *_Judge(workspace, ledger, arrivals, progress, top).rows(mine)])


def lately(workspace: Workspace, ledger: Ledger, day: datetime.date, progress: All) -> Lately:
    """Return how many files have come since a day, and the last submissions: no containers, no other files."""
    arrivals = list(ledger.arrivals())
    last: list[Arrival] = []
    for one in reversed(arrivals):
        last += [one for verdict, _ in ledger.units_of([one.sha256]).values() if verdict not in _UNSHOWN]
        if len(last) == LAST:
            break
    # Those of one run came together: they stay in the order of their names.
    last.sort(key=lambda one: (-one.run, one.name))
    return Lately(tuple(_Judge(workspace, ledger, arrivals, progress).flat(last)), _came_since(ledger, arrivals, day))


def _came_since(ledger: Ledger, arrivals: Iterable[Arrival], day: datetime.date) -> int:
    """Return how many files have come since a day, each once."""
    runs = {run for run, time in ledger.run_times().items() if local_minute(time)[:10] >= day.isoformat()}
    containers = ledger.containers()
    first: dict[str, int] = {}
    for one in arrivals:
        first.setdefault(one.sha256, one.run)
    return sum(run in runs for sha256, run in first.items() if sha256 not in containers)


class _Judge:
    """Says of arrivals what was found in their files."""

    def __init__(
        self, workspace: Workspace, ledger: Ledger, arrivals: list[Arrival], progress: All, top: str = ""
    ) -> None:
        self._progress = progress
        self._ledger, self._roster, self._top = ledger, workspace.roster, top or f"{RECEIVED}/"
        self._times = {run: local_minute(time) for run, time in ledger.run_times().items()}
        self._first: dict[str, Arrival] = {}
        for one in arrivals:
            self._first.setdefault(one.sha256, one)
        self._containers = ledger.containers()
        self._insides = {one.container for one in arrivals if one.container}
        self._remarks: dict[str, list[str]] = {}
        for remark in ledger.remarks():
            self._remarks.setdefault(remark.sha256, []).append(remark.text)

    def rows(self, arrivals: Iterable[Arrival]) -> list[Came]:
        """Return the rows of arrivals: what is inside a container follows it."""
        chosen = sorted(arrivals, key=lambda one: (one.source, one.sha256))
        tops = {one.source: one for one in chosen if not one.container}
        judged = self._judged(chosen)
        return [self._row(one, judged, _top_of(one, tops)) for one in chosen]

    def flat(self, arrivals: Iterable[Arrival]) -> list[Came]:
        """Return the rows of arrivals in their order, each with its own name only."""
        chosen = list(arrivals)
        judged = self._judged(chosen)
        return [msgspec.structs.replace(self._row(one, judged, None), name=one.name, depth=0) for one in chosen]

    def _judged(self, arrivals: list[Arrival]) -> _Found:
        self._verdicts = self._ledger.units_of({one.sha256 for one in arrivals})
        decided = Decided(self._ledger.decisions())
        codes = {code for verdict, code in self._verdicts.values() if verdict not in NO_SUBMISSIONS}
        found: dict[str, tuple[JudgedSubmission, tuple[JudgedFinding, ...]]] = {}
        if len(codes) > _FEW:
            for unit in self._progress().units:
                found.update((one.sha256, (one, ())) for one in unit.submissions)
                codes.discard(unit.member.code)
        for code in sorted(codes):
            found.update((judged[0].sha256, judged) for judged in judged_submissions(self._ledger, code, decided))
        return found

    def _row(self, one: Arrival, judged: _Found, top: Arrival | None) -> Came:
        if top is not None and top is not one:
            name, depth = one.source.removeprefix(f"{top.source}/"), 1
        else:
            name, depth = one.source.removeprefix(self._top), 0
        verdict, code = self._verdicts.get(one.sha256, ("", ""))
        unit = self._roster.member(code)
        row = Came(
            name,
            *self._verdict(one, verdict, judged),
            path=one.source.removeprefix(self._top),
            depth=depth,
            sha256=one.sha256,
            code=code if unit else "",
            unit=unit.name if unit else "",
            unknown=not unit and one.sha256 in judged,
            run=one.run,
            moment=self._times.get(one.run, ""),
        )
        return msgspec.structs.replace(row, notes=self._notes(one, verdict, judged, row))

    def _verdict(self, one: Arrival, verdict: str, judged: _Found) -> tuple[str, Kind]:
        if self._came_before(one):
            return "收过", "missing"
        if one.sha256 in self._containers:
            return self._of_container(one.sha256)
        if verdict in NO_SUBMISSIONS:
            return _OTHER, "missing"
        if one.sha256 not in judged:
            return _UNSEEN, "asked"
        submission = judged[one.sha256][0]
        if submission.verdict == "unreadable":
            return "读不出来", "wrong"
        return submission.left or "通过", "wrong" if submission.errors else "asked" if submission.queries else "done"

    def _of_container(self, sha256: str) -> tuple[str, Kind]:
        if sha256 in self._insides:
            return (f"{_OPENED}，请看", "asked") if sha256 in self._remarks else (_OPENED, "missing")
        if sha256 in self._remarks:
            return "没有拆出文件，请看", "asked"
        return (_OTHER, "missing") if self._containers[sha256] else (_UNSEEN, "asked")

    def _came_before(self, one: Arrival) -> bool:
        first = self._first[one.sha256]
        return first is not one and (first.run, first.source) != (one.run, one.source)

    def _notes(self, one: Arrival, verdict: str, judged: _Found, row: Came) -> tuple[str, ...]:
        if row.verdict == "收过":
            first = self._first[one.sha256]
            if first.run == one.run:
                return (f"与“{first.name}”是同一个文件。",)
            return (f"{self._times.get(first.run, '')} 收过同一个文件“{first.name}”，没有变化。",)
        notes = list(self._remarks.get(one.sha256, ()))
        if row.verdict == _OTHER and not verdict:
            notes.append(_EMPTY)
        elif verdict in NO_SUBMISSIONS:
            notes.append(_OTHERS[verdict])
        elif one.sha256 in judged:
            submission, findings = judged[one.sha256]
            if submission.verdict == "unreadable":
                notes += [found.finding.message for found in findings[:1]]
            elif submission.role != "in_force" and row.code:
                notes.append(f"{ROLE_WORDS[submission.role]}{REASON_WORDS[submission.reason]}。")
        elif row.verdict == _UNSEEN:
            notes.append(_LATER)
        return tuple(notes)


def _top_of(one: Arrival, tops: Mapping[str, Arrival]) -> Arrival | None:
    """Return the file on the disk that an arrival was in; the arrival itself where it was in none."""
    source = one.source
    while source:
        if source in tops:
            return tops[source]
        source = source.rpartition("/")[0]
    return None


def _not_taken_in(folder: Path, top: str, known: Container[str]) -> Iterable[Came]:
    """Yield the files of an upload that no run has recorded, with the reason; ``known`` are the sources of the rest."""
    try:
        files = files_in([folder], lambda path, why: None, leftovers=True)
    except GoujiError:  # somebody has removed the folder: what was collected is in the archive
        return
    for file in files:
        name = "/".join(map(readable_name, file.relative_to(folder).parts))
        if f"{top}{name}" in known:
            continue
        why = _why_not(file)
        if why or is_waiting(file, file.name):
            yield Came(name, "没有收", "wrong" if why else "asked", notes=(why or _LATER,))


def _why_not(file: Path) -> str:
    try:
        return note_of(suspicion_of(file.name, open_file(file).data))
    except GoujiError as error:
        return str(error)


def _result(rows: list[Came]) -> Result:
    counts: dict[tuple[str, Kind], int] = {}
    for row in rows:
        if row.verdict != _OPENED:
            key = _sort(row), row.kind
            counts[key] = counts.get(key, 0) + 1
    shown = rows[:_MOST_ROWS]
    aside = [row for row in shown if row.verdict == _OTHER]
    if len(aside) <= _FEW_ASIDE:
        aside = []
    return Result(
        tuple(row for row in shown if not aside or row.verdict != _OTHER),
        tuple(msgspec.structs.replace(row, name=row.path or row.name, depth=0) for row in aside),
        len(rows) - len(shown),
        tuple((word, kind, number) for (word, kind), number in counts.items()),
    )


def _sort(row: Came) -> str:
    """Return the verdict without its numbers."""
    if row.kind == "wrong" and row.verdict.startswith("必须改正"):
        return "必须改正"
    return "请核实" if row.verdict.startswith("请核实") else row.verdict
