"""Any file to a Reading: look at the content and ask the right reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.formats.form_file import load_form
from gouji.report.model import from_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file

if TYPE_CHECKING:
    from gouji.formats.published import Block


def read_key(path: Path) -> bytes:
    """Return the key with which an office signs its workbooks: what a file holds, of at least 16 characters.

    Raises GoujiError where there is no such file or too little in it.
    """
    key = open_file(path).data.strip()
    if len(key) < _SHORTEST_KEY:
        raise GoujiError(f"“{path}”里的签发密钥太短，至少要 {_SHORTEST_KEY} 个字符。")
    return key


_SHORTEST_KEY = 16


def read_data(data: bytes, key: bytes | None = None, *, forms: Forms = OFFICIAL) -> Reading:
    """Read a report from the content of a file; with the issuing office's key, a workbook must bear its signature.

    ``forms`` are those that it may answer. Raises DocumentError with one sentence for everything that is not a report.
    """
    if forms.submissions:
        forms = forms.for_file(hashlib.sha256(data).hexdigest())
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data:
        raise DocumentError("文件是空的（0 字节）。请单位重新发送。")
    if start.startswith(b"{\\rtf"):
        return _converted(data, "rtf", forms)
    if start.startswith(b"{"):
        return Reading(report=from_json(data, forms=forms))
    if start.startswith(b"%PDF"):
        return _print(data, forms)
    if b"Excel.Sheet" in data[:2000] or start.startswith(b"<Workbook"):
        raise DocumentError("文件保存成了“XML 表格”格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。")
    if start.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        raise DocumentError("这是压缩包。请解压后再读。")
    return _office(data, key, forms) if start.startswith((b"PK", OLE)) else _page(data, forms)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _office(data: bytes, key: bytes | None, forms: Forms) -> Reading:
    """Read a file of an office program: a workbook, or a Word document of today or of old."""
    from gouji.formats.word.old import is_old_document
    from gouji.formats.word.reader import is_document

    if is_document(data):
        return _document(data, forms)
    if is_old_document(data):
        return _converted(data, "doc", forms)
    from gouji.formats.workbook.reader import read_workbook

    return read_workbook(data, key, forms)


def _document(data: bytes, forms: Forms) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.word.reader import blocks_of

    blocks = list(blocks_of(data))
    try:
        return _published(lambda forms: (blocks, ()), forms)
    except NoReportError:
        raise DocumentError("这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。") from None


def _converted(data: bytes, kind: str, forms: Forms) -> Reading:
    from gouji.formats.word.old import as_docx

    return _document(as_docx(data, kind), forms)


def _print(data: bytes, forms: Forms) -> Reading:
    from gouji.formats.pdf.reader import blocks_of
    from gouji.formats.published import NoReportError

    blocks = list(blocks_of(data))
    try:
        return _published(lambda forms: (blocks, ()), forms)
    except NoReportError:
        raise DocumentError("这是 PDF 文件，里面没有找到年度报告。请用报告的 Word 文件、网页或者填报表。") from None


def _page(data: bytes, forms: Forms) -> Reading:
    from gouji.formats.published import NoReportError
    from gouji.formats.web.reader import looks_like_a_page, page_of

    if not looks_like_a_page(data):
        raise DocumentError("这不是填报表，也不是 JSON。请发回填报表（.xlsx）。")

    def content(forms: Forms) -> _Content:
        page = page_of(data, forms)
        return page.blocks, page.around

    try:
        return _published(content, forms)
    except NoReportError:
        raise DocumentError("这是网页文件，不是真正的 Excel 文件。请另存为“Excel 工作簿(.xlsx)”后重新发送。") from None


_Content = tuple[Iterable["Block"], Sequence[str]]
"""The blocks of a document, and what its file says of itself elsewhere."""


def _published(content: Callable[[Forms], _Content], forms: Forms) -> Reading:
    """Read a document; where no supplementary form is asked of it, an official report is read as anywhere else."""
    from gouji.formats.published import reading_of

    reading = reading_of(*content(forms), forms)
    if forms.asked or reading.report.form.base:
        return reading
    return reading_of(*content(OFFICIAL), OFFICIAL)


def read(
    path: Path | str, *, form: Form | Path | str | None = None, accept_repairs: bool = False, key: bytes | None = None
) -> Reading:
    """Read a report from a file of any kind that is known, whatever it is called.

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
