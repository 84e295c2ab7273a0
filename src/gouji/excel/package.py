"""What a returned file is, looked at before any library opens it: its kind, its parts, their sizes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from gouji.errors import DocumentError

MOST_PARTS = 2000
LARGEST_PART = 32 * 2**20
LARGEST_WHOLE = 64 * 2**20
FARTHEST_ROW, FARTHEST_COLUMN = 20_000, 256
"""Beyond these no form of ours has a cell; one value out there makes a reader ask for all the memory there is."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Za-z]{1,4})(\d{1,8})"[^>]*?[^/]>')
_STRICT = b"http://purl.oclc.org/ooxml/"


@dataclass(frozen=True)
class Kind:
    """A kind of spreadsheet file."""

    name: str
    has_xml: bool
    """The file is an .xlsx, which openpyxl can look into a second time."""


XLSX, XLS, ODS = Kind("xlsx", True), Kind("xls", False), Kind("ods", False)


def looks_like_a_workbook(data: bytes) -> bool:
    """Tell whether the bytes may be a workbook, from their beginning."""
    return data.startswith((b"PK", _OLE))


def kind_of(data: bytes) -> Kind:
    """Return the kind of a workbook, after a look into it that costs little whatever it holds.

    Raises DocumentError with one sentence for everything that is not a workbook that can be opened safely.
    """
    if data.startswith(_OLE):
        return _ole(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _zipped(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise DocumentError("文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。") from None


def _ole(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentError("文件加了打开密码，读不了。请单位去掉密码后重新发送。")
    if "WordDocument".encode("utf-16-le") in data:
        raise DocumentError("这是旧版 Word 文件，不是填报表。请发回填报表（.xlsx）。")
    return XLS


def _zipped(archive: zipfile.ZipFile) -> Kind:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    sizes = [part.file_size for part in parts]
    if len(parts) > MOST_PARTS or max(sizes, default=0) > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
        raise DocumentError("文件里面大得不正常，没有打开。请单位用填报表重新填写、重新发送。")
    if "mimetype" in names:
        return ODS
    if "word/document.xml" in names:
        raise DocumentError("这是 Word 文件，不是填报表。请发回填报表（.xlsx）。")
    if "xl/workbook.xml" not in names:
        raise DocumentError("这不是电子表格文件。请发回填报表（.xlsx）。")
    if _STRICT in archive.read("xl/workbook.xml"):
        raise DocumentError(
            "文件保存成了“Strict Open XML”格式，读不全。请另存为普通的“Excel 工作簿(.xlsx)”后重新发送。"
        )
    for part in parts:
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            _refuse_far_cells(_bounded(archive, part))
    return XLSX


def _bounded(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Read a part; a declared size that lies is noticed before it costs memory."""
    with archive.open(part) as stream:
        data = stream.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise DocumentError("文件里面大得不正常，没有打开。请单位用填报表重新填写、重新发送。")
    return data


def _refuse_far_cells(xml: bytes) -> None:
    for letters, digits in _CELL.findall(xml):
        if len(digits) > 4 or len(letters) > 2:
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - 64
            if int(digits) > FARTHEST_ROW or column > FARTHEST_COLUMN:
                where = f"{letters.decode().upper()}{digits.decode()}"
                raise DocumentError(f"表格以外很远的地方（{where}）有内容，没有打开。请单位用填报表重新填写。")
