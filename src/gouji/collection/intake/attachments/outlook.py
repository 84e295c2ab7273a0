"""An Outlook mail (.msg) as the mail that it was: headers, text and attachments, for whoever takes mails apart.

A .msg is a compound file of MAPI properties ([MS-OXMSG]). Only what a mail of the internet has is read. Names and sizes
in it are not trusted: together the streams that are read cannot be larger than the file.
"""

from __future__ import annotations

import datetime
import email.utils
import io
import re
import struct
from collections.abc import Iterator
from email.feedparser import BytesFeedParser
from email.message import Message
from urllib.parse import quote

import olefile

from gouji.collection.intake.attachments import headers
from gouji.collection.intake.attachments.contents import MOST_FILES
from gouji.collection.intake.attachments.names import text_of
from gouji.runtime.errors import DocumentError, on_one_line

_UNICODE, _CODE_PAGE, _BINARY, _STORAGE, _TIME, _FLAG = 0x001F, 0x001E, 0x0102, 0x000D, 0x0040, 0x000B
"""The types of properties."""
_CLASS, _SUBJECT, _BODY, _PAGE, _HEADERS = 0x001A, 0x0037, 0x1000, 0x1013, 0x007D
_IDENTIFIERS = (("Message-ID", 0x1035), ("In-Reply-To", 0x1042), ("References", 0x1039))
_MOMENTS = (0x0039, 0x0E06)
"""When a mail was sent, and when it was delivered."""
_SENDERS = (((0x5D02, 0x0065), 0x0042), ((0x5D01, 0x0C1F), 0x0C1A))
"""The addresses and the name of whom a mail is from, and of who has sent it for them."""
_RECIPIENT = (0x39FE, 0x3003)
_DATA, _NAMES, _KIND, _CONTENT_ID, _HIDDEN = 0x3701, (0x3707, 0x3704, 0x3001), 0x370E, 0x3712, 0x7FFE

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT, _RECIPIENTS = "__attach_version1.0_#", "__recip_version1.0_#"
_HEAD, _HEAD_OF_EMBEDDED, _HEAD_OF_PART = 32, 24, 8
"""Bytes before the properties of a mail, of a mail in it, and of an attachment."""
_DEEPEST = 8
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_ABOUT_PARTS = ("content-", "mime-version")
"""Headers about the parts of a mail as it travelled: Outlook has put the parts together in its own way."""
_MAY_BE_A_KIND = re.compile(r"(?!multipart/)[a-z]+/[\w.+-]+")
_PICTURE = re.compile(r"(?i).*\.(png|jpe?g|gif|bmp)")

_BROKEN = (
    "Outlook 邮件（.msg）已经损坏，附件取不出来。"
    "请在 Outlook 里打开，把附件保存到“回收”文件夹；打不开的，请单位重新发送。"
)

Path = tuple[str, ...]
"""The storages that lead to a mail or an attachment in the file."""


def message_of(data: bytes) -> tuple[Message, bool]:
    """Return a .msg as a mail, and whether all attachments that it counts are there.

    Raises DocumentError where it is damaged and no attachment is left.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            mail = _Outlook(container, len(data))
            message = mail.message()
            is_damaged = bool(container.parsing_issues) or not mail.is_whole
    except MemoryError:
        raise
    except Exception:  # it fails in many ways
        raise DocumentError(_BROKEN) from None
    if is_damaged and not mail.attached:
        raise DocumentError(_BROKEN)
    return message, mail.is_whole


class _Outlook:
    """A .msg that is being read."""

    def __init__(self, container: olefile.OleFileIO, size: int) -> None:
        self._container = container
        self._left = size
        """Bytes that may still be read: streams that overlap would be more than the file."""
        self.attached, self.is_whole = 0, bool(container.exists(_PROPERTIES))
        self._storages: dict[Path, list[str]] = {}
        for path in map(tuple, container.listdir(streams=False, storages=True)):
            self._storages.setdefault(path[:-1], []).append(path[-1])

    def message(self, path: Path = (), depth: int = 0) -> Message:
        """Return the mail in a storage."""
        message = _part("multipart/mixed")
        fixed = self._fixed(path, _HEAD_OF_EMBEDDED if path else _HEAD)
        for name, value in self._headers(path, fixed):
            message[name] = value
        if self._text(path, _CLASS).upper().startswith("REPORT.") and "X-Failed-Recipients" not in message:
            message["X-Failed-Recipients"] = ", ".join(self._recipients(path))
        message.attach(_part("text/plain; charset=utf-8", self._text(path, _BODY).encode("utf-8", "replace")))
        page = self._bytes(path, _PAGE, _BINARY) or self._text(path, _PAGE).encode("utf-8", "replace")
        if page:
            message.attach(_part("text/html; charset=gbk", page))
        names = self._inside(path, _ATTACHMENT)
        self.attached += len(names)
        self.is_whole &= len(names) >= self._number_of_attachments(path)
        for name in names if depth < _DEEPEST else ():
            if attached := self._attachment((*path, name), page, depth):
                message.attach(attached)
        return message

    def _headers(self, path: Path, fixed: dict[tuple[int, int], bytes]) -> Iterator[tuple[str, str]]:
        """Yield the headers as they travelled; where there are none, what Outlook knows of the mail."""
        parser = BytesFeedParser(policy=headers.AsTheyCame())
        parser.feed(self._text(path, _HEADERS).strip().encode("utf-8", "replace"))
        travelled = [
            (name, value) for name, value in parser.close().raw_items() if not name.lower().startswith(_ABOUT_PARTS)
        ]
        yield from travelled
        known = {name.lower() for name, _ in travelled}
        if "from" not in known:
            yield from self._sender(path)
        if "subject" not in known:
            yield "Subject", on_one_line(self._text(path, _SUBJECT))
        for name, tag in _IDENTIFIERS:
            if name.lower() not in known:
                yield name, on_one_line(self._text(path, tag))
        moment = next((fixed[tag, _TIME] for tag in _MOMENTS if (tag, _TIME) in fixed), None)
        if "date" not in known and moment:
            (ticks,) = struct.unpack("<Q", moment)
            yield "Date", email.utils.format_datetime(_EPOCH + datetime.timedelta(microseconds=ticks // 10))

    def _sender(self, path: Path) -> Iterator[tuple[str, str]]:
        for tags, name_tag in _SENDERS:
            address = next((text for tag in tags if "@" in (text := self._text(path, tag))), "")
            name = on_one_line(self._text(path, name_tag)).replace("\\", "").replace('"', "")
            if address or name:
                yield "From", f'"{name}" <{on_one_line(address)}>' if address else f'"{name}"'
                return

    def _recipients(self, path: Path) -> Iterator[str]:
        for name in self._inside(path, _RECIPIENTS):
            inner = (*path, name)
            yield from [text for tag in _RECIPIENT if "@" in (text := on_one_line(self._text(inner, tag)))][:1]

    def _attachment(self, path: Path, page: bytes, depth: int) -> Message | None:
        name = next((text for tag in _NAMES if (text := self._text(path, tag))), "")
        embedded = (*path, _stream(_DATA, _STORAGE))
        if self._container.exists([*embedded, _PROPERTIES]):
            part = _part("message/rfc822")
            part.attach(self.message(embedded, depth + 1))
        else:
            content = self._bytes(path, _DATA, _BINARY)
            if content is None:
                return None  # a link, or an object in the text
            kind = self._text(path, _KIND).strip().lower()
            if not _MAY_BE_A_KIND.fullmatch(kind):
                kind = "image/png" if _PICTURE.fullmatch(name) else "application/octet-stream"
            part = _part(kind, content)
        identifier = self._text(path, _CONTENT_ID).strip()
        hidden = any(self._fixed(path, _HEAD_OF_PART).get((_HIDDEN, _FLAG), b""))
        in_text = bool(identifier) and (hidden or f"cid:{identifier}".encode("utf-8", "replace") in page)
        if in_text:
            part["Content-ID"] = f"<{on_one_line(identifier)}>"
        part["Content-Disposition"] = (
            f"{'inline' if in_text else 'attachment'}; filename*=utf-8''{quote(name, errors='replace')}"
        )
        return part

    # ---------------------------------------------------------------- properties

    def _inside(self, path: Path, beginning: str) -> list[str]:
        names = sorted(name for name in self._storages.get(path, ()) if name.startswith(beginning))
        return names[: MOST_FILES + 1]

    def _fixed(self, path: Path, head: int) -> dict[tuple[int, int], bytes]:
        """Return the properties of a fixed size, by what they are and their type."""
        raw = self._read((*path, _PROPERTIES)) or b""
        found = {}
        for start in range(head, len(raw) - 15, 16):
            kind, tag = struct.unpack_from("<HH", raw, start)
            found[tag, kind] = raw[start + 8 : start + 16]
        return found

    def _number_of_attachments(self, path: Path) -> int:
        (number,) = struct.unpack_from("<L", (self._read((*path, _PROPERTIES)) or b"").ljust(24, b"\0"), 20)
        return int(number)

    def _text(self, path: Path, tag: int) -> str:
        raw = self._bytes(path, tag, _UNICODE)
        if raw is not None:
            return raw.decode("utf-16-le", "replace").rstrip("\0")
        return text_of(self._bytes(path, tag, _CODE_PAGE) or b"", "gbk").rstrip("\0")

    def _bytes(self, path: Path, tag: int, kind: int) -> bytes | None:
        return self._read((*path, _stream(tag, kind)))

    def _read(self, path: Path) -> bytes | None:
        if self._container.get_type(list(path)) != olefile.STGTY_STREAM:
            return None
        self._left -= self._container.get_size(list(path))
        if self._left < 0:
            raise ValueError("the streams are larger than the file")
        with self._container.openstream(list(path)) as stream:
            return bytes(stream.read())


def _stream(tag: int, kind: int) -> str:
    return f"__substg1.0_{tag:04X}{kind:04X}"


def _part(kind: str, content: bytes | None = None) -> Message:
    part = Message(policy=headers.AsTheyCame())
    part["Content-Type"] = kind
    if content is not None:
        part.set_payload(content.decode("ascii", "surrogateescape"))
    return part
