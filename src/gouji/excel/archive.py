"""A zip from outside, read within limits: what it declares, what it really holds, and names that lie."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import IO

from gouji.errors import DocumentError
from gouji.excel.markup import BROKEN, LARGEST_PART, TOO_LARGE

MOST_PARTS = 2000
LARGEST_WHOLE = 60 * 2**20
LARGEST_SKIPPED = 300 * 2**20
"""What may be unpacked and passed over, such as a million empty rows that carry a format."""

_ENTRY = b"PK\x01\x02"
"""How the directory's entry of a part begins."""

_PIECE = 2**20
_WHOLE_UP_TO = 2 * 2**20
"""A larger part is looked at for its last useful row before the rest of it is read."""

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
"""What Python says of a zip that is none."""


class Archive:
    """The parts of a zip by their names, read once each, and no more of them than a form can need."""

    def __init__(self, data: bytes) -> None:
        """Open a zip.

        Raises DocumentError where it is none, is encrypted or has too many parts.
        """
        if data.count(_ENTRY) > 2 * MOST_PARTS:
            raise DocumentError(TOO_LARGE)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS:
            raise DocumentError(TOO_LARGE)
        if any(part.flag_bits & 1 for part in parts):
            raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
        self._left, self._skippable = LARGEST_WHOLE, LARGEST_SKIPPED
        self._entries = {_plain(part.filename): part for part in reversed(parts)}
        if len(self._entries) < len({part.header_offset for part in parts}):
            raise DocumentError(BROKEN)
        self.names = frozenset(part.filename.replace("\\", "/").lstrip("/") for part in parts)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def has_folder(self, folder: str) -> bool:
        """Tell whether there is a part in a folder."""
        return any(name.startswith(folder) for name in self._entries)

    def read(self, name: str, largest: int = LARGEST_PART) -> bytes:
        """Return a part; a size that lies is noticed before it costs memory, and a wrong checksum is an error."""
        try:
            with self._zip.open(self._entries[_plain(name)]) as stream:
                data = stream.read(min(largest, self._left) + 1)
                if len(data) > min(largest, self._left):
                    raise DocumentError(TOO_LARGE)
                if stream.read(1):
                    raise DocumentError(BROKEN)
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        self._left -= len(data)
        return data

    def read_rows(self, name: str, last_row: int) -> tuple[bytes, str]:
        """Return the part of a sheet without the rows after one, and the address of the first value in those."""
        try:
            with self._zip.open(self._entries[_plain(name)]) as stream:
                xml, far = self._rows(stream, last_row)
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        self._left -= len(xml)
        if self._left < 0:
            raise DocumentError(TOO_LARGE)
        return xml, far

    def _rows(self, stream: IO[bytes], last_row: int) -> tuple[bytes, str]:
        head = bytearray(stream.read(_WHOLE_UP_TO))
        if len(head) < _WHOLE_UP_TO:
            return bytes(head), ""
        looked_at = 0
        while True:
            for row in _ROW.finditer(head, looked_at):
                looked_at = row.end()
                if int(row[2]) > last_row:
                    tail, far = self._after(stream, bytes(head[row.start() :]), row[1])
                    return bytes(head[: row.start()]) + tail, far
            looked_at = max(looked_at, len(head) - _OVERLAP)
            piece = stream.read(_PIECE)
            if not piece:
                return bytes(head), ""
            head += piece
            if len(head) > LARGEST_PART:
                raise DocumentError(TOO_LARGE)

    def _after(self, stream: IO[bytes], piece: bytes, prefix: bytes) -> tuple[bytes, str]:
        """Pass over rows up to the end of the cells; return what follows, and where the first value stood."""
        end, far = b"</" + prefix + b"sheetData>", ""
        while end not in piece:
            far = far or _first_value(piece)
            more = stream.read(_PIECE)
            self._skippable -= len(more)
            if not more or self._skippable < 0:
                raise DocumentError(BROKEN if not more else TOO_LARGE)
            piece = piece[-_OVERLAP:] + more
        rows, _, rest = piece.partition(end)
        far = far or _first_value(rows)
        rest += stream.read(LARGEST_PART + 1 - len(rest))
        if len(rest) > LARGEST_PART:
            raise DocumentError(TOO_LARGE)
        return end + rest, far


_ROW = re.compile(rb'<((?:\w{1,20}:)?)row (?:[^<>]{0,500}?\s)?r="(\d{1,8})"')
_VALUE = re.compile(rb'<(?:\w{1,20}:)?c [^<>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^<>]{0,200}><(?:\w{1,20}:)?(?:v|f|is)\b')
_OVERLAP = 600


def _first_value(xml: bytes) -> str:
    if b"c>" not in xml:
        return ""  # a cell that holds something has an end tag; rows that only carry a format are passed over fast
    found = _VALUE.search(xml)
    return found[1].decode() if found else ""


def _plain(name: str) -> str:
    """Return a part's name as all programs understand it: they differ in slashes and capitals."""
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()
