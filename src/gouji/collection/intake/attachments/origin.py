"""Who wrote a mail, when, and which mails it answers."""

from __future__ import annotations

import datetime
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import headers

_CLOCKS_DIFFER = datetime.timedelta(days=1)
"""How far the sender's clock may be ahead of our mail server's."""


class Origin(msgspec.Struct, frozen=True):
    """Where a mail comes from; empty where its headers do not say."""

    message_id: str = ""
    """With its angle brackets, as other mails quote it."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    """The address, in lower case."""
    sender_name: str = ""
    sent: str = ""
    """ISO, UTC, without an offset."""
    subject: str = ""


def origin_of(message: Message) -> Origin:
    """Read the headers of a mail."""
    name, sender = headers.address(headers.line(message, "From") or headers.line(message, "Sender"))
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
