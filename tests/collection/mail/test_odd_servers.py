"""Fetching from IMAP servers that break the rules: one sentence for each oddity, and the other messages are fetched."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import odd_imap
import pytest
from cancelling import cancel
from county import TODAY, County, mail, member
from odd_imap import OddServer, literal
from pace import slow

from gouji.collection.mail import fetch as fetching
from gouji.collection.mail import imap
from gouji.collection.steps.collecting import fetch
from gouji.runtime.files import LARGEST_FILE

TOWNS = [member(number) for number in range(1, 5)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> County:
    return County(tmp_path_factory.mktemp("office") / "年报", TOWNS)


@pytest.fixture
def server() -> Iterator[OddServer]:
    messages = {uid: mail(town.emails[0], [], subject=town.name) for uid, town in enumerate(TOWNS, 1)}
    with odd_imap.running(messages) as running:
        yield running


@pytest.fixture
def office(made: County, tmp_path: Path, server: OddServer, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "x")
    office = made.copied(tmp_path / "年报")
    settings = office.folder / "设置.toml"
    table = f"""
[mail]
address = "office@example.com"
imap_host = "{odd_imap.HOST}"
imap_port = {server.server_address[1]}
imap_security = "none"
"""
    settings.write_text(settings.read_text(encoding="utf-8").partition("\n[mail]")[0] + table, encoding="utf-8")
    return office


def fetched(office: County) -> list[str]:
    """Return the numbers of the messages that are on the disk."""
    return sorted(path.stem.rpartition("_")[2] for path in (office.folder / "回收" / "邮件").glob("*.eml"))


def received(office: County) -> dict[str, str]:
    """Return when the server received each mail, by its number."""
    with office.ledger() as ledger:
        return {arrival.name[:-4].rpartition("_")[2]: arrival.received for arrival in ledger.arrivals()}


def test_the_time_of_receipt_is_the_servers(office: County, server: OddServer) -> None:
    server.dates[2] = '"11-Jan-2025 00:00:00 +0000"'
    office.run("fetch")
    assert received(office) == {
        "1": "2025-01-10T01:12:33",
        "2": "2025-01-11T00:00:00",
        "3": "2025-01-10T01:12:33",
        "4": "2025-01-10T01:12:33",
    }


@pytest.mark.parametrize("validity", [None, "[UIDVALIDITY x]"], ids=["none", "no number"])
def test_without_uidvalidity_mails_are_known_by_their_content(
    office: County, server: OddServer, validity: str | None
) -> None:
    server.validity = validity
    output = office.run("fetch")
    assert output.count("UIDVALIDITY") == 1
    assert "新收 4 封" in output
    server.messages.update({1: mail("new@example.com", [], subject="新"), 5: server.messages[1]})
    assert "新收 1 封，内容收过的 4 封" in office.run("fetch", "--mark-seen")
    assert fetched(office) == ["1", "1", "2", "3", "4"]
    assert server.flagged == ["1,2,3,4,5"]


@pytest.mark.parametrize(
    "date",
    [
        "",
        slow("NIL"),
        slow('""'),
        slow('"yesterday"'),
        slow("17"),
        slow('"01-Jan-1970 00:00:00 +0000"'),
        slow('"10-Jan-2825 09:12:33 +0800"'),
        '"99-Foo-99999 99:99:99 +9999999"',
        '("10-Jan-2025" x)',
    ],
)
def test_a_mail_without_a_date_of_receipt_is_fetched(office: County, server: OddServer, date: str) -> None:
    server.dates[2] = date
    output = office.run("fetch")
    assert output.count("收到的时间（第 2 号）") == 1
    assert fetched(office) == ["1", "2", "3", "4"]
    assert received(office)["2"] == ""
    assert received(office)["3"] == "2025-01-10T01:12:33"
    assert "新收 0 封" in office.run("fetch")


def test_a_literal_that_is_far_larger_than_announced_is_not_read(office: County, server: OddServer) -> None:
    server.bodies[2] = lambda data: b"{%d}\r\n%s" % (10**12, data)
    tracemalloc.start()
    output = office.run("fetch")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert output.count("第 2 号邮件（比服务器说的大") == 1
    assert fetched(office) == ["1", "3", "4"]
    assert peak < 2 * LARGEST_FILE
    assert "第 2 号" not in office.run("fetch")


def test_more_than_was_asked_for_is_not_read(
    office: County, server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (imap, fetching):
        monkeypatch.setattr(module, "LARGEST_FILE", 2000)
    server.messages[2] += b"x" * 5000
    server.sizes[2] = 100
    assert "第 2 号邮件（比服务器说的大" in office.run("fetch")
    assert fetched(office) == ["1", "3", "4"]


@pytest.mark.parametrize(
    "body",
    [
        slow(lambda data: b"{10}\r\n" + data),
        lambda data: b"{10}\r\n" + b"x" * 3_000_000,
        slow(lambda data: b'"unfinished'),
        slow(lambda data: b"{x}\r\n" + data),
        lambda data: b"(((" + b" 1" * 100,
    ],
    ids=[
        "more than announced",
        "far more than announced",
        "half an answer",
        "no length",
        "nonsense",
    ],
)
def test_an_answer_that_makes_no_sense_costs_one_message(
    office: County, server: OddServer, body: odd_imap.Body
) -> None:
    server.bodies[2] = body
    output = office.run("fetch")
    assert output.count("第 2 号邮件没有收：服务器的回答不对") == 1
    assert fetched(office) == ["1", "3", "4"]
    server.bodies[2] = literal
    assert "新收 1 封" in office.run("fetch")
    assert fetched(office) == ["1", "2", "3", "4"]


def test_a_server_that_falls_silent_in_a_message_costs_that_message(
    office: County, server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "PATIENCE", 2)
    server.bodies[2] = lambda data: b"{5000}\r\n" + data
    assert "第 2 号邮件没有收：服务器的回答不对" in office.run("fetch")
    assert fetched(office) == ["1", "3", "4"]


def test_a_message_whose_size_is_not_stated_is_fetched(office: County, server: OddServer) -> None:
    server.sizes[3] = None
    assert "新收 4 封" in office.run("fetch")


def test_a_server_that_makes_no_sense_at_all_is_left(office: County, server: OddServer) -> None:
    server.bodies = {uid: lambda data: b"{10}\r\n" + data for uid in (2, 3, 4)}
    output = office.run("fetch", fails=2)
    first, *_, last = output.splitlines()
    assert first == "邮箱里有 4 封，新收 1 封，在“回收/邮件”。"
    assert last.startswith("gouji：")
    assert last.endswith("已经收下的没有受影响，请把同一个命令再运行一遍。")
    assert server.connections < 12


def test_what_was_fetched_is_told_where_it_cannot_be_collected(office: County, server: OddServer) -> None:
    (office.folder / "名册.xlsx").write_bytes(b"broken")
    output = office.run("fetch", fails=2).splitlines()
    assert output[0] == "邮箱里有 4 封，新收 4 封，在“回收/邮件”。"
    assert output[1].startswith("gouji：“名册.xlsx”：不是能读取的 Excel 工作簿")
    assert len(output) == 2


@pytest.mark.parametrize("stage", ["收邮件", "归档"])
def test_fetching_that_is_cancelled_continues(office: County, server: OddServer, stage: str) -> None:
    cancel(fetch, office.workspace, at=stage, today=TODAY)
    assert "看到 4 个文件，新收 4 个。" in office.run("fetch")
    assert fetched(office) == ["1", "2", "3", "4"]


def test_a_connection_that_breaks_once_costs_nothing(office: County, server: OddServer) -> None:
    broken = iter([b"(((" + b" 1" * 100])
    server.bodies[2] = lambda data: next(broken, literal(data))
    output = office.run("fetch")
    assert "新收 4 封" in output
    assert "第 2 号" not in output
