"""Whether a file is a Word document, by its bytes; without lxml, which a workbook must not cost."""

from __future__ import annotations

from gouji.runtime.signatures import OLE, ZIP, has_password

_TEXT_OF_OLD = "WordDocument".encode("utf-16-le")


def is_document(data: bytes) -> bool:
    """Tell whether a zip holds a Word document."""
    return data.startswith(ZIP) and (b"word/document" in data or b"word\\document" in data)


def is_old_document(data: bytes) -> bool:
    """Tell whether the bytes are a Word file of old, and not one with a password."""
    return data.startswith(OLE) and not has_password(data) and _TEXT_OF_OLD in data
