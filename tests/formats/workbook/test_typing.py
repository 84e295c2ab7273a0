"""A clerk at the keyboard can type into open cells and not into locked ones, and everything typed is read back.

The tests type with LibreOffice's own keyboard command, and LibreOffice saves the file.
"""

from __future__ import annotations

from pathlib import Path

import libreoffice as office
import openpyxl
import pytest
import reports
import sheet_xml

import gouji
from gouji.form.editions import load_form
from gouji.form.model import HIDDEN
from gouji.form.values import State
from gouji.formats.drawing.plan import STATE
from gouji.formats.workbook.layout import Layout, inputs, laid_out, layout_of
from gouji.report.model import Report, make_report

hundreds_of_cells = pytest.mark.parametrize("edition", ["2021", pytest.param("2019", marks=pytest.mark.slow)])

TYPED = "7"


def prefilled(edition: str, path: Path) -> set[tuple[str, str]]:
    """Write a workbook with unit, year and carried-over requests filled in; return the open cells."""
    form = load_form(edition)
    row = [ref for ref in form.inputs if ref.startswith("requests.carried_in.")]
    report = make_report(edition=edition, year=2030, unit=reports.UNIT, figures=dict.fromkeys(row, 2))
    gouji.write_workbook(report, path, locked=row)
    open_places = inputs(form, {*row, "unit.name", "unit.code", "unit.level", "year"}).values()
    return {(place.sheet, place.address) for place in open_places}


@hundreds_of_cells
def test_only_inputs_can_be_typed_into(edition: str, libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    """That includes labels, totals, the state, what the office filled in, and the empty cells around the tables."""
    path = tmp_path / "form.xlsx"
    open_cells = prefilled(edition, path)
    tables = {table.section.sheet for table in layout_of(load_form(edition)).tables}
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in openpyxl.load_workbook(path).worksheets
        if sheet.title != HIDDEN
        for row in sheet.iter_rows()
        for cell in row
        if (sheet.title, cell.coordinate) not in open_cells and (cell.value is not None or sheet.title in tables)
    ]
    assert len(cells) > 400
    answers = libreoffice.type_in(path, [(*cell, TYPED) for cell in cells], tmp_path / "saved.xlsx")
    taken = [cell for cell, answer in zip(cells, answers, strict=True) if answer["before"] != answer["after"]]
    assert taken == []
    assert sum(bool(answer["before"]) for answer in answers) > 250


@hundreds_of_cells
def test_every_input_can_be_typed_into(edition: str, libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    cells = sorted(prefilled(edition, path))
    answers = libreoffice.type_in(path, [(*cell, TYPED) for cell in cells], tmp_path / "saved.xlsx")
    # LibreOffice shows a digit with an apostrophe where the format is text.
    refused = [cell for cell, answer in zip(cells, answers, strict=True) if answer["after"].lstrip("'") != TYPED]
    assert refused == []


@pytest.mark.parametrize(
    "edition, spoil",
    [
        ("2021", "nothing"),
        pytest.param("2019", "nothing", marks=pytest.mark.slow),
        pytest.param("2021", "all declared zero", marks=pytest.mark.slow),
        ("2019", "all declared zero"),
    ],
)
def test_a_report_that_is_typed_in_and_saved_is_read_back_as_typed(
    edition: str, spoil: str, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    report = reports.MUTATIONS[spoil](reports.right(edition))
    form, saved = tmp_path / "form.xlsx", tmp_path / "saved.xlsx"
    gouji.write_workbook(reports.blank(edition), form)
    libreoffice.type_in(form, keystrokes(report, layout_of(report.form)), saved)
    reading = gouji.read(saved)
    assert reports.same(reading.report, report)
    assert reading.findings == ()
    assert gouji.state(reading.report) == State.READY
    place = layout_of(report.form).places[STATE]
    assert sheet_xml.formulas(saved.read_bytes())[place.sheet, place.address].result == "可以上报"
    assert not [finding for finding in gouji.check(reading) if finding.severity == "error"]


def keystrokes(report: Report, layout: Layout) -> list[tuple[str, str, str]]:
    """Return what a clerk types into which cell to fill in a report; nothing in a table that is declared zero."""
    typed = []
    for key, value in laid_out(report).items():
        declared = key in report.form.cells and report.form.cells[key].table in report.zero
        if not declared and key != "level":
            typed.append((layout.places[key].sheet, layout.places[key].address, str(value)))
    return typed


def test_a_mistake_shows_as_soon_as_it_is_typed(libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    report = reports.right("2021")
    form, saved = tmp_path / "form.xlsx", tmp_path / "saved.xlsx"
    gouji.write_workbook(report, form)
    layout = layout_of(report.form)
    place = layout.places["requests.new.natural"]
    libreoffice.type_in(form, [(place.sheet, place.address, "987")], saved)
    shown = sheet_xml.formulas(saved.read_bytes())
    difference = layout.places["difference.requests.balance:natural"]
    assert shown[difference.sheet, difference.address].result == 987 - report.figures["requests.new.natural"]
    state = layout.places[STATE]
    assert shown[state.sheet, state.address].result == "有错误"
    broken = {finding.id for finding in gouji.check(gouji.read(saved)) if finding.outcome == "broken"}
    assert broken == {"requests.balance:natural", "requests.balance:total"}
