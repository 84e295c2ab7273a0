"""The commands that save a workspace in one file, bring it back, and check it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gouji.cli.chinese import command
from gouji.cli.exit_status import FAILED
from gouji.cli.options import JSON, PATH, WORKSPACE, output_option
from gouji.cli.printing import print_json, print_lines, print_outcome
from gouji.cli.workspaces import workspace_of


@command()
@output_option("写到哪个文件（.zip）或者文件夹；不写时放在工作文件夹旁边。")
@WORKSPACE
def backup(output: Path | None, folder: Path | None) -> None:
    """备份整个工作文件夹。"""
    from gouji.cli.progress import counting
    from gouji.collection.steps.saving import back_up

    workspace = workspace_of(folder)
    with counting() as watch:
        outcome = back_up(workspace, output, watch=watch)
    print_outcome(outcome)


@command()
@JSON
@WORKSPACE
def verify(as_json: bool, folder: Path | None) -> None:
    """检查工作文件夹：归档的文件和收到时是不是一样，台账是不是完好。

    每个文件都读一遍。有不对的，说明是哪个单位的、从哪里可以补；写出以后有人改过、移走的也列出来。
    """
    from gouji.cli.progress import counting
    from gouji.collection.review.verifying import verify as verify_workspace
    from gouji.collection.steps.verifying import outcome_of

    workspace = workspace_of(folder)
    with counting() as watch:
        verified = verify_workspace(workspace, watch)
    if as_json:
        print_json(verified.as_json())
    else:
        print_lines(outcome_of(verified).lines)
    if verified.troubles:
        sys.exit(FAILED)


@command()
@click.argument("file", type=PATH, metavar="备份文件")
@click.argument("folder", type=PATH, metavar="文件夹")
@click.option("--key", "key_file", type=PATH, metavar="文件", help="另外保管的签发密钥：备份的封印要和它对得上。")
def restore(file: Path, folder: Path, key_file: Path | None) -> None:
    """从备份恢复到一个新的文件夹。"""
    from gouji.cli.progress import counting
    from gouji.collection.workspace.restore import restore as restore_backup
    from gouji.formats.read import read_key

    key = read_key(key_file) if key_file else None
    with counting() as watch:
        done = restore_backup(file, folder, watch, key=key)
    click.echo(f"已恢复 {done.count} 个文件：{folder}")
    for remark in done.remarks:
        click.echo(remark, err=True)
