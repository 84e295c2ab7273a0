"""Issuing: what each unit gets, and what is written again when something changes."""

from __future__ import annotations

from pathlib import Path

import county as world
import msgspec
import openpyxl
import pytest
import reports
from county import TOWNS, YEAR, County, member

import gouji
import gouji.formats.read
from gouji.collection.workspace.naming import file_name
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes

CARRIED_IN = "requests.carried_in.natural"


def names(county: County) -> set[str]:
    return set(county.made("下发"))


def renewed(county: County) -> set[str]:
    """Issue again and return the names of the files that are new or were written again."""
    before = county.made("下发")
    county.run("issue")
    return {name for name, data in county.made("下发").items() if before.get(name) != data}


def test_each_unit_gets_a_signed_form_with_its_name(county: County) -> None:
    for town in TOWNS:
        reading = gouji.formats.read.read(county.form(town), key=county.workspace.key)
        assert reading.report.unit == world.unit_of(town)
        assert reading.report.year == YEAR
        assert reading.findings == ()


def test_figures_carried_over_are_filled_in_and_locked(county: County) -> None:
    reading = gouji.read(county.form(TOWNS[0]))
    assert reading.report.figures[CARRIED_IN] == 2
    assert CARRIED_IN in reading.locked
    assert CARRIED_IN not in gouji.read(county.form(TOWNS[4])).locked


def test_the_list_names_every_form_and_what_was_carried_over(county: County) -> None:
    page = openpyxl.load_workbook(county.folder / "下发" / "下发清单.xlsx").active
    assert page is not None
    rows = [row for row in page.iter_rows(values_only=True) if row[0] and str(row[0]).startswith("4104")]
    assert [row[0] for row in rows] == [town.code for town in TOWNS]
    assert {str(row[2]) for row in rows} == names(county) - {"通知.docx", "下发清单.xlsx"}
    assert [str(row[3]).startswith("已") for row in rows] == [True, True, True, False, False]


def test_no_form_is_written_again_when_nothing_changed(county: County) -> None:
    before = county.made("下发")
    output = county.run("issue")
    assert "没有需要重新生成的文件，7 个没有变化。" in output
    assert county.made("下发") == before


def test_a_renamed_unit_gets_a_new_form_and_the_others_keep_theirs(county: County) -> None:
    changed = msgspec.structs.replace(TOWNS[1], name="新第2镇人民政府")
    county.enrol([TOWNS[0], changed, *TOWNS[2:]])
    assert renewed(county) == {county.form(changed).name, "下发清单.xlsx"}
    assert gouji.read(county.form(changed)).report.unit.name == "新第2镇人民政府"


def test_a_new_telephone_number_changes_only_the_list(county: County) -> None:
    county.enrol([msgspec.structs.replace(TOWNS[0], phone="1"), *TOWNS[1:]])
    assert renewed(county) == {"下发清单.xlsx"}


def test_a_report_of_last_year_that_arrives_later_is_carried_over(county: County) -> None:
    county.reported_last_year([TOWNS[3]])
    assert renewed(county) == {county.form(TOWNS[3]).name, "下发清单.xlsx"}
    assert gouji.read(county.form(TOWNS[3])).report.figures[CARRIED_IN] == 2


def test_a_new_deadline_changes_only_the_notice(county: County) -> None:
    settings = county.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").replace("-01-31", "-01-25"), "utf-8")
    assert renewed(county) == {"通知.docx"}


def test_a_missing_or_changed_form_is_written_again_and_the_changed_one_is_kept(
    county: County,
) -> None:
    before = county.made("下发")
    county.form(TOWNS[0]).unlink()
    changed = county.form(TOWNS[1])
    kept = changed.with_name(f"{changed.stem}（改动过）.xlsx")
    changed.write_bytes(b"filled in by telephone")
    output = county.run("issue")
    assert "已生成文件 2 个，5 个没有变化。" in output
    assert f"有人改动过，已重新生成，改动过的另存为“{kept.name}”：下发/{changed.name}" in output
    assert county.made("下发") == before | {kept.name: b"filled in by telephone"}
    changed.write_bytes(b"filled in again")
    assert "（改动过1）.xlsx" in county.run("issue")
    assert kept.read_bytes() == b"filled in by telephone"


def test_a_form_no_longer_needed_is_removed_but_a_changed_one_is_kept_and_reported(
    county: County,
) -> None:
    gone, changed = county.form(TOWNS[0]), county.form(TOWNS[1])
    changed.write_bytes(b"my own notes")
    (county.folder / "下发" / "我的.txt").write_bytes(b"mine")
    county.enrol(TOWNS[2:])
    output = county.run("issue")
    assert f"已删去不再需要的：下发/{gone.name}" in output
    assert f"不再需要，但是有人改动过，留着没有删：下发/{changed.name}" in output
    assert not gone.exists()
    assert changed.read_bytes() == b"my own notes"
    assert "我的.txt" in names(county)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ('青石/镇:"<新>"|?*', "41_青石镇新_{}.xlsx"),
        ("青 石\t镇", "41_青石镇_{}.xlsx"),
        ("𠮷石镇", "41_石镇_{}.xlsx"),
        ("许昌萛镇", "41_许昌镇_{}.xlsx"),
        ("青石镇...", "41_青石镇_{}.xlsx"),
        ("𠮷", "41_{}.xlsx"),
    ],
)
def test_file_names_are_accepted_by_windows_and_its_archivers(called: str, name: str) -> None:
    # 萛 is C8 5C in GBK: an archiver takes its second byte for a backslash.
    unit = member(1, code="41", short=(), name=called)
    assert file_name(unit, str(YEAR), ".xlsx") == name.format(YEAR)


def test_a_long_file_name_is_cut_but_keeps_code_and_year() -> None:
    unit = member(1, short=(), name="很长的名称" * 30)
    made = file_name(unit, f"{YEAR}_退回改正", ".xlsx")
    assert len(made) <= 65
    assert made.startswith("410400001_很长的名称")
    assert made.endswith(f"_{YEAR}_退回改正.xlsx")


def test_an_office_without_a_name_or_units_is_told_what_to_do(tmp_path: Path) -> None:
    county = County(tmp_path / "年报", [])
    assert "名册里没有" in county.run("issue", fails=2)
    settings = county.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").replace(world.OFFICE, ""), "utf-8")
    assert "还没有写主管部门全称" in county.run("issue", fails=2)


def test_units_without_a_report_of_last_year_are_named(county: County) -> None:
    output = county.run("issue")
    assert "上年结转已填好并锁定的：3 个单位。" in output
    assert "没有上年的报告，上年结转由单位填：第4镇人民政府（410400004）" in output


def test_a_divided_unit_is_reported_and_its_parts_fill_in_the_figures_themselves(county: County) -> None:
    parts = [member(11, before=(TOWNS[0].code,)), member(12, before=(TOWNS[0].code,))]
    county.enrol([msgspec.structs.replace(TOWNS[0], active_to=YEAR - 1), *TOWNS[1:], *parts])
    output = county.run("issue")
    assert "上年的单位由几个单位接着报，上年结转由单位填：第11镇人民政府（410400011）" in output
    assert CARRIED_IN not in gouji.read(county.form(parts[0])).locked


def test_a_merged_unit_carries_over_the_figures_of_its_parts(county: County) -> None:
    merged = member(11, before=(TOWNS[0].code, TOWNS[1].code))
    ended = [msgspec.structs.replace(town, active_to=YEAR - 1) for town in TOWNS[:2]]
    county.enrol([*ended, *TOWNS[2:], merged])
    county.run("issue")
    assert gouji.read(county.form(merged)).report.figures[CARRIED_IN] == 4
    assert not list((county.folder / "下发").glob(f"{TOWNS[0].code}_*"))


# ---------------------------------------------------------------- last year's reports


def test_files_that_are_not_reports_of_last_year_are_refused_by_name(county: County) -> None:
    right = world.last_year(world.answer(TOWNS[3]))
    folder = county.folder.parent / "旧"
    folder.mkdir()
    for name, report in {
        "对.json": right,
        "年度.json": world.answer(TOWNS[4]),
        "外县.json": world.with_unit(right, code="999", name="别处镇人民政府"),
    }.items():
        (folder / name).write_bytes(world.to_json(report))
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    output = county.run("last-year", folder, fails=2)
    assert "已导入上年的报告 1 份。" in output
    assert f"年度.json：是 {YEAR} 年度的，上年是 {YEAR - 1} 年度。" in output
    assert "外县.json：“别处镇人民政府”不在名册里，也没有单位在“上年单位代码”里写它。" in output
    assert "坏.xlsx：" in output


def test_a_report_of_last_year_without_a_code_is_found_by_name(county: County) -> None:
    old = world.with_unit(world.last_year(world.answer(TOWNS[3])), code="")
    path = county.folder.parent / "旧.json"
    path.write_bytes(world.to_json(old))
    county.run("last-year", path)
    assert county.workspace.folder.joinpath("上年", f"{TOWNS[3].code}.json").exists()


def test_of_two_different_reports_of_last_year_none_replaces_the_other_in_silence(county: County) -> None:
    right = world.last_year(world.answer(TOWNS[3]))
    folder = county.folder.parent / "旧"
    folder.mkdir()
    for name, report in {
        "甲.json": right,
        "甲的副本.json": right,
        "另一份.json": reports.with_figures(right, disclosure__normative__in_force=99),
    }.items():
        (folder / name).write_bytes(world.to_json(report))
    output = county.run("last-year", folder / "甲.json", folder / "甲的副本.json", folder / "另一份.json", fails=2)
    assert "已导入上年的报告 1 份。" in output
    assert "另一份.json：与“甲.json”是同一个单位的，数字不同，没有导入。" in output
    kept = county.folder / "上年" / f"{TOWNS[3].code}.json"
    assert gouji.read(kept).report.figures == right.figures


# ---------------------------------------------------------------- in the middle of a collection


def test_a_form_issued_earlier_stays_valid_and_only_changed_cells_are_questioned(county: County) -> None:
    old = read_data(county.form(TOWNS[3]).read_bytes())
    other = {"requests__carried_in__natural": 5, "requests__granted__natural": 20}
    on_the_old_form = {
        town.called: workbook_bytes(world.answer(town, **figures), locked=old.locked, key=county.workspace.key)
        for town, figures in ((TOWNS[3], {}), (TOWNS[4], other))
    }
    county.reported_last_year(TOWNS[3:])
    county.enrol([*TOWNS[:4], msgspec.structs.replace(TOWNS[4], name="新第5镇人民政府", short=("第5镇人民政府",))])
    assert len(renewed(county)) == 3
    for name, data in on_the_old_form.items():
        (county.folder / "回收" / f"{name}.xlsx").write_bytes(data)
    county.run("collect")
    assert county.state(TOWNS[3]) == "done"
    assert county.state(TOWNS[4]) == "wrong"
    findings = county.findings(TOWNS[4])
    assert "carry_over:natural" in findings
    assert not any(id.startswith(("identity.signature", "identity.unsigned")) for id in findings)
