"""How the collection went: nobody is called late unless that is certain, and what went back is counted once."""

from __future__ import annotations

import datetime
import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import docx
import openpyxl
import pytest
from county import TOWNS, YEAR, County, Member

from gouji.collection.review.course import Course, course_of
from gouji.collection.review.status import status_of

FIRST, SECOND, THIRD, FOURTH, FIFTH = TOWNS
WRONG = {"requests__new__natural": 999}


def mailed(county: County, unit: Member, day: str, sender: str = "", **figures: int) -> None:
    """Let a unit hand in by a mail that the server received on a day (ISO)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender or unit.emails[0], "office@example.com", unit.name
    message["Message-ID"] = f"<{unit.code}.{day}@example.com>"
    message.set_content("年报见附件。")
    data = county.saved(unit, county.filled(unit, **figures))
    message.add_attachment(data, "application", "octet-stream", filename=county.form(unit).name)
    content = message.as_bytes(policy=SMTP)
    folder = county.folder / "回收" / "邮件"
    folder.mkdir(exist_ok=True)
    (folder / f"{unit.code}_{day}.eml").write_bytes(content)
    with county.workspace.writing("测试") as ledger:
        sha256 = hashlib.sha256(content).hexdigest()
        ledger.mail.record_fetched("INBOX", 1, len(list(folder.iterdir())), sha256, f"{day}T08:00:00+00:00")


def course(county: County) -> Course:
    return course_of(county.workspace, status_of(county.workspace, county.today))


def punctual(county: County) -> dict[str, str]:
    return {unit.member.code: unit.punctual for unit in course(county).units}


@pytest.fixture
def over(county: County) -> County:
    """A collection on the tenth of February, ten days after its deadline."""
    county.today = datetime.date(YEAR + 1, 2, 10)
    return county


def test_only_what_the_server_received_from_the_units_own_address_is_late_for_certain(over: County) -> None:
    mailed(over, FIRST, f"{YEAR + 1}-01-30")
    mailed(over, SECOND, f"{YEAR + 1}-02-03")
    mailed(over, THIRD, f"{YEAR + 1}-02-03", sender="colleague@example.org")
    over.writes(FOURTH)  # collected by the clock of today, long after the deadline: nobody knows when it came
    over.run("collect")
    assert list(punctual(over).values()) == ["in_time", "late", "unknown", "unknown", "missing"]
    assert course(over).units[1].days_late == 3
    over.run("extend", SECOND.code, FIFTH.code, "--until", f"{YEAR + 1}-02-20", "-m", "机构改革，推迟")
    assert list(punctual(over).values()) == ["in_time", "in_time", "unknown", "unknown", "not_due"]
    over.run("extend", FOURTH.code, "--until", "2999-01-01", "-m", "试一下最晚的日期")
    assert punctual(over)[FOURTH.code] == "in_time"  # what was collected by then had come by then


def test_a_unit_that_corrects_after_the_deadline_was_in_time(over: County) -> None:
    mailed(over, FIRST, f"{YEAR + 1}-01-30", **WRONG)
    over.run("collect")
    mailed(over, FIRST, f"{YEAR + 1}-02-05")
    over.run("collect")
    one = course(over).units[0]
    assert (one.punctual, one.state) == ("in_time", "done")
    assert one.first is not None
    assert one.accepted is not None
    assert (one.first.day.day, one.accepted.day.day) == (30, 5)


def test_each_file_that_went_back_is_counted_once_however_often_it_was_written(over: County) -> None:
    mailed(over, FIRST, f"{YEAR + 1}-01-30", **WRONG)
    over.run("collect")
    over.run("return")
    next((over.folder / "退回").glob("*.docx")).unlink()
    over.run("return")
    assert course(over).units[0].sent_back == 1
    mailed(over, FIRST, f"{YEAR + 1}-02-02", requests__new__natural=888)
    over.run("collect")
    over.run("return")
    assert [unit.sent_back for unit in course(over).units] == [2, 0, 0, 0, 0]
    assert course(over).all_recorded


def test_the_circular_tells_who_was_late_what_went_back_and_which_errors_were_made(
    over: County, tmp_path: Path
) -> None:
    mailed(over, FIRST, f"{YEAR + 1}-01-30", **WRONG)
    mailed(over, SECOND, f"{YEAR + 1}-02-03", **WRONG)
    over.writes(THIRD)
    over.run("collect")
    over.run("return")
    (over.folder / "回收" / "还没有收.xlsx").write_bytes(b"PK")
    told = over.run("status", "--circular", tmp_path / "通报.docx", "-o", tmp_path / "状态.xlsx")
    assert "已写成通报" in told
    assert "有 1 个单位是不是晚报没有可靠的时间" in told
    document = docx.Document(str(tmp_path / "通报.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "应当报送的单位5个，已经报送3个，没有报送2个。" in text
    assert "晚报的单位1个" in text
    assert f"没有报送的单位2个：{FOURTH.name}、{FIFTH.name}。" in text
    assert "（请核对后改写或者删去这一段）有1个单位的填报表在截止日期以后收到" in text
    assert "“回收”里有1个文件还没有收，可能是没有报送的单位的，请先核对。" in text
    assert "退回改正的填报表2份，涉及单位2个" in text
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert [row[:2] for row in tables[1]] == [["单位", "截止日期"], [SECOND.name, f"{YEAR + 1}-01-31"]]
    assert tables[1][1][3] == "3"
    assert {tuple(row[:2]) for row in tables[2][1:]} == {(FIRST.name, "1"), (SECOND.name, "1")}
    assert tables[3][1][2] == "2"
    assert not any(name in "".join(map(str, tables[3])) for name in (FIRST.called, SECOND.called))
    book = openpyxl.load_workbook(tmp_path / "状态.xlsx")
    rows = list(book["报送情况"].iter_rows(values_only=True, min_row=4))
    assert [row[3] for row in rows[1:]] == ["按时报送", "晚报", "是不是晚报要核对", "没有报送", "没有报送"]
    assert "要以 .docx 结尾" in over.run("status", "--circular", tmp_path / "通报", fails=2)


def test_before_the_deadline_nobody_is_missing_and_the_circular_says_so(county: County, tmp_path: Path) -> None:
    county.writes(FIRST)
    county.run("collect")
    county.run("status", "--circular", tmp_path / "通报.docx")
    assert list(punctual(county).values()) == ["in_time", *["not_due"] * 4]
    text = "\n".join(one.text for one in docx.Document(str(tmp_path / "通报.docx")).paragraphs)
    assert "没有确定晚报的单位，也没有截止日期已过、没有报送的单位。" in text
    assert "没有退回改正的填报表。" in text
    assert "没有两个以上单位都有的错误。" in text
