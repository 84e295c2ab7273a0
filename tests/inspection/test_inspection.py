"""A folder of published reports becomes a list of problems, a circular and JSON."""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import inspected
import msgspec
import openpyxl
import pytest
from docx import Document
from inspected import LAST_YEAR, on_time, page, report, town

from gouji.cli.exit_status import perform
from gouji.cli.main import main
from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.inspection.file_names import unit_in
from gouji.inspection.products import files_to_inspect
from gouji.report.model import to_json

TOWNS = 11


def inspect(folder: Path, *more: object) -> dict[str, Any]:
    """Inspect a folder and return the JSON; it must be possible."""
    assert perform(main, ["inspect", str(folder), "-o", str(folder.parent / "结果"), *map(str, more)]) == 0
    found: dict[str, Any] = json.loads((folder.parent / "结果" / "结果.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of an inspector with known slips, inspected once."""
    top = tmp_path_factory.mktemp("walk")
    inspected.write_reports(top / "报告", TOWNS, (LAST_YEAR - 1,), (".json",))
    inspected.write_reports(top / "报告", TOWNS, (LAST_YEAR,), (".html", ".json"))
    inspected.with_slips(top / "报告")
    inspected.write_list(top / "名单.xlsx", range(TOWNS))
    (top / "设置.toml").write_text("[扣分]\npublished.late = -0.5\n雷同 = -0.5\n必须改正 = -1\n", "utf-8")
    found = inspect(top / "报告", "--units", top / "名单.xlsx", "--settings", top / "设置.toml")
    return top / "结果", found


def rules_by_place(found: dict[str, Any]) -> dict[str, set[str]]:
    return {
        unit["name"].removeprefix("安澜县").removesuffix("镇人民政府"): {one["rule"] for one in unit["problems"]}
        for unit in found["units"]
    }


def test_each_slip_is_found_at_its_unit_and_nothing_else(walked: tuple[Path, dict[str, Any]]) -> None:
    assert {place: rules for place, rules in rules_by_place(walked[1]).items() if rules} == {
        "柳塘": {"published.late"},
        "石桥": {"requests.closed"},
        "云岭": {"copied.unit"},
        "白沙": {"copied.unit"},
        "大湾": {"copied.last_year"},
        "双河": {"published.absent"},
        "梅林": {"published.changed"},
        "南坡": {"published.title"},
        "凤山": {"published.unlisted"},
    }


def test_one_report_in_two_files_is_one(walked: tuple[Path, dict[str, Any]]) -> None:
    (same,) = [unit for unit in walked[1]["units"] if "松坪" in unit["name"]]
    assert (len(same["report"]["copies"]), same["report"]["others"]) == (1, [])


def test_what_is_no_report_is_one_true_sentence_each(walked: tuple[Path, dict[str, Any]]) -> None:
    messages = {Path(one["path"]).name: one["message"] for one in walked[1]["unmatched"]}
    assert messages.keys() == {"双河镇.pdf", "框架.html", "目录.html"}
    assert {one["path"][-7:]: one["severity"] for one in walked[1]["unmatched"]}["目录.html"] == "note"
    assert messages["双河镇.pdf"].startswith("文件是空的")
    assert "框架" in messages["框架.html"]
    assert messages["目录.html"].startswith("这是目录页，列出了 6 份年度报告")
    assert not any(word in text for text in messages.values() for word in ("请单位", "填报表", "收表"))


def test_points_are_those_of_the_settings(walked: tuple[Path, dict[str, Any]]) -> None:
    points = {unit["name"]: unit["points"] for unit in walked[1]["units"] if unit["points"] is not None}
    assert points[town(1).name] == -0.5
    assert points[town(2).name] == -1
    assert points[town(5).name] == -1  # two sections
    assert town(0).name not in points
    assert {one["points"] for one in walked[1]["unmatched"]} == {None}


def test_the_list_opens_every_file_from_where_it_is(walked: tuple[Path, dict[str, Any]]) -> None:
    folder, found = walked
    book = openpyxl.load_workbook(folder / "问题清单.xlsx")
    assert book.sheetnames == ["问题清单", "按单位", "按规则"]
    sheet = book["问题清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert len(rows) == sum(len(unit["problems"]) for unit in found["units"]) + len(found["unmatched"])
    links = [cell.hyperlink.target for row in sheet.iter_rows(min_row=4) for cell in row if cell.hyperlink]
    assert len(links) == len(rows) - 1  # nothing was published by one
    assert all(not link.startswith("file") and (folder / unquote(link)).is_file() for link in links)
    for each in book.worksheets:
        assert each.auto_filter.ref
        assert (each.page_setup.orientation, each.page_setup.paperSize) == ("landscape", 9)
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert each.page_setup.fitToHeight == 0


def test_the_circular_leaves_addressee_and_signature_to_the_office(walked: tuple[Path, dict[str, Any]]) -> None:
    document = Document(str(walked[0] / "通报.docx"))
    lines = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert lines[0] == "关于2025年政府信息公开工作年度报告\n检查情况的通报"
    assert lines[1] == "（主送机关）："
    assert "名单上的单位11个，检查2025年的报告11份，涉及单位11个（其中1个不在名单上）。" in lines
    assert "1.没有找到2025年的报告。" in lines
    assert lines[lines.index("（发文机关）") + 1].split() == ["年", "月", "日"]
    assert [line for line in lines if line.startswith(("一、", "二、", "三、", "四、"))] == [
        "一、检查的范围",
        "二、总的情况",
        "三、带有共性的问题",
        "四、各单位的问题",
    ]
    assert "名单上没有" not in "".join(lines)  # a question to the inspector
    (common,) = [table for table in document.tables if table.rows[0].cells[0].text == "问题"]
    assert [cell.text for cell in common.rows[1].cells] == ["文字与别的单位雷同", "请核实并说明", "2", "4"]


def test_the_same_folder_gives_the_same_files_and_our_own_are_no_reports(tmp_path: Path) -> None:
    inspected.write_reports(tmp_path / "报告", 2, (LAST_YEAR,), (".json",))
    output = tmp_path / "报告" / "结果"
    for _ in range(2):
        assert perform(main, ["inspect", str(tmp_path / "报告"), "-o", str(output)]) == 0
    first = {path.name: path.read_bytes() for path in output.iterdir()}
    assert json.loads(first["结果.json"])["files"] == 2
    shutil.rmtree(output)
    assert perform(main, ["inspect", str(tmp_path / "报告"), "-o", str(output)]) == 0
    assert {path.name: path.read_bytes() for path in output.iterdir()} == first


def test_units_are_known_by_folder_and_years_by_file_where_no_title_tells(tmp_path: Path) -> None:
    folder = tmp_path / "报告" / town(0).name
    folder.mkdir(parents=True)
    untitled = page(report(0, LAST_YEAR), on_time(0, LAST_YEAR)).replace(
        f"{town(0).name}{LAST_YEAR}年政府信息公开工作年度报告".encode(), "年报".encode()
    )
    (folder / "2025年年报.html").write_bytes(untitled)
    (tmp_path / "报告" / "某文件.html").write_bytes(untitled)
    inspected.write_reports(tmp_path / "报告", 1, (LAST_YEAR - 1,), (".json",))
    inspected.write_list(tmp_path / "名单.xlsx", [0])
    found = inspect(tmp_path / "报告", "--units", tmp_path / "名单.xlsx")
    assert found["units"][0]["report"]["path"].endswith("2025年年报.html")
    assert not found["units"][0]["report"]["compared"]  # its year is that of the file's name only
    assert openpyxl.load_workbook(tmp_path / "结果" / "问题清单.xlsx")["按单位"]["H3"].value == "没有能比的"
    (unplaced,) = found["unmatched"]
    assert "看不出是哪个单位的报告" in unplaced["message"]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("清溪镇2025年年报", "清溪镇"),
        ("2025年安澜县教育局政府信息公开年报（定稿）", "安澜县教育局"),
        ("安澜县人民政府办公室2025年政府信息公开工作年度报告", "安澜县人民政府办公室"),
        ("2025年各乡镇", ""),
        ("2025年年报", ""),
        ("扫描件2025年", ""),
    ],
)
def test_a_file_may_be_named_after_its_unit(name: str, unit: str) -> None:
    assert unit_in((name,)) == unit


def test_a_unit_that_only_the_file_names_is_inspected_and_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    untitled = page(report(0, LAST_YEAR), on_time(0, LAST_YEAR)).replace(
        f"{town(0).name}{LAST_YEAR}年政府信息公开工作年度报告".encode(), "年报".encode()
    )
    (folder / "清溪镇2025年年报.html").write_bytes(untitled)
    (folder / "扫描件2025年.html").write_bytes(untitled)
    found = inspect(folder)
    (unit,) = found["units"]
    assert unit["name"] == "清溪镇"
    asked = [one["message"] for one in unit["problems"] if one["rule"] == "published.named"]
    assert asked == ["报告里没有写是哪个单位的，按文件名“清溪镇2025年年报.html”认作“清溪镇”。请核对。"]
    assert "请在文件名里写上单位的名称" in found["unmatched"][0]["message"]
    assert "文件 2 个：报告 1 份（2025 年 1 份），看不出是谁的或者哪年的 1 个。" in capsys.readouterr().out


def test_every_file_is_in_one_count_and_every_mistake_in_each(
    walked: tuple[Path, dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, found = walked
    inspect(folder.parent / "报告", "--units", folder.parent / "名单.xlsx")
    first, units, verdicts, *_ = capsys.readouterr().out.splitlines()
    kinds = re.sub("（.*?）", "", first).partition("：")[2]
    counts = [int(number) for number in re.findall(r" (\d+) [份个]", kinds)]
    assert int(re.findall(r"文件 (\d+) 个", first)[0]) == sum(counts) == found["files"]
    assert units == "单位 12 个：有报告的 11 个，没有找到的 1 个。"
    told = [int(number) for number in re.findall(r"(\d+) 个", verdicts)]
    (situation,) = [each for each in Document(str(folder / "通报.docx")).tables if each.rows[0].cells[0].text == "情况"]
    assert [int(row.cells[1].text) for row in situation.rows[1:]] == [1, *told]
    errors = sum(one["severity"] == "error" for unit in found["units"] for one in unit["problems"])
    line = openpyxl.load_workbook(folder / "问题清单.xlsx")["问题清单"]["A2"].value
    text = "\n".join(paragraph.text for paragraph in Document(str(folder / "通报.docx")).paragraphs)
    assert f"必须改正 {errors} 处，" in line
    assert f"发现必须改正的问题{errors}处（其中没有找到报告1处）" in text


def test_products_of_another_inspection_are_ours_and_no_reports(
    walked: tuple[Path, dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "报告"
    inspected.write_reports(folder, 2, (LAST_YEAR,), (".json",))
    shutil.copytree(walked[0], folder / "上次")
    one, other = sorted(map(str, folder.rglob("*镇.json")))
    for ending in (".xlsx", ".html"):
        assert perform(main, ["compare", one, other, "-o", str(folder / f"对照{ending}")]) == 0
    assert perform(main, ["check", one, "-o", str(folder / "清单.xlsx")]) == 0
    capsys.readouterr()
    for command in (["compare", one, other, "--json"], ["check", one, "--json"]):
        assert perform(main, command) == 0
        (folder / f"{command[0]}.json").write_text(capsys.readouterr().out, "utf-8")
    assert inspect(folder)["unmatched"] == []
    assert "文件 10 个：报告 2 份（2025 年 2 份），本软件写出的结果 8 个。" in capsys.readouterr().out
    assert perform(main, ["read", str(folder / "对照.html"), "-o", str(tmp_path / "x.json")]) == 2
    assert "这是两份报告对照的网页，不是报告本身" in capsys.readouterr().err


def test_an_index_page_says_when_reports_without_a_day_were_published(tmp_path: Path) -> None:
    inspected.write_reports(tmp_path / "报告", 3, (LAST_YEAR,), (".json",))
    (tmp_path / "报告" / "目录.html").write_bytes(inspected.INDEX_PAGE.replace(b"2026-01-21", b"2026-02-21"))
    found = inspect(tmp_path / "报告")
    days = {unit["name"]: unit["report"]["published"] for unit in found["units"]}
    assert days == {town(0).name: "2026-01-20", town(1).name: "2026-02-21", town(2).name: "2026-01-22"}
    assert [unit["name"] for unit in found["units"] if unit["problems"]] == [town(1).name]


def test_a_report_that_only_an_index_page_names_is_not_called_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected.write_reports(tmp_path / "报告", 2, (LAST_YEAR,), (".json",))
    (tmp_path / "报告" / "目录.html").write_bytes(inspected.INDEX_PAGE)
    inspected.write_list(tmp_path / "名单.xlsx", [0, 1, 2, 6])
    units = inspect(tmp_path / "报告", "--units", tmp_path / "名单.xlsx")["units"]
    asked = {unit["name"]: [one["rule"] for one in unit["problems"]] for unit in units if not unit["report"]}
    assert asked == {town(2).name: ["published.unsaved"], town(6).name: ["published.absent"]}
    assert "有报告的 2 个，目录页上有、没有保存的 1 个，没有找到的 1 个。" in capsys.readouterr().out
    text = "\n".join(each.text for each in Document(str(tmp_path / "结果" / "通报.docx")).paragraphs)
    assert "发现必须改正的问题1处（其中没有找到报告1处）" in text
    assert "另有1个单位的报告没有保存下来，没有检查" in text
    assert f"）{town(2).name}" not in text


def test_a_name_that_is_not_on_the_list_comes_with_the_absent_one_that_is_close_to_it(tmp_path: Path) -> None:
    inspected.write_reports(tmp_path / "报告", 3, (LAST_YEAR,), (".json",))
    near = "安澜县清溪乡人民政府"
    fields = (Field("单位名称", 30),)
    rows = [[name] for name in (near, town(1).name, "安澜县高店镇人民政府")]
    (tmp_path / "名单.xlsx").write_bytes(listing_bytes([Listing("名单", fields, rows)]))
    units = inspect(tmp_path / "报告", "--units", tmp_path / "名单.xlsx")["units"]
    asked = {one["unit"]: one["message"] for unit in units for one in unit["problems"] if not unit["listed"]}
    assert f"有相近的“{near}”，没有找到它的报告" in asked[town(0).name]
    assert "相近" not in asked[town(2).name]


def test_of_two_reports_the_newest_counts_and_both_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    old = report(0, LAST_YEAR)
    new = msgspec.structs.replace(old, figures={**old.figures, "disclosure.penalty.decisions": 77})
    (folder / "甲.html").write_bytes(page(old, datetime.date(2026, 1, 10)))
    (folder / "乙.html").write_bytes(page(new, datetime.date(2026, 1, 20)))
    (unit,) = inspect(folder)["units"]
    assert (unit["report"]["published"], unit["report"]["others"]) == ("2026-01-20", ["../报告/甲.html"])
    (problem,) = unit["problems"]
    assert "它的发布日期最新" in problem["message"]
    assert "77（另一份 " in problem["message"]


def test_an_earlier_year_is_inspected_when_it_is_asked_for(tmp_path: Path) -> None:
    inspected.write_reports(tmp_path / "报告", 2, (LAST_YEAR - 1, LAST_YEAR), (".json",))
    found = inspect(tmp_path / "报告", "--year", LAST_YEAR - 1)
    assert (found["year"], found["reports"]) == (2024, {"2025": 2, "2024": 2})
    assert [unit["report"]["compared"] for unit in found["units"]] == [False, False]


def test_a_year_without_any_report_is_said_with_the_years_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected.write_reports(tmp_path / "报告", 2, (LAST_YEAR,), (".json",))
    command = ["inspect", str(tmp_path / "报告"), "-o", str(tmp_path / "结果"), "--year", "2020"]
    assert perform(main, command) == 2
    assert "里没有 2020 年的报告，有 2025 年的 2 份。请核对要检查的年度。" in capsys.readouterr().err
    assert not (tmp_path / "结果").exists()


def test_a_folder_without_any_report_is_refused_also_where_the_year_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "报告").mkdir()
    (tmp_path / "报告" / "甲.txt").write_text("甲", "utf-8")
    assert perform(main, ["inspect", str(tmp_path / "报告"), "-o", str(tmp_path / "结果"), "--year", "2025"]) == 2
    assert "里没有读出知道年度的报告。\n甲.txt：" in capsys.readouterr().err
    (tmp_path / "报告" / "甲.txt").rename(tmp_path / "甲.txt")
    (tmp_path / "报告" / "目录.html").write_bytes(inspected.INDEX_PAGE)
    inspected.write_list(tmp_path / "名单.xlsx", [2])
    inspect(tmp_path / "报告", "--year", LAST_YEAR, "--units", tmp_path / "名单.xlsx")
    assert "文件 1 个：报告 0 份，目录页 1 个。" in capsys.readouterr().out
    assert Document(str(tmp_path / "结果" / "通报.docx")).paragraphs[-4].text == "没有要通报的问题。"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "里没有文件。请把要检查的报告放进去。"),
        (b"", "里没有读出知道年度的报告。\n空.pdf：文件是空的（0 字节）。"),
    ],
)
def test_a_folder_without_reports_is_one_sentence(
    tmp_path: Path, content: bytes | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "报告").mkdir()
    if content is not None:
        (tmp_path / "报告" / "空.pdf").write_bytes(content)
    assert perform(main, ["inspect", str(tmp_path / "报告"), "-o", str(tmp_path / "结果")]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "结果").exists()


def test_a_few_files_give_the_same_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inspected.write_reports(tmp_path / "报告", 3, (LAST_YEAR,), (".html",))
    inspected.rewritten(tmp_path / "报告", 1, report(1, LAST_YEAR), ".html", day=datetime.date(2026, 3, 2))
    target = tmp_path / "问题清单.xlsx"
    assert perform(main, ["check", str(tmp_path / "报告"), "-o", str(target)]) == 0
    assert f"已生成问题清单：{target}" in capsys.readouterr().err
    rows = list(openpyxl.load_workbook(target)["问题清单"].iter_rows(min_row=4))
    assert [(row[0].value, row[8].value) for row in rows] == [(town(1).name, "published.late")]
    assert (tmp_path / unquote(rows[0][7].hyperlink.target)).is_file()
    assert zipfile.ZipFile(io.BytesIO(target.read_bytes())).testzip() is None


def test_a_list_is_never_written_over_a_report(tmp_path: Path) -> None:
    inspected.write_reports(tmp_path, 1, (LAST_YEAR,), (".xlsx",))
    (path,) = tmp_path.rglob("*.xlsx")
    before = path.read_bytes()
    assert perform(main, ["check", str(path), "-o", str(path)]) == 2
    assert path.read_bytes() == before


def test_what_a_name_holds_is_text_and_no_formula(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    odd = msgspec.structs.replace(
        report(0, LAST_YEAR), unit=msgspec.structs.replace(town(0), name="=1+1镇人民政府", code="")
    )
    (folder / "=1+1 &“甲”#1%.json").write_bytes(inspected.MEDIA[".json"](odd, on_time(0, LAST_YEAR)))
    (folder / "坏.json").write_bytes(b"{")
    found = inspect(folder)
    assert [unit["name"] for unit in found["units"]] == ["=1+1镇人民政府"]
    sheet = openpyxl.load_workbook(tmp_path / "结果" / "问题清单.xlsx")["按单位"]
    row = next(sheet.iter_rows(min_row=3))
    assert (row[0].value, row[0].data_type) == ("=1+1镇人民政府", "s")
    assert (tmp_path / "结果" / unquote(row[8].hyperlink.target)).is_file()


def test_output_that_cannot_be_written_leaves_the_former_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected.write_reports(tmp_path / "报告", 1, (LAST_YEAR,), (".json",))
    inspect(tmp_path / "报告")
    before = (tmp_path / "结果" / "通报.docx").read_bytes()
    monkeypatch.setattr(Path, "replace", _refused)
    assert perform(main, ["inspect", str(tmp_path / "报告"), "-o", str(tmp_path / "结果")]) == 2
    assert "写不了" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "结果").iterdir()) == ["结果.json", "通报.docx", "问题清单.xlsx"]
    assert (tmp_path / "结果" / "通报.docx").read_bytes() == before


def _refused(path: Path, target: Path) -> Path:
    raise PermissionError(13, "open in Excel")


def test_what_an_inspector_has_changed_in_the_results_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected.write_reports(tmp_path / "报告", 2, (LAST_YEAR,), (".json",))
    inspect(tmp_path / "报告")
    notice = tmp_path / "结果" / "通报.docx"
    as_written = notice.read_bytes()
    inspect(tmp_path / "报告")
    assert len(list((tmp_path / "结果").iterdir())) == 3
    for changed in (b"changed once", b"changed twice"):
        notice.write_bytes(changed)
        inspect(tmp_path / "报告")
    assert notice.read_bytes() == as_written
    kept = [(tmp_path / "结果" / f"通报（改动过的{number}）.docx").read_bytes() for number in ("", "2")]
    assert kept == [b"changed once", b"changed twice"]
    assert "改动过的另存为“通报（改动过的）.docx”" in capsys.readouterr().out
    assert {path.name for path in files_to_inspect(tmp_path, tmp_path / "结果", ())} == {
        path.name for path in (tmp_path / "报告").rglob("*.json")
    }


def test_a_question_to_the_inspector_costs_no_points(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    old = report(0, LAST_YEAR)
    new = msgspec.structs.replace(old, figures={**old.figures, "disclosure.penalty.decisions": 77})
    (folder / "甲.html").write_bytes(page(old, datetime.date(LAST_YEAR + 1, 1, 10)))
    (folder / "乙.html").write_bytes(page(new, datetime.date(LAST_YEAR + 1, 1, 20)))
    (tmp_path / "设置.toml").write_text("[扣分]\n请核实并说明 = -0.25\n", "utf-8")
    (unit,) = inspect(folder, "--settings", tmp_path / "设置.toml")["units"]
    assert [(one["rule"], one["points"]) for one in unit["problems"]] == [("published.versions", None)]
    assert unit["points"] is None


def test_a_year_that_is_not_over_does_not_take_over_the_inspection(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    inspected.write_reports(folder, 2, (LAST_YEAR,), (".json",))
    later = msgspec.structs.replace(report(1, LAST_YEAR), year=datetime.date.today().year + 5)
    (folder / "写错年度.json").write_bytes(to_json(later))
    assert inspect(folder)["year"] == LAST_YEAR
    assert perform(main, ["inspect", str(folder), "-o", str(tmp_path / "别的"), "--year", "25"]) == 2
