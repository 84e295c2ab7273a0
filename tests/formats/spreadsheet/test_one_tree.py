"""What proves a file and what reads its values see one tree: the one that office programs see.

The right values are those of LibreOffice, which the last test asks.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import libreoffice as office
import pytest
from sheet_xml import changed

from damaged import kit
from gouji.formats.read import read_data
from gouji.runtime.errors import DocumentError

REF = "requests.refused_state_secret.natural"
SHEET = "xl/worksheets/sheet4.xml"
OTHER = 'xmlns:x="urn:other"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'

READ = {
    "a comment in a number": "<v>4<!-- 9 -->6</v>",
    "an instruction in a number": "<v>4<?x 9?>6</v>",
    "a number that is partly CDATA": "<v>4<![CDATA[6]]></v>",
    "a digit written as its number": "<v>&#52;6</v>",
    "spaces around a number": "<v> 46 </v>",
    "text beside the value": "99<v>46</v>",
    "an extension with a value of its own": "<v>46</v><extLst><ext><v>99</v></ext></extLst>",
}
"""The content of a cell; all of them are 46 to LibreOffice."""

REFUSED = {
    "a value of another namespace before the value": (f"<x:v {OTHER}>99</x:v><v>46</v>", "v"),
    "a value of another namespace behind the value": (f"<v>46</v><x:v {OTHER}>99</x:v>", "v"),
    "a value of another default namespace": ('<v xmlns="urn:other">99</v><v>46</v>', "v"),
    "an element of another namespace in a number": (f"<v>4<x:a {OTHER}>9</x:a>6</v>", "a"),
    "a value inside of another namespace": (f"<x:w {OTHER}><v>99</v></x:w>", "w"),
    "a choice between two values": (
        f'<mc:AlternateContent {MC}><mc:Choice Requires="x14"><v>99</v></mc:Choice>'
        "<mc:Fallback><v>46</v></mc:Fallback></mc:AlternateContent>",
        "AlternateContent",
    ),
    "two values": ("<v>46</v><v>99</v>", "v"),
    "a value in a value": ("<v><v>46</v></v>", "v"),
    "an element that there is not": ("<V>99</V><v>46</v>", "V"),
    "a text beside a number": ("<is><t>99</t></is><v>46</v>", "is"),
}
"""The content of a cell, and the name by which it is refused."""


def with_content(content: str, attributes: str = "") -> bytes:
    """Return the good workbook with something else in one of its inputs."""

    def spoil(name: str, xml: bytes) -> bytes:
        if name != SHEET:
            return xml
        spoilt, count = re.subn(rb'(<c r="D12"[^>]*)><v>\d+</v></c>', rf"\g<1>{attributes}>{content}</c>".encode(), xml)
        assert count == 1
        return spoilt

    return changed(kit.good(), spoil)


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_what_the_standard_lets_stand_in_a_cell_is_read_as_it_says(content: str) -> None:
    reading = read_data(with_content(content))
    assert reading.report.figures[REF] == 46
    assert reading.report.unread == {}


def test_an_attribute_of_another_namespace_says_nothing() -> None:
    assert read_data(with_content("<v>46</v>", f' {OTHER} x:t="s" x:r="E12"')).report.figures[REF] == 46


@pytest.mark.parametrize("content, name", REFUSED.values(), ids=REFUSED)
def test_what_programs_read_differently_is_refused_by_name(content: str, name: str) -> None:
    with pytest.raises(DocumentError, match=f"“三、依申请公开”D12 里有办公软件不会写的内容（{name}）"):
        read_data(with_content(content))


@pytest.mark.parametrize(
    "old, new",
    [
        (b'<row r="12"', b'<row xmlns="urn:other" r="12"'),
        (b'<c r="D12"', b'<c xmlns="urn:other" r="D12"'),
        (b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', b""),
        (b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', b'xmlns="urn:other"'),
    ],
    ids=["a row", "a cell", "no namespace at all", "a whole sheet"],
)
def test_what_is_in_another_namespace_is_not_read(old: bytes, new: bytes) -> None:
    with pytest.raises(DocumentError):
        read_data(changed(kit.good(), lambda name, xml: xml.replace(old, new, 1) if name == SHEET else xml))


@pytest.mark.parametrize("content", ['<x:t xmlns:x="urn:other">改</x:t>', '<t xmlns="urn:other">改</t>'])
def test_a_shared_text_of_another_namespace_is_refused(content: str) -> None:
    def spoil(name: str, xml: bytes) -> bytes:
        return xml.replace(b"<si><t>", b"<si>" + content.encode() + b"<t>", 1) if "shared" in name else xml

    with pytest.raises(DocumentError, match="文件的文字里有办公软件不会写的内容（t）"):
        read_data(changed(kit.good(), spoil))


def test_a_style_of_another_namespace_is_refused() -> None:
    def spoil(name: str, xml: bytes) -> bytes:
        other = b'<x:xf xmlns:x="urn:other" numFmtId="14"/>'
        return re.sub(rb"<cellXfs[^>]*>", rb"\g<0>" + other, xml) if "styles" in name else xml

    with pytest.raises(DocumentError, match="文件的格式里有办公软件不会写的内容（xf）"):
        read_data(changed(kit.good(), spoil))


def test_libreoffice_reads_the_same_numbers(libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    files = []
    for number, content in enumerate(READ.values()):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(with_content(content))
    fourth_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,4"
    for file in files:
        # With a sheet's number in the options, the sheet's name becomes part of the file's.
        libreoffice._run(
            [*libreoffice._command(), "--convert-to", fourth_sheet, "--outdir", str(tmp_path), str(file)], 60
        )
        (made,) = tmp_path.glob(f"{file.stem}-*.csv")
        rows = list(csv.reader(made.read_text(encoding="utf-8").splitlines()))
        assert rows[11][3] == "46", file
