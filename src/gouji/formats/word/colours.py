"""The colours of a Word document, also those that its theme names.

A colour of the theme counts for more than the one beside it (ECMA-376 part 1, 17.3.2.6), and a fill of newer versions
of Word (``w14:textFill``) for more than both.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

Element = etree._Element
Attributes = Mapping[str, str]

PAPER = "FFFFFF"
NEAR = 48
"""Two colours look the same if their parts differ by less than this in total."""
_TRANSPARENT = 95_000
"""Thousandths of a per cent from which a fill lets everything through."""
_USUAL = {"dk1": "000000", "lt1": PAPER}
"""The colours of a theme that does not name them."""
_SHORT = {
    "dark1": "dk1", "light1": "lt1", "dark2": "dk2", "light2": "lt2", "hyperlink": "hlink",
    "followedHyperlink": "folHlink", "text1": "t1", "text2": "t2", "background1": "bg1", "background2": "bg2",
    "tx1": "t1", "tx2": "t2",
}  # fmt: skip
_MAPPED = {"t1": "dk1", "t2": "dk2", "bg1": "lt1", "bg2": "lt2"}
"""What text and background are in a document that does not say it otherwise."""


class Palette:
    """The colours of a theme, as a document uses them."""

    def __init__(self, theme: Element | None = None, settings: Element | None = None) -> None:
        """Take the colours of a theme, and what the settings of the document make of them."""
        self._colours = dict(_USUAL)
        self._mapped = dict(_MAPPED)
        schemes = theme.iterfind("{*}themeElements/{*}clrScheme/*") if theme is not None else ()
        for colour in schemes:
            for value in colour:
                shown = value.get("lastClr") or value.get("val") or ""
                self._colours[etree.QName(colour).localname] = hexadecimal(shown)
        mapping = settings.find("{*}clrSchemeMapping") if settings is not None else None
        mapped = plain_names(mapping.attrib) if mapping is not None else {}
        self._mapped |= {name: _SHORT.get(value, value) for name, value in mapped.items()}

    def resolved(self, attributes: Attributes, name: str, prefix: str = "theme") -> dict[str, str]:
        """Return the attributes of a colour with the theme's colour under ``name``, and the other one as ``stored``."""
        theme = attributes.get("themeColor" if prefix == "theme" else prefix, "none")
        colour = self._named(theme) if theme != "none" else ""
        if not colour:
            return dict(attributes)
        tint, shade = attributes.get(f"{prefix}Tint", ""), attributes.get(f"{prefix}Shade", "")
        stored = attributes.get(name, "auto")
        return {**attributes, name: _lighter(colour, tint, shade), "stored": stored}

    def fill(self, fill: Element) -> dict[str, str]:
        """Return the colours of a fill of text as one attribute: ``none``, or colours with blanks between them."""
        colours = []
        for part in fill.iter("{*}noFill", "{*}srgbClr", "{*}schemeClr", "{*}sysClr", "{*}prstClr"):
            changes = {etree.QName(change).localname: plain_names(change.attrib).get("val", "") for change in part}
            attributes = plain_names(part.attrib)
            alpha = changes.pop("alpha", "0")
            if etree.QName(part).localname == "noFill" or (alpha.isdecimal() and int(alpha) >= _TRANSPARENT):
                colours.append("none")
            elif changes:
                colours.append("?")  # made lighter or darker in one of many ways
            else:
                value = attributes.get("lastClr") or attributes.get("val", "")
                named = {"white": PAPER, "black": "000000"}.get(value) or self._named(value)
                colours.append(named or hexadecimal(value) or "?")
        return {"val": " ".join(colours)}

    def _named(self, name: str) -> str:
        """Return a colour of the theme; empty if it is not known."""
        name = _SHORT.get(name, name)
        return self._colours.get(self._mapped.get(name, name), "")


@lru_cache(maxsize=256)
def _lighter(colour: str, tint: str, shade: str) -> str:
    """Return a colour with its luminance changed, as Word does it; both measures are hexadecimal."""
    hue, light, saturation = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    if part := _part(shade):
        light *= part
    if part := _part(tint):
        light = light * part + 1 - part
    return "".join(f"{round(255 * value):02X}" for value in colorsys.hls_to_rgb(hue, light, saturation))


def _part(measure: str) -> float:
    return int(measure, 16) / 255 if re.fullmatch(r"[0-9A-Fa-f]{1,2}", measure) else 0


def plain_names(attributes: etree._Attrib) -> dict[str, str]:
    """Return attributes by their names without a namespace."""
    return {str(name).rpartition("}")[2]: str(value) for name, value in attributes.items()}


def hexadecimal(colour: str) -> str:
    """Return a colour as six hexadecimal digits; empty if it is not written so."""
    return colour.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", colour) else ""


def is_near(one: str, other: str) -> bool:
    """Tell whether nobody can tell two colours apart; a colour that is not known is near none."""
    if not one or not other:
        return False
    return sum(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (0, 2, 4)) < NEAR
