"""How a file on the disk looks without being opened, so that one which was read before need not be read again.

Two equal states mean the same content: size, both times and the file's number are the same, and the file was settled
when the first state was taken. A file has no state, and is read each time, where that cannot be told:

- It was changed within the last seconds, or after the run began by the file system's own clock, or its time is in the
  future, for example because a clock was set back: another change may get the same time.
- Its times are whole seconds, as on a memory stick or out of an archive, on a system that does not say when a file was
  replaced.
- It is on another file system than the workspace, whose clock is not known.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gouji.collection.workspace.names import HOLDER

_SECOND = 10**9
_COARSEST = 3 * _SECOND
"""More than any file system rounds its times by: FAT has two seconds."""

_HAS_CHANGE_TIME = sys.platform != "win32"
"""Whether ``st_ctime`` is the time of the last change, which no program can set. On Windows it is that of creation."""


class FileStates:
    """The states of files during one command that holds the lock of a workspace."""

    def __init__(self, folder: Path) -> None:
        """Take the time from the file that the lock has just written into the workspace's folder."""
        self._device, self._settled = -1, 0
        try:
            written = (folder / HOLDER).stat()
        except OSError:
            return
        self._device, self._settled = written.st_dev, written.st_mtime_ns - _COARSEST

    def of(self, path: str) -> str:
        """Return the state of a file; empty where it has none."""
        try:
            now = os.stat(path)  # noqa: PTH116 - a Path takes longer to make than to look at
        except (OSError, ValueError):
            return ""
        precise = now.st_ctime_ns if _HAS_CHANGE_TIME else now.st_mtime_ns
        if now.st_dev != self._device or max(now.st_mtime_ns, now.st_ctime_ns) > self._settled or not precise % _SECOND:
            return ""
        return f"{now.st_size} {now.st_mtime_ns} {now.st_ctime_ns} {now.st_ino}"
