"""How the runs of a Word document look, by their own properties and by their styles.

ECMA-376 part 1, 17.7.2: the defaults of the document, the style of the paragraph, that of the run, then its own
properties; a style begins with those of the style on which it is based.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import Look

Element = etree._Element
Attributes = Mapping[str, str]
Properties = dict[str, Attributes]
"""The properties of a run by their names, each with its attributes."""

SMALLEST_SEEN = 4
"""Half-points; nobody reads a smaller font."""
LEAST_RAISE = 4
"""Half-points by which a run must be moved up or down to be a mark; less is only fine adjustment."""
_NEAR = 48
"""Two colours look the same if their parts differ by less than this in total."""
_PAPER = "FFFFFF"
_DECISIVE = {"strike", "dstrike", "vertAlign", "vanish", "color", "sz", "shd", "highlight", "position", "effect"}
_OFF = ("0", "false", "off", "none")
_DEEPEST = 20
"""The longest chain of styles, each based on the next."""
_HIGHLIGHTS = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000",
    "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0", "black": "000000", "white": "FFFFFF",
}  # fmt: skip


class Ground(NamedTuple):
    """The colour on which text stands: six hexadecimal digits, or empty where it is not known."""

    colour: str = _PAPER

    def under(self, shading: Attributes | None) -> Ground:
        """Return the ground inside an element that may have its own shading."""
        if shading is None or shading.get("val") == "nil":
            return self
        kind, fill = shading.get("val", "clear"), shading.get("fill", "auto")
        if kind == "clear":
            return self if fill == "auto" else Ground(_hex(fill))
        return Ground(_hex(shading.get("color", "auto")) if kind == "solid" else "")


class Styles:
    """The styles of a document, as far as they decide how text looks."""

    def __init__(self, root: Element | None) -> None:
        """Read the styles part; without one, everything is plain."""
        self._own: dict[str, Properties] = {}
        self._based: dict[str, str] = {}
        self._default, self._normal = Properties(), ""
        self._shaded: set[str] = set()
        self._known: dict[tuple[str, str], Properties] = {}
        if root is not None:
            self._take(root)

    def _take(self, root: Element) -> None:
        for default in root.iterfind("{*}docDefaults/{*}rPrDefault/{*}rPr"):
            self._default = properties_of(default)
        for style in root.iter("{*}style"):
            attributes = plain_names(style.attrib)
            id = attributes.get("styleId", "")
            properties = style.find("{*}rPr")
            self._own[id] = properties_of(properties) if properties is not None else {}
            based = style.find("{*}basedOn")
            if based is not None:
                self._based[id] = plain_names(based.attrib).get("val", "")
            if attributes.get("type") == "paragraph" and attributes.get("default") in ("1", "true"):
                self._normal = id
            if any(_shades(shading) for shading in style.iter("{*}shd")):
                self._shaded.add(id)

    def of(self, paragraph: str, run: str) -> Properties:
        """Return what the styles of a paragraph and of a run say."""
        key = paragraph, run
        if key not in self._known:
            self._known[key] = self._default | self._whole(paragraph or self._normal) | self._whole(run)
        return self._known[key]

    def are_shaded(self, id: str) -> bool:
        """Tell whether a style colours cells or paragraphs; their ground is then treated as unknown."""
        return not self._shaded.isdisjoint(self._chain(id))

    def _whole(self, id: str) -> Properties:
        whole = Properties()
        for style in reversed(self._chain(id)):
            whole |= self._own[style]
        return whole

    def _chain(self, id: str) -> list[str]:
        """Return a style and those on which it is based, the nearest first."""
        chain: list[str] = []
        while id in self._own and id not in chain and len(chain) < _DEEPEST:
            chain.append(id)
            id = self._based.get(id, "")
        return chain


def _shades(shading: Element) -> bool:
    parent = shading.getparent()
    of_text = parent is not None and str(parent.tag).endswith("}rPr")
    return not of_text and Ground().under(plain_names(shading.attrib)).colour != _PAPER


def properties_of(properties: Iterable[Element]) -> Properties:
    """Return those properties of a run that decide how it looks."""
    return {
        name: plain_names(part.attrib)
        for part in properties
        if isinstance(part.tag, str) and (name := part.tag.rpartition("}")[2]) in _DECISIVE
    }


def plain_names(attributes: etree._Attrib) -> dict[str, str]:
    """Return attributes by their names without a namespace."""
    return {str(name).rpartition("}")[2]: str(value) for name, value in attributes.items()}


def look_of(properties: Properties, ground: Ground) -> Look:
    """Return how a run looks on its ground."""
    if not properties:
        return Look.PLAIN
    if _is_on(properties.get("vanish")) or _is_unseen(properties, ground):
        return Look.UNSEEN
    if _is_on(properties.get("strike")) or _is_on(properties.get("dstrike")):
        return Look.STRUCK
    place = properties.get("vertAlign", {}).get("val")
    if place in ("superscript", "subscript"):
        return Look.RAISED if place == "superscript" else Look.LOWERED
    return Look.PLAIN


def raise_of(properties: Properties) -> int:
    """Return by how many half-points a run is moved up (negative: down); 0 for a small amount."""
    value = properties.get("position", {}).get("val", "0")
    moved = int(value) if re.fullmatch(r"-?\d{1,4}", value, re.ASCII) else 0
    return moved if abs(moved) >= LEAST_RAISE else 0


def _is_on(property: Attributes | None) -> bool:
    return property is not None and property.get("val", "1") not in _OFF


def _is_unseen(properties: Properties, ground: Ground) -> bool:
    size = properties.get("sz", {}).get("val", "")
    if re.fullmatch(r"\d{1,4}", size, re.ASCII) and int(size) < SMALLEST_SEEN:
        return True
    colour = _hex(properties.get("color", {}).get("val", "auto"))
    return bool(colour) and _is_near(colour, _ground_of(properties, ground).colour)


def _ground_of(properties: Properties, ground: Ground) -> Ground:
    """Return the ground of a run: a highlight lies over its shading."""
    mark = properties.get("highlight", {}).get("val", "none")
    return Ground(_HIGHLIGHTS.get(mark, "")) if mark != "none" else ground.under(properties.get("shd"))


def _hex(colour: str) -> str:
    return colour.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", colour) else ""


def _is_near(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return sum(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (0, 2, 4)) < _NEAR
