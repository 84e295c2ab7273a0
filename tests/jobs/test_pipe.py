"""Real figures through all media: JSON, workbook, JSON again, Word."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import published_cases as cases
import pytest
from docx.oxml.ns import qn

import gouji
from gouji.form.grid import grid_of
from gouji.form.model import Form, Table

CLEAN = [name for name in cases.CASES if not cases.load(name)["violations"]]


def printed(document: docx.document.Document, form: Form) -> dict[str, str]:
    """Return the text of each number cell of the three tables, by its place in the grid."""
    tables = document.element.body.findall(qn("w:tbl"))
    assert len(tables) == 3
    return {
        ref: text for table, xml in zip(form.official_tables, tables, strict=True) for ref, text in _numbers(table, xml)
    }


def _numbers(table: Table, xml: docx.oxml.table.CT_Tbl) -> Iterator[tuple[str, str]]:
    places = {(cell.row, cell.column): ref for ref, cell in grid_of(table).numbers.items()}
    for row, line in enumerate(xml.findall(qn("w:tr"))):
        column = 0
        for cell in line.findall(qn("w:tc")):
            if (row, column) in places:
                yield places[row, column], "".join(text.text or "" for text in cell.iter(qn("w:t")))
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            column += 1 if span is None else int(span.get(qn("w:val")))


def headings(document: docx.document.Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]


def test_there_are_several_kinds_of_clean_cases() -> None:
    assert len(CLEAN) >= 4
    assert any(isinstance(value, Decimal) for name in CLEAN for value in report_of(name).figures.values())


def report_of(name: str) -> gouji.Report:
    return cases.report_of(cases.load(name))


@pytest.mark.parametrize("name", CLEAN)
def test_every_figure_of_a_clean_report_survives_the_workbook_and_is_in_word(name: str, tmp_path: Path) -> None:
    report = report_of(name)
    gouji.write_workbook(report, tmp_path / "report.xlsx")
    reading = gouji.read(tmp_path / "report.xlsx")
    assert reading.findings == ()
    assert reading.report.figures == report.figures
    gouji.write_document(reading.report, tmp_path / "report.docx")
    shown = printed(docx.Document(str(tmp_path / "report.docx")), report.form)
    assert shown == {
        ref: f"{Decimal(report.figures[ref]):f}" if ref in report.figures else report.unread.get(ref, "")
        for table in report.form.official_tables
        for ref in table.cells
    }


def test_a_township_with_only_zeros_passes_except_for_its_missing_statement(tmp_path: Path) -> None:
    form = gouji.load_form("2021")
    report = gouji.make_report(
        edition="2021",
        year=form.first_year + 2,
        unit=gouji.Unit("安澜县石桥乡人民政府", level="township"),
        figures={ref: 0 for table in form.official_tables for ref in table.cells},
        texts={
            "overview.general": ["石桥乡全年公开各类信息86条，没有收到政府信息公开申请。"],
            "problems.problems": ["公开栏更新不够及时，村级公开的格式不统一。"],
            "problems.improvements": ["自明年起由党政办按月核对各村的公开栏。"],
            "matters.other": ["无"],
        },
    )
    gouji.write_workbook(report, tmp_path / "report.xlsx")
    reading = gouji.read(tmp_path / "report.xlsx")
    assert reading.report == report
    assert [finding.id for finding in gouji.check(reading)] == ["processing_fee"]
    gouji.write_document(reading.report, tmp_path / "report.docx")
    document = docx.Document(str(tmp_path / "report.docx"))
    assert headings(document) == [section.heading for section in form.sections]
    assert set(printed(document, form).values()) == {"0"}
    titles = [section.heading for section in form.sections]
    body = [
        "tbl" if child.tag == qn("w:tbl") else "".join(text.text or "" for text in child.iter(qn("w:t")))
        for child in document.element.body
    ]
    order = [item for item in body if item in ("tbl", *titles)]
    one, two, three, four, five, six = titles
    assert order == [one, two, "tbl", three, "tbl", four, "tbl", five, six]
