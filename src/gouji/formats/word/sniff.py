"""Whether a file is a Word document, by its bytes; without lxml, which a workbook must not cost."""

from __future__ import annotations

from gouji.runtime.signatures import OLE, ZIP, has_password

_OPEN_TEXT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_FIRST_ENTRY = 120
"""Bytes of a zip up to the end of its first part, which says what an OpenDocument file is."""
_TEXT_OF_OLD = "WordDocument".encode("utf-16-le")


def is_document(data: bytes) -> bool:
    """Tell whether a zip holds a Word document."""
    return data.startswith(ZIP) and (b"word/document" in data or b"word\\document" in data)


def is_open_text(data: bytes) -> bool:
    """Tell whether a zip holds an OpenDocument text (.odt)."""
    return data.startswith(ZIP) and _OPEN_TEXT in data[:_FIRST_ENTRY]


def is_old_document(data: bytes) -> bool:
    """Tell whether the bytes are a Word file of old, and not one with a password."""
    return data.startswith(OLE) and not has_password(data) and _TEXT_OF_OLD in data
