"""The rows of a list as people see them, whatever program has saved it: .xlsx, .xls, .ods or .csv."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gouji.formats.addresses import column_letters
from gouji.formats.foreign.shown_sheet import ShownCell, ShownSheet, shown_sheets
from gouji.formats.shown_text import prose_of
from gouji.formats.spreadsheet.safe_copy import Package, inspect
from gouji.formats.spreadsheet.values import MOST_ROWS
from gouji.runtime.decoding import notepad_text
from gouji.runtime.errors import DocumentError, GoujiError, NoFormError
from gouji.runtime.signatures import OLE, ZIP, has_password
from gouji.runtime.untrusted_zip import BROKEN

SAVE_AS = "请用 Excel 或者 WPS 打开，另存为“Excel 工作簿(.xlsx)”后再试。"

_EXACT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; the rest of a longer one are zeros."""
_SCIENTIFIC_FROM = 12
"""Digits from which a spreadsheet shows a number as 4.1E+11, unless the cell has a format."""
_LARGEST_TEXT = 4 * 2**20
"""Bytes of a text: a hundred times the list of a province."""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{1,2}", re.IGNORECASE)


class Cell(NamedTuple):
    """A cell, or a part of a merged one."""

    text: str
    origin: tuple[int, int]
    """Row and column of the cell that holds the text: another one in a merged area."""
    lost: bool = False
    """The text is a long number of which digits are lost."""
    scientific: bool = False
    """The text has all digits, but the cell shows a power of ten."""


class Row(NamedTuple):
    """A row: its number in the file, and the cells that hold something, by column."""

    number: int
    cells: Mapping[int, Cell]

    def text(self, column: int) -> str:
        """Return the text in a column."""
        return self.cells[column].text if column in self.cells else ""


@dataclass(frozen=True)
class Grid:
    """A sheet: its rows that hold something."""

    name: str
    rows: Sequence[Row]
    unseen: Sequence[str] = ()
    """Hidden rows, columns and sheets, for people; what they hold is left out."""
    struck: Sequence[int] = field(default=())
    """The numbers of the rows in which something is struck out or cannot be seen."""


def grids_of(data: bytes) -> list[Grid]:
    """Return the sheets of a list that hold something.

    Raises GoujiError with what is wrong and what to do, without the name of the file.
    """
    if has_password(data):
        raise GoujiError("有打开密码。请去掉密码、保存后再试。")
    if not data.startswith((ZIP, OLE)):
        return [_of_text(data)]
    try:
        package = inspect(data)
    except NoFormError:
        raise GoujiError(f"不是电子表格。{SAVE_AS}") from None
    except DocumentError as error:
        what = "打不开，内容不完整。" if str(error) == BROKEN else str(error).split("。")[0] + "。"
        raise GoujiError(str(error) if "压缩包" in what else f"{what}{SAVE_AS}") from None
    if package.far:
        raise GoujiError(
            f"太大：{package.far[0]} 还有内容，一个工作表最多读 {MOST_ROWS} 行。请分成几个工作表，或者删去多余的。"
        )
    try:
        return [_of_sheet(sheet, package) for sheet in shown_sheets(package)]
    except DocumentError as error:
        raise GoujiError(f"{str(error).split('。')[0]}。{SAVE_AS}") from None


def plain(text: str) -> str:
    """Return a text in half-width characters, without the blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


# ---------------------------------------------------------------- workbooks


def _of_sheet(sheet: ShownSheet, package: Package) -> Grid:
    read = {spot: _cell(sheet, spot, cell, package) for spot, cell in sheet.cells.items()}
    shown = {spot: cell for spot, cell in read.items() if cell.text}
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in shown.items():
        rows.setdefault(row, {})[sheet.columns[column]] = cell
    for (row, column), origin in sheet.covered.items():
        if origin in shown:
            rows.setdefault(row, {})[sheet.columns[column]] = shown[origin]
    struck = {sheet.rows[spot[0]] + 1 for spot, cell in sheet.cells.items() if cell.text and not read[spot].text}
    return Grid(
        sheet.name,
        [Row(sheet.rows[row] + 1, dict(sorted(rows[row].items()))) for row in sorted(rows)],
        tuple(sheet.unseen),
        tuple(sorted(struck)),
    )


def _cell(sheet: ShownSheet, spot: tuple[int, int], cell: ShownCell, package: Package) -> Cell:
    row, column = sheet.rows[spot[0]], sheet.columns[spot[1]]
    stored = package.sheets[sheet.name]
    value = stored[row][column] if row < len(stored) and column < len(stored[row]) else ""
    text = prose_of(cell.runs).strip()
    if isinstance(value, bool) or not isinstance(value, int | float) or not text:
        return _typed(text, (row, column))
    return _number(text, value, package, sheet.name, (row, column))


def _number(text: str, value: float, package: Package, sheet: str, at: tuple[int, int]) -> Cell:
    """Return a number with the zeros that its cell shows before it."""
    sight = package.sight.get(sheet)
    displayed = (sight.digits(*at, value) or "").strip() if sight else ""
    if value != int(value) or value < 0:
        return Cell(text, at)
    if value >= 10**_EXACT_DIGITS:
        return Cell(displayed or text, at, lost=True)
    digits = str(int(value))
    if displayed.isascii() and displayed.isdigit() and int(displayed) == value:
        digits = displayed
    scientific = len(digits) >= _SCIENTIFIC_FROM and (not displayed.isdigit() or not sight)
    return Cell(digits, at, scientific=scientific)


def _typed(text: str, at: tuple[int, int]) -> Cell:
    text = "".join(sign for sign in text if sign.isprintable() or sign.isspace()).strip()
    return Cell(text, at, lost=_SCIENTIFIC.fullmatch(plain(text)) is not None)


# ---------------------------------------------------------------- texts


def _of_text(data: bytes) -> Grid:
    """Return a .csv, as Excel or a program has saved it."""
    if not data.strip():
        raise GoujiError("是空的。请检查是不是这个文件。")
    if len(data) > _LARGEST_TEXT:
        raise GoujiError("太大，不像单位的名单。请检查是不是这个文件。")
    try:
        text = notepad_text(data)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or text.startswith("%PDF"):
        raise GoujiError(f"不是电子表格。{SAVE_AS}")
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        raise GoujiError(f"名称像表格，内容是网页或者 XML。{SAVE_AS}")
    return Grid("", list(_lines(text)))


def _lines(text: str) -> Iterator[Row]:
    first = next(filter(None, text.splitlines()), "")
    separator = max((",", "\t", ";", "，"), key=first.count)
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            if number > MOST_ROWS:
                raise GoujiError(f"太长，一次最多读 {MOST_ROWS} 行。请分成几个文件，或者删去多余的。")
            cells = {at: _typed(value.strip().removeprefix("'"), (number, at)) for at, value in enumerate(values)}
            cells = {at: cell for at, cell in cells.items() if cell.text}
            if cells:
                yield Row(number, cells)
    except csv.Error:
        raise GoujiError(f"不是能读取的 .csv。{SAVE_AS}") from None


def letters(column: int) -> str:
    """Return a column for people."""
    return f"{column_letters(column)} 列"
