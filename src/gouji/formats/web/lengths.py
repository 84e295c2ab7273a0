"""The lengths and numbers of CSS, also those that are calculated."""

from __future__ import annotations

import re

FONT_SIZE = 16.0
"""Pixels, as browsers begin."""
_WINDOW = 1200.0, 900.0
"""The window in which a page is taken to be seen, in pixels."""
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": FONT_SIZE,
    "vw": _WINDOW[0] / 100, "vh": _WINDOW[1] / 100, "vmin": _WINDOW[1] / 100, "vmax": _WINDOW[0] / 100,
}  # fmt: skip
_FONTS = {"em": 1.0, "ex": 0.5, "ch": 0.5, "ic": 1.0, "lh": 1.2}
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)([a-z]+|%)?|(calc|min|max|clamp)?(\()|([-+*/),]))", re.I)
_MOST_TOKENS = 200


def pixels(value: str, font: float = FONT_SIZE, whole: float | None = None) -> float | None:
    """Return a length in pixels; None if it is none or not worked out.

    ``font`` is the size of the font; ``whole`` is what per cents refer to, without which they are those of the font.
    """
    try:
        calculation = _Calculation(value, font, font if whole is None else whole)
        result = calculation.sum()
        return result if calculation.is_done() else None
    except (ValueError, ZeroDivisionError, IndexError):
        return None


def number(value: str) -> float | None:
    """Return a number or a share; None if it is none or not worked out."""
    return pixels(value, 1.0, 1.0)


class _Calculation:
    """The values of a calculation, read from left to right."""

    def __init__(self, text: str, font: float, whole: float) -> None:
        self._font, self._whole = font, whole
        self._tokens: list[tuple[str, float]] = []
        self._at, position = 0, 0
        text = text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or len(self._tokens) > _MOST_TOKENS:
                raise ValueError(text)
            position = match.end()
            if match[1]:
                self._tokens.append(("", float(match[1]) * self._unit((match[2] or "").lower())))
            else:
                self._tokens.append(((match[3] or "").lower() + "(" if match[4] else match[5], 0))

    def _unit(self, unit: str) -> float:
        if unit == "%":
            return self._whole / 100
        if unit in _FONTS:
            return _FONTS[unit] * self._font
        if unit not in _PIXELS:
            raise ValueError(unit)
        return _PIXELS[unit]

    def is_done(self) -> bool:
        return bool(self._tokens) and self._at == len(self._tokens)

    def _takes(self, *wanted: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] in wanted and wanted:
            self._at += 1
            return self._tokens[self._at - 1][0]
        return ""

    def sum(self) -> float:
        total = self._product()
        while sign := self._takes("+", "-"):
            total += self._product() * (1 if sign == "+" else -1)
        return total

    def _product(self) -> float:
        total = self._one()
        while sign := self._takes("*", "/"):
            other = self._one()
            total = total * other if sign == "*" else total / other
        return total

    def _one(self) -> float:
        if sign := self._takes("-", "+"):
            return self._one() * (-1 if sign == "-" else 1)
        kind, value = self._tokens[self._at]
        self._at += 1
        if not kind:
            return value
        if not kind.endswith("("):
            raise ValueError(kind)
        values = [self.sum()]
        while self._takes(","):
            values.append(self.sum())
        if not self._takes(")"):
            raise ValueError(kind)
        return _chosen(kind, values)


def _chosen(kind: str, values: list[float]) -> float:
    if kind == "min(":
        return min(values)
    if kind == "max(":
        return max(values)
    if kind == "clamp(" and len(values) == 3:
        return max(values[0], min(values[1], values[2]))
    if len(values) != 1:
        raise ValueError(kind)
    return values[0]
