"""Composing: a mail as bytes that every office's mail program reads, whatever characters are in its names.

Each text in a header is written as encoded words, so that no character of it has a meaning there.
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

from gouji.collection.workspace.mail_providers import ENCODED_NAMES
from gouji.runtime.errors import on_one_line
from gouji.runtime.printable import clean

_POLICY = SMTP.clone(refold_source="none")
"""The lines that we have folded ourselves are not folded again."""

_LONGEST_LINE = 70
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Types that a computer without an office program may not know."""


class Party(msgspec.Struct, frozen=True):
    """The sender or a recipient of a mail."""

    address: str
    """Checked to be an address; see :func:`gouji.runtime.mail_addresses.is_address`."""
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that is attached to a mail."""

    name: str
    data: bytes


class Content(msgspec.Struct, frozen=True):
    """What is in a mail."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class Envelope(msgspec.Struct, frozen=True):
    """How a mail is addressed."""

    to: tuple[Party, ...]
    message_id: str
    date: datetime.datetime | None
    """When it is sent; None for a draft, which a mail program opens ready to send."""
    sender: Party | None = None
    """None for a draft of an office that has not described its mailbox."""
    reply_to: str = ""
    answers: str = ""
    """The message id of the mail that is answered."""
    automatic: bool = False
    """Whether it is an automatic reply, which other programs must not answer automatically."""


def message_bytes(content: Content, envelope: Envelope) -> bytes:
    """Return a mail, with the line ends of SMTP."""
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(content, envelope):
        message.set_raw(name, value)
    text = clean(content.text)
    message.set_content(text, cte="base64")
    message.add_alternative(_html(text), subtype="html", cte="base64")
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
    """Return a text as a header may hold it: encoded words (RFC 2047), folded."""
    plain = on_one_line(text).encode("utf-8", "replace").decode()
    return Header(plain, "utf-8", maxlinelen=_LONGEST_LINE).encode(linesep="\r\n") if plain else ""


def _html(text: str) -> str:
    """Return the text as plain HTML: nothing in it becomes a link, a list or markup."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" if line.strip() else "<br>\n" for line in text.splitlines())
    return (
        '<html><head><meta charset="utf-8"></head>'
        '<body style="font-family: 宋体, SimSun, serif; font-size: 12pt; line-height: 1.6">\n'
        f"{paragraphs}</body></html>\n"
    )


def _attached(attachment: Attachment) -> EmailMessage:
    """Return an attachment whose name is written in three ways, one of which every program reads.

    ``filename*`` (RFC 2231) is the standard; some providers need the others
    (:attr:`~gouji.collection.workspace.mail_providers.Provider.reads_encoded_names`). A name in ASCII needs neither.
    """
    part = EmailMessage(policy=_POLICY)
    name = on_one_line(attachment.name).encode("utf-8", "replace").decode() or "_"
    suffix = f".{name.rpartition('.')[2]}".lower()
    kind = _KINDS.get(suffix) or mimetypes.guess_type(f"_{suffix}")[0] or "application/octet-stream"
    if set(name) <= _PLAIN:
        typed, placed = f'{kind};\r\n name="{name}"', f'attachment;\r\n filename="{name}"'
    else:
        standard = f"filename*=UTF-8''{quote(name, safe='')}"
        typed, placed = kind, f"attachment;\r\n {standard}"
        if ENCODED_NAMES:
            typed += f';\r\n name="{encoded(name)}"'
            placed = f'attachment;\r\n filename="{encoded(name)}";\r\n {standard}'
    part.set_content(attachment.data, *kind.split("/"), cte="base64")
    for header, value in (("Content-Type", typed), ("Content-Disposition", placed)):
        del part[header]
        part.set_raw(header, value)
    return part
