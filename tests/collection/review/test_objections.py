"""The officer objects to a number, or asks about it: the unit gets its own workbook back with the remark beside it."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import reports
from county import County, answer, member

import gouji
from gouji.formats.read import read_data
from gouji.formats.workbook.layout import layout_of
from gouji.report.model import Report

TOWN, OTHER = member(1), member(2)
REF = "requests.granted.natural"
REMARK = "登记簿上只有 5 件"


@pytest.fixture
def county(tmp_path: Path) -> County:
    county = County(tmp_path / "county", [TOWN, OTHER])
    county.run("issue")
    county.answers(TOWN, name="一.xlsx")
    county.run("collect")
    assert county.state(TOWN) == "done"
    return county


def place(report: Report, key: str = REF) -> str:
    return layout_of(report.form).places[key].printed


def cell(county: County, key: str = REF) -> str:
    return place(county.filled(TOWN), key)


def back(county: County) -> Any:
    (path,) = (county.folder / "退回").glob(f"{TOWN.code}_*.xlsx")
    return path


def letter(county: County) -> str:
    (path,) = (county.folder / "退回").glob(f"{TOWN.code}_*.docx")
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def notes(path: Path) -> dict[str, str]:
    return {
        f"{sheet.title}!{found.coordinate}": found.comment.text
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for found in row
        if found.comment
    }


def resent(county: County, name: str, **changes: Any) -> None:
    """Send the workbook that came back, with some changes."""
    reading = read_data(back(county).read_bytes())
    rest = {"explanations": changes.pop("explanations", {}), "people": changes.pop("people", reading.report.people)}
    report = reports.with_figures(reports.changed(reading.report, **rest), **changes)
    county.sent(TOWN, report, name)
    county.run("collect")


def test_a_rejection_that_names_a_cell_sends_the_units_own_workbook_back_with_the_cell_marked(county: County) -> None:
    where = cell(county)
    said = county.run("reject", TOWN.code, "--cell", where, "-m", REMARK)
    assert said.startswith(f"1：第1镇人民政府不采用“一.xlsx”，指出的是 {where}。\n")
    assert county.state(TOWN) == "wrong"
    county.run("return")
    sent = read_data((county.folder / "回收" / "一.xlsx").read_bytes()).report
    assert reports.same(gouji.read(back(county), key=county.workspace.key).report, sent)
    (note,) = (text for at, text in notes(back(county)).items() if at == where)
    assert REMARK in note
    cover = openpyxl.load_workbook(back(county)).worksheets[0]
    assert any(REMARK in str(found.value) for row in cover.iter_rows() for found in row)
    assert REMARK in letter(county)
    assert "空白填报表" not in letter(county)


def test_an_accepted_file_is_not_said_to_have_what_was_objected_to_in_it(county: County) -> None:
    county.run("reject", TOWN.code, "--cell", REF, "-m", REMARK)
    assert county.run("accept", TOWN.code).splitlines()[0] == "2：第1镇人民政府采用“一.xlsx”。"
    assert county.state(TOWN) == "done"


def test_a_rejection_of_the_whole_file_is_answered_with_a_blank_form(county: County) -> None:
    county.run("reject", TOWN.code, "-m", "没有盖章")
    county.run("return")
    assert "请在随文附上的空白填报表" in letter(county)


@pytest.mark.parametrize(
    "typed",
    ["{where}", "{sheet}！{address}", "{address}，{sheet}", "依申请公开 {address}", "'{sheet}'!$D$10", REF],
    ids=["as shown", "full-width mark", "address first", "part of the sheet's name", "as in a formula", "Ref"],
)
def test_a_cell_is_named_as_people_see_it_or_by_its_ref(county: County, typed: str) -> None:
    where = cell(county)
    sheet, _, address = where.partition("!")
    assert address == "D10", "the example of a formula"
    named = typed.format(where=where, sheet=sheet, address=address)
    assert where in county.run("reject", TOWN.code, "--cell", named, "-m", REMARK)
    (finding,) = (found for found in findings(county) if found["rule"] == "office.objection")
    assert (finding["refs"], finding["cells"]) == ([REF], [where])


def findings(county: County) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(county.run("status", TOWN.code, "--json"))["findings"]
    return found


@pytest.mark.parametrize("typed", ["D999", "三、依申请公开!A1", "没有这一格", "requests.no.such"])
def test_what_is_no_entry_is_refused_with_an_example(county: County, typed: str) -> None:
    refused = county.run("reject", TOWN.code, "--cell", typed, "-m", REMARK, fails=2)
    assert county.state(TOWN) == "done"
    example, ref = re.findall(r"如 --cell ([^，。]+)", refused)
    for named in (example, ref):
        assert f"指出的是 {example}" in county.run("reject", TOWN.code, "--cell", named, "-m", REMARK)


def test_an_address_on_several_sheets_needs_the_sheet(county: County) -> None:
    assert "请把表名也写上" in county.run("reject", TOWN.code, "--cell", "B11", "-m", REMARK, fails=2)


def test_a_remark_on_a_paragraph_is_at_its_cell(county: County) -> None:
    report = reports.changed(
        county.filled(TOWN), texts={**county.filled(TOWN).texts, "overview.general": ["第一段。", "第二段写错了。"]}
    )
    county.sent(TOWN, report, "二.xlsx")
    county.run("collect")
    county.run("reject", TOWN.code, "二.xlsx", "--cell", "一、总体情况!B12", "--cell", REF, "-m", REMARK)
    county.run("reject", TOWN.code, "一.xlsx", "-m", "不要了")
    county.run("return")
    noted = [at for at, text in notes(back(county)).items() if REMARK in text]
    assert noted == ["一、总体情况!B12", cell(county)]


def test_the_number_that_was_objected_to_is_not_accepted_when_it_comes_again(county: County) -> None:
    county.run("reject", TOWN.code, "--cell", REF, "-m", REMARK)
    county.run("return")
    resent(county, "二.xlsx", people=gouji.People(filled_by="李四"))
    assert county.state(TOWN) == "wrong"
    assert "office.objection:1" in county.findings(TOWN)


def test_another_number_settles_the_objection(county: County) -> None:
    county.run("reject", TOWN.code, "--cell", REF, "-m", REMARK)
    county.run("return")
    before = county.filled(TOWN).figures[REF]
    others = (county.filled(TOWN, seed) for seed in range(2, 30))
    other = next(report for report in others if report.figures[REF] != before)
    county.sent(TOWN, other, "二.xlsx")
    county.run("collect")
    assert (county.state(TOWN), county.findings(TOWN)) == ("done", [])


def test_asking_leaves_the_submission_in_force_until_the_unit_explains(county: County) -> None:
    where = cell(county)
    said = county.run("reject", TOWN.code, "--ask", "--cell", where, "-m", REMARK)
    assert said == f"1：请第1镇人民政府核实“一.xlsx”的 {where}，这一份仍然有效。\n"
    assert (county.state(TOWN), county.roles(TOWN)) == ("asked", ["stands"])
    county.run("return")
    assert any(REMARK in text for at, text in notes(back(county)).items() if at == where)
    assert "没有采用" not in letter(county)
    resent(county, "二.xlsx")
    assert county.state(TOWN) == "asked", "sent back unchanged, without a word"
    resent(county, "三.xlsx", explanations={"others": "另有两件是上年的，已经核对。"})
    assert county.state(TOWN) == "done"


def test_what_the_unit_had_explained_before_does_not_answer_the_officer(county: County) -> None:
    before = {"others": "机构改革，职能调整。"}
    county.sent(TOWN, reports.changed(county.filled(TOWN), explanations=before), "二.xlsx")
    county.run("collect")
    county.run("reject", TOWN.code, "--ask", "--cell", REF, "-m", REMARK)
    county.run("return")
    resent(county, "三.xlsx", explanations=before, people=gouji.People(filled_by="李四"))
    assert county.state(TOWN) == "asked"


def test_the_officer_can_answer_the_remark_or_take_it_back(county: County) -> None:
    county.run("reject", TOWN.code, "--ask", "--cell", REF, "-m", REMARK)
    county.run("explain", TOWN.code, "office.remark", "电话里核对过了。")
    assert county.state(TOWN) == "done"
    county.run("undo", "2")
    assert county.state(TOWN) == "asked"
    county.run("undo", "1")
    assert county.state(TOWN) == "done"


def test_accepting_a_submission_takes_the_objection_to_it_back(county: County) -> None:
    county.run("reject", TOWN.code, "--cell", REF, "-m", REMARK)
    county.run("accept", TOWN.code, "-m", "登记簿找到了")
    assert county.state(TOWN) == "done"


def test_asking_names_a_cell_and_a_reason(county: County) -> None:
    assert "请用 --cell 写明是哪一格" in county.run("reject", TOWN.code, "--ask", "-m", REMARK, fails=2)
    assert "请写明理由" in county.run("reject", TOWN.code, "--ask", "--cell", REF, fails=2)


def test_the_list_of_decisions_names_the_cells(county: County) -> None:
    county.run("reject", TOWN.code, "--cell", REF, "-m", REMARK)
    county.run("reject", TOWN.code, "--ask", "--cell", cell(county), "-m", "再问一次")
    first, second = county.run("decisions").splitlines()
    assert f"不采用 第1镇人民政府 {cell(county)}：{REMARK}" in first
    assert f"提出意见 第1镇人民政府 {cell(county)}：再问一次" in second


def test_a_submission_in_json_is_answered_by_the_address_in_its_workbook(county: County) -> None:
    county.says(answer(OTHER), "乙.json")
    county.run("collect")
    where = place(answer(OTHER))
    assert where in county.run("reject", OTHER.code, "--cell", where, "-m", REMARK)


def test_a_ledger_with_decisions_of_before_still_opens(county: County) -> None:
    county.run("reject", TOWN.code, "-m", "没有盖章")
    with sqlite3.connect(county.folder / "台账.sqlite") as database:
        assert database.execute("SELECT kind, finding FROM decisions").fetchall() == [("reject", "")]
    assert county.state(TOWN) == "wrong"
    assert [found["rule"] for found in findings(county) if found["rule"].startswith("office.")] == []


def test_the_workbook_that_goes_back_after_a_rejection_has_no_old_explanations(county: County) -> None:
    explained = reports.changed(county.filled(TOWN), explanations={"stock": "机构合并，文件一并接收"})
    county.sent(TOWN, explained, "二.xlsx")
    county.run("collect")
    county.run("accept", TOWN.code, "二.xlsx", "-m", "后来的为准")
    county.run("reject", TOWN.code, "二.xlsx", "--cell", cell(county), "-m", REMARK)
    county.run("return")
    assert not read_data(back(county).read_bytes()).report.explanations.get("stock")


def test_the_same_command_again_is_the_same_decision(county: County) -> None:
    for command in (
        ("accept", TOWN.code, "-m", "就用这一份"),
        ("assign", "一.xlsx", TOWN.code, "-m", "电话问过"),
        ("reject", TOWN.code, "--cell", cell(county), "-m", REMARK),
    ):
        first = county.run(*command).splitlines()[0]
        assert county.run(*command) == f"{first}\n"
    assert len(json.loads(county.run("decisions", "--json"))["decisions"]) == 3
