"""Sending back, the reports of units that are done, and the status: what people get to see."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import county as world
import docx
import msgspec
import openpyxl
import paper
import reports
from county import TOWNS, YEAR, County

import gouji.formats.read
from gouji.formats.read import read_data
from gouji.formats.word.writer import document_bytes

FIRST, SECOND, THIRD, FOURTH, FIFTH = TOWNS
WRONG = {"requests__new__natural": 999}
ASKED = {"disclosure__normative__in_force": 7}


def names(unit: world.Member) -> tuple[str, str]:
    """Return the names of the workbook and the letter of a unit."""
    return f"{unit.code}_{unit.called}_{YEAR}_退回改正.xlsx", f"{unit.code}_{unit.called}_{YEAR}_退回说明.docx"


def letter(county: County, unit: world.Member) -> str:
    """Return the text of the letter to a unit."""
    document = docx.Document(io.BytesIO(county.made("退回")[names(unit)[1]]))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def workbook(county: County, unit: world.Member) -> Path:
    return county.folder / "退回" / names(unit)[0]


def marked(path: Path) -> set[str]:
    """Return the cells of a workbook that have a note."""
    return {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def test_a_unit_gets_its_own_figures_back_with_marks_and_a_letter_about_itself_only(county: County) -> None:
    wrong = reports.with_unread(county.filled(FIRST, **WRONG), "requests.granted.legal", "3件")
    county.sent(FIRST, wrong, "第一镇.xlsx")
    county.writes(SECOND, **ASKED)
    county.writes(THIRD)
    county.run("collect")
    output = county.run("return")
    assert "2 个单位要改正或者说明，填报表和说明在“退回”。" in output
    assert set(county.made("退回")) == {*names(FIRST), *names(SECOND)}
    back = gouji.formats.read.read(workbook(county, FIRST), key=county.workspace.key)
    assert reports.same(back.report, wrong)
    assert back.findings == ()
    assert any(cell.startswith("三、依申请公开!") for cell in marked(workbook(county, FIRST)))
    text = letter(county, FIRST)
    assert text.startswith(f"{YEAR}年政府信息公开工作年度报告")
    assert "第1镇人民政府：" in text
    assert "你单位报送的“第一镇.xlsx”已经核对，必须改正的有 2 处。" in text
    assert "“3件”，不是数字" in text
    assert names(FIRST)[0] in text
    assert f"{YEAR + 1}年1月31日前" in text
    assert not any(other.called in text for other in TOWNS[1:])
    assert "必须改正的" not in letter(county, SECOND)
    assert "请核实并说明的有 1 处" in letter(county, SECOND)


def test_a_letter_is_about_what_the_unit_can_act_on_not_about_what_waits_for_the_office(county: County) -> None:
    county.run("issue")
    received = county.folder / "回收"
    (received / f"{FIRST.called}.docx").write_bytes(document_bytes(world.answer(FIRST)))
    county.run("collect")
    assert "identity.document" in county.findings(FIRST)
    (received / f"{FIRST.called}.xlsx").write_bytes(b"PK\x03\x04broken")
    county.run("collect")
    county.run("return")
    assert f"你单位报送的“{FIRST.called}.xlsx”已经核对，但是读不出来" in letter(county, FIRST)


def test_a_corrected_workbook_passes_and_the_files_sent_back_are_removed(county: County) -> None:
    county.answers(FIRST, **WRONG)
    county.writes(SECOND, **ASKED)
    county.run("collect")
    county.run("return")
    back = read_data(workbook(county, FIRST).read_bytes())
    corrected = reports.with_figures(
        back.report, requests__new__natural=world.answer(FIRST).figures["requests.new.natural"]
    )
    (county.folder / "回收" / "改.xlsx").write_bytes(
        gouji.formats.workbook.writer.workbook_bytes(corrected, locked=back.locked, key=county.workspace.key)
    )
    county.run("collect")
    assert county.state(FIRST) == "done"
    output = county.run("return")
    assert f"已删去不再需要的：退回/{names(FIRST)[0]}" in output
    assert set(county.made("退回")) == set(names(SECOND))
    county.run("explain", SECOND.code, "stock", "已核实。")
    assert "没有单位要改正或者说明。" in county.run("return")
    assert county.made("退回") == {}


def test_the_same_findings_are_not_sent_back_twice(county: County) -> None:
    county.writes(FIRST, **WRONG)
    county.run("collect")
    county.run("return")
    assert "没有需要重新生成的文件，2 个没有变化。" in county.run("return")


def test_after_the_deadline_the_letter_says_as_soon_as_possible(county: County) -> None:
    county.writes(FIRST, **WRONG)
    county.run("collect")
    county.today = datetime.date(YEAR + 1, 1, 31)
    county.run("return")
    assert f"改好后请于{YEAR + 1}年1月31日前发回。" in letter(county, FIRST)
    county.today = datetime.date(YEAR + 1, 2, 1)
    county.run("return")
    assert "改好后请尽快发回。" in letter(county, FIRST)


def test_an_unreadable_rejected_or_other_years_file_is_answered_with_a_blank_form(county: County) -> None:
    (county.folder / "回收" / "第1镇.xlsx").write_bytes(b"PK\x03\x04 broken")
    county.says(msgspec.structs.replace(world.answer(SECOND), year=YEAR - 1), "第2镇.json")
    county.writes(THIRD)
    county.run("collect")
    county.run("reject", THIRD.code, "-m", "没有经过领导审核。")
    county.run("return")
    for unit in (FIRST, SECOND, THIRD):
        back = gouji.formats.read.read(workbook(county, unit), key=county.workspace.key)
        assert reports.same(back.report, read_data(county.form(unit).read_bytes()).report)
        assert back.findings == ()
        text = letter(county, unit)
        assert "红框" not in text, "there is nothing marked in a blank form"
        assert f"请在随文附上的空白填报表“{names(unit)[0]}”里重新填写" in text
    assert "但是读不出来。" in letter(county, FIRST)
    assert f"这份是 {YEAR - 1} 年度的报告" in letter(county, SECOND)
    assert "没有采用。" in letter(county, THIRD)
    assert "不采用的原因：没有经过领导审核。" in letter(county, THIRD)


def test_a_lapsed_explanation_is_asked_for_again_and_not_printed_as_valid(
    county: County,
) -> None:
    explanations = {"stock": "清理后重新统计。"}
    county.says(msgspec.structs.replace(world.answer(FIRST, **ASKED, **WRONG), explanations=explanations), "1.json")
    county.run("collect")
    county.says(
        msgspec.structs.replace(world.answer(FIRST, disclosure__normative__in_force=8), explanations=explanations),
        "2.json",
    )
    county.run("collect")
    county.run("return")
    assert "原来的说明“清理后重新统计。”是对改动以前的数字说的，请重新说明。" in letter(county, FIRST)
    assert read_data(workbook(county, FIRST).read_bytes()).report.explanations == {}


def test_a_filler_is_quoted_and_its_box_comes_back_empty(county: County) -> None:
    county.says(msgspec.structs.replace(world.answer(FIRST, **ASKED), explanations={"stock": "无"}), "1.json")
    county.run("collect")
    county.run("return")
    assert "（“校验”页写的“无”没有说明原因，请写明。）" in letter(county, FIRST)
    assert read_data(workbook(county, FIRST).read_bytes()).report.explanations == {}


# ---------------------------------------------------------------- reports


def test_exactly_the_units_that_are_done_have_a_word_report(county: County) -> None:
    assert county.run("report", "--all") == "还没有单位通过。\n"
    county.answers(FIRST)
    county.writes(SECOND)
    county.writes(THIRD, **WRONG)
    county.run("collect")
    assert "2 个单位已通过，Word 报告在“报告”。" in county.run("report", "--all")
    made = county.made("报告")
    assert set(made) == {f"{unit.code}_{unit.called}_{YEAR}_年度报告.docx" for unit in (FIRST, SECOND)}
    assert "没有需要重新生成的报告，2 个没有变化。" in county.run("report", "--all")
    county.run("reject", SECOND.code, "-m", "不对")
    assert "已删去不再需要的：报告/" in county.run("report", "--all")
    assert len(county.made("报告")) == 1


# ---------------------------------------------------------------- status


def mixed(county: County) -> None:
    """Collect one submission of each kind."""
    county.writes(FIRST)
    county.writes(SECOND, **WRONG)
    county.writes(THIRD, **ASKED)
    county.says(world.answer(world.member(77)), "别处.json")
    (county.folder / "回收" / "坏.zip").write_bytes(b"PK\x03\x04 broken")
    county.run("collect")


def test_status_lists_the_remaining_work_most_urgent_first(county: County) -> None:
    mixed(county)
    lines = county.run("status").splitlines()
    assert lines[0] == f"{YEAR} 年度，5 个单位：未交 2 个，待改正 1 个，待说明 1 个，通过 1 个。离截止还有 11 天。"
    assert [line.split()[0] for line in lines[1:5]] == ["未交", "未交", "待改正", "待说明"]
    assert lines[5].startswith("  没有认出单位：回收/别处.json（")
    assert lines[6].startswith("  回收/坏.zip：压缩包已经损坏")
    assert "gouji status --dismiss" in lines[7]
    assert len(lines) == 8
    assert "第1镇人民政府" in county.run("status", "--all")


def test_status_as_json_agrees_with_the_text(county: County) -> None:
    mixed(county)
    document = county.status()
    assert document["counts"] == {"missing": 2, "wrong": 1, "asked": 1, "done": 1}
    assert document["days_left"] == 11
    assert [unit["state"] for unit in document["units"]] == ["done", "wrong", "asked", "missing", "missing"]
    assert document["unknown"][0]["source"] == "回收/别处.json"
    assert document["remarks"][0]["source"] == "回收/坏.zip"


def test_status_can_be_written_as_a_workbook(county: County, tmp_path: Path) -> None:
    mixed(county)
    assert "要以 .xlsx 结尾" in county.run("status", "-o", tmp_path / "状态", fails=2)
    county.run("status", "-o", tmp_path / "状态.xlsx")
    book = openpyxl.load_workbook(tmp_path / "状态.xlsx")
    assert book.sheetnames == ["单位", "报送情况", "常见错误", "没有认出单位的"]
    rows = list(book["单位"].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "单位代码")
    titles = [str(title) for title in rows[head]]
    units = [dict(zip(titles, row, strict=True)) for row in rows[head + 1 :]]
    assert [unit["状态"] for unit in units] == ["通过", "待改正", "待说明", "未交", "未交"]
    assert [unit["请核实"] for unit in units] == [None, None, 1, None, None]
    assert [bool(unit["哪里不对"]) for unit in units] == [False, True, True, False, False]
    assert units[2]["哪里不对"] == "与上年不衔接 1 处"
    assert units[1]["核对的文件"] == "回收/第2镇.json"
    others = [row[0] for row in book["没有认出单位的"].iter_rows(values_only=True)]
    assert others[2:] == ["文件", "回收/别处.json", "回收/坏.zip"]
    assert all(paper.printed_scale(sheet) >= 0.75 for sheet in book)


def test_status_of_one_unit_shows_everything_about_it(county: County) -> None:
    mixed(county)
    lines = county.run("status", "第3镇").splitlines()
    assert lines[0] == "第3镇人民政府（410400003）：待说明"
    assert lines[1].startswith("  回收/第3镇.json（")
    assert "（stock:normative）" in lines[2]
    county.run("explain", THIRD.code, "stock", "已核实。")
    output = county.run("status", "第3镇")
    assert "代为说明：已核实。" in output
    assert "1. 代为说明 stock:normative：已核实。" in output
    assert county.run("status", FIFTH.code) == "第5镇人民政府（410400005）：未交\n"
    assert json.loads(county.run("status", FIFTH.code, "--json"))["state"] == "missing"


# ---------------------------------------------------------------- the next year


def test_the_next_year_starts_with_the_accepted_reports_and_the_roster(county: County) -> None:
    mixed(county)
    folder = county.folder.with_name("下年")
    output = county.run("init", folder, "--after", county.folder)
    assert "接过来上年的报告 1 份。" in output
    assert "上年没有通过，没有接过来：第2镇人民政府（410400002）" in output
    assert f"截止日期是 {YEAR + 2}-01-31" in output
    after = County.__new__(County)
    after.__dict__ |= {**county.__dict__, "folder": folder, "year": YEAR + 1}
    after.run("issue")
    reading = gouji.formats.read.read(after.form(FIRST), key=after.workspace.key)
    assert reading.report.year == YEAR + 1
    assert (
        reading.report.figures["requests.carried_in.natural"]
        == world.answer(FIRST).figures["requests.carried_out.natural"]
    )
    assert "requests.carried_in.natural" not in gouji.formats.read.read(after.form(SECOND)).locked
    assert "已经是工作文件夹" in county.run("init", folder, "--after", county.folder, fails=2)
