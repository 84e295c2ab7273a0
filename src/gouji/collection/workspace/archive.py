"""The archive: every file that ever arrived, kept once under the hash of its content and never changed.

Damage to a kept file, by a failing disk, a power cut or a person, is noticed whenever the file is read, and repaired
when the same file is collected again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside

_READ_ONLY, _WRITABLE = 0o444, 0o644
_LONGEST_SUFFIX = 8
_HASH = re.compile(r"[0-9a-f]{64}")


class LostError(DocumentError):
    """A file of the archive is not what arrived: that is our fault, not the sender's."""


class Archive:
    """The folder 归档: ``归档/3f/3f9a….xlsx``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str, name: str) -> Path:
        """Return the path of a file; ``name`` gives it the ending by which a program opens it."""
        suffix = PurePosixPath(name).suffix.lower()
        plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX
        return self._folder / sha256[:2] / (sha256 + (suffix if plain else ""))

    def keep(self, data: bytes, name: str) -> str:
        """Keep a file and return its hash; an intact copy that is already there is left alone.

        Raises GoujiError where it cannot be written; nothing half written is left then.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256, name)
        if not _holds(path, data):
            make_folder(path.parent)
            with suppress(OSError):
                path.chmod(_WRITABLE)  # a damaged copy, if there is one
            write_aside(path, data)
        with suppress(OSError):
            path.chmod(_READ_ONLY)
        return sha256

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
            raise LostError(f"归档里的文件被改动过：{path.name}。请把原来的文件再收一遍，或者从备份恢复。")
        return data

    def hashes(self) -> Iterator[str]:
        """Yield what the names of the kept files say: the hashes of what arrived."""
        for path in self._folder.glob("??/*"):
            if _HASH.fullmatch(path.stem) and path.parent.name == path.stem[:2]:
                yield path.stem

    def sweep(self) -> None:
        """Remove the half-written files of an interrupted command."""
        for path in self._half_written():
            with suppress(OSError):
                path.unlink()

    def _half_written(self) -> Iterator[Path]:
        yield from self._folder.glob("*/.gouji-*.tmp")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
