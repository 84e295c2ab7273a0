"""An officer who sits at a desk that is really served: in Chromium, by clicks, keys and dropped files."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from browser import Browser
from pace import HANG

from gouji.desk.desk import Desk
from gouji.desk.guard import Guard
from gouji.desk.server import serving

_NARROW = ("data:", "about:", "blob:")

_CUT = """
return Array.prototype.filter.call(document.querySelectorAll('body *'), function (element) {
  var style = getComputedStyle(element), width = element.clientWidth;
  if (style.position === 'absolute' || !width || element.tagName === 'svg') { return false; }
  var cut = style.overflowX === 'hidden' || style.overflowX === 'clip' || style.textOverflow === 'ellipsis';
  var short = style.overflowY === 'hidden' || style.overflowY === 'clip';
  if (/^(BUTTON|SELECT)$/.test(element.tagName) || element.classList.contains('button')) { cut = short = true; }
  return (cut && element.scrollWidth > width + 1) || (short && element.scrollHeight > element.clientHeight + 1);
}).map(function (element) { return element.outerHTML.slice(0, 200); });
"""
"""Texts that do not fit where they stand, and cannot be scrolled to."""

_OUTSIDE = """
var wide = document.documentElement.clientWidth;
function scrolls(element) {
  for (var up = element; up && up !== document.body; up = up.parentElement) {
    var style = getComputedStyle(up);
    if (style.position === 'absolute' || /auto|scroll/.test(style.overflowX)) { return true; }
  }
  return false;
}
return Array.prototype.filter.call(document.querySelectorAll('body *'), function (element) {
  var place = element.getBoundingClientRect();
  return place.width && (place.right > wide + 1 || place.left < -1) && !scrolls(element);
}).map(function (element) { return element.outerHTML.slice(0, 200); });
"""
"""What stands beside the window, in nothing that can be scrolled."""


class Sitting:
    """An officer at a desk in Chromium."""

    def __init__(self, browser: Browser, desk: Desk, guard: Guard) -> None:
        self.browser, self.driver, self.desk, self.guard = browser, browser.driver, desk, guard
        self.driver.delete_all_cookies()
        self.driver.get("about:blank")
        self.complaints()
        self.strangers()
        self.driver.get(guard.entry())

    # ---------------------------------------------------------------- going about

    @property
    def place(self) -> str:
        """The last year that was opened, as addresses name it."""
        return list(self.desk.years)[-1]

    def open(self, page: str) -> Sitting:
        """Open a page of the year, or of the desk where it begins with a slash."""
        self.driver.get(self.guard.origin + (page if page.startswith("/") else f"/year/{self.place}/{page}"))
        return self

    def follow(self, words: str, within: str = "") -> Sitting:
        """Click the link with these words."""
        return self.leaving(self.found("a", words, within).click)

    def press(self, words: str, within: str = "") -> Sitting:
        """Click the button with these words; it leads to another page."""
        return self.leaving(self.found("button", words, within).click)

    def pick(self, ref: str) -> Sitting:
        """Click a cell of a table in a form."""
        return self.leaving(self.shown(self.driver.find_element("css selector", f"button[value='{ref}']")).click)

    def worked(self) -> Sitting:
        """Wait until the long task is done, and the page shows what has become of it."""
        self.until(lambda: self.ask("!document.querySelector('[data-task]') && document.readyState === 'complete'"))
        return self

    def found(self, tag: str, words: str, within: str = "") -> Any:
        """Return the link or button with these words, as it can be clicked; ``within`` is in its row or section."""
        part = f"//*[self::li or self::tr or self::section or self::form][contains(., '{within}')]" if within else ""
        for test in (f"normalize-space()='{words}'", f"contains(normalize-space(), '{words}')"):
            elements = self.driver.find_elements("xpath", f"{part}//{tag}[{test}]")
            if elements:
                return self.shown(elements[-1] if within else elements[0])
        raise AssertionError(f"no {tag} {words} in:\n{self.text}")

    def shown(self, element: Any) -> Any:
        """Open what an element is folded into, and scroll to it."""
        folded = "ancestor::details[not(@open)]/summary"
        for summary in element.find_elements("xpath", folded):
            summary.click()
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    # ---------------------------------------------------------------- filling in

    def field(self, label: str, within: str = "") -> Any:
        """Return the field with this label."""
        part = f"//*[self::section or self::form or self::li][contains(., '{within}')]" if within else ""
        labels = self.driver.find_elements("xpath", f"{part}//label[contains(normalize-space(), '{label}')]")
        assert labels, f"no field {label} in:\n{self.text}"
        mine = labels[-1] if within else labels[0]
        name = mine.get_attribute("for")
        inside = mine.find_elements("xpath", ".//input | .//select | .//textarea")
        return self.shown(inside[0] if inside else self.driver.find_element("id", name))

    def type(self, label: str, text: str, within: str = "") -> Sitting:
        """Type into the field with this label, instead of what it says."""
        field = self.field(label, within)
        if field.get_attribute("type") == "date":  # its keys depend on the language of the browser
            self.driver.execute_script("arguments[0].value = arguments[1]", field, text)
            return self
        if field.get_attribute("type") != "file":
            field.clear()
        field.send_keys(text)
        return self

    def tick(self, label: str, within: str = "") -> Sitting:
        """Tick a box."""
        self.field(label, within).click()
        return self

    def drop(self, *paths: Path, on: str = ".drop") -> Sitting:
        """Drop files and folders, as from the file manager, and wait for the page that they lead to."""
        self.shown(self.driver.find_element("css selector", on))
        place = f"document.querySelector('{on}').getBoundingClientRect()"
        x, y = self.ask(f"(r => [r.left + 20, r.top + 20])({place})")
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}

        def dropping() -> None:
            for kind in ("dragEnter", "dragOver", "drop"):
                self.browser.tell("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

        return self.leaving(dropping).worked()

    # ---------------------------------------------------------------- looking

    @property
    def text(self) -> str:
        return str(self.ask("document.body.innerText"))

    @property
    def address(self) -> str:
        return urlsplit(self.driver.current_url).path

    def ask(self, expression: str) -> Any:
        return self.browser.ask(expression)

    def commands(self) -> list[str]:
        """Return the commands that do the same as what was just done."""
        blocks = self.driver.find_elements(
            "css selector", "section.done details.command code, main > details.command code"
        )
        return [line for block in blocks for line in str(block.get_attribute("textContent")).split("\n\n")]

    def complaints(self, *allowed: str) -> list[str]:
        """Return what the browser has complained of since it was last asked, but for what a test expects."""
        lines = [entry["message"] for entry in self.driver.get_log("browser")]
        return [line for line in lines if not any(words in line for words in allowed)]

    def strangers(self) -> list[str]:
        """Return the addresses that were asked for since it was last asked, and that are not the desk's."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith((f"{self.guard.origin}/", *_NARROW))]

    def cut(self) -> list[str]:
        """Return the texts that are cut, or stand beside the window."""
        return [*self.driver.execute_script(_CUT), *self.driver.execute_script(_OUTSIDE)]

    # ---------------------------------------------------------------- waiting

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds; a page that is just being left answers nothing."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.wait import WebDriverWait

        wait = WebDriverWait(self.driver, HANG, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        return wait.until(lambda driver: holds())

    def leaving(self, act: Callable[[], Any]) -> Sitting:
        """Do something and wait for the next page."""
        self.driver.execute_script("window.same = true")
        act()
        self.until(lambda: self.ask("!window.same && document.readyState === 'complete'"))
        return self


@contextlib.contextmanager
def sitting(browser: Browser, folder: Path | None, today: datetime.date, home: Path | None = None) -> Iterator[Sitting]:
    """Give an officer in Chromium at a desk on a workspace, or on none."""
    desk = Desk(home or (folder.parent if folder else Path.cwd()), lambda: today)
    if folder is not None:
        desk.open(folder)
    with serving(desk) as guard:
        yield Sitting(browser, desk, guard)
