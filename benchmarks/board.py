"""Measure in a browser how long the board takes to open and to filter with thousands of units.

Run ``python benchmarks/board.py [UNITS] [--rounds ROUNDS]``. It needs Chromium and what the tests need. The times are
the browser's own, on a page that is opened from the disk: from the start of the navigation to the first paint with
content and to the end of the load event, and from a key in the search field to the first frame that shows what it has
found. *Busy* is the processor time of the page's own thread for the same, which other work on the machine changes less.
Numbers are medians. To measure another build, put its ``src`` into PYTHONPATH.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from browser import Browser

from gouji.formats.web.board import Bar, Board, Count, Group, UnitLine, board_bytes

STATES = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}
TYPED = "第7"
"""All units match the first character, and a ninth of them the second as well, so much stays and much goes."""
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
"""0 until the load event has ended."""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
TYPE = """
const [text, done] = arguments, query = document.getElementById("query");
const start = performance.now();
query.value = text;
query.dispatchEvent(new Event("input", {bubbles: true}));
requestAnimationFrame(() => { const channel = new MessageChannel();
  channel.port1.onmessage = () => done(performance.now() - start); channel.port2.postMessage(0); });
"""
"""The message arrives after the frame that is drawn next."""


def board(units: int) -> Board:
    """Return the board of a province in the middle of its year: a tenth is missing, a fifth has something to do."""
    members: dict[str, list[UnitLine]] = {state: [] for state in STATES}
    for number in range(1, units + 1):
        state = (
            "missing" if number % 10 == 0 else "wrong" if number % 7 == 0 else "asked" if number % 11 == 0 else "done"
        )
        members[state].append(_unit(number, state))
    bar = Bar("全部", tuple(Count(state, word, len(members[state])) for state, word in STATES.items()))
    return Board(
        office="丰泽省人民政府办公厅",
        year=2025,
        today=datetime.date(2026, 1, 20),
        deadline=datetime.date(2026, 1, 31),
        deadline_words="离截止还有 11 天",
        whole=bar,
        levels=(bar,),
        groups=tuple(Group(state, word, tuple(members[state])) for state, word in STATES.items()),
        rules=(),
        strays=(),
        remarks=(),
        doubts=(),
        notes=(),
        summed=len(members["done"]),
        sums=(),
    )


def _unit(number: int, state: str) -> UnitLine:
    name, code = f"第{number}镇人民政府", f"4104{number:05}"
    more = {}
    if state in ("wrong", "asked"):
        more = {
            "counts": "必须改正 2 处" if state == "wrong" else "请核实并说明 2 处",
            "reasons": (
                "表 D6：自然人 本年新收 7 件加上年结转 0 件，不等于 办理结果合计 6 件加 结转下年 0 件。请核对。",
                "一、总体情况 第 3 段：文字里的“新收申请 9 件”与表里的 7 件不同。请核对，改成一样的。",
            ),
            "links": (("退回的（xlsx）", f"../退回/{code}.xlsx"),),
        }
    if state == "done":
        more = {"links": (("报告（docx）", f"../报告/{code}.docx"), ("网页（html）", f"../网页/{code}.html"))}
    if state != "missing":
        more["file"] = f"回收/第{number}镇.xlsx"
    return UnitLine(
        code=code,
        name=name,
        level="乡镇、街道",
        search=f"{name} 第{number}镇 {code} 李明 0375-1234567",
        contact="李明",
        phone="0375-1234567",
        emails=(f"town{number}@example.com",),
        **more,
    )


def measured(browser: Browser, page: Path) -> Iterator[tuple[str, float]]:
    """Yield what one visit took, in milliseconds."""
    browser.tell("Performance.enable", timeDomain="threadTicks")
    browser.driver.get("about:blank")
    browser.driver.get(page.as_uri())
    while not (opened := browser.ask(OPENED)):
        time.sleep(0.01)
    yield "load event", opened
    while not (painted := browser.ask(PAINTED)):
        time.sleep(0.01)
    yield "first contentful paint", painted
    yield "opening, busy", _busy(browser)
    for what, text in (("a key", TYPED[:1]), ("the next key", TYPED), ("cleared", ""), ("one unit found", "第77镇")):
        before = _busy(browser)
        yield what, browser.driver.execute_async_script(TYPE, text)
        yield f"{what}, busy", _busy(browser) - before


def _busy(browser: Browser) -> float:
    metrics = {each["name"]: each["value"] for each in browser.tell("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", nargs="?", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        page = Path(temporary) / "board.html"
        page.write_bytes(board_bytes(board(arguments.units)))
        browser = Browser(Path(temporary) / "browser")
        try:
            browser.wide(1366)
            rounds = [dict(measured(browser, page)) for _ in range(arguments.rounds)]
        finally:
            browser.close()
        print(f"{arguments.units} units, {page.stat().st_size / 1e6:.1f} MB, milliseconds, medians of {len(rounds)}")
        for name in rounds[0]:
            print(f"{name:<28}{statistics.median(each[name] for each in rounds):>8.0f}")


if __name__ == "__main__":
    main()
