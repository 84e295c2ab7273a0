"""Zip archives of members that are compressed already, byte by byte what :mod:`zipfile` writes for the same parts.

To compress the parts of a file costs more than all else that is left to do where most of them are known;
:mod:`zipfile` cannot take a compressed member over. Neither can this module write what needs ZIP64.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gouji.runtime.signatures import ZIP_END, ZIP_ENTRY

_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of all members, that the workbook library gives too: the same parts give the same bytes."""
_READABLE = 0o600 << 16
_HEADER = 30
"""Bytes of a member's header, before its name."""
_UTF8_NAME = 0x800
"""The flag of a member whose name is in UTF-8."""


def deflated(name: str, data: bytes) -> bytes:
    """Return a member: its header and the compressed data."""
    deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    compressed = deflate.compress(data) + deflate.flush()
    info = ZipInfo(name, _DATE)
    info.compress_type, info.CRC = ZIP_DEFLATED, zlib.crc32(data)
    info.file_size, info.compress_size = len(data), len(compressed)
    # From 3.14 on ZipInfo writes a name without the flag in code page 437 where it can; ZipFile sets the flag first.
    info.flag_bits = 0 if info.filename.isascii() else _UTF8_NAME
    return info.FileHeader(zip64=False) + compressed


def packed(members: Iterable[bytes]) -> bytes:
    """Return the archive of some members, in their order."""
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
    """Yield each part of an archive that this program has written: its name, its data, and it as a member."""
    with ZipFile(io.BytesIO(archive)) as parts:
        for info in parts.infolist():
            start = info.header_offset
            end = start + _HEADER + len(_name(archive, start)) + info.compress_size
            yield info.filename, parts.read(info), archive[start:end]


def _entry(member: bytes, offset: int) -> bytes:
    """Return what the archive's directory says of a member: its header once more, and where it stands."""
    made = ZipInfo()
    return b"".join(
        (
            struct.pack("<4sBB", ZIP_ENTRY, made.create_version, made.create_system),
            member[4:_HEADER],
            struct.pack("<3H2L", 0, 0, 0, _READABLE, offset),
            _name(member),
        )
    )


def _name(member: bytes, start: int = 0) -> bytes:
    """Return the name of the member that begins at ``start``, with what may follow it in the header."""
    name, extra = struct.unpack_from("<2H", member, start + _HEADER - 4)
    return member[start + _HEADER : start + _HEADER + name + extra]
