"""A whole small year at the desk, by clicks, keys and dropped files, leaves what the shown commands leave in a copy."""

from __future__ import annotations

import copy
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser as chromium
import county as kit
import mailserver
import openpyxl
import pytest
from browser import Browser
from county import TODAY, TOWNS, YEAR, County
from mailserver import HOST, PASSWORD, Authority, Mailboxes, PostOffice
from sitting import Sitting, sitting

from gouji.collection.mail import outbox
from gouji.collection.totals.totals import totals_of
from gouji.collection.workspace.folder import Workspace
from gouji.report.model import to_json

pytestmark = pytest.mark.slow

NEW = "requests.new.natural"


class Year:
    """The year at the desk, and the same year in a copy, by the commands that the desk shows."""

    def __init__(self, officer: Sitting, desk: County, other: County, monkeypatch: pytest.MonkeyPatch) -> None:
        self.officer, self.desk, self.copy, self._patch = officer, desk, other, monkeypatch

    def same(self, *, fails: int = 0) -> str:
        """Run the commands that the page shows in the copy, after what was dropped has come there as well."""
        lines = self.officer.commands()
        assert lines, self.officer.text
        received = self.desk.folder / "回收"
        shutil.copytree(received, self.copy.folder / "回收", dirs_exist_ok=True)
        with self._patch.context() as patch:
            patch.setenv("GOUJI_MAIL_PASSWORD", PASSWORD)
            return "".join(self._run(line, fails) for line in lines)

    def sent_the_same(self, post: PostOffice) -> None:
        """Send by the shown command too, and compare the mails that came."""
        mine = sent(post)
        assert mine
        self.same()
        assert sent(post) == mine

    def _run(self, line: str, fails: int) -> str:
        program, *arguments = shlex.split(line)
        assert program == "gouji"
        here, there = str(self.desk.folder.parent), str(self.copy.folder.parent)
        return self.copy.run(*(argument.replace(here, there) for argument in arguments), fails=fails)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def post(authority: Authority) -> Iterator[tuple[PostOffice, int]]:
    with mailserver.smtp(authority) as running:
        yield running


@pytest.fixture
def boxes(authority: Authority) -> Iterator[Mailboxes]:
    with mailserver.dovecot(authority) as running:
        yield running


@pytest.fixture
def officer(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitting]:
    """An officer who has no workspace yet, and a folder to make it in."""
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD", raising=False)
    monkeypatch.setattr(outbox, "PAUSES", (0.0, 0.0, 0.0))
    for name in ("desk", "made", "copy", "桌面"):
        (tmp_path / name).mkdir()
    browser.wide(1366)
    with sitting(browser, None, TODAY, tmp_path / "desk") as officer:
        yield officer


def test_a_whole_year_by_clicks_keys_and_dropped_files(
    officer: Sitting,
    authority: Authority,
    post: tuple[PostOffice, int],
    boxes: Mailboxes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = begun(officer, tmp_path)
    mailserver.with_smtp(desk.folder, authority, post[1], imap_host=HOST, imap_port=boxes.port)
    year = Year(officer, desk, desk.copied(tmp_path / "copy" / desk.folder.name), monkeypatch)
    last_year_is_brought(year, tmp_path / "上年")
    forms_go_out(year, post[0])
    files_are_dropped(year, tmp_path / "桌面")
    questions_are_answered(year)
    it_goes_back_and_comes_again(year, post[0], boxes, tmp_path / "桌面")
    assert set(desk.states().values()) == {"done"}
    the_year_ends(year)
    assert officer.complaints() == []
    assert officer.strangers() == []
    same(desk, year.copy)


def begun(officer: Sitting, tmp_path: Path) -> County:
    """Make the workspace from the office's own list of units, and compare it with one made by the shown command."""
    listed = tmp_path / "通讯录.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "联系人", "手机", "邮箱"])
    for unit in TOWNS:
        book.active.append([unit.name, unit.contact, "13800000000", unit.emails[0]])
    book.save(listed)
    officer.open("/").type("年度", str(YEAR)).type("主管部门全称", kit.OFFICE).type("联系人", "张三")
    officer.type("联系电话", "0375-7654321").type("单位名单", str(listed)).type("截止日期", f"{YEAR + 1}-01-31")
    officer.type("文件夹的名称", f"{YEAR} 年度").press("新建").worked()
    (folder,) = officer.desk.years.values()
    county = County.__new__(County)
    county.folder, county.year, county.members = folder, YEAR, list(Workspace(folder).roster.active)
    assert [unit.name for unit in county.members] == [unit.name for unit in TOWNS]
    (line,) = officer.commands()
    shutil.copy(listed, tmp_path / "made")
    other = copy.copy(county)
    other.folder = tmp_path / "made" / "none"
    arguments = [argument.replace(str(folder), str(tmp_path / "made" / "year")) for argument in shlex.split(line)[1:]]
    other.run(*arguments)
    assert list(Workspace(tmp_path / "made" / "year").roster.active) == county.members
    for name in ("设置.toml", "名册.xlsx"):
        assert (tmp_path / "made" / "year" / name).read_bytes() == (folder / name).read_bytes()
    return county


def last_year_is_brought(year: Year, folder: Path) -> None:
    folder.mkdir()
    files = [folder / f"{unit.code}.json" for unit in year.desk.members]
    for unit, file in zip(year.desk.members, files, strict=True):
        file.write_bytes(to_json(kit.last_year(kit.answer(unit))))
    year.officer.open("first").type("选文件", "\n".join(map(str, files))).press("导入").worked()
    for file in files:
        shutil.copy(file, year.copy.folder)
    year.same()
    for file in files:
        (year.copy.folder / file.name).unlink()


def forms_go_out(year: Year, post: PostOffice) -> None:
    year.officer.open("").follow("现在去做").press("生成填报表和通知").worked()
    year.same()
    assert year.desk.made("下发") == year.copy.made("下发")
    year.officer.follow("下发和退回").follow("看要发的填报表").type("密码", PASSWORD)
    year.officer.press("发出全部 5 封").worked()
    assert "已发出 5 封" in year.officer.text
    year.sent_the_same(post)


def files_are_dropped(year: Year, table: Path) -> None:
    """Drop what the units have sent so far on the page: a file, and a folder in which more lie."""
    right, asked, wrong, twice, late = year.desk.members
    (table / "各镇" / "石桥").mkdir(parents=True)
    put(year, table / "第1镇.xlsx", right)
    put(year, table / "各镇" / "第2镇.xlsx", asked, disclosure__normative__made=7)
    put(year, table / "各镇" / "第3镇.xlsx", wrong, requests__new__natural=7)
    put(year, table / "各镇" / "石桥" / "一.xlsx", twice)
    put(year, table / "各镇" / "第5镇.xlsx", late, requests__new__natural=8)
    (table / "各镇" / "石桥" / "说明.pdf").write_bytes(b"%PDF-1.4 nothing")
    stranger = kit.with_unit(kit.answer(twice, disclosure__licensing__decisions=5), code="999999999", name="某某镇")
    (table / "各镇" / "谁的.json").write_bytes(to_json(stranger))
    year.officer.follow("收表").drop(table / "第1镇.xlsx", table / "各镇")
    for unit in year.desk.members:
        assert unit.name in year.officer.text
    year.same()


def questions_are_answered(year: Year) -> None:
    officer = year.officer
    right, asked, wrong, twice, late = year.desk.members
    # A figure is corrected by telephone, the correction taken back, and made again.
    for again in (False, True):
        officer.open(f"unit/{wrong.code}").follow("更正").pick(NEW)
        officer.type("本年新收", str(dict(kit.answer(wrong).figures)[NEW])).type("理由", "电话里说写错了").press("更正")
        year.same()
        if not again:
            officer.follow("撤销").type("理由", "按错了").press("撤销")
            year.same()
    # A question is explained on the page of all of them, a deadline extended, an error let pass.
    officer.follow("等您决定").tick(asked.name).type("说明", "电话问过，有三件是补登的", within=asked.name)
    officer.press("代为说明", within=asked.name)
    year.same()
    officer.open(f"unit/{late.code}").follow("延期").type("截止日期", f"{YEAR + 1}-02-20").type("理由", "机构改革")
    officer.press("延期")
    year.same()
    officer.open(f"unit/{late.code}").follow("放行").type("理由", "已经公布，来不及改").press("放行")
    year.same()
    # The file of nobody is somebody's, and is chosen between.
    officer.follow("等您决定").follow("指定单位", within="谁的.json").type("是哪个单位的", twice.name).press("指定单位")
    year.same()
    officer.open(f"unit/{twice.code}").follow("不采用", within="谁的.json").type("理由", "是旧的").press("不采用")
    year.same()
    officer.open(f"unit/{twice.code}").follow("采用", within="一.xlsx").press("采用")
    year.same()
    # A cell is remarked on.
    officer.open(f"do/remark?unit={right.code}").pick(NEW).type("意见", "比上年多很多，请核对").press("提出意见")
    year.same()


def it_goes_back_and_comes_again(year: Year, post: PostOffice, boxes: Mailboxes, table: Path) -> None:
    officer, right = year.officer, year.desk.members[0]
    officer.follow("下发和退回").press("生成全部退回的文件").worked()
    year.same()
    assert files(year.desk.folder / "退回") == files(year.copy.folder / "退回") != {}
    officer.follow("下发和退回").follow("看要发的催报").type("密码", PASSWORD).press("发出全部 1 封").worked()
    year.sent_the_same(post)
    carried, new = "requests.carried_out.natural", dict(kit.answer(right).figures)
    right_now = {"requests__new__natural": new[NEW] + 1, "requests__carried_out__natural": new[carried] + 1}
    put(year, table / "改好的.xlsx", right, **right_now)
    boxes.deliver(kit.mail(right.emails[0], [table / "改好的.xlsx"], day=21))
    officer.follow("收表").type("邮箱的密码", PASSWORD).press("收邮件").worked()
    assert "改好的.xlsx" in officer.text
    year.same()
    officer.follow("下发和退回").follow("看要发的回执").type("密码", PASSWORD).press("发出全部 1 封").worked()
    year.sent_the_same(post)


def the_year_ends(year: Year) -> None:
    officer = year.officer
    officer.follow("汇总和报告").tick("同时生成本级的汇总填报表").tick("同时生成工作底稿")
    officer.press("汇总", within="同时生成本级").worked()
    year.same(fails=1)  # an error of a unit was let pass, and the totals say so
    officer.open("finish").tick("放进一个压缩包").press("生成 Word 报告").worked()
    year.same()
    officer.open("finish").press("生成网页和数据").worked()
    year.same()
    officer.open("finish").press("生成看板").worked()
    year.same()
    officer.open("finish").press("写通报").worked()
    year.same()
    officer.open("finish").press("现在备份").worked()
    year.same()
    officer.open("finish").press("新建下一年度")
    year.same()


# ---------------------------------------------------------------- the same


def same(one: County, other: County) -> None:
    """Compare what the two years hold, but for the moments at which it was done."""
    assert decided(one) == decided(other)
    assert len(decided(one)) > 9
    assert one.status()["units"] == other.status()["units"]
    assert added_up(one) == added_up(other)
    for folder in ("下发", "报告", "汇总"):
        mine, theirs = files(one.folder / folder), files(other.folder / folder)
        assert mine.keys() == theirs.keys()
        assert mine
        if folder != "汇总":
            assert [name for name in mine if mine[name] != theirs[name]] == []
    assert beside(one) == beside(other)
    (after,) = [path for path in one.folder.parent.iterdir() if path.is_dir() and path != one.folder]
    for name in ("名册.xlsx", "设置.toml"):
        assert (after / name).read_bytes() == (other.folder.parent / after.name / name).read_bytes()
    assert files(after / "上年").keys() == files(other.folder.parent / after.name / "上年").keys()


def beside(county: County) -> set[tuple[str, ...]]:
    """Return the names beside a workspace; that of a backup says when it was made."""
    return {path.name.partition("_备份_")[:2] for path in county.folder.parent.iterdir()}


def decided(county: County) -> list[tuple[object, ...]]:
    with county.ledger() as ledger:
        return [
            (one.id, one.kind, one.code, one.sha256, one.finding, one.fingerprint, one.target, one.reason)
            for one in ledger.decisions()
        ]


def added_up(county: County) -> dict[str, Any]:
    return dict(totals_of(county.workspace).figures)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(year: Year, path: Path, unit: Any, **figures: Any) -> None:
    path.write_bytes(year.desk.signed(kit.answer(unit, **figures)))


def sent(office: PostOffice) -> list[tuple[Any, ...]]:
    """Return what has been sent since the last question."""
    found = sorted((mail.to, mail.message["Subject"], mail.text, sorted(mail.files.items())) for mail in office.came)
    office.came.clear()
    return found
