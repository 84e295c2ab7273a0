"""The three commands that send: the forms, the reminders, the answers; over SMTP, or as drafts for a mail program."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any, Literal

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import Mail
from gouji.collection.mail.letters import Writer, Written
from gouji.collection.mail.message import Envelope, Party, message_bytes
from gouji.collection.mail.outbox import Letter, Outbox, Plan, Sent, planned
from gouji.collection.mail.password import password_of
from gouji.collection.mail.smtp import SmtpConnection
from gouji.collection.mail.templates import make_templates
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce
from gouji.collection.outgoing.send_back import send_back
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import TABLE, Mailbox
from gouji.collection.workspace.names import ISSUED, SENT_BACK
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.settings import FILE
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import make_folder

Mailing = Literal["forms", "reminders", "answers"]

_DOING: dict[Mailing, str] = {"forms": "发邮件", "reminders": "催报", "answers": "发回执"}
_DRAFTS: dict[Mailing, tuple[str, str]] = {
    "forms": (f"{ISSUED}/邮件", "邮件"),
    "reminders": (f"{SENT_BACK}/邮件", "催报"),
    "answers": (f"{SENT_BACK}/回执", "回执"),
}
"""Where the drafts of each kind are, and how their names end."""


class SendOptions(msgspec.Struct, frozen=True):
    """How the officer wants it."""

    only: tuple[str, ...] = ()
    """Units, as people name them; empty for all."""
    again: bool = False
    skip_unsure: bool = False
    per_minute: int | None = None
    """None for what the settings say."""


class MailingResult(msgspec.Struct):
    """What a command has done, or would do."""

    written: Written
    plan: Plan
    sent: Sent | None = None
    drafts: Made | None = None
    folder: str = ""
    """Where the drafts are."""

    def as_json(self) -> dict[str, Any]:
        """Return what would be sent as plain data."""
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


UNSURE = ("sending", "unsure")
"""The states of a mail of which it is not known whether it has gone."""


def preview(
    workspace: Workspace, what: Mailing, options: SendOptions, today: datetime.date, executor: Executor = local_workers
) -> MailingResult:
    """Return everything that would be sent, and send nothing; what goes back to units is written if it is not yet."""
    _prepare(workspace, what, today, executor)
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
    watch: Callable[[int, int, str], None] = lambda at, total, name: None,
) -> MailingResult:
    """Send what is still to be sent.

    ``ask`` asks for the password; None where nobody can be asked. Raises GoujiError where something is wrong with the
    settings, the roster, a template or a form before the first mail goes, and where the server takes no more.
    """
    mailbox = workspace.mailbox
    if mailbox is None or mailbox.smtp is None:
        raise GoujiError(
            f"“{FILE}”里还没有写发信的邮箱（[{TABLE}] 的 address 和 smtp_host）。"
            "没有发信服务器的，用 --drafts 生成可以在邮件程序里发出的草稿。"
        )
    _prepare(workspace, what, today, executor)
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
    watch: Callable[[int, int, str], None] = lambda at, total, name: None,
) -> MailingResult:
    """Write what is still to be sent as files that a mail program opens ready to send, one for each unit.

    Whether they were sent, only that program knows. Raises GoujiError as :func:`post` does.
    """
    _prepare(workspace, what, today, executor)
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
            workspace.folder, ledger, folder, orders, _drafted, _here, watch, withdraw=not options.only
        )
        posted.folder = folder
    return posted


class _Draft(msgspec.Struct, frozen=True):
    letter: Letter
    envelope: Envelope


def _draft_envelope(pairs: Sequence[tuple[Letter, Mail]], sender: Party | None, mailbox: Mailbox | None) -> Envelope:
    letter, mail = pairs[0]
    return Envelope(
        to=tuple(Party(each.address, each.member.name) for each, _ in pairs),
        message_id=mail.message_id,
        date=None,
        sender=sender,
        reply_to=mailbox.reply_to if mailbox else "",
        answers=letter.answers,
    )


def _drafted(draft: _Draft) -> bytes:
    return message_bytes(draft.letter.content(), draft.envelope)


def _here(function: Callable[[Any], Any], items: Sequence[Any]) -> Generator[Any]:
    """Do a function over many items on the spot: a draft takes less than to send it to a worker."""
    for item in items:
        yield function(item)


def _prepare(workspace: Workspace, what: Mailing, today: datetime.date, executor: Executor) -> None:
    """Write what the letters need."""
    make_templates(workspace.folder)
    if what == "forms":
        return
    sent_back = send_back(workspace, today=today, executor=executor)
    for path, why in sent_back.made.problems:
        raise GoujiError(f"{path}：{why}")


def _planned(
    workspace: Workspace, ledger: Ledger, what: Mailing, options: SendOptions, today: datetime.date
) -> MailingResult:
    writer = Writer(workspace, ledger, today)
    members = _members(workspace, options.only)
    if what == "forms":
        written = writer.forms(members)
    elif what == "reminders":
        written = writer.reminders(members, again=options.again)
    else:
        written = writer.answers(members)
    mailbox = workspace.mailbox
    domain = mailbox.address.rpartition("@")[2] if mailbox else _NOWHERE
    return MailingResult(written, planned(ledger, written.letters, workspace.key, domain, again=options.again))


_NOWHERE = "gouji.invalid"


def _members(workspace: Workspace, only: Sequence[str]) -> tuple[Member, ...]:
    """Return the units that are meant, in the order of the roster.

    Raises GoujiError for one that is not known, or does not have to report.
    """
    active = workspace.roster.active
    if not only:
        return active
    chosen = {workspace.roster.wanted(said).code for said in only}
    for code in chosen - {member.code for member in active}:
        raise GoujiError(f"单位 {code} 在 {workspace.settings.year} 年度不用报，没有发。请核对名册。")
    return tuple(member for member in active if member.code in chosen)


def _office(workspace: Workspace) -> str:
    mailbox = workspace.mailbox
    return (mailbox.name if mailbox else "") or workspace.settings.signed_by
