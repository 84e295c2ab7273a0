"""One unit over the years: what this year's workspace and those beside it tell."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import reports
from county import OFFICE, TOWNS, YEAR, County, answer

from gouji.collection.workspace.roster import Member
from gouji.report.model import Report, to_json

FIRST, SECOND, THIRD = TOWNS[:3]
MERGED = msgspec.structs.replace(FIRST, code="410400900", name="合并镇人民政府", before=(FIRST.code, SECOND.code))
NEW = "requests.new.total"


class LastYears(County):
    """The office a year before."""

    today = datetime.date(YEAR, 1, 20)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the workspaces of two years: two townships have merged, and a third one is as it was."""
    folder = tmp_path_factory.mktemp("years")
    before = LastYears(folder / f"年报{YEAR - 1}", [FIRST, SECOND, THIRD], year=YEAR - 1)
    before.says(report_of(FIRST, YEAR - 1), "一.json")
    before.says(reports.with_figures(report_of(SECOND, YEAR - 1), requests__new__natural=None), "二.json")
    before.run("collect")
    before.run("return")
    earlier = folder / "更早的"
    earlier.mkdir()
    (earlier / "三.json").write_bytes(to_json(report_of(THIRD, YEAR - 2)))
    before.run("last-year", earlier)
    now = County(folder / f"年报{YEAR}", ())
    shutil.rmtree(now.folder)
    now.run("init", now.folder, "--after", before.folder, "--year", YEAR)
    now.enrol([MERGED, THIRD])
    now.writes(MERGED)
    now.run("collect")
    return folder


def report_of(unit: Member, year: int) -> Report:
    return reports.changed(answer(unit), year=year)


def workspace(folder: Path) -> County:
    """Return the office in this year's workspace."""
    county = County.__new__(County)
    county.folder = folder / f"年报{YEAR}"
    return county


def years(folder: Path, unit: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(workspace(folder).run("status", unit, "--years", "--json"))
    return found


def test_a_merged_unit_has_the_years_of_those_it_continues(two_years: Path) -> None:
    found = years(two_years, MERGED.code)
    assert [(one["year"], one["name"], one["state"]) for one in found["years"]] == [
        (YEAR - 1, FIRST.name, "done"),
        (YEAR - 1, SECOND.name, "wrong"),
        (YEAR, MERGED.name, "done"),
    ]
    right = answer(FIRST).figures[NEW]
    assert [one["figures"][NEW] for one in found["years"]] == [right, None, right]
    assert [(one["files"], one["sent_back"]) for one in found["years"]] == [(1, 0), (1, 1), (1, 0)]
    assert all(one["first"] for one in found["years"])
    assert found["remarks"] == []


def test_a_report_of_a_year_without_a_workspace_is_shown_without_a_state(two_years: Path) -> None:
    rows = years(two_years, THIRD.code)["years"]
    assert [(one["year"], one["state"]) for one in rows] == [(YEAR - 2, None), (YEAR - 1, "missing"), (YEAR, "missing")]
    assert rows[0]["figures"][NEW] == answer(THIRD).figures[NEW]
    assert rows[1]["figures"][NEW] is rows[2]["figures"][NEW] is None


def test_the_screen_has_a_column_for_each_year(two_years: Path) -> None:
    lines = workspace(two_years).run("status", THIRD.code, "--years").splitlines()
    assert lines[0] == f"{THIRD.name}（{THIRD.code}），{YEAR - 2}—{YEAR} 年度："
    assert lines[1].split() == [str(YEAR - 2), str(YEAR - 1), str(YEAR)]
    assert lines[2].split() == ["状态", "-", "未交", "未交"]
    assert [line.split() for line in lines[5:7]] == [["报来的份数", "-", "0", "0"], ["退回次数", "-", "0", "0"]]
    assert lines[-1].startswith("  没有状态的年度，旁边没有那一年的工作文件夹")
    (new,) = [line for line in lines if "新收" in line]
    assert new.split()[1:] == [str(answer(THIRD).figures[NEW]), "-", "-"]


def test_of_two_workspaces_of_one_year_the_last_used_one_tells(two_years: Path, tmp_path: Path) -> None:
    shutil.copytree(two_years, tmp_path / "all")
    office = workspace(tmp_path / "all")
    office.run("init", tmp_path / "all" / "试用", "--year", YEAR - 1, "--office", OFFICE)
    found = years(tmp_path / "all", MERGED.code)
    assert found["remarks"] == [f"{YEAR - 1} 年度的工作文件夹有 2 个，用的是最后收表、改动的“年报{YEAR - 1}”。"]
    assert found["years"] == years(two_years, MERGED.code)["years"]


def test_a_broken_workspace_of_before_is_said_and_the_rest_goes_on(two_years: Path, tmp_path: Path) -> None:
    shutil.copytree(two_years, tmp_path / "all")
    (tmp_path / "all" / f"年报{YEAR - 1}" / "台账.sqlite").write_bytes(b"broken")
    found = years(tmp_path / "all", MERGED.code)
    assert [remark.split("：")[0] for remark in found["remarks"]] == [f"“年报{YEAR - 1}”读不出来"]
    assert [(one["year"], one["state"]) for one in found["years"]] == [(YEAR - 1, None), (YEAR, "done")]


def test_a_unit_of_which_nothing_is_known_is_said(tmp_path: Path) -> None:
    office = County(tmp_path / "年报", [msgspec.structs.replace(FIRST, active_to=YEAR - 3)])
    assert office.run("status", FIRST.code, "--years") == (
        f"{FIRST.name}（{FIRST.code}）：今年不用报，往年的也没有找到。\n"
    )


def test_years_are_asked_of_a_unit(two_years: Path) -> None:
    assert "--years 前面要写单位" in workspace(two_years).run("status", "--years", fails=2)


def test_one_year_alone_is_no_span(tmp_path: Path) -> None:
    office = County(tmp_path / "年报", [FIRST])
    head = office.run("status", FIRST.code, "--years").splitlines()[0]
    assert head == f"{FIRST.name}（{FIRST.code}），{YEAR} 年度："
