"""A year that is open at the desk: what was read of its folder, as long as the files are the same.

Each page asks anew, and reading a roster of 3,000 units or working out their status takes as long as a person notices.
"""

from __future__ import annotations

import datetime
import hashlib
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from gouji.collection.ledger import ledger
from gouji.collection.review.status import Status, status_of
from gouji.collection.totals.totals import Totals, totals_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import KEY, LAST_YEAR, ROSTER, SETTINGS
from gouji.runtime.errors import GoujiError

_PLACE = 8
"""Letters of the name by which addresses know a year."""

_SECOND = 10**9
_TICK = _SECOND // 10
_COARSE_TICK = 2 * _SECOND + _TICK
"""Nanoseconds in which two changes of a file may get the same time: on most disks, and on those that count seconds."""

T = TypeVar("T")

_Stamp = tuple[int, int, int]
"""The time, the size and the number of a file."""


class _Kept(Generic[T]):
    """Something that was worked out from files and other facts: it holds as long as these are the same."""

    def __init__(self) -> None:
        self._working_out = threading.Lock()
        """Who needs it while it is being worked out waits for it."""
        self._last: tuple[Hashable, T] | None = None

    def of(self, files: Iterable[Path], facts: Hashable, work: Callable[[], T]) -> T:
        """Return what ``work`` makes of files and facts; only the last result is kept."""
        # The ledger is looked at from outside, never opened: closing it would end the locks that SQLite holds on it for
        # another thread, and a second program would take the half-written journal for one of a program that was killed.
        with self._working_out:
            stamps = tuple(map(_stamp, files))
            if self._last is not None and self._last[0] == (stamps, facts):
                return self._last[1]
            self._last = None  # so that the old and the new result are not in memory together
            settled = all(map(_is_settled, stamps))
            result = work()
            self._last = ((stamps, facts), result) if settled else None
            return result


def place_of(folder: Path) -> str:
    """Return the name by which addresses know the year in a folder."""
    return hashlib.sha256(bytes(folder.resolve())).hexdigest()[:_PLACE]


class Year:
    """The workspace of a year, its status and totals: one of each is kept, and read anew where a file has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._workspace: tuple[tuple[_Stamp, ...], Workspace] | None = None
        self._status = _Kept[Status]()
        self._totals = _Kept[Totals]()

    @property
    def workspace(self) -> Workspace:
        """The workspace; what it has read of roster, settings, form and key is read anew where one has changed.

        Raises GoujiError where the folder is none any more.
        """
        if not (self.folder / SETTINGS).is_file():
            raise GoujiError(
                f"找不到工作文件夹“{self.folder}”，或者里面没有“{SETTINGS}”。"
                "移到别处、改了名字的，请关闭勾稽，到那里重新打开；删掉的，请从备份恢复；在别的盘上的，请看一看连着没有。"
            )
        # The settings name the form of the office, another .toml, which is read with them.
        read = self.folder / ROSTER, self.folder / KEY, *sorted(self.folder.glob("*.toml"))
        stamp = tuple(map(_stamp, read))
        with self._lock:
            if self._workspace is None or self._workspace[0] != stamp:
                self._workspace = stamp, Workspace(self.folder)
            return self._workspace[1]

    def status(self, today: datetime.date) -> Status:
        """Return the status on a day.

        Raises GoujiError where the roster, the settings or the ledger cannot be read.
        """
        workspace = self.workspace
        read = [self.folder / ledger.FILE]
        return self._status.of(read, (workspace, today), lambda: status_of(workspace, today))

    def totals(self, of: str = "") -> Totals:
        """Return the totals of all units, or of those below one; the last ones that a page has shown are kept.

        Raises GoujiError as :func:`gouji.collection.totals.totals.totals_of` does.
        """
        workspace, last_year = self.workspace, self.folder / LAST_YEAR
        read = (self.folder / ledger.FILE, last_year, *sorted(last_year.glob("*.json")))
        return self._totals.of(read, (workspace, of), lambda: totals_of(workspace, of))


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what shows whether a file is still the same."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_settled(stamp: _Stamp) -> bool:
    """Tell whether a change from now on would show: one in the tick of the last change would get the same time."""
    changed = stamp[0]
    return time.time_ns() - changed > (_TICK if changed % _SECOND else _COARSE_TICK)
