"""The desk from its console: the address, files dropped on a launcher, a new address, the menu, and the end."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import lxml.html
import pytest
from county import TOWNS, County
from pace import HANG
from terminal import Terminal

ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "年报", TOWNS[:2])


class Visitor:
    """A browser of the standard library."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # A proxy of this machine must not be asked for an address on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def open(self, address: str, **posted: str) -> str:
        data = urllib.parse.urlencode(posted).encode() if posted else None
        with self._opener.open(address, data, timeout=HANG) as answer:
            self.address = answer.geturl()
            return str(answer.read().decode())

    def end(self, page: str) -> None:
        form = next(form for form in lxml.html.fromstring(page).forms if form.get("action") == "/end")
        assert "已经关闭" in self.open(urllib.parse.urljoin(self.address, "/end"), **dict(form.form_values()))


def address_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/enter/\S+", text)
    assert found
    return found[0]


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_the_desk_gives_its_address_and_ends_by_its_button(county: County, visitor: Visitor) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gouji", "desk", county.folder, "--no-browser"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT},
    ) as desk:
        assert desk.stdout is not None
        page = visitor.open(address_in(desk.stdout.readline()))
        assert "接下来" in page
        visitor.end(page)
        assert desk.wait(HANG) == 0
        assert "勾稽已经关闭" in desk.stdout.read()


def test_files_dropped_on_a_launcher_are_collected_first(county: County, visitor: Visitor) -> None:
    county.run("issue")
    file = county.answers(TOWNS[0])
    elsewhere = county.folder.with_name("收到的 年报.xlsx")
    file.rename(elsewhere)
    with subprocess.Popen(
        [county.folder / "双击开始.command", elsewhere],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT, "PATH": "/usr/bin:/bin"},
    ) as desk:
        assert desk.stdout is not None
        page = visitor.open(address_in(desk.stdout.readline()))
        while "data-task" in page:
            page = visitor.open(visitor.address)
        assert "看到 1 个文件，新收 1 个。" in page
        visitor.end(page)
        assert desk.wait(HANG) == 0
    assert county.state(TOWNS[0]) == "done"


def test_a_used_address_is_replaced_by_enter_and_the_menu_is_the_way_out(county: County, visitor: Visitor) -> None:
    with Terminal(county.folder, "desk", "--no-browser", env=ENVIRONMENT) as screen:
        used = address_in(screen.wait_for("按 Ctrl-C"))
        visitor.open(used)
        screen.type("")
        screen.wait_for("新的地址：")
        screen.wait_for("\n")
        again = address_in(screen.screen.rpartition("新的地址：")[2])
        assert again != used
        assert "接下来" in Visitor().open(again)
        screen.type("m")
        screen.wait_for("请输入编号")
        screen.type("0")
        assert screen.ended() == 0


def test_ctrl_c_ends_the_desk(county: County) -> None:
    with Terminal(county.folder, "desk", "--no-browser", env=ENVIRONMENT) as screen:
        screen.wait_for("按 Ctrl-C")
        screen.type("\x03", enter=False)
        assert screen.ended() == 0
        assert "勾稽已经关闭" in screen.screen
        assert "Traceback" not in screen.screen


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gouji", "desk", tmp_path],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT},
    )
    assert done.returncode == 2
    assert "不是工作文件夹" in done.stderr
