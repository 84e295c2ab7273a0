"""Read any file into a Reading: recognise its kind by its content, and call the reader of that kind."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.formats.form_file import load_form
from gouji.formats.word.sniff import is_document, is_old_document, is_open_text
from gouji.report.model import from_json
from gouji.report.reading import Reading
from gouji.runtime.compound import EXCEL, PACKAGE, WORD, is_old_workbook, is_outlook_mail, names_at_top
from gouji.runtime.endings import breaks_off
from gouji.runtime.errors import DocumentError, GoujiError, NoFormError
from gouji.runtime.files import open_file
from gouji.runtime.signatures import JSON, OLE, PDF, RTF, ZIP, packing, start_of, was_sent

if TYPE_CHECKING:
    from gouji.formats.published import Passage

_SHORTEST_KEY = 16

_XML_SPREADSHEET = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}>\s*<\?mso-application[^>]{0,100}Excel\.Sheet")

_HEAD_OF_A_PAGE = 8192
_SAVED_BY_EXCEL = re.compile(rb"Excel\.Sheet|office:excel|<x:ExcelWorkbook", re.IGNORECASE)

_BODY_OF_A_PAGE = 2**19
_EMBEDDED_PDF = re.compile(rb"<(?:iframe|embed|object|frame)\b[^>]{0,300}(?:\.pdf\b|application/pdf)", re.IGNORECASE)
_FRAME = re.compile(rb"<i?frame\b[^>]{0,300}\bsrc", re.IGNORECASE)

_FEWEST_LISTED = 3
"""A page with links to so many reports, and none on it, is an index."""

Medium = Literal["workbook", "json", "word", "pdf", "page"]

_MEDIA: dict[str, Medium] = {
    "json": "json",
    "rtf": "word",
    "docx": "word",
    "doc": "word",
    "odt": "word",
    "pdf": "pdf",
    "page": "page",
}
"""The medium of each kind of file; every other kind that can be read is a workbook."""

_Content = tuple[Iterable["Passage"], Sequence[str], datetime.date | None]
"""The passages of a document, and what the file says about itself around them: texts, and the day of publication."""


def read_key(path: Path) -> bytes:
    """Return the key with which an office signs its workbooks: the content of a file, at least 16 bytes.

    Raises GoujiError where there is no such file or the key is too short.
    """
    key = open_file(path).data.strip()
    if len(key) < _SHORTEST_KEY:
        raise GoujiError(f"“{path}”里的签发密钥太短，至少要 {_SHORTEST_KEY} 个字符。")
    return key


def read_data(data: bytes, key: bytes | None = None, *, forms: Forms = OFFICIAL, name: str = "") -> Reading:
    """Read a report from the content of a file.

    With the issuing office's ``key``, a workbook must have its signature. ``forms`` are the forms that the file may
    answer. The ``name`` of the file says whose a workbook is that is not one of ours, if nothing in it does.
    Raises DocumentError with one sentence for everything that is not a report.
    """
    if not data:
        raise NoFormError("文件是空的（0 字节）。请单位重新发送。")
    kind = _kind_of(data)
    if kind is None:
        raise NoFormError("这不是填报表，也不是 JSON。请发回填报表（.xlsx）。")
    if forms.submissions:
        forms = forms.for_file(hashlib.sha256(data).hexdigest())
    return kind.read(_Source(data, key, forms, name))


def may_be_a_report(data: bytes) -> bool:
    """Tell whether a file may hold a report by its kind. Web pages do not count, because mails are full of them."""
    kind = _kind_of(data, except_for="page")
    return kind is not None and bool(kind.ending)


def is_whole(data: bytes) -> bool:
    """Tell whether a file is of a kind that may hold a report and does not break off, whatever its name is."""
    kind = _kind_of(data)
    if kind is None or not kind.ending or breaks_off(data):
        return False
    # Windows keeps other things in compound files, too.
    return not data.startswith(OLE) or not names_at_top(data).isdisjoint((WORD, *EXCEL, PACKAGE))


def ending_of(data: bytes) -> str:
    """Return the ending for the name of a file, such as ``.xlsx``, or an empty text where no reader takes its kind."""
    kind = _kind_of(data, except_for="page")
    return kind.ending if kind else ""


def texts_of(data: bytes) -> list[str]:
    """Return the texts of a file that holds no report, paragraph by paragraph and cell by cell.

    There are none in what is not a document or a workbook. Raises DocumentError where it cannot be read.
    """
    kind = _kind_of(data, except_for="page")
    if kind is None or kind.texts is None:
        return []
    return [text for text in kind.texts(data) if text.strip()]


def medium_of(data: bytes) -> Medium:
    """Return in which medium a report is, for a file that :func:`read_data` can read."""
    kind = _kind_of(data)
    return _MEDIA.get(kind.name if kind else "", "workbook")


class _Source(NamedTuple):
    """What a reader gets."""

    data: bytes
    key: bytes | None
    """The key of the issuing office, where a workbook must have its signature."""
    forms: Forms
    """The forms that the file may answer."""
    name: str = ""
    """The name of the file, if it is known."""


class _Kind(NamedTuple):
    """A kind of file: how to recognise it by its content, and how to read it."""

    name: str
    ending: str
    """The ending of the names of such files; empty for a kind that is recognised only to be refused."""
    is_it: Callable[[bytes], bool]
    read: Callable[[_Source], Reading]
    texts: Callable[[bytes], Iterable[str]] | None = None
    """How to return all its texts, whatever it is about."""


def _kind_of(data: bytes, except_for: str = "") -> _Kind | None:
    return next((kind for kind in _KINDS if kind.name != except_for and kind.is_it(data)), None)


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda data: start_of(data).startswith(signatures)


def _is_xml_spreadsheet(data: bytes) -> bool:
    # A web page that Excel has saved names Excel.Sheet too, in its head.
    head = data[:_HEAD_OF_XML]
    if start_of(data).startswith(b"<Workbook") or _XML_SPREADSHEET.match(head):
        return True
    return start_of(data).startswith(b"<?xml") and b"application/vnd.oasis.opendocument.spreadsheet" in head


_HEAD_OF_XML = 8192


def _is_workbook_with_documents(data: bytes) -> bool:
    """Tell whether a zip that contains the name of a Word part is a workbook nevertheless, with Word files embedded."""
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


# ---------------------------------------------------------------- readers; each imports its library when it is called


def _refused(sentence: str, error: type[DocumentError] = NoFormError) -> Callable[[_Source], Reading]:
    def refuse(source: _Source) -> Reading:
        raise error(sentence)

    return refuse


def _archive(source: _Source) -> Reading:
    raise NoFormError(f"这是 {packing(source.data)} 压缩包。请解压后再读里面的文件。")


def _json(source: _Source) -> Reading:
    return Reading(report=from_json(source.data, forms=source.forms))


def _workbook(source: _Source) -> Reading:
    from gouji.formats.workbook.reader import read_workbook

    try:
        return read_workbook(source.data, source.key, source.forms)
    except NoFormError as refusal:
        from gouji.formats.foreign.reader import read_foreign

        # Without an official table it is refused as a form.
        return read_foreign(source.data, source.key, source.forms, source.name, refusal)


def _document(source: _Source) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.word.reader import passages_of

    passages = list(passages_of(source.data))
    try:
        return _published(lambda forms: (passages, (), None), source.forms)
    except NoReportError:
        raise NoFormError("这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。") from None


def _converted(kind: str) -> Callable[[_Source], Reading]:
    def read_converted(source: _Source) -> Reading:
        from gouji.formats.word.old import as_docx

        return _document(source._replace(data=as_docx(source.data, kind)))

    return read_converted


def _print(source: _Source) -> Reading:
    from gouji.formats.pdf.reader import passages_of
    from gouji.formats.published import NoReportError

    passages = list(passages_of(source.data))
    try:
        return _published(lambda forms: (passages, (), None), source.forms)
    except NoReportError:
        raise NoFormError("这是 PDF 文件，里面没有找到年度报告。请用报告的 Word 文件、网页或者填报表。") from None


def _page(source: _Source) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.web.reader import is_comparison_page, page_of

    if is_comparison_page(source.data):
        raise NoFormError("这是两份报告对照的网页，不是报告本身。请读原来的报告。")

    def content(forms: Forms) -> _Content:
        page = page_of(source.data, forms)
        return page.passages, page.around, page.published

    try:
        return _published(content, source.forms)
    except NoReportError:
        if _SAVED_BY_EXCEL.search(source.data[:_HEAD_OF_A_PAGE]):
            raise DocumentError(
                "这是网页文件，不是真正的 Excel 文件。请另存为“Excel 工作簿(.xlsx)”后重新发送。"
            ) from None
        raise _without_report(source.data) from None


def _without_report(data: bytes) -> NoFormError:
    """Return the error for a page without a report, which may only embed a report from another file."""
    from gouji.formats.web.index_page import reports_listed

    if (listed := len(reports_listed(data))) >= _FEWEST_LISTED:
        return NoFormError(f"这是目录页，列出了 {listed} 份年度报告，不是报告本身。请打开每一份的网页，保存以后再读。")
    body = data[:_BODY_OF_A_PAGE]
    if _EMBEDDED_PDF.search(body):
        return NoFormError("这个网页里嵌了 PDF，网页本身没有年度报告的文字。请下载那个 PDF，再读它。")
    if _FRAME.search(body):
        return NoFormError(
            "这个网页里有框架，网页本身没有年度报告的文字。报告在框架里的，请单独打开框架里的网页，保存以后再读。"
        )
    return NoFormError("这是网页文件，里面没有找到年度报告。请用报告所在的网页；收表的，请单位发回填报表（.xlsx）。")


def _texts_of_document(data: bytes) -> Iterable[str]:
    from gouji.formats.word.reader import passages_of

    return _printed(passages_of(data))


def _texts_of_print(data: bytes) -> Iterable[str]:
    from gouji.formats.pdf.reader import passages_of

    return _printed(passages_of(data))


def _texts_of_converted(kind: str) -> Callable[[bytes], Iterable[str]]:
    def texts(data: bytes) -> Iterable[str]:
        from gouji.formats.word.old import as_docx

        return _texts_of_document(as_docx(data, kind))

    return texts


def _texts_of_workbook(data: bytes) -> Iterable[str]:
    from gouji.formats.spreadsheet.safe_copy import inspect

    cells = (cell for rows in inspect(data).sheets.values() for row in rows for cell in row)
    return (str(cell) for cell in cells if cell not in ("", None))


def _printed(passages: Iterable[Passage]) -> Iterator[str]:
    from gouji.formats.published import Paragraph

    for passage in passages:
        if isinstance(passage, Paragraph):
            yield passage.text
        else:
            yield from (cell.text for row in passage.rows for cell in row)


def _published(content: Callable[[Forms], _Content], forms: Forms) -> Reading:
    """Read a document. Unless it must answer a supplementary form, an official report is read by the official forms."""
    from gouji.formats.published import reading_of

    def read_by(asked: Forms) -> Reading:
        passages, around, published = content(asked)
        return reading_of(passages, around, asked, published)

    reading = read_by(forms)
    return reading if forms.asked or reading.report.form.base else read_by(OFFICIAL)


_KINDS = (
    _Kind("rtf", ".rtf", _begins(RTF), _converted("rtf"), _texts_of_converted("rtf")),
    _Kind("json", ".json", _begins(JSON), _json),
    _Kind("pdf", ".pdf", _begins(PDF), _print, _texts_of_print),
    _Kind(
        "xml spreadsheet",
        "",
        _is_xml_spreadsheet,
        _refused("文件保存成了“XML 表格”格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。", DocumentError),
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
            "请在 Outlook 里把附件保存出来再读；收表的，请用 gouji collect。"
        ),
    ),
    # A workbook with a Word file embedded in it is still a workbook.
    _Kind("xls with documents", ".xls", is_old_workbook, _workbook, _texts_of_workbook),
    _Kind("xlsx with documents", ".xlsx", _is_workbook_with_documents, _workbook, _texts_of_workbook),
    _Kind("docx", ".docx", is_document, _document, _texts_of_document),
    _Kind("doc", ".doc", is_old_document, _converted("doc"), _texts_of_converted("doc")),
    _Kind("odt", ".odt", is_open_text, _converted("odt"), _texts_of_converted("odt")),
    # All other OLE files and zips go to the reader of workbooks, which says what is wrong with them.
    _Kind("xls", ".xls", _begins(OLE), _workbook, _texts_of_workbook),
    _Kind("xlsx", ".xlsx", _begins(ZIP), _workbook, _texts_of_workbook),
    _Kind("page", ".html", _is_page, _page),
)
"""All kinds of files; the first that recognises a file reads it. A new medium is a line here."""


def read(
    path: Path | str, *, form: Form | Path | str | None = None, accept_repairs: bool = False, key: bytes | None = None
) -> Reading:
    """Read a report from a file of any known kind, whatever its name is.

    ``form`` is the supplementary form that the file answers, or the path of the form's file (.toml); official forms are
    always known. With ``accept_repairs``, a text that can only be one number is read as that number, with a note. With
    the issuing office's ``key``, a workbook that the office did not sign is an error.
    Raises GoujiError where there is no such file, and DocumentError where it holds no report; both name the file.
    """
    named = load_form(form) if isinstance(form, Path | str) else form
    return read_file(path, accept_repairs=accept_repairs, key=key, forms=Forms.of(named))


def read_file(
    path: Path | str, *, accept_repairs: bool = False, key: bytes | None = None, forms: Forms = OFFICIAL
) -> Reading:
    """Read a report that answers one of these forms; see :func:`read`."""
    try:
        reading = read_data(open_file(path).data, key, forms=forms, name=Path(path).name)
    except DocumentError as error:
        raise DocumentError(f"“{path}”：{error}") from None
    if not accept_repairs:
        return reading
    from gouji.report import repairs

    return repairs.accept_repairs(reading)
