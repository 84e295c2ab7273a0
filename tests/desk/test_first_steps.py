"""The door of the desk: years that are there are opened, and a new one is made from what an officer has."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from county import OFFICE, TODAY, TOWNS, YEAR, County, answer
from county import last_year as of_last_year
from disks import filled, small_disk
from mailserver import HOST, PASSWORD, Authority, PostOffice, smtp
from officer import Officer, at_the_desk
from pace import slow

from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.settings import deadline_of
from gouji.report.model import to_json

OURS = "office@example.com"


@pytest.fixture(autouse=True)
def _nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    (tmp_path / "lent").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "lent"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "公开"
    folder.mkdir()
    return folder


@pytest.fixture
def officer(home: Path) -> Iterator[Officer]:
    with at_the_desk(None, TODAY, home) as officer:
        yield officer


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[PostOffice, int]]:
    folder = Path(tempfile.mkdtemp())
    with smtp(Authority(folder), "none") as running:
        yield running
    shutil.rmtree(folder)


def units(*names: str) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (("序号", "单位名称", "联系电话"), *((number, name, "123") for number, name in enumerate(names, 1))):
        book.active.append(row)
    book.save(data)
    return data.getvalue()


LIST = units("丰泽县教育局", "丰泽县民政局", "柳塘镇人民政府")


def made(officer: Officer, data: bytes = b"", words: str = "新建", **typed: str) -> Officer:
    files = {"contacts": [("通讯录.xlsx", data)]} if data else None
    fields = {"office": OFFICE, **typed}
    officer.press(words, files=files, **fields)
    return officer.waited() if officer.address.startswith("/task") else officer


def values(officer: Officer) -> dict[str, str]:
    form = next(form for form in officer.page.forms if form.get("action") == "/years/new")
    return {name: value or "" for name, value in form.form_values()}


def lent(tmp_path: Path) -> list[Path]:
    """Return what is left of the files that came through a form; worker processes have folders of their own there."""
    return list((tmp_path / "lent").glob("gouji-*"))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "双击开始")) and path.name != "签发密钥.txt"
    }


def test_from_a_list_of_units_to_the_first_step_in_one_form(officer: Officer, home: Path, tmp_path: Path) -> None:
    assert officer.address == "/years"
    made(officer, LIST, contact="张三", phone="0375-1234567")
    assert officer.address.startswith("/year/")
    assert "/first" in officer.address
    workspace = Workspace(home / f"年报{YEAR}")
    assert (workspace.settings.office, workspace.settings.contact) == (OFFICE, "张三")
    assert workspace.settings.deadline == deadline_of(YEAR)
    assert len(workspace.roster.members) == 3
    for words in ("照“通讯录.xlsx”拟了名册", "看出 3 个单位", "3 个单位要报送", "同样的命令", "去下发"):
        assert words in officer.text
    assert lent(tmp_path) == []
    officer.follow("总览").follow("第一步")
    assert "看出 3 个单位" in officer.text


def test_the_new_year_is_the_same_as_the_shown_command_makes(officer: Officer, home: Path, tmp_path: Path) -> None:
    made(officer, LIST, contact="张三 李四", deadline=f"{YEAR + 1}-02-10", name="今年")
    shown = officer.page.xpath("//details[@class='command']//code")[0].text
    folder = home / "今年"
    assert shown.startswith(f"gouji init {folder} --roster 通讯录.xlsx --office {OFFICE} --year {YEAR}")
    (tmp_path / "通讯录.xlsx").write_bytes(LIST)
    County.run(
        _Shell(tmp_path),  # type: ignore[arg-type]
        *("init", "同样", "--roster", "通讯录.xlsx", "--office", OFFICE, "--year", YEAR),
        *("--deadline", f"{YEAR + 1}-02-10", "--contact", "张三 李四"),
    )
    assert tree(folder).keys() == tree(tmp_path / "同样").keys()
    ours, theirs = tree(folder), tree(tmp_path / "同样")
    assert {name for name in ours if ours[name] != theirs[name] and name != "台账.sqlite"} == set()


class _Shell:
    """A folder in which commands are run."""

    today = TODAY

    def __init__(self, folder: Path) -> None:
        self.folder = folder


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"year": "20255"}, "四位数的年份"),
        ({"year": "1925"}, "四位数的年份"),
        ({"office": ""}, "请写主管部门全称"),
        ({"deadline": "明天"}, "不是日期"),
        ({"deadline": f"{YEAR - 3}-01-01"}, "对不上"),
        ({"deadline": f"{YEAR}-01-15"}, "对不上"),
        ({"address": "office@example.com"}, "不认识"),
        ({"address": "办公室", "smtp_host": HOST}, "全角"),
        ({"address": OURS, "smtp_host": HOST, "smtp_port": "abc"}, "应当是数字"),
        ({"smtp_host": HOST}, "没有写邮箱地址"),
    ],
)
def test_what_is_wrong_is_said_with_everything_typed_kept(
    officer: Officer, home: Path, tmp_path: Path, typed: dict[str, str], says: str
) -> None:
    made(officer, LIST, phone="0375-7654321", password="not-kept", **typed)
    assert says in officer.text
    assert values(officer)["phone"] == "0375-7654321"
    assert all(values(officer)[name] == value for name, value in typed.items())
    assert "刚才选的是“通讯录.xlsx”" in officer.text
    assert "not-kept" not in officer.answer.get_data(as_text=True)
    assert list(home.iterdir()) == lent(tmp_path) == []


def test_a_list_that_cannot_be_understood_makes_nothing(officer: Officer, home: Path, tmp_path: Path) -> None:
    for data in (units(), b"PK\x03\x04 broken", "随便写的".encode()):
        made(officer, data, phone="0375-7654321")
        assert officer.page.xpath("//p[@role='alert']")
        assert values(officer)["phone"] == "0375-7654321"
    assert list(home.iterdir()) == lent(tmp_path) == []
    made(officer, LIST)
    assert "看出 3 个单位" in officer.text


def test_a_folder_that_is_there_is_left_alone(officer: Officer, home: Path) -> None:
    made(officer)
    made(officer.open("/years"))
    assert "已经是工作文件夹" in officer.text
    (home / "照片").mkdir()
    (home / "照片" / "1.jpg").write_bytes(b"1")
    made_named(officer, "照片")
    assert "里面有别的东西" in officer.text
    (home / "文件").write_text("1")
    made_named(officer, "文件")
    assert "没有改动" in officer.text
    made_named(officer, "../../出去/年报:2")
    assert (home / "年报_2" / "设置.toml").is_file()
    assert {path.name for path in home.iterdir()} == {f"年报{YEAR}", "照片", "文件", "年报_2"}


def made_named(officer: Officer, folder: str) -> None:
    officer.open("/years").press("新建", office=OFFICE, name=folder)
    if officer.address.startswith("/task"):
        officer.waited()


def test_a_place_that_cannot_be_written_is_named(officer: Officer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "refused", str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refuse)
        made(officer, phone="0375-7654321")
    assert officer.page.xpath("//p[@role='alert']")
    assert "程序出了错" not in officer.text
    assert values(officer)["phone"] == "0375-7654321"
    made(officer)
    assert Workspace(home / f"年报{YEAR}").settings.year == YEAR


@pytest.mark.parametrize("free", [slow(4), 32, slow(100)])
def test_a_full_disk_is_named_and_the_year_completed_when_there_is_space(tmp_path: Path, free: int) -> None:
    with small_disk(tmp_path / "小盘") as disk, at_the_desk(None, TODAY, disk) as officer:
        with filled(disk, free * 1024):
            made(officer, LIST, phone="0375-7654321")
            assert "磁盘满了" in officer.text
            assert values(officer)["phone"] == "0375-7654321"
        made(officer, LIST)
        assert "3 个单位要报送" in officer.text


def test_a_mailbox_is_tried_at_once_and_can_be_left_for_later(
    officer: Officer, home: Path, post: tuple[PostOffice, int]
) -> None:
    office, port = post
    mail = {"address": OURS, "smtp_host": HOST, "smtp_port": str(port), "smtp_security": "none"}
    made(officer, LIST, password="wrong-word", **mail)
    assert "不接受 office@example.com 的密码" in officer.text
    assert "wrong-word" not in officer.answer.get_data(as_text=True)
    assert values(officer)["smtp_port"] == str(port)
    assert list(home.iterdir()) == []
    made(officer, LIST, "再试", password=PASSWORD, smtp_security="none")
    assert f"发信服务器 {HOST} 能登录" in officer.text
    assert office.came == []
    mailbox = Workspace(home / f"年报{YEAR}").mailbox
    assert mailbox is not None
    assert mailbox.smtp is not None
    assert mailbox.smtp.port == port
    for path in home.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()
    officer.press("试一试", password="wrong-word").waited()
    assert "不接受 office@example.com 的密码" in officer.text
    officer.press("试一试", password=PASSWORD).waited()
    assert f"发信服务器 {HOST} 能登录" in officer.text
    made(officer.open("/years"), name="另一个", password="wrong-word", **mail)
    made(officer, words="先不管邮箱", smtp_security="none")
    assert "还没有试" in officer.text
    assert Workspace(home / "另一个").mailbox == mailbox


def test_a_mailbox_is_set_and_changed_on_the_page_of_first_steps(tmp_path: Path, post: tuple[PostOffice, int]) -> None:
    county, (_, port) = County(tmp_path / "年报", TOWNS), post
    before = county.workspace.settings
    with at_the_desk(county.folder, TODAY) as officer:
        officer.open(officer.address + "first").press("写进设置", address=OURS, password=PASSWORD)
        assert "不认识" in officer.text
        assert county.workspace.mailbox is None
        officer.press("写进设置", smtp_host=HOST, smtp_port=str(port), smtp_security="none", password="wrong-word")
        assert "邮箱写进了“设置.toml”" in officer.waited().text
        assert "不接受 office@example.com 的密码" in officer.text
        settings = (county.folder / "设置.toml").read_bytes()
        officer.press("试一试", password=PASSWORD).waited()
        assert "能登录" in officer.text
        assert "写进了" not in officer.text
        assert (county.folder / "设置.toml").read_bytes() == settings
        officer.press("试一试", sender="办公室", password=PASSWORD).waited()
        assert "能登录" in officer.text
        mailbox = county.workspace.mailbox
        assert mailbox is not None
        assert mailbox.name == "办公室"
        assert county.workspace.settings == before
        with (county.folder / "设置.toml").open("a", encoding="utf-8") as file:
            file.write("per_minute = 5\n")
        officer.open(officer.address).press("试一试", sender="另一个", password=PASSWORD).waited()
        assert "还写了 per_minute，没有改动" in officer.text


def test_years_that_are_there_are_opened_by_the_list_of_the_server(home: Path) -> None:
    County(home / "年报", TOWNS)
    shutil.copytree(home / "年报", home / "坏的")
    (home / "坏的" / "设置.toml").write_text("office = ")
    County(home / "前年", TOWNS[:1], year=YEAR - 1)
    with at_the_desk(None, TODAY, home) as officer:
        buttons = [" ".join(one.text_content().split()) for one in officer.page.xpath("//ul//button")]
        assert buttons == [f"打开 {YEAR} 年度", f"打开 {YEAR - 1} 年度", "打开"]
        officer.press(f"打开 {YEAR - 1} 年度")
        assert officer.address.startswith("/year/")
        assert f"{YEAR - 1} 年度" in officer.text
        officer.follow("打开别的年度").press(f"打开 {YEAR} 年度")
        assert len(officer.desk.years) == 2
        form = officer.open("/years").page.xpath("//form[@action='/years/open']")[0]
        sent = {"token": dict(form.form_values())["token"], "key": str(home / "年报")}
        answer = officer.client.post("/years/open", data=sent, base_url=officer.origin)
        assert answer.status_code == 409
        assert len(officer.desk.years) == 2


def test_a_year_continues_last_years(home: Path) -> None:
    County(home / "上一年", TOWNS, year=YEAR - 1)
    with at_the_desk(None, TODAY, home) as officer:
        (last,) = [one for one in officer.page.xpath("//select[@id='after']/option/@value") if one]
        made(officer, LIST, after=last)
        assert "名册接上年的" in officer.text
        made(officer, office="", after=last, year=str(YEAR + 2))
        assert "下一年度不是" in officer.text
        made(officer, office="", after=last, year=str(YEAR))
        assert f"{len(TOWNS)} 个单位要报送" in officer.text
        settings = Workspace(home / f"年报{YEAR}").settings
        assert (settings.office, settings.contact, settings.deadline) == (OFFICE, "张三", deadline_of(YEAR))


def test_a_new_year_stands_beside_a_bundle_and_beside_a_year_not_inside(home: Path) -> None:
    (home / "勾稽 便携").mkdir()
    (home / "勾稽 便携" / "gouji.bat").write_bytes(b"")
    County(home / "旧的", TOWNS[:1], year=YEAR - 1)
    for place in ("勾稽 便携", "旧的"):
        with at_the_desk(None, TODAY, home / place) as officer:
            made_named(officer, f"在{place}外面")
            assert (home / f"在{place}外面" / "设置.toml").is_file()


def test_wrong_settings_and_a_wrong_roster_are_said_and_mended_by_a_reload(tmp_path: Path) -> None:
    county = County(tmp_path / "年报", TOWNS)
    settings, roster = county.folder / "设置.toml", county.folder / "名册.xlsx"
    before, listed = settings.read_bytes(), roster.read_bytes()
    with at_the_desk(county.folder, TODAY) as officer:
        first = officer.address + "first"
        settings.write_text("office = \nyear = 三", encoding="utf-8")
        for address in ("/", first):
            officer.open(address)
            assert "设置.toml" in officer.text
            assert "打开工作文件夹" in officer.text
        settings.write_bytes(before)
        book = openpyxl.load_workbook(roster)
        book["名册"]["A5"].value = "中文代码"
        book["名册"]["D4"].value = "没有的级别"
        book.save(roster)
        officer.open("/")
        assert re.search(r"A5.*不能作代码", officer.text)
        officer.follow("看看名册和设置")
        assert re.search(r"A5.*不能作代码", officer.text)
        assert "没有“没有的级别”这个级别" in officer.text
        roster.write_bytes(listed)
        officer.open("/")
        assert "接下来" in officer.text
        assert f"{len(TOWNS)} 个单位要报送" in officer.open(first).text


@pytest.mark.slow
def test_last_years_reports_are_kept_and_the_files_of_the_form_removed(tmp_path: Path) -> None:
    county = County(tmp_path / "年报", TOWNS)
    reports = [(f"{town.code}.json", to_json(of_last_year(answer(town)))) for town in TOWNS]
    with at_the_desk(county.folder, TODAY) as officer:
        officer.open(officer.address + "first").press("导入")
        assert "还没有选文件" in officer.text
        officer.press("导入", files={"files": reports}).waited()
        assert f"已导入上年的报告 {len(TOWNS)} 份" in officer.text
        assert f"有 {len(TOWNS)} 份上年的报告" in officer.text
    assert len(list((county.folder / "上年").iterdir())) == len(TOWNS)
    assert lent(tmp_path) == []
    assert list((county.folder / "回收").iterdir()) == []
