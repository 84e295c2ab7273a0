"""The text that a style sheet adds to a page (CSS Generated Content 3)."""

from __future__ import annotations

import re

from lxml import etree

from gouji.formats.shown_text import NO_TEXT

Element = etree._Element

_CONTENT = re.compile(r"""\s*(?:(["'])((?:\\.|(?!\1).)*)\1|attr\(\s*([\w-]+)\s*\)|(/.*)|([^\s"'/]+))""", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_QUOTES = {"open-quote": "“", "close-quote": "”"}
_NO_CONTENT = ("none", "normal", "initial", "inherit", "unset", "no-open-quote", "no-close-quote")


def generated(content: str, element: Element) -> str:
    """Return the text of generated content; what is not worked out, such as a counter, is no text."""
    made = ""
    for _, text, attribute, alternative, word in _CONTENT.findall(content):
        if attribute:
            made += element.get(attribute, "")
        elif word:
            made += "" if word in _NO_CONTENT else _QUOTES.get(word, NO_TEXT)
        elif not alternative:
            made += _ESCAPE.sub(lambda escape: _character(escape[1]) if escape[1] else escape[2], text)
    return made


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
