"""The parts of a workbook's zip: a sheet may have a million empty rows, which are passed over and never kept."""

from __future__ import annotations

import re
from typing import IO

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, BROKEN_ZIP, LARGEST_PART, TOO_LARGE, Archive

LARGEST_SKIPPED = 300 * 2**20
"""What may be unpacked and passed over, such as a million empty rows that carry a format."""

_PIECE = 2**20
_WHOLE_UP_TO = 2 * 2**20
"""A larger part is looked at for its last useful row before the rest of it is read."""


class SheetArchive(Archive):
    """An archive that can give the first rows of a sheet."""

    _skippable = LARGEST_SKIPPED

    def read_rows(self, name: str, last_row: int) -> tuple[bytes, str]:
        """Return the part of a sheet without the rows after one, and the address of the first value in those."""
        usual = self._usual(name, min(_WHOLE_UP_TO - 1, self._left))
        if usual is not None:
            self._left -= len(usual)
            return usual, ""
        try:
            with self._open(name) as stream:
                xml, far = self._rows(stream, last_row)
        except BROKEN_ZIP:
            raise DocumentError(BROKEN) from None
        self._left -= len(xml)
        if self._left < 0:
            raise DocumentError(TOO_LARGE)
        return xml, far

    def _rows(self, stream: IO[bytes], last_row: int) -> tuple[bytes, str]:
        whole = stream.read(_WHOLE_UP_TO)
        if len(whole) < _WHOLE_UP_TO:
            return whole, ""
        head, looked_at = bytearray(whole), 0
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
