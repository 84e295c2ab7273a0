"""The commands that send mail to the units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import DASK, JSON, WORKSPACE
from gouji.cli.printing import print_json, print_outcome
from gouji.cli.workspaces import executor_of, workspace_of

if TYPE_CHECKING:
    from gouji.collection.mail.send import Mailing


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
    from gouji.collection.mail.send import SendOptions
    from gouji.collection.steps.mailing import mail

    if per_minute is not None and per_minute < 1:
        raise click.UsageError("--per-minute 应当至少是 1。")
    if as_json and not dry_run:
        raise click.UsageError("--json 与 --dry-run 一起用。")
    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        mailed = mail(
            workspace,
            what,
            SendOptions(only, again, skip_unsure, per_minute),
            "preview" if dry_run else "drafts" if drafts else "send",
            ask=password_prompt(),
            executor=executor,
            watch=watch,
            today=clock.today(),
        )
    if as_json:
        print_json(mailed.result.as_json())
    else:
        print_outcome(mailed.outcome)
