"""The commands that decide: which submission is in force, whose it is, what is explained or waived."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.options import JSON, REASON, WORKSPACE
from gouji.cli.printing import print_json, print_outcome
from gouji.cli.workspaces import workspace_of


@command()
@click.argument("unit", metavar="单位")
@click.argument("files", metavar="[文件]...", nargs=-1)
@REASON
@WORKSPACE
def accept(unit: str, files: tuple[str, ...], reason: str, folder: Path | None) -> None:
    """采用单位报的某一份，以后来的不代替它。不写文件的，是最后来的一份。

    一份报告分几个文件报来的（如表格一个、文字一个），把几个文件都写上，合成一份。互相矛盾的不合成。
    """
    from gouji.collection.steps import deciding

    print_outcome(deciding.accept(workspace_of(folder), unit, files, reason))


@command()
@click.argument("unit", metavar="单位")
@click.argument("file", metavar="[文件]", default="")
@click.option(
    "--cell", "cells", multiple=True, metavar="格子", help="指出是哪一格，如 三、依申请公开!D8；有几格的写几次。"
)
@click.option("--ask", is_flag=True, help="与 --cell 一起用：只请单位核实、说明，这一份仍然有效。")
@REASON
@WORKSPACE
def reject(unit: str, file: str, cells: tuple[str, ...], ask: bool, reason: str, folder: Path | None) -> None:
    """不采用单位报的某一份，或者只对其中几格提出意见。要写理由，会写进退回说明。

    写了 --cell 的，gouji return 退回单位自己填的表，标出这几格，旁边是您的意见；没有写的，退回空白的填报表。
    再加 --ask 的，这一份仍然有效，单位要核实、说明；后来报的这几格没有变、也没有说明的，意见还在。
    """
    from gouji.collection.steps import deciding

    decide = deciding.ask if ask else deciding.reject
    print_outcome(decide(workspace_of(folder), unit, file, reason, cells))


@command()
@click.argument("file", metavar="文件")
@click.argument("unit", metavar="单位")
@REASON
@WORKSPACE
def assign(file: str, unit: str, reason: str, folder: Path | None) -> None:
    """指定收到的文件是哪个单位的。"""
    from gouji.collection.steps import deciding

    print_outcome(deciding.assign(workspace_of(folder), file, unit, reason))


@command()
@click.argument("unit", metavar="单位")
@click.argument("cells", nargs=-1, required=True, metavar="格子=数字…")
@click.option("--file", "file", default="", metavar="文件", help="更正的是哪一份：与采用的不是同一份的，不更正。")
@REASON
@WORKSPACE
def amend(unit: str, cells: tuple[str, ...], file: str, reason: str, folder: Path | None) -> None:
    """更正单位报的数字，如电话里说的；报来的文件不改，撤销用 gouji undo。

    格子写表名和格子（三、依申请公开!D8=5、表三D8=5）、行和列的名称（"予以公开 自然人=5"）或者代号。
    核对、退回、报告、汇总都用更正后的数字，每一处都写明。单位后来又报并且采用了的，更正不再起作用，会告诉您。
    """
    from gouji.collection.steps import deciding

    print_outcome(deciding.amend(workspace_of(folder), unit, cells, reason, file))


@command()
@click.argument("unit", metavar="单位")
@click.argument("rule", metavar="规则")
@click.argument("text", metavar="说明")
@WORKSPACE
def explain(unit: str, rule: str, text: str, folder: Path | None) -> None:
    """代单位说明一处“请核实并说明”的。数字改动以后，说明不再有效。

    单位写“汇总”的，说明的是汇总本身的问题。
    """
    from gouji.collection.steps import deciding

    print_outcome(deciding.explain(workspace_of(folder), unit, rule, text))


@command()
@click.argument("unit", metavar="单位")
@click.argument("rule", metavar="规则")
@click.argument("text", metavar="理由")
@WORKSPACE
def waive(unit: str, rule: str, text: str, folder: Path | None) -> None:
    """放行一处“必须改正”的。数字改动以后，放行不再有效。

    单位写“汇总”的，放行的是汇总本身的问题。
    """
    from gouji.collection.steps import deciding

    print_outcome(deciding.waive(workspace_of(folder), unit, rule, text))


@command()
@click.argument("units", metavar="单位...", nargs=-1, required=True)
@click.option("--until", required=True, metavar="日期", help="这些单位的截止日期，写成 年-月-日。")
@REASON
@WORKSPACE
def extend(units: tuple[str, ...], until: str, reason: str, folder: Path | None) -> None:
    """给一个或者几个单位另定截止日期（推迟或者提前），别的单位不变。要写理由。

    催报、退回的邮件和说明、进度、看板都按这个日期；退回改正的，截止日期不早于这个日期。
    """
    from gouji.collection.steps import deciding
    from gouji.collection.workspace.settings import as_date

    print_outcome(deciding.extend(workspace_of(folder), units, as_date(until, "--until "), reason))


@command()
@click.argument("number", type=int, metavar="编号")
@REASON
@WORKSPACE
def undo(number: int, reason: str, folder: Path | None) -> None:
    """撤销一个决定，编号见 gouji decisions。"""
    from gouji.collection.steps import deciding

    print_outcome(deciding.undo(workspace_of(folder), number, reason))


@command("decisions")
@JSON
@WORKSPACE
def list_decisions(as_json: bool, folder: Path | None) -> None:
    """列出所有的决定：谁在什么时候，为什么。"""
    from gouji.collection.review.detail import decision_words

    workspace = workspace_of(folder)
    with workspace.ledger() as ledger:
        decisions, names = ledger.decisions(), ledger.file_names()
    if as_json:
        print_json({"decisions": [decision.as_json() for decision in decisions]})
        return
    for decision in decisions:
        click.echo(decision_words(decision, names, workspace.roster.member(decision.code)))
    if not decisions:
        click.echo("还没有决定。")
