"""Any file to a Reading: look at the content and ask the right reader."""

from __future__ import annotations

from pathlib import Path

from gouji.report.model import from_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file


def read_key(path: Path) -> bytes:
    """Return the key with which an office signs its workbooks: what a file holds, of at least 16 characters.

    Raises GoujiError where there is no such file or too little in it.
    """
    key = open_file(path).data.strip()
    if len(key) < _SHORTEST_KEY:
        raise GoujiError(f"“{path}”里的签发密钥太短，至少要 {_SHORTEST_KEY} 个字符。")
    return key


_SHORTEST_KEY = 16


def read_data(data: bytes, key: bytes | None = None) -> Reading:
    """Read a report from the content of a file; with the issuing office's key, a workbook must bear its signature.

    Raises DocumentError with one sentence for everything that is not a report.
    """
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data:
        raise DocumentError("文件是空的（0 字节）。请单位重新发送。")
    if start.startswith(b"{\\rtf"):
        return _converted(data, "rtf")
    if start.startswith(b"{"):
        return Reading(report=from_json(data))
    if start.startswith(b"%PDF"):
        return _print(data)
    if b"Excel.Sheet" in data[:2000] or start.startswith(b"<Workbook"):
        raise DocumentError("文件保存成了“XML 表格”格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。")
    if start.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        raise DocumentError("这是压缩包。请解压后再读。")
    return _office(data, key) if start.startswith((b"PK", OLE)) else _page(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _office(data: bytes, key: bytes | None) -> Reading:
    """Read a file of an office program: a workbook, or a Word document of today or of old."""
    from gouji.formats.word.old import is_old_document
    from gouji.formats.word.reader import is_document

    if is_document(data):
        return _document(data)
    if is_old_document(data):
        return _converted(data, "doc")
    from gouji.formats.workbook.reader import read_workbook

    return read_workbook(data, key)


def _document(data: bytes) -> Reading:
    from gouji.formats.published import NoReportError, reading_of
    from gouji.formats.word.reader import blocks_of

    try:
        return reading_of(blocks_of(data))
    except NoReportError:
        raise DocumentError("这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。") from None


def _converted(data: bytes, kind: str) -> Reading:
    from gouji.formats.word.old import as_docx

    return _document(as_docx(data, kind))


def _print(data: bytes) -> Reading:
    from gouji.formats.pdf.reader import blocks_of
    from gouji.formats.published import NoReportError, reading_of

    try:
        return reading_of(blocks_of(data))
    except NoReportError:
        raise DocumentError("这是 PDF 文件，里面没有找到年度报告。请用报告的 Word 文件、网页或者填报表。") from None


def _page(data: bytes) -> Reading:
    from gouji.formats.published import NoReportError, reading_of
    from gouji.formats.web.reader import looks_like_a_page, page_of

    if not looks_like_a_page(data):
        raise DocumentError("这不是填报表，也不是 JSON。请发回填报表（.xlsx）。")
    page = page_of(data)
    try:
        return reading_of(page.blocks, page.around)
    except NoReportError:
        raise DocumentError("这是网页文件，不是真正的 Excel 文件。请另存为“Excel 工作簿(.xlsx)”后重新发送。") from None


def read(path: Path | str, *, accept_repairs: bool = False, key: bytes | None = None) -> Reading:
    """Read a report from a file of any kind that is known, whatever it is called.

    With ``accept_repairs``, texts that can be only one number are read as it, with a note on each; with the issuing
    office's ``key``, a workbook that it has not signed is an error.
    Raises GoujiError where there is no such file, DocumentError where it holds no report; both name the file.
    """
    try:
        reading = read_data(open_file(path).data, key)
    except DocumentError as error:
        raise DocumentError(f"“{path}”：{error}") from None
    if not accept_repairs:
        return reading
    from gouji.report.repairs import accept_repairs as repaired

    return repaired(reading)
