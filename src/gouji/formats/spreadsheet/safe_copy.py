"""What a returned file is, looked at before any library opens it: its kind, its sheets, its traces.

No library ever gets the file itself: each kind is looked through within limits, and read here or put together anew
from what a form can need, see :mod:`gouji.formats.spreadsheet.spreadsheetml`, :mod:`gouji.formats.spreadsheet.biff` and
:mod:`gouji.formats.spreadsheet.opendocument`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gouji.formats.spreadsheet import spreadsheetml
from gouji.formats.spreadsheet.markup import Budget, Walk, walked
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.formats.spreadsheet.sight import Sight
from gouji.formats.spreadsheet.values import Sheets, values
from gouji.runtime.errors import DocumentError, NoFormError
from gouji.runtime.signatures import OLE, has_password

_SMALL = 2**20

NO_SPREADSHEET = "这不是电子表格文件。请发回填报表（.xlsx）。"


@dataclass(frozen=True)
class Kind:
    """A kind of spreadsheet file."""

    name: str
    has_xml: bool
    """The file is an .xlsx, whose XML can be looked into a second time."""


XLSX, XLS, ODS = Kind("xlsx", True), Kind("xls", False), Kind("ods", False)


@dataclass(frozen=True)
class Package:
    """A workbook file: what stands in its cells, and what it says beside."""

    kind: Kind
    sheets: Sheets = field(default_factory=dict)
    """The values; of a sheet, no cell further out than a form can have one."""
    xml: Mapping[str, bytes] = field(default_factory=dict)
    """Sheet name → its XML, without cells further out (an .xlsx only)."""
    sight: Mapping[str, Sight] = field(default_factory=dict)
    """Sheet name → what is seen of its cells."""
    formulas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Sheet name → address → formula as typed."""
    validated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sheet name → the ranges that have a validation (an .xlsx only)."""
    far: tuple[str, ...] = ()
    """Where something stands that is too far out to be read."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """The custom properties (an .xlsx only)."""
    foreign: tuple[str, ...] = ()
    """Links and embedded objects, in words."""


def inspect(data: bytes, first_rows: Mapping[str, int] | None = None) -> Package:
    """Return what a workbook file is, and what it holds; of the sheets in ``first_rows`` only so many rows.

    Raises DocumentError with one sentence for everything that is not a workbook that can be opened safely.
    """
    if has_password(data):
        data = _without_password(data)
    if data.startswith(OLE):
        return _old(data)
    archive = SheetArchive(data)
    if "mimetype" in archive or ("content.xml" in archive and "[Content_Types].xml" not in archive):
        return _open_document(archive)
    return _office(archive, first_rows or {})


def _without_password(data: bytes) -> bytes:
    from gouji.formats.spreadsheet.default_password import opened_package

    inside = opened_package(data)
    if inside is None:
        from gouji.formats.spreadsheet.biff import ENCRYPTED

        raise DocumentError(ENCRYPTED)
    return inside


def _old(data: bytes) -> Package:
    from gouji.formats.spreadsheet.biff import rebuilt  # most files are .xlsx

    workbook = rebuilt(data)
    return Package(
        kind=XLS,
        sheets=values(workbook.content),
        sight=workbook.sight,
        formulas={sheet.name: sheet.formulas for sheet in workbook.sheets},
        far=tuple(f"{sheet.name}!{sheet.far}" for sheet in workbook.sheets if sheet.far),
    )


def _open_document(archive: SheetArchive) -> Package:
    from gouji.formats.spreadsheet.opendocument import workbook_of

    workbook = workbook_of(archive, Budget())
    return Package(
        kind=ODS,
        sheets={name: table.rows for name, table in workbook.tables.items()},
        sight=workbook.sight,
        formulas={name: table.formulas for name, table in workbook.tables.items()},
        far=tuple(f"{name}!{table.far}" for name, table in workbook.tables.items() if table.far),
    )


def _office(archive: SheetArchive, first_rows: Mapping[str, int]) -> Package:
    budget = Budget()
    main = _main_part(archive, budget)
    _refuse_other_documents(archive, main)
    if _has_macros(archive, budget):
        raise DocumentError("文件带有宏，为了安全没有打开。请单位另存为“Excel 工作簿(.xlsx)”后重新发送。")
    sheets = spreadsheetml.sheets_of(archive, budget, main, first_rows)
    return Package(
        kind=XLSX,
        sheets={name: sheet.rows for name, sheet in sheets.items()},
        xml={name: sheet.xml for name, sheet in sheets.items()},
        sight={name: sheet.sight for name, sheet in sheets.items() if sheet.sight},
        formulas={name: sheet.formulas for name, sheet in sheets.items()},
        validated={name: tuple(sheet.validated) for name, sheet in sheets.items()},
        far=tuple(f"{name}!{sheet.far}" for name, sheet in sheets.items() if sheet.far),
        properties=_properties(archive, budget),
        foreign=_foreign(archive),
    )


def _main_part(archive: SheetArchive, budget: Budget) -> str:
    """Return the part that lists the sheets: where the package says, or where all programs put it."""
    if "_rels/.rels" in archive:
        main = walked(_MainPart, archive.read("_rels/.rels", _SMALL), budget)
        if main.target.endswith(".xml") and main.target.startswith("xl/") and main.target in archive:
            return main.target
    return "xl/workbook.xml"


class _MainPart(Walk):
    """A pass over the list of what the package is for."""

    target = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            self.target = attributes.get("Target", "").lstrip("/")


def _refuse_other_documents(archive: SheetArchive, main: str) -> None:
    if main in archive:
        return
    if "xl/workbook.bin" in archive:
        raise DocumentError("文件保存成了 .xlsb 格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。")
    if "ofd.xml" in archive:
        raise NoFormError(
            "这是 OFD 版式文件，程序不读。请用报告的 Word 文件、网页或者有文字的 PDF，OFD 阅读器多半能另存为 PDF；"
            "收表的，请单位发回填报表（.xlsx）。"
        )
    if any(name.lower().endswith((".xlsx", ".xls", ".et", ".ods")) for name in archive.names):
        raise DocumentError("这是压缩包，里面才是电子表格。请解压后再读。")
    raise NoFormError(NO_SPREADSHEET)


def _has_macros(archive: SheetArchive, budget: Budget) -> bool:
    """Tell whether a workbook has a part of macros, or is of the kind that may have one.

    The default type of an ending says nothing of the parts that are there: SheetJS lists one of macros in every file.
    """
    if any(name.lower().endswith("vbaproject.bin") for name in archive.names):
        return True
    if "[Content_Types].xml" not in archive:
        return False
    types = walked(_Types, archive.read("[Content_Types].xml", _SMALL), budget)
    return any(kind in type for type in types.overrides for kind in ("macroEnabled", "vbaProject"))


class _Types(Walk):
    """A pass over the list of the parts and their types."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.overrides: list[str] = []

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Override":
            self.overrides.append(attributes.get("ContentType", ""))


class _Texts(Walk):
    """A pass over a part that is one list: the text of each element, and of each property by its name."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.texts: dict[str, str] = {}
        self._key, self._said = "", ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._said = ""
        if name == "property":
            self._key = attributes.get("name", "")

    def ended(self, name: str) -> None:
        self.texts.setdefault(self._key or name, self._said.strip()[:_LONGEST])
        self._said = ""
        if name == "property":
            self._key = ""

    def said(self, text: str) -> None:
        if len(self._said) < _LONGEST:
            self._said += text


_LONGEST = 300


def _texts(archive: SheetArchive, budget: Budget, part: str) -> dict[str, str]:
    """Return what a part about the file says; one that is broken says nothing, the sheets may still be whole."""
    if part not in archive:
        return {}
    try:
        return walked(_Texts, archive.read(part, _SMALL), budget).texts
    except DocumentError:
        return {}


def _properties(archive: SheetArchive, budget: Budget) -> dict[str, str]:
    return _texts(archive, budget, "docProps/custom.xml")


def _foreign(archive: SheetArchive) -> tuple[str, ...]:
    kinds = {"xl/externallinks/": "到别的文件的链接", "xl/embeddings/": "嵌入的对象", "xl/activex/": "控件"}
    return tuple(words for folder, words in kinds.items() if archive.has_folder(folder))
