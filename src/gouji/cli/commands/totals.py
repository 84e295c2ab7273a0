"""The command that adds the units up."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import JSON, PATH, WORKSPACE
from gouji.cli.printing import print_json, print_lines
from gouji.cli.workspaces import workspace_of

_INCOMPLETE = 1
"""The exit status if a unit is missing or the totals have errors; the workbook is written nevertheless."""


@command()
@click.option("--of", "of", default="", metavar="单位", help="只汇总这个单位和它的下级；不写时汇总全部。")
@click.option("--report", "own", is_flag=True, help="同时生成本级的汇总填报表：数字已填好、锁定，文字由人写。")
@click.option(
    "--form",
    "issued",
    type=PATH,
    metavar="文件",
    help="与 --report 一起用：上级下发给本级的填报表，汇总填报表按它的单位、年度和签发信息生成。",
)
@click.option("--papers", is_flag=True, help="同时生成工作底稿（Word）：规则版本、文件清单、说明、放行和决定。")
@click.option("--partial", is_flag=True, help="知道还缺单位，先汇总已有的：只因为缺单位的，退出状态是 0。")
@JSON
@WORKSPACE
def summary(
    of: str, own: bool, issued: Path | None, papers: bool, partial: bool, as_json: bool, folder: Path | None
) -> None:
    """把已通过的单位逐格相加，写成“汇总”里的工作簿。

    只加已经通过的；缺的单位、没有填的、像是重复的，都会列出来。缺单位或者有必须改正的，照样写出，
    标明“不完整”，退出状态是 1。
    """
    from gouji.collection.steps.adding_up import add_up
    from gouji.collection.totals.workbooks import summary_json

    if issued and not own:
        raise click.UsageError("--form 要与 --report 一起用。")
    done = add_up(
        workspace_of(folder), of=of, own=own, issued=issued, papers=papers, partial=partial, today=clock.today()
    )
    if as_json:
        print_json(summary_json(done.totals))
    else:
        print_lines(done.lines)
    if done.unfinished:
        sys.exit(_INCOMPLETE)
