"""Every command, in the order of the help, and the start from the shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from gouji import __version__
from gouji.cli.chinese import Group
from gouji.cli.commands import (
    backup,
    collecting,
    comparing,
    decisions,
    desk,
    filling,
    guided,
    inspecting,
    mail,
    new_year,
    outgoing,
    publishing,
    reference,
    review,
    single_files,
    totals,
)
from gouji.cli.exit_status import perform
from gouji.cli.options import PATH
from gouji.cli.screen import guard_screens
from gouji.desk.browser import is_graphical
from gouji.runtime.printable import silence_warnings

COMMANDS = (
    desk.desk,
    guided.menu,
    single_files.template,
    single_files.read,
    single_files.check,
    single_files.correct,
    inspecting.inspect,
    publishing.report,
    comparing.compare,
    reference.schema,
    reference.rules,
    guided.demo,
    new_year.init,
    new_year.last_year,
    outgoing.issue,
    collecting.collect,
    review.status,
    outgoing.send_back,
    review.find_alike,
    totals.summary,
    filling.fill,
    decisions.accept,
    decisions.reject,
    decisions.assign,
    decisions.amend,
    decisions.explain,
    decisions.waive,
    decisions.extend,
    decisions.undo,
    decisions.list_decisions,
    backup.backup,
    backup.restore,
    backup.verify,
    mail.send,
    mail.remind,
    collecting.fetch,
    mail.ack,
    publishing.publish,
    publishing.board,
)
"""All commands, in the order of the help. Define a new command in the module of its subject and add it here."""


@click.group(cls=Group, context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gouji", message="%(prog)s %(version)s", help="显示版本。")
@click.option("-w", "--workspace", "folder", type=PATH, metavar="文件夹", help="工作文件夹，和写在命令后面一样。")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """勾稽：政府信息公开工作年度报告的填报表、核对和 Word 报告。

    不带命令运行 gouji，在浏览器里打开页面。先用 gouji demo 看一遍全过程。每个命令后面加 --help 可以看它的用法。
    检查各单位已经公布的报告，用 gouji inspect。
    """
    command = main.commands.get(context.invoked_subcommand or "")
    if folder and command and not any("--workspace" in option.opts for option in command.params):
        raise click.UsageError(f"gouji {command.name} 不用工作文件夹，请去掉 -w。")


for _command in COMMANDS:
    main.add_command(_command)


def run() -> None:
    """Start from the shell. Without arguments, a person gets the desk or the menu, and a program the help."""
    silence_warnings()
    # Python has None for what the caller has closed, as some schedulers do.
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: PTH123, SIM115
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        # A redirected GBK console cannot write every character; a question mark is better than a crash.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    guard_screens()
    # A path that is dragged into the window may come from a system with another encoding.
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    sys.exit(perform(main, sys.argv[1:] or _without_arguments()))


def _without_arguments() -> list[str]:
    """Return the command for somebody who types only the program's name."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return []
    return ["desk"] if is_graphical() else ["menu"]
