"""The styles of an .ods, as far as they decide whether a number is visible. OpenDocument 1.2 part 1, 16 and 17."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gouji.formats.spreadsheet.colours import BLACK, PAPER, WHITE, Ground
from gouji.formats.spreadsheet.facts import LEAST_HEIGHT, LEAST_WIDTH
from gouji.formats.spreadsheet.looks import PLAIN_FONT, Font, has_symbols, is_odd

_POINTS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0}
_POINTS_OF_A_CHARACTER = 5.25

PROPERTIES = frozenset(f"{kind}-properties" for kind in ("text", "table-cell", "table", "table-row", "table-column"))


@dataclass(frozen=True)
class Style:
    """The properties of a style that decide whether text is visible."""

    base: Font = PLAIN_FONT
    ground: Ground = PAPER
    hidden: bool = False
    """Whether a table is hidden, or a row or column so small that no digit can be read."""
    width: float = 0.0
    """The width of a column in characters, if it has one."""
    repeated: bool = False
    crossed: bool = False
    shrunk: bool = False
    colour: str | None = None
    """The colour of the text if the style itself names one."""
    ground_named: bool = False
    maps: tuple[str, ...] = ()
    """The styles that take the place of this one under some condition."""

    def font(self, ground: Ground) -> Font:
        """Return the font of a text on a background; text in the colour of its background counts as white on white."""
        return replace(self.base, colour=WHITE if ground.hides(self.base.colour) else BLACK)

    @property
    def is_odd(self) -> bool:
        """Whether the style alone makes a number doubtful."""
        return is_odd(self.base, self.ground)

    def over(self, other: Style) -> Style:
        """Return another style with what this one changes of it under a condition."""
        base = replace(self.base, colour=other.base.colour if self.colour is None else self.colour)
        return replace(self, base=base, ground=self.ground if self.ground_named else other.ground)

    def with_properties(self, kind: str, said: Mapping[str, str]) -> Style:
        """Return the style with the properties of one element; a background of the text alone hides nothing."""
        if kind == "text-properties":
            return self._with_font(said)
        if kind == "table-cell-properties":
            lines = (said.get(name, "none") for name in ("diagonal-bl-tr", "diagonal-tl-br"))
            return replace(
                self,
                ground=_ground(said.get("background-color"), self.ground),
                ground_named=self.ground_named or "background-color" in said,
                repeated=said.get("repeat-content", str(self.repeated).lower()) == "true",
                shrunk=said.get("shrink-to-fit", str(self.shrunk).lower()) == "true",
                crossed=self.crossed or any(line != "none" for line in lines),
            )
        low = _points(said.get("row-height")) < LEAST_HEIGHT
        width = _points(said.get("column-width"), 0.0) / _POINTS_OF_A_CHARACTER
        narrow = "column-width" in said and width < LEAST_WIDTH
        return replace(self, hidden=self.hidden or said.get("display") == "false" or low or narrow, width=width)

    def _with_font(self, said: Mapping[str, str]) -> Style:
        position = said.get("text-position", "")
        through = said.get("text-line-through-type") or said.get("text-line-through-style")
        name = said.get("font-name") or said.get("font-family", "").strip("'\"")
        # Text in the window's own colour changes with its background, so it is always visible.
        colour = "" if said.get("use-window-font-color") == "true" else _hexadecimal(said.get("color"))
        base = self.base
        font = Font(
            struck=base.struck if through is None else through != "none",
            raised=base.raised if not position else position.startswith(("super", "sub")) or _is_moved(position),
            colour=base.colour if colour is None else colour,
            size=_points(said.get("font-size"), base.size),
            symbols=has_symbols(name) if name else base.symbols,
        )
        return replace(self, base=font, colour=self.colour if colour is None else colour)


def _points(length: str | None, default: float = LEAST_HEIGHT) -> float:
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,20})?)(in|cm|mm|pt)", length or "")
    return float(found[1]) * _POINTS[found[2]] if found else default


def _is_moved(position: str) -> bool:
    """Tell whether a text position such as ``33% 58%`` is above or below the line."""
    moved = re.match(r"-?([0-9]+)(?:\.[0-9]+)?%", position)
    return moved is not None and int(moved[1]) != 0


def _ground(text: str | None, default: Ground) -> Ground:
    if text == "transparent":
        return PAPER
    colour = _hexadecimal(text)
    return default if colour is None else Ground((colour,))


def _hexadecimal(text: str | None) -> str | None:
    return text[1:].upper() if text and re.fullmatch(r"#[0-9A-Fa-f]{6}", text) else None
