"""winmail.dat (TNEF): Outlook's own format, which hides attachments from all other mail programs."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gouji.collection.intake.attachments.contents import MOST_FILES, File
from gouji.collection.intake.attachments.names import safe_name, text_of

MAGIC = b"\x78\x9f\x3e\x22"

_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
"""Attributes of an attachment: its beginning, its short name, its content, its MAPI properties."""
_HEADER, _ATTRIBUTE_HEADER, _CHECKSUM = 6, 9, 2
"""Bytes before the first attribute, and before and after the value of each."""
_TRAILING = 16
"""Bytes that gateways add at the end."""
_ATTRIBUTES_A_FILE = 20
_LONGEST_NAME = 1000
_LONG_NAME = b"\x1f\x00\x07\x37\x01\x00\x00\x00"
"""The property with the full name, in UTF-16; the short name has only eight letters."""


def files(data: bytes) -> Iterator[File]:
    """Yield the attachments of a winmail.dat, as far as it is intact."""
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
    """Tell whether all of it could be read, apart from a few bytes at the end."""
    read = sum(_ATTRIBUTE_HEADER + len(value) + _CHECKSUM for _, value in _attributes(data))
    return len(data) <= _HEADER + read + _TRAILING


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = _HEADER
    for _ in range(_ATTRIBUTES_A_FILE * MOST_FILES):
        value = start + _ATTRIBUTE_HEADER
        if value > len(data):
            return
        kind, length = struct.unpack_from("<LL", data, start + 1)
        if value + length > len(data):
            return
        yield kind, data[value : value + length]
        start = value + length + _CHECKSUM


def _long_name(properties: bytes) -> str:
    found = properties.find(_LONG_NAME)
    start = found + len(_LONG_NAME) + 4  # the text follows its length
    if found < 0 or start > len(properties):
        return ""
    (length,) = struct.unpack_from("<L", properties, start - 4)
    text = properties[start : start + min(length, _LONGEST_NAME)].decode("utf-16-le", "ignore")
    return safe_name(text.rstrip("\0"), "")
