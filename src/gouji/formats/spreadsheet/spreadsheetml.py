"""An .xlsx from outside: looked through part by part, and put together anew from the parts that are needed.

What the libraries then open is what was looked at: no part hides behind another of the same name, no checksum is
wrong, nothing stands further out than any form of ours, and nothing else comes along.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gouji.formats.spreadsheet import plain_parts, scan
from gouji.formats.spreadsheet.drawings import OnTop
from gouji.formats.spreadsheet.looks import Looks, looks
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk, Walk, walked
from gouji.formats.spreadsheet.namespaces import LINKS, MAIN, WITH_LINKS
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.formats.spreadsheet.plain_parts import LAST_ROW
from gouji.formats.spreadsheet.rich_text import SharedTexts
from gouji.formats.spreadsheet.sheet_pattern import Cells
from gouji.formats.spreadsheet.sight import Sight
from gouji.formats.spreadsheet.values import Rows, values
from gouji.formats.spreadsheet.xlsx_sight import Parts, XlsxSight
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE
from gouji.runtime.xml_text import quoteattr

MOST_SHEETS = 200
_SMALL = 4 * 2**20
_STRICT = b"http://purl.oclc.org/ooxml/"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

T = TypeVar("T")


@dataclass
class Sheet:
    """What the XML of a sheet says."""

    xml: bytes = b""
    """The sheet as it is."""
    plain: bytes = b""
    """The sheet as a library can read it without doubt; empty where a scan has found its cells."""
    rows: Rows = ()
    """What stands in its cells."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """Address → formula as typed."""
    validated: Sequence[str] = ()
    """The ranges that have a validation."""
    far: str = ""
    """Where the first value stands that is too far out to be read."""
    cells: Cells | None = None
    """The cells, if a scan was enough to find them."""
    sight: Sight | None = None
    """What is seen of them."""


def sheets_of(archive: SheetArchive, budget: Budget, main: str, first_rows: Mapping[str, int]) -> dict[str, Sheet]:
    """Return the sheets of a workbook; of those in ``first_rows`` only so many rows.

    Raises DocumentError where a part is broken, lies or is too large, or where the workbook is of the strict kind.
    """
    xml = archive.read(main, _SMALL)
    if _STRICT in xml:
        raise DocumentError(
            "文件保存成了“Strict Open XML”格式，读不全。请另存为普通的“Excel 工作簿(.xlsx)”后重新发送。"
        )
    book = walked(_Book, xml, budget)
    folder, _, file = main.rpartition("/")
    relationships = f"{folder}/_rels/{file}.rels"
    targets = walked(_Relationships, archive.read(relationships, _SMALL), budget)
    names = [name for name, _ in book.sheets]
    parts = [posixpath.join("/" + folder, targets.sheets.get(id, "")) for _, id in book.sheets]
    kept = [(name, part) for name, part in zip(names, parts, strict=True) if not part.endswith("/") and part in archive]
    if len(set(names)) < len(names) or len({part for _, part in kept}) < len(kept):
        raise DocumentError(BROKEN)
    if not kept:
        raise DocumentError(BROKEN)
    if len(kept) > MOST_SHEETS:
        raise DocumentError(TOO_LARGE)
    sheets = {name: _sheet(archive, budget, name, part) for name, part in kept}
    shared: dict[str, _Shared[Any]] = {}
    for kind, look in _SHARED.items():
        part = posixpath.join("/" + folder, targets.others.get(kind, f"{kind}.xml"))
        if part in archive:
            shared[kind] = look(archive.read(part), budget)
    theme = posixpath.join("/" + folder, targets.others.get("theme", "theme/theme1.xml"))
    colours = archive.read(theme, _SMALL) if theme in archive else b""
    on_paper = looks(shared["styles"].xml, budget, colours) if "styles" in shared else Looks()
    texts = SharedTexts(shared["sharedStrings"].xml if "sharedStrings" in shared else b"", on_paper.palette)
    common = Parts(on_paper, texts, budget)
    for name, part in kept:
        sheet = sheets[name]
        on_top = OnTop(archive, budget, part)
        sheet.sight = XlsxSight(sheet.xml, sheet.cells, common, on_top, hidden=name in book.hidden)
    unread = dict(sheets)
    said: scan.Texts | None = shared["sharedStrings"].found if "sharedStrings" in shared else scan.NO_TEXTS
    styles: scan.Styles | None = shared["styles"].found if "styles" in shared else scan.NO_STYLES
    if said is not None and styles is not None and not book.since_1904:
        for name, sheet in sheets.items():
            known = scan.rows(sheet.cells, said, styles, first_rows.get(name, LAST_ROW)) if sheet.cells else None
            if known is not None:
                unread.pop(name).rows = known
    for name, sheet in unread.items():
        # A scan has found the cells, and some value in them is not usual.
        sheet.plain = sheet.plain or plain_parts.sheet(sheet.xml, Budget(), name).xml
    if unread:
        read = values(_zipped(unread, {kind: part.plain for kind, part in shared.items()}, book.since_1904))
        for name, sheet in unread.items():
            sheet.rows = read[name][: first_rows.get(name, LAST_ROW)]
    return sheets


@dataclass(frozen=True)
class _Shared(Generic[T]):
    """A part that the sheets share."""

    xml: bytes
    plain: bytes
    """The part as a library can read it without doubt."""
    found: T | None
    """What a scan has found in it."""


def _looked_through(
    scanned: Callable[[bytes], T | None], written: Callable[[bytes, Budget], bytes]
) -> Callable[[bytes, Budget], _Shared[T]]:
    """Return a look at a part: what a scan does not know of it is written anew for a parser."""

    def look(xml: bytes, budget: Budget) -> _Shared[T]:
        found = scanned(xml)
        return _Shared(xml, xml if found is not None else written(xml, budget), found)

    return look


_SHARED: Mapping[str, Callable[[bytes, Budget], _Shared[Any]]] = {
    "sharedStrings": _looked_through(lambda xml: scan.texts(xml), plain_parts.texts),
    "styles": _looked_through(lambda xml: scan.styles(xml), plain_parts.formats),
}


class _Book(NamespacedWalk):
    """A pass over the list of sheets."""

    namespaces = WITH_LINKS

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.sheets: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self.since_1904 = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            name = attributes.get("name", "")
            self.sheets.append((name, attributes.get("r:id", "")))
            if attributes.get("state", "visible") != "visible":
                self.hidden.add(name)
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


def _sheet(archive: SheetArchive, budget: Budget, name: str, part: str) -> Sheet:
    xml, far = archive.read_rows(part, LAST_ROW)
    cells = None if far else scan.cells(xml)
    if cells is not None and cells.pattern.elements <= budget.elements:
        pattern = cells.pattern
        budget.elements -= pattern.elements
        return Sheet(xml, formulas=pattern.formulas, validated=pattern.validated, cells=cells)
    plain = plain_parts.sheet(xml, budget, name)
    return Sheet(xml, plain.xml, formulas=plain.formulas, validated=plain.validated, far=plain.far or far)


def _zipped(sheets: Mapping[str, Sheet], others: Mapping[str, bytes], since_1904: bool) -> bytes:
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    ) + "".join(f'<Relationship Id="{kind}" Type="{LINKS}/{kind}" Target="{kind}.xml"/>' for kind in others)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("[Content_Types].xml", f'{_HEAD}<Types xmlns="{_TYPES}"/>')
        made.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}">'
            f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        made.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr date1904="{int(since_1904)}"/>'
            f"<sheets>{entries}</sheets></workbook>",
        )
        made.writestr("xl/_rels/workbook.xml.rels", f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>')
        for number, sheet in enumerate(sheets.values(), 1):
            made.writestr(f"xl/worksheets/sheet{number}.xml", sheet.plain)
        for kind, xml in others.items():
            made.writestr(f"xl/{kind}.xml", xml)
    return target.getvalue()
