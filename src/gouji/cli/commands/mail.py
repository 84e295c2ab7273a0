"""The commands that send mail to the units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import DASK, JSON, WORKSPACE
from gouji.cli.printing import exit_if_any, print_first, print_json, print_made
from gouji.cli.workspaces import executor_of, workspace_of

if TYPE_CHECKING:
    from gouji.collection.ledger.mail import Mail
    from gouji.collection.mail.outbox import Sent
    from gouji.collection.mail.send import Mailing, MailingResult
    from gouji.collection.workspace.folder import Workspace


def _sending_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all commands for sending mail share."""
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
@_sending_options
def send(folder: Path | None, dask: str | None, **wishes: object) -> None:
    """把填报表和通知发给每个单位；发过的不会再发，填报表有变化的才再发。

    中断以后再运行一遍，只发没有发的。邮箱写在“设置.toml”，邮件的文字在“邮件模板”。
    """
    _send(folder, dask, "forms", **wishes)  # type: ignore[arg-type]


@command()
@_sending_options
def remind(folder: Path | None, dask: str | None, **wishes: object) -> None:
    """催没有交的单位；要改正、要说明的，连同退回的填报表和说明一起发。一天最多一次。"""
    _send(folder, dask, "reminders", **wishes)  # type: ignore[arg-type]


@command()
@_sending_options
def ack(folder: Path | None, dask: str | None, **wishes: object) -> None:
    """回复用邮件报送的单位：已通过，或者哪里要改。每一份只回复一次。"""
    _send(folder, dask, "answers", **wishes)  # type: ignore[arg-type]


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
    from gouji.cli.questions import password_prompt
    from gouji.collection.mail.send import SendOptions, draft, post, preview

    if per_minute is not None and per_minute < 1:
        raise click.UsageError("--per-minute 应当至少是 1。")
    if as_json and not dry_run:
        raise click.UsageError("--json 与 --dry-run 一起用。")
    workspace = workspace_of(folder)
    wishes = SendOptions(only, again, skip_unsure, per_minute)
    today = clock.today()
    with executor_of(dask) as executor, counting() as watch:
        if dry_run:
            posted = preview(workspace, what, wishes, today, executor)
        elif drafts:
            posted = draft(workspace, what, wishes, today=today, executor=executor, watch=watch)
        else:
            posted = post(workspace, what, wishes, today=today, ask=password_prompt(), executor=executor, watch=watch)
    if as_json:
        print_json(posted.as_json())
        return
    if dry_run:
        _print_plan(posted)
    _print_left_out(posted)
    if posted.drafts is not None:
        print_made(posted.drafts, "邮件草稿")
        if posted.drafts.written or posted.drafts.kept:
            click.echo(f"草稿在“{posted.folder}”，用邮件程序打开后发出。有没有发出，这里不知道。")
        exit_if_any(posted.drafts.problems)
    if posted.sent is not None:
        _print_sent(workspace, posted.sent)


def _print_plan(posted: MailingResult) -> None:
    from gouji.collection.mail.send import UNSURE

    for letter, mail in posted.plan.waiting:
        files = f"；附件：{'、'.join(letter.files)}" if letter.files else ""
        unsure = "（上次中断，可能已经发出）" if mail.state in UNSURE else ""
        click.echo(f"{letter.member.name}（{letter.member.code}）<{letter.address}>：{letter.subject}{files}{unsure}")
    click.echo(f"要发 {len(posted.plan.waiting)} 封，发过的 {len(posted.plan.done)} 封。没有发。")


def _print_left_out(posted: MailingResult) -> None:
    written = posted.written
    print_first(
        [f"名册里没有邮箱，没有发：{member.name}（{member.code}）" for member in written.without_address],
        f"没有邮箱的共 {len(written.without_address)} 个单位。",
    )
    if written.reminded:
        click.echo(f"今天已经催过或者回复过的 {len(written.reminded)} 个单位，没有再发。")
    print_first(
        [
            f"是从名册里没有的邮箱 {sender} 发来的，没有回复：{member.name}（{member.code}）"
            for member, sender in written.strangers
        ]
    )


def _print_sent(workspace: Workspace, sent: Sent) -> None:
    before = f"，以前发过的 {sent.before} 封" if sent.before else ""
    click.echo(f"已发出 {len(sent.sent)} 封{before}。")
    if sent.repeated:
        click.echo(f"上次中断、可能已经发出的 {len(sent.repeated)} 封，又发了一次（邮件编号相同）。")
    for mails, what in (
        (sent.refused, "被拒收，请核对名册里的邮箱；改了邮箱的会再发，没有错的用 --again --only 再发"),
        (sent.failed, "没有发出，再运行一遍会再发"),
        (sent.unsure, "不知道发出没有，请问一下单位"),
    ):
        lines = [_mail_line(workspace, mail, what) for mail in mails]
        print_first(lines, f"这样的共 {len(mails)} 封。", err=True)
    exit_if_any(sent.refused or sent.failed or sent.unsure)


def _mail_line(workspace: Workspace, mail: Mail, what: str) -> str:
    member = workspace.roster.member(mail.code)
    why = f"（{mail.answer}）" if mail.answer else ""
    return f"{member.name if member else mail.code} <{mail.address}>：{what}{why}。"
