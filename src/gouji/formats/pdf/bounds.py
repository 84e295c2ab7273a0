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
_END = b"endstream"
_PACKED = (b"\x78", b"\x58", b"\x68", b"\x48")
"""The first bytes of streams packed by zlib."""


def refuse_bombs(data: bytes) -> None:
    """Refuse a file whose packed streams are far larger than the pages of a report can be.

    Raises DocumentError. A stream that is packed twice, or in another way, is left to the limits of the worker.
    """
    whole = 0
    view = memoryview(data)
    for number, match in enumerate(_STREAM.finditer(data)):
        if number > MOST_STREAMS:
            raise DocumentError(TOO_LARGE)
        if data[match.end() : match.end() + 1] not in _PACKED:
            continue
        try:
            size = _unpacked(view[match.end() :], data.find(_END, match.end()) - match.end())
        except zlib.error:
            continue
        whole += size
        if size > LARGEST_STREAM or whole > LARGEST_WHOLE:
            raise DocumentError(TOO_LARGE)


def _unpacked(packed: memoryview, likely: int) -> int:
    """Return the size of what is unpacked, at most one more than the limit.

    Only the packed stream itself says where it ends. It gets the first ``likely`` bytes of a file, and the rest only if
    it has not ended before: the unpacker copies whatever is left over.
    """
    unpacker = zlib.decompressobj()
    first = packed[:likely] if likely > 0 else packed
    size = len(unpacker.decompress(first, LARGEST_STREAM + 1))
    if unpacker.eof or size > LARGEST_STREAM:
        return size
    rest = unpacker.unconsumed_tail or packed[len(first) :]
    return size + len(unpacker.decompress(rest, LARGEST_STREAM + 1 - size))
