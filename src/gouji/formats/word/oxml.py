"""WordprocessingML as nested calls, with text from units made safe.

The markup is made as text: a report has four thousand elements, and a tree of them would be built only to be written
out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NewType

from gouji.runtime.printable import clean
from gouji.runtime.xml_text import escape, quoteattr

Markup = NewType("Markup", str)
"""Elements as they are in the file, with all text escaped."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_NAMESPACES = {"xmlns_w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "xmlns_r": RELATIONSHIPS}
_BREAKS = {"\t": "tab", "\n": "br"}


def w(tag: str, /, *children: Markup, **attributes: str | float) -> Markup:
    """Return the element ``w:tag``; attributes are in the same namespace unless named like ``r_id``."""
    start = f"w:{tag}"
    for name, value in attributes.items():
        qualified = name.replace("_", ":") if "_" in name else f"w:{name}"
        start += f" {qualified}={quoteattr(str(value))}"
    return Markup(f"<{start}>{''.join(children)}</w:{tag}>" if children else f"<{start}/>")


def part(tag: str, /, *children: Markup) -> bytes:
    """Return a part of the file: the element ``w:tag`` as the root of a document of its own."""
    return f"{DECLARATION}{w(tag, *children, **_NAMESPACES)}".encode()


def run(text: str, *properties: Markup, **fonts: str) -> Markup:
    """Return a run of cleaned text; tabs and line ends are kept.

    The hint makes Word set quotation marks and dashes, which both scripts have, in the Chinese font.
    """
    return w("r", w("rPr", w("rFonts", hint="eastAsia", **fonts), *properties), *_inline(clean(text)))


def _inline(text: str) -> Iterator[Markup]:
    for piece in filter(None, re.split("([\t\n])", text)):
        if piece in _BREAKS:
            yield w(_BREAKS[piece])
        else:
            outer = {"xml_space": "preserve"} if piece != piece.strip() else {}
            yield w("t", Markup(escape(piece)), **outer)


def paragraph(style: str, *runs: Markup, properties: Iterable[Markup] = ()) -> Markup:
    """Return a paragraph; ``properties`` are added to those of the style, in the order of the schema."""
    return w("p", w("pPr", w("pStyle", val=style), *properties), *runs)
