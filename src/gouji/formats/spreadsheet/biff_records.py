"""The records of an .xls workbook stream, and the texts in them. [MS-XLS] 2.4 and 2.5.293."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

CONTINUE = 0x003C


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the kind, the position and the content of each record."""
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if position + 4 + length > len(stream) or (kind == 0 and length == 0):
            return
        yield kind, position, stream[position + 4 : position + 4 + length]
        position += 4 + length


def text_of(body: bytes, at: int, count: int) -> str:
    """Return a text of so many characters, which begins with a byte that tells how they are stored."""
    wide = at < len(body) and body[at] & 1
    at += 1
    return body[at : at + 2 * count].decode("utf-16-le", "replace") if wide else body[at : at + count].decode("latin-1")


class _Pieces:
    """The bytes of a record and of those that continue it."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies, self._body, self._at = bodies, 0, 0

    def take(self, count: int) -> bytes:
        """Return the next bytes, wherever a record ends."""
        taken = b""
        while len(taken) < count:
            piece = self._bodies[self._body][self._at : self._at + count - len(taken)]
            taken += piece
            self._at += len(piece)
            if len(taken) < count:
                self._next()
        return taken

    def characters(self, count: int, wide: bool) -> str:
        """Return the next characters; each record that continues them tells anew how they are stored."""
        text = ""
        while True:
            size = 2 if wide else 1
            piece = self._bodies[self._body][self._at : self._at + (count - len(text)) * size]
            self._at += len(piece)
            text += piece.decode("utf-16-le" if wide else "latin-1", "replace")
            if len(text) >= count:
                return text
            self._next()
            wide = bool(self.take(1)[0] & 1)

    def _next(self) -> None:
        self._body, self._at = self._body + 1, 0
        if self._body >= len(self._bodies):
            raise EOFError


_RICH, _FAR_EASTERN = 8, 4

Parts = list[tuple[str, int | None]]
"""The pieces of a text, each with the number of its font; None for the font of the cell."""


def rich_texts(bodies: Sequence[bytes]) -> dict[int, Parts]:
    """Return the shared texts that have more than one font, by number, from the record that holds them all."""
    found: dict[int, Parts] = {}
    pieces = _Pieces(bodies)
    try:
        (count,) = struct.unpack("<4xI", pieces.take(8))
        for number in range(count):
            length, flags = struct.unpack("<HB", pieces.take(3))
            fonts = struct.unpack("<H", pieces.take(2))[0] if flags & _RICH else 0
            extra = struct.unpack("<I", pieces.take(4))[0] if flags & _FAR_EASTERN else 0
            text = pieces.characters(length, bool(flags & 1)) if length else ""
            changes = [struct.unpack("<HH", pieces.take(4)) for _ in range(fonts)]
            if extra:
                pieces.take(extra)
            if changes:
                found[number] = _parts(text, changes)
    except (EOFError, struct.error, IndexError):
        return found
    return found


def _parts(text: str, changes: Sequence[tuple[int, ...]]) -> Parts:
    starts: list[tuple[int, int | None]] = [(0, None), *((start, font) for start, font in changes)]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [(text[start:end], font) for (start, font), end in zip(starts, ends, strict=True) if start < end]
