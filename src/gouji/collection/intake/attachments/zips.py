"""A zip from outside: its names in whatever encoding, its files within limits, and what is left of a broken one.

Nothing is written to a disk, no size that is declared is believed. Python's zipfile reads the directory; the files
are inflated here, since it refuses a file whose two names differ, and a whole zip that lacks its end.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from gouji.collection.intake.attachments.contents import LARGEST_WHOLE, MOST_FILES, Budget, File
from gouji.collection.intake.attachments.names import safe_name, text_of
from gouji.runtime.errors import DocumentError
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.signatures import ZIP64_END, ZIP_END, ZIP_ENTRY, ZIP_MEMBER, ZIP_SPLIT

_LONGEST_END = 22 + 0xFFFF

_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_UNICODE_PATH = 0x7075
_STORED, _DEFLATED = 0, 8

_PIECE = 2**13
"""Small enough that what it inflates to costs little before it is looked at."""
_ODD_RATIO, _ODD_SIZE = 200, 4 * 2**20
"""What grows so much is no report; repetitive small files do honestly."""
_DEEPEST_FOLDER = 5

_LEFTOVERS = re.compile(r"(?i)(.*/)?(__MACOSX/.*|\._[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini|\.DS_Store)")
_DOCUMENTS = (
    b"[content_types].xml",
    b"mimetype",
    b"xl/workbook.xml",
    b"word/document.xml",
    b"ofd.xml",
    b"meta-inf/manifest.mf",
    b"index/document.iwa",
)
"""The files by which a zip is a document (or a program) of some kind."""
_DOCUMENT_FOLDERS = (b"xl/", b"word/", b"docprops/", b"_rels/", b"meta-inf/", b"[content_types].xml", b"mimetype")

_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, struct.error)
"""What Python says of a directory that is none."""


def directory(data: bytes) -> bytes | None:
    """Return the list of a zip's files as it stands before its end; None where there is none."""
    end = data.rfind(ZIP_END, max(0, len(data) - _LONGEST_END))
    if end < 0 or len(data) < end + 22:
        return None
    (size,) = struct.unpack_from("<L", data, end + 12)
    if data[max(0, end - 76) : max(0, end - 72)] == ZIP64_END:  # a zip of 64 bits, or of very many files
        end -= 76
        (size,) = struct.unpack_from("<Q", data, end + 40)
    if size > end or (size and not data.startswith(ZIP_ENTRY, end - size)):
        return None
    return data[end - size : end]


def is_document(data: bytes) -> bool:
    """Tell whether a zip is one document, such as a workbook, and no parcel."""
    listed = directory(data)
    if listed is None:  # cut off: what comes first tells
        return data[30 : 30 + 32].lower().startswith(_DOCUMENT_FOLDERS)
    small = listed.lower()
    return any(_lists(listed, small, name) for name in _DOCUMENTS)


def _lists(listed: bytes, small: bytes, name: bytes) -> bool:
    """Tell whether a directory has an entry of a name; ``small`` is the directory in small letters."""
    at = small.find(name)
    while at >= 0:
        length = int.from_bytes(listed[at - 18 : at - 16], "little") if at >= 46 else 0
        if length == len(name) and listed.startswith(ZIP_ENTRY, at - 46):
            return True
        at = small.find(name, at + 1)
    return False


def unzip(data: bytes, budget: Budget) -> Iterator[File | str]:
    """Yield the files of a zip, and a sentence for each that could not be taken.

    Raises DocumentError where there is nothing to be taken.
    """
    listed = directory(data)
    if data.startswith(ZIP_SPLIT):
        raise DocumentError("这是分卷压缩包的一卷，单独拆不开。请单位不分卷，重新压缩、重新发送。")
    if (listed or b"").count(ZIP_ENTRY) > MOST_FILES:
        raise DocumentError(f"压缩包里超过 {MOST_FILES} 个文件，没有拆开。请单位分成几个压缩包重新发送。")
    members = _listed(data) if listed is not None else None
    if members is None:
        yield from _taken(data, _walked(data), budget, (listed or b"").count(ZIP_ENTRY))
    else:
        yield from _taken(data, members, budget, len(members))


class _Member:
    """Where a file stands in a zip, and what is said of it."""

    def __init__(self, name: str, flags: int, method: int, crc: int | None, packed: int | None, offset: int) -> None:
        self.name = name
        self.encrypted = bool(flags & _ENCRYPTED)
        self.method = method
        self.crc = crc
        self.packed = packed
        self.offset = offset
        """Of its header."""

    @property
    def skipped(self) -> bool:
        """Whether it is a folder, or what a system leaves everywhere."""
        return self.name.endswith("/") or bool(_LEFTOVERS.fullmatch(self.name))

    @property
    def names(self) -> tuple[str, ...]:
        """Its folders and its name; parts that lead elsewhere are left out."""
        *folders, own = self.name.rstrip("/").split("/")
        named = [safe_name(part) for part in folders if part.strip(". ") and not re.fullmatch(r"[A-Za-z]:", part)]
        return (*named[-_DEEPEST_FOLDER:], safe_name(own))


class _CutError(Exception):
    """A file is broken or not there to its end."""


class _LargeError(Exception):
    """A file is larger than it may be."""


# ---------------------------------------------------------------- where the files stand


def _listed(data: bytes) -> list[_Member] | None:
    """Return the files that the directory lists, each place once; None where it is of no use."""
    try:
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except _BROKEN:
        return None
    if not any(data.startswith(ZIP_MEMBER, max(0, entry.header_offset)) for entry in entries[:100]):
        return None  # the directory speaks of other places
    found: dict[int, _Member] = {}
    for entry in entries:
        name = _name(*_raw(entry.orig_filename, entry.flag_bits), entry.extra)
        found.setdefault(
            entry.header_offset,
            _Member(name, entry.flag_bits, entry.compress_type, entry.CRC, entry.compress_size, entry.header_offset),
        )
    return list(found.values())


def _raw(name: str, flags: int) -> tuple[bytes, bool]:
    """Return a name's bytes as zipfile has found them."""
    return (name.encode("utf-8", "replace"), True) if flags & _UTF8 else (name.encode("cp437", "replace"), False)


def _walked(data: bytes) -> Iterator[_Member]:
    """Yield the files of a zip without a directory, from the header before each."""
    at = data.find(ZIP_MEMBER)
    for _ in range(MOST_FILES):
        if at < 0 or at + 30 > len(data):
            return
        flags, method = struct.unpack_from("<HH", data, at + 6)
        crc, packed, _, name_length, extra_length = struct.unpack_from("<LLLHH", data, at + 14)
        start = at + 30 + name_length
        name = _name(data[at + 30 : start], bool(flags & _UTF8), data[start : start + extra_length])
        unknown = bool(flags & _SIZES_FOLLOW) and not packed
        member = _Member(name, flags, method, None if unknown else crc, None if unknown else packed, at)
        yield member
        # Whoever took the file has found where it ends. Never look inside it: it may be a zip itself.
        if member.packed is None:
            return
        at = data.find(ZIP_MEMBER, start + extra_length + member.packed)


def _name(raw: bytes, is_utf8: bool, extra: bytes) -> str:
    """Return a name with / between its parts: by the field for Unicode names, by the flag, or by its looks."""
    better = _unicode_path(raw, extra)
    name = text_of(better or raw, "utf-8" if is_utf8 or better else "gbk")
    return name.replace("\x00", "").replace("\\", "/")  # once decoded, no half of a character is a backslash


def _unicode_path(raw: bytes, extra: bytes) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw):
            return field[5:]
        at += 4 + size
    return b""


# ---------------------------------------------------------------- what they hold


def _taken(data: bytes, members: Iterable[_Member], budget: Budget, expected: int) -> Iterator[File | str]:
    locked, count, seen = [], 0, 0
    for member in members:
        seen += 1
        if member.skipped:
            if member.packed is None:
                _passed_over(data, member)
            continue
        shown = member.name.rpartition("/")[2]
        count += 1
        if member.encrypted:
            locked.append(shown)
            continue
        if member.method not in (_STORED, _DEFLATED):
            yield f"“{shown}”用了不常见的压缩方式，没有拆出来。请单位用电脑自带的压缩重新压缩、重新发送。"
            continue
        try:
            content = _content(data, member, budget.largest)
        except _CutError:
            yield f"“{shown}”在压缩包里已经损坏或者不完整，没有拆出来。请单位重新压缩、重新发送。"
            continue
        except _LargeError:
            if budget.bytes < LARGEST_FILE:
                yield _FULL
                return
            yield f"“{shown}”解开以后大得不正常，没有拆出来。请单位检查后重新发送。"
            continue
        if not budget.take(len(content)):
            yield _FULL
            return
        yield File(member.names, content)
    if locked:
        yield (
            f"压缩包加了密码，{_some(locked)}没有拆出来。"
            "请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。"
        )
    if not seen and not data.startswith(ZIP_END):
        raise DocumentError("压缩包已经损坏，里面的文件一个也拆不出来。请单位重新压缩、重新发送。")
    if seen != expected:
        yield "压缩包不完整，后面可能还有文件没有收到。请单位重新压缩、重新发送。"
    elif not count:
        yield "压缩包是空的，里面没有文件。请单位重新发送。"


_FULL = (
    f"压缩包解开以后太大（超过 {LARGEST_WHOLE // 2**20} MB 或者 {MOST_FILES} 个文件），后面的文件没有拆出来。"
    "请单位分成几个压缩包重新发送。"
)


def _some(names: list[str]) -> str:
    quoted = "、".join(f"“{name}”" for name in names[:3])
    return quoted if len(names) <= 3 else f"{quoted}等 {len(names)} 个文件"


def _passed_over(data: bytes, member: _Member) -> None:
    try:
        _content(data, member, LARGEST_FILE)
    except (_CutError, _LargeError):
        return


def _content(data: bytes, member: _Member, largest: int) -> bytes:
    """Return what a file holds, proved by its checksum; the member learns where it ends."""
    at = member.offset
    if at < 0 or not data.startswith(ZIP_MEMBER, at) or at + 30 > len(data):
        raise _CutError
    name_length, extra_length = struct.unpack_from("<HH", data, at + 26)
    start = at + 30 + name_length + extra_length
    end = len(data) if member.packed is None else start + member.packed
    if end > len(data) or start > len(data):
        raise _CutError
    if member.method == _STORED:
        if member.packed is None:
            raise _CutError  # nothing tells where it ends
        if member.packed > largest:
            raise _LargeError
        content = data[start:end]
    else:
        content, used = _inflated(memoryview(data)[start:end], largest)
        if member.packed is None:
            member.packed = used
            after = start + used
            if data.startswith(ZIP_SPLIT, after) and after + 8 <= len(data):
                (member.crc,) = struct.unpack_from("<L", data, after + 4)
    if member.crc is not None and zlib.crc32(content) != member.crc:
        raise _CutError
    return content


def _inflated(packed: memoryview, largest: int) -> tuple[bytes, int]:
    """Return what inflates to no more than is allowed, and how much was read for it."""
    inflater, content, at = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while not inflater.eof and at < len(packed):
        piece = packed[at : at + _PIECE]
        at += len(piece)
        try:
            content += inflater.decompress(piece, largest - len(content) + 1)
        except zlib.error:
            raise _CutError from None
        if len(content) > largest or len(content) > max(_ODD_SIZE, _ODD_RATIO * at):
            raise _LargeError
    if not inflater.eof:
        raise _CutError
    return bytes(content), at - len(inflater.unused_data)
