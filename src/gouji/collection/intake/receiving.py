"""Receiving: every file is archived once, and how it arrived is recorded.

A file that looks as it did when it was last read is not opened: see :mod:`gouji.collection.workspace.file_states`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from gouji.collection.intake.attachments.unpack import is_container
from gouji.collection.intake.collected import Collected, Problem, Step, Watch
from gouji.collection.intake.sources import SourcesIn, time_of
from gouji.collection.intake.unfinished import note_of, suspicion_of
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.ledger.seen import SeenFile
from gouji.collection.workspace.file_states import FileStates
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ARCHIVED
from gouji.jobs.batch import is_leftover
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file

_RECORDS_AT_ONCE = 200
"""Records that are written in one transaction."""
_LOOKED_UP_AT_ONCE = 500
"""Files of a folder that are looked up together."""


class _New(msgspec.Struct, frozen=True):
    """An arrival that is still to be recorded."""

    arrival: Arrival
    size: int
    is_container: bool


class Receiving:
    """The first part of a run: what has come in since the last one."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        done: Collected,
        watch: Watch,
        run: int,
        named: frozenset[str],
    ) -> None:
        """``named`` are the files that the officer has named; they are read in any case."""
        self._archive, self._ledger = workspace.archive, ledger
        self._done, self._watch, self._run, self._named = done, watch, run, named
        self._states = FileStates(workspace.folder)
        self._new: list[_New] = []
        self._names: dict[str, str] = {}
        """The names in the archive of what is new, by hash, as long as the ledger does not have them."""
        self._seen: list[SeenFile] = []

    def receive(self, folders: Sequence[SourcesIn]) -> None:
        """Archive every file and record how it arrived.

        A file that arrived before and is read is compared with its copy in the archive, and mends it where the archive
        has lost it.
        """
        total = sum(len(folder.names) for folder in folders)
        count = 0
        for portion in _portions(folders):
            known = self._ledger.seen.states(portion.sources)
            for name, source in zip(portion.names, portion.sources, strict=True):
                count += 1
                path = f"{portion.folder}{os.sep}{name}"
                state = self._states.of(path)
                if state and known.get(source) == state and path not in self._named:
                    self._done.found += 1
                    self._done.again += 1
                    continue
                self._watch(Step("归档", count, total, name))
                self._receive(Path(path), source, state)
                if len(self._seen) >= _RECORDS_AT_ONCE:
                    self._record()
        self._record()

    def _receive(self, path: Path, source: str, state: str) -> None:
        done = self._done
        try:
            file = open_file(path)
            sent = time_of(path)
        except (GoujiError, OSError) as error:
            if not is_leftover(path.name):
                done.found += 1
                done.problems.append(Problem(source, _why_not_received(path, error)))
            return
        suspicion = suspicion_of(path.name, file.data)
        done.found += suspicion != "leftover"
        if suspicion:
            done.notes += [(source, note)] if (note := note_of(suspicion)) else []
            return
        sha256 = file.sha256
        before = self._names.get(sha256) or self._ledger.file_name(sha256)
        done.again += bool(before)
        try:
            self._archive.keep(file.data, sha256, before or source.rpartition("/")[2])
        except GoujiError as error:
            done.problems.append(Problem(source, f"没有归档：{error}"))
            return
        if before and not all(self._archive.is_whole(*inside) for inside in self._ledger.arrived.contents(sha256)):
            with self._ledger.transaction():
                self._ledger.unpack_again(sha256)
        # What is collected out of the archive has not been sent again: it is registered where the ledger lost it.
        is_archived = source.startswith(f"{ARCHIVED}/")
        if not (before and (is_archived or self._ledger.arrived.has_arrived(sha256, source))):
            done.new += not before
            arrival = Arrival(sha256, source, sent=sent, run=self._run)
            self._new.append(_New(arrival, len(file.data), is_container(path.name, file.data)))
            self._names.setdefault(sha256, before or arrival.name)
        self._seen.append(SeenFile(source, state, sha256))

    def _record(self) -> None:
        """Record the arrivals, and with them that their files need not be read again."""
        with self._ledger.transaction():
            for one in self._new:
                self._ledger.receive(one.arrival, one.size, is_container=one.is_container)
            self._ledger.seen.record(self._seen)
        self._new.clear()
        self._names.clear()
        self._seen.clear()


def _portions(folders: Iterable[SourcesIn]) -> Iterator[SourcesIn]:
    for folder in folders:
        for first in range(0, len(folder.names), _LOOKED_UP_AT_ONCE):
            yield folder.portion(first, first + _LOOKED_UP_AT_ONCE)


def _why_not_received(path: Path, error: Exception) -> str:
    if os.path.lexists(path.with_name(f"~${path.name}")):  # left by an office program that has the file open
        return "文件正在 Excel 或者 WPS 里打开，没有收。请关闭以后再收一遍。"
    return str(error) if isinstance(error, GoujiError) else "文件读不出来，没有收。请检查文件和磁盘后再收一遍。"
