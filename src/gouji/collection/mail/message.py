"""Composing: a mail as bytes that every mail program of an office reads, whatever stands in its names.

Each text that stands in a header is put there as encoded words, so that no sign in it can mean anything there.
"""

from __future__ import annotations

import datetime
import email.utils
import html
import mimetypes
from collections.abc import Sequence
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

import msgspec

from gouji.runtime.errors import on_one_line

_POLICY = SMTP.clone(refold_source="none")
"""What we have folded ourselves stays so."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""What a machine without an office program need not know."""


class Party(msgspec.Struct, frozen=True):
    """Whom a mail is from or to."""

    address: str
    """Proved to be one; see :func:`gouji.collection.workspace.roster.is_address`."""
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a mail."""

    name: str
    data: bytes


class Content(msgspec.Struct, frozen=True):
    """What is said in a mail."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class Envelope(msgspec.Struct, frozen=True):
    """How a mail goes."""

    to: tuple[Party, ...]
    message_id: str
    date: datetime.datetime | None
    """When it goes; None for a draft, which a mail program is to open as one that is still to be sent."""
    sender: Party | None = None
    """None for a draft of an office that has not said what its mailbox is."""
    reply_to: str = ""
    answers: str = ""
    """The message id of the mail that is answered."""
    automatic: bool = False
    """Whether nobody is to answer it automatically, because it is an answer of that kind itself."""


def message_bytes(content: Content, envelope: Envelope) -> bytes:
    """Return a mail, its lines ended as SMTP wants them."""
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(content, envelope):
        message.set_raw(name, value)
    message.set_content(content.text, cte="base64")
    message.add_alternative(_page(content.text), subtype="html", cte="base64")
    if content.attachments:
        message.make_mixed()
    for attachment in content.attachments:
        message.attach(_attached(attachment))
    return message.as_bytes()


def _headers(content: Content, envelope: Envelope) -> Sequence[tuple[str, str]]:
    answers = envelope.answers
    headers = {
        "From": _party(envelope.sender) if envelope.sender else "",
        "To": ",\r\n ".join(map(_party, envelope.to)),
        "Reply-To": envelope.reply_to,
        "Subject": encoded(content.subject),
        "Date": email.utils.format_datetime(envelope.date) if envelope.date else "",
        "Message-ID": envelope.message_id,
        "In-Reply-To": answers,
        "References": answers,
        "Auto-Submitted": "auto-replied" if envelope.automatic else "",
        "X-Unsent": "" if envelope.date else "1",
    }
    return [(name, value) for name, value in headers.items() if value]


def _party(party: Party) -> str:
    return f"{encoded(party.name)}\r\n <{party.address}>" if party.name else party.address


def encoded(text: str) -> str:
    """Return a text as it may stand in a header: encoded words (RFC 2047), folded."""
    plain = on_one_line(text).encode("utf-8", "replace").decode()
    return Header(plain, "utf-8", maxlinelen=_LONGEST_LINE).encode(linesep="\r\n") if plain else ""


_LONGEST_LINE = 70


def _page(text: str) -> str:
    """Return the words as a plain page: what is a link, a list or a sign in it stays a text."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" if line.strip() else "<br>\n" for line in text.splitlines())
    return (
        '<html><head><meta charset="utf-8"></head>'
        '<body style="font-family: 宋体, SimSun, serif; font-size: 12pt; line-height: 1.6">\n'
        f"{paragraphs}</body></html>\n"
    )


def _attached(attachment: Attachment) -> EmailMessage:
    """Return an attachment whose name is written in the three ways of which every program reads one.

    ``filename*`` (RFC 2231) is the standard. QQ Mail and old Foxmail read ``name`` and ``filename`` as encoded words
    (RFC 2047), which the standard forbids there; a name in ASCII needs neither.
    """
    part = EmailMessage(policy=_POLICY)
    name = on_one_line(attachment.name).encode("utf-8", "replace").decode() or "_"
    suffix = f".{name.rpartition('.')[2]}".lower()
    kind = _KINDS.get(suffix) or mimetypes.guess_type(f"_{suffix}")[0] or "application/octet-stream"
    if set(name) <= _PLAIN:
        typed, placed = f'{kind};\r\n name="{name}"', f'attachment;\r\n filename="{name}"'
    else:
        typed = f'{kind};\r\n name="{encoded(name)}"'
        placed = f"attachment;\r\n filename=\"{encoded(name)}\";\r\n filename*=UTF-8''{quote(name, safe='')}"
    part.set_content(attachment.data, *kind.split("/"), cte="base64")
    for header, value in (("Content-Type", typed), ("Content-Disposition", placed)):
        del part[header]
        part.set_raw(header, value)
    return part
