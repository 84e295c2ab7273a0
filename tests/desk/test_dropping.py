"""Files and folders that are dropped on the page in a real browser come whole; stopping loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import browser as chromium
import pytest
from browser import Browser
from county import TODAY, TOWNS, County

from gouji.desk.desk import Desk
from gouji.desk.server import serving

pytestmark = pytest.mark.slow

MANY = 130
"""More than a browser gives of a folder at once."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "year", TOWNS)


@pytest.fixture
def desk(county: County, browser: Browser) -> Iterator[Desk]:
    desk = Desk(county.folder.parent, lambda: TODAY)
    place = desk.open(county.folder)
    with serving(desk) as guard:
        browser.driver.get(guard.entry())
        browser.driver.get(f"{guard.origin}/year/{place}/receive")
        yield desk


def drop(browser: Browser, *paths: Path) -> None:
    x, y = browser.ask("(r => [r.left + 20, r.top + 20])(document.querySelector('.drop').getBoundingClientRect())")
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.tell("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)


def waited(browser: Browser, until: Callable[[], bool]) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser.driver, 60, poll_frequency=0.05).until(lambda driver: until())


def received(county: County) -> set[str]:
    top = county.folder / "回收"
    return {"/".join(path.relative_to(top).parts[1:]) for path in top.rglob("*") if path.is_file()}


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    folder = tmp_path / "各镇"
    (folder / "石桥" / "图").mkdir(parents=True)
    for number in range(MANY):
        (folder / "石桥" / "图" / f"{number}.txt").write_text(f"{number}", encoding="utf-8")
    return folder


def test_a_dropped_folder_comes_whole_and_each_file_is_named(
    browser: Browser, desk: Desk, county: County, dropped: Path
) -> None:
    report = county.writes(TOWNS[0])
    own = report.rename(dropped / "年报.json")
    large = dropped.parent / "大.bin"
    with large.open("wb") as file:
        file.truncate(65 * 2**20)
    drop(browser, dropped, large)
    waited(browser, lambda: "/receive/upload/" in browser.driver.current_url)
    text = browser.ask("document.querySelector('main').innerText")
    assert received(county) == {"各镇/年报.json", *(f"各镇/石桥/图/{number}.txt" for number in range(MANY))}
    assert own.exists()
    assert "大.bin：文件超过 64 MB" in text
    assert "各镇/年报.json" in text
    assert TOWNS[0].name in text
    assert f"不是报送的 {MANY} 个" in text
    assert browser.complaints() == []


def test_what_has_come_when_the_officer_stops_can_be_collected(
    browser: Browser, desk: Desk, county: County, dropped: Path
) -> None:
    for number in range(1000):  # more than come before the click
        (dropped / f"{number}.txt").write_text(f"{number}", encoding="utf-8")
    drop(browser, dropped)
    waited(browser, lambda: len(received(county)) > 2)
    browser.driver.find_element("css selector", "[data-stop]").click()
    waited(browser, lambda: "已经停下" in browser.ask("document.getElementById('sending').innerText"))
    browser.driver.find_element("css selector", "#uploaded button").click()
    waited(browser, lambda: "/receive/upload/" in browser.driver.current_url)
    come = len(received(county))
    assert come < 1000
    assert f"看到 {come} 个文件" in browser.ask("document.querySelector('main').innerText")
