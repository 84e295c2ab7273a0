"""The first bytes by which files are known: every signature stands here, whoever looks for it.

:mod:`gouji.formats.read` and :mod:`gouji.collection.intake.attachments.kinds` decide what to do with a file (read it as
a report, or take it apart as an attachment); both use the signatures here.
"""

from __future__ import annotations

import re

UTF8_MARK = b"\xef\xbb\xbf"
"""The byte order mark that Windows puts before a text in UTF-8."""

ZIP = b"PK"
"""Any zip: an .xlsx, .docx or .ods, or an archive of several files."""
ZIP_MEMBER = b"PK\x03\x04"
ZIP_SPLIT = b"PK\x07\x08"
"""A zip that its program could have split into several files."""
ZIP_ENTRY = b"PK\x01\x02"
"""An entry in the directory of a zip; never at the beginning of the file."""
ZIP_END = b"PK\x05\x06"
"""The end of a zip's directory. A file that begins with it is a zip without members."""
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
    (b"\x1f\x8b\x08", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"MSCF", "cab"),
)
_TAR, _TAR_AT = b"ustar", 257
"""A tar has its signature after the name of its first file."""

_HEAD = 64
"""The number of bytes that are enough to recognise a text."""


def start_of(data: bytes) -> bytes:
    """Return the first bytes of a text, without a byte order mark or white space before them."""
    return data[:_HEAD].removeprefix(UTF8_MARK).lstrip()


def packing(data: bytes) -> str:
    """Return the name of a file's archive format other than zip; empty for all other files."""
    if is_tar(data):
        return "tar"
    return next((name for signature, name in _PACKINGS if data.startswith(signature)), "")


def is_tar(data: bytes) -> bool:
    """Tell whether a file, or what was packed in one, is a tar."""
    return data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR


def has_password(data: bytes) -> bool:
    """Tell whether a file is an encrypted office file: a compound file with the real file in a stream."""
    return data.startswith(OLE) and _ENCRYPTED in data


# ---------------------------------------------------------------- mails

_HEAD_OF_A_MAIL = 2**16
_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,60})[ \t]*:")
_OF_MAILS = frozenset(
    b"from to cc subject date message-id received return-path delivered-to mime-version content-type x-mailer".split()
)
_CERTAIN = frozenset(b"from received return-path message-id".split())


def mail_fields(data: bytes) -> frozenset[bytes]:
    """Return the header field names at the beginning of a mail, or of any text in that format."""
    fields = set()
    for each in _LINE.finditer(data[:_HEAD_OF_A_MAIL].lstrip().removeprefix(UTF8_MARK).lstrip()):
        line = each[0]
        found = _FIELD.match(line)
        if found:
            fields.add(found[1].lower())
        elif not line.startswith((b" ", b"\t")):
            break
    return frozenset(fields)


_UNDERWAY = frozenset(b"received return-path message-id to cc delivered-to".split())
"""The fields of a delivered mail; a web page saved in mail format has none of them."""


def was_sent(data: bytes) -> bool:
    """Tell whether a file is a delivered mail and not a saved web page."""
    return is_mail(data) and not mail_fields(data).isdisjoint(_UNDERWAY)


def is_mail(data: bytes) -> bool:
    """Tell by its header fields whether a file is a saved mail (.eml)."""
    fields = mail_fields(data)
    return len(fields & _OF_MAILS) > 1 and bool(fields & _CERTAIN)
