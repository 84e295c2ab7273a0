"""The text of a mail: its first line, and whether it only links to a file that is stored elsewhere."""

from __future__ import annotations

import html
import re

from gouji.collection.workspace.mail_providers import LINKS
from gouji.runtime.errors import on_one_line

LONGEST = 200_000
_LONGEST_LINE = 40

_SKIPPED = re.compile(r"(?i)<(?:style|script|title)\b[^<>]*>[^<>]*</(?:style|script|title)>|<!--[^<>]*-->")
_BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?td)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def text_of_html(page: str) -> str:
    """Return the text of a web page, one paragraph a line; unescaped, so never put it into HTML again."""
    page = page[:LONGEST]
    body = page.lower().find("<body")
    page = _SKIPPED.sub(" ", page[max(0, body) :])
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", re.sub(r"\s+", " ", page))))


def first_line(text: str) -> str:
    """Return the first line with words in it, shortened."""
    for line in text[:LONGEST].splitlines():
        plain = on_one_line(line)
        if plain.strip("-=_*>· "):
            return plain if len(plain) <= _LONGEST_LINE else f"{plain[:_LONGEST_LINE]}……"
    return ""


def elsewhere(text: str, page: str) -> str:
    """Return the name of the service that the mail links to instead of attaching its file; empty if none."""
    both = (text[:LONGEST] + page[:LONGEST]).lower()
    return next((called for sign, called in LINKS if sign in both), "")
