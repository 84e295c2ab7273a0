"""What a returned file is, looked at before any library opens it: its kind, its parts, their sizes, its traces.

The look costs little whatever the file holds: sizes are read before anything is unpacked, and each sheet's XML is
scanned once, for cells far outside any form (one of them makes a reader ask for all the memory there is), for formulas
and for validations.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from gouji.errors import DocumentError

MOST_PARTS = 2000
LARGEST_PART = 20 * 2**20
LARGEST_WHOLE = 40 * 2**20
FARTHEST_ROW, FARTHEST_COLUMN = 20_000, 256
"""Beyond these no form of ours has a cell."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/"
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Za-z]{1,4})(\d{1,8})"[^>]*?(/?)>')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)'
)
_VALIDATION = re.compile(rb'<(?:\w+:)?dataValidation\b[^>]*?\bsqref="([^"]*)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)/?>")
_PROPERTY = re.compile(rb'<property\b[^>]*\bname="([^"]*)"[^>]*>\s*<vt:\w+>([^<]*)</vt:\w+>')

BROKEN = "文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。"
TOO_LARGE = "文件里面大得不正常，没有打开。请单位用填报表重新填写、重新发送。"


@dataclass(frozen=True)
class Kind:
    """A kind of spreadsheet file."""

    name: str
    has_xml: bool
    """The file is an .xlsx, which can be looked into a second time."""


XLSX, XLS, ODS = Kind("xlsx", True), Kind("xls", False), Kind("ods", False)


@dataclass(frozen=True)
class Package:
    """A workbook file that is safe to open, and what its XML says beside its values (an .xlsx only)."""

    kind: Kind
    formulas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Sheet name → address → formula as typed."""
    validated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sheet name → the ranges that have a validation."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """The custom properties."""
    program: str = ""
    saved: str = ""
    """When it was last saved, as the file says."""
    foreign: tuple[str, ...] = ()
    """Links and embedded objects, in words."""


def looks_like_a_workbook(data: bytes) -> bool:
    """Tell whether the bytes may be a workbook, from their beginning."""
    return data.startswith((b"PK", _OLE))


def inspect(data: bytes) -> Package:
    """Return what a workbook file is.

    Raises DocumentError with one sentence for everything that is not a workbook that can be opened safely.
    """
    if data.startswith(_OLE):
        return Package(_ole(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _zipped(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, KeyError):
        raise DocumentError(BROKEN) from None


def _ole(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentError("文件加了打开密码，读不了。请单位去掉密码后重新发送。")
    if "WordDocument".encode("utf-16-le") in data:
        raise DocumentError("这是旧版 Word 文件，不是填报表。请发回填报表（.xlsx）。")
    return XLS


def _zipped(archive: zipfile.ZipFile) -> Package:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    sizes = [part.file_size for part in parts]
    if len(parts) > MOST_PARTS or max(sizes, default=0) > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
        raise DocumentError(TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError("文件加了密码，读不了。请单位去掉密码后重新发送。")
    if "mimetype" in names:
        return Package(ODS)
    _refuse_other_documents(names)
    workbook = part(archive, "xl/workbook.xml")
    if _STRICT in workbook:
        raise DocumentError(
            "文件保存成了“Strict Open XML”格式，读不全。请另存为普通的“Excel 工作簿(.xlsx)”后重新发送。"
        )
    if "xl/vbaProject.bin" in names or b"macroEnabled" in part(archive, "[Content_Types].xml"):
        raise DocumentError("文件带有宏，为了安全没有打开。请单位另存为“Excel 工作簿(.xlsx)”后重新发送。")
    sheets = {name: part(archive, path) for name, path in _sheet_parts(archive, workbook).items() if path in names}
    for xml in sheets.values():
        _refuse_far_cells(xml)
    return Package(
        kind=XLSX,
        formulas={name: _formulas(xml) for name, xml in sheets.items()},
        validated={name: _validated(xml) for name, xml in sheets.items()},
        properties=_properties(archive, names),
        program=_element(archive, names, "docProps/app.xml", b"Application"),
        saved=_element(archive, names, "docProps/core.xml", b"dcterms:modified"),
        foreign=_foreign(names),
    )


def _refuse_other_documents(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise DocumentError("文件保存成了 .xlsb 格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。")
    if "word/document.xml" in names:
        raise DocumentError("这是 Word 文件，不是填报表。请发回填报表（.xlsx）。")
    if any(name.lower().endswith((".xlsx", ".xls", ".et", ".ods")) for name in names):
        raise DocumentError("这是压缩包，里面才是电子表格。请解压后再读。")
    raise DocumentError("这不是电子表格文件。请发回填报表（.xlsx）。")


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a part; a declared size that lies is noticed before it costs memory."""
    with archive.open(name) as stream:
        data = stream.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise DocumentError(TOO_LARGE)
    return data


def _attributes(tag: bytes) -> dict[str, str]:
    found = re.findall(r'([\w:]+)="([^"]*)"', tag.decode("utf-8", "replace"))
    return {name.rpartition(":")[2]: html.unescape(value) for name, value in found}


def _sheet_parts(archive: zipfile.ZipFile, workbook: bytes) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name."""
    targets = {}
    for tag in _RELATIONSHIP.findall(part(archive, "xl/_rels/workbook.xml.rels")):
        relationship = _attributes(tag)
        target = relationship.get("Target", "")
        targets[relationship.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    sheets = (_attributes(tag) for tag in _SHEET.findall(workbook))
    return {sheet.get("name", ""): targets.get(sheet.get("id", ""), "") for sheet in sheets}


def _refuse_far_cells(xml: bytes) -> None:
    for letters, digits, empty in _CELL.findall(xml):
        if (len(digits) > 4 or len(letters) > 1) and not empty:
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - 64
            if int(digits) > FARTHEST_ROW or column > FARTHEST_COLUMN:
                far_away(f"{letters.decode().upper()}{digits.decode()}")


def far_away(where: str) -> None:
    """Refuse a value far outside any form."""
    raise DocumentError(f"表格以外很远的地方（{where}）有内容，没有打开。请单位用填报表重新填写。")


def _formulas(xml: bytes) -> dict[str, str]:
    return {
        address.decode(): "=" + html.unescape(formula.decode("utf-8", "replace"))
        for address, formula in _FORMULA.findall(xml)
    }


def _validated(xml: bytes) -> tuple[str, ...]:
    return tuple(area for ranges in _VALIDATION.findall(xml) for area in ranges.decode("ascii", "replace").split())


def _properties(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    if "docProps/custom.xml" not in names:
        return {}
    found = _PROPERTY.findall(part(archive, "docProps/custom.xml"))
    return {
        html.unescape(name.decode("utf-8", "replace")): html.unescape(value.decode("utf-8", "replace"))
        for name, value in found
    }


def _element(archive: zipfile.ZipFile, names: set[str], name: str, element: bytes) -> str:
    if name not in names:
        return ""
    found = re.search(rb"<" + element + rb"\b[^>]*>([^<]*)<", part(archive, name))
    return html.unescape(found.group(1).decode("utf-8", "replace")).strip()[:60] if found else ""


def _foreign(names: set[str]) -> tuple[str, ...]:
    kinds = {"xl/externalLinks/": "到别的文件的链接", "xl/embeddings/": "嵌入的对象", "xl/activeX/": "控件"}
    return tuple(words for prefix, words in kinds.items() if any(name.startswith(prefix) for name in names))
