"""A sheet to draw on, with named formats. Where the library refuses something, an error is raised."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from gouji.form.prompts import LONGEST_PROMPT, LONGEST_TITLE
from gouji.form.values import State, Value
from gouji.formats.addresses import Place
from gouji.formats.drawing.measure import note_size
from gouji.formats.drawing.plan import STATE, Plan, View
from gouji.formats.drawing.seams import PlainSheet
from gouji.runtime.errors import GoujiError
from gouji.runtime.utf16 import cut, units

P = TypeVar("P", bound=Plan)

INPUT_COLOUR, FORMULA_COLOUR, HEADER_COLOUR = "#FFF8DC", "#E9ECEF", "#F4F7FB"
LINE_COLOUR, WRONG_COLOUR, WRONG_INK = "#7F8C99", "#F6B8B0", "#9C0006"
MARK_COLOUR, LINK_COLOUR = "#C00000", "#0563C1"
STATE_COLOURS = {State.READY: "#D9EAD3", State.INCOMPLETE: "#FCE8B2", State.WRONG: WRONG_COLOUR}

LONGEST = 32767
"""The most characters that a cell can hold."""

DIGITS = 15
"""Significant digits that spreadsheets keep; they silently replace the rest by 0."""

_FIRST_DATE = datetime.date(1900, 3, 1)
"""Spreadsheets get earlier dates wrong, because they take 1900 for a leap year."""

_FARTHEST_DIGIT = 300
"""The most places between a digit and the decimal point; floats hold little more."""

_BASE: dict[str, object] = {"valign": "vcenter"}
_BOXED: dict[str, object] = {"border": 1, "border_color": LINE_COLOUR}
_RULED: dict[str, object] = {"top": 1, "bottom": 1, "top_color": LINE_COLOUR, "bottom_color": LINE_COLOUR}
_INPUT: dict[str, object] = {**_BOXED, "bg_color": INPUT_COLOUR, "locked": False}
_PARAGRAPH: dict[str, object] = {**_INPUT, "text_wrap": True, "valign": "top", "num_format": "@"}
_HAIR = 7
"""The border between two paragraphs of one box."""
_CALCULATED: dict[str, object] = {**_BOXED, "bg_color": FORMULA_COLOUR}
_MARKED: dict[str, object] = {"border": 5, "border_color": MARK_COLOUR}
"""A frame and not a fill: the fill already shows what the cell is for, and turns red while its value is wrong."""
_NOTE: dict[str, object] = {"author": "gouji", "visible": False, "font_name": "宋体", "font_size": 10}

_STYLES: dict[str, dict[str, object]] = {
    "plain": {},
    "title": {"font_name": "黑体", "font_size": 18},
    "form_title": {"font_name": "黑体", "font_size": 20, "align": "center_across"},
    "heading": {"font_name": "黑体", "font_size": 14},
    "group": {"font_name": "黑体", "font_size": 11, "font_color": "#1F3864"},
    "band": {"font_name": "黑体", "font_size": 11, "font_color": "#1F3864", "bg_color": HEADER_COLOUR, **_RULED},
    "band_result": {"font_name": "黑体", "bg_color": HEADER_COLOUR, "align": "center", **_RULED},
    "topic": {"font_name": "黑体", "font_size": 12, "font_color": "#1F3864", "valign": "bottom"},
    "hint": {"font_size": 9, "font_color": "#595959"},
    "note": {"font_size": 10, "font_color": "#404040", "text_wrap": True, "valign": "top"},
    "alert": {"font_name": "黑体", "font_size": 11, "font_color": "#7F6000", "bg_color": "#FFF2CC"},
    "state": {"font_name": "黑体", "font_size": 12, "num_format": '"当前状态："@'},
    "state_cell": {**_BOXED, "font_name": "黑体", "font_size": 12, "align": "center"},
    "link": {"font_size": 10, "font_color": LINK_COLOUR, "underline": 1},
    "boxed_link": {**_BOXED, "font_size": 10, "font_color": LINK_COLOUR, "underline": 1, "align": "center"},
    "field": {**_BOXED, "bg_color": HEADER_COLOUR, "align": "center"},
    "label": {**_BOXED, "bg_color": HEADER_COLOUR, "align": "center", "text_wrap": True, "font_size": 10},
    "stub": {**_BOXED, "bg_color": HEADER_COLOUR, "align": "left", "indent": 1, "text_wrap": True, "font_size": 10},
    "right": {"align": "right", "font_size": 10},
    "right_wrapped": {"align": "right", "font_size": 10, "text_wrap": True},
    "empty": {**_BOXED},
    "box": {**_BOXED, "text_wrap": True},
    "number": {**_INPUT, "align": "center"},
    "given_number": {**_CALCULATED, "align": "center", "bold": True},
    "total": {**_CALCULATED, "align": "center"},
    "result": {**_CALCULATED, "align": "center"},
    "sum": {**_BOXED, "align": "center", "font_color": LINK_COLOUR},
    "share": {**_BOXED, "align": "center", "num_format": "0.0%"},
    "figure": {**_BOXED, "align": "center"},
    "listed": {**_BOXED, "num_format": "@"},
    "listed_link": {**_BOXED, "num_format": "@", "font_color": LINK_COLOUR, "underline": 1},
    "note_line": {"font_size": 10, "font_color": "#404040"},
    "difference": {"align": "center", "font_size": 10, "num_format": '"差 "General;"差 -"General;"平"'},
    "count": {"align": "left", "font_size": 10, "font_color": "#404040", "num_format": '0"字"'},
    "choice": {**_INPUT, "align": "center", "bold": True},
    "text": {**_PARAGRAPH},
    "text_first": {**_PARAGRAPH, "bottom": _HAIR},
    "text_middle": {**_PARAGRAPH, "top": _HAIR, "bottom": _HAIR},
    "text_last": {**_PARAGRAPH, "top": _HAIR},
    "two_lines": {"font_size": 22},
    "entry": {**_INPUT, "num_format": "@", "align": "left", "indent": 1},
    "entry_year": {**_INPUT, "align": "left", "indent": 1},
    "entry_date": {**_INPUT, "align": "left", "indent": 1, "num_format": "yyyy-mm-dd"},
    "entry_name": {**_INPUT, "num_format": "@", "align": "left", "indent": 1, "font_name": "黑体", "font_size": 14},
    "given_name": {
        **_CALCULATED,
        "num_format": "@",
        "align": "left",
        "indent": 1,
        "font_name": "黑体",
        "font_size": 14,
    },
    "given": {**_CALCULATED, "num_format": "@", "align": "left", "indent": 1, "bold": True},
    "given_year": {**_CALCULATED, "align": "left", "indent": 1, "bold": True},
    "input_sample": {**_BOXED, "bg_color": INPUT_COLOUR},
    "total_sample": {**_CALCULATED},
    "summons": {"font_name": "黑体", "font_size": 12, "font_color": MARK_COLOUR, "underline": 1},
    "error": {**_BOXED, "font_color": WRONG_INK, "bold": True},
    "query": {**_BOXED, "font_color": "#7F6000", "bold": True},
    "marked_sample": {**_MARKED},
    "wrong_sample": {**_BOXED, "bg_color": WRONG_COLOUR},
}


class Formats:
    """The formats of a workbook by name; each is created once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._created: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._created:
            self._created[name] = self._workbook.add_format({**_BASE, **_STYLES[name]})
        return self._created[name]

    def marked(self, name: str) -> Format:
        """Return a named format with the frame that marks a cell to correct."""
        framed = f"{name} marked"
        if framed not in self._created:
            self._created[framed] = self._workbook.add_format({**_BASE, **_STYLES[name], **_MARKED})
        return self._created[framed]

    def mark(self, colour: str, ink: str | None = None) -> Format:
        """Return a format for conditional formatting."""
        name = f"mark {colour} {ink}"
        if name not in self._created:
            self._created[name] = self._workbook.add_format(
                {"bg_color": colour, **({"font_color": ink} if ink else {})}
            )
        return self._created[name]


NO_REMARKS: Mapping[str, str] = MappingProxyType({})


class Canvas(Generic[P]):
    """A sheet of the workbook with its formats, the values of its cells, and the notes on them.

    A cell with one of the ``notes`` is marked as one to correct; the ``remarks`` only stand beside theirs.
    """

    def __init__(
        self,
        sheet: PlainSheet,
        plan: P,
        formats: Formats,
        values: Mapping[str, Value],
        given: frozenset[str],
        notes: Mapping[str, str],
        remarks: Mapping[str, str] = NO_REMARKS,
    ) -> None:
        self.sheet, self.plan, self.formats, self.values, self.given = sheet, plan, formats, values, given
        self.notes, self.remarks = notes, remarks
        self.view = View(plan, sheet.get_name())
        if any(plan.places[key].sheet == sheet.get_name() for key in notes):
            sheet.set_tab_color(MARK_COLOUR)

    def style(self, key: str, name: str) -> Format:
        """Return the format of a key's cell, with a frame where the cell is to be corrected."""
        return self.formats.marked(name) if key in self.notes else self.formats[name]

    def text(self, row: int, column: int, text: str, style: str = "plain") -> None:
        """Write a fixed text."""
        _done(self.sheet.write_string(row, column, text, self.formats[style]), text)

    def number(self, row: int, column: int, number: int, style: str) -> None:
        """Write a fixed number."""
        _done(self.sheet.write_number(row, column, number, self.formats[style]), str(number))

    def blank(self, row: int, column: int, style: str) -> None:
        """Draw an empty cell."""
        _done(self.sheet.write_blank(row, column, None, self.formats[style]), style)

    def link(self, row: int, column: int, key: str, text: str, style: str = "link") -> None:
        """Write a link to the cell of a key."""
        place = self.plan.places[key]
        self.link_to(row, column, place.sheet, text, style, place.address)

    def link_to(self, row: int, column: int, sheet: str, text: str, style: str = "link", address: str = "A1") -> None:
        """Write a link to a cell of a sheet."""
        target = f"internal:'{sheet}'!{address}"
        _done(self.sheet.write_url(row, column, target, self.formats[style], text), text)

    def formula(self, key: str, style: str) -> None:
        """Write a calculated cell at its place, with its result."""
        place = self.plan.places[key]
        self.formula_at(place.row, place.column, key, self.plan.formulas[key], style)

    def formula_at(self, row: int, column: int, key: str, formula: str, style: str) -> None:
        """Write a formula whose result is the value of a key, at any place."""
        value = self.values.get(key)
        result = "" if value is None else _plain(value)
        own = self.plan.places[key] == Place(self.sheet.get_name(), row, column)
        chosen = self.style(key, style) if own else self.formats[style]
        _done(self.sheet.write_formula(row, column, f"={formula}", chosen, result), key)
        if own:
            self._note(key)

    def state(self, row: int, column: int, style: str = "state", columns: int = 1) -> None:
        """Write the overall state, and colour as many ``columns`` by it."""
        place = self.plan.places[STATE]
        address = self.view.at(STATE)
        if place == Place(self.sheet.get_name(), row, column):
            self.formula(STATE, style)
        else:
            self.formula_at(row, column, STATE, address, style)
        for state, colour in STATE_COLOURS.items():
            self.mark(row, column, row, column + columns - 1, f'{_absolute(row, column)}="{state.word}"', colour)

    def entry(self, key: str, style: str, given_style: str = "given", columns: int = 1) -> None:
        """Write an input cell with its value; it is locked where the office has filled it in."""
        place, value = self.plan.places[key], self.values.get(key)
        chosen = self.style(key, given_style if key in self.given else style)
        if value is None:
            code = self.sheet.write_blank(place.row, place.column, None, chosen)
        elif isinstance(value, str) and key == "people.date" and (date := _as_date(value)):
            code = self.sheet.write_datetime(place.row, place.column, date, chosen)
        elif isinstance(value, str):
            code = self.sheet.write_string(place.row, place.column, _whole(value, place), chosen)
        else:
            code = self.sheet.write_number(place.row, place.column, _exact(value, place), chosen)
        _done(code, place.printed)
        self._note(key, columns)

    def _note(self, key: str, columns: int = 1) -> None:
        """Attach the note of a key to its cell; it appears beside the cell under the pointer."""
        place = self.plan.places[key]
        text = "\n".join(filter(None, (self.notes.get(key), self.remarks.get(key))))
        if text:
            width, height = note_size(text)
            options = {**_NOTE, "width": width, "height": height, "start_col": place.column + columns}
            _done(self.sheet.write_comment(place.row, place.column, text, options), place.printed)

    def validate(self, keys: tuple[str, ...], rule: Mapping[str, Any]) -> None:
        """Give a validation to cells that form one rectangle."""
        open_keys = [key for key in keys if key not in self.given]
        places = [self.plan.places[key] for key in open_keys]
        if not places:
            return
        first, last = min(places), max(places)
        options = {
            **rule,
            "input_title": cut(str(rule.get("input_title", "")), LONGEST_TITLE),
            "input_message": cut(str(rule.get("input_message", "")), LONGEST_PROMPT),
        }
        code = self.sheet.data_validation(first.row, first.column, last.row, last.column, options)
        _done(code, first.printed)

    def select_first(self, keys: Iterable[str]) -> None:
        """Let the sheet open with its first input selected: the first one to correct, or else the first open one."""
        open_keys = [key for key in keys if key not in self.given]
        first = next((key for key in open_keys if key in self.notes), next(iter(open_keys), None))
        if first:
            place = self.plan.places[first]
            self.sheet.set_selection(place.row, place.column, place.row, place.column)

    def mark(self, row: int, column: int, last_row: int, last_column: int, formula: str, colour: str) -> None:
        """Colour cells where a formula holds."""
        ink = WRONG_INK if colour == WRONG_COLOUR else None
        rule = {"type": "formula", "criteria": f"={formula}", "format": self.formats.mark(colour, ink)}
        _done(self.sheet.conditional_format(row, column, last_row, last_column, rule), formula)


def _absolute(row: int, column: int) -> str:
    address = Place("", row, column).address
    letters = address.rstrip("0123456789")
    return f"${letters}${row + 1}"


def _done(code: object, what: str) -> None:
    """Raise AssertionError where the library returned an error number instead of raising an exception."""
    if isinstance(code, int) and code < 0:
        raise AssertionError(f"the workbook library refused {what[:40]!r} with {code}")


def _plain(value: int | Decimal | str) -> float | int | str:
    return float(value) if isinstance(value, Decimal) else value


def _whole(text: str, place: Place) -> str:
    """Return the text, or raise GoujiError where a cell would cut it off. Spreadsheets count UTF-16 units."""
    length = units(text)
    if length > LONGEST:
        raise GoujiError(f"{place.printed}：文字太长，一格最多 {LONGEST} 个字符，这里有 {length} 个。请分成几段。")
    return text


def _exact(value: int | Decimal, place: Place) -> float | int:
    """Return a number as a spreadsheet stores it, or raise GoujiError where it would be rounded."""
    digits = "".join(map(str, Decimal(value).as_tuple().digits)).strip("0")
    if len(digits) > DIGITS or abs(Decimal(value).adjusted()) > _FARTHEST_DIGIT:
        shown = str(value) if len(str(value)) <= 40 else f"{str(value)[:40]}…"
        raise GoujiError(f"{place.printed}：{shown} 超过 {DIGITS} 位有效数字，电子表格存不下。请核对这个数。")
    return int(value) if isinstance(value, int) else float(value)


def _as_date(text: str) -> datetime.date | None:
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return date if date >= _FIRST_DATE and date.isoformat() == text else None
