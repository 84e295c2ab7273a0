"""Who wrote a mail, when, and which mails it answers."""

from __future__ import annotations

import datetime
import re
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import headers
from gouji.collection.intake.attachments.sender import sender_of

_CLOCKS_DIFFER = datetime.timedelta(days=1)
"""How far the sender's clock may be ahead of our mail server's."""


_FORWARDED = re.compile(r"(?i)\s*(fwd?|fw|转发|转寄)\s*[:：]")
"""How mail programs begin the subject of a mail that is passed on."""


class Origin(msgspec.Struct, frozen=True):
    """Where a mail comes from; empty where its headers do not say."""

    message_id: str = ""
    """With its angle brackets, as other mails quote it."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    """The address, in lower case; empty where it is not certain."""
    sender_name: str = ""
    sent: str = ""
    """ISO, UTC, without an offset."""
    subject: str = ""

    @property
    def is_forward(self) -> bool:
        """Whether somebody passes on, in the text or attached, what another one wrote."""
        return bool(_FORWARDED.match(self.subject))


def origin_of(message: Message) -> Origin:
    """Read the headers of a mail."""
    name, sender = sender_of(message)
    return Origin(
        message_id=_first(message, "Message-ID"),
        in_reply_to=_first(message, "In-Reply-To"),
        references=headers.identifiers(headers.line(message, "References")),
        sender=sender,
        sender_name=name,
        sent=_sent(message),
        subject=headers.words(headers.line(message, "Subject")),
    )


def _first(message: Message, name: str) -> str:
    return next(iter(headers.identifiers(headers.line(message, name))), "")


def _sent(message: Message) -> str:
    """Return when a mail was sent: as stated, unless our mail server received it long before that."""
    stated = headers.moment(headers.line(message, "Date"))
    arrived = headers.moment(headers.line(message, "Received").rpartition(";")[2])
    if arrived and (stated is None or stated > arrived + _CLOCKS_DIFFER):
        stated = arrived
    return stated.replace(tzinfo=None).isoformat(timespec="seconds") if stated else ""
