"""Chromium as the reader: it opens our pages from the disk, presses keys, prints, and runs axe-core on them."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


_AXE = "axe.run(document, {resultTypes: ['violations']}).then(arguments[arguments.length - 1])"
"""With all that passes, most of the time would go into listing it."""


class Browser:
    """A Chromium with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = _program("chromium")
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        # What a page asks for, and what the browser complains of, can be asked for afterwards.
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        # Which fonts it prints with depends on the locale.
        service = Service(_program("chromedriver"), env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(120)
        self.driver.set_script_timeout(120)

    def close(self) -> None:
        self.driver.quit()

    def open(self, page: Path, width: int = 1200, *, script: bool = True) -> None:
        """Open a file in a window of this width in CSS pixels, with or without scripts."""
        self.tell("Emulation.setScriptExecutionDisabled", value=not script)
        self.wide(width)
        self.driver.get(page.as_uri())

    def wide(self, width: int, height: int = 900) -> None:
        """Give the window this width, as on a phone."""
        self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def tell(self, command: str, **parameters: Any) -> Any:
        """Send a command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page, also where the page itself may run none."""
        return self.driver.execute_script(f"return {expression}")

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def printed(self, *, grounds: bool = False) -> bytes:
        """Return the page as the PDF that the browser prints; without coloured grounds it darkens white text."""
        answer = self.tell("Page.printToPDF", preferCSSPageSize=True, printBackground=grounds)
        return base64.b64decode(answer["data"])

    def picture(self, height: int | None = None) -> bytes:
        """Return a picture of the page, or of this many pixels from its top."""
        size = self.ask("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": height or size[1], "scale": 1}
        answer = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(answer["data"])

    def complaints(self) -> list[str]:
        """Return the violations that axe-core finds on the page: the rule, and where."""
        self.driver.execute_script(resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
        found = self.driver.execute_async_script(_AXE)
        assert found["passes"]
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]

    def sideways(self) -> int:
        """Return by how many pixels the whole page can be scrolled sideways."""
        width: int = self.ask("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width


def _program(name: str) -> str:
    return shutil.which(name) or missing(f"Chromium ({name}) is not installed")


def missing(what: str) -> Any:
    """Skip a test that needs a missing program, or fail it where all tests must run."""
    if os.environ.get("GOUJI_REQUIRE_ALL"):
        pytest.fail(f"not here, but GOUJI_REQUIRE_ALL is set: {what}")
    pytest.skip(what)


def started(folder: Path) -> Iterator[Browser]:
    """Yield a browser with a new profile, or skip."""
    try:
        import axe_core_python  # noqa: F401
        import selenium  # noqa: F401
    except ImportError as error:
        missing(f"{error.name} is not installed")
    browser = Browser(folder / "chromium")
    try:
        yield browser
    finally:
        browser.close()
