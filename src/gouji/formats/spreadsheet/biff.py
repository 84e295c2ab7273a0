"""An old .xls from outside: walked record by record, rid of what no form needs, and put into a container anew.

Readers ask for memory as the records tell them (all cells up to the farthest one, as many texts as a number says), so
what the records tell is looked at first. Formulas, names and drawings go: only their results are read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import olefile

from gouji.formats.addresses import column_letters
from gouji.formats.spreadsheet.biff_sight import XlsSight, sights
from gouji.formats.spreadsheet.plain_parts import LAST_COLUMN, LAST_ROW
from gouji.formats.spreadsheet.spreadsheetml import MOST_SHEETS
from gouji.runtime.errors import DocumentError
from gouji.runtime.signatures import OLE
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

LARGEST_STREAM = 20 * 2**20
_CLASS_ID = 16
"""Bytes of the class id in the header of a compound file, behind its signature."""
MOST_RECORDS = 500_000

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _SST, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x002F, 0x00FC, 0x003C
_FORMULA, _STRING, _MULRK, _DIMENSIONS = 0x0006, 0x0207, 0x00BD, 0x0200
_CELLS = {0x0203: 14, 0x0204: 8, 0x0205: 8, 0x027E: 10, 0x00FD: 10, _MULRK: 6, _FORMULA: 22}
"""The records that hold values, with the least length of each."""
_KEPT = {*_CELLS, _BOF, _EOF, _BOUNDSHEET, _SST, _CONTINUE, _STRING, 0x0042, 0x0022, 0x041E, 0x00E0}
_NOTHING = 0xEEEE
"""A record that no reader knows."""

HIDDEN_FORMULA = "=（公式）"
"""The formulas of an .xls are not read."""

ENCRYPTED = (
    "文件加了密码，读不了。旧版 .xls 只锁定结构、没有打开密码时也会这样。"
    "请另存为“Excel 工作簿(.xlsx)”（有打开密码的先去掉）后重新发送。"
)


@dataclass
class Sheet:
    """What the records of a sheet say beside its values."""

    name: str
    formulas: dict[str, str] = field(default_factory=dict)
    far: str = ""


@dataclass(frozen=True)
class Workbook:
    """An .xls that is safe to open."""

    content: bytes
    sheets: tuple[Sheet, ...]
    sight: Mapping[str, XlsSight]


def rebuilt(data: bytes) -> Workbook:
    """Return an .xls made anew from the cells of one.

    Raises DocumentError where it is broken, encrypted or too large, or no spreadsheet.
    """
    stream = bytearray(stream_of(data))
    whole = bytes(stream)
    sheets = _Records(stream).cleaned()
    return Workbook(contained(bytes(stream)), sheets, sights(whole))


def stream_of(data: bytes) -> bytes:
    """Return the workbook's own stream out of the container."""
    if len(data) > LARGEST_STREAM:
        raise DocumentError(TOO_LARGE)
    try:
        # Some versions of WPS say in the header what program the file is for; the library takes that for a defect.
        whole = data[: len(OLE)] + bytes(_CLASS_ID) + data[len(OLE) + _CLASS_ID :]
        with olefile.OleFileIO(io.BytesIO(whole), raise_defects=olefile.DEFECT_INCORRECT) as container:
            for name in ("Workbook", "Book"):
                if container.exists(name):
                    stream: bytes = container.openstream(name).read()
                    return stream
    except Exception as error:  # the library raises whatever its parsing runs into
        if isinstance(error, MemoryError):
            raise
        raise DocumentError(BROKEN) from None
    raise DocumentError("这不是电子表格文件。请发回填报表（.xlsx）。")


class _Records:
    """The records of a workbook stream, of which those that no form needs are made nothing."""

    def __init__(self, stream: bytearray) -> None:
        self._stream = stream
        self._sheets: dict[int, Sheet] = {}
        self._met: set[int] = set()
        self._sheet = Sheet("")
        self._drop_result = False
        self._open = 0
        """How many streams of records have begun and not ended: charts stand inside of sheets."""

    def cleaned(self) -> tuple[Sheet, ...]:
        """Walk over all records once; tell what each sheet holds beside its values."""
        stream, at, count = self._stream, 0, 0
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            if at + 4 + length > len(stream) or (kind == 0 and length == 0):
                break
            count += 1
            if count > MOST_RECORDS:
                raise DocumentError(TOO_LARGE)
            if kind not in _KEPT:
                self._look_at_other(kind, at)
            elif kind in _CELLS:
                self._look_at_cell(kind, at + 4, length)
            elif kind == _STRING:
                if self._drop_result:
                    self._make_nothing(at)
            else:
                self._look_at(kind, at, length)
            at += 4 + length
        del stream[at:]
        if not self._sheets or self._sheets.keys() - self._met or self._open > 0:
            raise DocumentError(BROKEN)
        return tuple(self._sheets.values())

    def _make_nothing(self, at: int) -> None:
        struct.pack_into("<H", self._stream, at, _NOTHING)

    def _look_at_other(self, kind: int, at: int) -> None:
        if kind == _FILEPASS:
            raise DocumentError(ENCRYPTED)
        self._make_nothing(at)

    def _look_at(self, kind: int, at: int, length: int) -> None:
        body = bytes(self._stream[at + 4 : at + 4 + length])
        if kind == _BOF:
            self._open += 1
            if at in self._sheets:
                self._sheet = self._sheets[at]
                self._met.add(at)
        elif kind == _EOF:
            self._open -= 1
        elif kind == _BOUNDSHEET:
            self._add_sheet(body)
        elif kind == _SST and (length < 8 or struct.unpack_from("<I", body, 4)[0] > len(self._stream) // 3):
            # Each text takes three bytes at least.
            raise DocumentError(BROKEN)

    def _add_sheet(self, body: bytes) -> None:
        if len(body) < 8:
            raise DocumentError(BROKEN)
        (position,) = struct.unpack_from("<I", body)
        raw = body[8:]
        name = raw.decode("utf-16-le" if body[7] & 1 else "latin-1", "replace")
        if position in self._sheets:
            raise DocumentError(BROKEN)
        self._sheets[position] = Sheet(name)
        if len(self._sheets) > MOST_SHEETS:
            raise DocumentError(TOO_LARGE)

    def _look_at_cell(self, kind: int, at: int, length: int) -> None:
        if length < _CELLS[kind]:
            raise DocumentError(BROKEN)
        row, column = struct.unpack_from("<HH", self._stream, at)
        last = column + (length - 6) // 6 - 1 if kind == _MULRK else column
        far = row >= LAST_ROW or last >= LAST_COLUMN
        address = f"{column_letters(last)}{row + 1}"
        if kind == _FORMULA:
            self._drop_result = far
            # The parsed expression begins with its length: none is left.
            struct.pack_into("<H", self._stream, at + 20, 0)
            if not far:
                self._sheet.formulas[address] = HIDDEN_FORMULA
        if far:
            self._sheet.far = self._sheet.far or address
            self._make_nothing(at - 4)


# ---------------------------------------------------------------- the container

_SECTOR = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NAMELESS = bytes(66) + b"\x00\x01" + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(36) + bytes(12)


def contained(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file of version 4 that holds one stream."""
    sectors = max(-(-len(stream) // _SECTOR), 1)
    tables = -(-(sectors + 2) // (_SECTOR // 4))
    while tables * (_SECTOR // 4) < sectors + 1 + tables:
        tables += 1
    chain = [*(_FAT for _ in range(tables)), _END, *range(tables + 2, tables + 1 + sectors), _END]
    chain += [_FREE] * (tables * (_SECTOR // 4) - len(chain))
    header = OLE + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<IIIIIIIII", 1, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    # A stream under 4096 bytes would have to stand in the small sectors.
    size = max(len(stream), _SECTOR)
    directory = _entry("Root Entry", 5, 1, 0, 0) + _entry(name, 2, _FREE, tables + 1, size)
    directory += _NAMELESS * ((_SECTOR - len(directory)) // 128)
    return b"".join(
        (
            header.ljust(_SECTOR, b"\0"),
            struct.pack(f"<{len(chain)}I", *chain),
            directory,
            stream.ljust(sectors * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
