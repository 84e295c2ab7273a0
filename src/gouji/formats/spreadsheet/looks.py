"""The styles of an .xlsx, as far as they decide whether a number is visible.

ECMA-376 part 1, 18.8: a cell refers to one of the ``cellXfs``, which refers to a number format, a font and a fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gouji.formats.spreadsheet.colours import BLACK, PAPER, USUAL, WHITE, Ground, Palette, patterned, replaced, theme_of
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk, is_true
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN
from gouji.formats.spreadsheet.number_format import BUILT_IN, GENERAL
from gouji.runtime.errors import DocumentError

SMALLEST_SEEN = 4.0
"""Points. Nobody can read a smaller font."""


@dataclass(frozen=True)
class Font:
    """The properties of a cell's or a run's font that decide whether its text is visible."""

    struck: bool = False
    raised: bool = False
    colour: str = BLACK
    size: float = 11.0
    symbols: bool = False
    """Whether the font has signs in the place of digits."""


PLAIN_FONT = Font()


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    code: str | None = GENERAL
    """The number format, or None for a built-in one that differs between countries."""
    font: Font = PLAIN_FONT
    ground: Ground = PAPER
    odd: bool = False
    """Whether the font alone makes a number doubtful."""
    crossed: bool = False
    """Whether a diagonal border runs through the cell."""
    repeated: bool = False
    """Whether the text is repeated until the cell is full."""
    shrunk: bool = False
    """Whether a text that is too wide is made smaller."""

    @property
    def is_aligned(self) -> bool:
        """Whether something else than the font may make a number doubtful."""
        return self.crossed or self.repeated or self.shrunk

    @cached_property
    def is_on_paper(self) -> bool:
        """Whether a plain font stands on a light background, as nearly everywhere."""
        return not self.odd and self.ground.hides(WHITE)


PLAIN = Look()


@dataclass(frozen=True)
class Change:
    """What a conditional format changes of a look; None where it leaves it as it is."""

    code: str | None = None
    struck: bool | None = None
    ink: str | None = None
    ground: Ground | None = None

    @cached_property
    def is_harmless(self) -> bool:
        """Whether it makes no number invisible or another one, whatever the cell looks like."""
        if self.code is not None or self.struck:
            return False
        if self.ink is None or self.ground is None:
            return self.ink is None and self.ground is None
        return not self.ground.hides(self.ink)

    def of(self, look: Look) -> Look:
        """Return a look with the changes."""
        font = Font(
            struck=look.font.struck if self.struck is None else self.struck,
            raised=look.font.raised,
            colour=look.font.colour if self.ink is None else self.ink,
            size=look.font.size,
            symbols=look.font.symbols,
        )
        return look_of(self.code or look.code, font, self.ground or look.ground)


def look_of(code: str | None, font: Font, ground: Ground, **alignment: bool) -> Look:
    """Return the look that these make together."""
    return Look(code, font, ground, is_odd(font, ground), **alignment)


class _Styles(NamespacedWalk):
    """A pass over the styles."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.codes: dict[str, str] = {}
        self.fonts: list[dict[str, dict[str, str]]] = []
        self.fills: list[dict[str, Any]] = []
        self.crossed: list[bool] = []
        self.cells: list[dict[str, str]] = []
        self.alignments: list[dict[str, str]] = []
        self.dxfs: list[dict[str, dict[str, str]]] = []
        self.palette: list[str] = []
        self._list = ""
        self._diagonal = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name in _LISTS:
            self._list = name
        elif name == "numFmt" and self._list == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif self._list == "fonts":
            self._in_fonts(name, attributes)
        elif self._list == "fills":
            self._in_fills(name, attributes)
        elif self._list == "borders":
            self._in_borders(name, attributes)
        elif name == "xf" and self._list == "cellXfs":
            self.cells.append(attributes)
            self.alignments.append({})
        elif name == "alignment" and self._list == "cellXfs" and self.alignments:
            self.alignments[-1] = attributes
        elif name == "dxf":
            self.dxfs.append({})
        elif self._list == "dxfs" and self.dxfs and "border" not in self.dxfs[-1]:
            self.dxfs[-1].setdefault(name, attributes)  # a border, which comes last, has colours of its own
        elif name == "rgbColor" and self._list == "indexedColors":
            self.palette.append(attributes.get("rgb", ""))

    def _in_fonts(self, name: str, attributes: dict[str, str]) -> None:
        if name == "font":
            self.fonts.append({})
        elif self.fonts:
            self.fonts[-1].setdefault(name, attributes)

    def _in_fills(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill":
            self.fills.append({"stops": []})
        elif name == "color" and self.fills:
            self.fills[-1]["stops"].append(attributes)
        elif self.fills:
            self.fills[-1].setdefault(name, attributes)

    def _in_borders(self, name: str, attributes: dict[str, str]) -> None:
        if name == "border":
            self.crossed.append(False)
            self._diagonal = any(is_true(attributes.get(way)) for way in ("diagonalUp", "diagonalDown"))
        elif name == "diagonal" and self.crossed:
            self.crossed[-1] = self._diagonal and attributes.get("style", "none") != "none"


_LISTS = frozenset(
    ("numFmts", "fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "indexedColors")
)


def font_of(properties: Mapping[str, Mapping[str, str]], palette: Palette = USUAL) -> Font:
    """Return a font from its properties, which are given by their names."""
    size = properties.get("sz", {}).get("val", "11")
    name = next((properties[key].get("val", "") for key in ("name", "rFont") if key in properties), "")
    return Font(
        struck=_is_on(properties.get("strike")),
        raised=properties.get("vertAlign", {}).get("val") in ("superscript", "subscript"),
        colour=palette.colour(properties["color"], BLACK) if "color" in properties else BLACK,
        size=float(size) if size.isascii() and size.replace(".", "", 1).isdigit() else 11.0,
        symbols=has_symbols(name, of_symbols=properties.get("charset", {}).get("val") == "2"),
    )


def has_symbols(name: str, *, of_symbols: bool = False) -> bool:
    """Tell whether a font has signs in the place of digits; ``of_symbols`` is whether its character set says so.

    The digits of the font Symbol are digits.
    """
    name = name.strip().lower()
    return _SYMBOLS.match(name) is not None or (of_symbols and name != "symbol")


_SYMBOLS = re.compile(
    r"wingdings|webdings|marlett|mt extra|(?:itc )?zapf ?dingbats|dingbats|monotype sorts|bookshelf symbol|ms outlook"
)


def _is_on(property: Mapping[str, str] | None) -> bool:
    return property is not None and property.get("val", "1") not in ("0", "false", "off")


@dataclass(frozen=True)
class Looks:
    """The looks of a workbook's cells, by the number that they refer to, and of its conditional formats."""

    cells: Sequence[Look] = (PLAIN,)
    conditional: Sequence[Change] = ()
    palette: Palette = USUAL

    @cached_property
    def plain(self) -> frozenset[bytes | None]:
        """The styles, as cells write them, in which every whole number is displayed as it is stored."""
        plain = {
            number
            for number, look in enumerate(self.cells)
            if look.code in (GENERAL, "0") and not (look.odd or look.is_aligned)
        }
        return frozenset((*(b"%d" % number for number in plain), *((None,) if 0 in plain else ())))

    def of(self, style: str | None) -> Look:
        """Return the look with a number, or the first look where there is none with that number."""
        number = int(style) if style and style.isdigit() and len(style) < 6 else 0
        return self.cells[number] if number < len(self.cells) else PLAIN


def looks(xml: bytes, budget: Budget, theme: bytes = b"") -> Looks:
    """Return the looks that the styles part of a workbook defines, with the colours of its theme.

    Raises DocumentError where the part is broken.
    """
    return _remembered(xml, theme) if max(len(xml), len(theme)) < _LARGEST_REMEMBERED else _looks(xml, theme, budget)


_LARGEST_REMEMBERED = 2**16


@lru_cache(64)
def _remembered(xml: bytes, theme: bytes) -> Looks:
    """Parse once the styles that the workbooks of a collection have in common."""
    return _looks(xml, theme, Budget())


def _looks(xml: bytes, theme: bytes, budget: Budget) -> Looks:
    walk = _Styles(budget)
    try:
        walk.over(xml)
    except DocumentError:
        return Looks()
    palette = Palette(replaced(walk.palette), theme_of(theme) if theme else USUAL.theme)
    fonts = [font_of(properties, palette) for properties in walk.fonts]
    grounds = [_ground(fill, palette) for fill in walk.fills]
    cells = zip(walk.cells, walk.alignments, strict=True)
    return Looks(
        tuple(_look(walk, fonts, grounds, attributes, alignment) for attributes, alignment in cells) or (PLAIN,),
        tuple(change_of(properties, palette) for properties in walk.dxfs),
        palette,
    )


def _look(
    walk: _Styles,
    fonts: Sequence[Font],
    grounds: Sequence[Ground],
    attributes: Mapping[str, str],
    alignment: Mapping[str, str],
) -> Look:
    number = attributes.get("numFmtId", "0")
    code = walk.codes.get(number)
    if code is None:
        code = BUILT_IN.get(int(number)) if number.isdigit() else None
    return look_of(
        code,
        _at(fonts, attributes.get("fontId"), PLAIN_FONT),
        _at(grounds, attributes.get("fillId"), PAPER),
        crossed=_at(walk.crossed, attributes.get("borderId"), False),
        repeated=alignment.get("horizontal") == "fill",
        shrunk=is_true(alignment.get("shrinkToFit")),
    )


def _ground(fill: Mapping[str, Any], palette: Palette) -> Ground:
    if "patternFill" not in fill:
        stops = tuple(palette.colour(stop) for stop in fill["stops"])
        return Ground(stops, everywhere=True)
    kind = fill["patternFill"].get("patternType", "none")
    if kind == "solid":
        return Ground((palette.colour(fill.get("fgColor", {})),))
    return patterned(
        kind, palette.colour(fill.get("fgColor", {}), BLACK), palette.colour(fill.get("bgColor", {}), WHITE)
    )


def is_unseen(font: Font, ground: Ground) -> bool:
    """Tell whether text has nearly the colour of its background or is too small; an unknown colour hides nothing."""
    return font.size < SMALLEST_SEEN or ground.hides(font.colour)


def is_odd(font: Font, ground: Ground = PAPER) -> bool:
    """Tell whether text is struck out, raised, made of symbols or invisible."""
    return font.struck or font.raised or font.symbols or is_unseen(font, ground)


def _at(items: Sequence[Any], number: str | None, default: Any) -> Any:
    return items[int(number)] if number and number.isdigit() and int(number) < len(items) else default


def change_of(properties: Mapping[str, Mapping[str, str]], palette: Palette) -> Change:
    """Return what a conditional format with these properties changes."""
    kind = properties.get("patternFill", {}).get("patternType", "solid")
    back, front = (palette.colour(properties[name]) if name in properties else "" for name in ("bgColor", "fgColor"))
    ground = None
    if back or front:
        # Of a plain colour, the one that is called the background is the colour.
        ground = Ground((back or front,)) if kind == "solid" else patterned(kind, front or BLACK, back or WHITE)
    return Change(
        code=properties["numFmt"].get("formatCode") if "numFmt" in properties else None,
        struck=_is_on(properties["strike"]) if "strike" in properties else None,
        ink=palette.colour(properties["color"], BLACK) if "color" in properties else None,
        ground=ground,
    )
