"""The three mailings, forms, reminders and answers: sent over SMTP, or written as drafts for a mail program."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Literal

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import Mail
from gouji.collection.mail.letters import Writer, Written
from gouji.collection.mail.message import Envelope, Party, message_bytes
from gouji.collection.mail.outbox import UNSURE, Letter, Outbox, Plan, Sent, planned
from gouji.collection.mail.password import password_of
from gouji.collection.mail.smtp import SmtpConnection
from gouji.collection.mail.templates import make_templates
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce
from gouji.collection.outgoing.send_back import send_back
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import TABLE, Mailbox
from gouji.collection.workspace.names import ISSUED, SENT_BACK
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.settings import FILE
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, in_this_process, local_workers
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import make_folder

Mailing = Literal["forms", "reminders", "answers"]

_NO_DOMAIN = "gouji.invalid"
"""The domain in the message ids of an office without a mailbox."""

_DOING: dict[Mailing, str] = {"forms": "发邮件", "reminders": "催报", "answers": "发回执"}
_DRAFTS: dict[Mailing, tuple[str, str]] = {
    "forms": (f"{ISSUED}/邮件", "邮件"),
    "reminders": (f"{SENT_BACK}/邮件", "催报"),
    "answers": (f"{SENT_BACK}/回执", "回执"),
}
"""The folder for the drafts of each mailing, and how their names end."""


class SendOptions(msgspec.Struct, frozen=True):
    """How the officer wants a mailing."""

    only: tuple[str, ...] = ()
    """Units, as people name them; empty for all."""
    again: bool = False
    skip_unsure: bool = False
    per_minute: int | None = None
    """None for what the settings say."""


class MailingResult(msgspec.Struct):
    """What a mailing has done, or would do."""

    written: Written
    plan: Plan
    sent: Sent | None = None
    drafts: Made | None = None
    folder: str = ""
    """The folder of the drafts."""

    def as_json(self) -> dict[str, Any]:
        """Return as plain data what would be sent."""
        return {
            "letters": [
                {
                    "code": letter.member.code,
                    "name": letter.member.name,
                    "address": letter.address,
                    "subject": letter.subject,
                    "files": letter.files,
                    "unsure": mail.state in UNSURE,
                }
                for letter, mail in self.plan.waiting
            ],
            "done": len(self.plan.done),
            "without_address": [member.code for member in self.written.without_address],
            "reminded_today": [member.code for member in self.written.reminded],
            "strangers": [{"code": member.code, "sender": sender} for member, sender in self.written.strangers],
        }


def preview(
    workspace: Workspace,
    what: Mailing,
    options: SendOptions,
    today: datetime.date,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> MailingResult:
    """Return what would be sent, and send nothing; the files that go back to units are written if necessary."""
    _prepare(workspace, what, options, today, executor, watch)
    return look(workspace, what, options, today)


def look(workspace: Workspace, what: Mailing, options: SendOptions, today: datetime.date) -> MailingResult:
    """Return what would be sent, and write nothing.

    Raises GoujiError where a file is missing that a letter needs, as :func:`preview` does where it cannot be written.
    """
    with workspace.ledger() as ledger:
        return _planned(workspace, ledger, what, options, today)


def post(
    workspace: Workspace,
    what: Mailing,
    options: SendOptions,
    *,
    today: datetime.date,
    ask: Callable[[str], str] | None,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> MailingResult:
    """Send what is still to be sent.

    ``ask`` asks for the password; None where there is nobody to ask. Raises GoujiError where something is wrong with
    the settings, the roster, a template or a form, before the first mail is sent, and where the server stops.
    """
    mailbox = workspace.mailbox
    if mailbox is None or mailbox.smtp is None:
        raise GoujiError(
            f"“{FILE}”里还没有写发信的邮箱（[{TABLE}] 的 address 和 smtp_host）。"
            "没有发信服务器的，用 --drafts 生成可以在邮件程序里发出的草稿。"
        )
    _prepare(workspace, what, options, today, executor, watch)
    with workspace.writing(_DOING[what]) as ledger:
        posted = _planned(workspace, ledger, what, options, today)
        password = password_of(mailbox.user, ask) if posted.plan.waiting else ""
        with closing(SmtpConnection(mailbox.smtp, mailbox.user, password, mailbox.address)) as sender:
            outbox = Outbox(
                ledger,
                mailbox,
                _office(workspace),
                sender,
                per_minute=options.per_minute or mailbox.per_minute,
                skip_unsure=options.skip_unsure,
                watch=watch,
            )
            posted.sent = outbox.send(posted.plan)
    return posted


def draft(
    workspace: Workspace,
    what: Mailing,
    options: SendOptions,
    *,
    today: datetime.date,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> MailingResult:
    """Write what is still to be sent as files that a mail program opens ready to send, one for each unit.

    Only that program knows whether they are sent. Raises GoujiError as :func:`post` does.
    """
    _prepare(workspace, what, options, today, executor, watch)
    folder, ending = _DRAFTS[what]
    with workspace.writing(_DOING[what]) as ledger:
        posted = _planned(workspace, ledger, what, options, today)
        mailbox = workspace.mailbox
        sender = Party(mailbox.address, _office(workspace)) if mailbox else None
        units: dict[str, list[tuple[Letter, Mail]]] = {}
        for letter, mail in posted.plan.waiting:
            units.setdefault(letter.member.code, []).append((letter, mail))
        orders = []
        for code, pairs in units.items():
            name = file_name(pairs[0][0].member, f"{workspace.settings.year}_{ending}", ".eml")
            task = _Draft(pairs[0][0], _draft_envelope(pairs, sender, mailbox))
            letter = task.letter
            basis = fingerprint(letter.fingerprint, task.envelope, letter.subject, letter.content().text)
            orders.append(Order(f"{folder}/{name}", code, basis, task))
        make_folder(workspace.folder / folder)
        posted.drafts = produce(
            workspace.folder, ledger, folder, orders, _drafted, in_this_process, watch, withdraw=not options.only
        )
        posted.folder = folder
    return posted


class _Draft(msgspec.Struct, frozen=True):
    letter: Letter
    envelope: Envelope


def _draft_envelope(pairs: Sequence[tuple[Letter, Mail]], sender: Party | None, mailbox: Mailbox | None) -> Envelope:
    letter, mail = pairs[0]
    return Envelope(
        to=tuple(Party(one.address, one.member.name) for one, _ in pairs),
        message_id=mail.message_id,
        date=None,
        sender=sender,
        reply_to=mailbox.reply_to if mailbox else "",
        answers=letter.answers,
    )


def _drafted(draft: _Draft) -> bytes:
    return message_bytes(draft.letter.content(), draft.envelope)


def _prepare(
    workspace: Workspace, what: Mailing, options: SendOptions, today: datetime.date, executor: Executor, watch: Watch
) -> None:
    """Write the files that the letters need."""
    make_templates(workspace.folder)
    if what == "forms":
        return
    sent_back = send_back(workspace, today=today, only=options.only, executor=executor, watch=watch)
    for path, why in sent_back.made.problems:
        raise GoujiError(f"{path}：{why}")


def _planned(
    workspace: Workspace, ledger: Ledger, what: Mailing, options: SendOptions, today: datetime.date
) -> MailingResult:
    writer = Writer(workspace, ledger, today)
    members = workspace.units_named(options.only)
    if what == "forms":
        written = writer.forms(members)
    elif what == "reminders":
        written = writer.reminders(members, again=options.again)
    else:
        written = writer.answers(members)
    mailbox = workspace.mailbox
    domain = mailbox.address.rpartition("@")[2] if mailbox else _NO_DOMAIN
    return MailingResult(written, planned(ledger, written.letters, workspace.key, domain, again=options.again))


def _office(workspace: Workspace) -> str:
    mailbox = workspace.mailbox
    return (mailbox.name if mailbox else "") or workspace.settings.signed_by
