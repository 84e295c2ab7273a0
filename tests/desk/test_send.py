"""Sending from the desk: looked at letter by letter, sent once, and found again. The mail server is real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mailserver
import pytest
from county import TODAY, County, member
from mailserver import Authority, PostOffice
from officer import Officer, at_the_desk

from gouji.collection.mail import outbox

TOWNS = [member(number) for number in range(1, 4)]
SILENT = member(4, emails=())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has issued its forms and got one with a mistake; tests work on copies of it."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [*TOWNS, SILENT])
    office.run("issue")
    office.writes(TOWNS[0], requests__new__natural=7)
    office.run("collect")
    return office


@pytest.fixture
def server(authority: Authority) -> Iterator[tuple[PostOffice, int]]:
    with mailserver.smtp(authority) as running:
        yield running


@pytest.fixture
def post(server: tuple[PostOffice, int]) -> PostOffice:
    return server[0]


@pytest.fixture
def office(
    issued: County,
    authority: Authority,
    server: tuple[PostOffice, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> County:
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD", raising=False)
    monkeypatch.setattr(outbox, "PAUSES", (0.0, 0.0, 0.0))
    mine = issued.copied(tmp_path / "年报")
    mailserver.with_smtp(mine.folder, authority, server[1])
    return mine


@pytest.fixture
def officer(office: County) -> Iterator[Officer]:
    with at_the_desk(office.folder, TODAY) as officer:
        yield officer.follow("下发和退回")


def mails(office: County) -> list[tuple[Any, ...]]:
    """Return what the ledger says of each mail, but for the time and the server's answer."""
    with office.ledger() as ledger:
        return sorted(
            (mail.kind, mail.code, mail.fingerprint, mail.address, mail.number, mail.message_id, mail.state)
            for mail in ledger.mail.mails()
        )


def test_each_letter_is_shown_as_it_will_go_and_who_gets_none(officer: Officer, post: PostOffice) -> None:
    officer.follow("看要发的填报表")
    assert "要发的：3 封，3 个单位" in officer.text
    (text,) = [part.text_content() for part in officer.page.iter("pre") if TOWNS[0].name in part.text_content()]
    assert "名册里没有邮箱的 1 个单位" in officer.text
    officer.press("发出全部 3 封", password=mailserver.PASSWORD).waited()
    assert "已发出 3 封" in officer.text
    (came,) = post.to("town1@example.com")
    assert came.text.split() == text.split()
    assert "没有要发的，都已经发过" in officer.text


def test_only_units_with_a_tick_get_a_letter_and_a_slip_of_the_button_sends_nothing(
    officer: Officer, office: County, post: PostOffice
) -> None:
    officer.follow("看要发的填报表").press("只发打勾的单位", password=mailserver.PASSWORD)
    assert "还没有选单位" in officer.text
    chosen = [TOWNS[1].code]
    officer.press("发出全部", only=chosen, password=mailserver.PASSWORD)
    assert "全部都要，请先把勾去掉" in officer.text
    assert officer.desk.tasks.last is None
    officer.press("只发打勾的单位", password=mailserver.PASSWORD).waited()
    assert [mail.to for mail in post.came] == ["town2@example.com"]


def test_a_password_is_asked_for_where_none_is_known_and_is_kept_nowhere(
    officer: Officer, office: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.follow("看要发的填报表").press("发出全部")
    assert f"没有 {mailserver.OFFICE} 的密码" in officer.text
    officer.press("发出全部", password="wrong-word").waited()
    assert "不接受 office@example.com 的密码" in officer.text
    assert "wrong-word" not in officer.answer.get_data(as_text=True)
    task = officer.desk.tasks.last
    assert task is not None
    assert "wrong-word" not in f"{task.title} {task.command}"
    assert not any(b"wrong-word" in path.read_bytes() for path in office.folder.rglob("*") if path.is_file())
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", mailserver.PASSWORD)
    assert not officer.open(officer.address).page.xpath("//input[@type='password']")
    assert "已发出 3 封" in officer.press("发出全部").waited().text


def test_sending_that_was_cancelled_goes_on_with_what_was_not_sent(
    officer: Officer, office: County, post: PostOffice
) -> None:
    def cancel(_: bytes) -> None:
        task = officer.desk.tasks.last
        assert task is not None
        task.cancel()

    post.delivers[TOWNS[0].emails[0]] = cancel
    officer.follow("看要发的填报表").press("发出全部", password=mailserver.PASSWORD).waited()
    assert "已中断" in officer.text
    assert len(post.came) == 1
    assert "要发的：2 封" in officer.text
    officer.press("发出全部", password=mailserver.PASSWORD).waited()
    assert sorted(mail.to for mail in post.came) == [unit.emails[0] for unit in TOWNS]


def test_a_letter_that_may_have_gone_is_sent_or_left_as_the_officer_chooses(
    officer: Officer, office: County, post: PostOffice
) -> None:
    look = "看要发的填报表"
    officer.follow(look).press("只发打勾的单位", only=[TOWNS[0].code], password=mailserver.PASSWORD).waited()
    with office.workspace.writing("") as ledger, ledger.transaction():
        (mail,) = ledger.mail.mails()
        ledger.mail.mark(mail.message_id, "sending", "", mail.time)
    officer.open(officer.address)
    assert "上次中断，可能已经发出" in officer.text
    officer.press("发出全部", unsure="skip", password=mailserver.PASSWORD).waited()
    assert "不知道发出没有，请问一下单位" in officer.text
    assert len(post.to(TOWNS[0].emails[0])) == 1
    officer.press("发出全部", password=mailserver.PASSWORD).waited()
    first, second = post.to(TOWNS[0].emails[0])
    assert first.id == second.id


def test_sending_leaves_the_same_records_as_the_shown_command(
    officer: Officer, office: County, post: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_command = office.copied(tmp_path / "another")
    post.says[TOWNS[1].emails[0]] = ["550 no such user"] * 2
    officer.follow("看要发的填报表")
    officer.press("只发打勾的单位", only=[TOWNS[0].code, TOWNS[1].code], password=mailserver.PASSWORD).waited()
    assert "被拒收" in officer.text
    task = officer.desk.tasks.last
    assert task is not None
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", mailserver.PASSWORD)
    by_command.run(*task.command, fails=2)
    assert mails(office) == mails(by_command)
    assert [row[-1] for row in mails(office)] == ["sent", "refused"]


def test_what_goes_back_is_made_before_its_letters_are_looked_at(officer: Officer, office: County) -> None:
    officer.follow("看要发的催报")
    assert "1 个单位要改正或者说明，退回的文件还没有生成" in officer.text
    officer.press("生成全部退回的文件").waited()
    assert "要发的：3 封" in officer.text
    assert f"{TOWNS[0].code}_第1镇_2025_退回改正.xlsx" in officer.text
    (text,) = [part.text_content() for part in officer.page.iter("pre") if TOWNS[0].name in part.text_content()]
    assert "必须改正的：" in text


def test_what_goes_out_is_made_as_by_the_shown_commands(officer: Officer, office: County, tmp_path: Path) -> None:
    office.form(TOWNS[2]).unlink()
    by_command = office.copied(tmp_path / "another")
    for button, more in (("生成填报表和通知", {}), ("只生成打勾的", {"only": [TOWNS[0].code]})):
        officer.press(button, **more).waited()
        task = officer.desk.tasks.last
        assert task is not None
        by_command.run(*task.command)
    for folder in ("下发", "退回"):
        assert office.made(folder) == by_command.made(folder)
        assert office.made(folder)


def test_a_form_that_was_changed_is_made_anew_before_it_can_be_sent(officer: Officer, office: County) -> None:
    form = office.form(TOWNS[1])
    form.write_bytes(form.read_bytes() + b" ")
    officer.follow("看要发的填报表")
    assert "第2镇人民政府（410400002）的填报表，或者生成以后被改动过。请先下发，再发邮件。" in officer.text
    assert "要发的：3 封" in officer.press("重新生成填报表和通知").waited().text


def test_drafts_are_written_where_there_is_no_server(officer: Officer, office: County) -> None:
    settings = office.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").partition("\n[mail]")[0], "utf-8")
    officer.follow("看要发的填报表")
    assert "还没有写发信的邮箱" in officer.text
    assert "发出全部" not in officer.text
    officer.press("只生成打勾的草稿", only=[TOWNS[2].code]).waited()
    assert [path.suffix for path in (office.folder / "下发" / "邮件").iterdir()] == [".eml"]
    assert "打开草稿的文件夹" in officer.text


def test_looking_writes_nothing(officer: Officer, office: County) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in office.folder.rglob("*") if path.is_file()}

    before = files()
    for words in ("看要发的填报表", "看要发的催报", "看要发的回执"):
        officer.open(officer.address).follow("下发和退回").follow(words)
    assert files() == before


def test_what_was_sent_is_found_by_unit_with_what_the_server_said(
    officer: Officer, office: County, post: PostOffice
) -> None:
    post.says[TOWNS[1].emails[0]] = ["550 no such user"]
    officer.follow("看要发的填报表").press("发出全部", password=mailserver.PASSWORD).waited()
    officer.follow("下发和退回").follow("看全部").press("找", unit="第2镇")
    assert "第1镇" not in officer.text
    assert "邮箱被拒收 550 no such user" in officer.text
