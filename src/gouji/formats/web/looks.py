"""How the text of a page looks: what its elements, their ``style`` and the style sheets in the page say of it.

Known is what decides whether text is seen and on which line it stands. A browser knows more; docs/published-reports.md
says what is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import NO_TEXT, Look, Run
from gouji.formats.web.colours import INK, PAPER, UNKNOWN, colour_of, ground_of, is_near
from gouji.formats.web.generated import generated
from gouji.formats.web.guards import Effect, Where, effect_of
from gouji.formats.web.lengths import FONT_SIZE, number, pixels
from gouji.formats.web.stylesheet import Declarations, StyleSheet, declared

Element = etree._Element

_SMALLEST_SEEN = 4.0
"""Pixels: three points. Nobody reads a smaller font."""
_SMALLEST_OPACITY = 0.05
_BY_TAG = {
    "s": {"text-decoration": "line-through"},
    "strike": {"text-decoration": "line-through"},
    "del": {"text-decoration": "line-through"},
    "sup": {"vertical-align": "super"},
    "sub": {"vertical-align": "sub"},
    "rt": {"vertical-align": "super"},
    "rp": {"display": "none"},
    "datalist": {"display": "none"},
    "noembed": {"display": "none"},
    "noframes": {"display": "none"},
}
_TELLING = {"style", "hidden", "bgcolor", "color", "popover", "dir", "background", "text"}
"""The attributes that may say how text looks."""
_CELLS = ("td", "th", "tr", "tbody", "thead", "tfoot", "table")
_LEAST_MOVE = 2
"""Pixels by which text is moved up or down before it is a mark."""
NOT_DISPLAYED = ("none", "table-column", "table-column-group")
"""How an element is displayed of which nothing is seen."""
_SMALLER, _LARGER = 5 / 6, 6 / 5
_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": FONT_SIZE, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "xxx-large": 48.0, "initial": FONT_SIZE, "math": FONT_SIZE,
}  # fmt: skip
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")
_MOST_VARIABLES = 20
_NO_VARIABLES: Mapping[str, str] = {}


class Seen(NamedTuple):
    """How text looks at one place of a page."""

    colour: str = INK
    ground: str = PAPER
    size: float = FONT_SIZE
    zoom: float = 1.0
    opacity: float = 1.0
    struck: bool = False
    place: Look = Look.PLAIN
    """Raised, lowered, or neither."""
    hidden: bool = False
    """By ``visibility``, which an element inside may undo."""
    gone: bool = False
    """In a way that no element inside can undo."""
    where: Where = Where.AROUND
    effect: Effect = Effect.NONE
    """What properties that are not worked out may do, since the innermost table began."""
    strange: bool = False
    """The colour is not worked out, since the innermost table began."""
    filled: str | None = None
    """The colour with which text is filled, in place of its own."""
    variables: Mapping[str, str] = _NO_VARIABLES
    """The custom properties and their values."""

    @property
    def look(self) -> Look:
        """How a run looks here."""
        colour = self.colour if self.filled is None else self.filled
        if self.gone or self.hidden or self.opacity < _SMALLEST_OPACITY or is_near(colour, self.ground):
            return Look.UNSEEN
        if self.size * self.zoom < _SMALLEST_SEEN:
            return Look.UNSEEN
        if self.struck:
            return Look.STRUCK
        if self.effect is Effect.UNSURE or self.strange:
            return Look.UNSURE
        if self.effect is Effect.MOVED and self.place is Look.PLAIN:
            return Look.MOVED
        return self.place


class Looks:
    """How the elements of a page look."""

    def __init__(self, root: Element) -> None:
        """Take the style sheets of a page."""
        self._sheet = StyleSheet(root)
        self._known: dict[tuple[object, ...], tuple[Mapping[str, str], Seen]] = {}
        """What was worked out, by what is declared and how it looks outside: pages repeat themselves."""

    def at(self, element: Element) -> Seen:
        """Return the colours and the size of text in an element; whether it is there at all is not asked."""
        seen = Seen()
        for outer in [*reversed(list(element.iterancestors())), element]:
            inside = self.inside(outer, seen)
            seen = Seen(
                inside.colour, inside.ground, inside.size, inside.zoom, filled=inside.filled, variables=inside.variables
            )
        return seen

    def inside(self, element: Element, outer: Seen) -> Seen:
        """Return how text looks in an element that stands where text looks as in ``outer``."""
        tag = str(element.tag)
        if tag in _CELLS or (tag == "caption" and outer.where is Where.AROUND):
            begins = tag == "table"
            outer = outer._replace(
                where=Where.TABLE,
                effect=Effect.NONE if begins else outer.effect,
                strange=not begins and outer.strange,
            )
        seen = self._seen(self._of(element), outer, tag)
        if self._sheet.cuts_text and seen.where is not Where.AROUND and seen.effect < Effect.UNSURE:
            for part in ("first-letter", "first-line"):
                plain, important = self._sheet.of(element, part)
                if self._seen(_lowered(plain | important), seen, "span").look is not seen.look:
                    seen = seen._replace(effect=Effect.UNSURE)
        return seen._replace(where=Where.CELL) if tag in ("td", "th") else seen

    def _seen(self, declarations: Declarations, outer: Seen, tag: str) -> Seen:
        if not declarations:
            return outer
        key = tuple(declarations.items()), outer[:-1], id(outer.variables), tag
        if key not in self._known:
            # The variables stay with what is kept, so that no others get their id.
            self._known[key] = outer.variables, self._worked_out(declarations, outer, tag)
        return self._known[key][1]

    def _worked_out(self, declarations: Declarations, outer: Seen, tag: str) -> Seen:
        variables = outer.variables
        if own := {name: value for name, value in declarations.items() if name.startswith("--")}:
            variables = {**variables, **own}
        declarations = {name: _resolved(value, variables) for name, value in declarations.items() if name not in own}
        size = _size(declarations, outer.size)
        in_table = outer.where is not Where.AROUND
        ground = _ground(declarations, outer.ground)
        colour = _colour(declarations.get("color"), outer.colour, ground)
        filled = _colour(declarations.get("text-fill-color"), outer.filled or colour, ground)
        visibility = declarations.get("visibility")
        guarded = declarations
        if tag in _CELLS and tag != "table":
            guarded = {name: value for name, value in declarations.items() if not name.startswith("margin")}
        effect = effect_of(guarded, outer.where, size or outer.size, is_block=_is_block(tag, declarations))
        if size is None and in_table:
            effect = max(effect, Effect.UNSURE)
        size = outer.size if size is None else size
        opacity = number(declarations.get("opacity", "1"))
        decorated = declarations.get("text-decoration-line", declarations.get("text-decoration", ""))
        return Seen(
            colour=colour,
            ground=ground,
            size=size,
            zoom=outer.zoom * _zoom(declarations),
            opacity=outer.opacity * min(1.0, max(0.0, 1.0 if opacity is None else opacity)),
            struck=outer.struck or "line-through" in decorated,
            place=outer.place if tag in _CELLS or _is_moved(outer) else _place(declarations, size, size < outer.size),
            hidden=outer.hidden if visibility in (None, "inherit") else visibility in ("hidden", "collapse"),
            gone=outer.gone or effect is Effect.GONE or declarations.get("display") in NOT_DISPLAYED,
            where=outer.where,
            effect=max(outer.effect, effect) if in_table and effect is not Effect.GONE else outer.effect,
            strange=in_table and (outer.strange if "color" not in declarations else colour == UNKNOWN),
            filled=filled if "text-fill-color" in declarations else outer.filled,
            variables=variables,
        )

    def has_place(self, element: Element) -> bool:
        """Tell whether an element takes room on the page; one that is only hidden does."""
        return self._of(element).get("display") not in NOT_DISPLAYED

    def added(self, element: Element, where: str, seen: Seen) -> Iterator[Run]:
        """Yield the text that a style sheet adds ``before`` or ``after`` what stands in an element."""
        if not self._sheet.adds_text:
            return
        plain, important = self._sheet.of(element, where)
        declarations = plain | important
        content = _resolved(declarations.pop("content", "none"), seen.variables)
        text = generated(content, element)
        if text:
            look = self._seen(_lowered(declarations), seen, "span").look
            yield Run(text, look if look is Look.UNSEEN or NO_TEXT not in text else Look.NO_TEXT)

    def marks(self, item: Element) -> bool:
        """Tell whether the item of a list gets a number or a text before it."""
        parent = item.getparent()
        list_of = parent if parent is not None and parent.tag in ("ol", "ul", "menu", "dir") else item
        kind = "decimal" if list_of.tag == "ol" or list_of.get("start") is not None else "disc"
        for element in (list_of, item):
            declarations = self._of(element)
            kind = element.get("type", kind)
            kind = declarations.get("list-style-type", declarations.get("list-style", kind))
        return not re.search(r"\b(?:none|disc|circle|square)\b", kind)

    def _of(self, element: Element) -> Declarations:
        """Return what is declared of an element, by its tag, the style sheets, its attributes and its style."""
        by_tag = _BY_TAG.get(str(element.tag), {})
        of_sheets, important = self._sheet.of(element)
        if not by_tag and not of_sheets and not important and _TELLING.isdisjoint(element.keys()):
            return {}
        attributes = {str(name): str(value) for name, value in element.items()}
        own, own_important = declared(attributes["style"]) if "style" in attributes else ({}, {})
        merged = {**by_tag, **_by_attribute(element.tag, attributes), **of_sheets, **own, **important, **own_important}
        return _lowered(merged)


def _by_attribute(tag: object, attributes: Mapping[str, str]) -> Declarations:
    """Return what the attributes of an element say."""
    found = Declarations()
    if "hidden" in attributes or "popover" in attributes:
        found["display"] = "none"
    if "bgcolor" in attributes:
        found["background-color"] = attributes["bgcolor"]
    if "background" in attributes:
        found["background-image"] = "url()"
    if tag == "font" and "color" in attributes:
        found["color"] = attributes["color"]
    if tag == "body" and "text" in attributes:
        found["color"] = attributes["text"]
    if "dir" in attributes and tag != "bdo":
        found["direction"] = attributes["dir"]
    return found


def _lowered(declarations: Declarations) -> Declarations:
    return {
        name: value if name.startswith("--") else value.lower()
        for name, value in declarations.items()
        if name != "content" or "url(" in value
    }


def _resolved(value: str, variables: Mapping[str, str]) -> str:
    """Return a value with its variables replaced; one that is not known and has no substitute stays."""
    for _ in range(_MOST_VARIABLES):
        if "var(" not in value:
            break
        match = next((each for each in _VARIABLE.finditer(value) if each[1] in variables or each[2] is not None), None)
        if match is None:
            break
        known = variables.get(match[1])
        value = value[: match.start()] + (match[2] if known is None else known).strip() + value[match.end() :]
    return value


def _is_moved(seen: Seen) -> bool:
    return seen.place is not Look.PLAIN


_INLINE_DISPLAYS = ("inline", "contents", "ruby", "ruby-text")
_BLOCKS = {
    "div", "p", "li", "ul", "ol", "dl", "dd", "dt", "section", "article", "center", "blockquote", "pre", "h1", "h2",
    "h3", "h4", "h5", "h6", "form", "fieldset", "main", "figure", "address", "details", "table",
}  # fmt: skip


def _is_block(tag: str, declarations: Declarations) -> bool:
    """Tell whether an element has a size of its own, to which it can be clipped."""
    if tag in ("td", "th"):
        return "max-width" in declarations
    if declarations.get("float", "none") != "none" or declarations.get("position") in ("absolute", "fixed"):
        return True
    display = declarations.get("display")
    if display is None:
        return tag in _BLOCKS
    return display not in _INLINE_DISPLAYS and not (tag in _CELLS and display.startswith("table"))


def _zoom(declarations: Declarations) -> float:
    """Return by how much an element is made larger; a zoom of nothing is none for browsers."""
    zoom = number(declarations.get("zoom", "1"))
    return zoom if zoom is not None and zoom > 0 else 1.0


def _place(declarations: Declarations, size: float, is_smaller: bool) -> Look:
    """Return whether an element stands above or below its line."""
    align = declarations.get("vertical-align", declarations.get("baseline-shift", "baseline"))
    if align in ("super", "sub"):
        return Look.RAISED if align == "super" else Look.LOWERED
    if align in ("top", "text-top", "bottom", "text-bottom") and is_smaller:
        return Look.RAISED if align.endswith("top") else Look.LOWERED
    moved = pixels(align, size) or 0
    if declarations.get("position") == "relative":
        moved += (pixels(declarations.get("bottom", "0"), size) or 0) - (
            pixels(declarations.get("top", "0"), size) or 0
        )
    if abs(moved) >= _LEAST_MOVE:
        return Look.RAISED if moved > 0 else Look.LOWERED
    return Look.PLAIN


def _size(declarations: Declarations, outer: float) -> float | None:
    """Return the size of the font in pixels; None if it is not worked out."""
    value = declarations.get("font-size")
    if value is None and "font" in declarations:
        # font: bold 0/1 Arial
        parts = re.findall(r"(?:[^\s(/]|\((?:[^()]|\([^()]*\))*\))+", declarations["font"])
        value = next((part for part in parts if pixels(part, outer, outer) is not None and not _is_weight(part)), None)
        value = value or next((part for part in parts if part in _SIZES), None)
        if value is None and "var(" in declarations["font"]:
            return None
    if value is None or value in ("inherit", "unset", "revert"):
        return outer
    if value in ("smaller", "larger"):
        return outer * (_SMALLER if value == "smaller" else _LARGER)
    if value in _SIZES:
        return _SIZES[value]
    size = pixels(value, outer, outer)
    if size is None:
        # What is no size at all is ignored; what is a function is one.
        return None if "(" in value else outer
    return max(size, 0)


def _is_weight(part: str) -> bool:
    return bool(re.fullmatch(r"[1-9]00", part))


def _colour(value: str | None, outer: str, ground: str) -> str:
    """Return the colour of text; what is no colour leaves it as it is outside."""
    colour = colour_of(value, outer, ground) if value else outer
    return outer if colour is None else colour


def _ground(declarations: Declarations, outer: str) -> str:
    """Return the colour of the ground of an element."""
    value = declarations.get("background-color", declarations.get("background", ""))
    image = declarations.get("background-image", "")
    return ground_of(value, image, outer) if value or image else outer
