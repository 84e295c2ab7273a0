"""The commands that make what goes out to the units: their forms, and what is sent back for correction."""

from __future__ import annotations

from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import DASK, WORKSPACE
from gouji.cli.printing import exit_if_any, print_first, print_made
from gouji.cli.workspaces import executor_of, workspace_of


@command()
@DASK
@WORKSPACE
def issue(dask: str | None, folder: Path | None) -> None:
    """给名册里的每个单位生成填报表，放在“下发”；只重新生成有变化的。"""
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.issue import issue as issue_forms
    from gouji.collection.workspace.names import ISSUED, SETTINGS

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        issued = issue_forms(workspace, today=clock.today(), executor=executor, watch=watch)
    click.echo(f"{issued.units} 个单位的填报表、通知和清单在“{ISSUED}”。")
    print_made(issued.made, "文件")
    if issued.key_changed:
        click.echo(
            "本轮的签发密钥变了：填报表都用现在的密钥重新签发了，请全部重新发给单位。用原来的表填的，签发信息会对不上。"
        )
    if issued.carried:
        click.echo(f"上年结转已填好并锁定的：{issued.carried} 个单位。")
    print_first([f"没有上年的报告，上年结转由单位填：{member.name}（{member.code}）" for member in issued.missing])
    print_first(
        [f"上年的单位由几个单位接着报，上年结转由单位填：{member.name}（{member.code}）" for member in issued.divided]
    )
    for trouble in issued.troubles:
        click.echo(f"自定格式：{trouble}已经照常生成。", err=True)
    if issued.lacks:
        lacks = "、".join(issued.lacks)
        click.echo(f"通知里没有{lacks}。请写进“{SETTINGS}”，再运行一次，通知会重新生成。", err=True)
    exit_if_any(issued.made.problems)


@command("return")
@click.option("--only", multiple=True, metavar="单位", help="只退回这个单位的（代码、全称或者简称）；可以写几次。")
@DASK
@WORKSPACE
def send_back(only: tuple[str, ...], dask: str | None, folder: Path | None) -> None:
    """给有错误、有疑问的单位生成退回改正的填报表和说明，放在“退回”。

    “设置.toml”写了 correction_days（退回以后几天改好）的，从第一次生成这一份的退回文件那天算起。
    """
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.send_back import send_back
    from gouji.collection.workspace.names import SENT_BACK

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        sent_back = send_back(workspace, today=clock.today(), only=only, executor=executor, watch=watch)
    if sent_back.units:
        click.echo(f"{len(sent_back.units)} 个单位要改正或者说明，填报表和说明在“{SENT_BACK}”。")
    else:
        click.echo("没有单位要改正或者说明。" if not only else "没有要退回的。")
    print_first([f"没有要改正或者说明的：{member.name}（{member.code}）" for member in sent_back.nothing])
    print_made(sent_back.made, "文件")
    exit_if_any(sent_back.made.problems)
