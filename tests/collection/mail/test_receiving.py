"""Receiving: every mail is fetched once, whatever happens, and read correctly. The mail servers are real."""

from __future__ import annotations

import base64
import copy
import datetime
import email
import email.policy
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import attachments
import mailserver
import msgspec
import openpyxl
import pytest
from county import YEAR, County, member
from mailserver import HOST, OFFICE, Authority, Came, Mailboxes

from gouji.collection.mail import fetch as fetching
from gouji.collection.mail import imap, outbox
from gouji.collection.workspace.roster import Member
from gouji.report.model import Report

TOWNS = [member(number) for number in range(1, 5)]
FIRST, SECOND, THIRD, FOURTH = TOWNS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    office.run("issue")
    return office


@pytest.fixture
def office(issued: County, tmp_path: Path) -> County:
    return issued.copied(tmp_path / "年报")


@pytest.fixture
def boxes(authority: Authority, office: County) -> Iterator[Mailboxes]:
    with mailserver.dovecot(authority) as running:
        mailserver.configure(office.folder, authority, imap_host=HOST, imap_port=running.port)
        yield running


@pytest.fixture(autouse=True)
def known_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", mailserver.PASSWORD)
    monkeypatch.setattr(outbox, "PAUSES", (0.0, 0.0, 0.0))


def answer(
    office: County,
    unit: Member,
    report: Report | None = None,
    *,
    sender: str = "",
    to: str = "",
    subject: str = "回复：年报",
    day: int = 10,
) -> bytes:
    """Return the mail with which a unit submits its form; ``to`` is the id of the mail that it answers."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender or unit.emails[0], OFFICE, subject
    message["Date"] = datetime.datetime(YEAR + 1, 1, day, 9, tzinfo=datetime.UTC)
    message["Message-ID"] = f"<{unit.code}.{day}@example.com>"
    if to:
        message["In-Reply-To"] = message["References"] = to
    message.set_content("您好，年报见附件。")
    data = office.saved(unit, report) if report else right(office, unit)
    message.add_attachment(data, "application", "octet-stream", filename=office.form(unit).name)
    return message.as_bytes(policy=SMTP)


_RIGHT: dict[str, bytes] = {}


def right(office: County, unit: Member) -> bytes:
    """Return the form of a unit, filled in without mistakes; all offices here are copies of one."""
    if unit.code not in _RIGHT:
        _RIGHT[unit.code] = office.saved(unit, office.filled(unit))
    return _RIGHT[unit.code]


def fetched(office: County) -> list[Path]:
    return sorted((office.folder / "回收" / "邮件").glob("*"))


def mails(office: County) -> list[Path]:
    return [path for path in fetched(office) if path.suffix == ".eml"]


def rules(office: County, unit: Member) -> set[str]:
    """Return the rules that question a unit's submissions."""
    with office.ledger() as ledger:
        return {
            recorded.finding.rule
            for submission in ledger.submissions(unit.code)
            for recorded in submission.findings
            if recorded.finding.severity != "note"
        }


# ---------------------------------------------------------------- a whole collection


def test_a_whole_collection_can_be_done_by_mail(office: County, boxes: Mailboxes, authority: Authority) -> None:
    with mailserver.smtp(authority) as (server, port):
        mailserver.with_smtp(office.folder, authority, port, imap_host=HOST, imap_port=boxes.port)
        server.delivers[OFFICE] = boxes.deliver

        def sends(unit: Member, came: Came, report: Report | None = None, day: int = 10) -> None:
            data = answer(office, unit, report, to=came.id, day=day)
            mailserver.hand_in(authority, port, unit.emails[0], OFFICE, data)

        office.run("send")
        got = {town.code: server.to(town.emails[0])[0] for town in TOWNS}
        sends(FIRST, got[FIRST.code])
        sends(SECOND, got[SECOND.code], office.filled(SECOND, requests__new__legal=None))
        assert "新收 2 封" in office.run("fetch")
        assert office.states() == dict(
            zip((town.code for town in TOWNS), ("done", "wrong", "missing", "missing"), strict=True)
        )

        server.came.clear()
        office.run("return")
        assert "已发出 3 封" in office.run("remind")
        assert not server.to(FIRST.emails[0])
        (back,) = server.to(SECOND.emails[0])
        assert {"_".join(name.split("_")[-2:]) for name in back.files} == {
            f"{YEAR}_退回改正.xlsx",
            f"{YEAR}_退回说明.docx",
        }
        assert "必须改正的：" in back.text
        assert "个数字没有填" in back.text
        (asked,) = server.to(THIRD.emails[0])
        assert set(asked.files) == {office.form(THIRD).name}
        assert "还没有收到" in asked.text
        assert "已发出 0 封，以前发过的 3 封" in office.run("remind")
        assert len(server.came) == 3
        assert "已发出 3 封" in office.run("remind", "--again")

        sends(SECOND, back, day=12)
        sends(THIRD, asked, day=12)
        sends(FOURTH, got[FOURTH.code], day=12)
        assert "新收 3 封" in office.run("fetch")
        assert set(office.states().values()) == {"done"}
        assert "新收 0 封" in office.run("fetch")

        server.came.clear()
        assert "已发出 4 封" in office.run("ack")
        (thanks,) = server.to(SECOND.emails[0])
        assert thanks.message["In-Reply-To"] == f"<{SECOND.code}.12@example.com>"
        assert thanks.message["Auto-Submitted"] == "auto-replied"
        assert "核对通过" in thanks.text
        assert thanks.files == {}
        assert "已发出 0 封，以前发过的 4 封" in office.run("ack")


# ---------------------------------------------------------------- fetched once


def test_fetched_mails_are_kept_byte_for_byte_and_nothing_changes_on_the_server(
    office: County, boxes: Mailboxes
) -> None:
    data = answer(office, FIRST)
    boxes.deliver(data)
    office.run("fetch")
    (path,) = fetched(office)
    assert path.read_bytes() == data
    assert path.name.endswith("_town1@example.com_1.eml")
    assert boxes.flags() == [()]
    assert "新收 0 封" in office.run("fetch")
    assert office.states()[FIRST.code] == "done"


def test_collecting_saved_mails_gives_the_same_as_fetching_them(
    office: County, boxes: Mailboxes, tmp_path: Path
) -> None:
    other = copy.copy(office)
    other.folder = tmp_path / "另一个"
    shutil.copytree(office.folder, other.folder)
    for number, unit in enumerate((FIRST, SECOND)):
        data = answer(office, unit, sender="x@example.com" if number else "")
        boxes.deliver(data)
    office.run("fetch")
    shutil.copytree(office.folder / "回收" / "邮件", other.folder / "回收" / "邮件")
    other.run("collect")
    fetched_status, collected_status = office.status(), other.status()
    received = [
        [submission.pop("received") for unit in status["units"] for submission in unit["returns"]]
        for status in (fetched_status, collected_status)
    ]
    assert fetched_status == collected_status
    assert all(received[0]), "the server's own time of receipt"
    assert not any(received[1])
    assert [unit["state"] for unit in office.status()["units"]] == ["done", "asked", "missing", "missing"]


_DIES = """
import itertools, os, signal
import gouji.cli
from gouji.collection.mail import fetch
write, count = fetch.write_aside, itertools.count()
def dies(path, data):
    if next(count) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    write(path, data)
fetch.write_aside = dies
gouji.cli.run()
"""


def test_fetching_continues_after_being_killed_half_way(office: County, boxes: Mailboxes) -> None:
    data = answer(office, FIRST)
    for number in range(10):
        boxes.deliver(data.replace(b"MIME-Version", f"X-Number: {number}\r\nMIME-Version".encode()))
    command = [sys.executable, "-c", _DIES, "fetch", "-w", str(office.folder)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert len(mails(office)) == 3
    office.run("fetch")
    assert len({path.read_bytes() for path in mails(office)}) == len(mails(office)) == 10
    assert fetched(office) == mails(office)
    assert office.states()[FIRST.code] == "done"


def test_when_the_server_renumbers_its_mails_nothing_is_kept_twice(office: County, boxes: Mailboxes) -> None:
    boxes.deliver(answer(office, FIRST))
    boxes.deliver(answer(office, SECOND))
    office.run("fetch")
    before = fetched(office)
    boxes.renumber()
    boxes.deliver(answer(office, THIRD))
    assert "新收 1 封，内容收过的 2 封" in office.run("fetch")
    assert set(before) < set(fetched(office))
    assert len(fetched(office)) == 3
    assert "新收 0 封，在" in office.run("fetch")


def test_mails_are_marked_and_moved_only_on_request(office: County, boxes: Mailboxes, authority: Authority) -> None:
    boxes.deliver(answer(office, FIRST), "年报")
    with boxes.client() as client:
        client.create_folder("年报已收")
    mailserver.configure(office.folder, authority, imap_host=HOST, imap_port=boxes.port, imap_folder="年报")
    office.run("fetch")
    assert boxes.flags("年报") == [()]
    office.run("fetch", "--mark-seen")
    assert boxes.flags("年报") == [(b"\\Seen",)]
    assert "没有“年报已手”这个文件夹。是不是“年报已收”" in office.run("fetch", "--move-to", "年报已手", fails=2)
    office.run("fetch", "--move-to", "年报已收")
    assert (boxes.flags("年报"), boxes.flags("年报已收")) == ([], [(b"\\Seen",)])
    assert office.states()[FIRST.code] == "done"


def test_a_mail_that_is_too_large_is_reported_and_left_on_the_server(
    office: County, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST_FILE", 200_000)
    monkeypatch.setattr(fetching, "LARGEST_FILE", 200_000)
    boxes.deliver(b"From: town1@example.com\r\nSubject: x\r\n\r\n" + b"x" * 300_000)
    boxes.deliver(answer(office, FIRST))
    with boxes.client() as client:
        client.create_folder("年报已收")
    assert "太大，没有收：第 1 号邮件" in office.run("fetch", "--move-to", "年报已收")
    assert len(fetched(office)) == 1
    assert len(boxes.flags()) == 1


def test_old_mails_are_not_fetched(office: County, boxes: Mailboxes) -> None:
    with boxes.client() as client:
        client.append("INBOX", answer(office, FIRST), msg_time=datetime.datetime(YEAR, 3, 1, 12))
    assert "邮箱里有 0 封" in office.run("fetch")
    assert "新收 1 封" in office.run("fetch", "--since", f"{YEAR}-02-01")


def test_an_untrusted_server_gets_no_password(
    office: County, boxes: Mailboxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "wrong")
    assert "用授权码代替密码" in office.run("fetch", fails=2)
    (tmp_path / "other").mkdir()
    shutil.copy(Authority(tmp_path / "other").ca, office.folder / "ca.pem")
    assert "证书不可信" in office.run("fetch", fails=2)


# ---------------------------------------------------------------- the sender


def received(office: County, *mails: bytes) -> str:
    for number, data in enumerate(mails, 1):
        path = office.folder / "回收" / "邮件" / f"{len(list(office.folder.rglob('*.eml')))}{number}.eml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return office.run("collect")


def test_a_submission_from_a_stranger_cannot_explain_itself(office: County) -> None:
    report = office.filled(FIRST)
    vouched = msgspec.structs.replace(report, explanations={"others": "是我们发的"})
    received(office, answer(office, FIRST, vouched, sender="Stranger@evil.example"), answer(office, SECOND))
    assert rules(office, FIRST) == {"mail.stranger"}
    assert rules(office, SECOND) == set()
    nameless = answer(office, THIRD).replace(f"From: {THIRD.emails[0]}\r\n".encode(), b"")
    received(office, nameless)
    assert rules(office, THIRD) == {"mail.stranger"}
    assert office.states()[FIRST.code] == "asked"
    assert "stranger@evil.example" in office.run("status", "第1镇")
    # The unit sends the same file from its own address: there is no question left.
    received(office, answer(office, FIRST, vouched, day=11))
    assert office.states()[FIRST.code] == "done"


def test_whoever_forwards_a_mail_of_a_unit_is_its_sender(office: County) -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "stranger@evil.example", OFFICE, "年报"
    outer.set_content("见附件。")
    outer.add_attachment(email.message_from_bytes(answer(office, FIRST), policy=email.policy.default))
    received(office, bytes(outer))
    assert rules(office, FIRST) == {"mail.stranger"}
    shown = office.run("status", FIRST.code)
    assert "实际发来邮件的是 stranger@evil.example，转发的内容里写的发件人是 town1@example.com" in shown


def test_a_mail_whose_sender_is_uncertain_comes_from_nobody(office: County) -> None:
    data = answer(office, FIRST).replace(b"From: ", b"From: x@evil.example\r\nFrom: ", 1)
    with zipfile.ZipFile(office.folder / "回收" / "导出.zip", "w") as archive:
        archive.writestr("来信.eml", data)
    office.run("collect")
    assert rules(office, FIRST) == {"mail.stranger"}
    assert "是从 （没有写，或者写得不规范） 发来的" in office.run("status", FIRST.code)


def test_an_address_added_to_the_roster_is_no_longer_a_stranger(office: County) -> None:
    received(office, answer(office, FIRST, sender="new@example.com"), answer(office, SECOND, sender=FIRST.emails[0]))
    assert (rules(office, FIRST), rules(office, SECOND)) == ({"mail.stranger"}, {"mail.stranger"})
    office.enrol([member(1, emails=("town1@example.com", "NEW@example.com")), member(2, emails=()), *TOWNS[2:]])
    office.run("collect")
    assert (rules(office, FIRST), rules(office, SECOND)) == (set(), set())
    received(office, answer(office, THIRD, sender="x@example.com"))
    office.run("assign", office.form(THIRD).name, "第3镇")
    assert office.states()[THIRD.code] == "done"


def test_an_answer_to_another_units_mail_raises_a_query(office: County, authority: Authority) -> None:
    with mailserver.smtp(authority) as (server, port):
        mailserver.with_smtp(office.folder, authority, port)
        office.run("send")
        ids = {mail.to: mail.id for mail in server.came}
    received(
        office,
        answer(office, FIRST, to=ids[FIRST.emails[0]]),
        answer(office, SECOND, to=ids[THIRD.emails[0]]),
        answer(office, THIRD, to="<somebody@else.example>"),
    )
    assert [rules(office, town) for town in TOWNS[:3]] == [set(), {"mail.other_unit"}, set()]
    with office.ledger() as ledger:
        (submission,) = ledger.submissions(SECOND.code)
    assert "回复的是发给“第3镇人民政府”的邮件" in submission.findings[0].finding.message


def test_only_an_address_of_the_unit_gets_an_answer(office: County, authority: Authority) -> None:
    wrong = office.filled(FIRST, requests__new__legal=None)
    received(office, answer(office, FIRST, wrong), answer(office, SECOND, sender="x@example.com"))
    with mailserver.smtp(authority) as (server, port):
        mailserver.with_smtp(office.folder, authority, port)
        output = office.run("ack")
        assert "从名册里没有的邮箱 x@example.com 发来的，没有回复：第2镇人民政府" in output
        (came,) = server.came
    assert came.to == FIRST.emails[0]
    assert len(came.files) == 2
    assert "个数字没有填" in came.text
    assert "第2镇" not in came.text


def test_a_unit_whose_later_file_is_not_taken_is_not_told_that_all_is_well(office: County) -> None:
    received(office, answer(office, FIRST), answer(office, SECOND))
    office.run("accept", SECOND.code)
    wrong = office.filled(FIRST, requests__new__legal=None)
    other = office.filled(SECOND, disclosure__licensing__decisions=5)
    received(office, answer(office, FIRST, wrong, day=11), answer(office, SECOND, other, day=11))
    assert {office.state(FIRST), office.state(SECOND)} == {"done"}
    (letter,) = (line for line in office.run("ack", "--dry-run").splitlines() if "<" in line)
    assert FIRST.name in letter
    assert "请改正" in letter
    assert "退回说明.docx" in letter
    assert letter in office.run("remind", "--dry-run")
    (waiting,) = (unit for unit in office.status()["units"] if unit["code"] == SECOND.code)
    office.run("reject", SECOND.code, waiting["not_taken"][0][:8], "-m", "电话问过，以前一份为准")
    assert "已收到" in office.run("ack", "--dry-run", "--only", SECOND.code)


# ---------------------------------------------------------------- bounces


def notice(address: str, message_id: str) -> bytes:
    """Return the mail that a mail system sends when one of ours was not delivered."""
    report = attachments.FAILED.replace("Nobody@example.gov.cn", address)
    return attachments.bounce(report).replace(b"<ours@example.gov.cn>", message_id.encode())


def test_a_bounce_is_shown_until_a_later_mail_is_delivered(office: County, authority: Authority) -> None:
    with mailserver.smtp(authority) as (server, port):
        mailserver.with_smtp(office.folder, authority, port)
        office.run("send")
        ids = {mail.to: mail.id for mail in server.came}
        # The second bounce names an address that the mail was forwarded to: the id says which unit it was for.
        received(office, notice(FIRST.emails[0], "<?@?>"), notice("moved@example.com", ids[SECOND.emails[0]]))
        words = "未送达：town1@example.com，5.1.1 550 5.1.1 User unknown"
        assert words in office.run("status")
        undelivered = {unit["code"]: unit["undelivered"] for unit in office.status()["units"]}
        assert [place["address"] for unit in TOWNS for place in undelivered[unit.code]] == [
            FIRST.emails[0],
            SECOND.emails[0],
        ]
        assert set(office.states().values()) == {"missing"}
        office.run("status", "-o", "状态.xlsx")
        cells = [
            cell.value
            for sheet in openpyxl.load_workbook(office.folder / "状态.xlsx").worksheets
            for row in sheet
            for cell in row
        ]
        assert words in cells
        time.sleep(1.1)  # the ledger records whole seconds
        office.run("send", "--again", "--only", "第1镇")
    undelivered = {unit["code"]: unit["undelivered"] for unit in office.status()["units"]}
    assert [place["address"] for unit in TOWNS for place in undelivered[unit.code]] == [SECOND.emails[0]]


# ---------------------------------------------------------------- mails as they really are


BODY = "您好：\r\n年报见附件，请查收。"
GBK_NAME = "第1镇年报.xlsx"
NAME = "第1镇年报㐂.xlsx"  # a character that only GB 18030 and Unicode have


def word(text: str, charset: str, label: str = "") -> str:
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def text_body(charset: str, label: str = "") -> bytes:
    head = f"Content-Type: text/plain; charset={label or charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + BODY.encode(charset)


class Shape(NamedTuple):
    """How a mail program writes text that is not ASCII."""

    sender: bytes
    file: bytes
    """What follows ``attachment;``."""
    body: bytes
    name: str


def words(name: str, charset: str, label: str = "") -> Shape:
    """Encoded words, even in file names, where the standard forbids them; ``label`` is a wrong charset."""
    file = f'filename="{word(name, charset, label)}"'.encode()
    return Shape(word(name, charset, label).encode(), file, text_body(charset, label), name)


def parameters(name: str, charset: str) -> Shape:
    """The file name as the standard writes it, in pieces."""
    first, second = name[:3].encode(charset), name[3:].encode(charset)
    file = f"\r\n filename*0*={charset}''{quote(first)};\r\n filename*1*={quote(second)}".encode()
    return Shape(word(name, charset).encode(), file, text_body(charset), name)


def bare(name: str, charset: str, label: str) -> Shape:
    """Bare bytes in the headers, and a body with a wrong label."""
    return Shape(name.encode(charset), f'filename="{name}"'.encode(charset), text_body(charset, label), name)


SHAPES = {
    "Outlook": words(GBK_NAME, "gb2312"),
    "Foxmail": words(NAME, "gb18030", "GB18030"),
    "QQ Mail": words(NAME, "utf-8"),
    "163": words(GBK_NAME, "GBK"),
    "GBK that is called GB2312": words("第1镇镕.xlsx", "gbk", "gb2312"),
    "Thunderbird": parameters(NAME, "UTF-8"),
    "Coremail": parameters(NAME, "gb18030"),
    "old GBK": bare(GBK_NAME, "gbk", "us-ascii"),
    "old UTF-8": bare(NAME, "utf-8", "gb2312"),
}


def shaped(shape: Shape, data: bytes) -> bytes:
    """Return a mail written like a mail program, with a file."""
    lines = (
        b"From: " + shape.sender + b" <Town1@Example.com>",
        b"To: office@example.com",
        b"Subject: " + shape.sender,
        b"Date: Fri, 10 Jan 2025 09:12:33 +0800",
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_1"',
        b"\r\n--=_1\r\n" + shape.body,
        b"--=_1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; " + shape.file,
        b"\r\n" + base64.encodebytes(data) + b"--=_1--\r\n",
    )
    return b"\r\n".join(lines)


def test_mails_of_every_mail_program_are_read_correctly(office: County) -> None:
    expected = set()
    for program, shape in SHAPES.items():
        (office.folder / "回收" / f"{program}.eml").write_bytes(shaped(shape, right(office, FIRST)))
        expected.add((f"回收/{program}.eml/{shape.name}", "town1@example.com", "2025-01-10T01:12:33"))
    output = office.run("collect")
    assert "没有认出单位" not in output
    with office.ledger() as ledger:
        came = {(arrival.source, arrival.sender, arrival.sent) for arrival in ledger.arrivals() if arrival.container}
    assert came == expected
    assert rules(office, FIRST) == set()


def test_the_first_line_of_a_mail_without_a_form_is_quoted_in_any_encoding(office: County) -> None:
    for number, (charset, label) in enumerate((("gb18030", "gb18030"), ("gbk", "us-ascii"), ("utf-8", "gb2312"))):
        head = b"From: town1@example.com\r\nTo: office@example.com\r\n"
        (office.folder / "回收" / f"{number}.eml").write_bytes(head + text_body(charset, label))
    office.run("collect")
    (line,) = [line for line in office.run("status").splitlines() if "正文开头是“您好：”" in line]
    assert all(f"{number}.eml" in line for number in range(3)), "the same words in each, so they are told once"
