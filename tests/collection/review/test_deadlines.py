"""Deadlines: one for all units, one for a unit, and the days for corrections; everything follows them."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import docx
import pytest
from county import TOWNS, YEAR, County, Member

from gouji.collection.next_step.situation import situation_of
from gouji.collection.review.status import status_of
from gouji.collection.workspace.folder import Workspace

FIRST, SECOND, THIRD, *_ = TOWNS
WRONG = {"requests__new__natural": 999}
EARLY, LATE = f"{YEAR + 1}-01-25", f"{YEAR + 1}-02-10"


def on(month: int, day: int) -> datetime.date:
    return datetime.date(YEAR + 1, month, day)


def unit_of(county: County, unit: Member) -> dict[str, object]:
    return next(one for one in county.status()["units"] if one["code"] == unit.code)


def letter(county: County, unit: Member) -> str:
    (path,) = (county.folder / "退回").glob(f"{unit.code}_*.docx")
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(path.read_bytes())).paragraphs)


def drafts(county: County, command: str, folder: str, *options: str) -> dict[str, str]:
    """Return the texts of the drafts of a mailing, by the unit's code."""
    import email
    import email.policy

    county.run(command, "--drafts", *options)
    texts = {}
    for path in (county.folder / folder).glob("*.eml"):
        body = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",))
        assert body is not None
        texts[path.name.partition("_")[0]] = body.get_content()
    return texts


def set_correction_days(county: County, days: object) -> None:
    path = county.folder / "设置.toml"
    path.write_text(path.read_text("utf-8").replace("# correction_days = 3", f"correction_days = {days}"), "utf-8")


def test_a_unit_with_a_deadline_of_its_own_is_reminded_and_shown_by_it(county: County) -> None:
    told = county.run("extend", FIRST.code, "第2镇", "--until", LATE, "-m", "机构改革，刚交接")
    assert f"1：{FIRST.name}的截止日期是 {LATE}（原来是 {YEAR + 1}-01-31）。" in told
    assert f"2：{SECOND.name}的截止日期是 {LATE}" in told
    assert "晚于公布期限" in told
    county.today = on(2, 3)
    texts = drafts(county, "remind", "退回/邮件")
    assert f"截止日期是{YEAR + 1}年2月10日，离截止还有 7 天" in texts[FIRST.code]
    assert f"截止日期是{YEAR + 1}年1月31日，已过截止日期 3 天" in texts[THIRD.code]
    mine, other = unit_of(county, FIRST), unit_of(county, THIRD)
    assert (mine["deadline"], mine["due"], mine["due_kind"], mine["days_left"]) == (LATE, LATE, "own", 7)
    assert (other["due"], other["due_kind"], other["days_left"]) == (f"{YEAR + 1}-01-31", "all", -3)
    status = county.run("status")
    assert "另定截止日期的 2 个" in status
    assert status.count(f"另定的截止日期 {LATE}，离截止还有 7 天") == 2
    assert f"另定的截止日期 {LATE}" in county.run("status", FIRST.code)
    county.run("board")
    assert (county.folder / "汇总/看板.html").read_text("utf-8").count(f"另定的截止日期 {LATE}") == 2
    assert f"1. 另定截止日期 {FIRST.name} {LATE}：机构改革，刚交接" in county.run("decisions")
    county.run("undo", 1, "-m", "写错了单位")
    assert unit_of(county, FIRST)["deadline"] == f"{YEAR + 1}-01-31"


def test_the_form_is_sent_with_the_units_own_deadline_and_the_notice_does_not_contradict_it(county: County) -> None:
    before = drafts(county, "send", "下发/邮件")
    assert f"于{YEAR + 1}年1月31日前" in before[FIRST.code]
    county.run("extend", FIRST.code, "--until", EARLY, "-m", "要先行试报")
    county.run("issue")
    after = drafts(county, "send", "下发/邮件")
    assert f"于{YEAR + 1}年1月25日前" in after.pop(FIRST.code)
    assert after == {code: text for code, text in before.items() if code != FIRST.code}
    notice = "".join(one.text for one in docx.Document(str(county.folder / "下发/通知.docx")).paragraphs)
    assert "另行通知截止日期的单位，以另行通知的为准" in notice


def test_the_days_for_a_correction_count_from_the_day_on_which_it_went_back(county: County) -> None:
    set_correction_days(county, 3)
    county.writes(FIRST, **WRONG)
    county.run("collect")
    assert unit_of(county, FIRST)["due"] is None  # it does not know yet
    county.run("return")
    assert f"请于{YEAR + 1}年1月23日前发回" in letter(county, FIRST)
    county.today = on(1, 22)
    assert "没有需要重新生成的文件" in county.run("return")
    assert f"截止日期是{YEAR + 1}年1月23日，离截止还有 1 天" in drafts(county, "remind", "退回/邮件")[FIRST.code]
    assert unit_of(county, FIRST)["due_kind"] == "correction"
    assert situation_of(county.workspace, status_of(county.workspace, county.today)).days_left == 1
    county.today = on(1, 24)
    assert "改正的截止日期" in county.run("status")
    assert "已过截止日期 1 天" in county.run("status")
    county.run("return")
    assert "请尽快发回" in letter(county, FIRST)


def test_what_is_new_to_a_unit_gives_it_the_days_again_and_what_it_knows_does_not(county: County) -> None:
    set_correction_days(county, 3)
    county.answers(FIRST, **WRONG)
    county.run("collect")
    county.run("return")
    county.today = on(1, 22)
    county.run("reject", FIRST.code, "--cell", "三、依申请公开!D8", "--ask", "-m", "与上年相差太多，请核实")
    county.run("return")
    assert unit_of(county, FIRST)["due"] == f"{YEAR + 1}-01-25"
    county.today = on(1, 23)
    county.run("waive", FIRST.code, "requests.balance", "已经电话核实，数字没有错")
    county.run("return")
    assert unit_of(county, FIRST)["due"] == f"{YEAR + 1}-01-25"


def test_a_correction_is_never_due_before_the_deadline_that_the_unit_was_given_alone(county: County) -> None:
    set_correction_days(county, 3)
    county.writes(FIRST, **WRONG)
    county.run("collect")
    county.run("extend", FIRST.code, "--until", LATE, "-m", "负责的人住院")
    county.run("return")
    assert f"请于{YEAR + 1}年2月10日前发回" in letter(county, FIRST)


def test_next_year_keeps_the_days_for_corrections(county: County, tmp_path: Path) -> None:
    set_correction_days(county, 5)
    county.run("init", tmp_path / "明年", "--after", ".")
    assert Workspace(tmp_path / "明年").settings.correction_days == 5


@pytest.mark.parametrize("wrong", ["0", "400", '"3"', "true"])
def test_days_for_corrections_that_cannot_be_meant_are_refused(county: County, wrong: str) -> None:
    set_correction_days(county, wrong)
    assert "correction_days 应当是 1 到 365 的整数" in county.run("status", fails=2)


def test_only_the_units_that_are_named_get_something_back(county: County) -> None:
    for unit in (FIRST, SECOND):
        county.writes(unit, **WRONG)
    county.writes(THIRD)
    county.run("collect")
    county.run("return")
    letters = {path.name: path.stat().st_mtime_ns for path in (county.folder / "退回").iterdir()}
    county.writes(FIRST, requests__new__natural=888)
    county.writes(SECOND)
    county.run("collect")
    told = county.run("return", "--only", "第1镇", "--only", THIRD.code)
    assert "1 个单位要改正或者说明" in told
    assert f"没有要改正或者说明的：{THIRD.name}（{THIRD.code}）" in told
    after = {path.name: path.stat().st_mtime_ns for path in (county.folder / "退回").iterdir()}
    assert {name for name in letters if after.get(name) != letters[name]} == {
        name for name in letters if name.startswith(FIRST.code)
    }
    assert "名册里没有“第9镇”" in county.run("return", "--only", "第9镇", fails=2)
    assert "请写明理由" in county.run("extend", FIRST.code, "--until", LATE, fails=2)
    assert "请核对年份" in county.run("extend", FIRST.code, "--until", "2015-02-10", "-m", "推迟", fails=2)


def test_the_working_papers_say_until_when_a_unit_was_given_time(county: County) -> None:
    county.writes(FIRST)
    county.run("collect")
    county.run("extend", FIRST.code, "--until", LATE, "-m", "机构改革，刚交接")
    county.run("summary", "--papers", "--partial")
    (path,) = (county.folder / "汇总").glob("*底稿*.docx")
    rows = [[cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]
    assert [row[1:5] for row in rows if row[1] == "另定截止日期"] == [
        ["另定截止日期", FIRST.name, f"截止日期 {LATE}", "机构改革，刚交接"]
    ]
