"""The unpacked size of a PDF, measured before a library unpacks it, because the libraries have no limit."""

from __future__ import annotations

import re
import zlib

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

LARGEST_STREAM = 40 * 2**20
LARGEST_WHOLE = 120 * 2**20
MOST_STREAMS = 20_000

_STREAM = re.compile(rb"stream\r?\n")
_PACKED = (b"\x78", b"\x58", b"\x68", b"\x48")
"""The first bytes of streams packed by zlib."""


def refuse_bombs(data: bytes) -> None:
    """Refuse a file whose packed streams are far larger than the pages of a report can be.

    Raises DocumentError. A stream that is packed twice, or in another way, is left to the limits of the worker.
    """
    whole = 0
    for number, match in enumerate(_STREAM.finditer(data)):
        if number > MOST_STREAMS:
            raise DocumentError(TOO_LARGE)
        if data[match.end() : match.end() + 1] not in _PACKED:
            continue
        unpacker = zlib.decompressobj()
        try:
            size = len(unpacker.decompress(memoryview(data)[match.end() :], LARGEST_STREAM + 1))
        except zlib.error:
            continue
        whole += size
        if size > LARGEST_STREAM or whole > LARGEST_WHOLE:
            raise DocumentError(TOO_LARGE)
