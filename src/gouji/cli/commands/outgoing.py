"""The commands that make what goes out to the units: their forms, and what is sent back for correction."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import DASK, WORKSPACE
from gouji.cli.printing import print_outcome
from gouji.cli.workspaces import executor_of, workspace_of


@command()
@DASK
@WORKSPACE
def issue(dask: str | None, folder: Path | None) -> None:
    """给名册里的每个单位生成填报表，放在“下发”；只重新生成有变化的。"""
    from gouji.cli.progress import counting
    from gouji.collection.steps import outgoing

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        outcome = outgoing.issue(workspace, executor=executor, watch=watch, today=clock.today())
    print_outcome(outcome)


@command("return")
@click.option("--only", multiple=True, metavar="单位", help="只退回这个单位的（代码、全称或者简称）；可以写几次。")
@DASK
@WORKSPACE
def send_back(only: tuple[str, ...], dask: str | None, folder: Path | None) -> None:
    """给有错误、有疑问的单位生成退回改正的填报表和说明，放在“退回”。

    “设置.toml”写了 correction_days（退回以后几天改好）的，从第一次生成这一份的退回文件那天算起。
    """
    from gouji.cli.progress import counting
    from gouji.collection.steps import outgoing

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        outcome = outgoing.send_back(workspace, only=only, executor=executor, watch=watch, today=clock.today())
    print_outcome(outcome)
