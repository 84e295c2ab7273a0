"""Who sent a mail: the one address of its one From line, read strictly, and nothing else.

A unit is recognised by its address, so an address counts only where every mail program shows the same one. A second
From line, a second address, an address in a comment or in the name, and the lines Sender and Reply-To never do.
"""

from __future__ import annotations

import re
from email.errors import MisplacedEnvelopeHeaderDefect
from email.message import Message

from gouji.collection.intake.attachments import headers

_LONGEST = 2000
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]*[A-Za-z0-9])*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAMED = re.compile(rf'((?:{_QUOTED.pattern}|[^<>"])*)<\s*([^<>\s]*)\s*>\s*')
_LISTS = frozenset(",;:@")
"""What an unquoted name never has: it separates several addresses, begins a group, or makes an address of the name."""


def sender_of(message: Message) -> tuple[str, str]:
    """Return the name and the address (in lower case) of who sent a mail; no address where that is not certain."""
    lines = message.get_all("From") or []
    # "From :" is another spelling of the line, which Python leaves out and other programs show.
    odd = any(isinstance(defect, MisplacedEnvelopeHeaderDefect) for defect in message.defects)
    shown = headers.line(message, "From")
    name, address = _mailbox(shown) if len(lines) == 1 and not odd and len(shown) <= _LONGEST else ("", "")
    return (headers.words(name).strip("\"' "), address.lower()) if address else (headers.words(shown[:_LONGEST]), "")


def _mailbox(text: str) -> tuple[str, str]:
    """Return the name and the address of a line that has exactly one address."""
    plain = _without_comments(text)
    if plain is None:
        return "", ""
    if _ADDRESS.fullmatch(plain.strip()):
        return "", plain.strip()
    parts = _NAMED.fullmatch(plain)
    if parts is None or not _ADDRESS.fullmatch(parts[2]):
        return "", ""
    unquoted = _QUOTED.sub("", parts[1])
    same = unquoted.strip().lower() == parts[2].lower()  # some programs write the address as the name, unquoted
    return (parts[1], parts[2]) if same or _LISTS.isdisjoint(unquoted) else ("", "")


def _without_comments(text: str) -> str | None:
    """Return a line without its comments, which stand in round brackets and may be nested; None where they do not end.

    Round brackets inside quotation marks are part of a name.
    """
    kept, depth, quoted, position = "", 0, False, 0
    while position < len(text):
        char = text[position]
        step = 2 if char == "\\" and (quoted or depth) else 1
        if char == '"' and not depth:
            quoted = not quoted
        if char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept += text[position : position + step]
        position += step
    return None if depth or quoted else kept
