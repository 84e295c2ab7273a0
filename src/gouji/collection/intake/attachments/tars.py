"""A tar, packed or not, and a single file packed by gzip, bzip2 or xz: Python's own modules, as a counted stream."""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from typing import Protocol

from gouji.collection.intake.attachments.contents import LARGEST_WHOLE, MOST_FILES, Budget, File
from gouji.collection.intake.attachments.guard import (
    ODD_RATIO,
    ODD_SIZE,
    CutError,
    GrowsError,
    LargeError,
    Oddity,
    taken,
)
from gouji.collection.intake.attachments.names import safe_name, text_of
from gouji.runtime.signatures import is_tar, packing

_PIECE = 2**16
_BLOCK = 512
"""Bytes of a header; the end of a tar is such a block of zeros."""
_MOST_ENTRIES = 4 * MOST_FILES
"""Folders and links among them."""
_LARGEST_DICTIONARY = 256 * 2**20
"""Bytes of memory that an .xz may ask for; the highest setting of its program needs 65 MB."""

_ENDINGS = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
"""The endings of packed files, each with what stands in its place after unpacking."""
_BROKEN = (tarfile.TarError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, OverflowError, RecursionError)
"""What the modules raise for broken files."""


def unpacked(name: str, data: bytes, budget: Budget) -> Iterator[File | str]:
    """Yield the files of a tar, or the one file that was packed, and a sentence for each that could not be had.

    Raises DocumentError where there is nothing to take out.
    """
    stream = _Stream(data)
    try:
        packs_a_tar = is_tar(stream.peek(_BLOCK))
    except (CutError, GrowsError):
        packs_a_tar = False
    yield from taken(_members(stream) if packs_a_tar else [_Only(_name_inside(name), data)], budget)


class _Unpacker(Protocol):
    """What zlib, bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """The interface of bz2 and lzma, for gzip."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inflater.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)


def _unpacker(form: str) -> _Unpacker:
    if form == "gz":
        return _Gzip()
    if form == "bz2":
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LARGEST_DICTIONARY)


class _Stream(io.RawIOBase):
    """The unpacked bytes. Raises CutError where they break off, and GrowsError where they grow too much."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._form = packing(data)
        self._unpacker = _unpacker(self._form) if self._form != "tar" else None
        self._ready, self._made = b"", 0
        self.last = b""
        """What was read last."""

    def peek(self, size: int) -> bytes:
        """Return the first bytes, which stay to be read."""
        head = self.read(size)
        self._ready = head + self._ready
        return head

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes; fewer only at the end."""
        pieces, missing = [], size if size >= 0 else LARGEST_WHOLE
        while missing:
            piece = self._ready[:missing] or self._next(missing)
            if not piece:
                break
            self._ready = self._ready[missing:]
            pieces.append(piece[:missing])
            missing -= len(pieces[-1])
        self.last = b"".join(pieces)
        return self.last

    def _next(self, size: int) -> bytes:
        size = min(size, _PIECE)
        if self._unpacker is None:
            piece = self._data[self._at : self._at + size]
            self._at += len(piece)
            return piece
        while True:
            if self._unpacker.eof:  # several packed files one after another are one
                self._at -= len(self._unpacker.unused_data)
                if packing(self._data[self._at : self._at + 8]) != self._form:
                    return b""
                self._unpacker = _unpacker(self._form)
            fed = b""
            if self._unpacker.needs_input:
                fed = self._data[self._at : self._at + _PIECE]
                self._at += len(fed)
            try:
                piece = self._unpacker.decompress(fed, size)
            except _BROKEN:
                raise CutError from None
            self._made += len(piece)
            if self._made > max(ODD_SIZE, ODD_RATIO * self._at) or self._made > LARGEST_WHOLE:
                raise GrowsError
            if piece:
                return piece
            if not fed and not self._unpacker.eof:
                raise CutError


class _Only:
    """The only file of a .gz, .bz2 or .xz."""

    oddity: Oddity = ""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self._data = name, data

    def content(self, largest: int) -> bytes:
        content = _Stream(self._data).read(largest + 1)
        if len(content) > largest:
            raise LargeError
        return content


def _name_inside(name: str) -> str:
    """Return the name of a single packed file: that of the packed one, without its last ending."""
    stem, dot, ending = name.rpartition(".")
    inside = _ENDINGS.get(dot + ending.lower())
    return safe_name(f"{name}（解开）") if inside is None or not stem else stem + inside


class _InTar:
    """A file in a tar."""

    def __init__(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        self._archive, self._entry = archive, entry
        raw = entry.name.encode("utf-8", "surrogateescape")
        self.name = text_of(raw, "gbk").replace("\\", "/").replace("\x00", "")

    @property
    def oddity(self) -> Oddity:
        if self._entry.isdir():
            return "folder"
        if self._entry.issparse():
            return "method"
        return "" if self._entry.isreg() else "link"

    def content(self, largest: int) -> bytes:
        if self._entry.size > largest:
            raise LargeError
        try:
            stream = self._archive.extractfile(self._entry)
            content = stream.read() if stream else b""
        except _BROKEN:
            raise CutError from None
        if len(content) != self._entry.size:
            raise CutError
        return content


def _members(stream: _Stream) -> Iterator[_InTar]:
    """Yield the files of a tar. Raises CutError where its end is missing, and GrowsError."""
    try:
        with tarfile.open(
            fileobj=stream, mode="r|", bufsize=_BLOCK, encoding="utf-8", errors="surrogateescape"
        ) as archive:
            for _ in range(_MOST_ENTRIES):
                entry = archive.next()
                if entry is None:
                    break
                yield _InTar(archive, entry)
            else:
                raise GrowsError
    except _BROKEN:
        raise CutError from None
    if not stream.last or any(stream.last):  # the module stops at what is no header, too
        raise CutError
