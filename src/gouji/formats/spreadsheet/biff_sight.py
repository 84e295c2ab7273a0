"""What a person sees of the cells of an .xls: number formats, fonts, hidden rows, columns and sheets, merges.

[MS-XLS] 2.4. Runs inside a cell, drawings and notes are not examined, because their records are not read; the page on
damaged files says so.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gouji.formats.shown_text import raised
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import LEAST_WIDTH, Area, holds
from gouji.formats.spreadsheet.looks import Look
from gouji.formats.spreadsheet.number_format import BUILT_IN
from gouji.formats.spreadsheet.sight import Seen, Spots, Why, formatted, text_of

_BOF, _BOUNDSHEET, _FONT, _FORMAT, _XF = 0x0809, 0x0085, 0x0031, 0x041E, 0x00E0
_ROW, _COLINFO, _MERGED, _WINDOW2 = 0x0208, 0x007D, 0x00E5, 0x023E
_MULRK = 0x00BD
_CELLS = frozenset((0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006))
"""The records that hold one value each; they begin with row, column and look."""

_ROW_HIDDEN, _COLUMN_HIDDEN, _ZEROS_SHOWN, _STRUCK_OUT = 0x20, 0x01, 0x10, 0x08
_OF_A_CHARACTER = 256
"""Widths of columns are in shares of a character."""
_SOLID = 1
_WHITE = frozenset((1, 9, 65))
"""The numbers in the palette of white and of the window's colour."""
_SMALLEST, _LEAST_HEIGHT = 80, 20
"""The smallest visible font and row, in twentieths of a point."""
_MISSING_FONT = 4
"""No font has this number: the fifth is number 5."""


@dataclass(frozen=True)
class _Font:
    struck: bool
    raised: bool
    white: bool
    small: bool


@dataclass
class _Sheet:
    hidden: bool
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    looks: dict[tuple[int, int], int] = field(default_factory=dict)
    zeros_hidden: bool = False


class XlsSight:
    """What is visible of the cells of one sheet."""

    notes: Sequence[Note] = ()

    def __init__(self, sheet: _Sheet, looks: Sequence[Look]) -> None:
        self._sheet, self._looks = sheet, looks

    def is_ordinary(self, spots: Spots) -> bool:
        """Tell that each cell has to be looked at."""
        return False

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""
        sheet = self._sheet
        if sheet.hidden:
            return Seen("", Why.SHEET)
        if row in sheet.hidden_rows:
            return Seen("", Why.ROW)
        if any(first <= column <= last for first, last in sheet.hidden_columns):
            return Seen("", Why.COLUMN)
        if any(holds(area, row, column) and area[:2] != (row, column) for area in sheet.merges):
            return Seen("", Why.MERGED)
        number = sheet.looks.get((row, column), 0)
        look = self._looks[number] if number < len(self._looks) else Look()
        if not isinstance(value, str) and (seen := formatted(look.code, value)) is not None:
            return seen
        if look.unseen:
            return Seen("", Why.UNSEEN)
        if look.struck:
            return Seen(f"（划去：{text_of(value)}）", Why.STRUCK)
        if look.raised:
            return Seen(raised(text_of(value)), Why.RAISED)
        return Seen("", Why.NO_ZEROS) if value == 0 and sheet.zeros_hidden else None


def sights(stream: bytes) -> Mapping[str, XlsSight]:
    """Return what is visible of each sheet of a workbook stream, whose records have been validated."""
    fonts: list[_Font] = []
    codes: dict[int, str] = {}
    formats: list[bytes] = []
    sheets: dict[int, tuple[str, _Sheet]] = {}
    sheet: _Sheet | None = None
    for kind, position, body in _records(stream):
        if kind == _BOF:
            sheet = sheets[position][1] if position in sheets else None
        elif kind == _BOUNDSHEET and len(body) >= 8:
            (start,) = struct.unpack_from("<I", body)
            name = body[8:].decode("utf-16-le" if body[7] & 1 else "latin-1", "replace")
            sheets[start] = name, _Sheet(hidden=body[4] & 3 != 0)
        elif kind == _FONT and len(body) >= 10:
            fonts.append(_font(body))
        elif kind == _FORMAT and len(body) >= 5:
            codes[struct.unpack_from("<H", body)[0]] = _text(body)
        elif kind == _XF and len(body) >= 20:
            formats.append(body)
        elif sheet is not None:
            _note(sheet, kind, body)
    looks = [_look(body, fonts, codes) for body in formats]
    return {name: XlsSight(one, looks) for name, one in sheets.values()}


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if position + 4 + length > len(stream) or (kind == 0 and length == 0):
            return
        yield kind, position, stream[position + 4 : position + 4 + length]
        position += 4 + length


def _font(body: bytes) -> _Font:
    height, options, colour, _, position = struct.unpack_from("<HHHHH", body)
    return _Font(bool(options & _STRUCK_OUT), position in (1, 2), colour in _WHITE, height < _SMALLEST)


def _text(body: bytes) -> str:
    count, flags = struct.unpack_from("<HB", body, 2)
    return (
        body[5 : 5 + count * 2].decode("utf-16-le", "replace") if flags & 1 else body[5 : 5 + count].decode("latin-1")
    )


def _look(body: bytes, fonts: Sequence[_Font], codes: Mapping[int, str]) -> Look:
    font_number, format_number = struct.unpack_from("<HH", body)
    font_number -= font_number > _MISSING_FONT
    font = fonts[font_number] if font_number < len(fonts) else _Font(False, False, False, False)
    (borders,) = struct.unpack_from("<I", body, 14)
    (colours,) = struct.unpack_from("<H", body, 18)
    pattern = borders >> 26
    white_ground = pattern == 0 or (pattern == _SOLID and colours & 0x7F in _WHITE)
    return Look(
        code=codes.get(format_number, BUILT_IN.get(format_number)),
        struck=font.struck,
        raised=font.raised,
        unseen=font.small or (font.white and white_ground),
    )


def _note(sheet: _Sheet, kind: int, body: bytes) -> None:
    """Take note of a record of a sheet."""
    if kind in _CELLS and len(body) >= 6:
        row, column, look = struct.unpack_from("<HHH", body)
        sheet.looks[row, column] = look
    elif kind == _MULRK and len(body) >= 6:
        row, first = struct.unpack_from("<HH", body)
        for at in range((len(body) - 6) // 6):
            (sheet.looks[row, first + at],) = struct.unpack_from("<H", body, 4 + 6 * at)
    elif kind == _ROW and len(body) >= 16:
        row, _, _, height = struct.unpack_from("<HHHH", body)
        if body[12] & _ROW_HIDDEN or height & 0x7FFF < _LEAST_HEIGHT:
            sheet.hidden_rows.add(row)
    elif kind == _COLINFO and len(body) >= 10:
        first, last, width, _, options = struct.unpack_from("<HHHHH", body)
        if options & _COLUMN_HIDDEN or width < LEAST_WIDTH * _OF_A_CHARACTER:
            sheet.hidden_columns.append((first, last))
    elif kind == _MERGED and len(body) >= 2:
        (count,) = struct.unpack_from("<H", body)
        for at in range(min(count, (len(body) - 2) // 8)):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * at)
            sheet.merges.append((top, left, bottom, right))
    elif kind == _WINDOW2 and len(body) >= 2:
        sheet.zeros_hidden = not struct.unpack_from("<H", body)[0] & _ZEROS_SHOWN
