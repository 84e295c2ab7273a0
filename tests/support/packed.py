"""Archives beside zip, and Outlook mails, byte for byte: as programs write them, and worse."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from unittest import mock

# ---------------------------------------------------------------- .rar


def _number(value: int) -> bytes:
    """Return a number as RAR 5 writes it: seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _block(kind: int, flags: int, fields: bytes, data: bytes | None = None, extra: bytes = b"") -> bytes:
    flags |= (1 if extra else 0) | (0 if data is None else 2)
    sizes = (_number(len(extra)) if extra else b"") + (b"" if data is None else _number(len(data)))
    content = _number(kind) + _number(flags) + sizes + fields + extra
    checked = _number(len(content)) + content
    return struct.pack("<L", zlib.crc32(checked)) + checked + (data or b"")


def _record(kind: int, content: bytes) -> bytes:
    content = _number(kind) + content
    return _number(len(content)) + content


class InRar:
    """A file in a .rar: ``packed`` with a code of its own, or only stored."""

    def __init__(
        self,
        name: str,
        data: bytes = b"",
        *,
        packed: bool = False,
        locked: bool = False,
        redirected: tuple[int, str] | None = None,
        split: bool = False,
        size: int | None = None,
        crc: int | None = None,
    ) -> None:
        self.data = _as_literals(data) if packed and data else data
        checksum = zlib.crc32(data) if crc is None else crc
        raw = name.encode()
        self.fields = (
            *(_number(4), _number(len(data) if size is None else size), _number(0x20), struct.pack("<L", checksum)),
            *(_number(3 << 7 if packed else 0), _number(0), _number(len(raw)), raw),
        )
        self.flags = 0x10 if split else 0
        self.extra = _record(1, bytes(3) + bytes(32)) if locked else b""
        if redirected:
            kind, target = redirected
            self.extra += _record(5, bytes([kind, 0]) + _number(len(target.encode())) + target.encode())

    def whole(self) -> bytes:
        return _block(2, self.flags, b"".join(self.fields), self.data, self.extra)


def rar(*files: InRar, end: bool = True, next_volume: bool = False) -> bytes:
    """Return a .rar of version 5."""
    body = b"".join(file.whole() for file in files)
    ending = _block(5, 0, _number(1 if next_volume else 0)) if end else b""
    return b"Rar!\x1a\x07\x01\x00" + _block(1, 0, _number(0)) + body + ending


def locked_rar() -> bytes:
    """Return a .rar whose list of files is encrypted."""
    return b"Rar!\x1a\x07\x01\x00" + _block(4, 0, bytes(3) + bytes(16)) + bytes(64)


def _as_literals(data: bytes) -> bytes:
    """Return data as RAR 5 packs it, by a code in which each byte stands for itself."""
    # The lengths of the lengths: one bit for a length of eight and for a run of zeros, none for the others.
    bits = "".join("0001" if length in (8, 19) else "0000" for length in range(20))
    bits += "0" * 256 + "".join("1" + format(zeros - 11, "07b") for zeros in (138, 36))
    bits += "".join(format(byte, "08b") for byte in data)
    size = -(-len(bits) // 8)
    used = len(bits) - 8 * (size - 1)
    content = int(bits.ljust(8 * size, "0"), 2).to_bytes(size, "big")
    flags, length = 0xC0 | 2 << 3 | (used - 1), size.to_bytes(3, "little")
    checksum = 0x5A ^ flags ^ length[0] ^ length[1] ^ length[2]
    return bytes([flags, checksum]) + length + content


# ---------------------------------------------------------------- .tar and .7z


def tarred(*files: tuple[str, bytes], packing: str = "", form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar; ``packing`` is gz, bz2, xz or nothing."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{packing}", format=form, encoding="utf-8") as archive:  # type: ignore[call-overload]
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def linked(name: str, target: str) -> bytes:
    """Return a tar with a symbolic link."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = tarfile.SYMTYPE, target
        archive.addfile(entry)
    return stream.getvalue()


def sevenzip(*files: tuple[str, bytes], password: str = "", names_too: bool = False, before: bytes = b"") -> bytes:
    """Return a .7z, or one with more files; with a password, the list of files may be encrypted too."""
    from py7zr import SevenZipFile

    stream, mode = io.BytesIO(before), "a" if before else "w"
    any_name = mock.patch("py7zr.py7zr.check_archive_path", return_value=True)
    with any_name, SevenZipFile(stream, mode, password=password or None, header_encryption=names_too) as archive:
        for name, data in files:
            archive.writestr(data, name)
    return stream.getvalue()


# ---------------------------------------------------------------- .msg

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_SECTOR, _SMALL, _SMALLEST_STREAM = 512, 64, 4096

Tree = dict[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """Return a compound file ([MS-CFB]) of storages, which are dicts, and streams."""
    entries: list[list[object]] = []  # name, kind, left, right, child, content
    small, sectors, table = bytearray(), bytearray(), []

    def add(name: str, content: bytes | Tree, kind: int) -> int:
        number = len(entries)
        entry: list[object] = [name, kind, _FREE, _FREE, _FREE, b""]
        entries.append(entry)
        if isinstance(content, bytes):
            entry[5] = content
        else:
            entry[4] = siblings([add(*item, 1 if isinstance(item[1], dict) else 2) for item in content.items()])
        return number

    def siblings(numbers: list[int]) -> int:
        """Link the entries of a storage to a tree that is in order, and return its top."""
        ordered = sorted(numbers, key=lambda number: (len(str(entries[number][0])), str(entries[number][0]).upper()))
        if not ordered:
            return _FREE
        middle = len(ordered) // 2
        top = entries[ordered[middle]]
        top[2], top[3] = siblings(ordered[:middle]), siblings(ordered[middle + 1 :])
        return ordered[middle]

    def chained(content: bytes) -> int:
        """Append a content to the sectors and return where it begins."""
        if not content:
            return _END
        first, count = len(table), -(-len(content) // _SECTOR)
        table.extend([*range(first + 1, first + count), _END])
        sectors.extend(content.ljust(count * _SECTOR, b"\0"))
        return first

    add("Root Entry", tree, 5)
    places, small_table = [], []
    for _, kind, _, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind != 2 or not content:
            places.append((_END if kind == 2 else 0, 0))
        elif len(content) < _SMALLEST_STREAM:
            first, count = len(small_table), -(-len(content) // _SMALL)
            small_table += [*range(first + 1, first + count), _END]
            small.extend(content.ljust(count * _SMALL, b"\0"))
            places.append((first, len(content)))
        else:
            places.append((chained(content), len(content)))
    places[0] = (chained(bytes(small)), len(small))
    directory = b"".join(
        (str(name) + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBLLL", 2 * len(str(name)) + 2, kind, 1, left, right, child)
        + bytes(36)
        + struct.pack("<LQ", *place)
        for (name, kind, left, right, child, _), place in zip(entries, places, strict=True)
    )
    directory_at = chained(directory)
    small_at = chained(struct.pack(f"<{len(small_table)}L", *small_table)) if small_table else _END
    count = 1
    while len(table) + count > count * (_SECTOR // 4):
        count += 1
    tables_at = len(table)
    table += [0xFFFFFFFD] * count
    table += [_FREE] * (count * (_SECTOR // 4) - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack(
        "<LLLLLLLLL", 0, count, directory_at, 0, 4096, small_at, -(-len(small_table) * 4 // 512), _END, 0
    )
    head += struct.pack("<109L", *range(tables_at, tables_at + count), *[_FREE] * (109 - count))
    return head + bytes(sectors) + struct.pack(f"<{len(table)}L", *table)


def _texts(values: dict[int, str]) -> Tree:
    return {f"__substg1.0_{tag:04X}001F": value.encode("utf-16-le") for tag, value in values.items() if value}


def _properties(head: int, *fixed: tuple[int, int, int], attached: int = 0) -> Tree:
    packed = b"".join(struct.pack("<HHLQ", kind, tag, 6, value) for tag, kind, value in fixed)
    counted = bytes(20) + struct.pack("<L", attached) + bytes(8)
    return {"__properties_version1.0": (counted[:head] if head > 20 else bytes(head)) + packed}


SENT_TICKS = 133_809_451_530_000_000
"""10 January 2025, 01:12:33 UTC."""


def outlook_tree(
    *attached: tuple[str, bytes | Tree],
    sender: str = "Town@Example.gov.cn",
    subject: str = "年报",
    body: str = "请查收。",
    transport: str = "",
    inside: bool = False,
) -> Tree:
    """Return what is in a .msg; what is attached is a file, or the tree of another mail."""
    tree: Tree = {
        **_properties(24 if inside else 32, (0x0039, 0x0040, SENT_TICKS), attached=len(attached)),
        **_texts(
            {0x001A: "IPM.Note", 0x0037: subject, 0x1000: body, 0x0C1A: "夏各庄镇", 0x5D01: sender, 0x007D: transport}
        ),
    }
    for number, (name, content) in enumerate(attached):
        data = {"__substg1.0_37010102": content} if isinstance(content, bytes) else {"__substg1.0_3701000D": content}
        tree[f"__attach_version1.0_#{number:08X}"] = {
            **_properties(8),
            **_texts({0x3707: name, 0x3704: "SHORT~1.XLS"}),
            **data,
        }
    return tree


def outlook(*attached: tuple[str, bytes | Tree], **options: str) -> bytes:
    """Return an Outlook mail (.msg)."""
    return compound({"__nameid_version1.0": {}, **outlook_tree(*attached, **options)})  # type: ignore[arg-type]
