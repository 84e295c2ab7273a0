"""A compound file (OLE), as old office programs write them: what stands at its top tells what it is.

The format is [MS-CFB]. Embedded documents have names too, as in an .xls that contains a Word document, so only the
names directly under the root count. This needs no library, and nothing that the file says about itself is trusted.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gouji.runtime.signatures import OLE

_SHIFTS = (9, 12)
"""The permitted sector sizes as powers of two: 512 or 4096 bytes."""
_NO_STREAM = 0xFFFFFFFF
_HEADER = 512
"""The number of bytes in the header of the file."""
_ENTRY = 128
"""The number of bytes in a directory entry."""
_MOST_SECTORS = 512
"""The greatest number of directory sectors that are read; an office file has a few."""
_FIRST_FAT_SECTORS = 109
"""The number of allocation table sectors that the header lists. Only files of seven megabytes and more have others,
and their directory is read only as far as these sectors cover it."""

WORD, EXCEL, OUTLOOK = "WordDocument", ("Workbook", "Book"), "__properties_version1.0"
PACKAGE = "EncryptedPackage"
"""The stream of an .xlsx or .docx with a password."""


def names_at_top(data: bytes) -> frozenset[str]:
    """Return the names directly under the root of a compound file; empty for any other file."""
    if not data.startswith(OLE) or len(data) < _HEADER:
        return frozenset()
    entries = list(_entries(data))
    if not entries:
        return frozenset()
    names: set[str] = set()
    waiting, met = [_child(entries[0])], set[int]()
    while waiting:
        number = waiting.pop()
        if number >= len(entries) or number in met:
            continue
        met.add(number)
        entry = entries[number]
        names.add(_name(entry))
        waiting += struct.unpack_from("<II", entry, 68)
    return frozenset(names)


def is_old_workbook(data: bytes) -> bool:
    """Tell whether a compound file is an .xls, regardless of embedded documents."""
    return not names_at_top(data).isdisjoint(EXCEL)


def is_outlook_mail(data: bytes) -> bool:
    """Tell whether a compound file is an Outlook mail (.msg)."""
    return OUTLOOK in names_at_top(data)


def _entries(data: bytes) -> Iterator[bytes]:
    """Yield the entries of the directory, following its sectors through the allocation table."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        return
    size = 1 << shift
    tables = [number for number in struct.unpack_from(f"<{_FIRST_FAT_SECTORS}I", data, 76) if number != _NO_STREAM]
    (sector,) = struct.unpack_from("<I", data, 48)
    for _ in range(_MOST_SECTORS):
        start = (sector + 1) << shift
        if start + size > len(data):
            return
        yield from (data[offset : offset + _ENTRY] for offset in range(start, start + size, _ENTRY))
        table, index = divmod(sector, size // 4)
        next_sector = ((tables[table] + 1) << shift) + 4 * index if table < len(tables) else len(data)
        if next_sector + 4 > len(data):
            return
        (sector,) = struct.unpack_from("<I", data, next_sector)


def _child(entry: bytes) -> int:
    (child,) = struct.unpack_from("<I", entry, 76)
    return int(child)


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
