"""The properties of CSS that can hide, move or change text, and which of their values are harmless.

``looks.py`` works out the usual ones. Here stands what else a browser knows: a value that is not known to be harmless
makes the number in a cell one that is asked about. Properties that change no text, such as those of borders, fonts,
padding and alignment, stand nowhere; nor do those that browsers do not know, such as the ``mso-`` ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum

from gouji.formats.web.lengths import FONT_SIZE, number, pixels

Declarations = Mapping[str, str]


class Where(IntEnum):
    """Where an element stands; what is around a table, scripts and designers move in many ways."""

    AROUND = 0
    TABLE = 1
    """A table, or a part of it down to the cell."""
    CELL = 2
    """Inside a cell."""


class Effect(IntEnum):
    """What a value may do to text, the least first."""

    NONE = 0
    MOVED = 1
    """It stands elsewhere, which matters if there is other text beside it."""
    UNSURE = 2
    GONE = 3


_FAR = 500
"""Pixels beyond the edge of a window."""
_LEAST_MOVE = 3
_LEAST_MOVE_OF_TABLE = 200
_STRAIGHT = 15
"""Degrees by which text may lean."""
_LEAST_SCALE = 0.4
_FUNCTION = re.compile(r"([a-z][a-z0-9-]*)\(((?:[^()]|\([^()]*\))*)\)")
_KEYWORDS = ("", "none", "normal", "auto", "initial", "inherit", "unset", "revert", "visible")
_FEATURES = r"(?:\"|')(?:kern|liga|clig|calt|tnum|pnum|lnum|onum|zero|palt|halt|pwid|pkna|locl|ccmp|c?l?ss\d\d)(?:\"|')"


def effect_of(declarations: Declarations, where: Where, size: float = FONT_SIZE, *, is_block: bool = False) -> Effect:
    """Return what the guarded properties do to the text in an element; ``size`` is that of its font."""
    worst = Effect.NONE
    for name, value in declarations.items():
        guard = GUARDS.get(name)
        if guard is not None and value not in _KEYWORDS:
            worst = max(worst, guard(value, where, size))
    return max(worst, _of_position(declarations, where, size), _of_clipping(declarations, where, size, is_block))


# ---------------------------------------------------------------- guards: a value, where it stands, and the font's size


def _only(*harmless: str) -> Callable[[str, Where, float], Effect]:
    """Return the guard of a property of which only some values are harmless."""
    return lambda value, where, size: Effect.NONE if value in harmless else Effect.UNSURE


def _filter(value: str, where: Where, size: float) -> Effect:
    effect = Effect.NONE
    for name, inside in _FUNCTION.findall(value):
        share = number(inside)
        if name == "opacity" and share is not None:
            effect = max(effect, Effect.GONE if share < 0.05 else Effect.UNSURE if share < 0.3 else Effect.NONE)
        elif name in ("blur", "brightness", "contrast", "invert", "opacity", "url", "var", "hue-rotate"):
            # Greys are harmless: on days of mourning whole portals are grey.
            effect = max(effect, Effect.UNSURE)
    return effect


def _transform(value: str, where: Where, size: float) -> Effect:
    effect = Effect.NONE
    functions = _FUNCTION.findall(value)
    if not functions:
        return Effect.UNSURE if "(" in value else Effect.NONE
    for name, inside in functions:
        effect = max(effect, _one_transform(name, re.split(r"\s*,\s*", inside.strip()), where, size))
    return effect


def _one_transform(name: str, parts: list[str], where: Where, size: float) -> Effect:
    if name in ("translate", "translatex", "translatey", "translate3d"):
        return _moves(parts[:2], where, size)
    if name in ("translatez", "perspective"):
        return Effect.NONE
    if name in ("scale", "scalex", "scaley", "scale3d"):
        return _scales(parts[:2])
    if name in ("rotate", "rotatez", "skew", "skewx", "skewy"):
        return max(map(_turns, parts))
    if name == "matrix" and len(parts) == 6:
        values = [number(part) for part in parts]
        if values[1:3] == [0, 0] and None not in values:
            return max(_scales([parts[0], parts[3]]), _moves(parts[4:], where, size))
    return Effect.UNSURE


def _moves(parts: list[str], where: Where, size: float) -> Effect:
    worst = Effect.NONE
    for part in parts:
        moved = pixels(part, size)
        if moved is None:
            return Effect.UNSURE
        if abs(moved) > _FAR:
            worst = Effect.GONE
        elif abs(moved) > (_LEAST_MOVE if where is Where.CELL else _LEAST_MOVE_OF_TABLE):
            worst = max(worst, Effect.UNSURE)
    return worst


def _scales(parts: list[str]) -> Effect:
    values = [number(part) for part in parts]
    if any(value is not None and abs(value) < 0.05 for value in values):
        return Effect.GONE
    # A negative scale shows the text from behind.
    return Effect.NONE if all(value is not None and value >= _LEAST_SCALE for value in values) else Effect.UNSURE


def _turns(part: str) -> Effect:
    match = re.fullmatch(r"([+-]?(?:\d+\.?\d*|\.\d+))(deg|turn|rad|grad)?", part)
    if not match:
        return Effect.UNSURE
    degrees = float(match[1]) * {"turn": 360, "rad": 57.3, "grad": 0.9}.get(match[2] or "", 1) % 360
    return Effect.NONE if min(degrees, 360 - degrees) <= _STRAIGHT else Effect.UNSURE


def _translate(value: str, where: Where, size: float) -> Effect:
    return _moves(value.split()[:2], where, size)


def _scale(value: str, where: Where, size: float) -> Effect:
    return _scales(value.split()[:2])


def _rotate(value: str, where: Where, size: float) -> Effect:
    return _turns(value.split()[-1]) if len(value.split()) == 1 else Effect.UNSURE


def _clip_path(value: str, where: Where, size: float) -> Effect:
    match = re.match(r"(inset|circle|ellipse)\(([^()]*)", value)
    measures = (
        [pixels(part, size, 100) for part in re.split(r"\s+(?:at|round)\s", match[2])[0].split()] if match else []
    )
    if not match or not measures or None in measures:
        return Effect.UNSURE
    known = [measure for measure in measures if measure is not None]
    if match[1] == "inset":
        return Effect.GONE if known[0] >= 50 else Effect.UNSURE if max(known) > 1 else Effect.NONE
    return Effect.GONE if known[0] < 1 else Effect.UNSURE


def _letter_spacing(value: str, where: Where, size: float) -> Effect:
    apart = pixels(value, size)
    return Effect.NONE if apart is not None and -0.25 * size <= apart <= 3 * size else Effect.UNSURE


def _text_indent(value: str, where: Where, size: float) -> Effect:
    indent = pixels(value.replace("hanging", "").replace("each-line", ""), size)
    if indent is None:
        return Effect.UNSURE
    return Effect.GONE if abs(indent) > _FAR else Effect.NONE


def _margin(value: str, where: Where, size: float) -> Effect:
    if where is Where.TABLE:
        # Only the table itself has margins; a little to the left is what Word writes.
        return Effect.GONE if any(abs(pixels(part, size) or 0) > 3 * _FAR for part in _parts(value)) else Effect.NONE
    worst = Effect.NONE
    for part in _parts(value):
        moved = 0.0 if part == "auto" else pixels(part, size)
        if moved is None:
            return Effect.UNSURE
        if abs(moved) > _FAR:
            worst = Effect.GONE
        elif moved < -_LEAST_MOVE:
            worst = max(worst, Effect.MOVED)
    return worst


def _parts(value: str) -> list[str]:
    """Return the parts of a value between blanks; those of a calculation stay together."""
    return re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", value)


def _in_cell(effect: Effect, *harmless: str) -> Callable[[str, Where, float], Effect]:
    """Return the guard of a property that matters only inside a cell."""
    return lambda value, where, size: Effect.NONE if value in harmless or where is not Where.CELL else effect


def _of_parts(effect: Effect, pattern: str) -> Callable[[str, Where, float], Effect]:
    """Return the guard of a property whose values are harmless unless a pattern is found in them."""
    found = re.compile(rf"{pattern}|var\(|attr\(|env\(")
    return lambda value, where, size: effect if found.search(value) else Effect.NONE


def _more_than(em: float, *, negative: bool = False) -> Callable[[str, Where, float], Effect]:
    """Return the guard of a length that is harmless up to a part of the font's size."""

    def guard(value: str, where: Where, size: float) -> Effect:
        lengths = [length for part in _parts(value) if (length := pixels(part, size)) is not None]
        if "var(" in value:
            return Effect.UNSURE
        return (
            Effect.UNSURE if any((-length if negative else length) > em * size for length in lengths) else Effect.NONE
        )

    return guard


def _features(value: str, where: Where, size: float) -> Effect:
    one = rf"{_FEATURES}\s*(?:\d|on|off)?"
    return Effect.NONE if re.fullmatch(rf"{one}(?:\s*,\s*{one})*", value) else Effect.UNSURE


def _animation(value: str, where: Where, size: float) -> Effect:
    return Effect.NONE if re.fullmatch(r"(?:none|[\d.]+m?s|ease(?:-in|-out)*|linear|\s)*", value) else Effect.UNSURE


GUARDS: dict[str, Callable[[str, Where, float], Effect]] = {
    "filter": _filter,
    "transform": _transform,
    "translate": _translate,
    "scale": _scale,
    "rotate": _rotate,
    "offset": _only(),
    "offset-path": _only(),
    "clip-path": _clip_path,
    "mask": _only(),
    "mask-image": _only(),
    "mask-box-image": _only(),
    "mask-box-image-source": _only(),
    "mix-blend-mode": _only(),
    "background-clip": _of_parts(Effect.UNSURE, r"\btext\b"),
    "text-security": _only(),
    "text-stroke": _more_than(0.15),
    "text-stroke-width": _more_than(0.15),
    "box-reflect": _only(),
    "content-visibility": lambda value, where, size: Effect.GONE if value == "hidden" else Effect.UNSURE,
    "animation": _animation,
    "animation-name": _only(),
    "unicode-bidi": _only("embed", "isolate", "plaintext"),
    "direction": _only("ltr"),
    "letter-spacing": _letter_spacing,
    "text-indent": _text_indent,
    "margin": _margin,
    "margin-left": _margin,
    "margin-right": _margin,
    "margin-top": _margin,
    "margin-bottom": _margin,
    "margin-inline": _margin,
    "margin-block": _margin,
    "margin-inline-start": _margin,
    "margin-inline-end": _margin,
    "margin-block-start": _margin,
    "margin-block-end": _margin,
    "float": _in_cell(Effect.MOVED),
    "order": _in_cell(Effect.MOVED, "0"),
    "box-ordinal-group": _in_cell(Effect.MOVED, "1"),
    "grid-area": _in_cell(Effect.MOVED),
    "grid-row": _in_cell(Effect.MOVED),
    "grid-column": _in_cell(Effect.MOVED),
    "flex-direction": _only("row", "column"),
    "flex-flow": _of_parts(Effect.UNSURE, "reverse"),
    "box-direction": _of_parts(Effect.UNSURE, "reverse"),
    "flex-wrap": _of_parts(Effect.UNSURE, "reverse"),
    "font-variant": _of_parts(Effect.UNSURE, r"\b(?:sub|super|ordinal|diagonal-fractions|stacked-fractions)\b"),
    "font-variant-position": _only(),
    "font-variant-numeric": _of_parts(Effect.UNSURE, "ordinal|fractions"),
    "font-feature-settings": _features,
    "font-size-adjust": _only(),
    "text-underline-offset": _more_than(0.2, negative=True),
    "text-decoration-thickness": _more_than(0.4),
    "outline-offset": _more_than(0.15, negative=True),
    "box-shadow": lambda value, where, size: _more_than(0.5)(value, where, size) if "inset" in value else Effect.NONE,
    "initial-letter": _only(),
    "display": lambda value, where, size: _of_function(value),
    "visibility": lambda value, where, size: _of_function(value),
    "opacity": lambda value, where, size: Effect.NONE if number(value) is not None else _of_function(value),
    "text-decoration": lambda value, where, size: Effect.UNSURE if "var(" in value else Effect.NONE,
    "position": lambda value, where, size: _of_function(value),
}
"""What each guarded property may do; keywords that are harmless for all of them never come here."""


def _of_function(value: str) -> Effect:
    """Return the effect of a keyword that may be written as a function, such as ``var()``."""
    return Effect.UNSURE if "(" in value else Effect.NONE


# ---------------------------------------------------------------- several properties together

_SIDES = ("left", "right", "top", "bottom")
_OFFSETS = (*_SIDES, "inset", "inset-inline", "inset-block", "inset-inline-start", "inset-inline-end",
            "inset-block-start", "inset-block-end")  # fmt: skip


def _of_position(declarations: Declarations, where: Where, size: float) -> Effect:
    position = declarations.get("position", "static")
    if position not in ("absolute", "fixed", "relative"):
        return Effect.NONE
    offsets = [part for name in _OFFSETS for part in _parts(declarations.get(name, "")) if part not in _KEYWORDS]
    moved = [pixels(part, size) for part in offsets]
    if any(by is not None and by < -_FAR for by in moved):
        return Effect.GONE
    if position != "relative":
        if re.match(r"rect\(\s*(?:0|1px)", declarations.get("clip", "")):
            return Effect.GONE
        if "(" in declarations.get("clip", ""):
            return Effect.UNSURE
    if where is not Where.CELL:
        return Effect.NONE
    if any(by is None or abs(by) > 100 for by in moved):
        return Effect.UNSURE
    sideways = [pixels(part, size) for side in ("left", "right") for part in _parts(declarations.get(side, "0"))]
    if position != "relative" or any(by is None or abs(by) > _LEAST_MOVE for by in sideways):
        return Effect.MOVED
    return Effect.NONE


_CLIPPING = ("hidden", "clip", "scroll", "auto")
_WIDTHS = ("width", "max-width", "inline-size", "max-inline-size", "logical-width", "max-logical-width")
_HEIGHTS = ("height", "max-height", "block-size", "max-block-size", "logical-height", "max-logical-height",
            "line-height")  # fmt: skip


def _of_clipping(declarations: Declarations, where: Where, size: float, is_block: bool) -> Effect:
    """Return what an element that clips its text leaves of it; cells grow with their text, inline ones have no size."""
    clips = [part for name in ("overflow", "overflow-x", "overflow-y") for part in declarations.get(name, "").split()]
    if not is_block or not (
        any(part in _CLIPPING or "(" in part for part in clips)
        or re.search(r"paint|strict|content", declarations.get("contain", ""))
    ):
        return Effect.NONE
    worst = Effect.NONE
    for names, least in ((_WIDTHS, 0.5), (_HEIGHTS, 0.5)):
        for name in names:
            value = declarations.get(name, "")
            per_number = size if name == "line-height" and re.fullmatch(r"[\d.]+", value) else 1
            # A share of something whose size is not known here is only understood if it is nothing.
            measure = pixels(value, size, 0 if re.match(r"0+(?:\.0+)?%", value) else 1000)
            if measure is None:
                worst = max(worst, Effect.UNSURE if re.search(r"var\(|attr\(", value) else Effect.NONE)
            elif measure * per_number <= 1:
                worst = Effect.GONE
            elif measure * per_number < least * size:
                worst = max(worst, Effect.UNSURE)
    return worst


UNDERSTOOD = {
    "color", "background", "background-color", "background-image", "font", "font-size", "zoom", "text-fill-color",
    "text-decoration-line", "vertical-align", "baseline-shift", "content", "overflow", "overflow-x", "overflow-y",
    "contain", "clip", "list-style", "list-style-type", *_OFFSETS, *_WIDTHS, *_HEIGHTS,
}  # fmt: skip
"""The other properties that are looked at."""


def is_telling(name: str) -> bool:
    """Tell whether a property can decide what is seen; a custom one may stand in the value of another."""
    return name in GUARDS or name in UNDERSTOOD or name.startswith("--")
