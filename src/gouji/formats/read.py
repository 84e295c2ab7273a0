"""Any file to a Reading: look at the content and ask the right reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.formats.form_file import load_form
from gouji.formats.word.sniff import is_document, is_old_document
from gouji.report.model import from_json
from gouji.report.reading import Reading
from gouji.runtime.compound import is_old_workbook, is_outlook_mail
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.signatures import JSON, OLE, PDF, RTF, ZIP, packing, start_of, was_sent

if TYPE_CHECKING:
    from gouji.formats.published import Passage
_SHORTEST_KEY = 16
_XML_SPREADSHEET = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}>\s*<\?mso-application[^>]{0,100}Excel\.Sheet")
_HEAD_OF_A_PAGE = 8192
_SAVED_BY_EXCEL = re.compile(rb"Excel\.Sheet|office:excel|<x:ExcelWorkbook", re.IGNORECASE)
_Content = tuple[Iterable["Passage"], Sequence[str]]
"""The passages of a document, and what the file says about itself elsewhere."""


def read_key(path: Path) -> bytes:
    """Return the key with which an office signs its workbooks: the content of a file, at least 16 characters.

    Raises GoujiError where there is no such file or too little in it.
    """
    key = open_file(path).data.strip()
    if len(key) < _SHORTEST_KEY:
        raise GoujiError(f"“{path}”里的签发密钥太短，至少要 {_SHORTEST_KEY} 个字符。")
    return key


def read_data(data: bytes, key: bytes | None = None, *, forms: Forms = OFFICIAL) -> Reading:
    """Read a report from the content of a file; with the issuing office's key, a workbook must bear its signature.

    ``forms`` are those that it may answer. Raises DocumentError with one sentence for everything that is not a report.
    """
    if not data:
        raise DocumentError("文件是空的（0 字节）。请单位重新发送。")
    kind = _kind_of(data)
    if kind is None:
        raise DocumentError("这不是填报表，也不是 JSON。请发回填报表（.xlsx）。")
    if forms.submissions:
        forms = forms.for_file(hashlib.sha256(data).hexdigest())
    return kind.read(_Given(data, key, forms))


def may_be_a_report(data: bytes) -> bool:
    """Tell whether a file begins like one that can hold a report; a web page does not, since mails are full of them."""
    kind = _kind_of(data, but="page")
    return kind is not None and bool(kind.ending)


def ending_of(data: bytes) -> str:
    """Return the file name extension for a content, such as ``.xlsx``; empty for a kind that is not read."""
    kind = _kind_of(data, but="page")
    return kind.ending if kind else ""


class _Given(NamedTuple):
    """What a reader is given."""

    data: bytes
    key: bytes | None
    """The key of the office that issued the workbook, where the workbook must bear its signature."""
    forms: Forms
    """The forms that the file may answer."""


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
    # A web page saved by Excel names Excel.Sheet in its head, too.
    return bool(_XML_SPREADSHEET.match(data[:2000])) or start_of(data).startswith(b"<Workbook")


def _is_workbook_with_documents(data: bytes) -> bool:
    """Tell whether a zip is a workbook, although it contains the name of a document's part."""
    if not (data.startswith(ZIP) and b"word/document" in data and b"xl/" in data):
        return False
    from gouji.runtime.untrusted_zip import Archive

    try:
        archive = Archive(data)
    except DocumentError:
        return False
    return "xl/workbook.xml" in archive and "word/document.xml" not in archive


def _is_page(data: bytes) -> bool:
    from gouji.formats.web.reader import looks_like_a_page

    return looks_like_a_page(data)


# ---------------------------------------------------------------- readers; each imports its library only when asked


def _refused(sentence: str) -> Callable[[_Given], Reading]:
    def refuse(given: _Given) -> Reading:
        raise DocumentError(sentence)

    return refuse


def _archive(given: _Given) -> Reading:
    raise DocumentError(f"这是 {packing(given.data)} 压缩包。请解压后再读里面的文件。")


def _json(given: _Given) -> Reading:
    return Reading(report=from_json(given.data, forms=given.forms))


def _workbook(given: _Given) -> Reading:
    from gouji.formats.workbook.reader import read_workbook

    return read_workbook(given.data, given.key, given.forms)


def _document(given: _Given) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.word.reader import passages_of

    passages = list(passages_of(given.data))
    try:
        return _published(lambda forms: (passages, ()), given.forms)
    except NoReportError:
        raise DocumentError("这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。") from None


def _converted(kind: str) -> Callable[[_Given], Reading]:
    def read_converted(given: _Given) -> Reading:
        from gouji.formats.word.old import as_docx

        return _document(given._replace(data=as_docx(given.data, kind)))

    return read_converted


def _print(given: _Given) -> Reading:
    from gouji.formats.pdf.reader import passages_of
    from gouji.formats.published import NoReportError

    passages = list(passages_of(given.data))
    try:
        return _published(lambda forms: (passages, ()), given.forms)
    except NoReportError:
        raise DocumentError("这是 PDF 文件，里面没有找到年度报告。请用报告的 Word 文件、网页或者填报表。") from None


def _page(given: _Given) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.web.reader import page_of

    def content(forms: Forms) -> _Content:
        page = page_of(given.data, forms)
        return page.passages, page.around

    try:
        return _published(content, given.forms)
    except NoReportError:
        if _SAVED_BY_EXCEL.search(given.data[:_HEAD_OF_A_PAGE]):
            raise DocumentError(
                "这是网页文件，不是真正的 Excel 文件。请另存为“Excel 工作簿(.xlsx)”后重新发送。"
            ) from None
        raise _without_report(given.data) from None


_BODY_OF_A_PAGE = 2**19
_EMBEDDED_PDF = re.compile(rb"<(?:iframe|embed|object|frame)\b[^>]{0,300}(?:\.pdf\b|application/pdf)", re.IGNORECASE)
_FRAME = re.compile(rb"<i?frame\b[^>]{0,300}\bsrc", re.IGNORECASE)


def _without_report(data: bytes) -> DocumentError:
    """Return the error for a web page without a report, which may only show one from elsewhere."""
    body = data[:_BODY_OF_A_PAGE]
    if _EMBEDDED_PDF.search(body):
        return DocumentError("这个网页里嵌了 PDF，网页本身没有年度报告的文字。请下载那个 PDF，再读它。")
    if _FRAME.search(body):
        return DocumentError(
            "这个网页里有框架，网页本身没有年度报告的文字。报告在框架里的，请单独打开框架里的网页，保存以后再读。"
        )
    return DocumentError("这是网页文件，里面没有找到年度报告。请用报告所在的网页；收表的，请单位发回填报表（.xlsx）。")


def _published(content: Callable[[Forms], _Content], forms: Forms) -> Reading:
    """Read a document; if no supplementary form was asked for, an official report is judged by the official form."""
    from gouji.formats.published import reading_of

    reading = reading_of(*content(forms), forms)
    if forms.asked or reading.report.form.base:
        return reading
    return reading_of(*content(OFFICIAL), OFFICIAL)


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
    _Kind("archive", "", lambda data: bool(packing(data)), _archive),
    _Kind(
        "mail",
        "",
        was_sent,
        _refused("这是邮件，不是报告，报告可能在它的附件里。请把附件保存出来再读；收表的，请用 gouji collect。"),
    ),
    _Kind(
        "outlook mail",
        "",
        is_outlook_mail,
        _refused(
            "这是 Outlook 的 .msg 邮件，不是报告，报告可能在它的附件里。"
            "请在 Outlook 里把附件保存出来再读；收表的，请另存为 .eml，再用 gouji collect。"
        ),
    ),
    # A workbook with an embedded document is a workbook.
    _Kind("xls with documents", ".xls", is_old_workbook, _workbook),
    _Kind("xlsx with documents", ".xlsx", _is_workbook_with_documents, _workbook),
    _Kind("docx", ".docx", is_document, _document),
    _Kind("doc", ".doc", is_old_document, _converted("doc")),
    # Every other OLE or zip file is read as a workbook; that reader explains what is wrong with it.
    _Kind("xls", ".xls", _begins(OLE), _workbook),
    _Kind("xlsx", ".xlsx", _begins(ZIP), _workbook),
    _Kind("page", ".html", _is_page, _page),
)
"""Every known kind of file; the first match reads it. A new medium is a line here."""


def read(
    path: Path | str, *, form: Form | Path | str | None = None, accept_repairs: bool = False, key: bytes | None = None
) -> Reading:
    """Read a report from a file of any known kind, whatever its name.

    ``form`` is the supplementary form that the file was to answer, or the path of its own file (.toml); official forms
    are always known. With ``accept_repairs``, texts that can be only one number are read as it, with a note on each;
    with the issuing office's ``key``, a workbook that it has not signed is an error.
    Raises GoujiError where there is no such file, DocumentError where it holds no report; both name the file.
    """
    named = load_form(form) if isinstance(form, Path | str) else form
    return read_file(path, accept_repairs=accept_repairs, key=key, forms=Forms.of(named))


def read_file(
    path: Path | str, *, accept_repairs: bool = False, key: bytes | None = None, forms: Forms = OFFICIAL
) -> Reading:
    """Read a report on one of some forms; see :func:`read`."""
    try:
        reading = read_data(open_file(path).data, key, forms=forms)
    except DocumentError as error:
        raise DocumentError(f"“{path}”：{error}") from None
    if not accept_repairs:
        return reading
    from gouji.report.repairs import accept_repairs as repaired

    return repaired(reading)
