"""Office packages: a zip archive whose members are compressed once, however many packages they stand in.

Most parts of the files of one batch are equal, and to deflate them costs more than all else that is left to do for
them. What is packed is byte by byte what :mod:`zipfile` writes for the same parts.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from zipfile import ZIP_DEFLATED, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of all members, instead of the time of writing: the same parts give the same bytes."""
_READABLE = 0o600 << 16
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the archive of some parts, in their order."""
    members: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, data in parts:
        member, entry = _member(name, data)
        directory.append(_entry_at(entry, offset))
        members.append(member)
        offset += len(member)
    size = sum(map(len, directory))
    end = _END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), size, offset, 0)
    return b"".join((*members, *directory, end))


@lru_cache(128)
def _member(name: str, data: bytes) -> tuple[bytes, bytes]:
    """Return a member with its header, and its entry in the directory but for the place of the member."""
    deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    compressed = deflate.compress(data) + deflate.flush()
    info = ZipInfo(name, _DATE)
    info.compress_type, info.CRC = ZIP_DEFLATED, zlib.crc32(data)
    info.file_size, info.compress_size = len(data), len(compressed)
    header = info.FileHeader(zip64=False)
    # The directory repeats the header from the version to the sizes.
    version, flags, method, clock, day = struct.unpack_from("<5H", header, 4)
    encoded = header[30 : 30 + struct.unpack_from("<H", header, 26)[0]]
    entry = _CENTRAL.pack(
        b"PK\1\2",
        *(info.create_version, info.create_system, version & 0xFF, version >> 8),
        *(flags, method, clock, day, info.CRC, len(compressed), len(data)),
        *(len(encoded), 0, 0, 0, 0, _READABLE, 0),
    )
    return header + compressed, entry + encoded


def _entry_at(entry: bytes, offset: int) -> bytes:
    place = _CENTRAL.size - 4
    return entry[:place] + struct.pack("<L", offset) + entry[_CENTRAL.size :]
