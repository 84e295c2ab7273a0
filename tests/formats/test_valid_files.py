"""The validator of the Open XML SDK finds nothing wrong with any kind of workbook or document that gouji writes."""

from __future__ import annotations

import re
from pathlib import Path

import agreement
import excel_limits
import own_forms
import pytest
import reports
import sheet_xml
from calculators import CALCULATORS
from county import TOWNS, County
from pace import slow
from validator import complaints

from gouji.cli.main import main
from gouji.formats.workbook.writer import workbook_bytes

DAMAGES = {
    "elements in the wrong order": (
        "xl/worksheets/sheet1.xml",
        rb"(<sheetData.*</sheetData>)(<sheetProtection[^>]*/>)",
        rb"\2\1",
    ),
    "a style that is not there": ("xl/worksheets/sheet1.xml", rb' s="\d+"', rb' s="99999"'),
    "an attribute twice": ("xl/workbook.xml", rb"<sheets><sheet ", rb'<sheets><sheet name="x" '),
}
"""A part, what stands in it, and what damages it."""


@pytest.mark.slow
@pytest.mark.parametrize("part, old, new", DAMAGES.values(), ids=DAMAGES)
def test_the_validator_finds_a_damage(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    right = workbook_bytes(reports.right("2021"))
    wrong = sheet_xml.changed(
        right, lambda name, xml: re.sub(old, new, xml, count=1, flags=re.DOTALL) if name == part else xml
    )
    assert sheet_xml.part(wrong, part) != sheet_xml.part(right, part)
    file = tmp_path / "wrong.xlsx"
    file.write_bytes(wrong)
    assert complaints(file)


@pytest.mark.parametrize("edition", ["2021", slow("2019")])
def test_a_filled_form_is_valid(edition: str, tmp_path: Path) -> None:
    file = tmp_path / "filled.xlsx"
    file.write_bytes(workbook_bytes(reports.right(edition)))
    assert complaints(file) == []


@pytest.mark.slow
@pytest.mark.parametrize("edition", [*reports.EDITIONS, str(own_forms.OWN)], ids=[*reports.EDITIONS, "own"])
def test_a_blank_template_is_valid(edition: str, tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    main.main(["template", "--edition", edition, "-o", str(file)], prog_name="gouji", standalone_mode=False)
    assert complaints(file) == []


@pytest.mark.slow
def test_a_filled_supplementary_form_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "filled.xlsx"
    file.write_bytes(workbook_bytes(own_forms.right()))
    assert complaints(file) == []


KINDS = {
    "the form that a unit fills in": "下发/*_2025.xlsx",
    "the list of forms": "下发/下发清单.xlsx",
    "the notice": "下发/通知.docx",
    "the roster": "名册.xlsx",
    "the form that a unit has filled in": "回收/*.xlsx",
    "the report": "报告/*_年度报告.docx",
    "the totals as a form": "汇总/*_汇总填报表.xlsx",
    "the totals": "汇总/汇总.xlsx",
    "the working papers": "汇总/工作底稿.docx",
    "the state of things": "状态.xlsx",
    "the form that is sent back": "退回/*_退回改正.xlsx",
    "the letter that goes with it": "退回/*_退回说明.docx",
}
"""What a year makes, and where it stands in the folder."""


@pytest.fixture(scope="module")
def year(issued: County, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every workbook and document that a county's year has made."""
    county = issued.copied(tmp_path_factory.mktemp("year") / "年报")
    for town in TOWNS[:4]:
        county.answers(town)
    county.answers(TOWNS[4], requests__granted__natural=77)
    county.run("collect")
    county.run("status", "-o", county.folder / "状态.xlsx")
    county.run("return")
    county.run("report", "--all")
    county.run("summary", "--partial", "--report", "--papers")
    made = sorted(file for file in county.folder.rglob("*") if file.suffix in (".xlsx", ".docx"))
    assert [kind for kind, place in KINDS.items() if not list(county.folder.glob(place))] == []
    return made


@pytest.mark.slow
def test_every_workbook_and_document_of_a_year_is_valid(year: list[Path]) -> None:
    for file in year:
        assert complaints(file) == [], file.name


@pytest.mark.slow
def test_every_workbook_of_a_year_is_within_the_limits_of_excel(year: list[Path]) -> None:
    for file in year:
        assert file.suffix != ".xlsx" or excel_limits.beyond(file.read_bytes()) == [], file.name


@pytest.mark.slow
def test_another_calculator_agrees_with_every_formula_of_a_year(year: list[Path], tmp_path: Path) -> None:
    files = [file for file in year if file.suffix == ".xlsx" and sheet_xml.formulas(file.read_bytes())]
    poisoned = [sheet_xml.poisoned(file.read_bytes()) for file in files]
    for file, found in zip(files, CALCULATORS["HyperFormula"](poisoned, tmp_path), strict=True):
        for place, formula in sheet_xml.formulas(file.read_bytes()).items():
            assert agreement.alike(found[place], formula.result), (file.name, place, formula)


@pytest.mark.parametrize("edition", reports.EDITIONS)
def test_a_form_is_within_the_limits_of_excel(edition: str) -> None:
    assert excel_limits.beyond(workbook_bytes(reports.right(edition))) == []


LONG = {
    "a prompt": (rb' prompt="[^"]*"', b' prompt="' + "𠮷".encode() * 128 + b'"', "prompt"),
    "a formula": (rb"<f>[^<]*</f>", b"<f>" + b"1+" * 4097 + b"1</f>", "formula"),
    "a formula in itself": (rb"<f>[^<]*</f>", b"<f>" + b"(" * 65 + b"1" + b")" * 65 + b"</f>", "formula"),
}


@pytest.mark.parametrize("old, new, found", LONG.values(), ids=LONG)
def test_what_is_beyond_a_limit_is_found(old: bytes, new: bytes, found: str) -> None:
    wrong = sheet_xml.changed(
        workbook_bytes(reports.right("2021")),
        lambda name, xml: re.sub(old, new, xml, count=1) if name.startswith("xl/worksheets/") else xml,
    )
    beyond = excel_limits.beyond(wrong)
    assert beyond
    assert all(each.endswith(f" {found}") for each in beyond)


@pytest.mark.slow
def test_a_wrong_result_beside_a_formula_is_found(tmp_path: Path) -> None:
    wrong = sheet_xml.poisoned(workbook_bytes(reports.right("2021")))
    (found,) = CALCULATORS["HyperFormula"]([wrong], tmp_path)
    written = sheet_xml.formulas(wrong)
    assert written.keys() == found.keys()
    assert not any(agreement.alike(found[place], formula.result) for place, formula in written.items())
