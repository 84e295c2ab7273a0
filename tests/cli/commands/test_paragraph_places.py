"""A finding about a sentence names the paragraph that the sentence is in, in every medium and every result."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import libreoffice
import openpyxl
import pypdfium2
import reports
from county import County, member
from lxml import html
from running import checked, ok, run

import gouji
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word.to_pdf import printer
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, to_json

TOWN = reports.changed(reports.right("2021"), unit=gouji.Unit("安澜县青石镇人民政府", level="township"))
FOREIGN = "我县公开了政府信息，群众满意。"
FINE = "公开了政府信息，群众满意。"


def report(paragraphs: Sequence[str], topic: str = "overview.general") -> Report:
    return reports.changed(TOWN, texts={**TOWN.texts, topic: paragraphs})


def cells_of(path: Path, rule: str = "wording.unit") -> list[str]:
    (file,) = checked(path)
    return next(finding["cells"] for finding in file["findings"] if finding["rule"] == rule)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def filled(path: Path, cells: dict[str, str]) -> Path:
    """Write a workbook in which somebody typed into cells of the first section."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(reports.changed(TOWN, texts={}))))
    for address, text in cells.items():
        book["一、总体情况"][address] = text
    book.save(path)
    return path


def test_a_sentence_in_the_fifth_row_of_its_topic_is_shown_there(tmp_path: Path) -> None:
    path = filled(tmp_path / "form.xlsx", {"B11": FINE, "B12": FINE, "B15": FOREIGN})
    assert cells_of(path) == ["一、总体情况!B15"]


def test_every_paragraph_in_one_cell_has_the_place_of_that_cell(tmp_path: Path) -> None:
    path = filled(tmp_path / "form.xlsx", {"B11": f"{FINE}\n\n{FINE}", "B13": f"{FINE}\n{FOREIGN}"})
    assert cells_of(path) == ["一、总体情况!B13"]


def test_a_number_in_the_text_names_its_paragraph_before_the_cells_of_the_table(tmp_path: Path) -> None:
    wrong = f"收到政府信息公开申请{TOWN.figures['requests.new.total'] + 7}件。"
    path = written(tmp_path / "form.xlsx", workbook_bytes(report([FINE, FINE, wrong])))
    assert cells_of(path, "narrative")[0] == "一、总体情况!B13"


def test_a_text_of_last_year_names_the_first_copied_paragraph(tmp_path: Path) -> None:
    old = "镇政府门户网站全年发布各类政策文件解读信息并及时更新公开目录，接受群众监督和评议。" * 6
    new = "完善依申请公开办理流程，登记、审核、答复各环节责任到人，群众办事更加方便。"
    last = reports.changed(report([old]), year=TOWN.year - 1 if TOWN.year else None)
    previous = written(tmp_path / "last.json", to_json(last))
    path = written(tmp_path / "form.xlsx", workbook_bytes(report([new, old])))
    (file,) = checked(path, "--previous", previous)
    (copied,) = (finding for finding in file["findings"] if finding["id"] == "copied.last_year:overview")
    assert copied["cells"] == ["一、总体情况!B12"]


def test_check_prints_the_cell_of_the_sentence(tmp_path: Path) -> None:
    path = filled(tmp_path / "form.xlsx", {"B11": FINE, "B15": FOREIGN})
    (line,) = (line for line in run("check", path).stdout.splitlines() if "我县" in line)
    assert line.endswith("（一、总体情况!B15）")


def test_the_note_of_the_correction_workbook_is_at_the_paragraph(tmp_path: Path) -> None:
    path = filled(tmp_path / "form.xlsx", {"B11": f"{FINE}\n{FINE}", "B15": FOREIGN})
    ok("correct", path, "-o", tmp_path / "back.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx")["一、总体情况"]
    # The new workbook has each paragraph in a row of its own.
    assert sheet["B13"].value == FOREIGN
    noted = [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment and "我县" in cell.comment.text
    ]
    assert noted == ["B13"]


def test_paragraphs_beyond_the_rows_of_a_topic_are_noted_at_its_last_row(tmp_path: Path) -> None:
    many = [FINE] * 40
    path = written(tmp_path / "report.json", to_json(report([*many, FOREIGN])))
    ok("correct", path, "-o", tmp_path / "back.xlsx")
    assert FOREIGN in openpyxl.load_workbook(tmp_path / "back.xlsx")["一、总体情况"][last_row()].value
    (cell,) = cells_of(tmp_path / "back.xlsx")
    assert cell == f"一、总体情况!{last_row()}"


def last_row() -> str:
    layout = layout_of(TOWN.form)
    return layout.places[layout.paragraphs(TOWN.form.topic("overview.general"))[-1]].address


def test_in_word_and_on_a_page_the_place_is_the_paragraph_of_the_section(tmp_path: Path) -> None:
    texts = report([FINE, FINE, FOREIGN])
    for path in (
        written(tmp_path / "out.docx", document_bytes(texts)),
        written(tmp_path / "out.html", page_bytes(texts)),
    ):
        assert cells_of(path) == ["一、总体情况!第3段"]


def test_in_a_pdf_the_place_is_the_page(tmp_path: Path, libreoffice: libreoffice.LibreOffice) -> None:
    texts = report([FOREIGN], "problems.general")
    with printer() as press:
        path = written(tmp_path / "out.pdf", press.pdf(document_bytes(texts)))
    assert cells_of(path) == [f"第{page_with(path, '我县')}页"]


def page_with(path: Path, word: str) -> int:
    with pypdfium2.PdfDocument(path) as pdf:
        return next(number for number, page in enumerate(pdf, 1) if word in page.get_textpage().get_text_range())


def test_status_and_the_board_name_the_cell_of_the_sentence(tmp_path: Path) -> None:
    unit = member(1)
    county = County(tmp_path / "county", [unit])
    county.run("issue")
    issued = county.filled(unit)
    county.sent(unit, reports.changed(issued, texts={**issued.texts, "overview.general": [FINE, FINE, FOREIGN]}))
    county.run("collect")
    detail = json.loads(county.run("status", unit.code, "--json"))
    assert ["一、总体情况!B13"] in [found["cells"] for found in detail["findings"] if found["rule"] == "wording.unit"]
    county.run("board")
    board = html.fromstring((tmp_path / "county" / "汇总" / "看板.html").read_bytes()).text_content()
    assert "（一、总体情况!B13）" in board
