"""The notes on the cells of a sheet of an .xls, and the pictures and shapes that cover some.

[MS-XLS] 2.4.179 (notes), 2.4.181 (objects), 2.4.329 (their texts); [MS-ODRAW] 2.2 (shapes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.biff_records import CONTINUE, text_of
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import Area

DRAWING, OBJECT, TEXT, NOTE = 0x00EC, 0x005D, 0x01B6, 0x001C

_A_LINE, _A_CHART, _A_PICTURE, _A_LIST, _A_NOTE = 0x01, 0x05, 0x08, 0x14, 0x19
_SHAPE, _PROPERTIES, _ANCHOR, _OF_AN_OBJECT, _A_SHAPE = 0xF00A, 0xF00B, 0xF010, 0xF011, 0xF004
_LINES = frozenset((20, *range(32, 41)))
"""The kinds of shapes that are lines and connectors."""
_PICTURE_OF, _OPACITY, _FILLING, _HIDING = 0x0104, 0x0182, 0x01BF, 0x03BF
_IS_FILLED, _SAYS_FILLED, _IS_HIDDEN, _SAYS_HIDDEN = 0x10, 0x100000, 0x2, 0x20000
_MOST_SHAPES = 10_000


@dataclass
class OnTop:
    """The records of one sheet that put something on top of its cells."""

    shapes: bytearray = field(default_factory=bytearray)
    objects: list[tuple[int, int]] = field(default_factory=list)
    """The kind and the number of each object."""
    texts: dict[int, str] = field(default_factory=dict)
    """The texts of the objects, by their numbers."""
    notes_on: list[tuple[str, str, int]] = field(default_factory=list)
    """The address, the author and the object of each note."""
    _last: int = 0
    _left: int = 0
    """How many characters of a text are still to come."""

    def take(self, kind: int, body: bytes) -> None:
        """Take a record of the sheet."""
        if kind == CONTINUE:
            if self._last == DRAWING:
                self.shapes += body
            elif self._last == TEXT and self._left and self.objects:
                text = text_of(body, 0, self._left)
                self._left -= len(text)
                number = self.objects[-1][1]
                self.texts[number] = self.texts.get(number, "") + text
            return
        self._last = kind
        if kind == DRAWING:
            self.shapes += body
        elif kind == OBJECT and len(body) >= 8:
            self.objects.append(struct.unpack_from("<4xHH", body))
        elif kind == TEXT and len(body) >= 12:
            (self._left,) = struct.unpack_from("<10xH", body)
        elif kind == NOTE and len(body) >= 11:
            row, column, _, number, length = struct.unpack_from("<HHHHH", body)
            self.notes_on.append((address_of(row, column), text_of(body, 10, length), number))

    def notes(self) -> Sequence[Note]:
        """Return the notes on the cells."""
        return [Note(address, author, self.texts.get(number, "")) for address, author, number in self.notes_on]

    def covered(self) -> Sequence[Area]:
        """Return the areas covered by pictures and shapes. Lines, empty frames and the boxes of notes cover nothing."""
        shapes = [shape for shape in _shapes(bytes(self.shapes)) if shape.of_an_object]
        areas = []
        for shape, (kind, number) in zip(shapes, self.objects, strict=False):
            words = bool(self.texts.get(number, "").strip())
            if shape.anchor is not None and shape.covers(kind, words=words):
                areas.append(shape.anchor)
        return areas


@dataclass
class _Shape:
    """A shape, as far as it decides what it covers."""

    kind: int = 0
    anchor: Area | None = None
    of_an_object: bool = False
    properties: dict[int, int] = field(default_factory=dict)

    def covers(self, kind: int, *, words: bool) -> bool:
        """Tell whether the shape of a kind of object hides what is below it."""
        hiding, filling = self.properties.get(_HIDING, 0), self.properties.get(_FILLING, 0)
        if kind in (_A_LINE, _A_LIST, _A_NOTE) or self.kind in _LINES:
            return False
        if hiding & _SAYS_HIDDEN and hiding & _IS_HIDDEN:
            return False
        if words or kind in (_A_CHART, _A_PICTURE) or self.properties.get(_PICTURE_OF):
            return True
        hollow = bool(filling & _SAYS_FILLED) and not filling & _IS_FILLED
        return not hollow and self.properties.get(_OPACITY, 1) != 0


def _shapes(data: bytes) -> Iterator[_Shape]:
    shape: _Shape | None = None
    at = count = 0
    while at + 8 <= len(data) and count < _MOST_SHAPES:
        first, kind, length = struct.unpack_from("<HHI", data, at)
        at += 8
        if kind == _A_SHAPE:
            if shape is not None:
                yield shape
            shape, count = _Shape(), count + 1
        if first & 0xF == 0xF:
            continue  # a container: its content follows
        if shape is not None:
            _add(shape, kind, first >> 4, data[at : at + length])
        at += length
    if shape is not None:
        yield shape


def _add(shape: _Shape, kind: int, instance: int, body: bytes) -> None:
    if kind == _SHAPE:
        shape.kind = instance
    elif kind == _PROPERTIES:
        pairs = struct.iter_unpack("<HI", body[: 6 * min(instance, len(body) // 6)])
        shape.properties.update({name & 0x3FFF: value for name, value in pairs})
    elif kind == _ANCHOR and len(body) >= 18:
        left, _, top, _, right, right_offset, bottom, bottom_offset = struct.unpack_from("<2x8H", body)
        shape.anchor = top, left, max(bottom - (bottom_offset == 0), top), max(right - (right_offset == 0), left)
    elif kind == _OF_AN_OBJECT:
        shape.of_an_object = True
