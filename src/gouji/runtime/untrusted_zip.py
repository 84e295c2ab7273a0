"""A zip from outside, read within limits: what it declares, what it really holds, and names that lie."""

from __future__ import annotations

import hashlib
import io
import posixpath
import struct
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gouji.runtime.errors import DocumentError
from gouji.runtime.inflating import inflated
from gouji.runtime.signatures import ZIP_ENTRY, ZIP_MEMBER

BROKEN = "文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。"
TOO_LARGE = "文件里面大得不正常，没有打开。请单位用填报表重新填写、重新发送。"
UNSAFE = "文件里有填报表不会有的内容，为了安全没有打开。请单位用填报表重新填写、重新发送。"
"""The messages for a package that cannot be opened, the same for every medium."""

LARGEST_PART = 20 * 2**20
MOST_PARTS = 2000
LARGEST_WHOLE = 60 * 2**20

_USUAL_NAME = 100
"""How long the name of a part is that is remembered."""

_HEAD = struct.Struct("<4s2xH18x2H")
"""The head of a part: signature, flags, length of its name, length of what follows the name."""
_USUAL_FLAGS = 0b1000_0000_1110
"""How well it is packed, that its size follows it, and that its name is UTF-8."""

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
        in_order = sorted(parts, key=lambda part: part.header_offset)
        self.in_order = tuple(part.filename for part in in_order)
        """The names as they are written, in the order of the parts."""
        starts = [part.header_offset for part in in_order]
        self._ends = dict(zip(starts, [*starts[1:], self._zip.start_dir], strict=False))
        """Where each part ends at the latest, by where it starts."""
        self.whole = data

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def has_folder(self, folder: str) -> bool:
        """Tell whether the zip has a part in a folder."""
        return any(name.startswith(folder) for name in self._entries)

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._entries[_plain(name)])

    def _usual(self, name: str, largest: int) -> bytes | None:
        """Return a part of at most ``largest`` bytes that is packed and declared as office programs do.

        Any other gives None and is left to the library, which is the judge: where this does return a part, the library
        would have read the same.
        """
        part = self._entries.get(_plain(name))
        if part is None:
            return None
        start, flags = part.header_offset, part.flag_bits
        if not 0 < part.file_size <= largest or flags & ~_USUAL_FLAGS or not 0 <= start < self._ends[start]:
            return None
        head = self.whole[start : start + _HEAD.size]
        if len(head) < _HEAD.size:
            return None
        signature, own_flags, name_length, extra_length = _HEAD.unpack(head)
        body = start + _HEAD.size + name_length + extra_length
        end = body + part.compress_size
        own_name = self.whole[start + _HEAD.size : start + _HEAD.size + name_length]
        is_usual = (
            signature == ZIP_MEMBER
            and not own_flags & ~_USUAL_FLAGS
            and part.orig_filename.isascii()  # the same in whichever encoding
            and own_name == part.orig_filename.encode()
            and end <= self._ends[start]
            and part.compress_type == zipfile.ZIP_DEFLATED
        )
        if not is_usual:
            return None
        return inflated(self.whole[body:end], part.file_size, part.CRC)

    def read(self, name: str, largest: int = LARGEST_PART) -> bytes:
        """Return a part; at most ``largest`` bytes are read, whatever size the zip declares.

        Raises DocumentError if the part is too large or its checksum is wrong.
        """
        usual = self._usual(name, min(largest, self._left))
        if usual is not None:
            self._left -= len(usual)
            return usual
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
    return _spelt_plainly(name) if len(name) <= _USUAL_NAME else _spelt_plainly.__wrapped__(name)


@lru_cache(512)
def _spelt_plainly(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()
