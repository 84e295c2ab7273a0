"""A zip from outside: names in any encoding, files within limits, and whatever is intact in a broken one.

Nothing is written to the disk, and no declared size is believed. Python's zipfile reads the directory (the list of
files at the end); the files are inflated here, because zipfile refuses a file whose two names differ, and any zip
without its end.
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
from gouji.formats.read import is_whole
from gouji.runtime.errors import DocumentError
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.signatures import ZIP64_END, ZIP_END, ZIP_ENTRY, ZIP_MEMBER, ZIP_SPLIT

_HEADER_SIZE = 30
"""Bytes of the header of a file before its name."""
_ENTRY_SIZE = 46
"""Bytes of an entry of the directory before its name."""
_LONGEST_END = 22 + 0xFFFF

_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_UNICODE_PATH = 0x7075
_STORED, _DEFLATED = 0, 8

_PIECE = 2**13
"""Bytes inflated at a time: few enough that the result is cheap until it is checked."""
_ODD_RATIO, _ODD_SIZE = 200, 4 * 2**20
"""A file that grows this much is not a report; small repetitive files may."""
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
"""A zip with one of these files is a document, or a program, of some kind."""
_DOCUMENT_FOLDERS = (b"xl/", b"word/", b"docprops/", b"_rels/", b"meta-inf/", b"[content_types].xml", b"mimetype")

_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, struct.error)
"""What zipfile raises for a broken directory."""


def directory(data: bytes) -> bytes | None:
    """Return the directory of a zip, the bytes before its end record; None where there is none."""
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
    """Tell whether a zip is one document, such as a workbook, and not a container."""
    listed = directory(data)
    if listed is None:  # cut off: go by the name of the first file
        return data[_HEADER_SIZE : _HEADER_SIZE + 32].lower().startswith(_DOCUMENT_FOLDERS)
    small = listed.lower()
    return any(_lists(listed, small, name) for name in _DOCUMENTS)


def _lists(listed: bytes, small: bytes, name: bytes) -> bool:
    """Tell whether a directory has an entry of a name; ``small`` is the directory in lower case."""
    start = small.find(name)
    while start >= 0:
        entry = start - _ENTRY_SIZE  # the fixed part of an entry stands before its name
        length = int.from_bytes(listed[entry + 28 : entry + 30], "little") if entry >= 0 else 0
        if length == len(name) and listed.startswith(ZIP_ENTRY, entry):
            return True
        start = small.find(name, start + 1)
    return False


def unzip(data: bytes, budget: Budget) -> Iterator[File | str]:
    """Yield the files of a zip, and a sentence for each that could not be taken out.

    Raises DocumentError where there is nothing to take out.
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
    """Where a file is in a zip, and what its header says."""

    def __init__(self, name: str, flags: int, method: int, crc: int | None, packed: int | None, offset: int) -> None:
        self.name = name
        self.encrypted = bool(flags & _ENCRYPTED)
        self.method = method
        self.crc = crc
        self.packed = packed
        self.offset = offset
        """The position of its header."""

    @property
    def is_folder(self) -> bool:
        """Whether it is no file."""
        return self.name.endswith("/")

    @property
    def is_leftover(self) -> bool:
        """Whether it has the name of a file that operating systems leave everywhere; its content decides."""
        return bool(_LEFTOVERS.fullmatch(self.name))

    @property
    def names(self) -> tuple[str, ...]:
        """Its folders and its name; parts that would lead out of the folder are left out."""
        *folders, own = self.name.rstrip("/").split("/")
        named = [safe_name(part) for part in folders if part.strip(". ") and not re.fullmatch(r"[A-Za-z]:", part)]
        return (*named[-_DEEPEST_FOLDER:], safe_name(own))


class _CutError(Exception):
    """A file is broken or cut off."""


class _LargeError(Exception):
    """A file is larger than it may be."""


# ---------------------------------------------------------------- where the files are


def _listed(data: bytes) -> list[_Member] | None:
    """Return the files in the directory, each position once; None where the directory is of no use."""
    try:
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except _BROKEN:
        return None
    if not any(data.startswith(ZIP_MEMBER, max(0, entry.header_offset)) for entry in entries[:100]):
        return None  # the positions in the directory are wrong
    found: dict[int, _Member] = {}
    for entry in entries:
        name = _name(*_raw(entry.orig_filename, entry.flag_bits), entry.extra)
        found.setdefault(
            entry.header_offset,
            _Member(name, entry.flag_bits, entry.compress_type, entry.CRC, entry.compress_size, entry.header_offset),
        )
    return list(found.values())


def _raw(name: str, flags: int) -> tuple[bytes, bool]:
    """Return the bytes of a name that zipfile has decoded, and whether they are UTF-8."""
    return (name.encode("utf-8", "replace"), True) if flags & _UTF8 else (name.encode("cp437", "replace"), False)


def _walked(data: bytes) -> Iterator[_Member]:
    """Yield the files of a zip without a directory, by the header before each."""
    position = data.find(ZIP_MEMBER)
    for _ in range(MOST_FILES):
        if position < 0 or position + _HEADER_SIZE > len(data):
            return
        flags, method = struct.unpack_from("<HH", data, position + 6)
        crc, packed, _, name_length, extra_length = struct.unpack_from("<LLLHH", data, position + 14)
        start = position + _HEADER_SIZE + name_length
        name = _name(data[position + _HEADER_SIZE : start], bool(flags & _UTF8), data[start : start + extra_length])
        unknown = bool(flags & _SIZES_FOLLOW) and not packed
        member = _Member(name, flags, method, None if unknown else crc, None if unknown else packed, position)
        yield member
        # The consumer has inflated the file and so knows where it ends. Never search inside it: it may be a zip.
        if member.packed is None:
            return
        position = data.find(ZIP_MEMBER, start + extra_length + member.packed)


def _name(raw: bytes, is_utf8: bool, extra: bytes) -> str:
    """Return a name with / between its parts: by the field for Unicode names, by the flag, or by guessing."""
    better = _unicode_path(raw, extra)
    name = text_of(better or raw, "utf-8" if is_utf8 or better else "gbk")
    # Only after decoding: half of a GBK character may look like a backslash.
    return name.replace("\x00", "").replace("\\", "/")


def _unicode_path(raw: bytes, extra: bytes) -> bytes:
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        field = extra[position + 4 : position + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw):
            return field[5:]
        position += 4 + size
    return b""


# ---------------------------------------------------------------- what is in them


def _taken(data: bytes, members: Iterable[_Member], budget: Budget, expected: int) -> Iterator[File | str]:
    locked, count, seen = [], 0, 0
    for member in members:
        seen += 1
        if member.is_folder:
            if member.packed is None:
                _passed_over(data, member)
            continue
        if member.is_leftover:
            content = _leftover(data, member, budget)
            if is_whole(content) and budget.take(len(content)):
                count += 1
                yield File(member.names, content)
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


def _leftover(data: bytes, member: _Member, budget: Budget) -> bytes:
    """Return the content of a file that has the name of a leftover; nothing where there is none to be had."""
    if member.encrypted or member.method not in (_STORED, _DEFLATED):
        return b""
    try:
        return _content(data, member, budget.largest)
    except (_CutError, _LargeError):
        return b""


def _passed_over(data: bytes, member: _Member) -> None:
    try:
        _content(data, member, LARGEST_FILE)
    except (_CutError, _LargeError):
        return


def _content(data: bytes, member: _Member, largest: int) -> bytes:
    """Return the content of a file, checked by its checksum; sets ``member.packed`` where it was unknown."""
    position = member.offset
    if position < 0 or not data.startswith(ZIP_MEMBER, position) or position + _HEADER_SIZE > len(data):
        raise _CutError
    name_length, extra_length = struct.unpack_from("<HH", data, position + 26)
    start = position + _HEADER_SIZE + name_length + extra_length
    end = len(data) if member.packed is None else start + member.packed
    if end > len(data) or start > len(data):
        raise _CutError
    if member.method == _STORED:
        if member.packed is None:
            raise _CutError  # nothing says where it ends
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
    """Inflate, to at most so many bytes; return the content and the number of bytes read for it."""
    inflater, content, position = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while not inflater.eof and position < len(packed):
        piece = packed[position : position + _PIECE]
        position += len(piece)
        try:
            content += inflater.decompress(piece, largest - len(content) + 1)
        except zlib.error:
            raise _CutError from None
        if len(content) > largest or len(content) > max(_ODD_SIZE, _ODD_RATIO * position):
            raise _LargeError
    if not inflater.eof:
        raise _CutError
    return bytes(content), position - len(inflater.unused_data)
