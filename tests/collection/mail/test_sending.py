"""Sending: everyone gets their own mail, once, and no failure is silent. The mail servers are real."""

from __future__ import annotations

import email
import json
import shutil
import sqlite3
from collections.abc import Iterator
from email.policy import SMTP
from pathlib import Path

import click
import mailserver
import openpyxl
import pytest
from cancelling import cancel
from county import TODAY, YEAR, County, member
from mailserver import Authority, PostOffice
from old_ledgers import made_old

from gouji.collection.intake.attachments.unpack import unpack
from gouji.collection.ledger.schema import VERSION
from gouji.collection.mail import outbox, smtp
from gouji.collection.mail.send import SendOptions
from gouji.collection.steps.mailing import mail

TOWNS = [member(number) for number in range(1, 5)]
FIRST = TOWNS[0]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has issued its forms; tests work on copies of it."""
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    office.run("issue")
    return office


@pytest.fixture(autouse=True)
def known_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", mailserver.PASSWORD)
    monkeypatch.setattr(outbox, "PAUSES", (0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def running(authority: Authority) -> Iterator[tuple[PostOffice, int]]:
    with mailserver.smtp(authority) as server:
        yield server


@pytest.fixture
def server(running: tuple[PostOffice, int]) -> PostOffice:
    post = running[0]
    post.came.clear()
    post.says.clear()
    post.of_data.clear()
    return post


@pytest.fixture
def office(issued: County, authority: Authority, running: tuple[PostOffice, int], tmp_path: Path) -> County:
    mine = issued.copied(tmp_path / "年报")
    mailserver.with_smtp(mine.folder, authority, running[1])
    return mine


def address(number: int) -> str:
    return f"town{number}@example.com"


# ---------------------------------------------------------------- everyone gets their own mail


def test_every_unit_gets_its_own_form_and_the_notice(office: County, server: PostOffice) -> None:
    output = office.run("send")
    assert "已发出 4 封" in output
    assert sorted(mail.to for mail in server.came) == [address(number) for number in range(1, 5)]
    for town in TOWNS:
        (came,) = server.to(town.emails[0])
        form = office.form(town)
        assert came.files == {
            form.name: form.read_bytes(),
            "通知.docx": (office.folder / "下发" / "通知.docx").read_bytes(),
        }
        assert town.name in str(came.message["Subject"])
        assert f"{YEAR + 1}年1月31日" in came.text
        assert "联系人：张三" in came.text
        page = came.message.get_body(("html",))
        assert page is not None
        assert town.name in page.get_content()
        assert str(came.message["From"].addresses[0].display_name) == "丰泽县人民政府办公室"


def test_starttls_works_like_tls(office: County, authority: Authority) -> None:
    with mailserver.smtp(authority, "starttls") as (server, port):
        mailserver.with_smtp(office.folder, authority, port, "starttls")
        office.run("send")
    assert len(server.came) == 4
    assert server.users == [mailserver.OFFICE]


def test_no_mail_is_sent_twice_and_a_new_form_is_sent_only_to_its_unit(office: County, server: PostOffice) -> None:
    office.run("send")
    assert "已发出 0 封，以前发过的 4 封" in office.run("send")
    office.enrol([member(1, name="清溪镇人民政府"), *TOWNS[1:]])
    office.run("issue")
    assert "已发出 1 封，以前发过的 3 封" in office.run("send")
    assert [len(server.to(address(number))) for number in (1, 2, 3, 4)] == [2, 1, 1, 1]
    assert len({mail.id for mail in server.came}) == 5


def test_again_sends_a_second_mail_with_its_own_id(office: County, server: PostOffice) -> None:
    office.run("send")
    office.run("send", "--again", "--only", "第2镇")
    first, second = server.to(address(2))
    assert first.id != second.id
    assert len(server.came) == 5


def test_only_the_named_units_get_mail(office: County, server: PostOffice) -> None:
    office.run("send", "--only", "第2镇", "--only", TOWNS[2].code)
    assert {mail.to for mail in server.came} == {address(2), address(3)}
    assert "是不是" in office.run("send", "--only", "第2真", fails=2)


def test_a_dry_run_shows_everything_and_sends_nothing(office: County, server: PostOffice) -> None:
    output = office.run("send", "--dry-run")
    for town in TOWNS:
        assert f"{town.name}（{town.code}）<{town.emails[0]}>" in output
        assert office.form(town).name in output
    assert "要发 4 封" in output
    assert not server.came
    with office.ledger() as ledger:
        assert ledger.mail.mails() == []


def test_a_dry_run_can_be_shown_as_json(office: County, server: PostOffice) -> None:
    office.enrol([member(1, emails=()), *TOWNS[1:]])
    office.run("issue")
    shown = json.loads(office.run("send", "--dry-run", "--json"))
    assert [(letter["code"], letter["address"], letter["files"][0]) for letter in shown["letters"]] == [
        (town.code, town.emails[0], office.form(town).name) for town in TOWNS[1:]
    ]
    assert shown["without_address"] == [TOWNS[0].code]
    assert not server.came
    assert "--json 与 --dry-run 一起用" in office.run("send", "--json", fails=2)


def test_a_form_that_was_changed_after_it_was_issued_is_not_sent(office: County, server: PostOffice) -> None:
    office.form(TOWNS[3]).write_bytes(b"changed")
    assert "请先下发，再发邮件" in office.run("send", fails=2)
    assert not server.came


def test_a_unit_without_an_address_is_reported(office: County, server: PostOffice) -> None:
    office.enrol([member(1, emails=()), *TOWNS[1:]])
    office.run("issue")
    assert "名册里没有邮箱，没有发：第1镇人民政府" in office.run("send")
    assert len(server.came) == 3


# ---------------------------------------------------------------- no failure is silent


def test_a_mail_that_the_server_puts_off_is_sent_later(office: County, server: PostOffice) -> None:
    server.says[address(2)] = ["451 4.7.1 greylisted", "450 4.2.0 busy"]
    server.of_data = ["452 4.3.1 full"]
    assert "已发出 4 封" in office.run("send")
    assert [len(server.to(address(number))) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_a_mail_that_is_put_off_every_time_is_reported_and_tried_again_by_the_next_run(
    office: County, server: PostOffice
) -> None:
    server.says[address(2)] = ["451 4.7.1 greylisted"] * 4
    output = office.run("send", fails=2)
    assert "已发出 3 封" in output
    assert "没有发出，再运行一遍会再发（451 4.7.1 greylisted）" in output
    assert "已发出 1 封，以前发过的 3 封" in office.run("send")


def test_a_refused_address_does_not_stop_the_others_and_is_remembered(office: County, server: PostOffice) -> None:
    server.says[address(2)] = ["550 5.1.1 no such user"]
    output = office.run("send", fails=2)
    assert "已发出 3 封" in output
    assert "第2镇人民政府 <town2@example.com>：被拒收" in output
    assert "550 5.1.1 no such user" in output

    assert "未送达：town2@example.com，550 5.1.1 no such user" in office.run("status")
    units = {unit["code"]: unit["undelivered"] for unit in office.status()["units"]}
    assert units.pop(TOWNS[1].code) == [{"address": "town2@example.com", "reason": "550 5.1.1 no such user"}]
    assert not any(units.values())
    office.run("status", "-o", "状态.xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(office.folder / "状态.xlsx").active for cell in row]
    assert "未送达：town2@example.com，550 5.1.1 no such user" in cells

    office.run("send", fails=2)
    assert not server.to(address(2))
    office.enrol([TOWNS[0], member(2, emails=("new@example.com",)), *TOWNS[2:]])
    office.run("send")
    assert len(server.to("new@example.com")) == 1
    assert len(server.came) == 4
    assert "未送达" not in office.run("status")


def test_sending_stops_when_the_server_rejects_everything(office: County, server: PostOffice) -> None:
    office.enrol([member(1, emails=tuple(f"x{number}@example.com" for number in range(9)))])
    office.run("issue")
    server.of_data = ["550 5.7.1 frequency limited"] * 5
    assert "一连拒绝了 5 封：550 5.7.1 frequency limited" in office.run("send", fails=2)
    assert not server.came
    office.run("send")
    assert len(server.came) == 9


def test_a_mail_that_was_cut_off_is_sent_once(office: County, server: PostOffice) -> None:
    server.of_data = ["", "cut"]
    assert "已发出 4 封" in office.run("send")
    assert [len(server.to(address(number))) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_a_mail_whose_receipt_was_lost_is_sent_again_under_the_same_id(office: County, server: PostOffice) -> None:
    server.of_data = ["silent"]
    assert "已发出 4 封" in office.run("send")
    first, second = server.to(address(1))
    assert first.id == second.id
    assert len(server.came) == 5


def test_a_mail_whose_receipt_was_lost_can_be_left_to_the_officer(office: County, server: PostOffice) -> None:
    server.of_data = ["silent"]
    assert "第1镇人民政府 <town1@example.com>：不知道发出没有" in office.run("send", "--skip-unsure", fails=2)
    office.run("send", "--skip-unsure", fails=2)
    assert len(server.came) == 4
    assert "又发了一次（邮件编号相同）" in office.run("send")
    assert len({mail.id for mail in server.to(address(1))}) == 1
    assert "以前发过的 4 封" in office.run("send")


def test_a_mail_that_may_have_gone_stays_so_while_the_server_takes_none(
    office: County, server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.of_data = ["silent"]
    office.run("send", "--skip-unsure", fails=2)
    with monkeypatch.context() as patch:
        patch.setenv("GOUJI_MAIL_PASSWORD", "wrong")
        office.run("send", fails=2)
    assert "（上次中断，可能已经发出）" in office.run("send", "--dry-run")
    server.says[address(1)] = ["450 later"] * 4
    said = office.run("send", fails=2)
    assert f"<{address(1)}>：不知道发出没有，请问一下单位（450 later）。" in said
    assert "又发了一次" not in said
    assert "（上次中断，可能已经发出）" in office.run("send", "--dry-run")
    assert "又发了一次（邮件编号相同）" in office.run("send")


def test_after_an_interruption_the_next_run_sends_the_rest(
    office: County, server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = smtp.SmtpConnection.send

    def killed(self: smtp.SmtpConnection, to: str, message: bytes) -> smtp.Outcome:
        if to == address(3):
            raise KeyboardInterrupt
        return post(self, to, message)

    with monkeypatch.context() as patch:
        patch.setattr(smtp.SmtpConnection, "send", killed)
        with pytest.raises(click.Abort):
            office.run("send")
    assert len(server.came) == 2
    assert "（上次中断，可能已经发出）" in office.run("send", "--dry-run")
    assert "已发出 2 封，以前发过的 2 封" in office.run("send")
    assert [len(server.to(address(number))) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_sending_that_is_cancelled_continues_with_the_rest(office: County, server: PostOffice) -> None:
    cancel(mail, office.workspace, "forms", SendOptions(), "send", at="镇", today=TODAY)
    assert len(server.came) == 1
    mailed = mail(office.workspace, "forms", SendOptions(), "send", today=TODAY)
    assert (mailed.outcome.unfinished, mailed.outcome.lines[0].words) == (False, "已发出 3 封，以前发过的 1 封。")
    assert [len(server.to(address(number))) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_the_number_of_mails_a_minute_is_kept(
    office: County, server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    office.run("send", "--per-minute", "2")
    assert [round(seconds) for seconds in waited if seconds > 1] == [30, 30, 30]


# ---------------------------------------------------------------- trusted servers


def test_a_server_with_an_untrusted_certificate_is_refused(office: County, server: PostOffice, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(Authority(tmp_path / "other").ca, office.folder / "ca.pem")
    assert "证书不可信" in office.run("send", fails=2)
    assert not server.came


def test_a_certificate_for_another_host_name_is_refused(
    office: County, authority: Authority, server: PostOffice
) -> None:
    settings = office.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").replace("'127.0.0.1'", "'127.0.0.2'"), "utf-8")
    office.run("send", fails=2)
    assert not server.came


def test_a_wrong_password_is_reported_plainly(
    office: County, server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "wrong")
    assert "用授权码代替密码" in office.run("send", fails=2)
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert "GOUJI_MAIL_PASSWORD" in office.run("send", fails=2)
    assert not server.came


def test_the_password_is_not_written_anywhere(office: County, server: PostOffice) -> None:
    office.run("send")
    for path in office.folder.rglob("*"):
        assert path.is_dir() or mailserver.PASSWORD.encode() not in path.read_bytes()


def test_an_unreachable_server_is_reported_plainly(office: County, authority: Authority) -> None:
    mailserver.with_smtp(office.folder, authority, mailserver.free_port())
    assert "连不上邮件服务器" in office.run("send", fails=2)


# ---------------------------------------------------------------- what is in a mail


def test_the_office_can_change_the_text_of_mails(office: County, server: PostOffice) -> None:
    office.run("send", "--dry-run")
    words = office.folder / "邮件模板" / "下发.txt"
    words.write_bytes("主题: 报表{单位}\r\n\r\n{收件人}同志：\r\n请报{年度}年的。\r\n".encode("gb18030"))
    office.run("send")
    (came,) = server.to(address(1))
    assert str(came.message["Subject"]) == "报表第1镇人民政府"
    assert came.text.replace("\r\n", "\n") == f"李明同志：\n请报{YEAR}年的。\n"


def test_an_office_without_a_telephone_has_no_line_for_it(office: County, server: PostOffice) -> None:
    settings = office.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").replace('phone = "0375-7654321"', 'phone = ""'), "utf-8")
    office.run("send")
    assert "联系人：张三" in server.came[0].text
    assert "电话" not in server.came[0].text


@pytest.mark.parametrize(
    "line, output",
    [
        ("{单位名}", "下发.txt”第 3 行的 {单位名} 不认识。是不是 {单位}？"),
        ("{xyz}", "可以用的有：单位、"),
        ("{单位", "花括号没有配对"),
    ],
)
def test_an_unknown_placeholder_is_refused_before_anything_is_sent(
    office: County, server: PostOffice, line: str, output: str
) -> None:
    office.run("send", "--dry-run")
    (office.folder / "邮件模板" / "下发.txt").write_text(f"主题：好\n\n{line}\n", encoding="utf-8")
    assert output in office.run("send", fails=2)
    assert not server.came


HOSTILE = [
    'A", "Bcc: x@evil.example" <y@evil.example>, 镇',
    "=?utf-8?q?=0D=0ABcc:_x=40evil.example?=",
    "镇\r\nBcc: x@evil.example\r\n\r\n正文",
    "{年度}<b>&amp;",
]


@pytest.mark.parametrize(
    "name", HOSTILE, ids=["quotes and addresses", "an encoded word", "line ends", "braces and markup"]
)
def test_names_cannot_inject_headers(name: str) -> None:
    from gouji.collection.mail.message import Attachment, Content, Envelope, Party, message_bytes

    data = message_bytes(
        Content(name, f"{name}\n", (Attachment(f"{name}.xlsx", b"PK\3\4"),)),
        Envelope(
            (Party("a@example.com", name), Party("b@example.com")), "<1@example.com>", None, Party("c@d.cn", name)
        ),
    )
    message = email.message_from_bytes(data, policy=SMTP)
    assert set(message.keys()) == {"From", "To", "Subject", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"}
    assert [party.addr_spec for party in message["To"].addresses] == ["a@example.com", "b@example.com"]
    assert [party.addr_spec for party in message["From"].addresses] == ["c@d.cn"]
    unpacked = unpack("x.eml", data)
    assert unpacked.origin is not None
    assert unpacked.origin.subject == " ".join(name.split())
    (item,) = unpacked.items
    assert item.path[-1].endswith(".xlsx")
    assert "<b>" not in data.decode()


def test_hostile_names_in_the_roster_and_the_settings_do_no_harm(office: County, server: PostOffice) -> None:
    settings = office.folder / "设置.toml"
    text = settings.read_text("utf-8").replace("丰泽县人民政府办公室", "办公室\\r\\nBcc: x@evil.example")
    settings.write_text(text, "utf-8")
    office.enrol([member(1, name=HOSTILE[0], short=(HOSTILE[1].replace(" ", ""),)), member(2, name=HOSTILE[3])])
    office.run("issue")
    office.run("send")
    assert {mail.to for mail in server.came} == {address(1), address(2)}
    for came in server.came:
        assert "Bcc" not in came.message
        assert len(came.files) == 2
    assert f"{HOSTILE[3]}：" in server.to(address(2))[0].text


def test_attachments_are_named_in_every_way_that_mail_programs_read(office: County, server: PostOffice) -> None:
    office.run("send", "--only", "第1镇")
    raw = server.came[0].data
    name = office.form(FIRST).name
    assert b"filename*=UTF-8''" in raw
    assert raw.count(b'name="=?utf-8?b?') == 4  # name and filename, of two attachments
    assert all(len(line) <= 998 for line in raw.splitlines())
    # Reading it only as RFC 2047, like QQ Mail and old Foxmail.
    old = raw.replace(b"filename*=", b"x-ignored=")
    assert name in [item.path[-1] for item in unpack("x.eml", old).items]
    # Reading it only as RFC 2231, the standard.
    new = raw.replace(b' filename="', b' x-ignored="').replace(b' name="', b' x-ignored="')
    assert name in [item.path[-1] for item in unpack("x.eml", new).items]


# ---------------------------------------------------------------- drafts


def test_drafts_open_ready_to_send_and_need_no_server(office: County, server: PostOffice) -> None:
    settings = office.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").partition("\n[mail]")[0], "utf-8")
    assert "--drafts" in office.run("send", fails=2)
    office.enrol([member(1, emails=("a@example.com", "b@example.com")), *TOWNS[1:]])
    assert "已生成邮件草稿 4 个" in office.run("send", "--drafts")
    paths = sorted((office.folder / "下发" / "邮件").iterdir())
    assert [path.name for path in paths] == [f"{town.code}_第{n}镇_{YEAR}_邮件.eml" for n, town in enumerate(TOWNS, 1)]
    message = email.message_from_bytes(paths[0].read_bytes(), policy=SMTP)
    assert message["X-Unsent"] == "1"
    assert message["Date"] is None
    assert [party.addr_spec for party in message["To"].addresses] == ["a@example.com", "b@example.com"]
    assert [part.get_filename() for part in message.iter_attachments()] == [office.form(FIRST).name, "通知.docx"]
    assert not server.came
    # Issuing again does not remove the drafts, and the same command does not write them again.
    office.run("issue")
    assert "4 个没有变化" in office.run("send", "--drafts")
    assert "3 个" not in office.run("send", "--drafts", "--only", "第1镇")
    assert len(list((office.folder / "下发" / "邮件").iterdir())) == 4


# ---------------------------------------------------------------- the ledger


def test_a_ledger_of_the_first_version_is_upgraded_and_keeps_everything(office: County, server: PostOffice) -> None:
    office.answers(TOWNS[1], requests__new__legal=None)
    office.run("collect")
    office.run("reject", "第2镇", "-m", "不对")
    before = office.status()
    made_old(office.folder, 1)
    database = sqlite3.connect(office.folder / "台账.sqlite")
    decided = ", ".join(row[1] for row in database.execute("PRAGMA table_info(decisions)"))
    columns = dict.fromkeys(("files", "returns", "products", "rounds"), "*") | {"decisions": decided}
    kept = {table: database.execute(f"SELECT {them} FROM {table}").fetchall() for table, them in columns.items()}
    database.close()
    after = office.status()
    for unit in (*before["units"], *after["units"]):
        del unit["changes"]  # what was in force is recorded from the upgrade on
    assert after == before
    database = sqlite3.connect(office.folder / "台账.sqlite")
    assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert {
        table: database.execute(f"SELECT {them} FROM {table}").fetchall() for table, them in columns.items()
    } == kept
    database.close()
    assert "已发出 4 封" in office.run("send")
