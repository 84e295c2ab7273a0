"""A .7z, by py7zr: it reads every way of packing in Python, so that no other program is needed.

Nothing is written to the disk. What py7zr unpacks is counted, and only files that fit are asked for.
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from gouji.collection.intake.attachments.contents import MOST_FILES, Budget, File
from gouji.collection.intake.attachments.guard import BROKEN, LOCKED, MANY, SPLIT, Known, Oddity, chosen, taken
from gouji.runtime.errors import DocumentError

if TYPE_CHECKING:
    from py7zr import FileInfo, SevenZipFile

_FIRST_PART = ".001"
_MOST_BLOCKS_LEFT_OUT = 20
"""Blocks that may be damaged before the rest is called so: each costs another start."""


def unpacked(name: str, data: bytes, budget: Budget) -> Iterator[File | str]:
    """Yield the files of a .7z, and a sentence for each that could not be taken out.

    Raises DocumentError where there is nothing to take out.
    """
    from py7zr import SevenZipFile
    from py7zr.exceptions import PasswordRequired

    try:
        with SevenZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, len(data), budget)
    except (MemoryError, DocumentError):
        raise
    except PasswordRequired:
        raise DocumentError(LOCKED) from None
    except Exception:  # its readers fail in many ways
        if name.endswith(_FIRST_PART):
            raise DocumentError(SPLIT) from None
        raise DocumentError(BROKEN) from None
    yield from taken(members, budget)


def _members(archive: SevenZipFile, size: int, budget: Budget) -> list[Known]:
    entries = archive.list()
    if len(entries) > MOST_FILES:
        raise DocumentError(MANY)
    locked = archive.needs_password()
    members = [
        Known(entry.filename.replace("\\", "/"), _oddity(entry, locked), entry.uncompressed) for entry in entries
    ]
    if chosen(members, size, budget):
        _unpack(archive, members)
    return members


def _oddity(entry: FileInfo, locked: bool) -> Oddity:
    if entry.is_directory:
        return "folder"
    if entry.is_symlink or not entry.is_file:
        return "link"
    if locked:
        return "locked"
    parts = entry.filename.replace("\\", "/").split("/")
    return "outside" if ".." in parts or parts[0][1:2] == ":" else ""


def _unpack(archive: SevenZipFile, members: list[Known]) -> None:
    """Give each chosen file its content, if it is intact.

    Files are packed together in blocks. The first file that cannot be unpacked ends it: its block is left out then.
    """
    from py7zr.exceptions import UnsupportedCompressionMethodError

    blocks = [None if file.emptystream else file.folder for file in archive.files]
    names = [file.filename for file in archive.files]
    checksums = [file.crc32 for file in archive.files]
    left = [number for number, member in enumerate(members) if member.chosen]
    for _ in range(_MOST_BLOCKS_LEFT_OUT):
        kept, is_unknown = _Kept(), False
        try:
            archive.extract(targets=[names[number] for number in left], factory=cast("Any", kept))
        except MemoryError:
            raise
        except Exception as error:  # it fails in many ways
            is_unknown = isinstance(error, UnsupportedCompressionMethodError)
        met: Counter[str] = Counter()
        for number in left:
            # Of several files with one name, py7zr numbers the second and those after it.
            name = f"{names[number]}_{met[names[number]] - 1}" if met[names[number]] else names[number]
            met[names[number]] += 1
            members[number].data = kept.whole(name, members[number].size, checksums[number])
        left = [number for number in left if members[number].data is None]
        if not left:
            return
        block = blocks[left[0]]
        for number in left:
            if is_unknown and blocks[number] is block:
                members[number].oddity = "method"
        left = [number for number in left if blocks[number] is not block]
        archive.reset()


class _Kept:
    """The files that py7zr has unpacked; it calls what its classes WriterFactory and Py7zIO promise."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, ...], _Unpacked] = {}

    def create(self, name: str) -> _Unpacked:
        self._files[_parts(name)] = _Unpacked()
        return self._files[_parts(name)]

    def whole(self, name: str, size: int, checksum: int | None) -> bytes | None:
        """Return the content of a file; None where it was not unpacked, or is not what the list says."""
        file = self._files.get(_parts(name))
        if file is None or file.size() != size or (checksum is not None and zlib.crc32(file.content) != checksum):
            return None
        return bytes(file.content)


class _Unpacked:
    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, piece: bytes) -> int:
        self.content += piece
        return len(piece)

    def read(self, size: int | None = None) -> bytes:
        return bytes(self.content[:size])

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return len(self.content)

    def close(self) -> None:
        pass


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name, the same for the name in the archive and for what py7zr makes of it."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
