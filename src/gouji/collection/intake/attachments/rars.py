"""A .rar: rarfile reads what is listed in it, and a program of the machine unpacks it.

The list comes first, and the limits with it. The program writes all files to a pipe, one after another: nothing that an
archive says becomes a path, a link or an argument, and what comes out is counted and compared with the checksums of the
list. What was only stored needs no program.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gouji.collection.intake.attachments.contents import LARGEST_WHOLE, MOST_FILES, Budget, File
from gouji.collection.intake.attachments.guard import (
    BROKEN,
    GROWS,
    LOCKED,
    MANY,
    SPLIT,
    Known,
    Oddity,
    chosen,
    shown_name,
    some,
    taken,
)
from gouji.collection.intake.attachments.programs import Missing, outputs
from gouji.runtime.errors import DocumentError

if TYPE_CHECKING:
    from rarfile import RarFile, RarInfo

_MOST_PLACES = 8
"""Places in the output where the next file may begin, after files that the program has left out or has damaged."""

_WITH_AN_END = 29
"""The version of the format since which an archive has an end (2.9); later ones do not say their version."""

_NO_PROGRAM = (
    "这台电脑没有能解开 .rar 压缩包的程序，{}没有拆出来。"
    "请安装 7-Zip 或者 WinRAR（麒麟、统信等系统安装 unar），再收一遍。"
)
_NOT_READ = (
    "这台电脑的解压程序解不出{}：可能是它不认识的压缩方式，也可能已经损坏。"
    "请安装 7-Zip 或者 WinRAR（麒麟、统信等系统安装 unar），再收一遍；还是这样的，请单位重新压缩、重新发送。"
)


def unpacked(data: bytes, budget: Budget) -> Iterator[File | str | Missing]:
    """Yield the files of a .rar, a sentence for each that could not be taken out, and what is missing here for that.

    Raises DocumentError where there is nothing to take out.
    """
    members, is_whole = _listed(data, budget)
    missing = _unpack(data, members)
    by_name = {member.name: member for member in members}
    for member in members:
        if member.chosen and member.data is None and (source := by_name.get(member.copy_of)):
            member.data, member.oddity = source.data, source.oddity
    yield from taken(members, budget, lambda seen: is_whole)
    if missing:
        yield missing


def _unpack(data: bytes, members: Sequence[_Member]) -> Missing | None:
    """Give each chosen file its content, and return what is missing on this machine for those that have none."""
    packed = [member for member in members if member.chosen and not member.is_stored and not member.copy_of]
    if not packed:
        return None
    programs, is_certain = 0, False
    for program, output in outputs(data, ".rar", _size_of_output(members)):
        programs += 1
        _divide(output, members)
        if all(member.data is not None for member in packed):
            return None
        is_certain |= program.is_certain and bool(output)  # without any, it may have lacked memory
    if is_certain:
        return None  # what it has not read is damaged
    waiting = [member for member in packed if member.data is None]
    for member in waiting:
        member.oddity = "waiting"
    sentence = _NOT_READ if programs else _NO_PROGRAM
    return Missing(sentence.format(some([shown_name(member) for member in waiting])))


class _Member(Known):
    """A file in a .rar, with what rarfile knows of it."""

    def __init__(self, info: RarInfo) -> None:
        super().__init__((info.filename or "").replace("\\", "/"), _oddity(info), info.file_size or 0)
        self._checksum, self._long_checksum = info.CRC, info.blake2sp_hash
        self.is_stored = False
        self.copy_of = info.file_redir[2] if _is_copy(info) else ""
        """The name of the file whose content it has: WinRAR can save what is there twice as a reference."""

    def is_intact(self, content: bytes | memoryview) -> bool:
        """Tell by its checksum whether this is its content."""
        if len(content) != self.size:
            return False
        if self._checksum is not None:
            return bool(zlib.crc32(content) == self._checksum)
        from rarfile import Blake2SP

        return bool(self._long_checksum and Blake2SP(content).digest() == self._long_checksum)


def _oddity(info: RarInfo) -> Oddity:
    if info.is_dir():
        return "folder"
    if info.is_symlink() or (info.file_redir is not None and not _is_copy(info)):
        return "link"
    return "locked" if info.needs_password() else ""


def _is_copy(info: RarInfo) -> bool:
    from rarfile import RAR5_XREDIR_FILE_COPY, RAR5_XREDIR_HARD_LINK

    return bool(info.file_redir and info.file_redir[0] in (RAR5_XREDIR_FILE_COPY, RAR5_XREDIR_HARD_LINK))


def _listed(data: bytes, budget: Budget) -> tuple[list[_Member], bool]:
    """Return the files in the list of a .rar, and whether it is whole; what is only stored has its content."""
    import rarfile

    rarfile.RAR_MAX_COMMENT = -1  # or it would start programs for comments
    blocks: list[Any] = []
    try:
        with rarfile.RarFile(io.BytesIO(data), part_only=True, info_callback=blocks.append) as archive:
            infos = archive.infolist()
            if not infos and archive.needs_password():
                raise DocumentError(LOCKED)
            ends = any(block.type == rarfile.RAR_BLOCK_ENDARC for block in blocks)
            is_whole = not archive.strerror() and (ends or all(_is_old(info, len(data)) for info in infos))
            if not infos and not (blocks and is_whole):
                raise DocumentError(BROKEN)
            if any(_is_of_several(block) for block in blocks):
                raise DocumentError(SPLIT)
            if len(infos) > MOST_FILES:
                raise DocumentError(MANY)
            members = [_Member(info) for info in infos]
            chosen(members, len(data), budget)
            for info, member in zip(infos, members, strict=True):
                if member.chosen and not member.copy_of and info.compress_type == rarfile.RAR_M0:
                    member.is_stored, member.data = True, _stored(archive, info, member)
    except (MemoryError, DocumentError):
        raise
    except Exception:  # its readers fail in many ways
        raise DocumentError(BROKEN) from None
    return members, is_whole


def _is_old(info: RarInfo, size: int) -> bool:
    """Tell whether a file was packed before archives had an end, and is whole."""
    return bool((info.extract_version or _WITH_AN_END) < _WITH_AN_END and info.data_offset + info.compress_size <= size)


def _is_of_several(block: Any) -> bool:
    """Tell by one of its headers whether a file is one volume of several."""
    import rarfile

    if block.type == rarfile.RAR_BLOCK_FILE:
        return bool(block.flags & (rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER))
    return bool(block.type == rarfile.RAR_BLOCK_ENDARC and block.flags & rarfile.RAR_ENDARC_NEXT_VOLUME)


def _stored(archive: RarFile, info: RarInfo, member: _Member) -> bytes | None:
    import rarfile

    try:
        with archive.open(info) as stream:
            content = stream.read()
    except (rarfile.Error, EOFError, OSError, ValueError):
        return None
    return content if member.is_intact(content) else None


def _size_of_output(members: Sequence[_Member]) -> int:
    """Return how many bytes a program writes up to the last file that is wanted."""
    last = max(number for number, member in enumerate(members) if member.chosen)
    size = sum(member.size for member in members[: last + 1])
    if size > 2 * LARGEST_WHOLE:
        raise DocumentError(GROWS)
    return size


def _divide(output: bytes, members: Sequence[_Member]) -> None:
    """Give each file its part of the output, by its size and its checksum.

    A program may leave a file out, or write one that is damaged: the next one then begins at one of several places.
    """
    places, view = [0], memoryview(output)
    for member in members:
        if not member.size:
            member.data = b""
            continue
        start = next((place for place in places if member.is_intact(view[place : place + member.size])), None)
        if start is None:
            places = sorted({*places, *(place + member.size for place in places)})[:_MOST_PLACES]
            continue
        if member.data is None:
            member.data = bytes(view[start : start + member.size])
        places = [start + member.size]
