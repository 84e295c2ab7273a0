"""Whether a file breaks off before its end, as a download that was interrupted does: by its last bytes, cheaply."""

from __future__ import annotations

import struct

from gouji.runtime.signatures import JSON, OLE, PDF, RTF, ZIP_END, ZIP_MEMBER, start_of

_END_OF_PDF = 2048
_LONGEST_END_OF_ZIP = 22 + 0xFFFF
_FREE = 0xFFFFFFFF
_FIRST_TABLES = 109
_HEADER = 512


def breaks_off(data: bytes) -> bool:
    """Tell whether a zip, PDF, RTF, JSON or compound file has no end; False for every other file."""
    if data.startswith(ZIP_MEMBER):
        return data.rfind(ZIP_END, max(0, len(data) - _LONGEST_END_OF_ZIP)) < 0
    if data.startswith(OLE):
        return _compound_breaks_off(data)
    start = start_of(data)
    if start.startswith(PDF):
        return b"%%EOF" not in data[-_END_OF_PDF:]
    if start.startswith((JSON, RTF)):
        return not data.rstrip(b" \t\r\n\0").endswith(b"}")
    return False


def _compound_breaks_off(data: bytes) -> bool:
    """Tell whether the last sector in use of a compound file ([MS-CFB]) is behind its end."""
    if len(data) < _HEADER:
        return True
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return False
    size, last = 1 << shift, 0
    for number, table in enumerate(struct.unpack_from(f"<{_FIRST_TABLES}I", data, 76)):
        if table == _FREE:
            break
        start = (table + 1) << shift
        if start + size > len(data):
            return True
        entries = struct.unpack_from(f"<{size // 4}I", data, start)
        used = [index for index, entry in enumerate(entries) if entry != _FREE]
        last = max(last, number * (size // 4) + used[-1]) if used else last
    # Some programs leave the rest of the last sector out.
    return bool(len(data) <= (last + 1) << shift)
