"""Letters: what a unit can act on, in its words; the officer's questions are a list of their own."""

from __future__ import annotations

import datetime
import io
import json
import re

import county as world
import docx
import openpyxl
import pytest
import reports
import sentences
from county import TOWNS, YEAR, County

from gouji.collection.outgoing.for_units import messages_for
from gouji.collection.review.in_force import JudgedFinding
from gouji.findings.finding import found

FIRST, SECOND = TOWNS[0], TOWNS[1]

OFFICE_WORDS = re.compile(r"gouji|assign|explain|waive|名册|JSON|台账|请单位")


def files_for(county: County, unit: world.Member) -> list[str]:
    return sorted(name.rpartition(".")[2] for name in county.made("退回") if name.startswith(unit.code))


def letter(county: County, unit: world.Member) -> list[str]:
    """Return the paragraphs of the letter to a unit."""
    data = county.made("退回")[f"{unit.code}_{unit.called}_{YEAR}_退回说明.docx"]
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs if paragraph.text]


def nothing_written(county: County, unit: world.Member) -> None:
    """Send a workbook with 无 in every cell of a table and / in every cell of another."""
    report = county.filled(unit)
    typed = {ref: "无" for ref in report.form.inputs if ref.startswith("requests.") and "carried_in" not in ref}
    typed |= {ref: "/" for ref in report.form.inputs if ref.startswith("disputes.")}
    figures = {ref: value for ref, value in report.figures.items() if ref not in typed}
    county.sent(unit, reports.changed(report, figures=figures, unread=typed))


# ---------------------------------------------------------------- each cause once


def test_a_table_full_of_words_is_one_sentence_for_people_and_one_finding_a_cell_for_programs(county: County) -> None:
    nothing_written(county, FIRST)
    county.run("collect")
    county.run("return")
    unread = [one for one in county.findings(FIRST) if one.startswith("figure.unread:")]
    assert len(unread) == 138 + 12
    lines = letter(county, FIRST)
    (first,) = [line for line in lines if line.startswith("1. ")]
    assert first.startswith("1. 三、依申请公开有 138 格填了“无”，请改填 0：“一、本年新收政府信息公开申请数量”行")
    assert any(line.startswith("2. 四、复议诉讼有 12 格填了“/”，请改填 0") for line in lines)
    assert len(lines) <= 12, "a page, not 23 of them"
    assert f"必须改正的有 {len(unread)} 处" in "".join(lines)
    status = county.run("status", FIRST.code)
    assert "三、依申请公开有 138 格填了“无”，请改填 0" in status
    assert "（figure.unread）" in status
    assert status.count("填了") == 2
    county.run("board")
    page = (county.folder / "汇总" / "看板.html").read_text(encoding="utf-8")
    assert page.count("填了“无”，请改填 0") == 1


def test_the_list_in_the_correction_workbook_names_a_cause_once_and_marks_all_its_cells(county: County) -> None:
    nothing_written(county, FIRST)
    county.run("collect")
    county.run("return")
    (path,) = (county.folder / "退回").glob(f"{FIRST.code}_*.xlsx")
    book = openpyxl.load_workbook(path)
    listed = [str(row[1].value) for row in book.worksheets[0].iter_rows() if "请改填 0" in str(row[1].value)]
    assert len(listed) == 2
    assert "等 138 格）" in listed[0]
    notes = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(notes) == 2, "one for each cause"


# ---------------------------------------------------------------- what is the officer's


def asked_about_the_file_only(county: County, unit: world.Member, decisions: int = 5) -> None:
    """Send a report that does not say whose it is."""
    report = world.answer(unit, disclosure__licensing__decisions=decisions)
    county.says(world.with_unit(report, code="", name=""), f"{unit.called}.json")


def test_a_unit_with_nothing_to_do_is_not_sent_anything_back(county: County) -> None:
    asked_about_the_file_only(county, FIRST)
    county.run("collect")
    assert county.state(FIRST) == "asked"
    assert "没有单位要改正或者说明。" in county.run("return")
    assert county.made("退回") == {}


def test_the_questions_to_the_officer_are_a_list_of_their_own(county: County) -> None:
    asked_about_the_file_only(county, FIRST)
    county.run("collect")
    assert "要您核对  第1镇人民政府：文件里没有写单位，是按文件名" in county.run("status")
    (question,) = county.status()["questions"]
    assert (question["code"], question["rule"]) == (FIRST.code, "roster.by_hint")
    county.run("board")
    page = (county.folder / "汇总" / "看板.html").read_text(encoding="utf-8")
    assert "要您核对的" in page
    county.run("status", "-o", county.folder / "状态.xlsx")
    assert "要您核对的" in openpyxl.load_workbook(county.folder / "状态.xlsx").sheetnames
    county.run("explain", FIRST.code, "roster.by_hint", "已电话核实。")
    assert county.status()["questions"] == []
    assert "要您核对" not in county.run("status")


def test_the_same_question_about_many_units_is_one_line(county: County) -> None:
    units = [world.member(number) for number in range(101, 112)]
    county.enrol(units)
    for number, unit in enumerate(units):
        asked_about_the_file_only(county, unit, number)
    county.run("collect")
    (line,) = [line for line in county.run("status").splitlines() if "要您核对" in line]
    assert "第101镇人民政府、" in line
    assert "等 11 个单位：按文件名或者发件人认出来的。如第101镇人民政府：" in line


def test_a_letter_leaves_out_what_only_the_officer_can_answer(county: County) -> None:
    report = world.answer(FIRST, requests__new__natural=999)
    county.says(world.with_unit(report, code="", name=""), "第1镇.json")
    county.run("collect")
    assert {"roster.by_hint"} < {one.partition(":")[0] for one in county.findings(FIRST)}
    county.run("return")
    text = "\n".join(letter(county, FIRST))
    assert "必须改正的有 " in text
    assert "请核实并说明" not in text
    assert not OFFICE_WORDS.search(text)


def test_a_unit_is_told_that_its_form_was_not_issued_in_its_own_words(county: County) -> None:
    from gouji.formats.workbook.writer import workbook_bytes

    (county.folder / "回收" / "1.xlsx").write_bytes(workbook_bytes(county.filled(FIRST)))
    county.run("collect")
    county.run("return")
    text = "\n".join(letter(county, FIRST))
    assert "请用发下去的填报表填写。" in text
    assert not OFFICE_WORDS.search(text)


def test_a_reason_of_the_office_that_has_lapsed_is_not_quoted_to_the_unit(county: County) -> None:
    county.writes(FIRST, "1.json", disclosure__normative__in_force=7)
    county.run("collect")
    county.run("explain", FIRST.code, "stock", "主任说先放着。")
    county.writes(FIRST, "2.json", disclosure__normative__in_force=8)
    county.run("collect")
    county.run("accept", FIRST.code, "2.json")
    county.run("return")
    assert not any("主任" in line for line in letter(county, FIRST))
    assert "主任说先放着。" in county.run("status", FIRST.code)


@pytest.mark.parametrize("sentence", sentences.refusals())
def test_why_a_file_cannot_be_read_is_said_without_words_for_the_officer(sentence: str) -> None:
    finding = found("unreadable", problem=sentence)
    (message,) = messages_for([JudgedFinding(finding, "")], "error")
    assert not OFFICE_WORDS.search(message.text)
    assert "再读" not in message.text
    assert "请" in message.text, "it says what to do"


# ---------------------------------------------------------------- the notice, and repeated messages


def notice(county: County) -> str:
    document = docx.Document(county.folder / "下发" / "通知.docx")
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_notice_names_the_address_to_send_to_and_whom_to_call(county: County) -> None:
    settings = county.folder / "设置.toml"
    text = settings.read_text(encoding="utf-8") + '[mail]\naddress = "xxgk@fengze.example"\n'
    settings.write_text(text, encoding="utf-8")
    assert "通知里没有" not in county.run("issue")
    assert "作为附件发到 xxgk@fengze.example。" in notice(county)
    assert f"填写、报送中有问题的，请联系{world.OFFICE}：张三 0375-7654321。" in notice(county)


def test_issuing_without_a_contact_warns(county: County) -> None:
    settings = county.folder / "设置.toml"
    text = settings.read_text(encoding="utf-8").replace('"张三"', '""').replace('"0375-7654321"', '""')
    settings.write_text(text, encoding="utf-8")
    output = county.run("issue")
    assert "通知里没有联系人（contact）、电话（phone）、收件邮箱（[mail] 的 address）" in output
    assert "请写进“设置.toml”" in output


def test_a_message_about_many_files_is_said_once(county: County) -> None:
    for number in range(7):
        (county.folder / "回收" / f"{number}.zip").write_bytes(b"PK\x03\x04 broken" + bytes([number]))
    county.run("collect")
    (line,) = [line for line in county.run("status").splitlines() if "压缩包已经损坏" in line]
    assert "回收/0.zip、" in line
    assert " 等 7 个文件：" in line
    assert len(json.loads(county.run("status", "--json"))["remarks"]) == 7


def test_a_unit_that_only_waits_for_the_officer_is_not_reminded(county: County) -> None:
    asked_about_the_file_only(county, FIRST)
    county.today = datetime.date(YEAR + 1, 1, 20)
    county.run("collect")
    county.run("remind", "--drafts")
    drafts = [path.name for path in county.folder.rglob("*.eml")]
    assert not any(FIRST.code in name for name in drafts)
    assert any(SECOND.code in name for name in drafts)


def test_findings_with_another_answer_are_told_apart() -> None:
    ones = [found("figure.negative", ref, actual=-1, where="三、依申请公开", cell=f"第 {ref} 格") for ref in "abc"]
    judged = [JudgedFinding(one, "") for one in ones[:2]]
    judged.append(JudgedFinding(ones[2], "", lapsed="旧", lapsed_by="unit"))
    messages = messages_for(judged, "error")
    assert [message.number for message in messages] == [2, 1]
    assert messages[0].text == "三、依申请公开有 2 格填了负数，这里不能是负数：第 a 格 -1、第 b 格 -1。请核对后改正。"
