"""winmail.dat: the envelope in which Outlook hides attachments from all other programs."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gouji.collection.intake.attachments.contents import MOST_FILES, File
from gouji.collection.intake.attachments.names import safe_name, text_of

MAGIC = b"\x78\x9f\x3e\x22"

_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME = b"\x1f\x00\x07\x37\x01\x00\x00\x00"
"""One text in UTF-16: the name in full, where the title has only eight letters."""


def files(data: bytes) -> Iterator[File]:
    """Yield the attachments of a winmail.dat, as far as it is whole."""
    name, content, count = "", None, 0
    for kind, value in _attributes(data):
        if kind == _BEGINS:
            if content is not None:
                yield File((name or f"附件{count}",), content)
            name, content, count = "", None, count + 1
        elif kind == _TITLE:
            name = name or safe_name(text_of(value.rstrip(b"\0"), "gbk"), "")
        elif kind == _PROPERTIES:
            name = _long_name(value) or name
        elif kind == _DATA:
            content = value
    if content is not None:
        yield File((name or f"附件{count}",), content)


def is_whole(data: bytes) -> bool:
    """Tell whether nothing follows that could not be read, but a few bytes that gateways add."""
    read = sum(11 + len(value) for _, value in _attributes(data))
    return len(data) <= 6 + read + 16


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(20 * MOST_FILES):
        if at + 9 > len(data):
            return
        kind, length = struct.unpack_from("<LL", data, at + 1)
        if at + 9 + length > len(data):
            return
        yield kind, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _long_name(properties: bytes) -> str:
    at = properties.find(_LONG_NAME)
    if at < 0 or at + 12 > len(properties):
        return ""
    (length,) = struct.unpack_from("<L", properties, at + 8)
    return safe_name(properties[at + 12 : at + 12 + min(length, 1000)].decode("utf-16-le", "ignore").rstrip("\0"), "")
