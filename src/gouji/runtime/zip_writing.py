"""Zip archives of members that are compressed already, byte by byte what :mod:`zipfile` writes for the same parts.

Compressing parts takes most of the time of writing a workbook, although most parts are the same every time.
:mod:`zipfile` cannot reuse a compressed member; this module can. It cannot write archives that need ZIP64.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gouji.runtime.signatures import ZIP_END, ZIP_ENTRY

_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of all members, the same as the workbook library's, so that the same parts give the same bytes."""
_READABLE = 0o600 << 16
_HEADER = 30
"""The number of bytes in a member's header before its name."""
_UTF8_NAME = 0x800
"""The flag of a member whose name is in UTF-8."""


def deflated(name: str, data: bytes) -> bytes:
    """Return a member: its header and the compressed data."""
    deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    compressed = deflate.compress(data) + deflate.flush()
    info = ZipInfo(name, _DATE)
    info.compress_type, info.CRC = ZIP_DEFLATED, zlib.crc32(data)
    info.file_size, info.compress_size = len(data), len(compressed)
    # Since Python 3.14, ZipInfo writes a name without this flag in code page 437 if possible; ZipFile sets the flag.
    info.flag_bits = 0 if info.filename.isascii() else _UTF8_NAME
    return info.FileHeader(zip64=False) + compressed


def packed(members: Iterable[bytes]) -> bytes:
    """Return an archive of these members, in this order."""
    packed_members = tuple(members)
    directory: list[bytes] = []
    offset = 0
    for member in packed_members:
        directory.append(_entry(member, offset))
        offset += len(member)
    size = sum(map(len, directory))
    end = struct.pack("<4s4H2LH", ZIP_END, 0, 0, len(directory), len(directory), size, offset, 0)
    return b"".join((*packed_members, *directory, end))


def unpacked(archive: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the name, the data and the compressed member of each part of an archive that this program has written."""
    with ZipFile(io.BytesIO(archive)) as parts:
        for info in parts.infolist():
            start = info.header_offset
            end = start + _HEADER + len(_name(archive, start)) + info.compress_size
            yield info.filename, parts.read(info), archive[start:end]


def _entry(member: bytes, offset: int) -> bytes:
    """Return a member's entry in the archive's directory: its header again, and its offset."""
    entry = ZipInfo()
    return b"".join(
        (
            struct.pack("<4sBB", ZIP_ENTRY, entry.create_version, entry.create_system),
            member[4:_HEADER],
            struct.pack("<3H2L", 0, 0, 0, _READABLE, offset),
            _name(member),
        )
    )


def _name(member: bytes, start: int = 0) -> bytes:
    """Return the name of the member that begins at ``start``, with the extra field after it."""
    name, extra = struct.unpack_from("<2H", member, start + _HEADER - 4)
    return member[start + _HEADER : start + _HEADER + name + extra]
