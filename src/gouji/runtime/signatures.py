"""The first bytes by which files are known: every signature stands here, whoever looks for it.

What a file is for (a report to read, an attachment to take apart) is decided by :mod:`gouji.formats.read` and
:mod:`gouji.collection.intake.attachments.kinds`; both ask here how it begins.
"""

from __future__ import annotations

import re

UTF8_MARK = b"\xef\xbb\xbf"
"""What Windows puts before a text in UTF-8."""

ZIP = b"PK"
"""Any zip: an .xlsx, .docx or .ods, or an archive of several files."""
ZIP_MEMBER = b"PK\x03\x04"
ZIP_SPLIT = b"PK\x07\x08"
"""A zip that was meant to be cut into several files."""
ZIP_ENTRY = b"PK\x01\x02"
"""An entry of a zip's directory; not at the beginning of the file."""
ZIP_END = b"PK\x05\x06"
"""The end of a zip's directory; at the beginning of a file, a zip without members."""
ZIP64_END = b"PK\x06\x06"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A compound file: an .xls, .doc or .msg, or an .xlsx or .docx with a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

PDF = b"%PDF"
RTF = b"{\\rtf"
JSON = b"{"
EXECUTABLE = b"MZ"

_PACKINGS = (
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"MSCF", "cab"),
)
_TAR, _TAR_AT = b"ustar", 257
"""A tar has its signature behind the name of its first file."""

_HEAD = 64


def start_of(data: bytes) -> bytes:
    """Return the first bytes of a text, without the mark and the white space that programs put before it."""
    return data[:_HEAD].removeprefix(UTF8_MARK).lstrip()


def packing(data: bytes) -> str:
    """Return the name of the archive format, zip aside, that a file is packed in; empty for all other files."""
    if data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return "tar"
    return next((name for signature, name in _PACKINGS if data.startswith(signature)), "")


def has_password(data: bytes) -> bool:
    """Tell whether a compound file is an encrypted office file: it holds the real one as a stream."""
    return data.startswith(OLE) and _ENCRYPTED in data


# ---------------------------------------------------------------- mails

_HEAD_OF_A_MAIL = 2**16
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,60})[ \t]*:")
_OF_MAILS = frozenset(
    b"from to cc subject date message-id received return-path delivered-to mime-version content-type x-mailer".split()
)
_CERTAIN = frozenset(b"from received return-path message-id".split())


def mail_fields(data: bytes) -> frozenset[bytes]:
    """Return the names of the fields with which a mail, or any text of that form, begins."""
    fields = set()
    for line in data[:_HEAD_OF_A_MAIL].lstrip().removeprefix(UTF8_MARK).lstrip().splitlines():
        found = _FIELD.match(line)
        if found:
            fields.add(found[1].lower())
        elif not line.startswith((b" ", b"\t")):
            break
    return frozenset(fields)


_UNDERWAY = frozenset(b"received return-path message-id to cc delivered-to".split())
"""The fields of a mail that somebody got; a page that is saved in the form of a mail has none of them."""


def was_sent(data: bytes) -> bool:
    """Tell whether a file is a mail that somebody got, and no saved page."""
    return is_mail(data) and not mail_fields(data).isdisjoint(_UNDERWAY)


def is_mail(data: bytes) -> bool:
    """Tell whether a file is a mail as programs save it (.eml), by the fields at its beginning."""
    fields = mail_fields(data)
    return len(fields & _OF_MAILS) > 1 and bool(fields & _CERTAIN)
