"""Each kind of file gets its own true sentence, for whoever reads it: a clerk's office, or an inspector."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import attachments
import published
import pytest
import reports

from damaged import kit
from damaged.workbook import Workbook
from gouji.formats.read import ending_of, may_be_a_report, read_data
from gouji.formats.spreadsheet import biff
from gouji.formats.word import old
from gouji.runtime.errors import DocumentError

SAVED_BY_LIBREOFFICE = Path(__file__).parents[1] / "fuzz" / "samples" / "libreoffice.xls"
TEXT = "application/vnd.oasis.opendocument.text"


def zipped(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return target.getvalue()


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>年度报告</title>{head}</head><body>{body}</body></html>".encode()


BY_EXCEL = '<meta name="ProgId" content="Excel.Sheet"><meta name="Generator" content="Microsoft Excel 15">'
KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a mail": (lambda: attachments.mail(attachments.text(), attachments.attached()), "这是邮件，不是报告"),
    "a mail of Outlook": (lambda: biff.contained(bytes(5000), "__properties_version1.0"), "这是 Outlook 的 .msg 邮件"),
    "an OFD document": (lambda: zipped(OFD_xml="<ofd:OFD/>", Doc_0__Document_xml="<a/>"), "这是 OFD 版式文件"),
    "an OpenDocument text": (lambda: zipped(mimetype=TEXT, content_xml="<a/>"), "这个 .odt 文件里没有文字"),
    "a RAR": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100), "这是 RAR 压缩包"),
    "a page that embeds a PDF": (lambda: page('<embed src="/files/2025.pdf" width="100%">'), "这个网页里嵌了 PDF"),
    "a page that frames a viewer of a PDF": (
        lambda: page('<p>打印</p><iframe src="/viewer.html?file=/files/2025.pdf"></iframe>'),
        "这个网页里嵌了 PDF",
    ),
    "a page that frames another": (lambda: page('<iframe width="1" src="content.html"></iframe>'), "这个网页里有框架"),
    "a page without a report": (lambda: page("<p>正在维护。</p>"), "这是网页文件，里面没有找到年度报告"),
    "a table that a portal calls Excel": (
        lambda: page("<table><tr><td>1</table>", BY_EXCEL),
        "这是网页文件，不是真正的 Excel 文件",
    ),
    "a spreadsheet as one XML file": (
        lambda: b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>',
        "文件保存成了“XML 表格”格式",
    ),
    "an OpenDocument spreadsheet as one XML file": (
        lambda: (
            b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>'
        ),
        "文件保存成了“XML 表格”格式",
    ),
}


@pytest.mark.parametrize("make, sentence", KINDS.values(), ids=KINDS)
def test_a_file_that_holds_no_report_is_called_what_it_is(make: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_data(make())
    assert str(caught.value).startswith(sentence)
    assert "请" in str(caught.value)


@pytest.mark.parametrize("name", ["a mail", "a mail of Outlook", "a RAR"])
def test_what_is_only_a_wrapping_is_no_report(name: str) -> None:
    assert not may_be_a_report(KINDS[name][0]())


@pytest.mark.parametrize("by_edge", [True, False])
def test_a_page_that_is_saved_in_the_form_of_a_mail_is_a_page(by_edge: bool) -> None:
    html = published.page(published.passages(reports.right("2021")))
    head = b"From: <Saved by Blink>\r\nSubject: 2025\r\nDate: Fri, 10 Jan 2025 08:00:00 -0000\r\n" if by_edge else b""
    saved = head + b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
    part = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    saved += part + html + b"\r\n--b--\r\n"
    assert read_data(saved).report.figures == read_data(html).report.figures


def test_a_page_that_excel_has_saved_is_read_as_a_page() -> None:
    html = published.page(published.passages(reports.right("2021")))
    by_excel = html.replace(b"<head>", b"<head>" + BY_EXCEL.encode(), 1)
    assert by_excel != html
    assert read_data(by_excel).report == read_data(html).report


def test_an_xls_with_a_word_document_in_it_is_an_xls() -> None:
    """What is embedded has its own names in the directory, one of them WordDocument."""
    data = SAVED_BY_LIBREOFFICE.read_bytes()
    embedded = data + "WordDocument".encode("utf-16-le")
    assert ending_of(embedded) == ".xls"
    assert read_data(embedded).report == read_data(data).report


def test_an_xlsx_with_a_word_document_in_it_is_an_xlsx() -> None:
    book = Workbook(kit.good())
    book.parts["xl/embeddings/letter.docx"] = published.document(published.passages(reports.right("2021")))
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        for name, content in book.parts.items():
            archive.writestr(name, content)
    assert b"word/document" in stored.getvalue()
    reading = read_data(stored.getvalue())
    assert reading.report == kit.good_report()
    assert [finding.rule for finding in reading.findings] == ["evidence.foreign"]


def office(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in the place of LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!{sys.executable}\nimport os, signal\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.skipif(sys.platform == "win32", reason="a script with a first line starts on other systems only")
@pytest.mark.parametrize(
    "script, sentence",
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "转换这个 .rtf 文件时 LibreOffice 中途退出了，不一定是文件的问题"),
        ("raise SystemExit(139)", "转换这个 .rtf 文件时 LibreOffice 中途退出了，不一定是文件的问题"),
        ("raise SystemExit(1)", "这个 .rtf 文件打不开"),
        ("pass", "这个 .rtf 文件打不开"),
    ],
)
def test_a_libreoffice_that_crashed_is_not_the_fault_of_the_file(
    script: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(script, tmp_path, monkeypatch)
    with pytest.raises(DocumentError, match=sentence):
        old.as_docx(b"{\\rtf1}", "rtf")
