"""A compound file (OLE), as old office programs write them: what stands at its top tells what it is.

[MS-CFB]. What is embedded has names too, an .xls with a Word document inside one more of them; so only the names right
under the root count. No library is needed for that, and nothing that the file says of itself is trusted.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gouji.runtime.signatures import OLE

_SHIFTS = (9, 12)
"""Sectors have 512 or 4096 bytes."""
_NO_STREAM = 0xFFFFFFFF
_ENTRY = 128
_MOST_SECTORS = 512
"""Of a directory; a compound file of an office has a few."""
_FIRST_FAT_SECTORS = 109
"""So many sectors of the allocation table the header names; the rest of them is only for files of seven megabytes and
more, whose directory is then looked at no further than it is known."""

WORD, EXCEL, OUTLOOK = "WordDocument", ("Workbook", "Book"), "__properties_version1.0"


def names_at_top(data: bytes) -> frozenset[str]:
    """Return the names of what stands right under the root of a compound file; none for any other file."""
    if not data.startswith(OLE) or len(data) < 512:
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
    """Tell whether a compound file is an .xls, whatever is embedded in it."""
    return not names_at_top(data).isdisjoint(EXCEL)


def is_outlook_mail(data: bytes) -> bool:
    """Tell whether a compound file is a mail of Outlook (.msg)."""
    return OUTLOOK in names_at_top(data)


def _entries(data: bytes) -> Iterator[bytes]:
    """Yield the entries of the directory."""
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
        yield from (data[at : at + _ENTRY] for at in range(start, start + size, _ENTRY))
        table, at = divmod(sector, size // 4)
        place = ((tables[table] + 1) << shift) + 4 * at if table < len(tables) else len(data)
        if place + 4 > len(data):
            return
        (sector,) = struct.unpack_from("<I", data, place)


def _child(entry: bytes) -> int:
    (child,) = struct.unpack_from("<I", entry, 76)
    return int(child)


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
