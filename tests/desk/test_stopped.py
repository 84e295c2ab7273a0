"""A server that has stopped, and a button that is pressed twice, in a real browser."""

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

REASON = "停电三天，\n材料要晚交"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "year", TOWNS)


def waited(browser: Browser, until: Callable[[], bool]) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser.driver, 60, poll_frequency=0.05).until(lambda driver: until())


def filled(browser: Browser, desk: Desk, county: County, entry: str) -> str:
    """Fill in the form for another deadline; return what presses its button."""
    browser.driver.get(entry)
    browser.driver.get(
        f"{entry.partition('/enter/')[0]}/year/{desk.open(county.folder)}/do/extend?unit={TOWNS[0].code}"
    )
    browser.ask(f"document.getElementById('until').value = '{TODAY.year}-03-01'")
    browser.driver.find_element("id", "reason").send_keys(REASON)
    return "document.querySelector('main form .acts button').click()"


def test_a_stopped_server_is_said_and_what_was_typed_stays(browser: Browser, county: County) -> None:
    desk = Desk(county.folder.parent, lambda: TODAY)
    with serving(desk) as guard:
        press = filled(browser, desk, county, guard.entry())
        assert browser.ask("document.getElementById('gone').hidden")
    for _ in range(2):
        browser.ask("document.getElementById('gone').hidden = true")
        browser.ask(press)
        waited(browser, lambda: not browser.ask("document.getElementById('gone').hidden"))
        assert "勾稽已经停了" in browser.ask("document.getElementById('gone').innerText")
        assert browser.ask("document.getElementById('reason').value") == REASON
    with county.ledger() as ledger:
        assert ledger.decisions() == []


def test_a_button_that_is_pressed_twice_sends_its_form_once(
    browser: Browser, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[str] = []
    desk = Desk(county.folder.parent, lambda: TODAY)
    really = Desk.remember

    def remember(desk: Desk, done: object) -> str:
        posted.append("one")
        return really(desk, done)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "remember", remember)
    with serving(desk) as guard:
        press = filled(browser, desk, county, guard.entry())
        browser.ask(f"[1, 2, 3].forEach(function () {{ {press} }})")
        waited(browser, lambda: "done=" in browser.driver.current_url)
        # Back to the form, as browsers keep it, and once more: it was decided already.
        browser.driver.back()
        waited(browser, lambda: "/do/extend" in browser.driver.current_url)
        assert posted == ["one"]
        with county.ledger() as ledger:
            assert [one.kind for one in ledger.decisions()] == ["extend"]
