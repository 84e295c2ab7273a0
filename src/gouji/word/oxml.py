"""WordprocessingML as nested calls, and text from units made safe for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import OxmlElement
from docx.oxml.text.run import CT_R
from lxml import etree

Element = etree._Element

_NAMESPACES = {prefix: nsmap[prefix] for prefix in ("w", "r")}
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without what nobody can see and XML cannot hold: control characters and halves of characters."""
    return _UNPRINTABLE.sub("", text)


def w(tag: str, /, *children: Element, **attributes: str | float) -> Element:
    """Return the element ``w:tag``; attributes are in the same namespace unless named like ``r_id``."""
    element = OxmlElement(f"w:{tag}", nsdecls=_NAMESPACES)
    for name, value in attributes.items():
        element.set(qn(name.replace("_", ":") if "_" in name else f"w:{name}"), str(value))
    element.extend(children)
    return element


def run(text: str, *properties: Element, **fonts: str) -> Element:
    """Return a run of text, cleaned; a tab or a line end in it stays one.

    The hint makes Word set quotation marks and dashes, which both scripts have, in the Chinese font.
    """
    element = w("r", w("rPr", w("rFonts", hint="eastAsia", **fonts), *properties))
    assert isinstance(element, CT_R)
    element.text = clean(text)
    return element


def paragraph(style: str, *runs: Element, properties: Iterable[Element] = ()) -> Element:
    """Return a paragraph; ``properties`` go beyond the style's and stand in the order of the schema."""
    return w("p", w("pPr", w("pStyle", val=style), *properties), *runs)
