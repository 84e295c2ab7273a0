"""A year that is open at the desk: what was read of its folder, as long as the files are the same.

Each page asks anew, and reading a roster of 3,000 units or working out their status takes as long as a person notices.
"""

from __future__ import annotations

import datetime
import hashlib
import threading
from pathlib import Path

from gouji.collection.ledger import ledger
from gouji.collection.ledger.connection import change_counter
from gouji.collection.review.status import Status, status_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import KEY, ROSTER, SETTINGS
from gouji.runtime.errors import GoujiError

_PLACE = 8
"""Letters of the name by which addresses know a year."""

_Stamp = tuple[tuple[int, int, int], ...]


def place_of(folder: Path) -> str:
    """Return the name by which addresses know the year in a folder."""
    return hashlib.sha256(bytes(folder.resolve())).hexdigest()[:_PLACE]


class Year:
    """The workspace of a year and its status: one of each is kept, and read anew where a file has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._working_out = threading.Lock()
        """Who needs the status while it is being worked out waits for it."""
        self._workspace: tuple[_Stamp, Workspace] | None = None
        self._status: tuple[object, Status] | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace; what it has read of roster, settings and key is read anew where one of them has changed.

        Raises GoujiError where the folder is none any more.
        """
        if not (self.folder / SETTINGS).is_file():
            raise GoujiError(
                f"找不到工作文件夹“{self.folder}”，或者里面没有“{SETTINGS}”。"
                "移到别处、改了名字的，请关闭勾稽，到那里重新打开；删掉的，请从备份恢复；在别的盘上的，请看一看连着没有。"
            )
        stamp = tuple(_stamp(self.folder / name) for name in (ROSTER, SETTINGS, KEY))
        with self._lock:
            if self._workspace is None or self._workspace[0] != stamp:
                self._workspace = stamp, Workspace(self.folder)
            return self._workspace[1]

    def status(self, today: datetime.date) -> Status:
        """Return the status on a day.

        Raises GoujiError where the roster, the settings or the ledger cannot be read.
        """
        workspace = self.workspace
        with self._working_out:
            basis = id(workspace), change_counter(self.folder / ledger.FILE), today
            if self._status is None or self._status[0] != basis:
                self._status = basis, status_of(workspace, today)
            return self._status[1]


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what shows whether a file is still the same."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino
