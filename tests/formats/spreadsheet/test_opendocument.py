"""An .ods is read as LibreOffice reads it, whatever program has written it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from gouji.formats.read import read_data
from gouji.formats.spreadsheet.safe_copy import inspect
from gouji.runtime.errors import DocumentError

SAVED_BY_LIBREOFFICE = Path(__file__).parents[2] / "fuzz" / "samples" / "libreoffice.ods"
HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:x="urn:other">'
)


def rewritten(pattern: str, replacement: str, without: str = "") -> bytes:
    """Return a form that LibreOffice saved, with its content changed, and perhaps without one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(SAVED_BY_LIBREOFFICE) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "content.xml":
                content = re.sub(pattern, replacement, content.decode()).encode()
            if name != without:
                made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "pattern, replacement",
    [
        (r"(</?table:table-(?:row|cell)[^>]*>)(?=<)", "\\1\n  "),
        (r'office:value="(\d+)"', r'office:value="\1.0"'),
        (r'office:value="(\d+)"', r'office:value="+\1."'),
        (r'office:value="(\d+)"', r'office:value="\1E+0"'),
        (r'office:value="(\d+)"', r'office:value=" \1 "'),
        (r' calcext:value-type="[^"]*"', ""),
        (r'(office:value-type="float"[^>]*>)<text:p>[^<]*</text:p>', r"\1"),
    ],
    ids=["line ends", "with a decimal", "with a sign", "with an exponent", "with spaces", "no extensions", "no texts"],
)
def test_what_other_programs_write_is_the_same_report(pattern: str, replacement: str) -> None:
    changed = rewritten(pattern, replacement)
    assert read_data(changed).report == read_data(SAVED_BY_LIBREOFFICE.read_bytes()).report


def test_the_part_that_names_the_type_may_be_missing() -> None:
    changed = rewritten("$^", "", without="mimetype")
    assert read_data(changed) == read_data(SAVED_BY_LIBREOFFICE.read_bytes())


def values(row: str) -> list[object]:
    """Return the values of a row."""
    body = f'<office:body><office:spreadsheet><table:table table:name="t"><table:table-row>{row}'
    xml = f"{HEAD}{body}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("content.xml", xml)
    rows = inspect(target.getvalue()).sheets["t"]
    return list(rows[0]) if rows else []


def cell(attributes: str, text: str = "") -> str:
    return f"<table:table-cell {attributes}>{text}</table:table-cell>"


FLOAT, STRING = 'office:value-type="float" office:value="{}"', 'office:value-type="string"'


@pytest.mark.parametrize("said, value", [("1e3", 1000.0), (".5", 0.5), ("-2", -2.0), ("1,5", "壹"), ("NaN", "壹")])
def test_a_number_that_cannot_be_understood_is_the_text_that_is_shown(said: str, value: object) -> None:
    assert values(cell(FLOAT.format(said), "<text:p>壹</text:p>")) == [value]


@pytest.mark.parametrize(
    "text, value",
    [
        ("<text:p>一</text:p><text:p>二</text:p>", "一\n二"),
        ("<text:p>一 \n  二<text:s text:c='2'/>三<text:tab/><text:line-break/>四 </text:p>", "一 二  三\t\n四"),
        ("<text:p>4<!-- 9 -->6<![CDATA[7]]></text:p>", "467"),
        ("<text:p>46<x:p>99</x:p></text:p>", "46"),
        ("<office:annotation><text:p>99</text:p></office:annotation><text:p>46</text:p>", "46"),
        ("<text:p>46</text:p><draw:frame><draw:text-box><text:p>99</text:p></draw:text-box></draw:frame>", "46"),
    ],
)
def test_a_text_is_what_the_cell_shows(text: str, value: str) -> None:
    assert values(cell(STRING, text)) == [value]


def test_elements_of_another_namespace_are_no_cells() -> None:
    other = f"<x:table-cell {FLOAT.format(9)}/>"
    assert values(cell(FLOAT.format(1)) + other + cell(FLOAT.format(2) + ' x:value-type="string"')) == [1.0, 2.0]


def test_an_error_of_a_newer_program_is_an_unread_cell() -> None:
    changed = rewritten(
        r'(<table:table-cell[^>]*)office:value-type="float" office:value="\d+"([^>]*)><text:p>\d+</text:p>',
        r'\1office:value-type="string" office:string-value=""\2><text:p>Err:504</text:p>',
    )
    report = read_data(changed).report
    assert set(report.unread.values()) == {"Err:504"}


def test_another_document_is_told() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("content.xml", f"{HEAD}<office:body><office:text/></office:body></office:document-content>")
    with pytest.raises(DocumentError, match="这不是电子表格文件"):
        inspect(target.getvalue())
