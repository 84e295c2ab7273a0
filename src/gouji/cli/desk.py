"""Opening the desk from a console: the address, the browser, and what to do where no page can be shown."""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.workspaces import workspace_of
from gouji.desk.desk import Desk
from gouji.desk.guard import Guard
from gouji.desk.server import open_browser, serving, wait_for_the_end
from gouji.runtime.errors import GoujiError


def open_desk(folder: Path | None, *, browser: bool = True) -> None:
    """Open the desk on a workspace, or on none where there is none, until it is ended.

    Raises GoujiError if ``folder`` is given and is not a workspace.
    """
    desk = Desk(Path.cwd(), clock.today)
    if folder is not None:
        desk.open(workspace_of(folder).folder)
    else:
        with contextlib.suppress(GoujiError):
            desk.open(workspace_of(None).folder)
    with serving(desk) as guard:
        address = guard.entry()
        click.echo(f"勾稽的页面在：{address}")
        if browser and open_browser(address):
            click.echo("已在浏览器里打开。没有打开的，把上面的地址抄到浏览器里。")
        click.echo("关闭：按页面上的“关闭勾稽”，或者在这里按 Ctrl-C。")
        if sys.stdin.isatty():
            threading.Thread(target=_new_addresses, args=(guard,), daemon=True).start()
        wait_for_the_end(desk)
    click.echo("勾稽已经关闭。")


def _new_addresses(guard: Guard) -> None:
    """Give a new address whenever the officer presses Enter: each is good for one browser, once."""
    for _ in sys.stdin:
        click.echo(f"新的地址：{guard.entry()}")
