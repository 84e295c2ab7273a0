"""An .ods from outside: looked through, its repetitions cut down to what a form can need, and put together anew."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from gouji.formats.addresses import column_letters
from gouji.formats.spreadsheet.markup import Budget, Walk, local, spliced
from gouji.formats.spreadsheet.opendocument_sight import OdsSight, sights
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.formats.spreadsheet.plain_parts import LAST_COLUMN, LAST_ROW
from gouji.formats.spreadsheet.spreadsheetml import MOST_SHEETS
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

MOST_CELLS = 500_000
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_REPEATED = re.compile(rb'(number-(?:rows|columns)-repeated\s*=\s*["\'])[^"\']*')
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


@dataclass
class Table:
    """What the XML of a sheet says beside its values."""

    formulas: dict[str, str] = field(default_factory=dict)
    far: str = ""


class _Content(Walk):
    """A pass over all tables."""

    def __init__(self, budget: Budget, xml: bytes) -> None:
        super().__init__(budget)
        self._xml = xml
        self.edits: list[tuple[int, int, bytes]] = []
        self.tables: dict[str, Table] = {}
        self._depth = 0
        self._table = Table()
        self._row = self._rows = self._column = self._columns = self._widest = 0
        self._cells = 0
        self._valued = False
        self._cut_from: int | None = None
        self._cut_depth = 0
        self._cutting = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._finish_cut()
        self._depth += 1
        if self._cut_from is not None:
            if name == "table-cell" and "value-type" in local(attributes):
                self._note_far(self._column + 1, self._row + 1)
            return
        if name == "table":
            self._begin_table(local(attributes).get("name", ""))
        elif name == "table-row":
            self._begin_row(attributes)
        elif name in ("table-cell", "covered-table-cell"):
            self._begin_cell(local(attributes))
        elif name in ("tab", "line-break", "s"):
            self._replace_space(name, local(attributes))

    def ended(self, name: str) -> None:
        self._finish_cut()
        self._depth -= 1
        if self._cut_from is not None:
            self._cutting = self._depth == self._cut_depth
        if name == "table-row":
            self._end_row()

    def _begin_table(self, name: str) -> None:
        if name in self.tables:
            raise DocumentError(BROKEN)
        if len(self.tables) >= MOST_SHEETS:
            raise DocumentError(TOO_LARGE)
        self._table = self.tables[name] = Table()
        self._row = self._rows = 0

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._column, self._rows = 0, _times(attributes, "number-rows-repeated")
        if self._row >= LAST_ROW:
            self._begin_cut()
        elif self._row + self._rows > LAST_ROW:
            self._clip(LAST_ROW - self._row)

    def _begin_cell(self, said: dict[str, str]) -> None:
        self._columns = _times(said, "number-columns-repeated")
        if "value-type" in said:
            self._valued = True
            self._note_far(max(self._column + self._columns, 1), max(self._row + self._rows, 1))
        if self._column >= LAST_COLUMN:
            self._begin_cut()
        elif self._column + self._columns > LAST_COLUMN:
            self._clip(LAST_COLUMN - self._column)
        if "formula" in said:
            for column in range(self._column, min(self._column + self._columns, LAST_COLUMN)):
                address = f"{column_letters(column)}{self._row + 1}"
                self._table.formulas[address] = said["formula"].removeprefix("of:")
        self._column += self._columns

    def _end_row(self) -> None:
        # The reader makes every repetition of a row that holds something.
        times = max(min(self._rows, LAST_ROW - self._row), 0) if self._valued else 1
        self._cells += times * min(self._column, LAST_COLUMN)
        if self._cells > MOST_CELLS:
            raise DocumentError(TOO_LARGE)
        self._row += self._rows
        self._rows, self._valued = 0, False

    def _note_far(self, last_column: int, last_row: int) -> None:
        if not self._table.far and (last_column > LAST_COLUMN or last_row > LAST_ROW):
            self._table.far = f"{column_letters(last_column - 1)}{last_row}"

    def _replace_space(self, name: str, said: dict[str, str]) -> None:
        """Write out a space that is an element, which the reader would lose or take for one only."""
        times = min(_times(said, "c"), 1000)
        sign = {"tab": b"&#9;", "line-break": b"&#10;", "s": b"&#32;" * times}[name]
        end = self._xml.index(b">", self.offset)
        if self._xml[end - 1 : end] == b"/":
            self.edits.append((self.offset, end + 1, sign))

    def _clip(self, times: int) -> None:
        """Repeat a row or a cell no further than a form can reach."""
        end = self._xml.index(b">", self.offset)
        tag = self._xml[self.offset : end]
        self.edits.append((self.offset, end, _REPEATED.sub(lambda found: found[1] + b"%d" % times, tag)))

    def _begin_cut(self) -> None:
        self._cut_from, self._cut_depth = self.offset, self._depth - 1

    def _finish_cut(self) -> None:
        if self._cutting and self._cut_from is not None:
            self.edits.append((self._cut_from, self.offset, b""))
            self._cut_from, self._cutting = None, False


def _times(attributes: dict[str, str], name: str) -> int:
    said = local(attributes).get(name, "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 1


@dataclass(frozen=True)
class Workbook:
    """An .ods that is safe to open."""

    content: bytes
    tables: dict[str, Table]
    sight: Mapping[str, OdsSight]


def rebuilt(archive: SheetArchive, budget: Budget) -> Workbook:
    """Return an .ods made anew from the tables of one.

    Raises DocumentError where it is broken, encrypted or too large.
    """
    if archive.read("mimetype", 2**10).strip() != MIMETYPE:
        raise DocumentError("这不是电子表格文件。请发回填报表（.xlsx）。")
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
    xml = archive.read("content.xml")
    walk = _Content(budget, xml)
    walk.over(xml)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", MIMETYPE)
        made.writestr("META-INF/manifest.xml", _MANIFEST)
        made.writestr("content.xml", spliced(xml, walk.edits))
    return Workbook(target.getvalue(), walk.tables, sights(xml, Budget()))
