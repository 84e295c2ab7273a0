"""The commands that take in what the units report: files, folders and archives, or the office's mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import ACCEPT_REPAIRS, DASK, PATH, WORKSPACE
from gouji.cli.printing import exit_if_any, print_changes, print_first, print_problems
from gouji.cli.workspaces import executor_of, workspace_of
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.collection.intake.attachments.courtesies import Courtesy
    from gouji.collection.intake.collect import Collected, Step
    from gouji.collection.review.status import Status
    from gouji.collection.workspace.folder import Workspace


@command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[文件或者文件夹…]")
@ACCEPT_REPAIRS
@DASK
@WORKSPACE
def collect(paths: tuple[Path, ...], accept_repairs: bool, dask: str | None, folder: Path | None) -> None:
    """收表：把报送的文件归档、读取、核对、登记。不写文件的，收“回收”文件夹。

    可以是填报表、文件夹、压缩包（.zip、.rar、.7z、.tar.gz）、邮件（.eml、.msg）。同一个命令可以反复运行，收过的不会再收。
    """
    exit_if_any(_collect(workspace_of(folder), paths, dask, accept_repairs=accept_repairs))


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
    from gouji.collection.mail.fetch import FOLDER
    from gouji.collection.mail.fetch import fetch as fetch_mails
    from gouji.collection.workspace.settings import as_date

    workspace = workspace_of(folder)
    day = as_date(since, "--since ") if since else None
    with counting() as watch:
        fetched = fetch_mails(workspace, since=day, seen=mark_seen, target=move_to, ask=password_prompt(), watch=watch)
    known = f"，内容收过的 {fetched.known} 封" if fetched.known else ""
    click.echo(f"邮箱里有 {fetched.found} 封，新收 {fetched.new} 封{known}，在“{FOLDER}”。")
    for mail in fetched.large:
        click.echo(f"太大，没有收：{mail}。请在邮件程序里打开，把附件保存到“回收”文件夹。", err=True)
    for sentence in fetched.odd:
        click.echo(sentence, err=True)
    problems = _collect(workspace, (workspace.folder / FOLDER,), dask)
    if fetched.trouble:
        raise GoujiError(f"{fetched.trouble}已经收下的没有受影响，请把同一个命令再运行一遍。")
    exit_if_any(problems)


def _collect(
    workspace: Workspace, paths: Sequence[Path], dask: str | None, *, accept_repairs: bool = False
) -> Sequence[object]:
    """Collect files, print the outcome and update the board; return what could not be collected."""
    from gouji.cli.progress import counting
    from gouji.collection.intake.collect import collect as collect_files
    from gouji.collection.review.changes import record_changes
    from gouji.collection.review.status import status_of
    from gouji.collection.workspace.names import KEY

    with executor_of(dask) as executor, counting() as watch:

        def show(step: Step) -> None:
            watch(step.number, step.total, f"{step.doing} {step.name}")

        collected = collect_files(workspace, paths, accept_repairs=accept_repairs, executor=executor, watch=show)
    _print_collected(collected)
    _print_repaired(workspace, collected)
    changes = record_changes(workspace)
    status = status_of(workspace, clock.today())
    click.echo(status.headline)
    for source, text in status.remarks:
        if source == KEY:
            click.echo(f"{source}：{text}")
    print_changes(workspace, changes)
    _print_waiting(status)
    _print_unknown(status)
    _update_board(workspace)
    return collected.problems


_CELLS = 6
"""Repaired cells of a file that are named."""

_COURTESIES: tuple[tuple[Courtesy, str], ...] = (
    ("reply", "回复“收到”一类的"),
    ("receipt", "已读回执"),
    ("automatic", "自动回复和系统通知"),
)


def _print_collected(collected: Collected) -> None:
    from gouji.cli.text import VERDICT_WORDS
    from gouji.collection.intake.others import words_about

    again = f"，收过的 {collected.again} 个" if collected.again else ""
    inside = f"（其中 {collected.inside} 个在压缩包、邮件里面）" if collected.inside else ""
    click.echo(f"看到 {collected.found} 个文件，新收 {collected.new} 个{inside}{again}。")
    verdicts = [
        f"{word} {count} 个" for verdict, word in VERDICT_WORDS.items() if (count := collected.examined[verdict])
    ]
    if verdicts:
        click.echo(f"核对了 {collected.examined.total()} 个：{'，'.join(verdicts)}。")
    if collected.courtesies:
        kinds = [f"{words} {count} 封" for kind, words in _COURTESIES if (count := collected.courtesies[kind])]
        click.echo(f"不是报送的邮件 {collected.courtesies.total()} 封：{'，'.join(kinds)}。")
    for unit, names in sorted(collected.others.items()):
        if words := words_about(names):
            click.echo(f"{unit or '不知道是哪个单位的'}：{words}")
    for source, text in (*collected.remarks, *collected.notes):
        click.echo(f"{source}：{text}")
    print_problems((problem.source, problem.message) for problem in collected.problems)


def _print_repaired(workspace: Workspace, collected: Collected) -> None:
    lines = []
    for one in collected.repaired:
        member = workspace.roster.member(one.code)
        words = "；".join(cell.change for cell in one.cells[:_CELLS])
        more = f"；等 {len(one.cells)} 格" if len(one.cells) > _CELLS else ""
        lines.append(f"按数字读取  {member.name if member else one.code}：{words}{more}")
    print_first(lines, f"按数字读取的共 {len(lines)} 份，用 gouji status 看全部。")


def _print_waiting(status: Status) -> None:
    lines = [
        f"{unit.member.name}：{words}" for unit in status.progress.units for words in status.about(unit.member).waiting
    ]
    print_first(lines, f"等您决定的共 {len(lines)} 处，用 gouji status 看全部。")


def _print_unknown(status: Status) -> None:
    print_first(
        [
            f"没有认出单位：{unknown.submission.source}（{unknown.submission.sha256[:8]}）：{unknown.why}"
            for unknown in status.unknown
        ],
        f"没有认出单位的共 {len(status.unknown)} 个，用 gouji status -o 状态.xlsx 看全部。",
    )


def _update_board(workspace: Workspace) -> None:
    """Bring the board up to date. A failure is printed; what was collected stays collected."""
    from gouji.collection.outgoing.board import write_board

    try:
        write_board(workspace, clock.today())
    except GoujiError as error:
        click.echo(f"看板没有更新：{error}", err=True)
