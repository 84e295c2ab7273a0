"""An .xlsx from outside: looked through part by part, and put together anew from the parts that are needed.

What the libraries then open is what was looked at: no part hides behind another of the same name, no checksum is
wrong, nothing stands further out than any form of ours, and nothing else comes along.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from gouji.formats.addresses import column_letters
from gouji.formats.spreadsheet import scan
from gouji.formats.spreadsheet.drawings import OnTop
from gouji.formats.spreadsheet.looks import Looks, looks
from gouji.formats.spreadsheet.markup import Budget, Walk, is_plain, local, spliced
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.formats.spreadsheet.rich_text import rich_texts
from gouji.formats.spreadsheet.sight import Sight
from gouji.formats.spreadsheet.values import Rows, values
from gouji.formats.spreadsheet.xlsx_sight import Parts, XlsxSight
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

LAST_ROW, LAST_COLUMN = 2000, 256
"""Beyond these no form of ours has a cell."""

MOST_SHEETS = 200
_SMALL = 4 * 2**20
_STRICT = b"http://purl.oclc.org/ooxml/"
_ADDRESS = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")

T = TypeVar("T")


@dataclass
class Sheet:
    """What the XML of a sheet says."""

    xml: bytes = b""
    """The sheet without what stands too far out."""
    rows: Rows = ()
    """What stands in its cells."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """Address → formula as typed."""
    validated: Sequence[str] = ()
    """The ranges that have a validation."""
    far: str = ""
    """Where the first value stands that is too far out to be read."""
    cells: scan.Cells | None = None
    """The cells, if a scan was enough to find them."""
    sight: Sight | None = None
    """What is seen of them."""


def column_number(letters: str) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _SheetWalk(Walk):
    """A pass over the cells of a sheet."""

    def __init__(self, budget: Budget, sheet: Sheet) -> None:
        super().__init__(budget)
        self.sheet = sheet
        self.formulas: dict[str, str] = {}
        self.validated: list[str] = []
        sheet.formulas, sheet.validated = self.formulas, self.validated
        self.edits: list[tuple[int, int, bytes]] = []
        self._row = self._column = 0
        self._address = ""
        self._formula: list[str] | None = None
        self._cut_from: int | None = None
        self._outside = self._ending = self._holds = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if self._ending:
            self._cut()
        if name == "c":
            self._cell(attributes.get("r", ""))
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() and len(number) < 10 else self._row + 1
            self._column = 0
        elif name == "f":
            self._holds, self._formula = True, []
        elif name in ("v", "is"):
            self._holds = True
        elif name == "dataValidation":
            self.validated += attributes.get("sqref", "").split()

    def _cell(self, address: str) -> None:
        found = _ADDRESS.fullmatch(address)
        if address and not found:
            raise DocumentError(BROKEN)
        if found:
            letters = found[1].upper()
            self._column = ord(letters) - 64 if len(letters) == 1 else column_number(letters)
            self._row = int(found[2])
            self._address = address.upper()
        else:
            self._column += 1
            self._address = f"{column_letters(self._column - 1)}{self._row}"
        self._holds = False
        if self._row > LAST_ROW or self._column > LAST_COLUMN or self._row < 1:
            self._cut_from = self.offset

    def ended(self, name: str) -> None:
        if self._ending:
            self._cut()
        if name == "f" and self._formula is not None:
            if self._cut_from is None:
                self.formulas[self._address] = "=" + "".join(self._formula)
            self._formula = None
        elif name == "c" and self._cut_from is not None:
            self._ending = True
            if self._holds and not self.sheet.far:
                self.sheet.far = self._address

    def said(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)

    def _cut(self) -> None:
        assert self._cut_from is not None
        self.edits.append((self._cut_from, self.offset, b""))
        self._cut_from, self._ending = None, False


def sheets_of(archive: SheetArchive, budget: Budget, main: str, first_rows: Mapping[str, int]) -> dict[str, Sheet]:
    """Return the sheets of a workbook; of those in ``first_rows`` only so many rows.

    Raises DocumentError where a part is broken, lies or is too large, or where the workbook is of the strict kind.
    """
    xml = archive.read(main, _SMALL)
    if _STRICT in xml:
        raise DocumentError(
            "文件保存成了“Strict Open XML”格式，读不全。请另存为普通的“Excel 工作簿(.xlsx)”后重新发送。"
        )
    book = _Book(budget)
    book.over(xml)
    targets = _Relationships(budget)
    folder, _, file = main.rpartition("/")
    relationships = f"{folder}/_rels/{file}.rels"
    targets.over(archive.read(relationships, _SMALL))
    names = [name for name, _ in book.sheets]
    parts = [posixpath.join("/" + folder, targets.sheets.get(id, "")) for _, id in book.sheets]
    kept = [(name, part) for name, part in zip(names, parts, strict=True) if not part.endswith("/") and part in archive]
    if len(set(names)) < len(names) or len({part for _, part in kept}) < len(kept):
        raise DocumentError(BROKEN)
    if not kept:
        raise DocumentError(BROKEN)
    if len(kept) > MOST_SHEETS:
        raise DocumentError(TOO_LARGE)
    sheets = {name: _sheet(archive, budget, part) for name, part in kept}
    shared: dict[str, bytes] = {}
    texts: scan.Texts | None = scan.NO_TEXTS
    styles: scan.Styles | None = scan.NO_STYLES
    if part := _shared_part(archive, folder, targets, "sharedStrings"):
        shared["sharedStrings"], texts = _looked_through(archive.read(part), budget, scan.texts)
    if part := _shared_part(archive, folder, targets, "styles"):
        shared["styles"], styles = _looked_through(archive.read(part), budget, scan.styles)
    on_paper = Parts(
        looks(shared["styles"], budget) if "styles" in shared else Looks(),
        rich_texts(shared["sharedStrings"], budget) if "sharedStrings" in shared else {},
        budget,
    )
    for name, part in kept:
        sheet = sheets[name]
        on_top = OnTop(archive, budget, part)
        sheet.sight = XlsxSight(sheet.xml, sheet.cells, on_paper, on_top, hidden=name in book.hidden)
    unread = dict(sheets)
    if texts is not None and styles is not None and not book.since_1904:
        for name, sheet in sheets.items():
            cells = sheet.cells.first_rows(first_rows[name]) if sheet.cells and name in first_rows else sheet.cells
            known = scan.rows(cells, texts, styles) if cells else None
            if known is not None:
                unread.pop(name).rows = known
    if unread:
        read = values(_zipped(unread, shared, book.since_1904))
        for name, sheet in unread.items():
            sheet.rows = read[name][: first_rows.get(name, LAST_ROW)]
    return sheets


def _shared_part(archive: SheetArchive, folder: str, targets: _Relationships, kind: str) -> str:
    part = posixpath.join("/" + folder, targets.others.get(kind, f"{kind}.xml"))
    return part if part in archive else ""


def _looked_through(xml: bytes, budget: Budget, scanned: Callable[[bytes], T | None]) -> tuple[bytes, T | None]:
    """Return a part and what a scan finds in it; one that the scan does not know is proved safe for a parser."""
    found = scanned(xml)
    if found is None and not is_plain(xml, budget):
        Walk(budget).over(xml)
    return xml, found


class _Book(Walk):
    """A pass over the list of sheets."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.sheets: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self.since_1904 = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            said = local(attributes)
            self.sheets.append((said.get("name", ""), said.get("id", "")))
            if said.get("state", "visible") != "visible":
                self.hidden.add(said.get("name", ""))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true", "on")


class _Relationships(Walk):
    """A pass over the list of parts that belong to the workbook."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.sheets: dict[str, str] = {}
        self.others: dict[str, str] = {}

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
        if kind == "worksheet":
            self.sheets[attributes.get("Id", "")] = target
        else:
            self.others[kind] = target


def _sheet(archive: SheetArchive, budget: Budget, part: str) -> Sheet:
    xml, far = archive.read_rows(part, LAST_ROW)
    cells = None if far else scan.cells(xml)
    if cells is not None and cells.elements <= budget.elements:
        budget.elements -= cells.elements
        return Sheet(xml, formulas=scan.Formulas(cells.formulas_by_address()), validated=cells.validated, cells=cells)
    plain = None if far else _plain_sheet(xml, budget)
    if plain is not None:
        return plain
    sheet = Sheet()
    walk = _SheetWalk(budget, sheet)
    walk.over(xml)
    sheet.xml = spliced(xml, walk.edits)
    sheet.far = sheet.far or far
    return sheet


_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,2})(\d{1,4})"(?: [a-qs-z]{1,2}="[^"<>]*")*/?>')
_PLAIN_FORMULA = re.compile(rb'<c r="([A-Z]{1,2}\d{1,4})"[^<>]*>(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))')
_TAG = re.compile(rb"[<:](c|f|dataValidation)(?=[\s/>])")


def _plain_sheet(xml: bytes, budget: Budget) -> Sheet | None:
    """Return what a sheet says beside its values, if patterns account for every cell, formula and validation.

    What a scan does not know of such a sheet are values, which are left to the library; to walk over it costs more.
    """
    if not is_plain(xml, budget):
        return None
    cells, formulas, validations = _PLAIN_CELL.findall(xml), _PLAIN_FORMULA.findall(xml), scan.VALIDATION.findall(xml)
    tags = _TAG.findall(xml)
    whole = (
        len(cells) == tags.count(b"c")
        and len(formulas) == tags.count(b"f")
        and len(validations) == tags.count(b"dataValidation")
    )
    if not whole or any(int(row) > LAST_ROW or int(row) < 1 for row in {row for _, row in cells}):
        return None
    if any(column_number(letters.decode()) > LAST_COLUMN for letters in {letters for letters, _ in cells}):
        return None
    budget.elements -= xml.count(b"<") - xml.count(b"</")
    return Sheet(xml, formulas=scan.Formulas(formulas), validated=scan.ranges(validations))


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def _zipped(sheets: Mapping[str, Sheet], others: Mapping[str, bytes], since_1904: bool) -> bytes:
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    ) + "".join(f'<Relationship Id="{kind}" Type="{_LINKS}/{kind}" Target="{kind}.xml"/>' for kind in others)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("[Content_Types].xml", f'{_HEAD}<Types xmlns="{_TYPES}"/>')
        made.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}">'
            f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        made.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr date1904="{int(since_1904)}"/>'
            f"<sheets>{entries}</sheets></workbook>",
        )
        made.writestr("xl/_rels/workbook.xml.rels", f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>')
        for number, sheet in enumerate(sheets.values(), 1):
            made.writestr(f"xl/worksheets/sheet{number}.xml", sheet.xml)
        for kind, xml in others.items():
            made.writestr(f"xl/{kind}.xml", xml)
    return target.getvalue()
