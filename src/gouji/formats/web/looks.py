"""How the text of a page looks: what its elements, their ``style`` and the style sheets in the page say of it.

Known is what decides whether text is seen and on which line it stands. A browser knows more; docs/published-reports.md
says what is not seen here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import Look
from gouji.formats.web.stylesheet import Declarations, StyleSheet, declared

Element = etree._Element

_PAPER, _INK = "FFFFFF", "000000"
_UNKNOWN = ""
"""A colour that is not worked out; nothing is then taken to be unseen by its colour."""
_NEAR = 48
"""Two colours look the same if their parts differ by less than this in total."""
_FONT_SIZE = 16.0
"""Pixels, as browsers begin."""
_SMALLEST_SEEN = 2.7
"""Pixels: two points. Nobody reads a smaller font."""
_SMALLEST_OPACITY = 0.05
_FAR = -500
"""Pixels or points beyond the edge of a window."""
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "": 1.0}
_NAMED = {
    "white": _PAPER, "black": _INK, "red": "FF0000", "green": "008000", "blue": "0000FF", "yellow": "FFFF00",
    "gray": "808080", "grey": "808080", "silver": "C0C0C0", "navy": "000080", "maroon": "800000", "purple": "800080",
    "teal": "008080", "olive": "808000", "lime": "00FF00", "aqua": "00FFFF", "fuchsia": "FF00FF", "orange": "FFA500",
    "snow": "FFFAFA", "ivory": "FFFFF0", "whitesmoke": "F5F5F5", "ghostwhite": "F8F8FF", "mintcream": "F5FFFA",
    "floralwhite": "FFFAF0", "azure": "F0FFFF", "aliceblue": "F0F8FF",
}  # fmt: skip
_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|pc|in|cm|mm|em|rem|ex|%)?", re.IGNORECASE)
_BY_TAG = {
    "s": {"text-decoration": "line-through"},
    "strike": {"text-decoration": "line-through"},
    "del": {"text-decoration": "line-through"},
    "sup": {"vertical-align": "super"},
    "sub": {"vertical-align": "sub"},
    "rt": {"vertical-align": "super"},
    "rp": {"display": "none"},
}
_TELLING = {"style", "hidden", "bgcolor", "color"}
"""The attributes that may say how text looks."""
_CELLS = ("td", "th", "tr", "tbody", "thead", "tfoot", "table")
_LEAST_MOVE = 2
"""Pixels by which text is moved up or down before it is a mark."""
_SMALLER = 5 / 6
_TRANSPARENT = "transparent"


class Seen(NamedTuple):
    """How text looks at one place of a page."""

    colour: str = _INK
    ground: str = _PAPER
    size: float = _FONT_SIZE
    struck: bool = False
    place: Look = Look.PLAIN
    """Raised, lowered, or neither."""
    hidden: bool = False
    """By ``visibility``, which an element inside may undo."""
    gone: bool = False
    """In a way that no element inside can undo."""

    @property
    def look(self) -> Look:
        """How a run looks here."""
        if self.gone or self.hidden or self.size < _SMALLEST_SEEN or _is_near(self.colour, self.ground):
            return Look.UNSEEN
        return Look.STRUCK if self.struck else self.place


class Looks:
    """How the elements of a page look."""

    def __init__(self, root: Element) -> None:
        """Take the style sheets of a page."""
        self._sheet = StyleSheet(root)

    def at(self, element: Element) -> Seen:
        """Return the colours and the size of text in an element; whether it is there at all is not asked."""
        seen = Seen()
        for outer in [*reversed(list(element.iterancestors())), element]:
            inside = self.inside(outer, seen)
            seen = Seen(inside.colour, inside.ground, inside.size)
        return seen

    def inside(self, element: Element, outer: Seen) -> Seen:
        """Return how text looks in an element that stands where text looks as in ``outer``."""
        declarations = self._of(element)
        if not declarations:
            return outer
        size = _size(declarations, outer.size)
        visibility = declarations.get("visibility")
        return Seen(
            colour=_colour(declarations["color"], outer.colour) if "color" in declarations else outer.colour,
            ground=_ground(declarations, outer.ground),
            size=size,
            struck=outer.struck or "line-through" in declarations.get("text-decoration", ""),
            place=outer.place if element.tag in _CELLS or _is_moved(outer) else _place(declarations, size < outer.size),
            hidden=outer.hidden if visibility in (None, "inherit") else visibility in ("hidden", "collapse"),
            gone=outer.gone or _is_gone(declarations),
        )

    def has_place(self, element: Element) -> bool:
        """Tell whether an element takes room on the page; one that is only hidden does."""
        return self._of(element).get("display") != "none"

    def added(self, element: Element, where: str) -> str:
        """Return the text that a style sheet adds ``before`` or ``after`` what stands in an element."""
        if not self._sheet.adds_text:
            return ""
        plain, important = self._sheet.of(element, where)
        declarations = plain | important
        content = re.fullmatch(r"""(["'])(.*)\1""", declarations.get("content", ""), re.DOTALL)
        return content[2] if content and declarations.get("display") != "none" and "\\" not in content[2] else ""

    def _of(self, element: Element) -> Declarations:
        """Return what is declared of an element, by its tag, the style sheets, its attributes and its style."""
        by_tag = _BY_TAG.get(str(element.tag), {})
        of_sheets, important = self._sheet.of(element)
        if not by_tag and not of_sheets and not important and _TELLING.isdisjoint(element.keys()):
            return {}
        attributes = {str(name): str(value) for name, value in element.items()}
        own, own_important = declared(attributes["style"]) if "style" in attributes else ({}, {})
        by_attribute = {}
        if "hidden" in attributes:
            by_attribute["display"] = "none"
        if "bgcolor" in attributes:
            by_attribute["background-color"] = attributes["bgcolor"]
        if element.tag == "font" and "color" in attributes:
            by_attribute["color"] = attributes["color"]
        merged = {**by_tag, **by_attribute, **of_sheets, **own, **important, **own_important}
        if "text-decoration-line" in merged:
            merged["text-decoration"] = merged["text-decoration-line"]
        return {name: value.lower() for name, value in merged.items() if name != "content"}


def _is_moved(seen: Seen) -> bool:
    return seen.place is not Look.PLAIN


def _is_gone(declarations: Declarations) -> bool:
    """Tell whether an element is nowhere on the page, in one of the usual ways."""
    if declarations.get("display") == "none":
        return True
    opacity = re.fullmatch(r"(\d*\.?\d+)(%?)", declarations.get("opacity", "1"))
    if opacity and float(opacity[1]) / (100 if opacity[2] else 1) < _SMALLEST_OPACITY:
        return True
    if re.search(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]", declarations.get("transform", "")):
        return True
    if declarations.get("position") in ("absolute", "fixed") and (
        any(_pixels(declarations.get(side, "0")) < _FAR for side in ("left", "top", "right", "bottom"))
        or re.match(r"rect\(\s*(0|1px)", declarations.get("clip", ""))
    ):
        return True
    if _pixels(declarations.get("text-indent", "0")) < _FAR or re.match(
        r"inset\(\s*(50|100)%", declarations.get("clip-path", "")
    ):
        return True
    return declarations.get("overflow") == "hidden" and any(
        re.fullmatch(r"0(?:px|pt|em|%)?", declarations.get(measure, ""))
        for measure in ("width", "height", "max-height")
    )


def _place(declarations: Declarations, is_smaller: bool) -> Look:
    """Return whether an element stands above or below its line."""
    align = declarations.get("vertical-align", "baseline")
    if align in ("super", "sub"):
        return Look.RAISED if align == "super" else Look.LOWERED
    if align in ("top", "text-top", "bottom", "text-bottom") and is_smaller:
        return Look.RAISED if align.endswith("top") else Look.LOWERED
    moved = _pixels(align)
    if declarations.get("position") == "relative":
        moved += _pixels(declarations.get("bottom", "0")) - _pixels(declarations.get("top", "0"))
    if abs(moved) >= _LEAST_MOVE:
        return Look.RAISED if moved > 0 else Look.LOWERED
    return Look.PLAIN


def _size(declarations: Declarations, outer: float) -> float:
    """Return the size of the font in pixels; a size that is only named is that of the outer text."""
    value = declarations.get("font-size")
    if value is None and "font" in declarations:
        # font: bold 0/1 Arial
        value = next((part.partition("/")[0] for part in declarations["font"].split() if part[0].isdigit()), None)
    length = _LENGTH.fullmatch(value or "")
    if not length:
        return outer * _SMALLER if value == "smaller" else outer
    number, unit = float(length[1]), (length[2] or "").lower()
    if unit in ("em", "%", "ex"):
        return outer * number / {"em": 1, "%": 100, "ex": 2}[unit]
    return number * (_FONT_SIZE if unit == "rem" else _PIXELS[unit])


def _pixels(value: str) -> float:
    """Return a length in pixels, a part of something as if it were of a usual font; 0 for what is none."""
    length = _LENGTH.fullmatch(value)
    if not length:
        return 0
    unit = (length[2] or "").lower()
    relative = {"em": _FONT_SIZE, "rem": _FONT_SIZE, "ex": _FONT_SIZE / 2, "%": _FONT_SIZE / 100}
    return float(length[1]) * relative.get(unit, _PIXELS.get(unit, 1))


def _colour(value: str, outer: str) -> str:
    """Return a colour as six hexadecimal digits."""
    if value in ("inherit", "currentcolor", "initial", "unset", "revert"):
        return outer if value in ("inherit", "currentcolor", "unset") else _INK
    if value in _NAMED:
        return _NAMED[value]
    short = re.fullmatch(r"#?([0-9a-f])([0-9a-f])([0-9a-f])", value)
    if short:
        return "".join(2 * digit for digit in short.groups()).upper()
    long = re.fullmatch(r"#?([0-9a-f]{6})([0-9a-f]{2})?", value)
    if long:
        return _TRANSPARENT if long[2] == "00" else long[1].upper()
    parts = re.fullmatch(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)", value)
    if parts:
        if parts[4] is not None and re.fullmatch(r"0?\.?0*", parts[4]):
            return _TRANSPARENT
        return "".join(f"{min(int(part), 255):02X}" for part in parts.groups()[:3])
    return _TRANSPARENT if value == "transparent" else _UNKNOWN


def _ground(declarations: Declarations, outer: str) -> str:
    """Return the colour of the ground of an element."""
    value = declarations.get("background-color", declarations.get("background"))
    if value is None or value in ("none", "transparent", "inherit", "initial", "unset", "0", "0 0"):
        return outer
    if "url(" in value or "gradient" in value or "url(" in declarations.get("background-image", ""):
        return _UNKNOWN
    colours = [_colour(part, _UNKNOWN) for part in re.findall(r"rgba?\([^)]*\)|[^\s(]+", value)]
    colour = next(filter(None, colours), _UNKNOWN)
    return outer if colour == _TRANSPARENT else colour


@lru_cache(maxsize=512)
def _is_near(colour: str, ground: str) -> bool:
    if colour == _TRANSPARENT:
        return True
    if not colour or not ground:
        return False
    return (
        sum(abs(int(colour[index : index + 2], 16) - int(ground[index : index + 2], 16)) for index in (0, 2, 4)) < _NEAR
    )
