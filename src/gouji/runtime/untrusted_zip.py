"""A zip from outside, read within limits: what it declares, what it really holds, and names that lie."""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gouji.runtime.errors import DocumentError
from gouji.runtime.signatures import ZIP_ENTRY

BROKEN = "文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。"
TOO_LARGE = "文件里面大得不正常，没有打开。请单位用填报表重新填写、重新发送。"
UNSAFE = "文件里有填报表不会有的内容，为了安全没有打开。请单位用填报表重新填写、重新发送。"
"""The messages for a package that cannot be opened, the same for every medium."""

LARGEST_PART = 20 * 2**20
MOST_PARTS = 2000
LARGEST_WHOLE = 60 * 2**20

TOO_MANY = (
    f"文件里面超过 {MOST_PARTS} 个部分，没有打开。"
    "是压缩包的，请解压后再读里面的文件；不是的，请单位用填报表重新填写、重新发送。"
)
"""What is said of a zip that is whole and has more in it than any document."""

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
"""The errors that Python raises for a broken zip."""


class Archive:
    """The parts of a zip by name, read within limits that no form exceeds."""

    def __init__(self, data: bytes) -> None:
        """Open a zip.

        Raises DocumentError if it is broken, is encrypted or has too many parts.
        """
        if data.count(ZIP_ENTRY) > 2 * MOST_PARTS:
            raise DocumentError(TOO_MANY)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS:
            raise DocumentError(TOO_MANY)
        if any(part.flag_bits & 1 for part in parts):
            raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
        self._left = LARGEST_WHOLE
        self._entries = {_plain(part.filename): part for part in reversed(parts)}
        if len(self._entries) < len({part.header_offset for part in parts}):
            raise DocumentError(UNSAFE)  # programs differ in which of two parts of one name they read
        self.names = frozenset(part.filename.replace("\\", "/").lstrip("/") for part in parts)
        self.in_order = tuple(part.filename for part in sorted(parts, key=lambda part: part.header_offset))
        """The names as they are written, in the order of the parts."""
        self.whole = data

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def has_folder(self, folder: str) -> bool:
        """Tell whether the zip has a part in a folder."""
        return any(name.startswith(folder) for name in self._entries)

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._entries[_plain(name)])

    def read(self, name: str, largest: int = LARGEST_PART) -> bytes:
        """Return a part; at most ``largest`` bytes are read, whatever size the zip declares.

        Raises DocumentError if the part is too large or its checksum is wrong.
        """
        try:
            with self._open(name) as stream:
                data = stream.read(min(largest, self._left) + 1)
                if len(data) > min(largest, self._left):
                    raise DocumentError(TOO_LARGE)
                if stream.read(1):
                    raise DocumentError(BROKEN)
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        self._left -= len(data)
        return data


class TooLargeError(Exception):
    """A zip unpacks to more than it may."""


class ArchiveFile:
    """A large zip on the disk, unpacked piece by piece; all of it together may take only so much room.

    What is counted is what comes out, whatever sizes the zip declares.
    """

    _PIECE = 2**20

    def __init__(self, path: Path, most_parts: int, largest_whole: int) -> None:
        """Open a zip.

        Raises TooLargeError if it has too many parts, one of :data:`BROKEN_ZIP` if it is broken.
        """
        self._zip = zipfile.ZipFile(path)
        self._left = largest_whole
        names = self._zip.namelist()
        if len(names) > most_parts:
            self._zip.close()
            raise TooLargeError
        if len(set(names)) < len(names):
            self._zip.close()
            raise zipfile.BadZipFile  # programs differ in which of two parts of one name they read

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def read(self, name: str, largest: int) -> bytes:
        """Return a part of at most ``largest`` bytes."""
        with self._zip.open(name) as source:
            data = source.read(largest + 1)
        if len(data) > largest:
            raise TooLargeError
        return data

    def copy(self, name: str, target: IO[bytes]) -> str:
        """Write a part to an open file and return its SHA-256.

        Raises TooLargeError where the limit is reached, one of :data:`BROKEN_ZIP` where the part is broken.
        """
        digest = hashlib.sha256()
        with self._zip.open(name) as source:
            while piece := source.read(self._PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise TooLargeError
                digest.update(piece)
                target.write(piece)
        return digest.hexdigest()


def _plain(name: str) -> str:
    """Return a part's name in one spelling, because programs differ in slashes and capital letters."""
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()
