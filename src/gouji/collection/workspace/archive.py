"""The archive: every file that ever arrived, kept once under the hash of its content and never changed.

Damage to a kept file, by a failing disk, a power cut or a person, is noticed whenever the file is read, and repaired
when the same file is read again by ``collect``. A run notices by itself what is missing or cut off.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside

_READ_ONLY, _WRITABLE = 0o444, 0o644
_LONGEST_SUFFIX = 8
_HASH = re.compile(r"[0-9a-f]{64}")

PORTIONS = tuple(f"{number:02x}" for number in range(256))
"""The archive is in as many folders, each named after the first two digits of the hashes in it."""


class LostError(DocumentError):
    """A file of the archive is not what arrived: that is our fault, not the sender's."""


class Archive:
    """The folder 归档: ``归档/3f/3f9a….xlsx``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[Path] = set()
        """The folders in it that are known to be there."""

    def path(self, sha256: str, name: str) -> Path:
        """Return the path of a file; ``name`` gives it the ending by which a program opens it."""
        return self._folder / sha256[:2] / _file_name(sha256, name)

    def keep(self, data: bytes, sha256: str, name: str) -> None:
        """Keep a file, given with its hash; an intact copy that is already there is left alone.

        Raises GoujiError where it cannot be written; nothing half written is left then.
        """
        path = self.path(sha256, name)
        if not _holds(path, data):
            if path.exists():
                with suppress(OSError):
                    path.chmod(_WRITABLE)  # a damaged copy
            elif path.parent not in self._made:
                make_folder(path.parent)
                self._made.add(path.parent)
            write_aside(path, data)
        with suppress(OSError):
            path.chmod(_READ_ONLY)

    def is_whole(self, sha256: str, name: str) -> bool:
        """Tell whether a file is what arrived."""
        try:
            return hashlib.sha256(self.path(sha256, name).read_bytes()).hexdigest() == sha256
        except OSError:
            return False

    def read(self, sha256: str, name: str) -> bytes:
        """Return a file, checked to be what arrived.

        Raises LostError where it is lost or was changed.
        """
        path = self.path(sha256, name)
        try:
            data = open_file(path).data
        except GoujiError:
            raise LostError(f"归档里的文件不见了：{path.name}。请把原来的文件再收一遍，或者从备份恢复。") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LostError(
                f"归档里的文件被改动过：{path.name}。请先检查归档（gouji verify，页面上是“检查归档和台账”），"
                "再把原来的文件收一遍，或者从备份恢复。"
            )
        return data

    def hashes(self) -> Iterator[str]:
        """Yield what the names of the kept files say: the hashes of what arrived."""
        for portion in PORTIONS:
            for name in self._names(portion):
                stem = name.partition(".")[0]
                if _HASH.fullmatch(stem) and stem.startswith(portion):
                    yield stem

    def missing(self, portion: str, files: Iterable[tuple[str, str, int]]) -> list[str]:
        """Return the hashes of those files of a portion that are not there, or not with their size.

        The files are given by hash, name and size. Nothing is read: :meth:`is_whole` tells whether a file is intact.
        """
        there: dict[str, int] = {}
        with suppress(OSError), os.scandir(self._folder / portion) as entries:
            for entry in entries:
                with suppress(OSError):  # what another command was writing is gone
                    there[entry.name] = entry.stat().st_size
        return [sha256 for sha256, name, size in files if there.get(_file_name(sha256, name)) != size]

    def sweep(self) -> None:
        """Remove the half-written files of an interrupted command."""
        for portion in PORTIONS:
            for name in self._names(portion):
                if name.startswith(".gouji-") and name.endswith(".tmp"):
                    with suppress(OSError):
                        (self._folder / portion / name).unlink()

    def _names(self, portion: str) -> list[str]:
        try:
            return os.listdir(self._folder / portion)  # noqa: PTH208 - a Path for each of 100,000 files takes long
        except OSError:
            return []


def _file_name(sha256: str, name: str) -> str:
    """Return the name of a kept file: its hash, with the ending that it had if that is an ordinary one."""
    stem, dot, ending = name.rpartition("/")[2].lower().rpartition(".")
    ordinary = stem and ending.isascii() and ending.isalnum() and len(ending) < _LONGEST_SUFFIX
    return sha256 + dot + ending if ordinary else sha256


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
