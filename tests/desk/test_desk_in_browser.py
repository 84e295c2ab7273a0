"""The desk in a real browser: by keys alone, for a screen reader, in any window, with and without script."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from pathlib import Path

import browser as chromium
import pytest
from browser import Browser
from county import TODAY, TOWNS, County
from sitting import Sitting, sitting

from gouji.collection.steps.outcome import Line, Outcome
from gouji.desk.tasks import Task

pytestmark = pytest.mark.slow

RIGHT, ASKED, WRONG, TWICE, SILENT = TOWNS
LONG = "超长的名称" * 30
WIDTHS = (390, 1366, 1920)
PAGES = (
    *("", "units", "units?state=wrong", "questions", "decisions", "send", "send/forms", "send/reminders"),
    *("send/answers", "send/sent", "receive", "receive/run/1", "finish", "finish/totals", "preview", "alike", "years"),
    *(f"unit/{unit.code}" for unit in TOWNS),
    f"years?unit={RIGHT.code}",
    f"do/amend?unit={WRONG.code}&cell=requests.new.natural",
    f"do/remark?unit={ASKED.code}&cell=requests.new.natural",
    f"do/waive?unit={WRONG.code}&rule=requests.balance",
    f"do/explain?unit={ASKED.code}&rule=stock",
    f"do/extend?unit={SILENT.code}",
    f"do/send_back?unit={WRONG.code}",
    "do/undo?number=1",
    *("first", "/years", "no-such-page", "/no-such-page"),
)
"""Pages of the year below, and one that there is not."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A year with something on each page: all states of units, a file of nobody, a decision, totals."""
    county = County(tmp_path_factory.mktemp("busy") / "2025 年度", TOWNS)
    county.reported_last_year(TOWNS)
    county.run("issue")
    county.writes(RIGHT)
    county.writes(ASKED, disclosure__normative__made=7)
    county.writes(WRONG, requests__new__natural=7)
    county.writes(TWICE)
    county.run("collect")
    county.writes(TWICE, name="又一份.xlsx", requests__new__natural=9)
    (county.folder / "回收" / f"{LONG[:60]}.pdf").write_bytes(b"%PDF-1.4 nothing")
    county.run("collect")
    county.run("extend", SILENT.code, "--until", "2026-02-20", "-m", LONG)
    county.run("return")
    county.run("summary", "--partial")
    county.run("report", "--all")
    county.run("publish", "--all")
    return county


@pytest.fixture
def officer(busy: County, browser: Browser, tmp_path: Path) -> Iterator[Sitting]:
    browser.tell("Emulation.setScriptExecutionDisabled", value=False)
    browser.wide(1366)
    with sitting(browser, busy.copied(tmp_path / busy.folder.name).folder, TODAY) as officer:
        yield officer
    browser.tell("Emulation.setScriptExecutionDisabled", value=False)


def test_every_page_can_be_read_in_any_window_and_by_a_screen_reader(officer: Sitting) -> None:
    for page in PAGES:
        looked_at(officer, page, *("404 (NOT FOUND)",) * ("no-such" in page))
    assert officer.strangers() == []


def test_a_running_task_an_outcome_and_an_error_can_be_read_too(officer: Sitting) -> None:
    desk, going = officer.desk, threading.Event()
    outcome = Outcome(tuple(Line(f"第 {number} 行 {LONG}", kind) for number, kind in enumerate(("", "look", "wrong"))))

    def work(watch: object) -> Outcome:
        watch(3, 7, LONG)  # type: ignore[operator]
        going.wait(60)
        return outcome

    desk.tasks.start(Task("收表", ["collect", f"/{LONG}"], officer.place, work))
    for page in ("/task/", "", "receive"):
        looked_at(officer, page)
    going.set()
    officer.open("/task/").worked()
    looked_at(officer, "/task/")
    desk.tasks.start(Task("收表", ["collect"], officer.place, lambda watch: outcome, f"/year/{officer.place}/"))
    assert desk.tasks.last
    desk.tasks.last.wait(60)
    looked_at(officer, "/task/")
    assert officer.text.count(LONG) >= 3
    officer.open(f"do/remark?unit={WRONG.code}").type("意见", "属实").press("提出意见")
    looked_at(officer, None, "409 (CONFLICT)")
    assert officer.ask("document.querySelector('[role=alert]').textContent")
    assert officer.field("意见").get_attribute("value") == "属实"


def looked_at(officer: Sitting, page: str | None = None, *allowed: str) -> None:
    """Look at a page in each window: nothing is cut, and neither axe nor the browser complains."""
    if page is not None:
        officer.open(page)
    for width in WIDTHS:
        officer.browser.wide(width)
        assert (page, width, officer.browser.sideways(), officer.cut()) == (page, width, 0, [])
        if width != WIDTHS[-1]:
            assert (page, width, officer.browser.complaints()) == (page, width, [])
    assert officer.complaints(*allowed) == []


def test_without_script_every_page_says_the_same(officer: Sitting) -> None:
    for page in PAGES:
        officer.browser.tell("Emulation.setScriptExecutionDisabled", value=False)
        shown = officer.open(page).ask(_WITHOUT_ZONE)
        officer.browser.tell("Emulation.setScriptExecutionDisabled", value=True)
        assert officer.open(page).ask(_WITHOUT_ZONE) == shown


_WITHOUT_ZONE = "document.body.innerText.replace(/把文件或者文件夹拖到这里\\s*/, '')"
"""What a page says, but for the invitation to drop files, which only a script can follow."""


# ---------------------------------------------------------------- by keys alone


def tabbed(officer: Sitting, words: str, most: int = 400) -> None:
    """Press Tab until the focus is on what has these words or this label; it must always be seen where it is."""
    for _ in range(most):
        officer.browser.press("\ue004")
        seen = officer.driver.execute_script(_FOCUS)
        assert seen["visible"], f"the focus cannot be seen on {seen}"
        if words in seen["words"]:
            return
    raise AssertionError(f"Tab does not come to {words} in:\n{officer.text}")


_FOCUS = """
var e = document.activeElement, style = getComputedStyle(e), r = e.getBoundingClientRect();
var label = e.labels && e.labels.length ? e.labels[0].textContent : '';
return {
  words: (e.getAttribute('aria-label') || label + ' ' + e.textContent).replace(/\\s+/g, ' '),
  visible: e === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 &&
    r.width > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth)
};
"""

SPACE, ENTER = " ", "\ue007"


def test_the_keyboard_alone_receives_decides_and_undoes(officer: Sitting, busy: County) -> None:
    county = copy.copy(busy)
    county.folder = officer.desk.year(officer.place).folder
    county.writes(SILENT, requests__new__natural=7)
    officer.open("")
    officer.browser.press("\ue004")
    assert officer.ask("document.activeElement.textContent") == "跳到正文"
    officer.browser.press(ENTER)
    assert officer.ask("location.hash") == "#main"
    officer.open("")
    keyed(officer, "收表", ENTER)
    keyed(officer, "收“回收”文件夹", SPACE)
    officer.worked()
    assert SILENT.name in officer.text
    keyed(officer, SILENT.name, ENTER)
    keyed(officer, "放行", ENTER)
    tabbed(officer, "理由")
    officer.browser.press("电话问过")
    keyed(officer, "放行", SPACE)
    assert decided(county)[-1] == ("waive", SILENT.code, "电话问过")
    keyed(officer, "撤销", ENTER)
    keyed(officer, "撤销", SPACE)
    assert decided(county)[-1][0] == "undo"


def decided(county: County) -> list[tuple[str, str, str]]:
    with county.ledger() as ledger:
        return [(one.kind, one.code, one.reason) for one in ledger.decisions()]


def keyed(officer: Sitting, words: str, key: str) -> None:
    """Come to something by Tab, press a key there, and wait for the next page."""
    tabbed(officer, words)
    officer.leaving(lambda: officer.browser.press(key))
