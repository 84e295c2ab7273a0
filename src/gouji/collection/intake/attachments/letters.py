"""Who wrote a mail, when, and which mail it answers."""

from __future__ import annotations

import datetime
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import headers

_CLOCKS_DIFFER = datetime.timedelta(days=1)


class Letter(msgspec.Struct, frozen=True):
    """What the headers of a mail say; empty where they say nothing."""

    message_id: str = ""
    """With its angles, as other mails name it."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    """The address, in small letters."""
    sender_name: str = ""
    sent: str = ""
    """ISO, UTC, without an offset."""
    subject: str = ""


def letter_of(message: Message) -> Letter:
    """Return what the headers of a mail say."""
    name, sender = headers.address(headers.line(message, "From") or headers.line(message, "Sender"))
    return Letter(
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
    """Return when a mail was sent: as it says, unless it had not come yet by the clock of our own mail server."""
    said = headers.moment(headers.line(message, "Date"))
    came = headers.moment(headers.line(message, "Received").rpartition(";")[2])
    if came and (said is None or said > came + _CLOCKS_DIFFER):
        said = came
    return said.replace(tzinfo=None).isoformat(timespec="seconds") if said else ""
