"""Texts and attributes as XML has them.

These are the functions of ``xml.sax.saxutils``. That module imports urllib.request, and with it everything that the web
needs: a fifth of the time in which a workbook is read.
"""

from __future__ import annotations

from collections.abc import Mapping

_WHITE_SPACE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
"""A parser would make spaces of these in an attribute."""


def escape(text: str, references: Mapping[str, str] = {}) -> str:
    """Return a text as the content of an element; ``references`` stand for further characters."""
    text = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    for character, reference in references.items():
        text = text.replace(character, reference)
    return text


def quoteattr(text: str) -> str:
    """Return a text as the value of an attribute, in quotation marks."""
    value = escape(text, _WHITE_SPACE)
    if '"' not in value:
        return f'"{value}"'
    return f"'{value}'" if "'" not in value else '"{}"'.format(value.replace('"', "&quot;"))
