"""What an officer sees before units are added up: a jump that moves the total is a query, and every note is listed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import summing
from county import County, answer, last_year, member
from lxml import html

from gouji.collection.workspace.roster import Member
from gouji.report.model import to_json

UNITS = [member(number) for number in range(1, 4)]
FIRST, SECOND, THIRD = UNITS
PENALTIES = "disclosure.penalty.decisions"
NEIGHBOURS = {SECOND: (300, 300), THIRD: (300, 300)}


def county_with(folder: Path, penalties: Mapping[Member, tuple[int, int]], settings: str = "") -> County:
    """Return a county whose units reported so many penalties, last year and this year."""
    county = County(folder / "county", UNITS)
    if settings:
        with (county.folder / "设置.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{settings}\n")
    for unit, (last, now) in penalties.items():
        report = answer(unit, disclosure__penalty__decisions=now)
        before = last_year(answer(unit, disclosure__penalty__decisions=last))
        path = folder / f"{unit.code}.json"
        path.write_bytes(to_json(before))
        county.run("last-year", path)
        county.says(report, f"{unit.code}.json")
    summing.take_in(county)
    return county


def queries(county: County) -> list[str]:
    """Return the open queries of the totals about jumps."""
    document = summary(county)
    return [found["id"] for found in document["findings"] if found["rule"] == "sum.jump" and found["answer"] is None]


def summary(county: County) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(county.run("summary", "--partial", "--json"))
    return document


def notes(county: County) -> list[tuple[str, str]]:
    return [(note["code"], note["id"]) for note in summary(county)["notes"]]


def board(county: County) -> str:
    county.run("board")
    page = html.fromstring((county.folder / "汇总" / "看板.html").read_bytes())
    sections = page.xpath("//section[@aria-labelledby='notes']")
    return " ".join(" ".join(section.text_content() for section in sections).split())


def test_an_elevenfold_jump_that_lifts_the_total_by_half_is_a_query_of_the_collection(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), **NEIGHBOURS})
    assert queries(county) == [f"sum.jump:{FIRST.code}:{PENALTIES}"]
    said = (
        "“第1镇人民政府”的二、主动公开“行政处罚”行“本年处理决定数量”列：上年是 30，本年是 330，多 300；"
        "其他单位一共是 600，合计会因此大变。"
    )
    assert f"[请核实并说明] {said}" in county.run("summary")
    assert said in board(county)


def test_check_and_the_units_state_leave_the_jump_a_note(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), **NEIGHBOURS})
    assert county.state(FIRST) == "done"
    assert county.findings(FIRST, "note") == [f"jump:{PENALTIES}"]


def test_the_same_jump_beside_large_neighbours_stays_a_note(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), SECOND: (3000, 3000), THIRD: (3000, 3000)})
    assert queries(county) == []
    assert (FIRST.code, f"jump:{PENALTIES}") in notes(county)


def test_a_large_share_of_the_total_that_did_not_jump_is_no_query(tmp_path: Path) -> None:
    assert queries(county_with(tmp_path, {FIRST: (100, 900), **NEIGHBOURS})) == []


def test_a_figure_that_nearly_vanished_is_asked_about_too(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (330, 30), **NEIGHBOURS})
    assert queries(county) == [f"sum.jump:{FIRST.code}:{PENALTIES}"]
    assert "少 300" in county.run("summary")


def test_one_jump_does_not_hide_another(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), SECOND: (30, 30_000), THIRD: (300, 300)})
    assert queries(county) == [f"sum.jump:{unit.code}:{PENALTIES}" for unit in (FIRST, SECOND)]


def test_the_share_of_the_total_is_a_setting_of_the_office(tmp_path: Path) -> None:
    settings = '[thresholds]\n"sum.jump.share" = 60'
    assert queries(county_with(tmp_path, {FIRST: (30, 330), **NEIGHBOURS}, settings)) == []


def test_an_answer_holds_when_other_units_are_added_and_not_for_another_number(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), SECOND: (300, 300)})
    county.run("explain", "汇总", "sum.jump", "今年接手了城管执法。")
    assert queries(county) == []
    assert "多 300" not in board(county)
    county.says(answer(THIRD, disclosure__penalty__decisions=300), "3.json")
    summing.take_in(county)
    assert queries(county) == []
    county.says(answer(FIRST, disclosure__penalty__decisions=340), "1.json")
    summing.take_in(county)
    assert queries(county) == [f"sum.jump:{FIRST.code}:{PENALTIES}"]


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county in which two units have notes; one of them is not done."""
    folder = tmp_path_factory.mktemp("noted")
    county = county_with(folder, {FIRST: (30, 330), SECOND: (3000, 3000), THIRD: (3000, 3000)})
    county.says(answer(SECOND, disclosure__penalty__decisions=20, requests__new__legal=None), f"{SECOND.code}.json")
    summing.take_in(county)
    return county


def test_every_note_on_a_unit_in_the_totals_is_listed_before_summing(noted: County) -> None:
    assert notes(noted) == [(unit.code, note) for unit in (FIRST, THIRD) for note in noted.findings(unit, "note")]
    printed = noted.run("summary", "--partial")
    assert "各单位的提示 1 条，相加以前请看一遍：" in printed
    assert "第1镇人民政府：二、主动公开“行政处罚”行“本年处理决定数量”列：上年是 30，本年是 330" in printed


def test_the_workbook_of_the_totals_lists_the_notes_with_the_problems(noted: County) -> None:
    noted.run("summary", "--partial")
    sheet = openpyxl.load_workbook(noted.folder / "汇总" / "汇总.xlsx")["问题"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[2] == "提示"]
    assert [(row[0], row[6]) for row in rows] == [(FIRST.code, f"jump:{PENALTIES}")]


def test_the_board_lists_the_notes_of_every_unit_in_force(noted: County) -> None:
    assert "各单位的提示" in board(noted)
    assert "第1镇人民政府：" in board(noted)


def test_a_note_of_several_units_is_told_once(tmp_path: Path) -> None:
    county = county_with(tmp_path, {FIRST: (30, 330), SECOND: (30, 330), THIRD: (9000, 9000)})
    assert "第1镇人民政府、第2镇人民政府：二、主动公开“行政处罚”" in county.run("summary")
    assert "各单位的提示 1 条" in county.run("summary")
    assert len(notes(county)) == 2


def test_a_jump_that_is_asked_about_is_not_listed_as_a_note_again(tmp_path: Path) -> None:
    assert notes(county_with(tmp_path, {FIRST: (30, 330), **NEIGHBOURS})) == []
