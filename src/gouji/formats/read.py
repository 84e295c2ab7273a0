"""Any file to a Reading: look at the content and ask the right reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gouji.formats.word.sniff import is_document, is_old_document
from gouji.report.model import from_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.signatures import JSON, OLE, PDF, RTF, ZIP, packing, start_of


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
    if not data:
        raise DocumentError("文件是空的（0 字节）。请单位重新发送。")
    kind = _kind_of(data)
    if kind is None:
        raise DocumentError("这不是填报表，也不是 JSON。请发回填报表（.xlsx）。")
    return kind.read(_Given(data, key))


def may_be_a_report(data: bytes) -> bool:
    """Tell whether a file begins like one that can hold a report; a page is not asked for, mails are full of them."""
    kind = _kind_of(data, but="page")
    return kind is not None and bool(kind.ending)


def ending_of(data: bytes) -> str:
    """Return what the name of such a file ends with, such as ``.xlsx``; empty for a file of no kind that is read."""
    kind = _kind_of(data, but="page")
    return kind.ending if kind else ""


class _Given(NamedTuple):
    """What a reader is given."""

    data: bytes
    key: bytes | None
    """The key of the office that issued the workbook, where the workbook must bear its signature."""


class _Kind(NamedTuple):
    """A kind of file: how it is known by its content, and who reads it."""

    name: str
    ending: str
    """What the names of such files end with; empty for what is only recognised to be refused."""
    is_it: Callable[[bytes], bool]
    read: Callable[[_Given], Reading]


def _kind_of(data: bytes, but: str = "") -> _Kind | None:
    return next((kind for kind in _KINDS if kind.name != but and kind.is_it(data)), None)


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda data: start_of(data).startswith(signatures)


def _is_xml_spreadsheet(data: bytes) -> bool:
    return b"Excel.Sheet" in data[:2000] or start_of(data).startswith(b"<Workbook")


def _is_page(data: bytes) -> bool:
    from gouji.formats.web.reader import looks_like_a_page

    return looks_like_a_page(data)


# ---------------------------------------------------------------- readers; each imports its library only when asked


def _refused(sentence: str) -> Callable[[_Given], Reading]:
    def refuse(given: _Given) -> Reading:
        raise DocumentError(sentence)

    return refuse


def _json(given: _Given) -> Reading:
    return Reading(report=from_json(given.data))


def _workbook(given: _Given) -> Reading:
    from gouji.formats.workbook.reader import read_workbook

    return read_workbook(given.data, given.key)


def _document(given: _Given) -> Reading:
    from gouji.formats.published import NoReportError, reading_of
    from gouji.formats.word.reader import blocks_of

    try:
        return reading_of(blocks_of(given.data))
    except NoReportError:
        raise DocumentError("这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。") from None


def _converted(kind: str) -> Callable[[_Given], Reading]:
    def read_converted(given: _Given) -> Reading:
        from gouji.formats.word.old import as_docx

        return _document(given._replace(data=as_docx(given.data, kind)))

    return read_converted


def _print(given: _Given) -> Reading:
    from gouji.formats.pdf.reader import blocks_of
    from gouji.formats.published import NoReportError, reading_of

    try:
        return reading_of(blocks_of(given.data))
    except NoReportError:
        raise DocumentError("这是 PDF 文件，里面没有找到年度报告。请用报告的 Word 文件、网页或者填报表。") from None


def _page(given: _Given) -> Reading:
    from gouji.formats.published import NoReportError, reading_of
    from gouji.formats.web.reader import page_of

    page = page_of(given.data)
    try:
        return reading_of(page.blocks, page.around)
    except NoReportError:
        raise DocumentError("这是网页文件，不是真正的 Excel 文件。请另存为“Excel 工作簿(.xlsx)”后重新发送。") from None


_KINDS = (
    _Kind("rtf", ".rtf", _begins(RTF), _converted("rtf")),
    _Kind("json", ".json", _begins(JSON), _json),
    _Kind("pdf", ".pdf", _begins(PDF), _print),
    _Kind(
        "xml spreadsheet",
        "",
        _is_xml_spreadsheet,
        _refused("文件保存成了“XML 表格”格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。"),
    ),
    _Kind("archive", "", lambda data: bool(packing(data)), _refused("这是压缩包。请解压后再读。")),
    _Kind("docx", ".docx", is_document, _document),
    _Kind("doc", ".doc", is_old_document, _converted("doc")),
    # What is left of both containers is read as a workbook, whose reader says what is wrong with any other.
    _Kind("xls", ".xls", _begins(OLE), _workbook),
    _Kind("xlsx", ".xlsx", _begins(ZIP), _workbook),
    _Kind("page", ".html", _is_page, _page),
)
"""Every kind of file that is known; the first that says yes reads it. A new medium is a line here."""


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
