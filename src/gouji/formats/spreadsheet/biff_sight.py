"""What a person sees of the cells of an .xls: formats, fonts, runs, hidden rows, columns and sheets, merges, drawings.

[MS-XLS] 2.4. Conditional formats are not examined; the page on what is shown and stored says so.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gouji.formats.spreadsheet import biff_drawings
from gouji.formats.spreadsheet.biff_records import CONTINUE, records, rich_texts, text_of
from gouji.formats.spreadsheet.cell_sight import aligned_seen, digits_seen, number_seen, text_seen
from gouji.formats.spreadsheet.colours import BLACK, FIRST_OF_THE_PALETTE, PALETTE, USUAL, Palette, patterned
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import LEAST_HEIGHT, LEAST_WIDTH, Area, holds
from gouji.formats.spreadsheet.looks import Font, Look, has_symbols, look_of
from gouji.formats.spreadsheet.number_format import BUILT_IN
from gouji.formats.spreadsheet.rich_text import Run
from gouji.formats.spreadsheet.sight import Seen, Spots, Why
from gouji.formats.spreadsheet.sight import text_of as plain_text

_BOF, _EOF, _BOUNDSHEET, _FONT, _FORMAT, _XF, _PALETTE, _SST = (
    *(0x0809, 0x000A, 0x0085, 0x0031, 0x041E, 0x00E0, 0x0092, 0x00FC),
)
_ROW, _COLINFO, _MERGED, _WINDOW2, _DEFAULT_WIDTH = 0x0208, 0x007D, 0x00E5, 0x023E, 0x0055
_MULRK, _SHARED_TEXT = 0x00BD, 0x00FD
_CELLS = frozenset((0x0203, 0x0204, 0x0205, 0x027E, _SHARED_TEXT, 0x0006))
"""The records that hold one value each; they begin with row, column and look."""
_ON_TOP = frozenset((biff_drawings.DRAWING, biff_drawings.OBJECT, biff_drawings.TEXT, biff_drawings.NOTE, CONTINUE))

_ROW_HIDDEN, _COLUMN_HIDDEN, _ZEROS_SHOWN, _STRUCK_OUT = 0x20, 0x01, 0x10, 0x08
_OF_A_CHARACTER, _OF_A_POINT = 256, 20
"""Widths of columns are in shares of a character; heights are in twentieths of a point."""
_OF_SYMBOLS, _REPEATED, _SHRUNK = 2, 4, 0x10
_DIAGONALS = 0xC0000000
_AUTOMATIC = 0x7FFF
_MISSING_FONT = 4
"""No font has this number: the fifth is number 5."""


@dataclass
class _Sheet:
    hidden: bool
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    default_width: float = 8.0
    merges: list[Area] = field(default_factory=list)
    looks: dict[tuple[int, int], int] = field(default_factory=dict)
    texts: dict[tuple[int, int], int] = field(default_factory=dict)
    """The numbers of the shared texts in the cells."""
    zeros_hidden: bool = False
    on_top: biff_drawings.OnTop = field(default_factory=biff_drawings.OnTop)

    @cached_property
    def covered(self) -> Sequence[Area]:
        return self.on_top.covered()

    def width(self, column: int) -> float:
        return next((wide for first, last, wide in self.widths if first <= column <= last), self.default_width)


@dataclass
class _Book:
    """What the sheets have in common."""

    palette: Palette = USUAL
    font_records: list[bytes] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    formats: list[bytes] = field(default_factory=list)
    text_records: list[bytes] = field(default_factory=list)

    @cached_property
    def fonts(self) -> Sequence[Font]:
        return [_font(body, self.palette) for body in self.font_records]

    @cached_property
    def looks(self) -> Sequence[Look]:
        return [self._look(body) for body in self.formats]

    @cached_property
    def rich(self) -> Mapping[int, Sequence[Run]]:
        texts = rich_texts(self.text_records) if self.text_records else {}
        return {
            number: [(text, None if font is None else self.font(font)) for text, font in parts]
            for number, parts in texts.items()
        }

    def font(self, number: int) -> Font:
        number -= number > _MISSING_FONT
        return self.fonts[number] if number < len(self.fonts) else Font()

    def _look(self, body: bytes) -> Look:
        font, code = struct.unpack_from("<HH", body)
        borders, fill, colours = struct.unpack_from("<IIH", body, 10)
        front, back = (self.palette.at(number & 0x7F) for number in (colours, colours >> 7))
        return look_of(
            self.codes.get(code, BUILT_IN.get(code)),
            self.font(font),
            patterned(fill >> 26, front, back),
            crossed=bool(borders & _DIAGONALS and fill >> 21 & 0xF),
            repeated=body[6] & 7 == _REPEATED,
            shrunk=bool(body[8] & _SHRUNK),
        )


class XlsSight:
    """What is visible of the cells of one sheet."""

    def __init__(self, sheet: _Sheet, book: _Book) -> None:
        self._sheet, self._book = sheet, book

    @cached_property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""
        return self._sheet.on_top.notes()

    @property
    def merges(self) -> Sequence[Area]:
        """The areas of merged cells."""
        return self._sheet.merges

    def digits(self, row: int, column: int, value: float) -> str | None:
        """Return how a cell shows a number, with the zeros before it; None where that is not known."""
        return digits_seen(self._look_of(row, column), value)

    def is_ordinary(self, spots: Spots) -> bool:
        """Tell that each cell has to be looked at."""
        return False

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""
        return self._place(row, column) or self._look(row, column, value)

    def _place(self, row: int, column: int) -> Seen | None:
        sheet = self._sheet
        if sheet.hidden:
            return Seen("", Why.SHEET)
        if row in sheet.hidden_rows:
            return Seen("", Why.ROW)
        if any(first <= column <= last for first, last in sheet.hidden_columns):
            return Seen("", Why.COLUMN)
        if any(holds(area, row, column) and area[:2] != (row, column) for area in sheet.merges):
            return Seen("", Why.MERGED)
        return Seen("", Why.COVERED) if any(holds(area, row, column) for area in sheet.covered) else None

    def _look(self, row: int, column: int, value: float | str) -> Seen | None:
        sheet, look = self._sheet, self._look_of(row, column)
        if isinstance(value, str):
            runs = self._book.rich.get(sheet.texts[row, column], ()) if (row, column) in sheet.texts else ()
            seen = text_seen(look, runs, value)
        else:
            seen = number_seen(look, value)
        if seen is None and look.is_aligned:
            seen = aligned_seen(look, sheet.width(column), plain_text(value))
        if seen is not None:
            return seen
        return Seen("", Why.NO_ZEROS) if value == 0 and sheet.zeros_hidden else None

    def _look_of(self, row: int, column: int) -> Look:
        number, looks = self._sheet.looks.get((row, column), 0), self._book.looks
        return looks[number] if number < len(looks) else Look()


def sights(stream: bytes) -> Mapping[str, XlsSight]:
    """Return what is visible of each sheet of a workbook stream, whose records have been validated."""
    book = _Book()
    sheets: dict[int, tuple[str, _Sheet]] = {}
    open_sheets: list[_Sheet | None] = []
    """The streams that have begun and not ended: a chart stands inside of a sheet."""
    last, in_common = 0, True
    for kind, position, body in records(stream):
        if kind == _BOF:
            open_sheets.append(sheets[position][1] if position in sheets else None)
        elif kind == _EOF:
            open_sheets[-1:] = []
            in_common = False
        elif kind == _BOUNDSHEET and len(body) >= 8:
            (start,) = struct.unpack_from("<I", body)
            sheets[start] = text_of(body, 7, body[6]), _Sheet(hidden=body[4] & 3 != 0)
        elif kind == _SST or (kind == CONTINUE and last == _SST):
            book.text_records.append(body)
        elif open_sheets and (sheet := open_sheets[-1]) is not None:
            if kind != CONTINUE or last in _ON_TOP:
                _note(sheet, kind, body)
        elif in_common:
            _add(book, kind, body)
        last = last if kind == CONTINUE else kind
    return {name: XlsSight(one, book) for name, one in sheets.values()}


def _add(book: _Book, kind: int, body: bytes) -> None:
    """Take a record that is for all sheets."""
    if kind == _FONT and len(body) >= 16:
        book.font_records.append(body)
    elif kind == _FORMAT and len(body) >= 5:
        number, length = struct.unpack_from("<HH", body)
        book.codes[number] = text_of(body, 4, length)
    elif kind == _XF and len(body) >= 20:
        book.formats.append(body)
    elif kind == _PALETTE and len(body) >= 2:
        own = [body[at : at + 3].hex().upper() for at in range(2, len(body) - 3, 4)]
        later = PALETTE[FIRST_OF_THE_PALETTE + len(own) :]
        book.palette = Palette((*PALETTE[:FIRST_OF_THE_PALETTE], *own, *later)[: len(PALETTE)])


def _font(body: bytes, palette: Palette) -> Font:
    height, options, colour, _, position = struct.unpack_from("<HHHHH", body)
    return Font(
        struck=bool(options & _STRUCK_OUT),
        raised=position in (1, 2),
        colour=BLACK if colour == _AUTOMATIC else palette.at(colour),
        size=height / _OF_A_POINT,
        symbols=has_symbols(text_of(body, 15, body[14]), of_symbols=body[12] == _OF_SYMBOLS),
    )


def _note(sheet: _Sheet, kind: int, body: bytes) -> None:
    """Take note of a record of a sheet."""
    if kind in _CELLS and len(body) >= 6:
        row, column, look = struct.unpack_from("<HHH", body)
        sheet.looks[row, column] = look
        if kind == _SHARED_TEXT and len(body) >= 10:
            (sheet.texts[row, column],) = struct.unpack_from("<I", body, 6)
    elif kind == _MULRK and len(body) >= 6:
        row, first = struct.unpack_from("<HH", body)
        for at in range((len(body) - 6) // 6):
            (sheet.looks[row, first + at],) = struct.unpack_from("<H", body, 4 + 6 * at)
    elif kind == _ROW and len(body) >= 16:
        row, _, _, height = struct.unpack_from("<HHHH", body)
        if body[12] & _ROW_HIDDEN or height & 0x7FFF < LEAST_HEIGHT * _OF_A_POINT:
            sheet.hidden_rows.add(row)
    elif kind in _ON_TOP:
        sheet.on_top.take(kind, body)
    else:
        _note_size(sheet, kind, body)


def _note_size(sheet: _Sheet, kind: int, body: bytes) -> None:
    if kind == _COLINFO and len(body) >= 10:
        first, last, width, _, options = struct.unpack_from("<HHHHH", body)
        sheet.widths.append((first, last, width / _OF_A_CHARACTER))
        if options & _COLUMN_HIDDEN or width < LEAST_WIDTH * _OF_A_CHARACTER:
            sheet.hidden_columns.append((first, last))
    elif kind == _DEFAULT_WIDTH and len(body) >= 2:
        sheet.default_width = float(struct.unpack_from("<H", body)[0])
    elif kind == _MERGED and len(body) >= 2:
        (count,) = struct.unpack_from("<H", body)
        for at in range(min(count, (len(body) - 2) // 8)):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * at)
            sheet.merges.append((top, left, bottom, right))
    elif kind == _WINDOW2 and len(body) >= 2:
        sheet.zeros_hidden = not struct.unpack_from("<H", body)[0] & _ZEROS_SHOWN
