"""A mail taken apart: who wrote it, its text, and every file that is attached to it in any way.

Python's email package finds the parts. Mails that would keep it busy for very long are refused first: deeply nested
parts, and lines and parts by the hundred thousand.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.feedparser import BytesFeedParser
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import headers
from gouji.collection.intake.attachments.bodies import LONGEST, text_of_html
from gouji.collection.intake.attachments.bounces import REPORTS, Bounce, bounces_in, is_notice
from gouji.collection.intake.attachments.contents import File
from gouji.collection.intake.attachments.courtesies import Courtesy, kind_of_courtesy
from gouji.collection.intake.attachments.names import safe_name, text_of
from gouji.collection.intake.attachments.origin import Origin, origin_of
from gouji.formats.read import ending_of
from gouji.runtime.errors import DocumentError
from gouji.runtime.signatures import OLE, ZIP_MEMBER

_PIECE = 2**16
_MOST_PARTS = 20_000
_MOST_LINES = 2_000_000
_LONGEST_LINE = 16 * 2**20
_MOST_FIELDS = 100_000
_MOST_BOUNDARIES = 100
_MOST_WORK = 10_000_000
"""Lines times boundaries: the parser compares each line with each open boundary."""
_SMALL_PICTURE = 200 * 2**10
"""Larger pictures in the text do not belong to a signature: they may show the report."""

_FIELD = re.compile(rb"(?m)^[\x21-\x39\x3b-\x7e]{1,60}:")
_SEPARATOR = re.compile(rb"(?m)^From [^\r\n]{1,300}\r?\n(?=[\x21-\x39\x3b-\x7e]{1,60}:)")
_UUENCODED = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n")
_OF_EXCHANGE = re.compile(r"(?i)ATT\d{5}\.(txt|html?)")
"""The names that Exchange gives to pieces of the text that it has cut off."""

_ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/zip": ".zip",
    "text/html": ".html",
    "text/plain": ".txt",
    "message/rfc822": ".eml",
}
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_LOCKED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")

_UU = ("x-uuencode", "uuencode", "x-uue", "uue")

LOCKED = "邮件用数字证书加了密或者签了名（S/MIME、PGP），附件取不出来。请在邮件程序里打开，把附件保存到“回收”文件夹。"


class Forwarded(msgspec.Struct, frozen=True):
    """A mail that is attached to another mail."""

    name: str
    message: Message


class Mail(msgspec.Struct, frozen=True):
    """What is in a mail."""

    origin: Origin
    attached: tuple[File | Forwarded, ...] = ()
    text: str = ""
    """The body as plain text."""
    html: str = ""
    """The body as HTML, where it has that form too."""
    remarks: tuple[str, ...] = ()
    notice: bool = False
    """Whether it comes from a mail system: what is in it is mostly a mail of ours."""
    courtesy: Courtesy = ""
    """Which courtesy it is, if nothing is attached to it."""
    bounces: tuple[Bounce, ...] = ()


def parsed(data: bytes) -> Message:
    """Return a mail as Python's email package parses it.

    Raises DocumentError where reading it would take too long, or fails.
    """
    if _is_strange(data):
        raise DocumentError("邮件的结构不正常，没有拆开。请在邮件程序里打开，把附件保存到“回收”文件夹。")
    parser = BytesFeedParser(policy=headers.AsTheyCame())
    data = data.lstrip().removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        return parser.close()
    except MemoryError:
        raise
    except Exception:  # the parser fails in many ways, RecursionError among them
        raise DocumentError("邮件已经损坏，拆不开。请在邮件程序里打开，把附件保存到“回收”文件夹。") from None


def _is_strange(data: bytes) -> bool:
    """Tell whether the parser would take very long for a mail."""
    if _has_long_line(data):
        return True
    ends = data.count(b"\n") + data.count(b"\r")
    boundaries = data.lower().count(b"boundary")
    return (
        ends > 2 * _MOST_LINES
        or boundaries > _MOST_BOUNDARIES
        or ends * boundaries > 2 * _MOST_WORK
        or data.count(b"\n--") + data.count(b"\r--") > _MOST_PARTS
        or (data.count(b":") > _MOST_FIELDS and _has_many_fields(data))
    )


def _has_many_fields(data: bytes) -> bool:
    return any(number >= _MOST_FIELDS for number, _ in enumerate(_FIELD.finditer(data)))


def _has_long_line(data: bytes) -> bool:
    start = 0
    while len(data) - start > _LONGEST_LINE:
        start = data.rfind(b"\n", start, start + _LONGEST_LINE) + 1
        if not start:
            return True
    return False


def mails_in(data: bytes) -> Iterator[bytes]:
    """Yield the mails of an mbox file, as Thunderbird and Foxmail write it."""
    start = -1
    for found in _SEPARATOR.finditer(data):
        if start >= 0:
            yield data[start : found.start()]
        start = found.end()
    if start >= 0:
        yield data[start:]


def taken_apart(message: Message) -> Mail:
    """Return what is in a mail."""
    parts = list(_leaves(message))
    bodies = [part for part, around in parts if _is_body(part, around)]
    texts = [_words(part) for part in bodies if headers.kind(part) != "text/html"]
    pages = [_words(part) for part in bodies if headers.kind(part) == "text/html"]
    html = "\n".join(pages)[:LONGEST]
    text = "\n".join(texts).strip()[:LONGEST] or text_of_html(html).strip()
    origin = origin_of(message)
    courtesy = kind_of_courtesy(message, origin.subject, text)
    if is_notice(message):
        bounces = bounces_in(message, [part for part, _ in parts], " ".join(text.split()))
        if not courtesy and not bounces and headers.kind(message) == "multipart/report":
            courtesy = "automatic"  # a delay, or that it was delivered
        inside = tuple(_attached([(part, around) for part, around in parts if headers.kind(part) not in REPORTS]))
        return Mail(origin, inside, text, notice=True, courtesy=courtesy, bounces=bounces)
    locked = any(headers.kind(part) in _LOCKED for part, _ in parts)
    return Mail(origin, tuple(_attached(parts)), text, html, (LOCKED,) if locked else (), courtesy=courtesy)


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """Yield the parts that have content, in order, each with the content type of the multipart around it."""
    waiting = [(message, "")]
    while waiting:
        part, around = waiting.pop()
        kind = headers.kind(part)
        if part.is_multipart() and not kind.startswith("message/"):
            waiting += [(inner, kind) for inner in reversed(headers.inner_parts(part))]
        else:
            yield part, around


def _is_body(part: Message, around: str) -> bool:
    kind = headers.kind(part)
    if not kind.startswith("text/") or _disposition(part) == "attachment":
        return False
    name = _given_name(part)
    if name:
        return bool(_OF_EXCHANGE.fullmatch(name))
    return kind in ("text/plain", "text/html") or around == "multipart/alternative"


def _words(part: Message) -> str:
    raw = _content(part)
    if len(raw) > LONGEST:  # cut at a line end, so that no character is cut
        raw = raw[:LONGEST].rpartition(b"\n")[0] or raw[:LONGEST]
    return text_of(raw, headers.parameters(part, "Content-Type").get("charset", ""))


# ---------------------------------------------------------------- attachments


def _attached(parts: list[tuple[Message, str]]) -> Iterator[File | Forwarded]:
    count = 0
    for part, around in parts:
        if headers.kind(part) in _SIGNATURES:
            continue
        if part.is_multipart():
            yield from (_forwarded(part, inner) for inner in headers.inner_parts(part)[:1])
            continue
        data = _content(part)
        body = _is_body(part, around)
        if body and not data.startswith((ZIP_MEMBER, OLE)):
            yield from _uuencoded(data)
        elif not _is_small_picture(part, around, data):
            count += 1
            yield File((_name(part, data, count),), data)


def _forwarded(part: Message, inner: Message) -> File | Forwarded:
    named = safe_name(_given_name(part) or headers.words(headers.line(inner, "Subject")), "邮件")
    name = named if named.lower().endswith(".eml") else f"{named}.eml"
    encoding = headers.encoding(part)
    if encoding in ("base64", "quoted-printable") and not inner.keys():  # the standard forbids it, some programs do it
        return File((name,), _decoded(_content(inner), encoding))
    return Forwarded(name, inner)


def _is_small_picture(part: Message, around: str, data: bytes) -> bool:
    """Tell whether a part is a small picture in the text, as in signatures."""
    if not headers.kind(part).startswith("image/") or len(data) > _SMALL_PICTURE:
        return False
    if _disposition(part) == "attachment":
        return around == "multipart/related" and bool(headers.line(part, "Content-ID"))
    return around == "multipart/related" or bool(headers.line(part, "Content-ID")) or _disposition(part) == "inline"


def _name(part: Message, data: bytes, number: int) -> str:
    given = safe_name(_given_name(part), "")
    if given:
        return given
    return f"附件{number}{_ENDINGS.get(headers.kind(part)) or ending_of(data)}"


def _given_name(part: Message) -> str:
    """Return the name that a part states: an intact one rather than one that has become question marks."""
    names = [
        headers.parameters(part, "Content-Disposition").get("filename", ""),
        headers.parameters(part, "Content-Type").get("name", ""),
    ]
    whole = [name for name in names if name and "??" not in name and "\ufffd" not in name]
    return (whole or [name for name in names if name] or [""])[0]


def _disposition(part: Message) -> str:
    return headers.line(part, "Content-Disposition").partition(";")[0].strip().lower()


def _content(part: Message) -> bytes:
    """Return the bytes of a part."""
    raw = part.get_payload(decode=True)  # not decoded yet: see the policy AsTheyCame
    return _decoded(raw, headers.encoding(part)) if isinstance(raw, bytes) else b""


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return headers.base64_of(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding in _UU:
        return next((file.data for file in _uuencoded(raw)), raw)
    return raw


def _uuencoded(raw: bytes) -> Iterator[File]:
    """Yield the files that old programs have encoded into the text (uuencode)."""
    end = 0
    while found := _UUENCODED.search(raw, end):
        end = raw.find(b"\nend", found.end())
        if end < 0:
            return
        content = bytearray()
        for line in raw[found.end() : end].split(b"\n"):
            try:
                content += binascii.a2b_uu(line.rstrip(b"\r"))
            except binascii.Error:  # some programs pad the last line wrongly: its first byte says how long it is
                size = ((line[0] - 32 & 63) * 4 + 5) // 3 if line else 0
                try:
                    content += binascii.a2b_uu(line[:size])
                except binascii.Error:
                    return
        yield File((safe_name(text_of(found[1]), "附件"),), bytes(content))
