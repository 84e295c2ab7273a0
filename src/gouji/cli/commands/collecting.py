"""The commands that take in what the units report: files, folders and archives, or the office's mailbox."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import ACCEPT_REPAIRS, DASK, PATH, WORKSPACE
from gouji.cli.printing import print_outcome
from gouji.cli.workspaces import executor_of, workspace_of


@command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[文件或者文件夹…]")
@ACCEPT_REPAIRS
@DASK
@WORKSPACE
def collect(paths: tuple[Path, ...], accept_repairs: bool, dask: str | None, folder: Path | None) -> None:
    """收表：把报送的文件归档、读取、核对、登记。不写文件的，收“回收”文件夹。

    可以是填报表、文件夹、压缩包（.zip、.rar、.7z、.tar.gz）、邮件（.eml、.msg）。同一个命令可以反复运行，收过的不会再收。
    """
    from gouji.cli.progress import counting
    from gouji.collection.steps import collecting

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        outcome = collecting.collect(
            workspace, paths, accept_repairs=accept_repairs, executor=executor, watch=watch, today=clock.today()
        )
    print_outcome(outcome)


@command()
@click.option("--since", metavar="日期", help="从哪一天收到的邮件看起；不写时是报告年度的 7 月 1 日。")
@click.option("--mark-seen", is_flag=True, help="把收下来的邮件在服务器上标为已读；不写时什么也不改。")
@click.option("--move-to", default="", metavar="文件夹", help="把收下来的邮件在服务器上移到另一个文件夹。")
@DASK
@WORKSPACE
def fetch(since: str | None, mark_seen: bool, move_to: str, dask: str | None, folder: Path | None) -> None:
    """从邮箱收新邮件，原样存在“回收/邮件”，然后核对、登记（和 gouji collect 一样）。

    收过的不会再收，中断以后再运行一遍就行。服务器上的邮件不删、不改。
    """
    from gouji.cli.progress import counting
    from gouji.cli.questions import password_prompt
    from gouji.collection.steps import collecting
    from gouji.collection.workspace.settings import as_date

    workspace = workspace_of(folder)
    day = as_date(since, "--since ") if since else None
    with executor_of(dask) as executor, counting() as watch:
        outcome = collecting.fetch(
            workspace,
            since=day,
            mark_seen=mark_seen,
            move_to=move_to,
            ask=password_prompt(),
            executor=executor,
            watch=watch,
            today=clock.today(),
        )
    print_outcome(outcome)
