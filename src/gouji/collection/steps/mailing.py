"""Sending mail to the units: looked at first, sent over SMTP, or written as drafts for a mail program."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from gouji.collection.ledger.mail import Mail
from gouji.collection.mail.outbox import UNSURE, Plan, Sent
from gouji.collection.mail.send import Mailing, MailingResult, SendOptions, draft, post, preview
from gouji.collection.outgoing.products import Made
from gouji.collection.steps.made import made_lines
from gouji.collection.steps.outcome import Line, Outcome, several
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers


class Mailed(msgspec.Struct):
    """What a mailing has done, or would do: in sentences, and letter by letter."""

    outcome: Outcome
    result: MailingResult


def mail(
    workspace: Workspace,
    what: Mailing,
    options: SendOptions,
    how: Literal["preview", "drafts", "send"],
    *,
    ask: Callable[[str], str] | None = None,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Mailed:
    """Say what would be sent, write it as drafts, or send it.

    ``ask`` asks for the password of the mailbox; None where there is nobody to ask. Raises GoujiError where something
    is wrong with the settings, the roster, a template or a form, and where the mail server stops.
    """
    if how == "preview":
        result = preview(workspace, what, options, today, executor, watch)
    elif how == "drafts":
        result = draft(workspace, what, options, today=today, executor=executor, watch=watch)
    else:
        result = post(workspace, what, options, today=today, ask=ask, executor=executor, watch=watch)
    lines = [*(_plan_lines(result.plan) if how == "preview" else ()), *_left_out_lines(result)]
    if result.drafts is not None:
        lines += _draft_lines(result.drafts, result.folder)
    if result.sent is not None:
        lines += _sent_lines(workspace, result.sent)
    return Mailed(Outcome(tuple(lines), _is_unfinished(result), _files(result.drafts)), result)


def _is_unfinished(result: MailingResult) -> bool:
    sent, drafts = result.sent, result.drafts
    return bool((drafts and drafts.problems) or (sent and (sent.refused or sent.failed or sent.unsure)))


def _files(drafts: Made | None) -> tuple[str, ...]:
    return tuple(order.path for order in drafts.written) if drafts else ()


def _plan_lines(plan: Plan) -> Iterator[Line]:
    for letter, waiting in plan.waiting:
        files = f"；附件：{'、'.join(letter.files)}" if letter.files else ""
        unsure = "（上次中断，可能已经发出）" if waiting.state in UNSURE else ""
        yield Line(f"{letter.member.name}（{letter.member.code}）<{letter.address}>：{letter.subject}{files}{unsure}")
    yield Line(f"要发 {len(plan.waiting)} 封，发过的 {len(plan.done)} 封。没有发。")


def _left_out_lines(result: MailingResult) -> Iterator[Line]:
    written = result.written
    yield from several(
        (f"名册里没有邮箱，没有发：{member.name}（{member.code}）" for member in written.without_address),
        f"没有邮箱的共 {len(written.without_address)} 个单位。",
        "look",
    )
    if written.reminded:
        yield Line(f"今天已经催过或者回复过的 {len(written.reminded)} 个单位，没有再发。")
    yield from several(
        (
            f"是从名册里没有的邮箱 {sender} 发来的，没有回复：{member.name}（{member.code}）"
            for member, sender in written.strangers
        ),
        kind="look",
    )


def _draft_lines(drafts: Made, folder: str) -> Iterator[Line]:
    yield from made_lines(drafts, "邮件草稿")
    if drafts.written or drafts.kept:
        yield Line(f"草稿在“{folder}”，用邮件程序打开后发出。有没有发出，这里不知道。")


def _sent_lines(workspace: Workspace, sent: Sent) -> Iterator[Line]:
    before = f"，以前发过的 {sent.before} 封" if sent.before else ""
    yield Line(f"已发出 {len(sent.sent)} 封{before}。")
    if sent.repeated:
        yield Line(f"上次中断、可能已经发出的 {len(sent.repeated)} 封，又发了一次（邮件编号相同）。")
    refused = "被拒收，请核对名册里的邮箱；改了邮箱的会再发，没有错的"
    yield from _unsent_lines(workspace, sent.refused, f"{refused}要说明再发一次", f"{refused}用 --again --only 再发")
    yield from _unsent_lines(workspace, sent.failed, "没有发出，再发一遍会再发", "没有发出，再运行一遍会再发")
    yield from _unsent_lines(workspace, sent.unsure, "不知道发出没有，请问一下单位")


def _unsent_lines(workspace: Workspace, mails: Iterable[Mail], what: str, at_a_terminal: str = "") -> Iterator[Line]:
    mails = list(mails)
    if not mails:
        return
    yield Line(
        "",
        "wrong",
        tuple(_about(workspace, one, what) for one in mails),
        f"这样的共 {len(mails)} 封。",
        terminal=tuple(_about(workspace, one, at_a_terminal) for one in mails) if at_a_terminal else (),
    )


def _about(workspace: Workspace, one: Mail, what: str) -> str:
    member = workspace.roster.member(one.code)
    why = f"（{one.answer}）" if one.answer else ""
    return f"{member.name if member else one.code} <{one.address}>：{what}{why}。"
