"""How the cells of an .xlsx look: the styles of the workbook, as far as they decide whether a number is seen.

ECMA-376 part 1, 18.8: a cell names one of the ``cellXfs``, which names a number format, a font and a fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN
from gouji.formats.spreadsheet.number_format import BUILT_IN, GENERAL
from gouji.runtime.errors import DocumentError

SMALLEST_SEEN = 4.0
"""Points; nobody reads a smaller font."""

_WHITE, _BLACK = "FFFFFF", "000000"
_INDEXED = {"0": _BLACK, "1": _WHITE, "8": _BLACK, "9": _WHITE, "64": _BLACK, "65": _WHITE}
"""The old palette, as far as it matters: 64 and 65 are the colours of the system's text and window."""
_THEMED = {"0": _WHITE, "1": _BLACK}
"""The first two colours of a theme are those of the window and of its text, whatever the theme."""


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    code: str | None = GENERAL
    """The number format; None for one that a file names by a number that means something else in each country."""
    struck: bool = False
    unseen: bool = False
    """The text has the colour of its ground, or is too small to be seen."""
    raised: bool = False
    """The whole text is a superscript or a subscript."""

    @property
    def hides(self) -> bool:
        """Whether the font alone makes a number doubtful."""
        return self.struck or self.unseen or self.raised


PLAIN = Look()


@dataclass(frozen=True)
class Font:
    """What of a font decides whether text is seen; also that of a run inside a cell."""

    struck: bool = False
    raised: bool = False
    colour: str = _BLACK
    size: float = 11.0


class _Styles(NamespacedWalk):
    """A pass over the styles."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.codes: dict[str, str] = {}
        self.fonts: list[dict[str, dict[str, str]]] = []
        self.grounds: list[str] = []
        self.cells: list[dict[str, str]] = []
        self.dxfs: list[dict[str, dict[str, str]]] = []
        self._list = ""
        self._filling = "none"

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("numFmts", "fonts", "fills", "cellXfs", "cellStyleXfs", "dxfs", "borders"):
            self._list = name
        elif name == "numFmt" and self._list == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "font" and self._list == "fonts":
            self.fonts.append({})
        elif self._list == "fonts" and self.fonts:
            self.fonts[-1].setdefault(name, attributes)
        elif name == "patternFill" and self._list == "fills":
            self._filling = attributes.get("patternType", "none")
            self.grounds.append(_WHITE if self._filling == "none" else "")
        elif name == "gradientFill" and self._list == "fills":
            self._filling = ""
            self.grounds.append("")
        elif name == "fgColor" and self._list == "fills" and self._filling == "solid" and self.grounds:
            self.grounds[-1] = colour_of(attributes)
        elif name == "xf" and self._list == "cellXfs":
            self.cells.append(attributes)
        elif name == "dxf":
            self.dxfs.append({})
        elif self._list == "dxfs" and self.dxfs:
            self.dxfs[-1].setdefault(name, attributes)


def colour_of(attributes: Mapping[str, str], default: str = "") -> str:
    """Return a colour as six hexadecimal digits, or an empty text for one that is not known without the theme."""
    if rgb := attributes.get("rgb"):
        return rgb[-6:].upper() if re.fullmatch("[0-9A-Fa-f]{6,8}", rgb) else ""
    if "tint" in attributes and attributes["tint"] not in ("0", "0.0"):
        return ""
    if theme := attributes.get("theme"):
        return _THEMED.get(theme, "")
    if indexed := attributes.get("indexed"):
        return _INDEXED.get(indexed, "")
    return _BLACK if attributes.get("auto") in ("1", "true") else default


def font_of(properties: Mapping[str, Mapping[str, str]]) -> Font:
    """Return a font from its properties by their names."""
    size = properties.get("sz", {}).get("val", "11")
    return Font(
        struck=_is_on(properties.get("strike")),
        raised=properties.get("vertAlign", {}).get("val") in ("superscript", "subscript"),
        colour=colour_of(properties["color"], _BLACK) if "color" in properties else _BLACK,
        size=float(size) if size.replace(".", "", 1).isdigit() else 11.0,
    )


def _is_on(property: Mapping[str, str] | None) -> bool:
    return property is not None and property.get("val", "1") not in ("0", "false", "off")


@dataclass(frozen=True)
class Looks:
    """The looks of a workbook: those of cells, by the number that they name, and those of conditional formats."""

    cells: Sequence[Look] = (PLAIN,)
    conditional: Sequence[bool] = ()
    """Of each conditional format, whether it can make a number look otherwise: its own number format, a font that is
    struck out, or a colour of text without one of the ground."""

    def of(self, style: str | None) -> Look:
        """Return the look that a cell names; one that does not exist is that of the first."""
        number = int(style) if style and style.isdigit() and len(style) < 6 else 0
        return self.cells[number] if number < len(self.cells) else PLAIN


def looks(xml: bytes, budget: Budget) -> Looks:
    """Return the looks that the part of styles of a workbook says.

    Raises DocumentError where it is broken.
    """
    return _remembered(xml) if len(xml) < _LARGEST_REMEMBERED else _looks(xml, budget)


_LARGEST_REMEMBERED = 2**16


@lru_cache(64)
def _remembered(xml: bytes) -> Looks:
    """Look once at what the workbooks of a collection have in common."""
    return _looks(xml, Budget())


def _looks(xml: bytes, budget: Budget) -> Looks:
    walk = _Styles(budget)
    try:
        walk.over(xml)
    except DocumentError:
        return Looks()
    fonts = [font_of(properties) for properties in walk.fonts]
    return Looks(
        tuple(_look(walk, fonts, attributes) for attributes in walk.cells) or (PLAIN,),
        tuple(_doubtful(properties) for properties in walk.dxfs),
    )


def _look(walk: _Styles, fonts: Sequence[Font], attributes: Mapping[str, str]) -> Look:
    font = _at(fonts, attributes.get("fontId"), Font())
    ground = _at(walk.grounds, attributes.get("fillId"), _WHITE)
    number = attributes.get("numFmtId", "0")
    code = walk.codes.get(number)
    if code is None:
        code = BUILT_IN.get(int(number)) if number.isdigit() else None
    return Look(
        code=code,
        struck=font.struck,
        raised=font.raised,
        unseen=is_unseen(font, ground),
    )


def is_unseen(font: Font, ground: str) -> bool:
    """Tell whether text has nearly the colour of its ground or is too small; an unknown colour hides nothing."""
    return font.size < SMALLEST_SEEN or hides(font.colour, ground)


LEAST_CONTRAST = 1.25
"""Of text and its ground, as WCAG 2 reckons it from 1 to 21; white on the cream of an input has 1.06."""


def hides(ink: str, ground: str) -> bool:
    """Tell whether text of a colour is not seen on a ground; both are six hexadecimal digits, or empty if unknown."""
    if not ink or not ground:
        return False
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < LEAST_CONTRAST


@lru_cache(256)
def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _at(items: Sequence[Any], number: str | None, default: Any) -> Any:
    return items[int(number)] if number and number.isdigit() and int(number) < len(items) else default


def _doubtful(properties: Mapping[str, Mapping[str, str]]) -> bool:
    coloured = "color" in properties and "bgColor" not in properties and "fgColor" not in properties
    return "numFmt" in properties or _is_on(properties.get("strike")) or coloured
