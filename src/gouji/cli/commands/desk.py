"""The command that opens the officer's page on this computer."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.options import PATH


@command()
@click.argument("folder", type=PATH, metavar="[文件夹]", required=False)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只给出地址。")
def desk(folder: Path | None, no_browser: bool) -> None:
    """在浏览器里打开勾稽的页面，一年的工作都在上面做；页面只在这台电脑上。"""
    from gouji.cli.desk import open_desk

    open_desk(folder, browser=not no_browser)
