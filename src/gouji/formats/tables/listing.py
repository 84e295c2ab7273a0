"""Plain lists as workbooks, such as the roster of an office: one head, and one row for each entry.

The lists are not locked. A list that people fill in has validations, and is read back strictly by its head.
"""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gouji.form.values import Number
from gouji.formats.addresses import column_letters
from gouji.formats.drawing.canvas import HEADER_COLOUR, INPUT_COLOUR, LINE_COLOUR, LINK_COLOUR
from gouji.formats.drawing.list_sheet import ListCell, ListSheet, fits
from gouji.formats.drawing.measure import lines_of, row_height
from gouji.formats.drawing.seams import FileLink, PlainWorkbook
from gouji.runtime.errors import GoujiError

LAST_ROW = 150_000
"""The last row that a list may use. Content below it is reported as an error, not read."""

_HEAD_WITHIN = 20
"""The head is looked for in these first rows."""

_FAR, _COLUMNS = 200_000, 64
"""Rows that are searched for content below the last one, and columns that are read."""

_BROKEN = "不是能读取的 Excel 工作簿（.xlsx）。请另存为“Excel 工作簿(.xlsx)”后再试。"

_NOTE_WIDTH = 110

_EVEN = 2
"""Rows of up to this many lines are equally high."""

_LONGEST_TITLE = 32
"""The most characters in the title of a cell's prompt."""

_LONGEST_LINK, _MOST_LINKS = 500, 60_000
"""Characters of a path, which the library writes longer than it is, and links on a sheet, which Excel limits."""

_EPOCH = datetime.datetime(2000, 1, 1)
_A4 = 9
_LONGEST_LIST = 255


class Link(NamedTuple):
    """A cell that opens a file: its path from the folder of the workbook, the text that is shown, and the hint."""

    path: str
    text: str
    tip: str = "打开这个文件"


Value = str | float | Number | Link | None


@dataclass(frozen=True)
class Field:
    """A column of a list."""

    title: str
    width: int
    prompt: str = ""
    """The hint for a selected cell of the column."""
    choices: tuple[str, ...] = ()
    whole: tuple[int, int] | None = None
    """The least and the greatest whole number that may be typed in."""
    wrap: bool = False
    number: bool = False
    required: bool = False


@dataclass(frozen=True)
class Listing:
    """A sheet with a list: its name, its columns and its rows."""

    name: str
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[Value]] = ()
    colours: Mapping[str, str] | None = None
    """The colours of cells by their text, such as the word of a state."""
    above: tuple[str, ...] = ()
    """The lines above the head."""
    fill_in: bool = False
    """Whether people add rows, so that prompts and validations continue below the last one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was read: its number, and the texts of its cells, by the titles of the columns."""

    row: int
    texts: Sequence[str]
    columns: Mapping[str, int]
    """The columns of the titles that the list has; all its rows share them."""

    def __getitem__(self, title: str) -> str:
        """Return the text below a title; empty where the list has no such column."""
        column = self.columns.get(title)
        return self.texts[column] if column is not None and column < len(self.texts) else ""

    def cell(self, title: str) -> str:
        """Return the address of the cell below a title; empty where the list has no such column."""
        column = self.columns.get(title)
        return "" if column is None else f"{column_letters(column)}{self.row}"


def listing_bytes(listings: Sequence[Listing], *, notes: Sequence[tuple[str, Sequence[str]]] = ()) -> bytes:
    """Return a workbook of lists, followed by sheets of plain lines (``notes``: name and lines).

    In one environment the same input gives the same bytes. Raises GoujiError for a text that a cell cannot keep.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the library only warns where it leaves something out
        workbook = PlainWorkbook(buffer, {"in_memory": True})
        title = next(iter(listings[0].above), listings[0].name)
        workbook.set_properties({"title": title, "author": "gouji", "created": _EPOCH})
        formats = ListFormats(workbook)
        for listing in listings:
            draw_list(workbook, formats, listing)
        for name, lines in notes:
            sheet = workbook.add_worksheet(name)
            sheet.set_column(0, 0, _NOTE_WIDTH, formats.wrapped)
            sheet.hide_gridlines(2)
            sheet.set_paper(_A4)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for row, line in enumerate(lines):
                sheet.write_string(row, 0, line, formats.title if row == 0 else formats.wrapped)
                if row and (lines_of_note := lines_of(line, _NOTE_WIDTH)) > 1:
                    sheet.grow(row, row_height(lines_of_note))
        workbook.close()
    return buffer.getvalue()


class ListFormats:
    """The formats of lists, created once for a workbook."""

    def __init__(self, workbook: PlainWorkbook) -> None:
        base = {"valign": "vcenter"}
        box = {**base, "border": 1, "border_color": LINE_COLOUR}
        self.workbook = workbook
        self.title = workbook.add_format({**base, "font_name": "黑体", "font_size": 16})
        self.line = workbook.add_format(base)
        self.wrapped = workbook.add_format({**base, "text_wrap": True})
        self.head = workbook.add_format(
            {**box, "font_name": "黑体", "bg_color": HEADER_COLOUR, "align": "center", "text_wrap": True}
        )
        self.required = workbook.add_format(
            {**box, "font_name": "黑体", "bg_color": INPUT_COLOUR, "align": "center", "text_wrap": True}
        )
        self.column = workbook.add_format({**base, "num_format": "@"})
        self.text = workbook.add_format({**box, "num_format": "@"})
        self.long = workbook.add_format({**box, "num_format": "@", "text_wrap": True})
        self.number = workbook.add_format({**box, "align": "center"})
        self.link = workbook.add_format(
            {**box, "num_format": "@", "font_color": LINK_COLOUR, "underline": 1, "text_wrap": True}
        )
        self._coloured: dict[str, Any] = {}
        self._box = box

    def coloured(self, colour: str) -> Any:
        """Return the format of a cell filled with a colour."""
        if colour not in self._coloured:
            self._coloured[colour] = self.workbook.add_format({**self._box, "align": "center", "bg_color": colour})
        return self._coloured[colour]

    def of(self, field: Field) -> Any:
        """Return the format of the cells of a column."""
        return self.number if field.number else self.long if field.wrap else self.text


def draw_list(workbook: PlainWorkbook, formats: ListFormats, listing: Listing) -> None:
    """Draw a list on a sheet of its own."""
    sheet = workbook.add_worksheet(listing.name, ListSheet)
    head = len(listing.above)
    for row, line in enumerate(listing.above):
        sheet.write_string(row, 0, line, formats.title if row == 0 else formats.line)
        sheet.set_row(row, 30 if row == 0 else 20)
    last = max(head + len(listing.rows), head + 1)
    for column, field in enumerate(listing.fields):
        kind = formats.column if listing.fill_in and not field.whole else None
        sheet.set_column(column, column, field.width, kind)
        sheet.write_string(head, column, field.title, formats.required if field.required else formats.head)
        if listing.fill_in:
            _validate(sheet, head + 1, column, field)
    sheet.set_row(head, 32)
    # Some programs do not make rows higher for wrapped texts by themselves.
    lines = [max(map(_lines, listing.fields, values)) for values in listing.rows]
    even = min(_EVEN, max(lines, default=1))
    sheet.begin_list(head + 1)
    for row, (values, of_row) in enumerate(zip(listing.rows, lines, strict=True), head + 1):
        fields = zip(listing.fields, values, strict=True)
        cells = [_cell(sheet, row, column, *of, formats, listing.colours or {}) for column, of in enumerate(fields)]
        sheet.add_row(cells, row_height(max(even, of_row)))
    _allow_digits(sheet, head + 2, LAST_ROW if listing.fill_in else last + 1, listing.fields)
    sheet.freeze_panes(head + 1, 2)
    sheet.autofilter(head, 0, last, len(listing.fields) - 1)
    sheet.repeat_rows(head)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")


def _allow_digits(sheet: Any, first: int, last: int, fields: Sequence[Field]) -> None:
    """Let the texts of a list be codes and telephone numbers.

    Excel would mark them as mistakes and offer to make 0410991 the number 410991.
    """
    columns = [column for column, field in enumerate(fields) if not (field.number or field.whole)]
    areas = [f"{column_letters(column)}{first}:{column_letters(column)}{last}" for column in columns]
    sheet.ignore_errors({"number_stored_as_text": " ".join(areas)})


def _lines(field: Field, value: Value) -> int:
    """Return the number of lines of a value in its column."""
    if isinstance(value, Link):
        value = value.text
    if not field.wrap or not isinstance(value, str):
        return 1
    return lines_of(value, field.width)


def _cell(
    sheet: ListSheet,
    row: int,
    column: int,
    field: Field,
    value: Value,
    formats: ListFormats,
    colours: Mapping[str, str],
) -> ListCell:
    """Return a cell of a row; a link is made at once."""
    if isinstance(value, Link):
        if len(value.path) <= _LONGEST_LINK and row <= _MOST_LINKS:
            sheet.link(row, column, FileLink(value.path, value.tip, value.text))
            return value.text, formats.link
        value = value.text
    if value is None or value == "":
        return None, formats.of(field)
    if not isinstance(value, str):
        return value, formats.number
    if not fits(value):
        raise GoujiError(f"“{value[:20]}…”太长，一个格子写不下。")
    return value, formats.coloured(colours[value]) if value in colours else formats.of(field)


def _validate(sheet: Any, first: int, column: int, field: Field) -> None:
    rule: dict[str, Any] = {"validate": "any"}
    if field.choices:
        assert len(",".join(field.choices)) <= _LONGEST_LIST
        rule = {"validate": "list", "source": list(field.choices), "error_message": "请从下拉列表里选。"}
    elif field.whole:
        low, high = field.whole
        rule = {
            "validate": "integer",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_message": f"请填 {low} 到 {high} 之间的整数，或者空着。",
        }
    if field.prompt:
        rule |= {"input_title": field.title[:_LONGEST_TITLE], "input_message": field.prompt}
    if "error_message" in rule:
        rule["error_title"] = field.title[:_LONGEST_TITLE]
    if rule == {"validate": "any"}:
        return
    code = sheet.data_validation(first, column, LAST_ROW - 1, column, rule)
    assert code == 0, f"the workbook library refused {rule} with {code}"


# ---------------------------------------------------------------- reading


class NoHeadError(GoujiError):
    """A list has no row with the titles of the columns that it must have."""


def read_listing(data: bytes, name: str, titles: Sequence[str], required: Sequence[str]) -> list[Entry]:
    """Read the rows of a list by the titles of its columns, which may be in any order.

    Values are texts; a whole number is its digits, a time is its day. Empty rows are left out. Raises GoujiError for a
    file that is not an .xlsx workbook, for a required column that is missing, for one that occurs twice, and for rows
    below ``LAST_ROW``.
    """
    sheet_name, rows = _rows(data, name)
    numbered = iter(enumerate(rows, 1))
    columns: dict[str, int] = {}
    for row_number, row in numbered:
        head = [_text(value) for value in row]
        column_of = {title: column for column, title in enumerate(head)}
        if all(title in column_of for title in required):
            for title in titles:
                if head.count(title) > 1:
                    raise GoujiError(f"工作表“{sheet_name}”的“{title}”有两列。请删去多余的一列。")
            columns = {title: column_of[title] for title in titles if title in column_of}
            break
        if row_number >= _HEAD_WITHIN:
            break
    if not columns:
        raise NoHeadError(f"工作表“{sheet_name}”里找不到表头（{'、'.join(required)}）。请不要改动表头的文字。")
    entries, width = [], max(columns.values()) + 1
    for row_number, row in numbered:
        entry = Entry(row_number, tuple(map(_text, row[:width])), columns)
        if any(map(entry.__getitem__, columns)):
            if row_number > LAST_ROW:
                raise GoujiError(f"工作表“{sheet_name}”第 {LAST_ROW} 行以下还有内容。请删去多余的行。")
            entries.append(entry)
    return entries


def _rows(data: bytes, name: str) -> tuple[str, Iterator[Sequence[object]]]:
    # The file is the office's own. It is read row by row, because calamine would use up the memory for a sheet with a
    # cell in its last corner.
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = workbook[name] if name in workbook.sheetnames else workbook.worksheets[0]
        sheet.reset_dimensions()
    except Exception as error:  # the library raises a dozen different exceptions for broken files
        raise GoujiError(_BROKEN) from error
    return sheet.title, _each_row(sheet)


def _each_row(sheet: Any) -> Iterator[Sequence[object]]:
    try:
        yield from sheet.iter_rows(max_row=_FAR, max_col=_COLUMNS, values_only=True)
    except Exception as error:
        raise GoujiError(_BROKEN) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value).strip()
