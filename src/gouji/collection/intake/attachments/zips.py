"""A zip from outside: names in any encoding, files within limits, and whatever is intact in a broken one.

Nothing is written to the disk, and no declared size is believed. Python's zipfile reads the directory (the list of
files at the end); the files are inflated here, because zipfile refuses a file whose two names differ, and any zip
without its end.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress

from gouji.collection.intake.attachments.contents import MOST_FILES, Budget, File
from gouji.collection.intake.attachments.guard import (
    BROKEN,
    MANY,
    ODD_RATIO,
    ODD_SIZE,
    SPLIT,
    CutError,
    LargeError,
    Oddity,
    taken,
)
from gouji.collection.intake.attachments.names import text_of
from gouji.runtime.errors import DocumentError
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.signatures import ZIP64_END, ZIP_END, ZIP_ENTRY, ZIP_MEMBER, ZIP_SPLIT

_HEADER_SIZE = 30
"""Bytes of the header of a file before its name."""
_ENTRY_SIZE = 46
"""Bytes of an entry of the directory before its name."""
_LONGEST_END = 22 + 0xFFFF

_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_UNICODE_PATH = 0x7075
_STORED, _DEFLATED = 0, 8

_PIECE = 2**13
"""Bytes inflated at a time: few enough that the result is cheap until it is checked."""

_DOCUMENTS = (
    b"[content_types].xml",
    b"mimetype",
    b"xl/workbook.xml",
    b"word/document.xml",
    b"ofd.xml",
    b"meta-inf/manifest.mf",
    b"index/document.iwa",
)
"""A zip with one of these files is a document, or a program, of some kind."""
_DOCUMENT_FOLDERS = (b"xl/", b"word/", b"docprops/", b"_rels/", b"meta-inf/", b"[content_types].xml", b"mimetype")

_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, struct.error)
"""What zipfile raises for a broken directory."""


def directory(data: bytes) -> bytes | None:
    """Return the directory of a zip, the bytes before its end record; None where there is none."""
    end = data.rfind(ZIP_END, max(0, len(data) - _LONGEST_END))
    if end < 0 or len(data) < end + 22:
        return None
    (size,) = struct.unpack_from("<L", data, end + 12)
    if data[max(0, end - 76) : max(0, end - 72)] == ZIP64_END:  # a zip of 64 bits, or of very many files
        end -= 76
        (size,) = struct.unpack_from("<Q", data, end + 40)
    if size > end or (size and not data.startswith(ZIP_ENTRY, end - size)):
        return None
    return data[end - size : end]


def is_document(data: bytes) -> bool:
    """Tell whether a zip is one document, such as a workbook, and not a container."""
    listed = directory(data)
    if listed is None:  # cut off: go by the name of the first file
        return data[_HEADER_SIZE : _HEADER_SIZE + 32].lower().startswith(_DOCUMENT_FOLDERS)
    small = listed.lower()
    return any(_lists(listed, small, name) for name in _DOCUMENTS)


def _lists(listed: bytes, small: bytes, name: bytes) -> bool:
    """Tell whether a directory has an entry of a name; ``small`` is the directory in lower case."""
    start = small.find(name)
    while start >= 0:
        entry = start - _ENTRY_SIZE  # the fixed part of an entry stands before its name
        length = int.from_bytes(listed[entry + 28 : entry + 30], "little") if entry >= 0 else 0
        if length == len(name) and listed.startswith(ZIP_ENTRY, entry):
            return True
        start = small.find(name, start + 1)
    return False


def unzip(data: bytes, budget: Budget) -> Iterator[File | str]:
    """Yield the files of a zip, and a sentence for each that could not be taken out.

    Raises DocumentError where there is nothing to take out.
    """
    listed = directory(data)
    if data.startswith(ZIP_SPLIT):
        raise DocumentError(SPLIT)
    if (listed or b"").count(ZIP_ENTRY) > MOST_FILES:
        raise DocumentError(MANY)
    members = _listed(data) if listed is not None else None
    expected = (listed or b"").count(ZIP_ENTRY) if members is None else len(members)

    def is_complete(seen: int) -> bool:
        if not seen and not data.startswith(ZIP_END):
            raise DocumentError(BROKEN)
        return seen == expected

    yield from taken(_walked(data) if members is None else members, budget, is_complete)


class _Member:
    """Where a file is in a zip, and what its header says."""

    def __init__(self, data: bytes, name: str, flags: int, method: int, sizes: _Sizes, offset: int) -> None:
        self._data = data
        self.name = name
        self.encrypted = bool(flags & _ENCRYPTED)
        self.method = method
        self.crc, self.packed = sizes
        self.offset = offset
        """The position of its header."""

    @property
    def oddity(self) -> Oddity:
        """Why there is no content to take out."""
        if self.name.endswith("/"):
            return "folder"
        if self.encrypted:
            return "locked"
        return "" if self.method in (_STORED, _DEFLATED) else "method"

    def content(self, largest: int) -> bytes:
        """Return the content, checked by its checksum; sets ``packed`` where it was unknown."""
        data, position = self._data, self.offset
        if position < 0 or not data.startswith(ZIP_MEMBER, position) or position + _HEADER_SIZE > len(data):
            raise CutError
        name_length, extra_length = struct.unpack_from("<HH", data, position + 26)
        start = position + _HEADER_SIZE + name_length + extra_length
        end = len(data) if self.packed is None else start + self.packed
        if end > len(data) or start > len(data):
            raise CutError
        if self.method == _STORED:
            if self.packed is None:
                raise CutError  # nothing says where it ends
            if self.packed > largest:
                raise LargeError
            content = data[start:end]
        else:
            content, used = _inflated(memoryview(data)[start:end], largest)
            if self.packed is None:
                self.packed = used
                after = start + used
                if data.startswith(ZIP_SPLIT, after) and after + 8 <= len(data):
                    (self.crc,) = struct.unpack_from("<L", data, after + 4)
        if self.crc is not None and zlib.crc32(content) != self.crc:
            raise CutError
        return content


_Sizes = tuple[int | None, int | None]
"""The checksum and the packed size; None where the header does not know them."""


# ---------------------------------------------------------------- where the files are


def _listed(data: bytes) -> list[_Member] | None:
    """Return the files in the directory, each position once; None where the directory is of no use."""
    try:
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except _BROKEN:
        return None
    if not any(data.startswith(ZIP_MEMBER, max(0, entry.header_offset)) for entry in entries[:100]):
        return None  # the positions in the directory are wrong
    found: dict[int, _Member] = {}
    for entry in entries:
        name = _name(*_raw(entry.orig_filename, entry.flag_bits), entry.extra)
        found.setdefault(
            entry.header_offset,
            _Member(
                *(data, name, entry.flag_bits, entry.compress_type),
                *((entry.CRC, entry.compress_size), entry.header_offset),
            ),
        )
    return list(found.values())


def _raw(name: str, flags: int) -> tuple[bytes, bool]:
    """Return the bytes of a name that zipfile has decoded, and whether they are UTF-8."""
    return (name.encode("utf-8", "replace"), True) if flags & _UTF8 else (name.encode("cp437", "replace"), False)


def _walked(data: bytes) -> Iterator[_Member]:
    """Yield the files of a zip without a directory, by the header before each."""
    position = data.find(ZIP_MEMBER)
    for _ in range(MOST_FILES):
        if position < 0 or position + _HEADER_SIZE > len(data):
            return
        flags, method = struct.unpack_from("<HH", data, position + 6)
        crc, packed, _, name_length, extra_length = struct.unpack_from("<LLLHH", data, position + 14)
        start = position + _HEADER_SIZE + name_length
        name = _name(data[position + _HEADER_SIZE : start], bool(flags & _UTF8), data[start : start + extra_length])
        unknown = bool(flags & _SIZES_FOLLOW) and not packed
        member = _Member(data, name, flags, method, (None, None) if unknown else (crc, packed), position)
        yield member
        if unknown and member.oddity == "folder":  # nobody asks for its content
            with suppress(CutError, LargeError):
                member.content(LARGEST_FILE)
        # The consumer has inflated the file and so knows where it ends. Never search inside it: it may be a zip.
        if member.packed is None:
            return
        position = data.find(ZIP_MEMBER, start + extra_length + member.packed)


def _name(raw: bytes, is_utf8: bool, extra: bytes) -> str:
    """Return a name with / between its parts: by the field for Unicode names, by the flag, or by guessing."""
    better = _unicode_path(raw, extra)
    name = text_of(better or raw, "utf-8" if is_utf8 or better else "gbk")
    # Only after decoding: half of a GBK character may look like a backslash.
    return name.replace("\x00", "").replace("\\", "/")


def _unicode_path(raw: bytes, extra: bytes) -> bytes:
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        field = extra[position + 4 : position + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw):
            return field[5:]
        position += 4 + size
    return b""


# ---------------------------------------------------------------- what is in them


def _inflated(packed: memoryview, largest: int) -> tuple[bytes, int]:
    """Inflate, to at most so many bytes; return the content and the number of bytes read for it."""
    inflater, content, position = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while not inflater.eof and position < len(packed):
        piece = packed[position : position + _PIECE]
        position += len(piece)
        try:
            content += inflater.decompress(piece, largest - len(content) + 1)
        except zlib.error:
            raise CutError from None
        if len(content) > largest or len(content) > max(ODD_SIZE, ODD_RATIO * position):
            raise LargeError
    if not inflater.eof:
        raise CutError
    return bytes(content), position - len(inflater.unused_data)
