"""The commands that run other commands: the menu and the demo."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.options import PATH, WORKSPACE


@command()
@click.argument("files", nargs=-1, type=PATH, metavar="[文件或者文件夹…]")
@WORKSPACE
@click.pass_context
def menu(context: click.Context, files: tuple[Path, ...], folder: Path | None) -> None:
    """打开中文菜单，一步一步做；写了文件的，先收这些文件。"""
    from gouji.cli.exit_status import perform
    from gouji.cli.menu import open_menu

    open_menu(partial(perform, context.find_root().command), folder, files)


@command()
@click.argument("folder", type=PATH, metavar="[文件夹]", default=Path("gouji-demo"))
@click.pass_context
def demo(context: click.Context, folder: Path) -> None:
    """用样例把全过程做一遍：填报表、填好的表、核对、Word 报告。"""
    from gouji.cli.demo import play

    commands = context.find_root().command

    def run(arguments: list[str]) -> None:
        # Ignore the exit status, because the output already shows the result.
        with contextlib.suppress(SystemExit):
            commands.main(arguments, prog_name="gouji", standalone_mode=False)

    play(folder, run, click.echo)
