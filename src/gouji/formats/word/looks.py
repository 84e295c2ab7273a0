"""How a run of a Word document looks, by its properties and the ground on which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import Look
from gouji.formats.word.colours import PAPER, Attributes, Palette, hexadecimal, is_near, plain_names

Element = etree._Element
Properties = dict[str, Attributes]
"""The properties of a run by their names, each with its attributes."""

SMALLEST_SEEN = 6
"""Half-points; nobody reads a smaller font."""
_LEAST_SCALE = 15
"""Per cent of their width below which characters are only strokes."""
_LEAST_FIT = 40
"""Twips into which nobody reads a text that is fitted."""
_OVERLAID = 2.5
"""Twips for each half-point of the font, by which digits are moved over one another: half of their width."""
_USUAL_SIZE = 20
"""Half-points, where nothing says it."""
_TOO_FAR = 1500
"""Twips between digits, or up and down, after which they no longer stand together."""
LEAST_RAISE = 4
"""Half-points by which a run must be moved up or down to be a mark; less is only fine adjustment."""
_DECISIVE = {
    "strike", "dstrike", "vertAlign", "vanish", "color", "sz", "shd", "highlight", "position", "w", "fitText",
    "spacing", "textFill", "eastAsianLayout",
}  # fmt: skip
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0, "pi": 12.0}
_OFF = ("0", "false", "off", "none")
_HIGHLIGHTS = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000",
    "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0", "black": "000000", "white": "FFFFFF",
}  # fmt: skip


class Ground(NamedTuple):
    """The colour on which text stands: six hexadecimal digits, or empty where it is not known."""

    colour: str = PAPER

    def under(self, shading: Attributes | None) -> Ground:
        """Return the ground inside an element that may have its own shading."""
        if shading is None or shading.get("val") == "nil":
            return self
        kind, fill = shading.get("val", "clear"), shading.get("fill", "auto")
        if kind == "clear":
            return self if fill == "auto" else Ground(hexadecimal(fill))
        return Ground(hexadecimal(shading.get("color", "auto")) if kind == "solid" else "")


def properties_of(properties: Iterable[Element], palette: Palette) -> Properties:
    """Return those properties of a run that decide how it looks."""
    found = Properties()
    for part in properties:
        name = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
        if name == "textFill":
            found[name] = palette.fill(part)
        elif name == "color":
            found[name] = palette.resolved(plain_names(part.attrib), "val")
        elif name == "shd":
            found[name] = shading_of(part, palette)
        elif name in _DECISIVE:
            found[name] = plain_names(part.attrib)
    return found


def shading_of(shading: Element, palette: Palette) -> Attributes:
    """Return the attributes of a shading, with its colours."""
    attributes = palette.resolved(plain_names(shading.attrib), "color")
    return palette.resolved(attributes, "fill", "themeFill")


def look_of(properties: Properties, ground: Ground) -> Look:
    """Return how a run looks on its ground."""
    if not properties:
        return Look.PLAIN
    if is_on(properties.get("vanish")) or _is_too_small(properties):
        return Look.UNSEEN
    colour = _look_of_colour(properties, _ground_of(properties, ground).colour)
    if colour is not Look.PLAIN:
        return colour
    if is_on(properties.get("strike")) or is_on(properties.get("dstrike")):
        return Look.STRUCK
    if _is_moved(properties):
        return Look.UNSURE
    place = properties.get("vertAlign", {}).get("val")
    if place in ("superscript", "subscript"):
        return Look.RAISED if place == "superscript" else Look.LOWERED
    return Look.PLAIN


def raise_of(properties: Properties) -> int:
    """Return by how many half-points a run is moved up (negative: down); 0 for a small amount."""
    moved = round(_measure(properties, "position", 0, 2))
    return moved if abs(moved) >= LEAST_RAISE else 0


def is_on(property: Attributes | None) -> bool:
    """Tell whether a property is there and not switched off."""
    return property is not None and property.get("val", "1") not in _OFF


def _is_too_small(properties: Properties) -> bool:
    """Tell whether nobody can read the characters: all are too small, or squeezed to strokes."""
    if _measure(properties, "sz", _USUAL_SIZE, 2) < SMALLEST_SEEN:
        return True
    scale = properties.get("w", {}).get("val", "100").removesuffix("%")
    if scale.isdecimal() and int(scale) < _LEAST_SCALE:
        return True
    return 0 < _measure(properties, "fitText", 0, 20) < _LEAST_FIT


def _is_moved(properties: Properties) -> bool:
    """Tell whether the characters may lie over one another, far from one another, on their side or in two lines."""
    apart = _measure(properties, "spacing", 0, 20)
    if apart < -_OVERLAID * _measure(properties, "sz", _USUAL_SIZE, 2) or apart > _TOO_FAR:
        return True
    if abs(_measure(properties, "position", 0, 2)) * 10 > _TOO_FAR:
        return True
    layout = properties.get("eastAsianLayout", {})
    return any(layout.get(name, "0") not in _OFF for name in ("combine", "vert"))


def _measure(properties: Properties, name: str, otherwise: float, per_point: int) -> float:
    """Return a measure of a property in its own unit, of which ``per_point`` make a point."""
    return measured(properties[name].get("val", ""), otherwise, per_point) if name in properties else otherwise


def measured(value: str, otherwise: float, per_point: int = 20) -> float:
    """Return a measure as a number of its unit; with the name of another unit it is converted."""
    match = re.fullmatch(r"([+-]?\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|pc|pi)?", value, re.ASCII)
    if not match:
        return otherwise
    return float(match[1]) * (_POINTS[match[2]] * per_point if match[2] else 1)


def _look_of_colour(properties: Properties, ground: str) -> Look:
    """Return whether a run is seen on its ground; programs that do not know themes or fills may see it otherwise."""
    colour = properties.get("color", {})
    seen = _is_seen(colour.get("val", "auto"), ground)
    if "textFill" in properties:
        fills = properties["textFill"]["val"].split()
        by_fill = not fills or any(fill != "none" and _is_seen(fill, ground) for fill in fills)
        if by_fill != seen and hexadecimal(colour.get("val", "auto")):
            return Look.FOREIGN
        return Look.PLAIN if by_fill else Look.UNSEEN
    stored = hexadecimal(colour.get("stored", ""))
    if stored and _is_seen(stored, ground) != seen:
        return Look.FOREIGN
    return Look.PLAIN if seen else Look.UNSEEN


def _is_seen(colour: str, ground: str) -> bool:
    return not is_near(hexadecimal(colour), ground)


def _ground_of(properties: Properties, ground: Ground) -> Ground:
    """Return the ground of a run: a highlight lies over its shading."""
    mark = properties.get("highlight", {}).get("val", "none")
    return Ground(_HIGHLIGHTS.get(mark, "")) if mark != "none" else ground.under(properties.get("shd"))
