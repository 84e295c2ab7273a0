"""Collecting: which unit a file belongs to, however it arrived, and the messages about unmatched files."""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import attachments
import county as world
import msgspec
import pytest
from county import TOWNS, YEAR, County, member
from libreoffice import LibreOffice

from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit

FIRST, SECOND, THIRD, FOURTH, FIFTH = TOWNS


def nameless(town: world.Member) -> Report:
    """Return a correct report that does not name its unit, and differs from all others."""
    own = world.answer(town, disclosure__licensing__decisions=int(town.code[-3:]))
    return msgspec.structs.replace(own, unit=Unit())


def test_a_workbook_belongs_to_the_unit_it_was_issued_to_whatever_its_file_name(county: County) -> None:
    county.answers(FIRST, name="第2镇人民政府.xlsx")
    output = county.run("collect")
    assert "看到 1 个文件，新收 1 个。" in output
    # The name of another unit is a question.
    assert county.states() == {FIRST.code: "asked", **{town.code: "missing" for town in TOWNS[1:]}}
    assert county.findings(FIRST) == ["roster.file_name"]


def test_a_renamed_workbook_is_taken_without_a_question(county: County) -> None:
    county.answers(FIRST, name="年报（定稿）.xlsx")
    county.run("collect")
    assert county.state(FIRST) == "done"
    with zipfile.ZipFile(county.form(FIRST)) as form, zipfile.ZipFile(county.folder / "下发" / "通知.docx") as notice:
        texts = form.read("xl/sharedStrings.xml") + notice.read("word/document.xml")
    assert "改文件名".encode() not in texts
    assert "文件名不要改".encode() not in texts
    assert "文件名和文件格式不要改".encode() not in texts


def test_a_form_that_libreoffice_saved_has_no_remark(county: County, tmp_path: Path, libreoffice: LibreOffice) -> None:
    path = county.answers(FIRST)
    (tmp_path / "saved").mkdir()
    (saved,) = libreoffice.convert([Path(shutil.copy(path, tmp_path / "form.xlsx"))], tmp_path / "saved")
    shutil.move(saved, path)
    county.run("collect")
    assert county.state(FIRST) == "done"
    assert county.findings(FIRST, "error", "query", "note") == []


def test_files_that_arrived_before_are_not_examined_again(county: County) -> None:
    county.writes(FIRST)
    county.run("collect")
    shutil.copy(county.folder / "回收" / "第1镇.json", county.folder / "回收" / "第1镇 (2).json")
    output = county.run("collect")
    assert "看到 2 个文件，新收 0 个，收过的 2 个。" in output
    assert "核对了" not in output
    assert county.roles(FIRST) == ["stands"]


def test_without_an_identity_the_name_the_file_the_folder_then_the_sender_decide(
    county: County, tmp_path: Path
) -> None:
    by_name = world.with_unit(world.answer(FIRST), code="")
    county.says(by_name, "年报.json")
    county.says(nameless(SECOND), "第2镇年报.json")
    county.says(nameless(THIRD), "第3镇/年报.json")
    (tmp_path / "年报.json").write_bytes(county.signed(nameless(FOURTH)))
    mail = world.mail(f"王芳 <{FOURTH.emails[0].upper()}>", [tmp_path / "年报.json"])
    (county.folder / "回收" / "来信.eml").write_bytes(mail)
    county.run("collect")
    assert [county.findings(town) for town in TOWNS[:4]] == [
        ["roster.by_name"],
        ["roster.by_hint"],
        ["roster.by_hint"],
        ["roster.by_hint"],
    ]
    assert county.state(FIRST) == "asked"
    county.run("assign", "年报.json", FIRST.code, fails=2)  # three files have this name
    county.run("assign", "回收/年报.json", FIRST.code)
    assert county.state(FIRST) == "done"
    assert county.findings(FIRST) == []


def test_an_address_or_name_shared_by_two_units_identifies_neither(county: County, tmp_path: Path) -> None:
    twins = [msgspec.structs.replace(town, emails=("both@example.com",), short=("镇里",)) for town in TOWNS[:2]]
    county.enrol([*twins, *TOWNS[2:]])
    (tmp_path / "镇里.json").write_bytes(county.signed(nameless(FIRST)))
    (county.folder / "回收" / "来信.eml").write_bytes(world.mail("both@example.com", [tmp_path / "镇里.json"]))
    output = county.run("collect")
    assert "没有认出单位：回收/来信.eml/镇里.json" in output
    assert "missing" in county.state(FIRST)


def test_a_file_of_an_unknown_unit_is_unmatched_until_assigned_or_added_to_the_roster(county: County) -> None:
    stranger = member(77)
    county.says(world.answer(stranger), "第1镇.json")
    output = county.run("collect")
    assert "没有认出单位：回收/第1镇.json" in output
    assert "“第77镇人民政府”（410400077）不在名册里。" in output
    assert county.state(FIRST) == "missing", "what a file says itself goes before its name"
    county.enrol([*TOWNS, stranger])
    county.run("collect")
    assert county.findings(stranger) == ["roster.file_name"]
    county.enrol(TOWNS)
    county.run("assign", "第1镇.json", "第1镇", "-m", "改了名")
    assert county.state(FIRST) == "done"
    county.run("undo", 1)
    assert county.state(FIRST) == "missing"
    assert len(county.status()["unknown"]) == 1


def test_a_unit_that_does_not_report_this_year_is_shown_separately(county: County) -> None:
    county.writes(FIRST)
    county.enrol([msgspec.structs.replace(FIRST, active_to=YEAR - 1), *TOWNS[1:]])
    output = county.run("collect")
    assert f"名册里“第1镇人民政府”报到 {YEAR - 1} 年度为止，{YEAR} 年度不用报。" in output
    assert FIRST.code not in county.states()


def test_a_workbook_signed_by_another_office_is_an_error(county: County) -> None:
    data = workbook_bytes(world.answer(FIRST), key=b"the key of another office")
    (county.folder / "回收" / "年报.xlsx").write_bytes(data)
    county.run("collect")
    assert county.state(FIRST) == "wrong"
    assert county.findings(FIRST) == ["identity.signature"]


def test_a_report_on_another_year_is_an_error_and_not_compared_with_last_year(county: County) -> None:
    county.says(msgspec.structs.replace(world.answer(FIRST, requests__carried_in__natural=9), year=YEAR - 1), "旧.json")
    county.run("collect")
    assert "round.year" in county.findings(FIRST)
    assert not any(id.startswith("carry_over") for id in county.findings(FIRST))


def test_a_unit_under_another_name_is_only_noted(county: County) -> None:
    county.says(world.with_unit(world.answer(FIRST), name="旧1镇人民政府"), "年报.json")
    county.run("collect")
    assert county.state(FIRST) == "done"
    assert "文件里的单位名称是“旧1镇人民政府”，名册里是“第1镇人民政府”" in county.run("status", FIRST.code)


def test_figures_carried_over_must_equal_last_years_report(county: County) -> None:
    county.writes(FIRST, requests__carried_in__natural=5, requests__carried_out__natural=6)
    county.run("collect")
    assert "carry_over:natural" in county.findings(FIRST)


def test_a_report_of_last_year_that_arrives_later_has_old_submissions_checked_again(county: County) -> None:
    figures = {"disclosure__normative__in_force": 7}
    county.writes(FOURTH, **figures)
    county.run("collect")
    assert county.state(FOURTH) == "done"
    county.reported_last_year([FOURTH])
    assert "核对了 1 个：请核实 1 个。" in county.run("collect")
    assert county.findings(FOURTH) == ["stock:normative"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("第4镇人民政府.xlsx", b"PK\x03\x04 broken"),
        ("第4镇.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"),
        ("410400004.pdf", b"%PDF-1.7"),
        ("第4镇/年报.docx", b"PK\x03\x04 broken"),
    ],
)
def test_an_unreadable_file_belongs_to_the_unit_in_its_name(county: County, name: str, data: bytes) -> None:
    path = county.folder / "回收" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    assert "读不出来 1 个" in county.run("collect")
    assert county.state(FOURTH) == "missing"
    assert county.roles(FOURTH) == ["unreadable"]


@pytest.mark.parametrize(
    ("folder", "unit"),
    [("甲县", "410500002"), ("乙县人民政府", "410500004"), ("乙县/城关", "410500004"), ("丙县", None)],
)
def test_an_unreadable_file_in_a_countys_folder_is_that_countys_town(
    county: County, folder: str, unit: str | None
) -> None:
    roster = []
    for number, name in ((1, "甲县"), (3, "乙县")):
        office = {"name": f"{name}人民政府", "short": (name,), "level": "county_department"}
        above = world.member(number, code=f"41050000{number}", **office)
        town = {"name": f"{name}城关镇人民政府", "short": ("城关镇",), "parent": above.code}
        roster += [above, world.member(number + 1, code=f"41050000{number + 1}", **town)]
    county.enrol(roster)
    path = county.folder / "回收" / folder / "城关镇年报.xls"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken")
    county.run("collect")
    status = county.status()
    assert [row["code"] for row in status["units"] if row["returns"]] == ([unit] if unit else [])
    assert len(status["unknown"]) == (0 if unit else 1)


def test_a_zip_from_many_units_is_unpacked_and_broken_files_in_it_are_reported(county: County) -> None:
    entries = [
        attachments.Entry(f"各镇/{town.called}.json", county.signed(world.answer(town)), encoding="gbk")
        for town in TOWNS[:3]
    ]
    broken = attachments.Entry("各镇/第4镇人民政府.xlsx", b"PK\x03\x04 broken", encoding="gbk")
    (county.folder / "回收" / "各镇.zip").write_bytes(attachments.zipped(*entries, broken))
    (county.folder / "回收" / "坏.zip").write_bytes(b"PK\x03\x04 broken too")
    output = county.run("collect")
    assert "新收 6 个" in output
    assert "回收/坏.zip：压缩包已经损坏" in output
    assert list(county.states().values()) == ["done", "done", "done", "missing", "missing"]


def test_the_same_file_from_two_units_is_reported_and_counts_for_one(county: County) -> None:
    for town in (FIRST, SECOND):
        (county.folder / "回收" / f"{town.name}.xlsx").write_bytes(b"PK\x03\x04 broken")
    (county.folder / "回收" / "又一次").mkdir()
    (county.folder / "回收" / "又一次" / f"{FIRST.name}.xlsx").write_bytes(b"PK\x03\x04 broken")
    county.run("collect")
    (remark,) = county.status()["remarks"]
    assert remark["source"] == f"回收/{SECOND.name}.xlsx"
    assert f"与“{FIRST.name}”的文件内容完全一样" in remark["message"]


def test_the_same_file_in_the_folders_of_two_units_is_reported_too(county: County) -> None:
    report = county.filled(FIRST)
    for town in (FIRST, SECOND):
        county.sent(FIRST, report, "年报.xlsx", folder=town.called)
    county.run("collect")
    (remark,) = county.status()["remarks"]
    assert remark["source"] == f"回收/{SECOND.called}/年报.xlsx"
    assert remark["message"].startswith(f"{SECOND.name}的与“{FIRST.name}”的文件内容完全一样")
    assert county.state(SECOND) == "missing"


def test_an_unreadable_folder_is_reported_and_does_not_stop_the_others(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.answers(FIRST)
    closed = county.folder / "回收" / "二批"
    closed.mkdir()
    look = os.scandir

    def scandir(path: str = ".") -> Any:
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    output = county.run("collect", fails=2)
    assert "二批：这个文件夹打不开：没有权限。请检查权限后再试。" in output
    assert county.states()[FIRST.code] == "done"


def test_files_elsewhere_are_collected_by_path_and_a_missing_path_is_reported(county: County, tmp_path: Path) -> None:
    (tmp_path / "U盘").mkdir()
    (tmp_path / "U盘" / "年报.json").write_bytes(county.signed(world.answer(FIRST)))
    county.run("collect", tmp_path / "U盘")
    assert county.state(FIRST) == "done"
    assert county.status()["units"][0]["returns"][0]["source"] == "U盘/年报.json"
    assert "找不到" in county.run("collect", tmp_path / "没有", fails=2)
