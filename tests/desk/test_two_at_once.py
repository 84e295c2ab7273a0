"""A server that stops, two tabs, two desks: in a real browser nothing typed is lost, and nothing is decided twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import browser as chromium
import pytest
from browser import Browser
from county import TODAY, TOWNS, County
from officer import at_the_desk
from sitting import Sitting, sitting

from gouji.desk.tasks import Task

pytestmark = pytest.mark.slow

UNIT = TOWNS[0]
REASON = "电话问过，属实"
WAIVING = f"do/waive?unit={UNIT.code}&rule=requests.balance"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


@pytest.fixture
def county(tmp_path: Path) -> County:
    county = County(tmp_path / "year", TOWNS[:2])
    county.writes(UNIT, requests__new__natural=7)
    county.run("collect")
    return county


@pytest.fixture
def officer(county: County, browser: Browser) -> Iterator[Sitting]:
    with sitting(browser, county.folder, TODAY) as officer:
        yield officer
        for tab in officer.driver.window_handles[1:]:
            officer.driver.switch_to.window(tab)
            officer.driver.close()
        officer.driver.switch_to.window(officer.driver.window_handles[0])


def decisions(county: County) -> list[tuple[str, str]]:
    with county.ledger() as ledger:
        return [(one.kind, one.reason) for one in ledger.decisions()]


def test_when_the_server_has_stopped_the_page_says_so_and_keeps_what_was_typed(
    county: County, browser: Browser
) -> None:
    with sitting(browser, county.folder, TODAY) as officer:
        officer.open(WAIVING).type("理由", REASON)
    for _ in range(2):  # pressing again changes nothing
        officer.found("button", "放行").click()
        officer.until(lambda: officer.ask("!document.getElementById('gone').hidden"))
    assert "勾稽已经停了" in officer.text
    assert officer.field("理由").get_attribute("value") == REASON
    assert decisions(county) == []


def test_a_page_that_watches_a_task_says_when_the_server_has_stopped(county: County, browser: Browser) -> None:
    with sitting(browser, county.folder, TODAY) as officer:
        officer.desk.tasks.start(Task("收表", ["collect"], officer.place, _never))
        officer.open("/task/")
    officer.until(lambda: officer.ask("!document.getElementById('gone').hidden"))
    assert "勾稽已经停了" in officer.text


def _never(watch: object) -> object:
    """Work until it is cancelled."""
    while True:
        watch(1, 2, "一")  # type: ignore[operator]
        threading.Event().wait(0.05)


def test_two_tabs_that_decide_the_same_decide_it_once(officer: Sitting, county: County) -> None:
    first = officer.open(WAIVING).driver.current_window_handle
    officer.driver.switch_to.new_window("tab")
    officer.open(WAIVING).type("理由", REASON).press("放行")
    officer.driver.switch_to.window(first)
    officer.type("理由", "另一句").press("放行")
    assert decisions(county) == [("waive", REASON)]
    assert "又作了第 1 号决定" in officer.ask("document.querySelector('[role=alert]').textContent")
    assert officer.field("理由").get_attribute("value") == "另一句"


def test_a_button_that_is_pressed_twice_decides_once(officer: Sitting, county: County) -> None:
    officer.open(WAIVING).type("理由", REASON)
    button = officer.found("button", "放行")
    officer.leaving(lambda: officer.driver.execute_script("arguments[0].click(); arguments[0].click()", button))
    assert decisions(county) == [("waive", REASON)]
    assert officer.complaints() == []


def test_two_desks_on_one_folder_see_what_the_other_has_done(officer: Sitting, county: County) -> None:
    officer.open("units")
    assert "必须改正" in officer.text
    with at_the_desk(county.folder, TODAY) as other:
        other.open(f"/year/{officer.place}/{WAIVING}").press("放行", reason=REASON)
        assert f"{UNIT.name}" in other.text
    assert "通过了，不用再做什么" in officer.open(f"unit/{UNIT.code}").text
    assert REASON in officer.open("decisions").text
    officer.follow("撤销").type("理由", "再想想").press("撤销")
    with at_the_desk(county.folder, TODAY) as other:
        assert "再想想" in other.open(f"/year/{officer.place}/decisions").text
