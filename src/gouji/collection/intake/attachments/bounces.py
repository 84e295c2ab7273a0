"""Bounces: mails that say that a mail of ours was not delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import headers

_MOST = 500
"""Recipients that are read in one notice."""
_LONGEST_REASON = 200
_LONGEST_HEAD = 2**16
_REPORTS = ("delivery-status", "disposition-notification")
REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")
"""The parts of a notice that are written for programs."""
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^<>\s]{1,900}>)")


class Bounce(msgspec.Struct, frozen=True):
    """An address that a mail was not delivered to."""

    address: str
    status: str = ""
    """Such as ``5.1.1``; empty where the notice does not say."""
    reason: str = ""
    message_id: str = ""
    """Of the mail that bounced, if the notice says it."""


def is_notice(message: Message) -> bool:
    """Tell whether a mail comes from a mail system and not from a person: the mail attached to it is mostly ours."""
    if headers.kind(message) == "multipart/report":
        return headers.parameters(message, "Content-Type").get("report-type", "").lower() in _REPORTS
    sender = headers.address(headers.line(message, "From"))[1]
    automatic = headers.line(message, "Return-Path") == "<>" or headers.line(message, "Auto-Submitted").startswith(
        "auto"
    )
    return (
        sender.startswith("mailer-daemon@")
        or (sender.startswith("postmaster@") and automatic)  # a person may write from this address
        or bool(headers.line(message, "X-Failed-Recipients"))
    )


def bounces_in(message: Message, parts: list[Message], text: str) -> tuple[Bounce, ...]:
    """Return who was not reached, by the parts of a notice or, where they say nothing, by its headers and text."""
    original = _original(parts)
    found = [
        bounce
        for part in parts
        if headers.kind(part) == "message/delivery-status"
        for bounce in _reported(part, original)
    ]
    if not found and headers.kind(message) != "multipart/report":
        failed = headers.line(message, "X-Failed-Recipients").split(",")
        found = [Bounce(headers.address(one)[1], "", text[:_LONGEST_REASON], original) for one in failed[:_MOST]]
    return tuple(found)


def _reported(part: Message, original: str) -> Iterator[Bounce]:
    for block in headers.inner_parts(part)[:_MOST]:
        if headers.line(block, "Action").lower() != "failed":
            continue
        recipient = headers.line(block, "Original-Recipient") or headers.line(block, "Final-Recipient")
        yield Bounce(
            address=headers.address(recipient.rpartition(";")[2])[1],
            status=headers.line(block, "Status")[:20].partition(" ")[0],
            reason=headers.words(headers.line(block, "Diagnostic-Code").partition(";")[2])[:_LONGEST_REASON],
            message_id=original,
        )


def _original(parts: list[Message]) -> str:
    """Return the id of the mail that bounced: it is attached as a whole or with its headers only."""
    for part in parts:
        kind = headers.kind(part)
        if kind == "message/rfc822":
            identifiers = "".join(headers.line(inner, "Message-ID") for inner in headers.inner_parts(part)[:1])
        elif kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            line = _MESSAGE_ID.search(raw[:_LONGEST_HEAD]) if isinstance(raw, bytes) else None
            identifiers = line[1].decode("ascii", "replace") if line else ""
        else:
            continue
        for found in headers.identifiers(identifiers):
            return found
    return ""
