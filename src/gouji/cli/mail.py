"""The commands of the office's mail."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli.chinese import Group
from gouji.cli.office import (
    DASK,
    JSON,
    WORKSPACE,
    command,
    executor_of,
    leave,
    print_json,
    tell_collection,
    tell_made,
    workspace_of,
)
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.collection.mail.outbox import Sent
    from gouji.collection.mail.send import Mailing, MailingResult
    from gouji.collection.workspace.folder import Workspace

_SHOWN = 20


def add_to(main: Group) -> None:
    """Add the commands of the office's mail to a group."""
    for each in (send, remind, fetch, ack):
        main.add_command(each)


def _sending(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of everything that is sent."""
    for option in reversed(
        (
            click.option(
                "--only", multiple=True, metavar="单位", help="只发给这个单位（代码、全称或者简称）；可以写几次。"
            ),
            click.option("--dry-run", is_flag=True, help="只看要发什么，不发；可以加 --json。"),
            JSON,
            click.option("--drafts", is_flag=True, help="不发，生成草稿（.eml），用 Outlook、Foxmail 打开后发出。"),
            click.option("--again", is_flag=True, help="发过的、被拒收的也再发一次。"),
            click.option("--skip-unsure", is_flag=True, help="上次中断、不知道发出没有的，不再发。"),
            click.option("--per-minute", type=int, metavar="封数", help="一分钟最多发几封。"),
            DASK,
            WORKSPACE,
        )
    ):
        function = option(function)
    return function


@command()
@_sending
def send(folder: Path | None, dask: str | None, **options: object) -> None:
    """把填报表和通知发给每个单位；发过的不会再发，填报表有变化的才再发。

    中断以后再运行一遍，只发没有发的。邮箱写在“设置.toml”，邮件的文字在“邮件模板”。
    """
    _send(folder, dask, "forms", **options)  # type: ignore[arg-type]


@command()
@_sending
def remind(folder: Path | None, dask: str | None, **options: object) -> None:
    """催没有交的单位；要改正、要说明的，连同退回的填报表和说明一起发。一天最多一次。"""
    _send(folder, dask, "reminders", **options)  # type: ignore[arg-type]


@command()
@_sending
def ack(folder: Path | None, dask: str | None, **options: object) -> None:
    """回复用邮件报送的单位：已通过，或者哪里要改。每一份只回复一次。"""
    _send(folder, dask, "answers", **options)  # type: ignore[arg-type]


def _send(
    folder: Path | None,
    dask: str | None,
    what: Mailing,
    *,
    only: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    drafts: bool,
    again: bool,
    skip_unsure: bool,
    per_minute: int | None,
) -> None:
    from gouji.cli.progress import counting
    from gouji.collection.mail.send import SendOptions, draft, post, preview

    if per_minute is not None and per_minute < 1:
        raise click.UsageError("--per-minute 应当至少是 1。")
    if as_json and not dry_run:
        raise click.UsageError("--json 与 --dry-run 一起用。")
    workspace = workspace_of(folder)
    options = SendOptions(only, again, skip_unsure, per_minute)
    today = datetime.date.today()
    with executor_of(dask) as executor, counting() as watch:
        if dry_run:
            posted = preview(workspace, what, options, today, executor)
        elif drafts:
            posted = draft(workspace, what, options, today=today, executor=executor, watch=watch)
        else:
            posted = post(workspace, what, options, today=today, ask=_asking(), executor=executor, watch=watch)
    if as_json:
        print_json(posted.as_json())
        return
    if dry_run:
        _tell_plan(posted)
    _tell_left_out(posted)
    if posted.drafts is not None:
        tell_made(posted.drafts, "邮件草稿")
        click.echo(f"草稿在“{posted.folder}”，用邮件程序打开后发出。有没有发出，这里不知道。")
        leave(posted.drafts.problems)
    if posted.sent is not None:
        _tell_sent(workspace, posted.sent)


def _asking() -> Callable[[str], str] | None:
    """Return what asks for a password; None where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda user: str(click.prompt(f"{user} 的密码（授权码）", hide_input=True, err=True))


def _tell_plan(posted: MailingResult) -> None:
    from gouji.collection.mail.send import UNSURE

    for letter, mail in posted.plan.waiting:
        files = f"；附件：{'、'.join(letter.files)}" if letter.files else ""
        unsure = "（上次中断，可能已经发出）" if mail.state in UNSURE else ""
        click.echo(f"{letter.member.name}（{letter.member.code}）<{letter.address}>：{letter.subject}{files}{unsure}")
    click.echo(f"要发 {len(posted.plan.waiting)} 封，发过的 {len(posted.plan.done)} 封。没有发。")


def _tell_left_out(posted: MailingResult) -> None:
    written = posted.written
    for member in written.without_address[:_SHOWN]:
        click.echo(f"名册里没有邮箱，没有发：{member.name}（{member.code}）")
    if len(written.without_address) > _SHOWN:
        click.echo(f"没有邮箱的共 {len(written.without_address)} 个单位。")
    if written.reminded:
        click.echo(f"今天已经催过或者回复过的 {len(written.reminded)} 个单位，没有再发。")
    for member, sender in written.strangers[:_SHOWN]:
        click.echo(f"是从名册里没有的邮箱 {sender} 发来的，没有回复：{member.name}（{member.code}）")


def _tell_sent(workspace: Workspace, sent: Sent) -> None:
    before = f"，以前发过的 {sent.before} 封" if sent.before else ""
    click.echo(f"已发出 {len(sent.sent)} 封{before}。")
    if sent.repeated:
        click.echo(f"上次中断、可能已经发出的 {len(sent.repeated)} 封，又发了一次（邮件编号相同）。")
    for mails, what in (
        (sent.refused, "被拒收，请核对名册里的邮箱；改了邮箱的会再发，没有错的用 --again --only 再发"),
        (sent.failed, "没有发出，再运行一遍会再发"),
        (sent.unsure, "不知道发出没有，请问一下单位"),
    ):
        for mail in mails[:_SHOWN]:
            member = workspace.roster.member(mail.code)
            why = f"（{mail.answer}）" if mail.answer else ""
            click.echo(f"{member.name if member else mail.code} <{mail.address}>：{what}{why}。", err=True)
        if len(mails) > _SHOWN:
            click.echo(f"这样的共 {len(mails)} 封。", err=True)
    leave(sent.refused or sent.failed or sent.unsure)


@command()
@click.option("--since", metavar="日期", help="从哪一天收到的邮件看起；不写时是报告年度的 7 月 1 日。")
@click.option("--mark-seen", is_flag=True, help="把收下来的邮件在服务器上标为已读；不写时什么也不改。")
@click.option("--move-to", default="", metavar="文件夹", help="把收下来的邮件在服务器上移到另一个文件夹。")
@DASK
@WORKSPACE
def fetch(since: str | None, mark_seen: bool, move_to: str, dask: str | None, folder: Path | None) -> None:
    """从邮箱收新邮件，原样存在“回收/邮件”，然后核对、记账（和 gouji collect 一样）。

    收过的不会再收，中断以后再运行一遍就行。服务器上的邮件不删、不改。
    """
    from gouji.cli.progress import counting
    from gouji.collection.mail.fetch import FOLDER
    from gouji.collection.mail.fetch import fetch as fetch_mails
    from gouji.collection.workspace.settings import as_date

    workspace = workspace_of(folder)
    day = as_date(since, "--since ") if since else None
    with counting() as watch:
        fetched = fetch_mails(workspace, since=day, seen=mark_seen, target=move_to, ask=_asking(), watch=watch)
    known = f"，内容收过的 {fetched.known} 封" if fetched.known else ""
    click.echo(f"邮箱里有 {fetched.found} 封，新收 {fetched.new} 封{known}，在“{FOLDER}”。")
    for each in fetched.large:
        click.echo(f"太大，没有收：{each}。请在邮件程序里打开，把附件保存到“回收”文件夹。", err=True)
    problems = tell_collection(workspace, (workspace.folder / FOLDER,), dask)
    if fetched.trouble:
        raise GoujiError(f"{fetched.trouble}已经收下的没有受影响，请把同一个命令再运行一遍。")
    leave(problems)
