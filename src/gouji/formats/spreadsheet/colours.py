"""The colours of an .xlsx and an .xls, and whether text of one colour is visible on another.

ECMA-376 part 1, 18.8.19 (colours), 18.8.27 (the palette of 56 colours) and 20.1.6.2 (themes).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gouji.formats.spreadsheet.markup import Budget, Walk
from gouji.runtime.errors import DocumentError

WHITE, BLACK = "FFFFFF", "000000"

_EIGHT = (BLACK, WHITE, "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
PALETTE: Sequence[str] = (
    *_EIGHT,
    *_EIGHT,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
"""The colours with the numbers 0 to 63. The first eight stand there twice."""
_WINDOW_TEXT, _WINDOW = 64, 65
FIRST_OF_THE_PALETTE = 8
"""The number of the first colour that a file can replace."""

_THEME = (
    WHITE,
    BLACK,
    "E7E6E6",
    "44546A",
    "4472C4",
    "ED7D31",
    "A5A5A5",
    "FFC000",
    "5B9BD5",
    "70AD47",
    "0563C1",
    "954F72",
)
"""The colours of the usual theme in the order of their numbers."""


@dataclass(frozen=True)
class Palette:
    """The colours that a file refers to by number."""

    indexed: Sequence[str] = PALETTE
    theme: Sequence[str] = _THEME

    def at(self, number: int, default: str = "") -> str:
        """Return the colour with a number; 64 and 65 are the system's colours for text and window."""
        if number == _WINDOW_TEXT:
            return BLACK
        if number == _WINDOW:
            return WHITE
        return self.indexed[number] if number < len(self.indexed) else default

    def colour(self, attributes: Mapping[str, str], default: str = "") -> str:
        """Return the colour that attributes describe as six hexadecimal digits; an unknown one is an empty text."""
        tint = attributes.get("tint", "0")
        if rgb := attributes.get("rgb"):
            return _tinted(rgb[-6:].upper(), tint) if re.fullmatch("[0-9A-Fa-f]{6,8}", rgb) else ""
        for kind, colours in (("theme", self.theme), ("indexed", None)):
            if number := attributes.get(kind):
                if not _NUMBER.fullmatch(number):
                    return ""
                if colours is None:
                    return _tinted(self.at(int(number)), tint)
                return _tinted(colours[int(number)] if int(number) < len(colours) else "", tint)
        return BLACK if attributes.get("auto") in ("1", "true") else default


USUAL = Palette()
_NUMBER = re.compile(r"[0-9]{1,3}")


def _tinted(colour: str, tint: str) -> str:
    """Return a colour with a tint from -1, darkest, to 1, lightest (ECMA-376 part 1, 18.8.19)."""
    share = max(-1.0, min(1.0, float(tint))) if _TINT.fullmatch(tint) else 0.0
    if not colour or not share:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


_TINT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")


def mixed(colour: str, other: str, share: float) -> str:
    """Return a mixture with a share of the first colour from 0 to 1."""
    if not colour or not other:
        return ""
    parts = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (0, 2, 4))
    return "".join(f"{round(one * share + two * (1 - share)):02X}" for one, two in parts)


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


# ---------------------------------------------------------------- backgrounds


@dataclass(frozen=True)
class Ground:
    """The background of a cell: its colour, or the colours that a text may have to be read on."""

    colours: tuple[str, ...] = (WHITE,)
    everywhere: bool = False
    """Whether each colour is somewhere else, as in a gradient, and not all of them behind the whole text."""

    def hides(self, ink: str) -> bool:
        """Tell whether text of a colour is invisible."""
        found = [hides(ink, colour) for colour in self.colours]
        return bool(found) and (all(found) if self.everywhere else any(found))


PAPER = Ground()
_SHARES = {
    **{"gray0625": 1 / 16, "gray125": 1 / 8, "lightGray": 1 / 4, "mediumGray": 1 / 2, "darkGray": 3 / 4},
    **{f"light{kind}": 1 / 4 for kind in ("Horizontal", "Vertical", "Down", "Up", "Grid", "Trellis")},
    **{f"dark{kind}": 1 / 2 for kind in ("Horizontal", "Vertical", "Down", "Up", "Grid")},
    "darkTrellis": 3 / 4,
}
_PATTERNS = (
    *("none", "solid", "mediumGray", "darkGray", "lightGray", "darkHorizontal", "darkVertical", "darkDown", "darkUp"),
    *("darkGrid", "darkTrellis", "lightHorizontal", "lightVertical", "lightDown", "lightUp", "lightGrid"),
    *("lightTrellis", "gray125", "gray0625"),
)
"""The patterns in the order of their numbers in an .xls."""


def patterned(kind: str | int, front: str, back: str) -> Ground:
    """Return the background that a pattern makes of two colours."""
    if isinstance(kind, int):
        kind = _PATTERNS[kind] if kind < len(_PATTERNS) else ""
    if kind == "none":
        return PAPER
    if kind == "solid":
        return Ground((front,))
    share = _SHARES.get(kind)
    if share is None:
        return Ground(())
    # Text in the colour that prevails can be read as badly as text in the mixture.
    prevailing = (front,) if share > 1 / 2 else (back,) if share < 1 / 2 else ()
    return Ground((mixed(front, back, share), *prevailing))


# ---------------------------------------------------------------- the theme


class _Theme(Walk):
    """A pass over the colours of a theme."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.colours: dict[str, str] = {}
        self._name = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name in _NAMES:
            self._name = name
        elif self._name and name in ("srgbClr", "sysClr"):
            colour = attributes.get("lastClr" if name == "sysClr" else "val", "")
            if re.fullmatch("[0-9A-Fa-f]{6}", colour):
                self.colours.setdefault(self._name, colour.upper())

    def ended(self, name: str) -> None:
        if name == self._name:
            self._name = ""


_NAMES = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""The colours of a theme in the order of the numbers that cells use."""


@lru_cache(16)
def theme_of(xml: bytes) -> Sequence[str]:
    """Return the colours of a theme; of one that is missing or broken, those of the usual one."""
    walk = _Theme(Budget())
    try:
        walk.over(xml)
    except DocumentError:
        return _THEME
    return tuple(walk.colours.get(name, usual) for name, usual in zip(_NAMES, _THEME, strict=True))


def replaced(colours: Iterable[str]) -> Sequence[str]:
    """Return the palette of a file that has colours of its own, from the first to the last."""
    own = [colour[-6:].upper() if re.fullmatch("[0-9A-Fa-f]{6,8}", colour) else "" for colour in colours]
    return (*own, *PALETTE[len(own) :])[: len(PALETTE)]
