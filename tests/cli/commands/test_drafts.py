"""gouji report and gouji publish of a report with errors: the result says that it is a draft."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import docx
import libreoffice
import pypdfium2
import pytest
import reports
from lxml import html
from running import SAMPLES, ok, run

import gouji
from gouji.formats.pdf.reader import passages_of
from gouji.formats.published import Paragraph
from gouji.formats.word.to_pdf import printer
from gouji.formats.word.writer import document_bytes

GOOD, WRONG = SAMPLES / "qingxi-2025.xlsx", SAMPLES / "liutang-2025.xlsx"
MARK = re.compile(r"草稿（有 (\d+) 处必须改正）")


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    ok("template", "--year", "2024", "--unit", "甲县", "-o", tmp_path / "blank.xlsx")
    return tmp_path / "blank.xlsx"


def headers(path: Path) -> list[str]:
    """Return the headers of odd and of even pages."""
    (section,) = docx.Document(str(path)).sections
    return [part.paragraphs[0].text for part in (section.header, section.even_page_header)]


def parts(path: Path) -> dict[str, str]:
    """Return the parts of a document, whatever release of the libraries wrote them."""
    with zipfile.ZipFile(path) as archive:
        return {name: canonicalize(archive.read(name)) for name in archive.namelist()}


def test_the_report_of_a_blank_form_says_on_odd_and_even_pages_that_it_is_a_draft(tmp_path: Path, blank: Path) -> None:
    done = ok("report", blank, "-o", tmp_path / "out.docx")
    assert headers(tmp_path / "out.docx") == ["草稿（有 6 处必须改正）"] * 2
    assert f"已生成报告的草稿：{tmp_path / 'out.docx'}" in done.stdout
    assert "有 6 处必须改正，已标明是草稿" in done.stderr


def test_the_number_in_the_header_is_that_of_check(tmp_path: Path) -> None:
    (count,) = re.findall(r"必须改正 (\d+) 处", run("check", WRONG).stdout)
    ok("report", WRONG, "-o", tmp_path / "out.docx")
    assert [MARK.fullmatch(header)[1] for header in headers(tmp_path / "out.docx")] == [count, count]  # type: ignore[index]


def test_the_first_page_of_a_draft_has_a_box_above_the_title(tmp_path: Path, blank: Path) -> None:
    ok("report", blank, "-o", tmp_path / "out.docx")
    box, title, *_ = docx.Document(str(tmp_path / "out.docx")).paragraphs
    assert box.text == "草稿，不能签发和公布\n有 6 处必须改正，改正以后请重新生成"
    assert len(box._p.pPr.findall(".//{*}pBdr/*")) == 4
    assert title.text == "甲县2024年政府信息公开工作年度报告"


def test_a_finished_report_has_neither_header_nor_box(tmp_path: Path) -> None:
    ok("report", GOOD, "-o", tmp_path / "out.docx")
    assert parts(tmp_path / "out.docx") == parts(SAMPLES / "qingxi-2025.docx")
    assert headers(tmp_path / "out.docx") == ["", ""]


def test_only_a_finished_report_is_written_if_a_final_one_is_wanted(tmp_path: Path) -> None:
    done = run("report", "--final", WRONG, "-o", tmp_path / "wrong.docx")
    assert done.returncode == 1
    assert "没有生成报告" in done.stderr
    assert not (tmp_path / "wrong.docx").exists()
    ok("report", "--final", GOOD, "-o", tmp_path / "good.docx")
    assert parts(tmp_path / "good.docx") == parts(SAMPLES / "qingxi-2025.docx")


def test_a_final_report_that_is_refused_leaves_the_others_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for path in (GOOD, WRONG):
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    assert run("report", "--final", tmp_path / "in", "-o", tmp_path / "out").returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["qingxi-2025.docx"]


def test_a_page_with_errors_has_the_box_too_and_a_finished_page_has_not(tmp_path: Path) -> None:
    for path in (GOOD, WRONG):
        ok("publish", path, "-o", tmp_path / f"{path.stem}.html")
    boxes = {path.stem: html.parse(path).findall(".//main/p[@class='draft']") for path in tmp_path.glob("*.html")}
    assert [len(boxes[path.stem]) for path in (GOOD, WRONG)] == [0, 1]
    assert "draft" not in (tmp_path / f"{GOOD.stem}.html").read_text("utf-8")


@pytest.mark.parametrize("command, suffix", [("report", ".docx"), ("publish", ".html")])
def test_a_draft_that_is_read_again_is_the_same_report(tmp_path: Path, command: str, suffix: str) -> None:
    ok(command, WRONG, "-o", tmp_path / f"out{suffix}")
    was, now = gouji.read(WRONG).report, gouji.read(tmp_path / f"out{suffix}").report
    assert (now.unit.name, now.year, now.texts) == (was.unit.name, was.year, was.texts)


def test_every_printed_page_of_a_draft_says_so_and_is_read_without_it(libreoffice: libreoffice.LibreOffice) -> None:
    report = reports.right("2021")
    with printer() as press:
        data = press.pdf(document_bytes(report, open_errors=3))
    with pypdfium2.PdfDocument(data) as pdf:
        tops = [page.get_textpage().get_text_bounded(bottom=page.get_height() - 70).strip() for page in pdf]
    assert len(tops) >= 3
    assert tops == ["草稿（有 3 处必须改正）"] * len(tops)
    texts = [passage.text for passage in passages_of(data) if isinstance(passage, Paragraph)]
    assert not any("（有 3 处必须改正）" in text for text in texts)


def test_all_reports_of_a_round_are_finished_ones() -> None:
    assert "不用写 --final" in run("report", "--all", "--final").stderr
