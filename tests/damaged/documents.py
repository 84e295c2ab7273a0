"""Documents made to crash, hang or fool the readers of published reports, each with the expected message."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import published
import reports

from gouji.formats.pdf.reader import BROKEN as BROKEN_PDF
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE, UNSAFE

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NO_REPORT = "这是网页文件，里面没有找到年度报告。请用报告所在的网页；收表的，请单位发回填报表（.xlsx）。"
TOO_LARGE_A_FILE = "文件有 95 MB，大得不正常，没有打开。请单位用填报表重新填写、重新发送。"
MARK = "一、总体情况".encode()

GOOD: tuple[Callable[[], bytes], ...] = (
    lambda: published.page(published.passages(reports.right("2021"))),
    lambda: published.document(published.passages(reports.right("2021"))),
)


def _zipped(document: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return target.getvalue()


def _document(body: bytes) -> bytes:
    return _zipped(f"<w:document {W}><w:body>".encode() + body + b"</w:body></w:document>")


def _page(body: bytes) -> bytes:
    return b"<!DOCTYPE html><html><body>" + body + b"</body></html>"


def _laughs() -> bytes:
    entities = (b"<!ENTITY %c '%s'>" % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(9))
    return b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(entities) + b"]>"


def _deflated(size: int) -> bytes:
    packer = zlib.compressobj()
    return b"".join(packer.compress(bytes(10**6)) for _ in range(size // 10**6)) + packer.flush()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a Word file that unpacks to far more than a report": (lambda: _zipped(bytes(6 * 10**7)), TOO_LARGE),
    "a hundred megabytes of text in Word": (lambda: _document(b"<w:p><w:r><w:t>" + b"a" * 10**8), TOO_LARGE),
    "a million laughs in Word": (lambda: _zipped(_laughs() + b"<document>&j;</document>"), UNSAFE),
    "an entity that fetches a file": (
        lambda: _zipped(b"<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><l>&a;</l>"),
        UNSAFE,
    ),
    "tables in tables in Word": (
        lambda: _document(b"<w:tbl><w:tr><w:tc>" * 80 + b"</w:tc></w:tr></w:tbl>" * 80),
        TOO_LARGE,
    ),
    "elements in elements in Word": (lambda: _document(b"<w:sdt>" * 10**5 + b"</w:sdt>" * 10**5), BROKEN),
    "a million paragraphs in Word": (lambda: _document(b"<w:p/>" * 10**6), TOO_LARGE),
    "a heading and a flood of dots in Word": (
        lambda: _document(f"<w:p><w:r><w:t>一、总体情况{'.' * 10**6}x</w:t></w:r></w:p>".encode()),
        "这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。",
    ),
    "a flood of blanks in Word": (
        lambda: _document(f"<w:p><w:r><w:t>x{' ' * 10**6}x</w:t></w:r></w:p>".encode()),
        "这是 Word 文件，里面没有找到年度报告，也不是填报表。请发回填报表（.xlsx）。",
    ),
    "a number and a flood of blanks on a page": (
        lambda: _page(f"<table><tr><td>总计<td>1{'&nbsp;' * 10**5}x<td>其他</table>".encode()),
        NO_REPORT,
    ),
    "blanks before a page": (
        lambda: b"<!--" + b" " * 10**6 + b"x",
        "这不是填报表，也不是 JSON。请发回填报表（.xlsx）。",
    ),
    "a Word file of noise": (lambda: _zipped(bytes(range(1, 256)) * 100), BROKEN),
    "a hundred megabytes of page": (lambda: _page(MARK + b"a" * 10**8), TOO_LARGE_A_FILE),
    "twenty-five megabytes of page": (lambda: _page(MARK + b"a" * 25 * 10**6), TOO_LARGE),
    "elements in elements of a page": (lambda: _page(b"<div>" * 10**5 + MARK), TOO_LARGE),
    "tables in tables of a page": (lambda: _page(b"<table><tr><td>" * 10**4 + MARK), TOO_LARGE),
    "a million paragraphs of a page": (lambda: _page(b"<p>" * 10**6 + MARK), TOO_LARGE),
    "a tag that begins a million times": (lambda: _page(b"<td " * 10**6 + MARK), TOO_LARGE),
    "an attribute of 15 megabytes": (lambda: _page(b'<p class="' + b"a" * 15 * 10**6 + b'">' + MARK), NO_REPORT),
    "a million laughs on a page": (lambda: _laughs() + b"<html><body>&j;</body></html>", NO_REPORT),
    "a page archive in page archives": (
        lambda: b"".join(
            b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
            for number in range(5000)
        ),
        TOO_LARGE,
    ),
    "a page archive of nothing": (
        lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n",
        BROKEN,
    ),
    "cells that cover a thousand columns": (
        lambda: _page(b"<table>" + "<tr><td colspan=1000 rowspan=1000>1.属于国家秘密".encode() * 3000),
        TOO_LARGE,
    ),
    "a PDF that unpacks to far more than a report": (
        lambda: b"%PDF-1.7\n1 0 obj <</Filter/FlateDecode>> stream\n" + _deflated(6 * 10**7),
        TOO_LARGE,
    ),
    "a PDF of noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 1000, BROKEN_PDF),
    "a PDF of nothing": (lambda: b"%PDF-1.7\n", BROKEN_PDF),
}
