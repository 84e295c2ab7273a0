"""One round of forty units in which every accident happens once; at the end it stands as a plain table says."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import accidents
import docx
import openpyxl
import pytest
from accidents import Story
from county import OFFICE, YEAR, County, member

from gouji.report.model import to_json

EAST = member(27, name="丰泽县东关街道办事处", short=("东关街道",), contact="王芳", phone="0375-1230001")
SPECIAL = {
    1: member(1, name="甲县人民政府", short=("甲县",), level="county_department"),
    2: member(2, name="乙县人民政府", short=("乙县",), level="county_department"),
    13: member(13, name="甲县城关镇人民政府", short=("城关镇",), parent="410400001"),
    14: member(14, name="乙县城关镇人民政府", short=("城关镇",), parent="410400002"),
    26: member(26, name="丰泽县西关街道办事处", short=("西关街道",), phone="0375-1230002"),
    27: EAST,
    28: member(28, name=OFFICE, short=("县政府办",), level="county"),
}
UNITS = [SPECIAL.get(number, member(number)) for number in range(1, 41)]

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass
class Row:
    """What happened to a unit, and how it stands at the end."""

    number: int
    happened: str
    story: Story
    state: str
    in_force: str
    """The name of the file that is in force; empty where none is."""
    total: int
    """How many licences of the unit are in the totals: 702 is what the second file of unit 7 says."""
    asked: str
    """Who has to do something: the officer, the unit, both, or nobody."""
    says: str = ""
    """Words that ``gouji status UNIT`` says, also as JSON, separated by blanks."""
    letter: str = ""
    """Words of the letter to the unit."""
    not_said: str = ""
    """Words that neither of them says."""


# fmt: off
TABLE = [
    # ------------------------------------------------- old and new submissions
    Row(1, "sent a second file; then the officer renamed the first one",
        accidents.old_file_renamed, "通过", "二.xlsx", 102, "nobody"),
    Row(2, "sent a second file; then the officer moved the first one into a folder",
        accidents.old_file_moved, "通过", "二.xlsx", 202, "nobody"),
    Row(3, "sent a second file; then the officer copied the first one",
        accidents.old_file_copied, "通过", "二.xlsx", 302, "nobody"),
    Row(4, "sent a second file; then mailed the first one again",
        accidents.old_file_mailed_again, "通过", "二.xlsx", 402, "officer",
        "又发来了以前的一份“一.xlsx” 402→401"),
    Row(5, "did the same, and the officer accepted the first one",
        accidents.old_file_mailed_again_and_accepted, "通过", "一.xlsx", 501, "nobody"),
    Row(6, "two files with different figures lay in the folder at once",
        accidents.two_at_once, "待说明", "", 0, "officer", "分不清先后"),
    Row(7, "mailed two in one run; the server received 乙 later, the senders' clocks say the opposite",
        accidents.two_mails_timed_by_the_server, "通过", "乙.xlsx", 702, "nobody"),
    Row(8, "mailed two in one run, only the senders' clocks order them; the officer accepted 甲",
        accidents.two_mails_timed_by_the_sender, "通过", "甲.xlsx", 801, "nobody"),
    Row(9, "had passed; then two different files came at once",
        accidents.two_at_once_after_one, "通过", "一.xlsx", 901, "officer", "分不清先后 仍采用“一.xlsx”"),
    # ------------------------------------------------- what is not taken
    Row(10, "had passed; then sent a file that cannot be read",
        accidents.unreadable_after_a_good_one, "通过", "一.xlsx", 1001, "both",
        "第10镇又报.xls 读不出来", "第10镇又报.xls 读不出来 仍以你单位报送的“一.xlsx”为准"),
    Row(11, "had passed; then sent a file with errors",
        accidents.wrong_after_a_good_one, "通过", "一.xlsx", 1101, "both",
        "二.xlsx 没有采用", "二.xlsx 必须改正 仍以你单位报送的“一.xlsx”为准"),
    Row(12, "the officer accepted its file; then it sent another one",
        accidents.another_after_an_acceptance, "通过", "一.xlsx", 1201, "officer", "您已经决定采用别的一份"),
    Row(13, "only sent a file that cannot be read, in its county's folder; another county has a 城关镇 too",
        accidents.only_an_unreadable_file, "未交", "", 0, "unit", "城关镇.xls 读不出来", "城关镇.xls 读不出来"),
    # ------------------------------------------------- what is signed
    Row(14, "had passed with the signed form; then a JSON with its code came",
        accidents.json_after_a_signed_form, "通过", "一.xlsx", 1401, "officer",
        "不是本次签发的填报表"),
    Row(15, "only sent a workbook that the office has not issued",
        accidents.only_an_unsigned_workbook, "待改正", "自制.xlsx", 0, "unit",
        "identity.unsigned", "请用发下去的填报表填写"),
    Row(16, "only sent a Word report",
        accidents.only_a_word_report, "待说明", "报告.docx", 0, "officer", "identity.document"),
    Row(17, "the officer let one unsigned file pass; then another one with other figures came",
        accidents.unsigned_files_one_let_pass, "通过", "一.json", 1701, "both",
        "二.json 没有采用 identity.unsigned", "二.json 请用发下去的填报表填写"),
    Row(18, "sent a form with another office's signature; the officer let it pass and took that back",
        accidents.signed_by_another_office, "待改正", "一.xlsx", 0, "unit", "identity.signature", "一.xlsx"),
    # ------------------------------------------------- who sent it
    Row(19, "a stranger forwarded a mail whose From line names the unit",
        accidents.stranger_forwards_a_mail_of_the_unit, "待说明", "一.xlsx", 0, "officer",
        "mail.stranger 实际发来邮件的是"),
    Row(20, "a mail had two From lines, a stranger's and the unit's",
        accidents.two_from_lines, "待说明", "一.xlsx", 0, "officer", "mail.stranger"),
    Row(21, "mailed from a new address and vouched for itself; the officer called the unit",
        accidents.sent_from_a_new_address, "通过", "一.xlsx", 2101, "nobody"),
    # ------------------------------------------------- explanations
    Row(22, "explained a query with 无",
        accidents.explains_with_nothing, "待说明", "一.xlsx", 0, "unit", "“无”没有说明原因", "“无”没有说明原因"),
    Row(23, "explained it with 机构撤并 and control characters, also in the file's name",
        accidents.explains_in_four_characters, "通过", f"一{accidents.SHOWN}.xlsx", 2301, "nobody", "机构撤并"),
    Row(24, "sent a form without its name, and explained in it whose it is",
        accidents.explains_whose_file_it_is, "待说明", "第24镇.xlsx", 0, "officer", "roster.by_hint"),
    Row(25, "explained a query; the officer rejected the file; the unit sent it without the explanation",
        accidents.explanation_rejected_with_its_file, "待说明", "二.xlsx", 0, "unit",
        "stock", "二.xlsx 现在填的是7", "清理后重新统计"),
    # ------------------------------------------------- the wrong unit, the wrong place
    Row(26, "filled its form with 东关街道's text and telephone number",
        accidents.filled_with_the_text_of_another(EAST), "待说明", "一.xlsx", 0, "both",
        "roster.contact 王芳", "东关街道"),
    Row(27, "called itself 我局 in its third paragraph",
        accidents.speaks_of_itself_wrongly, "待说明", "一.xlsx", 0, "unit", "我局 一、总体情况!B13", "我局"),
    Row(28, "is the county government's own office, and others write of 丰泽县",
        accidents.passes_at_once, "通过", "一.xlsx", 2801, "nobody"),
    # ------------------------------------------------- letters and remarks
    Row(29, "wrote 无 into every cell of a table",
        accidents.words_in_a_whole_table, "待改正", "一.xlsx", 0, "unit", "138格填了“无”", "有138格填了“无”，请改填0"),
    Row(30, "the officer rejected one cell",
        accidents.one_cell_rejected, "待改正", "", 0, "unit", "登记簿上只有5件", "登记簿上只有5件", "空白填报表"),
    Row(31, "the officer asked about one cell",
        accidents.one_cell_asked_about, "待说明", "一.xlsx", 0, "unit", "请核对登记簿", "请核对登记簿"),
    Row(32, "the officer rejected one cell, and the unit corrected the workbook that came back",
        accidents.rejected_cell_corrected, "通过", "二.xlsx", 3202, "nobody"),
    Row(33, "a figure is eleven times last year's and lifts the county's total by half",
        accidents.jumps_elevenfold, "通过", "一.xlsx", 3301, "officer", "提示 上年是3000，本年是33000"),
    # ------------------------------------------------- what is no submission
    Row(34, "answered 收到, sent an automatic reply and our own notice",
        accidents.only_thanks, "未交", "", 0, "nobody"),
    Row(35, "asked something, sent its form, and then a blank form",
        accidents.blank_form_after_a_filled_one, "通过", "一.xlsx", 3501, "nobody"),
    Row(36, "only sent the blank form",
        accidents.only_a_blank_form, "未交", "", 0, "officer"),
    Row(37, "only sent a screenshot; the officer dismissed the remark",
        accidents.only_a_screenshot, "未交", "", 0, "nobody"),
    Row(38, "a half download lay there; then the form came as a.tmp in an automatic reply",
        accidents.form_in_an_automatic_reply_under_an_odd_name, "通过", "a.tmp", 3801, "nobody"),
    Row(39, "sent a form that names no unit; the officer assigned it",
        accidents.file_of_nobody_assigned, "通过", "无名.xlsx", 3901, "nobody"),
    Row(40, "sent the form and a Word report with another figure in one mail",
        accidents.form_and_document_in_one_mail, "待说明", "b.xlsx", 0, "unit",
        "evidence.document 7777", "7777"),
]
# fmt: on


@dataclass
class Round:
    """A round that has been played."""

    office: County
    collected: list[str]
    printed: str
    status: dict[str, Any]
    summary: dict[str, Any]
    told: dict[int, str]
    letters: dict[int, str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("round")
    office = County(folder / "年报", UNITS)
    before = folder / "上年"
    before.mkdir()
    for number, unit in enumerate(UNITS, 1):
        report = accidents.last_years(unit, number, penalties=3000 if number == 33 else None)
        (before / f"{unit.code}.json").write_bytes(to_json(report))
    office.run("last-year", before)
    office.run("issue")

    def between(run: int) -> None:
        if run == 2:
            with another_key(office):
                assert office.run("collect", fails=2).count("本轮的签发密钥变了") == 1

    collected = accidents.play(office, [(unit, row.story) for unit, row in zip(UNITS, TABLE, strict=True)], between)
    printed = [*collected, office.run("return"), office.run("report", "--all"), office.run("summary", "--partial")]
    printed += [office.run("board"), office.run("status", "--all"), office.run("decisions")]
    return Round(
        office,
        collected,
        "".join(printed),
        office.status(),
        json.loads(office.run("summary", "--partial", "--json")),
        {
            number: office.run("status", unit.code) + office.run("status", unit.code, "--json")
            for number, unit in enumerate(UNITS, 1)
        },
        {number: letter(office, number) for number in range(1, 41)},
    )


@contextlib.contextmanager
def another_key(office: County) -> Iterator[None]:
    path = office.folder / "签发密钥.txt"
    key = path.read_bytes()
    path.write_bytes(secrets.token_urlsafe(24).encode())
    yield
    path.write_bytes(key)


def letter(office: County, number: int) -> str:
    """Return the letter to a unit; empty where there is none."""
    for path in (office.folder / "退回").glob(f"{UNITS[number - 1].code}_*.docx"):
        return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    return ""


# ---------------------------------------------------------------- the round ends as the table says


def bare(text: str) -> str:
    """Return a text without blanks, so that words of the table can be separated by them."""
    return "".join(text.split())


def asked(played: Round, row: Row) -> str:
    """Return who has something to do about a unit, from all the places where somebody is told to."""
    unit, status = UNITS[row.number - 1], played.status
    officer = (
        unit_row(played, row)["waits_for_a_decision"]
        or any(question["code"] == unit.code for question in status["questions"])
        or any(remark["message"].startswith(f"{unit.name}：") for remark in status["remarks"])
        or any(f":{unit.code}:" in finding["id"] for finding in played.summary["findings"] if not finding["answer"])
    )
    people = ["officer"] * bool(officer) + ["unit"] * bool(played.letters[row.number])
    return {0: "nobody", 1: "".join(people), 2: "both"}[len(people)]


def unit_row(played: Round, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = played.status["units"][row.number - 1]
    assert found["code"] == UNITS[row.number - 1].code
    return found


def in_force(played: Round, row: Row) -> str:
    """Return the name of the file that is in force, as it was sent."""
    sources = [one["source"] for one in unit_row(played, row)["returns"] if one["role"] == "stands"]
    return "、".join(source.rpartition("/")[2] for source in sources)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.number} {row.story.__name__}")
def test_a_unit_ends_as_the_table_says(played: Round, row: Row) -> None:
    assert (unit_row(played, row)["state_word"], in_force(played, row)) == (row.state, row.in_force)
    assert asked(played, row) == row.asked
    told, letter = bare(played.told[row.number]), bare(played.letters[row.number])
    assert [word for word in row.says.split() if word not in told] == []
    assert [word for word in row.letter.split() if word not in letter] == []
    assert [word for word in row.not_said.split() if word in told + letter] == []


def test_the_totals_are_those_of_the_table(played: Round) -> None:
    book = openpyxl.load_workbook(played.office.folder / "汇总" / "汇总.xlsx", data_only=True)["各单位"]
    rows = list(book.iter_rows(values_only=True))
    column = rows[4].index("行政许可")
    added = {str(code): value for code, *values in rows[6:] if (value := (code, *values)[column])}
    assert added == {UNITS[row.number - 1].code: row.total for row in TABLE if row.total}
    total = sum(row.total for row in TABLE)
    assert rows[2][column] == played.summary["figures"]["disclosure.licensing.decisions"] == total


def test_a_word_report_is_written_of_every_unit_that_passed_and_of_no_other(played: Round) -> None:
    written = {name.partition("_")[0] for name in played.office.made("报告")}
    assert written == {UNITS[row.number - 1].code for row in TABLE if row.state == "通过"}


def test_the_final_report_of_a_submission_with_errors_is_refused_and_its_draft_says_so(played: Round) -> None:
    form = played.office.folder / "回收" / "29" / "一.xlsx"
    played.office.run("report", form, "--final", "-o", "最终.docx", fails=1)
    assert not (played.office.folder / "最终.docx").exists()
    played.office.run("report", form, "-o", "草稿.docx")
    draft = docx.Document(str(played.office.folder / "草稿.docx"))
    assert "草稿（有 138 处必须改正）" in draft.sections[0].header.paragraphs[0].text


def test_the_screen_counts_as_the_table_does(played: Round) -> None:
    counts = "，".join(
        f"{state} {sum(row.state == state for row in TABLE)} 个" for state in ("未交", "待改正", "待说明", "通过")
    )
    headline = f"{YEAR} 年度，40 个单位：{counts}。"
    assert headline in played.office.run("status")
    with contextlib.chdir("/"):
        assert headline in played.office.run("-w", played.office.folder, "status")


def test_every_switch_between_different_figures_was_told_once_by_the_run_that_made_it(played: Round) -> None:
    switched = {
        number: [run for run, output in enumerate(played.collected, 1) if f"{unit.name}：采用的换了" in output]
        for number, unit in enumerate(UNITS, 1)
    }
    assert {number for number, runs in switched.items() if runs} == {1, 2, 3, 4, 5, 25, 32}
    assert all(runs in ([], [2]) for runs in switched.values())


def test_what_is_no_submission_took_a_line_of_its_run(played: Round) -> None:
    first = played.collected[0]
    assert "看到 45 个文件，新收 56 个（其中 12 个在压缩包、邮件里面）。" in first
    assert "不是报送的邮件 2 封：回复“收到”一类的 1 封，自动回复和系统通知 1 封。" in first
    assert "一.xlsx.crdownload：文件没有下载完，没有收。" in first
    assert "通知.docx" not in played.printed
    assert "请问怎么填？" in first
    assert "请问怎么填？" not in played.printed.removeprefix(first), "the unit has passed"
    assert "新收 0 个" in played.collected[-1]


def test_nothing_unprintable_was_shown(played: Round) -> None:
    board = (played.office.folder / "汇总" / "看板.html").read_text("utf-8")
    for text in (played.printed, board, *played.told.values(), *played.letters.values()):
        assert not UNPRINTABLE.search(text)


def test_no_letter_has_words_for_the_officer(played: Round) -> None:
    for text in played.letters.values():
        assert not re.search(r"gouji|assign|explain|waive|名册|JSON|台账|请单位", text)
