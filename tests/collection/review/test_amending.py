"""An officer corrects a figure that a unit has told by telephone: it counts everywhere, and the file stays as it is."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import click
import docx
import openpyxl
import published
import pytest
import reports
from county import County, answer, mail, member

from gouji.collection.intake import collect, matching
from gouji.collection.mail.letters import Writer
from gouji.collection.mail.templates import Template, make_templates
from gouji.collection.review.in_force import progress_of
from gouji.collection.workspace.names import ARCHIVED
from gouji.collection.workspace.roster import Member
from gouji.findings.rules import RULES
from gouji.formats.read import read_data
from gouji.formats.workbook.layout import layout_of
from gouji.report.model import People, from_json

TOWN, OTHER = member(1), member(2)
REF, NEW, TOTAL = "requests.granted.natural", "requests.new.natural", "requests.granted.total"
CELL, NEW_CELL = "三、依申请公开!D10", "三、依申请公开!D8"
REASON = "电话更正，登记簿上多一件"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county in which one town has passed, and one has not filled in a cell and has typed a unit into another."""
    county = County(tmp_path_factory.mktemp("amending") / "county", [TOWN, OTHER])
    county.run("issue")
    county.answers(TOWN, name="一.xlsx")
    other = county.filled(OTHER, seed=2)
    figures = {ref: value for ref, value in other.figures.items() if ref not in (REF, NEW)}
    county.sent(OTHER, reports.changed(other, figures=figures, unread={NEW: f"{other.figures[NEW]}件左右"}), "二.xlsx")
    county.run("collect")
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "county")


def filed(county: County, unit: Member = TOWN) -> Any:
    """Return the report in force of a unit, as the ledger has it."""
    with county.ledger() as ledger:
        in_force = progress_of(ledger, county.workspace.roster).of(unit).in_force
        assert in_force
        return from_json(ledger.report(in_force.sha256) or b"")


def one_more(county: County, reason: str = REASON) -> tuple[int, str]:
    """Amend the town by one request that was granted; return the number granted, and what was printed."""
    report = filed(county)
    granted, new = report.figures[REF] + 1, report.figures[NEW] + 1
    return granted, county.run("amend", TOWN.code, f"{CELL}={granted}", f"{NEW_CELL}={new}", "-m", reason)


def notes(county: County, code: str = TOWN.code) -> list[str]:
    findings = json.loads(county.run("status", code, "--json"))["findings"]
    return [found["message"] for found in findings if found["rule"] == "amended.figure"]


def test_the_amended_figure_is_that_of_the_report_and_its_totals_follow(county: County) -> None:
    before, file = filed(county), (county.folder / "回收" / "一.xlsx").read_bytes()
    granted, said = one_more(county)
    after = filed(county)
    assert (after.figures[REF], after.figures[TOTAL]) == (granted, before.figures[TOTAL] + 1)
    assert f"{CELL} {granted - 1} → {granted}" in said
    assert county.state(TOWN) == "done", "nothing in the file differs from the totals because of it"
    assert file in [path.read_bytes() for path in (county.folder / ARCHIVED).rglob("*.xlsx")]


def test_a_note_says_who_amended_it_when_and_why(county: County) -> None:
    granted, _ = one_more(county)
    (note,) = (note for note in notes(county) if f"更正为 {granted}，" in note)
    assert f"从“{granted - 1}”" in note
    assert REASON in note
    assert "第 1 号决定" in note
    assert f"更正 {TOWN.name} {CELL} {granted - 1} → {granted}；" in county.run("decisions")


def test_it_prints_which_problems_vanish_and_which_arise(county: County) -> None:
    said = county.run("amend", TOWN.code, f"{CELL}={filed(county).figures[REF] + 1}", "-m", REASON)
    assert "新出现的问题：" in said
    assert "（requests.balance:natural）" in said
    said = county.run("amend", TOWN.code, f"{NEW_CELL}={filed(county).figures[NEW] + 1}", "-m", REASON)
    assert "不再有的问题：" in said
    assert county.state(TOWN) == "done"


def test_a_blank_and_an_unread_cell_are_amended(county: County) -> None:
    right = county.filled(OTHER, seed=2).figures
    assert county.state(OTHER) == "wrong"
    said = county.run("amend", OTHER.code, f"{CELL}={right[REF]}", f"{NEW_CELL}={right[NEW]}", "-m", REASON)
    assert f"{CELL} 空白 → {right[REF]}" in said
    assert f"{NEW_CELL} {right[NEW]}件左右 → {right[NEW]}" in said
    assert county.state(OTHER) == "done"


def test_it_is_taken_back_by_undo(county: County) -> None:
    before = filed(county)
    one_more(county)
    county.run("undo", "1", "-m", "听错了")
    assert reports.same(filed(county), before)
    assert notes(county) == []


def test_the_last_of_two_amendments_of_a_cell_counts(county: County) -> None:
    granted, _ = one_more(county)
    county.run(
        "amend", TOWN.code, f"{CELL}={granted + 1}", f"{NEW_CELL}={filed(county).figures[NEW] + 1}", "-m", REASON
    )
    assert filed(county).figures[REF] == granted + 1
    assert [f"从“{granted - 1}”更正为 {granted + 1}，" in note for note in notes(county)].count(True) == 1
    county.run("undo", "2")
    assert filed(county).figures[REF] == granted


@pytest.mark.parametrize(
    "named",
    [
        "表三 D10",
        "依申请公开 D10",
        "予以公开 自然人",
        "“（一）予以公开”行“自然人”列",
        "三、依申请公开 予以公开的自然人",
        REF,
    ],
    ids=["number of the sheet", "part of the sheet", "words", "words as printed", "sheet and words", "Ref"],
)
def test_a_cell_is_named_as_people_name_it(county: County, named: str) -> None:
    assert f"{CELL} " in county.run("amend", TOWN.code, f"{named}＝1,234", "-m", REASON)
    assert filed(county).figures[REF] == 1234


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("三、依申请公开!J10=3", "是自动合计的，不能更正。请更正它的分项：三、依申请公开!D10、"),
        ("表三 Z1=3", "“表三 Z1”不是填数字的格子"),
        ("一、总体情况!B12=3", "不是填数字的格子"),
        ("表三 D10", "请写 格子=数字"),
        ("表三 D10=", "要写一个数字"),
        ("表三 D10=三四件", "“三四件”"),
        ("表三 D10=-1", "是负数，这里不能是负数"),
    ],
    ids=["total", "no cell", "text", "no value", "empty value", "two numbers", "negative"],
)
def test_what_cannot_be_amended_is_refused_in_one_sentence(county: County, wanted: str, sentence: str) -> None:
    assert sentence in county.run("amend", TOWN.code, wanted, "-m", REASON, fails=2)
    assert county.run("decisions") == "还没有决定。\n"


def test_a_figure_that_stands_there_already_is_no_amendment(county: County) -> None:
    value = filed(county).figures[REF]
    assert f"已经是 {value}，没有要更正的" in county.run("amend", TOWN.code, f"{REF}={value}", "-m", REASON, fails=2)
    one_more(county)
    assert "gouji undo 1" in county.run("amend", TOWN.code, f"{REF}={value}", "-m", REASON, fails=2)


def test_only_the_submission_in_force_is_amended(county: County) -> None:
    county.answers(TOWN, name="三.xlsx", seed=3)
    county.run("collect")
    refused = county.run("amend", TOWN.code, f"{REF}=1234", "--file", "一.xlsx", "-m", REASON, fails=2)
    assert "“一.xlsx”没有采用，采用的是“三.xlsx”" in refused
    county.enrol([TOWN, OTHER, member(3)])
    assert "还没有报送" in county.run("amend", member(3).code, f"{REF}=1234", "-m", REASON, fails=2)
    assert "请写明理由" in county.run("amend", TOWN.code, f"{REF}=1234", fails=2)


def test_a_waiver_is_about_the_figures_that_the_officer_saw(county: County) -> None:
    county.run("amend", TOWN.code, f"{REF}={filed(county).figures[REF] + 1}", "-m", REASON)
    county.run("waive", TOWN.code, "requests.balance", "登记簿上就是这样。")
    assert county.state(TOWN) == "done"
    county.run("amend", TOWN.code, f"{REF}={filed(county).figures[REF] + 1}", "-m", REASON)
    assert county.state(TOWN) == "wrong", "other figures"
    county.run("undo", "3")
    assert county.state(TOWN) == "done", "the figures that were waived"


def test_a_waiver_of_a_whole_file_holds_after_an_amendment(county: County) -> None:
    county.says(answer(TOWN), "三.json", signed=False)
    county.run("accept", TOWN.code, "一.xlsx")
    county.run("collect")
    county.run("accept", TOWN.code, "三.json")
    county.run("waive", TOWN.code, "identity.unsigned", "单位自己的系统导出的。")
    county.run("amend", TOWN.code, f"{REF}=1234", "-m", REASON)
    findings = json.loads(county.run("status", TOWN.code, "--json"))["findings"]
    assert {found["answer"] for found in findings if found["rule"] == "identity.unsigned"} == {"单位自己的系统导出的。"}


def test_a_question_of_the_office_is_settled_by_its_own_correction(county: County) -> None:
    county.run("reject", TOWN.code, "--ask", "--cell", REF, "-m", "登记簿上多一件")
    assert county.state(TOWN) == "asked"
    one_more(county)
    assert county.state(TOWN) == "done"
    county.run("undo", "2")
    assert county.state(TOWN) == "asked"


def test_the_numbers_of_the_processing_fee_are_amended_too(county: County) -> None:
    county.run("amend", TOWN.code, "processing.fee.notices=0", "processing.fee.billed=12.5", "-m", REASON)
    assert filed(county).figures["processing.fee.billed"] == Decimal("12.5")


def test_a_zero_declaration_is_void_where_a_number_is_amended(county: County) -> None:
    right = county.filled(TOWN)
    table = "disputes"
    zeros = {ref: 0 for ref in right.figures if ref.startswith(f"{table}.")}
    county.sent(TOWN, reports.changed(right, figures={**right.figures, **zeros}, zero=(table,)), "三.xlsx")
    county.run("collect")
    ref, total = f"{table}.reconsideration.upheld", f"{table}.reconsideration.total"
    assert "零报告" in county.run("amend", TOWN.code, f"{ref}=2", "-m", REASON) + county.run("status", TOWN.code)
    report = filed(county)
    assert (report.zero, report.figures[ref], report.figures[total]) == ((), 2, 2)
    assert county.state(TOWN) == "done"


def test_a_zero_declaration_holds_where_the_number_that_contradicts_it_becomes_zero(county: County) -> None:
    right, ref = county.filled(OTHER, seed=2), "disputes.reconsideration.upheld"
    figures = {key: value for key, value in right.figures.items() if not key.startswith("disputes.")}
    county.sent(OTHER, reports.changed(right, figures={**figures, ref: 2}, zero=("disputes",)), "三.xlsx")
    county.run("collect")
    assert county.findings(OTHER, "error")[0] == "zero.contradicted:disputes"
    county.run("amend", OTHER.code, f"{ref}=0", "-m", REASON)
    assert filed(county, OTHER).figures["disputes.later_suit.total"] == 0
    assert "zero.contradicted:disputes" not in county.findings(OTHER)


# ---------------------------------------------------------------- where it is told


def test_the_workbook_that_goes_back_has_the_figure_and_says_so_beside_it(county: County) -> None:
    granted = filed(county).figures[REF] + 1
    county.run("amend", TOWN.code, f"{CELL}={granted}", "-m", REASON)
    county.run("return")
    (path,) = (county.folder / "退回").glob(f"{TOWN.code}_*.xlsx")
    sheet = openpyxl.load_workbook(path)["三、依申请公开"]
    assert sheet["D10"].value == granted
    assert f"主管部门根据“{REASON}”更正，由“{granted - 1}”改为 {granted}。" in sheet["D10"].comment.text
    (letter,) = (county.folder / "退回").glob(f"{TOWN.code}_*.docx")
    told = "\n".join(paragraph.text for paragraph in docx.Document(str(letter)).paragraphs)
    assert f"由“{granted - 1}”改为 {granted}" in told
    assert "第 1 号决定" not in told
    assert read_data(path.read_bytes()).report.figures[REF] == granted, "our own remark is no question"
    assert "evidence.note" not in {found.rule for found in read_data(path.read_bytes()).findings}


def test_it_is_among_what_the_totals_rest_on(county: County) -> None:
    granted, _ = one_more(county)
    said = county.run("summary", "--partial", "--papers")
    assert f"更正为 {granted}，" in said
    (papers,) = (county.folder / "汇总").glob("*工作底稿.docx")
    tables = docx.Document(str(papers)).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert [
        TOWN.name,
        "三、依申请公开“（一）予以公开”行“自然人”列",
        f"{granted - 1}",
        f"{granted}",
        f"{REASON}（第 1 号）",
    ] in rows


def test_the_report_and_the_board_are_made_with_it_and_the_office_is_told(county: County) -> None:
    granted, _ = one_more(county)
    said = county.run("report", "--all")
    assert f"与报送的文件不同的数字，已更正  {TOWN.name}：{CELL} {granted - 1} → {granted}（第 1 号决定）" in said
    assert f"已更正  {TOWN.name}：{CELL} {granted - 1} → {granted}（第 1 号决定）" in county.run("status")
    county.run("board")
    assert f"更正为 {granted}，" in (county.folder / "汇总" / "看板.html").read_text("utf-8")


def test_the_confirmation_tells_the_unit_and_is_another_one_than_before(county: County) -> None:
    made = county.folder / "回收" / "邮件.eml"
    made.write_bytes(mail(TOWN.emails[0], [county.folder / "回收" / "一.xlsx"]))
    county.run("collect")
    make_templates(county.folder)

    def confirmation() -> tuple[str, str]:
        with county.ledger() as ledger:
            (letter,) = Writer(county.workspace, ledger, county.today).answers([TOWN]).letters
            return letter.fingerprint, letter.content().text

    before, text = confirmation()
    assert "更正" not in text
    granted, _ = one_more(county)
    after, text = confirmation()
    assert f"由“{granted - 1}”改为 {granted}" in text
    assert after != before, "a unit that has its confirmation already gets this one too"


def test_a_confirmation_made_from_an_older_template_names_the_amendment() -> None:
    values = {"更正": "已经改好、不用再改的数字：\n1. 甲", "收到的文件": "一.xlsx"}
    for text in ("收到“{收到的文件}”。\n", "收到“{收到的文件}”。\n{更正}\n"):
        assert Template("回执", text).filled(values)[1].count("1. 甲") == 1
    assert "1. 甲" in Template("回执", "{更正}\n").filled(values)[1]


# ---------------------------------------------------------------- what comes later


@pytest.mark.parametrize("agrees", [True, False], ids=["with the amended figure", "with another one"])
def test_it_lapses_when_another_submission_comes_into_force_and_that_is_told(county: County, agrees: bool) -> None:
    granted, _ = one_more(county)
    amended = filed(county)
    report = amended if agrees else reports.changed(county.filled(TOWN), people=People(filled_by="李四"))
    county.sent(TOWN, report, "三.xlsx")
    said = county.run("collect")
    now = "新报的与更正一致" if agrees else f"新报的是 {granted - 1}"
    told = f"以前的更正不再起作用：{CELL} {granted - 1} → {granted}（{now}）"
    assert told in said
    assert told in county.run("status", TOWN.code)
    assert told in (county.folder / "汇总" / "看板.html").read_text("utf-8")
    assert notes(county) == []
    assert "它的更正起作用" in county.run("accept", TOWN.code, "一.xlsx")


def test_only_the_amended_file_is_examined_again(county: County) -> None:
    def contexts() -> dict[str, str]:
        with county.ledger() as ledger:
            return {one.code: one.context for one in ledger.submissions()}

    before = contexts()
    one_more(county)
    after = contexts()
    assert after[OTHER.code] == before[OTHER.code]
    assert after[TOWN.code] != before[TOWN.code]
    county.run("undo", "1")
    assert contexts() == before


def test_the_rule_about_amendments_is_in_no_other_context(monkeypatch: pytest.MonkeyPatch) -> None:
    before = matching.rule_set(None)
    monkeypatch.setattr(matching, "RULES", {id: rule for id, rule in RULES.items() if id != "amended.figure"})
    assert matching.rule_set(None) == before


def test_a_figure_that_the_file_has_no_cell_for_is_amended(county: County) -> None:
    county.enrol([TOWN, OTHER, member(3)])
    report = answer(member(3))
    fee = {ref: value for ref, value in report.figures.items() if ref.startswith("processing.")}
    (county.folder / "回收" / "丙.docx").write_bytes(published.document(published.passages(report)))
    county.run("collect")
    assert fee.keys().isdisjoint(filed(county, member(3)).figures)
    county.run("amend", member(3).code, *(f"{ref}={value}" for ref, value in fee.items()), "-m", REASON)
    assert filed(county, member(3)).figures == report.figures


def test_a_document_without_computed_totals_gets_its_totals_as_well(county: County) -> None:
    county.enrol([TOWN, OTHER, member(3)])
    report = answer(member(3))
    county.says(report, "丙.json", signed=False)
    county.run("collect")
    place = layout_of(report.form).places[REF].printed
    more = {NEW: report.figures[NEW] + 1, REF: report.figures[REF] + 1}
    county.run("amend", member(3).code, f"{place}={more[REF]}", f"{NEW}={more[NEW]}", "-m", REASON)
    assert filed(county, member(3)).figures[TOTAL] == report.figures[TOTAL] + 1
    assert county.findings(member(3), "error") == ["identity.unsigned"]


def test_the_words_of_a_row_are_enough_where_it_has_one_figure(county: County) -> None:
    county.run("amend", TOWN.code, "行政处罚=123", "-m", REASON)
    assert filed(county).figures["disclosure.penalty.decisions"] == 123


def test_an_interrupted_amendment_is_not_said_to_count(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(collect, "refresh", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(click.Abort):
            county.run("amend", TOWN.code, "行政处罚=123", "-m", REASON)
    assert "第 1 号决定，当时中断了，还没有算进去" in county.run("status")
    assert "不能汇总。第1镇人民政府 二、主动公开!B14 17 → 123" in county.run("summary", fails=2)
    county.run("collect")
    assert "中断" not in county.run("status")
    assert "已生成" in county.run("summary", fails=1), "the other town is missing"
