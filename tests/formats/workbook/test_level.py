"""A form for no unit in particular asks for the unit's level, on which rules depend."""

from __future__ import annotations

import io
from pathlib import Path

import libreoffice as office
import openpyxl
import pytest
import reports
import sheet_xml

import gouji
from gouji.form.calculations import evaluate
from gouji.form.levels import LEVELS
from gouji.form.model import COVER
from gouji.form.states import LevelOf
from gouji.formats.drawing.plan import STATE
from gouji.formats.workbook.layout import RELATION_WORDS, inputs, layout_of
from gouji.formats.workbook.reader import issued_identity, read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.jobs.batch import Previous
from gouji.jobs.correction import correct
from gouji.report.model import Unit

LAYOUT = layout_of(gouji.load_form("2021"))
ASKED = LAYOUT.places["unit.level"]


def answered(words: str) -> bytes:
    """Return a full form without a unit's level, in which a clerk has named the level."""
    report = reports.right("2021")
    data = workbook_bytes(reports.changed(report, unit=Unit(report.unit.name, report.unit.code)))
    return sheet_xml.with_cell(data, ASKED.sheet, ASKED.address, "inlineStr", f"<is><t>{words}</t></is>")


def test_a_form_without_a_unit_offers_every_level() -> None:
    blank = workbook_bytes(reports.blank("2021"))
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[COVER]
    (offered,) = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert offered.strip('"').split(",") == [level.name for level in LEVELS.values()]
    assert (ASKED.sheet, ASKED.address) in sheet_xml.unlocked(blank)
    assert inputs(LAYOUT.form)["unit.level"] == ASKED


@pytest.mark.parametrize(
    "words, key", [("乡镇、街道", "township"), ("街道", "township"), ("省级部门", "province_department"), ("乡", "")]
)
def test_the_level_that_the_unit_names_is_that_of_the_report(words: str, key: str) -> None:
    assert read_workbook(answered(words)).report.unit.level == key


def test_a_form_of_a_unit_with_a_level_shows_it_and_does_not_ask() -> None:
    report = reports.right("2021")
    data = workbook_bytes(report)
    assert openpyxl.load_workbook(io.BytesIO(data))[COVER][ASKED.address].value == "乡镇、街道"
    assert (ASKED.sheet, ASKED.address) not in sheet_xml.unlocked(data)
    assert issued_identity(data)["level"] == "township"
    other = sheet_xml.with_cell(data, ASKED.sheet, ASKED.address, "inlineStr", "<is><t>省级部门</t></is>")
    assert read_workbook(other).report.unit.level == "township"


def test_what_is_sent_back_keeps_the_answer_and_leaves_it_open(tmp_path: Path) -> None:
    source, target = tmp_path / "returned.xlsx", tmp_path / "sent back.xlsx"
    ref = LAYOUT.places["requests.new.natural"]
    source.write_bytes(sheet_xml.with_cell(answered("县级部门"), ref.sheet, ref.address, "n", "<v>987</v>"))
    assert correct(source, target, Previous(None)).written
    back = target.read_bytes()
    assert read_workbook(back).report.unit.level == "county_department"
    assert (ASKED.sheet, ASKED.address) in sheet_xml.unlocked(back)


@pytest.mark.slow
def test_a_rule_follows_the_level_while_it_is_chosen(libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    report = reports.right("2021")
    figures = {**report.figures, "disclosure.rules.made": 1}
    form, saved = tmp_path / "form.xlsx", tmp_path / "saved.xlsx"
    gouji.write_workbook(reports.changed(report, unit=Unit(report.unit.name), figures=figures), form)
    shown = LAYOUT.places["show.rules_level"]
    before = sheet_xml.formulas(form.read_bytes())[shown.sheet, shown.address].result
    libreoffice.type_in(form, [(ASKED.sheet, ASKED.address, "乡镇、街道")], saved)
    after = sheet_xml.formulas(saved.read_bytes())
    assert (before, after[shown.sheet, shown.address].result) == (RELATION_WORDS[3], RELATION_WORDS[1])
    state = LAYOUT.places[STATE]
    assert after[state.sheet, state.address].result == "有错误"


def test_every_name_of_a_level_is_understood() -> None:
    level = {"level": LevelOf("issued", "named")}
    understood = {word: evaluate(level, {"named": word})["level"] for each in LEVELS.values() for word in each.spoken}
    assert understood == {word: each.key for each in LEVELS.values() for word in each.spoken}
    assert evaluate(level, {"issued": "county", "named": "街道"})["level"] == "county"
    assert evaluate(level, {})["level"] is None
