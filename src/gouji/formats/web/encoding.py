"""The text of a saved page: out of its archive, and out of whatever encoding it is in."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from email.message import EmailMessage

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

LARGEST_PAGE = 20 * 2**20
MOST_PARTS = 50
"""Archives within archives; a saved page is one, in a message perhaps."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_HEAD = 4096
_ARCHIVE = re.compile(rb"\s*(?:[A-Za-z-]{2,40}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n)*){1,40}")
_IS_MIME = re.compile(
    rb"^(?:mime-version|content-type):\s*(?:1\.0|multipart/related|text/html)", re.IGNORECASE | re.MULTILINE
)


def is_archive(data: bytes) -> bool:
    """Tell whether the bytes are a page with its pictures in one file (.mht)."""
    head = _ARCHIVE.match(data[: 2 * _HEAD].replace(b"\r\n", b"\n"))
    return bool(head and _IS_MIME.search(head.group()))


def text_of(data: bytes) -> str:
    """Return the HTML of a page.

    Raises DocumentError for one that is larger than any report, or an archive that holds none.
    """
    if len(data) > LARGEST_PAGE:
        raise DocumentError(TOO_LARGE)
    if not is_archive(data):
        return decoded(data)
    if data.count(b"boundary") > MOST_PARTS:
        raise DocumentError(TOO_LARGE)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
        contents = [(_bytes(part), part.get_content_charset()) for part in pages]
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError):
        raise DocumentError(BROKEN) from None
    if not contents:
        raise DocumentError(BROKEN)
    # The page itself comes first; frames and the banners of a portal are pages too, but smaller.
    content, charset = max(contents, key=lambda page: len(page[0]))
    return decoded(content, charset)


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def decoded(data: bytes, charset: str | None = None) -> str:
    """Return a text in the encoding in which it makes sense: as marked, as declared, or what it must be."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    declared = _DECLARED.search(data[:_HEAD])
    named = [name for name in (charset, declared[1].decode() if declared else None) if name]
    tried = dict.fromkeys([*map(_known, named), *_without_mark(data), "utf-8", "gb18030"])
    for encoding in filter(None, tried):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    # A damaged character or two: the encoding that loses least.
    texts = [data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    return min(texts, key=lambda text: text.count("\ufffd"))


def _known(name: str) -> str | None:
    """Return the encoding of a name; those of GB are all read as the largest of them."""
    name = name.lower()
    if name.startswith(("gb", "x-gbk", "cp936", "hz-gb")) and "big" not in name:
        return "gb18030"
    if name.startswith(("utf-16", "unicode")):
        return None  # a page that can be searched for the word is none
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _without_mark(data: bytes) -> list[str]:
    """Return the encodings of two bytes a character that a text without a mark seems to have."""
    head = data[:_HEAD]
    if head.count(0) * 5 < len(head):
        return []
    return ["utf-16-le"] if head[1::2].count(0) >= head[::2].count(0) else ["utf-16-be"]
