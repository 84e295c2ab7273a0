"""Make the pictures of the desk: an invented county of 16 units, as its officer sees it in Chromium.

``python tools/pictures.py --desk`` runs it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from guide import TODAY, TOWNS, Story, renamed, sample

from gouji.collection.workspace.roster import Member, write_roster
from gouji.desk.desk import Desk
from gouji.desk.server import serving

if TYPE_CHECKING:
    from browser import Browser

_NAMES = (
    *(("township", name) for name in ("石桥镇", "东岭乡", "白河镇", "大营镇", "仓头乡", "赵村镇", "库区乡", "瀼河乡")),
    *(("county_department", name) for name in ("教育局", "民政局", "公安局", "交通运输局")),
)
_CONTACTS = ("刘洋", "陈静", "杨帆", "黄蓉蓉", "郑宏", "吴军", "徐丽", "孙涛", "马超", "朱琳", "胡波", "郭强")
_MORE = tuple(
    Member(
        f"4109991{number:02}" if level == "township" else f"4109992{number:02}",
        f"安澜县{name}{'人民政府' if level == 'township' else ''}",
        level,
        (name,),
        "",
        (f"unit{number}@example.com",),
        contact,
        f"0375-12300{number:02}",
    )
    for number, ((level, name), contact) in enumerate(zip(_NAMES, _CONTACTS, strict=True), 5)
)
_STONE = _MORE[0]

_PAGES = {
    # name of the picture, in the order in which they are taken: width of the window, and the visible height
    "desk-begin": (1000, 735),
    "desk-first": (1000, 712),
    "desk-new": (1000, 490),
    "desk-received": (1000, 560),
    "desk-unit": (720, 863),
    "desk-overview": (1000, 790),
}
_SHARPNESS = 2
"""Dots for each pixel, as on the other pictures."""


def take_pictures(chromium: Browser, work: Path, into: Path) -> None:
    """Play the first days of a year, and take the pictures on the way."""
    story = Story(work / "desk")
    with _at(9, 12):
        story.until("roster")
        write_roster(story.office / "名册.xlsx", [*TOWNS, *_MORE])
    home = work / "勾稽"
    home.mkdir()
    desk = Desk(home, lambda: TODAY)
    with serving(desk) as guard:
        chromium.driver.get(guard.entry())

        def show(name: str, page: str) -> None:
            width, height = _PAGES[name]
            chromium.driver.get(f"{guard.origin}{page}")
            chromium.tell(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=_SHARPNESS,
                mobile=False,
            )
            (into / f"{name}.png").write_bytes(chromium.picture(height))

        show("desk-begin", "/")
        year = f"/year/{desk.open(story.office)}"
        show("desk-first", f"{year}/first")
        show("desk-new", f"{year}/")
        with _at(9, 40):
            story.run("gouji last-year 上年报告")
            story.run("gouji issue")
            _send_the_first(story)
            story.run("gouji collect")
        show("desk-received", f"{year}/receive/run/1")
        show("desk-unit", f"{year}/unit/{_STONE.code}")
        with _at(16, 5):
            story.run("gouji return")
            _send_more(story)
            story.run("gouji collect")
        show("desk-overview", f"{year}/")


@contextmanager
def _at(hour: int, minute: int) -> Iterator[None]:
    """Let it be this time on the day of the guide."""
    clock: Any = mock.Mock(wraps=datetime)
    clock.datetime.now.return_value = datetime.datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute)
    with mock.patch("gouji.collection.workspace.folder.datetime", clock):
        yield


def _send_the_first(story: Story) -> None:
    right = sample("qingxi-2025")
    story.send(TOWNS[0], right)
    rules = renamed(right, _STONE, disclosure__rules__made=2, disclosure__rules__in_force=2)
    wrong = renamed(rules, _STONE, disclosure__penalty__decisions=Decimal("4.5"))
    story.send(_STONE, wrong, "石桥镇年报（报县政府办）.xlsx")
    for member in _MORE[1:4]:
        story.send(member, renamed(right, member))


def _send_more(story: Story) -> None:
    right = sample("qingxi-2025")
    for member in (TOWNS[1], *_MORE[4:6], *_MORE[8:10]):
        story.send(member, renamed(right, member))
    stock = right.figures["disclosure.normative.in_force"]
    story.send(TOWNS[2], renamed(renamed(right, TOWNS[2]), TOWNS[2], disclosure__normative__in_force=stock + 2))
    story.send(_MORE[10], renamed(right, _MORE[10], requests__granted__natural=2))
