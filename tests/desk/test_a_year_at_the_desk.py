"""A whole small year at the desk, by clicks, keys and dropped files, leaves what the shown commands leave in a copy."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser as chromium
import county as kit
import mailserver
import pytest
from browser import Browser
from county import TODAY, TOWNS, YEAR, County
from mailserver import HOST, PASSWORD, Authority, Mailboxes, PostOffice
from sitting import Sitting, sitting

from gouji.collection.mail import outbox
from gouji.report.model import to_json

pytestmark = pytest.mark.slow

RIGHT, ASKED, WRONG, TWICE, LATE = TOWNS
NEW = "requests.new.natural"


class Year:
    """The year at the desk, and the same year in a copy, by the commands that the desk shows."""

    def __init__(self, officer: Sitting, desk: County, copy: County, monkeypatch: pytest.MonkeyPatch) -> None:
        self.officer, self.desk, self.copy, self._patch = officer, desk, copy, monkeypatch
        self.commands: list[str] = []

    def same(self, *, fails: int = 0) -> str:
        """Run the commands that the page shows in the copy, after what was dropped has come there as well."""
        lines = self.officer.commands()
        assert lines, self.officer.text
        self.commands += lines
        received = self.desk.folder / "回收"
        shutil.copytree(received, self.copy.folder / "回收", dirs_exist_ok=True)
        with self._patch.context() as patch:
            patch.setenv("GOUJI_MAIL_PASSWORD", PASSWORD)
            return "".join(self._run(line, fails) for line in lines)

    def _run(self, line: str, fails: int) -> str:
        program, *arguments = shlex.split(line)
        assert program == "gouji"
        here, there = str(self.desk.folder), str(self.copy.folder)
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
def office(authority: Authority, post: tuple[PostOffice, int], boxes: Mailboxes, tmp_path: Path) -> County:
    """An office that has its list of units and last year's reports, and nothing else."""
    (tmp_path / "desk").mkdir()
    office = County(tmp_path / "desk" / f"{YEAR} 年度", TOWNS)
    office.reported_last_year(TOWNS)
    mailserver.with_smtp(office.folder, authority, post[1], imap_host=HOST, imap_port=boxes.port)
    return office


@pytest.fixture
def year(office: County, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD", raising=False)
    monkeypatch.setattr(outbox, "PAUSES", (0.0, 0.0, 0.0))
    (tmp_path / "copy").mkdir()
    copy = office.copied(tmp_path / "copy" / office.folder.name)
    browser.wide(1366)
    with sitting(browser, office.folder, TODAY) as officer:
        yield Year(officer, office, copy, monkeypatch)


def test_a_whole_year_by_clicks_keys_and_dropped_files(
    year: Year, office: County, post: tuple[PostOffice, int], boxes: Mailboxes, tmp_path: Path
) -> None:
    officer = year.officer
    # The forms are made and sent.
    officer.open("").follow("现在去做").press("生成填报表和通知").worked()
    year.same()
    officer.follow("下发和退回").follow("看要发的填报表").type("密码", PASSWORD)
    officer.press("发出全部 5 封").worked()
    assert "已发出 5 封" in officer.text
    letters = sent(post[0])
    year.same()
    assert sent(post[0]) == letters

    # What the units send is dropped on the page: files, and a folder.
    arrives(year, tmp_path / "桌面")
    for name in ("第2镇", "第3镇"):
        assert name in officer.text

    # A figure is corrected by telephone, and the correction taken back, and made again.
    for again in (False, True):
        officer.open(f"unit/{WRONG.code}").follow("更正").pick(NEW)
        officer.type("本年新收", str(wanted(WRONG))).type("理由", "电话里说写错了").press("更正")
        year.same()
        if not again:
            officer.follow("撤销").type("理由", "按错了").press("撤销")
            year.same()
    # A question is explained on the page of all questions, an error let pass, a deadline extended.
    officer.follow("等您决定").tick(ASKED.name).type("说明", "电话问过，三件是补登的", within=ASKED.name)
    officer.press("代为说明", within=ASKED.name)
    year.same()
    officer.open(f"unit/{LATE.code}").follow("延期").type("截止日期", f"{YEAR + 1}-02-20").type("理由", "机构改革")
    officer.press("延期")
    year.same()


def arrives(year: Year, table: Path) -> None:
    """Drop what the units have sent so far on the page."""
    office = year.desk
    (table / "各镇" / "石桥").mkdir(parents=True)
    put(office, table / "第1镇.xlsx", RIGHT)
    put(office, table / "各镇" / "第2镇.xlsx", ASKED, disclosure__normative__made=7)
    put(office, table / "各镇" / "第3镇.xlsx", WRONG, requests__new__natural=7)
    put(office, table / "各镇" / "石桥" / "一.xlsx", TWICE)
    (table / "各镇" / "石桥" / "说明.pdf").write_bytes(b"%PDF-1.4 nothing")
    stranger = kit.with_unit(kit.answer(TWICE), code="999999999", name="某某镇人民政府")
    (table / "各镇" / "谁的.json").write_bytes(to_json(stranger))
    year.officer.follow("收表").drop(table / "第1镇.xlsx", table / "各镇")
    year.same()


def put(office: County, path: Path, unit: Any, **figures: Any) -> None:
    path.write_bytes(office.signed(kit.answer(unit, **figures)))


def wanted(unit: Any) -> Any:
    return dict(kit.answer(unit).figures)[NEW]


def sent(office: PostOffice) -> list[tuple[Any, ...]]:
    """Return what has been sent since the last question."""
    found = sorted((mail.to, mail.message["Subject"], mail.text, sorted(mail.files.items())) for mail in office.came)
    office.came.clear()
    return found
