"""What the pages for sending show: what is still to be made, who gets which letter or none, and what was sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from gouji.collection.ledger.mail import Mail, MailLedger
from gouji.collection.mail.outbox import UNSURE, Letter
from gouji.collection.mail.send import Mailing, MailingResult, SendOptions, look
from gouji.collection.next_step.names import STEPS
from gouji.collection.outgoing.send_back import not_sent_back
from gouji.collection.review.status import Status
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ISSUED
from gouji.collection.workspace.roster import Member, Roster
from gouji.runtime.times import local_minute

SHOWN = 30
"""Units, or mails, on one page."""

KIND_WORDS = {"issue": "填报表", "remind": "催报", "return": "退回", "ack": "回执"}
STATE_WORDS = {
    "sent": "已发出",
    "refused": "邮箱被拒收",
    "failed": "没有发出",
    "sending": "不知道发出没有",
    "unsure": "不知道发出没有",
    "queued": "还没有发",
}
_MAILED_AS: dict[Mailing, tuple[str, ...]] = {
    "forms": ("issue",),
    "reminders": ("remind", "return"),
    "answers": ("ack",),
}


class MailingWords(msgspec.Struct, frozen=True):
    """What a mailing is called, and whom it is for."""

    name: str
    about: str


MAILINGS: dict[Mailing, MailingWords] = {
    "forms": MailingWords(STEPS["send"].title, "把填报表和通知发给每个单位。发过的不会再发，填报表有变化的才再发。"),
    "reminders": MailingWords(
        STEPS["remind"].title,
        "催没有交的单位；要改正、要说明的，连同退回的填报表和说明一起发。同一个单位一天最多一次。",
    ),
    "answers": MailingWords(STEPS["ack"].title, "回复用邮件报送的单位：已通过，或者哪里要改。每一份只回复一次。"),
}


class ToMake(msgspec.Struct, frozen=True):
    """Which files are still to be made before anything can be sent."""

    units: int
    unissued: int
    """Units without a form."""
    to_correct: tuple[Member, ...]
    """Units that have something to correct or explain; first those whose files are still to be made."""
    not_made: frozenset[str]
    """The codes of those whose files do not exist yet, or say something else."""

    def __contains__(self, member: Member) -> bool:
        return member.code in self.not_made


class SentMail(msgspec.Struct, frozen=True):
    """A mail that was handed over, or was to be."""

    what: str
    code: str
    name: str
    address: str
    state: str
    """The words of its state."""
    kind: str
    """``done``, ``asked`` or ``wrong``, as states of units are shown."""
    answer: str
    """What the server said, where it did not take the mail; why it came back."""
    time: str


class ForUnit(msgspec.Struct, frozen=True):
    """The letters that a unit gets: one to each of its addresses."""

    member: Member
    letters: tuple[tuple[Letter, Mail], ...]

    @property
    def unsure(self) -> bool:
        """Whether one of them may have been sent already."""
        return any(mail.state in UNSURE for _, mail in self.letters)

    @property
    def answers(self) -> tuple[str, ...]:
        """Why one of them was not sent before, as the server said it."""
        return tuple(mail.answer for _, mail in self.letters if mail.state == "failed" and mail.answer)


class Preview(msgspec.Struct, frozen=True):
    """What a mailing would send, and who gets nothing and why."""

    letters: int
    units: int
    page: int
    found: int
    """Units that the filter finds."""
    shown: tuple[ForUnit, ...]
    unsure: int
    """Letters that may have been sent before."""
    without_address: tuple[Member, ...]
    reminded: tuple[Member, ...]
    strangers: tuple[tuple[Member, str], ...]
    refused: tuple[tuple[Member, Mail], ...]
    sent: tuple[Member, ...]
    """Units that got theirs before."""

    @property
    def repeatable(self) -> tuple[Member, ...]:
        """Units that get nothing now, but may be sent the same once more."""
        units = (*self.sent, *self.reminded, *(member for member, _ in self.refused))
        return tuple({member.code: member for member in units}.values())

    @property
    def pages(self) -> int:
        """How many pages there are of what the filter finds."""
        return max(1, -(-self.found // SHOWN))


def to_make(workspace: Workspace, status: Status, *, only_forms: bool = False) -> ToMake:
    """Return what is still to be made; with ``only_forms``, nothing about what goes back.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    units, active = () if only_forms else status.progress.units, workspace.roster.active
    with workspace.ledger() as ledger:
        issued = {product.code for product in ledger.products(ISSUED).values()}
        not_made = frozenset(not_sent_back(workspace, ledger, units, status.today))
    to_correct = [unit.member for unit in units if unit.to_correct]
    return ToMake(
        len(active),
        sum(member.code not in issued for member in active),
        tuple(sorted(to_correct, key=lambda member: member.code not in not_made)),
        not_made,
    )


def preview_of(workspace: Workspace, what: Mailing, today: datetime.date, wanted: str = "", page: int = 1) -> Preview:
    """Return one page of what a mailing would send to the units whose name or code contains ``wanted``.

    Raises GoujiError where a file is missing that a letter needs, or a template is wrong.
    """
    result = look(workspace, what, SendOptions(), today)
    units = _by_unit(result)
    found = [unit for unit in units if _is_meant(unit.member, wanted)]
    page = min(max(1, page), max(1, -(-len(found) // SHOWN)))
    first = (page - 1) * SHOWN
    done = [(mail, workspace.roster.member(mail.code)) for mail in result.plan.done]
    sent = {mail.code: member for mail, member in done if mail.state == "sent" and member}
    return Preview(
        letters=len(result.plan.waiting),
        units=len(units),
        page=page,
        found=len(found),
        shown=tuple(found[first : first + SHOWN]),
        unsure=sum(mail.state in UNSURE for _, mail in result.plan.waiting),
        without_address=tuple(result.written.without_address),
        reminded=tuple(member for member in result.written.reminded if _is_meant(member, wanted)),
        strangers=tuple(result.written.strangers),
        refused=tuple((member, mail) for mail, member in done if mail.state == "refused" and member),
        sent=tuple(member for member in sent.values() if _is_meant(member, wanted)),
    )


def _by_unit(result: MailingResult) -> list[ForUnit]:
    units: dict[str, list[tuple[Letter, Mail]]] = {}
    for letter, mail in result.plan.waiting:
        units.setdefault(letter.member.code, []).append((letter, mail))
    return [ForUnit(pairs[0][0].member, tuple(pairs)) for pairs in units.values()]


def _is_meant(member: Member, wanted: str) -> bool:
    return any(wanted in name for name in (member.code, member.name, *member.short))


def number_sent(mails: Iterable[Mail]) -> dict[Mailing, int]:
    """Return to how many units each mailing has sent something."""
    sent = [mail for mail in mails if mail.state == "sent"]
    return {what: len({mail.code for mail in sent if mail.kind in kinds}) for what, kinds in _MAILED_AS.items()}


def sent_mails(ledger: MailLedger, roster: Roster, mails: Sequence[Mail], wanted: str = "") -> list[SentMail]:
    """Return what has become of mails, the last ones first: those to units whose name or code contains ``wanted``."""
    returned = {bounce.message_id: f"{bounce.status} {bounce.reason}" for bounce in ledger.bounces()}
    found = []
    for mail in reversed(mails):
        member = roster.member(mail.code)
        if wanted in mail.address or wanted in mail.code or (member and _is_meant(member, wanted)):
            found.append(_sent_mail(mail, member, returned.get(mail.message_id, "")))
    return found


def _sent_mail(mail: Mail, member: Member | None, returned: str) -> SentMail:
    kind = {"sent": "done", "refused": "wrong", "failed": "wrong", "queued": "missing"}.get(mail.state, "asked")
    return SentMail(
        what=KIND_WORDS.get(mail.kind, mail.kind),
        code=mail.code,
        name=member.name if member else mail.code,
        address=mail.address,
        state="被退信" if returned else STATE_WORDS[mail.state],
        kind="wrong" if returned else kind,
        answer=returned or (mail.answer if mail.state != "sent" else ""),
        time=local_minute(mail.time),
    )
