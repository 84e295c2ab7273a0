"""The command that adds the units up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import JSON, PATH, WORKSPACE
from gouji.cli.printing import SHOWN, print_json
from gouji.cli.workspaces import workspace_of

if TYPE_CHECKING:
    from gouji.collection.totals.totals import Totals

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
    from gouji.collection.totals.totals import totals_of
    from gouji.collection.totals.workbooks import summary_json, write_report, write_summary
    from gouji.collection.totals.working_papers import write_working_papers

    if issued and not own:
        raise click.UsageError("--form 要与 --report 一起用。")
    workspace = workspace_of(folder)
    totals = totals_of(workspace, of)
    written = [write_summary(workspace, totals)]
    if own:
        written.append(write_report(workspace, totals, issued))
    if papers:
        written.append(write_working_papers(workspace, totals, clock.today()))
    if as_json:
        print_json(summary_json(totals))
    else:
        for line in _lines(totals):
            click.echo(line)
        for path in written:
            click.echo(f"已生成：{path.relative_to(workspace.folder).as_posix()}")
    if totals.open_errors or (totals.absent and not partial):
        sys.exit(_INCOMPLETE)


def _lines(totals: Totals) -> Iterator[str]:
    from gouji.collection.totals.workbooks import state_words
    from gouji.findings.rules import SEVERITY_WORDS

    yield state_words(totals)
    for absent in totals.absent[:SHOWN]:
        yield f"  缺  {absent.member.code}  {absent.member.name}：{absent.state}"
    if len(totals.absent) > SHOWN:
        yield f"  缺的共 {len(totals.absent)} 个，见“名单”页。"
    lacking = {absent.finding.id for absent in totals.absent}
    others = [raised for raised in totals.findings if raised.open and raised.finding.id not in lacking]
    for number, raised in enumerate(others[:SHOWN], 1):
        finding = raised.finding
        yield f"  {number}. [{SEVERITY_WORDS[finding.severity]}] {finding.message}（{finding.id}）"
    if len(others) > SHOWN:
        yield f"  问题共 {len(others)} 处，见“问题”页。"
    yield from _note_lines(totals)
    answered = sum(1 for raised in totals.findings if raised.answer)
    if answered:
        yield f"  汇总的问题已说明或者放行的有 {answered} 处。"


def _note_lines(totals: Totals) -> Iterator[str]:
    """Yield all notes on the units, the same note of several units once."""
    from gouji.collection.review.before_summing import note_lines

    notes = note_lines(totals.notes)
    if notes:
        yield f"  各单位的提示 {len(notes)} 条，相加以前请看一遍："
    for units, message in notes[:SHOWN]:
        yield f"    {units}：{message}"
    if len(notes) > SHOWN:
        yield f"    还有 {len(notes) - SHOWN} 条，见“问题”页。"
