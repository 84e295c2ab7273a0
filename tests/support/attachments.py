"""Zips and mails with attachments, byte for byte, as offices send them and worse."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache

UTF8 = 0x800
ENCRYPTED = 0x1
SIZES_FOLLOW = 0x8


@cache
def workbook(text: str = "填报表") -> bytes:
    """Return the smallest zip that is a workbook, with its list of types last, as some programs write it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), f"<workbook>{text}</workbook>")
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
    return stream.getvalue()


OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


class Entry:
    """A file in a zip, with every field that its header has."""

    def __init__(
        self,
        name: str | bytes,
        data: bytes = b"",
        *,
        encoding: str = "utf-8",
        flags: int = 0,
        extra: bytes = b"",
        method: int = zipfile.ZIP_DEFLATED,
        local_name: bytes | None = None,
        size: int | None = None,
        crc: int | None = None,
        packed: bytes | None = None,
    ) -> None:
        self.name = name.encode(encoding) if isinstance(name, str) else name
        self.local_name = self.name if local_name is None else local_name
        self.flags, self.extra, self.method = flags, extra, method
        self.size = len(data) if size is None else size
        self.crc = zlib.crc32(data) if crc is None else crc
        if packed is not None:
            self.packed = packed
        elif method == zipfile.ZIP_DEFLATED:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            self.packed = packer.compress(data) + packer.flush()
        else:
            self.packed = data

    def head(self) -> bytes:
        sizes = (0, 0, 0) if self.flags & SIZES_FOLLOW else (self.crc, len(self.packed), self.size)
        fixed = struct.pack(
            "<HHHHHLLLHH", 20, self.flags, self.method, 0, 33, *sizes, len(self.local_name), len(self.extra)
        )
        return b"PK\3\4" + fixed + self.local_name + self.extra

    def whole(self) -> bytes:
        after = b"PK\7\x08" + struct.pack("<LLL", self.crc, len(self.packed), self.size)
        return self.head() + self.packed + (after if self.flags & SIZES_FOLLOW else b"")

    def listed(self, offset: int) -> bytes:
        fixed = struct.pack(
            "<HHHHHHLLLHHHHHLL",
            *(20, 20, self.flags, self.method, 0, 33, self.crc, len(self.packed), self.size),
            *(len(self.name), len(self.extra), 0, 0, 0, 0, offset),
        )
        return b"PK\1\2" + fixed + self.name + self.extra


def zipped(*entries: Entry, end: bool = True, listed: int = 1) -> bytes:
    """Return a zip; without its ``end`` it is cut off before its directory, which may list each file many times."""
    pieces, directories, offset = [], [], 0
    for entry in entries:
        directories.append(entry.listed(offset) * listed)
        pieces.append(entry.whole())
        offset += len(pieces[-1])
    body, directory = b"".join(pieces), b"".join(directories)
    if not end:
        return body
    count = min(len(entries) * listed, 0xFFFF)
    return body + directory + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), offset, 0)


def unicode_path(raw: bytes, name: str) -> bytes:
    """Return the Info-ZIP field that holds a name in Unicode."""
    content = b"\1" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


# ---------------------------------------------------------------- mails

HEAD = (
    b"Received: from mx.example.gov.cn by mail.example.gov.cn; Fri, 10 Jan 2025 09:20:00 +0800\r\n"
    b"Message-ID: <one@example.gov.cn>\r\nIn-Reply-To: <notice@county.example>\r\n"
    b"References: <first@county.example>\r\n <notice@county.example>\r\n"
    b"From: =?gb18030?B?" + base64.b64encode("夏各庄镇".encode("gb18030")) + b"?= <Town@Example.gov.cn>\r\n"
    b"To: office@county.example\r\nSubject: =?utf-8?B?" + base64.b64encode("年报".encode()) + b"?=\r\n"
    b"Date: Fri, 10 Jan 2025 09:12:33 +0800 (CST)\r\nMIME-Version: 1.0\r\n"
)
SENT, SENDER = "2025-01-10T01:12:33", "town@example.gov.cn"


def part(headers: str | bytes, body: bytes = b"") -> bytes:
    """Return a part of a mail; ``headers`` have their line ends as ``\\n``."""
    raw = headers.encode() if isinstance(headers, str) else headers
    return raw.strip().replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def attached(
    name: str | bytes = "年报.xlsx",
    data: bytes | None = None,
    *,
    kind: str = "application/octet-stream",
    disposition: bytes | None = None,
) -> bytes:
    """Return an attachment in base64; ``disposition`` replaces the whole line of the name."""
    raw = name.encode() if isinstance(name, str) else name
    line = b'attachment; filename="' + raw + b'"' if disposition is None else disposition
    header = b"Content-Disposition: " + line + b"\n" if line else b""
    return part(
        f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n".encode() + header,
        base64.encodebytes(workbook() if data is None else data).replace(b"\n", b"\r\n"),
    )


def text(words: str = "请查收。", kind: str = "plain", charset: str = "gb18030") -> bytes:
    """Return the text of a mail."""
    return part(f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: 8bit", words.encode(charset))


def multipart(parts: Sequence[bytes], kind: str = "mixed", boundary: str = "=_b1", more: str = "") -> bytes:
    """Return a part that contains other parts."""
    bound = boundary.encode()
    body = b"".join(b"--" + bound + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + bound + b"--\r\n"
    return part(f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}', body)


def mail(*parts: bytes, head: bytes = HEAD, kind: str = "mixed", boundary: str = "=_b0", more: str = "") -> bytes:
    """Return a mail of several parts."""
    return head + multipart(parts, kind, boundary, more)


def tnef(*files: tuple[str, str, bytes]) -> bytes:
    """Return a winmail.dat of files, each given by its short name, its long name and its content."""

    def attribute(kind: int, value: bytes) -> bytes:
        return b"\2" + struct.pack("<LL", kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    content = b"\x78\x9f\x3e\x22\1\0" + attribute(0x00089006, b"\0\0\1\0")
    for short, full, data in files:
        content += attribute(0x00069002, bytes(14)) + attribute(0x00018010, short.encode("gbk") + b"\0")
        content += attribute(0x0006800F, data)
        if full:
            name = full.encode("utf-16-le") + b"\0\0"
            content += attribute(0x00069005, b"\1\0\0\0\x1f\0\7\x37\1\0\0\0" + struct.pack("<L", len(name)) + name)
    return content


FAILED = """Reporting-MTA: dns; mail.county.example

Final-Recipient: rfc822; Nobody@example.gov.cn
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

Final-Recipient: rfc822; later@example.gov.cn
Action: delayed
Status: 4.4.1
"""


def bounce(report: str = FAILED) -> bytes:
    """Return what a mail system sends back, with our own mail and its workbook inside."""
    own = mail(text(), attached(), head=HEAD.replace(b"<one@", b"<ours@"), boundary="=_own")
    return mail(
        text("The following message could not be delivered.", charset="utf-8"),
        part("Content-Type: message/delivery-status", report.encode().replace(b"\n", b"\r\n")),
        part("Content-Type: message/rfc822", own),
        kind="report",
        more="; report-type=delivery-status",
    )
