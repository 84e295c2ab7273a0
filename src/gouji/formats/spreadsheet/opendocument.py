"""An .ods from outside: walked through, and its values read here, no further out than a form can have cells.

OpenDocument 1.3 part 3, 9.1. The library that reads the other formats takes white space between cells for a fault,
needs a part that some programs do not write, and knows floats in one notation only.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import OPEN_DOCUMENT
from gouji.formats.spreadsheet.opendocument_sight import OdsSight, sights
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.formats.spreadsheet.plain_parts import LAST_COLUMN, LAST_ROW
from gouji.formats.spreadsheet.spreadsheetml import MOST_SHEETS
from gouji.formats.spreadsheet.values import Rows
from gouji.runtime.errors import DocumentError, NoFormError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

MOST_CELLS = 500_000
MIMETYPE = "application/vnd.oasis.opendocument."
"""How the types of all documents of this family begin."""

_CELLS = ("table:table-cell", "table:covered-table-cell")
_PARAGRAPHS = ("text:p", "text:h")
_BESIDE = frozenset(
    ("office:annotation", "table:shapes", "table:dde-links", "table:tracked-changes", "office:forms", "text:ruby-text")
)
"""What stands beside the cells, or in one of them and is no text of it; so is every drawing."""

_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_SPACES = re.compile(r"[ \t\r\n]+")
_FORMULA = re.compile(r"[a-zA-Z]{1,10}:(?==)")
"""The language of a formula stands before it."""


@dataclass
class Table:
    """What a sheet says."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    """Row and column, from 0 → value."""
    formulas: dict[str, str] = field(default_factory=dict)
    far: str = ""

    @property
    def rows(self) -> Rows:
        """The values, row by row from A1."""
        if not self.cells:
            return []
        height, width = max(row for row, _ in self.cells) + 1, max(column for _, column in self.cells) + 1
        grid: list[list[Any]] = [[""] * width for _ in range(height)]
        for (row, column), value in self.cells.items():
            grid[row][column] = value
        return grid


class _Content(NamespacedWalk):
    """A pass over all tables."""

    namespaces = OPEN_DOCUMENT

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.tables: dict[str, Table] = {}
        self.is_spreadsheet = False
        self._table = Table()
        self._row = self._rows = self._column = self._columns = 0
        self._cells = 0
        self._beside = 0
        """How deep the walk is in what is no text of a cell."""
        self._attributes: dict[str, str] | None = None
        """Those of the cell that the walk is in."""
        self._text = _Text()

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if self._beside or name in _BESIDE or name.startswith("draw:"):
            self._beside += 1
        elif name in _CELLS:
            self._begin_cell(attributes)
        elif name == "table:table-row":
            self._column, self._rows = 0, _times(attributes, "table:number-rows-repeated")
        elif name == "table:table":
            self._begin_table(attributes.get("table:name", ""))
        elif self._attributes is not None:
            self._text.begin(name, attributes)
        elif name == "office:spreadsheet":
            self.is_spreadsheet = True

    def ended(self, name: str) -> None:
        if self._beside:
            self._beside -= 1
        elif name in _CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._row += self._rows
        elif self._attributes is not None and name in _PARAGRAPHS:
            self._text.end_paragraph()

    def said(self, text: str) -> None:
        if self._attributes is not None and not self._beside:
            self._text.add(text)

    def _begin_table(self, name: str) -> None:
        if name in self.tables or self._attributes is not None:
            raise DocumentError(BROKEN)
        if len(self.tables) >= MOST_SHEETS:
            raise DocumentError(TOO_LARGE)
        self._table = self.tables[name] = Table()
        self._row = self._rows = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._attributes is not None:
            raise DocumentError(BROKEN)
        self._columns = _times(attributes, "table:number-columns-repeated")
        self._attributes, self._text = attributes, _Text()

    def _end_cell(self) -> None:
        attributes, self._attributes = self._attributes, None
        assert attributes is not None
        value = _value(attributes, self._text.whole)
        formula = attributes.get("table:formula")
        first_row, first_column = self._row, self._column
        self._column += self._columns
        if value == "" and formula is None:
            return
        last_row, last_column = first_row + self._rows, first_column + self._columns
        if last_row > LAST_ROW or last_column > LAST_COLUMN:
            self._table.far = self._table.far or address_of(last_row - 1, last_column - 1)
        rows, columns = range(first_row, min(last_row, LAST_ROW)), range(first_column, min(last_column, LAST_COLUMN))
        self._cells += len(rows) * len(columns)
        if self._cells > MOST_CELLS:
            raise DocumentError(TOO_LARGE)
        for row in rows:
            for column in columns:
                if value != "":
                    self._table.cells[row, column] = value
                if formula is not None:
                    self._table.formulas[address_of(row, column)] = _FORMULA.sub("", formula, count=1)


class _Text:
    """The text of a cell: white space is one space, unless it is an element; paragraphs are lines."""

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._in_paragraph = self._after_space = False

    @property
    def whole(self) -> str:
        """What the cell shows."""
        return "\n".join(self._paragraphs)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name in _PARAGRAPHS:
            self._paragraphs.append("")
            self._in_paragraph = self._after_space = True
        elif self._in_paragraph and name in ("text:tab", "text:line-break", "text:s"):
            times = min(_times(attributes, "text:c"), 1000)
            self._paragraphs[-1] += {"text:tab": "\t", "text:line-break": "\n", "text:s": " " * times}[name]
            self._after_space = False

    def add(self, text: str) -> None:
        """Take a piece of text."""
        if not self._in_paragraph:
            return
        text = _SPACES.sub(" ", text)
        if self._after_space:
            text = text.removeprefix(" ")
        if text:
            self._paragraphs[-1] += text
            self._after_space = text.endswith(" ")

    def end_paragraph(self) -> None:
        """End a paragraph; a space at its end is none."""
        if self._after_space:
            self._paragraphs[-1] = self._paragraphs[-1].removesuffix(" ")
        self._in_paragraph = False


def _value(attributes: Mapping[str, str], text: str) -> Any:
    """Return what a cell holds; what cannot be understood is the text that it shows."""
    kind = attributes.get("office:value-type", "")
    if kind in ("float", "percentage", "currency"):
        said = attributes.get("office:value", "").strip()
        return float(said) if _FLOAT.fullmatch(said) else text or said
    if kind == "boolean":
        return {"true": True, "false": False}.get(attributes.get("office:boolean-value", ""), text)
    if kind == "date":
        return _date(attributes.get("office:date-value", "")) or text
    return text or attributes.get("office:string-value", "")


def _date(said: str) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(said) if "T" in said else datetime.date.fromisoformat(said)
    except ValueError:
        return None


def _times(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name)
    if said is None:
        return 1
    said = said.strip()
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise DocumentError(BROKEN)
    return int(said)


@dataclass(frozen=True)
class Workbook:
    """What an .ods holds."""

    tables: Mapping[str, Table]
    sight: Mapping[str, OdsSight]


def workbook_of(archive: SheetArchive, budget: Budget) -> Workbook:
    """Return the tables of an .ods.

    Raises DocumentError where it is broken, encrypted or too large, or is another document.
    """
    kind = archive.read("mimetype", 2**10).decode("latin-1").strip() if "mimetype" in archive else ""
    if kind.removeprefix(MIMETYPE).startswith("text"):
        raise NoFormError(
            "这是 OpenDocument 文字文件（.odt），读不了。请用 Word、WPS 或者 LibreOffice 另存为 .docx 后再读。"
        )
    if kind and not kind.removeprefix(MIMETYPE).startswith("spreadsheet"):
        raise NoFormError("这不是电子表格文件。请发回填报表（.xlsx）。")
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
    xml = archive.read("content.xml")
    walk = _Content(budget)
    walk.over(xml)
    if not walk.is_spreadsheet:
        raise NoFormError("这不是电子表格文件。请发回填报表（.xlsx）。")
    styles = archive.read("styles.xml") if "styles.xml" in archive else b""
    return Workbook(walk.tables, sights(xml, styles, walk.tables))
