"""The commands that decide: which submission is in force, whose it is, what is explained or waived."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.options import JSON, REASON, WORKSPACE
from gouji.cli.printing import print_json
from gouji.cli.workspaces import workspace_of


@command()
@click.argument("unit", metavar="单位")
@click.argument("file", metavar="[文件]", default="")
@REASON
@WORKSPACE
def accept(unit: str, file: str, reason: str, folder: Path | None) -> None:
    """采用单位报的某一份，以后来的不代替它。不写文件的，是最后来的一份。"""
    from gouji.collection.review import decisions

    click.echo(decisions.accept(workspace_of(folder), unit, file, reason))


@command()
@click.argument("unit", metavar="单位")
@click.argument("file", metavar="[文件]", default="")
@REASON
@WORKSPACE
def reject(unit: str, file: str, reason: str, folder: Path | None) -> None:
    """不采用单位报的某一份。要写理由，会写进退回说明。"""
    from gouji.collection.review import decisions

    click.echo(decisions.reject(workspace_of(folder), unit, file, reason))


@command()
@click.argument("file", metavar="文件")
@click.argument("unit", metavar="单位")
@REASON
@WORKSPACE
def assign(file: str, unit: str, reason: str, folder: Path | None) -> None:
    """指定收到的文件是哪个单位的。"""
    from gouji.collection.review import decisions

    click.echo(decisions.assign(workspace_of(folder), file, unit, reason))


@command()
@click.argument("unit", metavar="单位")
@click.argument("rule", metavar="规则")
@click.argument("text", metavar="说明")
@WORKSPACE
def explain(unit: str, rule: str, text: str, folder: Path | None) -> None:
    """代单位说明一处“请核实并说明”的。数字改动以后，说明不再有效。

    单位写“汇总”的，说明的是汇总本身的问题。
    """
    from gouji.collection.totals import decisions

    click.echo(decisions.explain(workspace_of(folder), unit, rule, text))


@command()
@click.argument("unit", metavar="单位")
@click.argument("rule", metavar="规则")
@click.argument("text", metavar="理由")
@WORKSPACE
def waive(unit: str, rule: str, text: str, folder: Path | None) -> None:
    """放行一处“必须改正”的。数字改动以后，放行不再有效。

    单位写“汇总”的，放行的是汇总本身的问题。
    """
    from gouji.collection.totals import decisions

    click.echo(decisions.waive(workspace_of(folder), unit, rule, text))


@command()
@click.argument("number", type=int, metavar="编号")
@REASON
@WORKSPACE
def undo(number: int, reason: str, folder: Path | None) -> None:
    """撤销一个决定，编号见 gouji decisions。"""
    from gouji.collection.review import decisions

    click.echo(decisions.undo(workspace_of(folder), number, reason))


@command("decisions")
@JSON
@WORKSPACE
def list_decisions(as_json: bool, folder: Path | None) -> None:
    """列出所有的决定：谁在什么时候，为什么。"""
    from gouji.collection.review.status import decision_words

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
