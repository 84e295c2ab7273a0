"""A note with a different number than its cell is queried; any other note is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import reports
from libreoffice import LibreOffice

from damaged import kit
from damaged.workbook import LINK, MAIN, Workbook
from gouji.checks import check
from gouji.findings.finding import Finding
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes

REF = "requests.refused_state_secret.natural"


def noted(text: str, address: str = kit.TYPED, author: str = "张三", data: bytes | None = None) -> bytes:
    """Return the good workbook with a note on a cell of the table of requests."""
    book = Workbook(data or kit.good())
    part = book.part_of(kit.REQUESTS)
    folder, _, file = part.rpartition("/")
    link = f'<Relationship Id="rIdN" Type="{LINK}/comments" Target="../comments9.xml"/>'
    links = f"{folder}/_rels/{file}.rels"
    known = book.parts.get(
        links, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    )
    known = known.replace(b"/>", b"></Relationships>", 1) if known.endswith(b'relationships"/>') else known
    book.parts[links] = known.replace(b"</Relationships>", link.encode() + b"</Relationships>")
    book.parts["xl/comments9.xml"] = (
        f'<comments xmlns="{MAIN}"><authors><author>{author}</author></authors><commentList>'
        f'<comment ref="{address}" authorId="0"><text><r><t xml:space="preserve">{text}</t></r></text></comment>'
        "</commentList></comments>"
    ).encode()
    if b"legacyDrawing" not in book.parts[part]:
        drawing = b'<legacyDrawing xmlns:r="%b" r:id="rIdV"/></worksheet>' % LINK.encode()
        book.parts[part] = book.parts[part].replace(b"</worksheet>", drawing)
    return book.data()


def queries(data: bytes) -> list[Finding]:
    return [finding for finding in check(read_data(data)) if finding.rule == "evidence.note"]


FIGURE = kit.good_report().figures[REF]


@pytest.mark.parametrize(
    "text",
    [
        *("应为 46 件", "张三:\n４６", "更正：1,046", "46.5", "改成46，请以此为准", "应为46件，其中网上3件"),
        *("四十六", "应为四十六件", "更正为肆拾陆", "改成六件，以此为准"),
    ],
)
def test_a_note_with_another_number_is_queried(text: str) -> None:
    (finding,) = queries(noted(text))
    assert finding.cells == (f"{kit.REQUESTS}!{kit.TYPED}",)
    assert finding.severity == "query"
    assert f"填的是 {FIGURE}" in finding.message
    assert " ".join(text.split()) in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "已核对",
        f"共 {FIGURE} 件",
        f"{FIGURE}件，其中网上 3 件",
        "2025年1月10日核对",
        "2025-01-10 10:30",
        "见青政发〔2024〕12号",
        "第3季度补报",
        "电话 0371-12345678、13912345678",
        "其中网上3件，信函2件",
        "上年是 46",
        "1. 已核对",
        "https://go.microsoft.com/fwlink/?linkid=870924",
        "占 12.5%",
        *(
            "统一核对，一起改",
            "第四十六条",
            "二〇二五年十一月",
            "百分之十二",
            "十二号文件",
            "三、已核对",
            "其中网上三件",
        ),
        *("二十大以后", "千万不要改", "万一有错再改", "每一件都核对过", "十分确定", "第二季度补报"),
    ],
)
def test_a_note_without_another_number_is_not_queried(text: str) -> None:
    assert queries(noted(text)) == []


def test_a_note_on_a_cell_that_is_not_an_input_is_not_queried() -> None:
    assert queries(noted("应为 46 件", "A3")) == []


def sent_back() -> bytes:
    """Return a form that was sent back for correction, with our notes on its cells."""
    reading = read_data(kit.KIT["a_negative_number"].make())
    return workbook_bytes(reading.report, findings=check(reading))


def test_our_own_notes_are_not_queried() -> None:
    assert queries(sent_back()) == []
    ours = Workbook(sent_back())
    for part, content in ours.parts.items():
        if "comments" in part:
            # LibreOffice saves notes without the author.
            ours.parts[part] = content.replace(b"<author>gouji</author>", b"<author> </author>")
    assert queries(ours.data()) == []


def test_what_a_clerk_writes_below_our_note_is_queried() -> None:
    book = Workbook(sent_back())
    (part,) = (part for part in book.parts if "comments" in part)
    book.parts[part] = book.parts[part].replace(b"</t>", "\n应为 46 件</t>".encode(), 1)
    (finding,) = queries(book.data())
    assert "“应为 46 件”" in finding.message


def test_a_note_on_a_cell_without_a_figure_is_queried() -> None:
    report = kit.good_report()
    figures = {ref: value for ref, value in report.figures.items() if ref != REF}
    data = workbook_bytes(reports.changed(report, figures=figures))
    (finding,) = queries(noted("46件", data=data))
    assert "没有可以读取的数" in finding.message


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_note_in_another_format_is_queried_too(kind: str, libreoffice: LibreOffice, tmp_path: Path) -> None:
    file = tmp_path / "noted.xlsx"
    file.write_bytes(noted("应为四十六件"))
    (saved,) = libreoffice.convert([file], tmp_path, kind)
    (finding,) = queries(saved.read_bytes())
    assert "应为四十六件" in finding.message
