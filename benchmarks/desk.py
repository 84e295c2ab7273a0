"""Measure in a browser how long the pages of the desk take with thousands of units, until they are usable.

Run ``python benchmarks/desk.py [UNITS]``. It needs Chromium and what the tests need. The time is the browser's own:
from the start of the navigation to the end of the page's load event, with the answer of the server, styles, script
and layout in it. *First* is the first visit since the desk was opened, *again* the median of those after that; *server*
is the processor time of the desk's process for the same, which other work on the machine does not change.
Making and collecting the submissions of 3,000 units takes about a minute; with ``--folder FOLDER`` they are kept there
and used by later runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from browser import Browser
from county import TODAY, County, member

from gouji.collection.workspace.folder import Workspace
from gouji.desk.desk import Desk
from gouji.desk.server import serving

VISITS = 5
SECONDS = "performance.getEntriesByType('navigation')[0].loadEventEnd"
"""0 until the load event has ended."""


def made(folder: Path, count: int) -> None:
    """Make a year of this many units: nine of ten have sent something, with errors and questions among them."""
    county = County(folder, [member(number) for number in range(1, count + 1)])
    for number, unit in enumerate(county.members):
        if number % 10:
            county.writes(unit, **_mistakes(number))
    county.run("collect")


def _mistakes(number: int) -> dict[str, int]:
    figures = {}
    if number % 7 == 0:
        figures["requests__new__natural"] = 7
    if number % 11 == 0:
        figures["disputes__reconsideration__upheld"] = 12
    return figures


def pages(units: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the pages, by what they are called."""
    right, wrong = units[1], units[7]
    yield "overview", ""
    yield "units", "units"
    yield "units found by name", "units?q=镇9"
    yield "a unit", f"unit/{right}"
    yield "a unit with errors", f"unit/{wrong}"
    yield "the form of a decision", f"do/amend?unit={wrong}&cell=requests.new.natural"
    yield "questions", "questions"
    yield "decisions", "decisions"
    yield "send", "send"
    yield "receive", "receive"
    yield "finish", "finish"
    yield "totals", "finish/totals"


def measured(browser: Browser, folder: Path) -> Iterator[tuple[str, list[float]]]:
    """Yield what each page took in milliseconds: first, again, and the processor time of the server for both."""
    codes = [unit.code for unit in Workspace(folder).roster.active]
    for name, page in pages(codes):
        desk = Desk(folder.parent, lambda: TODAY)
        with serving(desk) as guard:
            browser.driver.get(guard.entry())
            place = desk.open(folder)  # only now, so that nothing of it is known yet
            visits = [_visit(browser, f"{guard.origin}/year/{place}/{page}") for _ in range(VISITS + 1)]
        first, again = visits[0], [statistics.median(values) for values in zip(*visits[1:], strict=True)]
        yield name, [first[0], again[0], first[1], again[1]]


def _visit(browser: Browser, address: str) -> tuple[float, float]:
    before = time.process_time()
    browser.driver.get(address)
    spent = time.process_time() - before
    while not (taken := browser.ask(SECONDS)):
        pass
    return float(taken), 1000 * spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", nargs="?", type=int, default=3000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary)) / "year"
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            made(folder, arguments.units)
        browser = Browser(Path(temporary) / "browser")
        try:
            browser.wide(1366)
            print(f"{arguments.units} units, milliseconds")
            print(f"{'page':<24}{'first':>8}{'again':>8}{'server':>10}{'again':>8}")
            for name, (first, again, server, server_again) in measured(browser, folder):
                print(f"{name:<24}{first:>8.0f}{again:>8.0f}{server:>10.0f}{server_again:>8.0f}", flush=True)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
