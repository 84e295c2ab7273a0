"""The styles of an .xlsx, as far as they decide whether a number is visible.

ECMA-376 part 1, 18.8: a cell refers to one of the ``cellXfs``, which refers to a number format, a font and a fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN
from gouji.formats.spreadsheet.number_format import BUILT_IN, GENERAL
from gouji.runtime.errors import DocumentError

SMALLEST_SEEN = 4.0
"""Points. Nobody can read a smaller font."""

_WHITE, _BLACK = "FFFFFF", "000000"
_INDEXED = {"0": _BLACK, "1": _WHITE, "8": _BLACK, "9": _WHITE, "64": _BLACK, "65": _WHITE}
"""The black and white of the old palette; 64 and 65 are the system's colours for text and window."""
_THEMED = {"0": _WHITE, "1": _BLACK}
"""The first two colours of every theme are those of the window and of its text."""


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    code: str | None = GENERAL
    """The number format, or None for a built-in one that differs between countries."""
    struck: bool = False
    unseen: bool = False
    """Whether the text has the colour of its background or is too small to read."""
    raised: bool = False
    """Whether the whole text is a superscript or a subscript."""

    @property
    def hides(self) -> bool:
        """Whether the font alone makes a number doubtful."""
        return self.struck or self.unseen or self.raised


PLAIN = Look()


@dataclass(frozen=True)
class Font:
    """The properties of a cell's or a run's font that decide whether its text is visible."""

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
        elif self._list == "dxfs" and self.dxfs and "border" not in self.dxfs[-1]:
            self.dxfs[-1].setdefault(name, attributes)  # a border, which comes last, has colours of its own


def colour_of(attributes: Mapping[str, str], default: str = "") -> str:
    """Return a colour as six hexadecimal digits, or an empty text for one that only the theme defines."""
    if rgb := attributes.get("rgb"):
        return rgb[-6:].upper() if re.fullmatch("[0-9A-Fa-f]{6,8}", rgb) else ""
    if theme := attributes.get("theme"):
        return _tinted(_THEMED.get(theme, ""), attributes.get("tint", "0"))
    if "tint" in attributes and attributes["tint"] not in ("0", "0.0"):
        return ""
    if indexed := attributes.get("indexed"):
        return _INDEXED.get(indexed, "")
    return _BLACK if attributes.get("auto") in ("1", "true") else default


def _tinted(colour: str, tint: str) -> str:
    """Return black or white with a tint from -1, darkest, to 1, lightest (ECMA-376 part 1, 18.8.3): a grey."""
    share = float(tint) if _TINT.fullmatch(tint) else 0.0
    if colour == _WHITE and share < 0:
        return f"{round(255 * max(0.0, 1 + share)):02X}" * 3
    if colour == _BLACK and share > 0:
        return f"{round(255 * min(1.0, share)):02X}" * 3
    return colour


_TINT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")


def font_of(properties: Mapping[str, Mapping[str, str]]) -> Font:
    """Return a font from its properties, which are given by their names."""
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
    """The looks of a workbook's cells, by the number that they refer to, and of its conditional formats."""

    cells: Sequence[Look] = (PLAIN,)
    conditional: Sequence[bool] = ()
    """For each conditional format, whether it can change what a number looks like: by a number format, a struck-out
    font, or a text in nearly the colour of its background."""

    @cached_property
    def plain(self) -> frozenset[bytes | None]:
        """The styles, as cells write them, in which every whole number is displayed as it is stored."""
        plain = {number for number, look in enumerate(self.cells) if look.code in (GENERAL, "0") and not look.hides}
        return frozenset((*(b"%d" % number for number in plain), *((None,) if 0 in plain else ())))

    def of(self, style: str | None) -> Look:
        """Return the look with a number, or the first look where there is none with that number."""
        number = int(style) if style and style.isdigit() and len(style) < 6 else 0
        return self.cells[number] if number < len(self.cells) else PLAIN


def looks(xml: bytes, budget: Budget) -> Looks:
    """Return the looks that the styles part of a workbook defines.

    Raises DocumentError where the part is broken.
    """
    return _remembered(xml) if len(xml) < _LARGEST_REMEMBERED else _looks(xml, budget)


_LARGEST_REMEMBERED = 2**16


@lru_cache(64)
def _remembered(xml: bytes) -> Looks:
    """Parse once the styles that the workbooks of a collection have in common."""
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
    """Tell whether text has nearly the colour of its background or is too small; an unknown colour hides nothing."""
    return font.size < SMALLEST_SEEN or hides(font.colour, ground)


LEAST_CONTRAST = 1.25
"""The contrast of text and background by WCAG 2, from 1 to 21; white on the cream of an input has 1.06."""


def hides(ink: str, ground: str) -> bool:
    """Tell whether text of a colour is invisible on a background; both are hexadecimal, or empty if unknown."""
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
    ink = colour_of(properties["color"], _BLACK) if "color" in properties else _BLACK
    ground = next((colour_of(properties[name]) for name in ("bgColor", "fgColor") if name in properties), _WHITE)
    return "numFmt" in properties or _is_on(properties.get("strike")) or hides(ink, ground)
