"""Opening the desk from a console: the address, the browser, and the menu where no page can be shown."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.workspaces import workspace_of
from gouji.collection.steps.collecting import collect
from gouji.desk.browser import is_graphical, open_browser
from gouji.desk.desk import Desk
from gouji.desk.guard import Guard
from gouji.desk.server import serving, wait_for_the_end
from gouji.desk.tasks import Task
from gouji.runtime.errors import GoujiError

SECONDS = 10.0
"""A page that was not fetched for so long has probably not opened."""


def open_desk(folder: Path | None, files: Sequence[Path], *, browser: bool, menu: Callable[[], None]) -> None:
    """Open the desk until it is ended; ``files`` are collected first. ``menu`` opens the menu instead.

    Without ``folder`` it is the workspace in which the command runs, if there is one.

    Raises GoujiError if ``folder`` is not a workspace, or if there is none to collect the files into.
    """
    desk = Desk(Path.cwd(), clock.today)
    if folder is not None or files:
        _collect(desk, workspace_of(folder).folder, files)
    else:
        _open_nearest(desk)
    with serving(desk) as guard:
        console = _Console(desk, guard, browser=browser)
        with contextlib.suppress(KeyboardInterrupt):  # one of the ways to end it
            console.open()
            wait_for_the_end(desk)
    if console.wants_menu:
        menu()
    else:
        click.echo("勾稽已经关闭。")


def _open_nearest(desk: Desk) -> None:
    try:
        desk.open(workspace_of(None).folder)
    except GoujiError:  # the desk begins with a new year
        return


def _collect(desk: Desk, folder: Path, files: Sequence[Path]) -> None:
    place = desk.open(folder)
    if files:
        workspace, paths = workspace_of(folder), [file.absolute() for file in files]
        desk.tasks.start(
            Task(
                "收表",
                ["collect", *map(str, paths)],
                place,
                lambda watch: collect(workspace, paths, watch=watch, today=clock.today()),
            )
        )


class _Console:
    """The window from which the desk was opened: what it says, and what the officer may type in it."""

    def __init__(self, desk: Desk, guard: Guard, *, browser: bool) -> None:
        self._desk, self._guard, self._browser = desk, guard, browser
        self.wants_menu = False

    def open(self) -> None:
        """Give the address, open the browser, and wait for what is typed beside."""
        address = self._guard.entry()
        click.echo(f"勾稽的页面在：{address}")
        opened = self._browser and is_graphical() and open_browser(address)
        if opened:
            click.echo("正在用浏览器打开。这个窗口先不要关。")
        else:
            click.echo("请在这台电脑的浏览器里打开这个地址；它只能用一次。")
        click.echo("关闭：按页面上的“关闭勾稽”，或者在这里按 Ctrl-C。")
        if sys.stdin.isatty():
            threading.Thread(target=self._listen, name="console", daemon=True).start()
        if opened:
            threading.Thread(target=self._look, name="look", daemon=True).start()

    def _look(self) -> None:
        if not self._desk.fetched.wait(SECONDS) and not self._desk.ended.is_set():
            click.echo(f"{SECONDS:.0f} 秒了，页面还没有打开。请把上面的地址抄到浏览器里；")
            click.echo("地址用过的，在这里直接按回车，给一个新的；打不开网页的，输入 m 再按回车，用菜单。")

    def _listen(self) -> None:
        for typed in sys.stdin:
            if typed.strip().lower() in ("m", "ｍ"):
                self.wants_menu = True
                self._desk.ended.set()
                return
            click.echo(f"新的地址：{self._guard.entry()}")
