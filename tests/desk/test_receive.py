"""Files come through the page whole and under safe names, and each one is named with what was found in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import mailserver
import odd_imap
import pytest
from county import TODAY, TOWNS, County, mail, with_unit
from officer import Officer, at_the_desk

from gouji.collection.ledger.ledger import Ledger
from gouji.desk import uploads
from gouji.desk.tasks import Task
from gouji.desk.views import receive as views
from gouji.runtime.errors import GoujiError

FIRST, SECOND, THIRD, *_ = TOWNS
THANKS = "From: town3@example.com\nSubject: Re\nContent-Type: text/plain; charset=utf-8\n\n收到，谢谢。\n".encode()
PASSWORD = "a-secret-word-of-one-use"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    county = County(tmp_path_factory.mktemp("receiving") / "year", TOWNS)
    county.run("issue")
    return county


@pytest.fixture(scope="module")
def right(issued: County) -> bytes:
    return issued.saved(FIRST, issued.filled(FIRST))


@pytest.fixture(scope="module")
def wrong(issued: County) -> bytes:
    return issued.saved(SECOND, issued.filled(SECOND, requests__granted__natural=99))


@pytest.fixture
def county(issued: County, tmp_path: Path) -> County:
    return issued.copied(tmp_path / "year")


@pytest.fixture
def officer(county: County) -> Iterator[Officer]:
    with at_the_desk(county.folder, TODAY) as officer:
        yield at(officer)


def at(officer: Officer, more: str = "") -> Officer:
    return officer.open(f"/year/{next(iter(officer.desk.years))}/receive{more}")


def sent(officer: Officer, *files: tuple[str, bytes], **typed: str) -> Officer:
    """Send files with the form and wait until they are collected."""
    return officer.press("收表", files={"files": [(name, data) for name, data in files]}, **typed).waited()


def rows(officer: Officer) -> dict[str, tuple[str, str]]:
    """Return what the table of files says: unit and verdict by name."""
    found = {}
    for row in officer.page.xpath("//table[contains(@class, 'came')]/tbody/tr"):
        name, unit, verdict, *_ = (" ".join(" ".join(cell.itertext()).split()) for cell in row)
        found[name] = (unit, verdict)
    return found


def uploaded(county: County) -> dict[str, bytes]:
    """Return what is in the folders of uploads, by path below 回收 without the time in it."""
    received = county.folder / "回收"
    return {
        "/".join(path.relative_to(received).parts[1:]): path.read_bytes()
        for path in received.glob("页面收的 */**/*")
        if path.is_file()
    }


def recorded(ledger: Ledger) -> tuple[object, object]:
    arrivals = {(one.sha256, one.source, one.container) for one in ledger.arrivals()}
    return arrivals, {(one.sha256, one.code, one.verdict) for one in ledger.submissions()}


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.xlsx", content)
    return data.getvalue()


def test_every_file_is_named_with_its_unit_and_what_was_found(
    officer: Officer, right: bytes, wrong: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = zipped(柳塘=wrong, 说明=b"PK\x03\x04 broken")
    sent(
        officer,
        ("甲.xlsx", right),
        ("包.zip", bundle),
        ("甲的副本.xlsx", right),
        ("空.xlsx", b""),
        ("话.txt", "你好".encode()),
        ("谢谢.eml", THANKS),
        ("没附.eml", mail("town3@example.com", [])),
    )
    found = rows(officer)
    assert found["甲.xlsx"][0] == FIRST.name
    assert found["甲.xlsx"][1].startswith(("通过", "请核实"))
    assert found["甲的副本.xlsx"][1].startswith("收过")
    assert found["包.zip"][1].startswith("已拆开")
    assert found["柳塘.xlsx"][0] == SECOND.name
    assert found["柳塘.xlsx"][1].startswith("必须改正")
    assert found["说明.xlsx"][1].startswith("读不出来")
    assert found["空.xlsx"][1].startswith("没有收 文件是空的")
    assert found["话.txt"][1].startswith("不是报送的")
    assert found["没附.eml"][1].startswith("没有拆出文件，请看 邮件没有附件")
    assert found["谢谢.eml"][1] == "不是报送的 里面没有报送的文件。"
    assert "看到 7 个文件" in officer.text
    monkeypatch.setattr(views, "_FEW", 0)  # as where many units are concerned
    assert rows(officer.open(officer.address)) == found
    assert FIRST.name in at(officer).text


def test_what_a_step_says_names_no_command_on_a_page(officer: Officer, county: County) -> None:
    stranger = with_unit(county.filled(FIRST), code="999999", name="邻水县高滩镇人民政府")
    sent(officer, ("高滩镇.xlsx", county.signed(stranger)))
    said, _, _ = officer.text.partition("同样的命令")
    assert "“邻水县高滩镇人民政府”（999999）不在名册里" in said
    assert "写法不同的，请指定。" in said
    assert "gouji" not in said


def test_the_page_does_what_its_command_does(officer: Officer, county: County, right: bytes, tmp_path: Path) -> None:
    by_command = county.copied(tmp_path / "by command")
    sent(officer, ("镇里/甲.xlsx", right))
    task = officer.desk.tasks.last
    assert task is not None
    for path, data in ((path, path.read_bytes()) for path in county.folder.glob("回收/*/**/*.xlsx")):
        target = by_command.folder / path.relative_to(county.folder)
        target.parent.mkdir(parents=True)
        target.write_bytes(data)
    by_command.run(*(word.replace(str(county.folder), str(by_command.folder)) for word in task.command))
    with county.ledger() as mine, by_command.ledger() as theirs:
        assert recorded(mine) == recorded(theirs)
    assert uploaded(county) == {"镇里/甲.xlsx": right}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../逃.xlsx", "逃.xlsx"),
        ("C:\\Users\\..\\con.xlsx", "C_/Users/_con.xlsx"),
        ("/etc/a:b?.xlsx ", "etc/a_b_.xlsx"),
        (".隐藏/x.xlsx", "_.隐藏/x.xlsx"),
        ("..", "未命名"),
        ("甲\0乙\n.xlsx", "甲 乙 .xlsx"),
        ("尾点./名. .xlsx", "尾点/名. .xlsx"),
    ],
)
def test_a_name_is_made_safe_and_leads_nowhere_else(tmp_path: Path, name: str, kept: str) -> None:
    (tmp_path / "回收").mkdir()
    upload = uploads.Uploads().begin(tmp_path, uploads.datetime.datetime.now())
    assert not upload.take(name, 0, io.BytesIO(b"1"))
    assert upload.folder is not None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [upload.folder / kept]


def test_a_name_that_this_system_cannot_write_is_kept_as_far_as_it_can(tmp_path: Path) -> None:
    upload = uploads.Upload(tmp_path, uploads.datetime.datetime.now())
    with mock.patch("sys.getfilesystemencoding", return_value="gbk"):
        assert not upload.take("熊猫🐼/甲🐼.xlsx", 0, io.BytesIO(b"1"))
    assert upload.folder is not None
    assert (upload.folder / "熊猫_" / "甲_.xlsx").exists()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    moment = uploads.datetime.datetime(2026, 1, 20, 9, 30, 5)
    first, second = (uploads.Upload(tmp_path, moment) for _ in range(2))
    for upload in (first, second):
        for name in ("甲/A.xlsx", "甲/a.XLSX", "甲/A.xlsx"):
            assert not upload.take(name, 0, io.BytesIO(name.encode()))
    assert sorted(str(path.relative_to(tmp_path / "回收")) for path in tmp_path.rglob("*") if path.is_file()) == [
        f"页面收的 2026-01-20 093005{number}/甲/{name}"
        for number in (" (2)", "")
        for name in ("A (3).xlsx", "A.xlsx", "a (2).XLSX")
    ]


def test_what_is_too_much_is_named_and_the_rest_is_kept(
    officer: Officer, county: County, right: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    monkeypatch.setattr(uploads, "LARGEST_FILE", len(right))
    deep = "/".join("一二三四五六七八九")
    sent(
        officer,
        ("甲.xlsx", right),
        (f"{deep}/深.xlsx", b"1"),
        ("大.xlsx", right + b"1"),
        ("乙.txt", b"1"),
        ("丙.txt", b"2"),
    )
    assert uploaded(county) == {"甲.xlsx": right, "乙.txt": b"1"}
    told = " ".join(officer.page.xpath("//*[@aria-labelledby='refused']")[0].itertext())
    assert "没有存下的 3 个" in told
    for name, why in (("深.xlsx", "太深"), ("大.xlsx", "超过"), ("丙.txt", "一次最多收 2 个文件")):
        assert name in told
        assert why in told


def test_a_full_disk_loses_only_what_did_not_fit(
    officer: Officer, county: County, right: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = uploads.write_aside

    def full(path: Path, data: bytes) -> None:
        if len(data) > 200_000:
            raise GoujiError("磁盘满了。")
        write(path, data)

    monkeypatch.setattr(uploads, "write_aside", full)
    sent(officer, ("大.bin", bytes(200_001)), ("甲.xlsx", right))
    assert "大.bin：磁盘满了。" in officer.text
    assert rows(officer)["甲.xlsx"][0] == FIRST.name


def test_what_was_uploaded_stays_where_another_command_is_at_work(
    officer: Officer, county: County, right: bytes
) -> None:
    with county.workspace.locked("备份"):
        sent(officer, ("甲.xlsx", right))
        assert "另一个命令正在使用" in officer.text
        assert "传来的 1 个文件留在“回收/页面收的" in officer.text
    assert rows(officer)["甲.xlsx"][1].startswith("没有收 还没有收完")
    assert "有 1 个文件还没有收" in at(officer).text
    officer.press("收“回收”文件夹").waited()
    assert any(unit == FIRST.name for unit, _ in rows(officer).values())
    assert "没有等着收的文件" in at(officer).text


def test_what_was_cancelled_is_finished_by_the_next_run(
    officer: Officer, county: County, right: bytes, wrong: bytes, tmp_path: Path
) -> None:
    plain = county.copied(tmp_path / "plain")
    watch = Task._watch

    def cancelled(task: Task, number: int, total: int, name: str) -> None:
        if name.startswith("核对"):
            task.cancel()
        watch(task, number, total, name)

    bundle = zipped(甲=right, 乙=wrong)
    with mock.patch.object(Task, "_watch", cancelled):
        sent(officer, ("包.zip", bundle))
    assert "已中断" in officer.text
    assert rows(officer)["甲.xlsx"][1].startswith("还没有核对")
    officer.press("再收一遍“回收”文件夹").waited()
    assert rows(officer)["乙.xlsx"][0] == SECOND.name
    target = plain.folder / next(county.folder.glob("回收/*/包.zip")).relative_to(county.folder)
    target.parent.mkdir()
    target.write_bytes(bundle)
    plain.run("collect")
    with county.ledger() as mine, plain.ledger() as theirs:
        assert recorded(mine) == recorded(theirs)


def test_a_script_sends_one_file_at_a_time(officer: Officer, county: County, right: bytes) -> None:
    data = officer.page.get_element_by_id("chosen").attrib

    def post(what: str, **fields: object) -> dict[str, str]:
        answer = officer.client.post(
            data[f"data-{what}"],
            base_url=officer.origin,
            data=fields,
            headers={"X-Desk-Token": data[f"data-{what}-token"], "Origin": officer.origin},
        )
        assert answer.status_code == 200
        return answer.get_json()  # type: ignore[no-any-return]

    upload = post("begin")["upload"]
    file = (io.BytesIO(right), "blob")
    assert post("one", upload=upload, path="镇/甲.xlsx", size=len(right), file=file) == {"trouble": ""}
    assert "超过" in post("one", upload=upload, path="大.zip", size=10**9)["trouble"]
    assert "浏览器读不出" in post("one", upload=upload, path="锁.xlsx", size=5)["trouble"]
    officer.press("收已经传来的", upload=upload).waited()
    assert rows(officer)["镇/甲.xlsx"][0] == FIRST.name
    assert "没有存下的 2 个" in officer.text
    assert uploaded(county) == {"镇/甲.xlsx": right}


def test_nothing_chosen_is_said(officer: Officer) -> None:
    assert "还没有选文件" in officer.press("收表").text


def set_mailbox(county: County, port: int) -> None:
    settings = county.folder / "设置.toml"
    before = settings.read_text(encoding="utf-8").partition("\n[mail]")[0]
    table = f'[mail]\naddress = "office@example.com"\nimap_host = "127.0.0.1"\nimap_port = {port}\n'
    settings.write_text(f'{before}\n{table}imap_security = "none"\n', encoding="utf-8")


def test_trouble_with_the_mailbox_is_said_and_the_rest_of_the_page_works(officer: Officer, county: County) -> None:
    set_mailbox(county, mailserver.free_port())
    at(officer).press("收邮件", password=PASSWORD).waited()
    assert "连不上邮件服务器" in officer.text
    set_mailbox(county, 99999)
    assert "imap_port" in at(officer).text
    assert "收“回收”文件夹" in officer.text


def test_mail_is_fetched_with_a_password_that_nobody_keeps(
    officer: Officer, county: County, right: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD", raising=False)
    assert "还没有设好收信的邮箱" in officer.text
    form = tmp_path / "年报.xlsx"
    form.write_bytes(right)
    with odd_imap.running({1: mail(FIRST.emails[0], [form])}) as server:
        set_mailbox(county, server.server_address[1])
        assert "请写上邮箱的密码" in at(officer).press("收邮件", since="2026-01-02").text
        assert officer.page.get_element_by_id("since").get("value") == "2026-01-02"
        officer.press("收邮件", password=PASSWORD, since="").waited()
    assert rows(officer)["年报.xlsx"][0] == FIRST.name
    assert "邮箱里有 1 封，新收 1 封" in officer.text
    task = officer.desk.tasks.last
    assert task is not None
    assert PASSWORD not in officer.answer.get_data(as_text=True)
    assert task._work is None
    assert not any(PASSWORD.encode() in path.read_bytes() for path in county.folder.rglob("*") if path.is_file())
