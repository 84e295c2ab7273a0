"""The command that opens the officer's page on this computer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.options import PATH, WORKSPACE


@command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[工作文件夹，或者收到的文件…]")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只给出地址。")
@WORKSPACE
@click.pass_context
def desk(context: click.Context, paths: tuple[Path, ...], no_browser: bool, folder: Path | None) -> None:
    """打开勾稽的页面：一年的工作都在浏览器里做，页面只在这台电脑上。

    写了收到的文件的，先收这些文件。打不开网页的，用 gouji menu。
    """
    from gouji.cli.desk import open_desk
    from gouji.cli.exit_status import perform
    from gouji.cli.menu import open_menu

    if folder is None and len(paths) == 1 and paths[0].is_dir():
        folder, paths = paths[0], ()
    menu = partial(open_menu, partial(perform, context.find_root().command), folder, ())
    open_desk(folder, paths, browser=not no_browser, menu=menu)
