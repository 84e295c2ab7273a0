"""The colours of CSS as six hexadecimal digits: names, hex, rgb, hsl and hwb of CSS Color 4."""

from __future__ import annotations

import colorsys
import math
import re
from functools import lru_cache

PAPER, INK = "FFFFFF", "000000"
UNKNOWN = ""
"""A colour that is not worked out; nothing is then taken to be unseen by its colour."""
TRANSPARENT = "transparent"
_NEAR = 48
"""Two colours look the same if their parts differ by less than this in total."""
_FAINTEST = 0.05
"""The share of a colour below which it is not seen on any ground."""
_OUTER = ("inherit", "currentcolor", "unset")

# The names of CSS Color 4, 6.1, and those colours of a system that Office writes into its pages.
_NAMES = """
aliceblue F0F8FF antiquewhite FAEBD7 aqua 00FFFF aquamarine 7FFFD4 azure F0FFFF beige F5F5DC bisque FFE4C4 black
000000 blanchedalmond FFEBCD blue 0000FF blueviolet 8A2BE2 brown A52A2A burlywood DEB887 cadetblue 5F9EA0 chartreuse
7FFF00 chocolate D2691E coral FF7F50 cornflowerblue 6495ED cornsilk FFF8DC crimson DC143C cyan 00FFFF darkblue 00008B
darkcyan 008B8B darkgoldenrod B8860B darkgray A9A9A9 darkgreen 006400 darkgrey A9A9A9 darkkhaki BDB76B darkmagenta
8B008B darkolivegreen 556B2F darkorange FF8C00 darkorchid 9932CC darkred 8B0000 darksalmon E9967A darkseagreen 8FBC8F
darkslateblue 483D8B darkslategray 2F4F4F darkslategrey 2F4F4F darkturquoise 00CED1 darkviolet 9400D3 deeppink FF1493
deepskyblue 00BFFF dimgray 696969 dimgrey 696969 dodgerblue 1E90FF firebrick B22222 floralwhite FFFAF0 forestgreen
228B22 fuchsia FF00FF gainsboro DCDCDC ghostwhite F8F8FF gold FFD700 goldenrod DAA520 gray 808080 green 008000
greenyellow ADFF2F grey 808080 honeydew F0FFF0 hotpink FF69B4 indianred CD5C5C indigo 4B0082 ivory FFFFF0 khaki F0E68C
lavender E6E6FA lavenderblush FFF0F5 lawngreen 7CFC00 lemonchiffon FFFACD lightblue ADD8E6 lightcoral F08080 lightcyan
E0FFFF lightgoldenrodyellow FAFAD2 lightgray D3D3D3 lightgreen 90EE90 lightgrey D3D3D3 lightpink FFB6C1 lightsalmon
FFA07A lightseagreen 20B2AA lightskyblue 87CEFA lightslategray 778899 lightslategrey 778899 lightsteelblue B0C4DE
lightyellow FFFFE0 lime 00FF00 limegreen 32CD32 linen FAF0E6 magenta FF00FF maroon 800000 mediumaquamarine 66CDAA
mediumblue 0000CD mediumorchid BA55D3 mediumpurple 9370DB mediumseagreen 3CB371 mediumslateblue 7B68EE
mediumspringgreen 00FA9A mediumturquoise 48D1CC mediumvioletred C71585 midnightblue 191970 mintcream F5FFFA mistyrose
FFE4E1 moccasin FFE4B5 navajowhite FFDEAD navy 000080 oldlace FDF5E6 olive 808000 olivedrab 6B8E23 orange FFA500
orangered FF4500 orchid DA70D6 palegoldenrod EEE8AA palegreen 98FB98 paleturquoise AFEEEE palevioletred DB7093
papayawhip FFEFD5 peachpuff FFDAB9 peru CD853F pink FFC0CB plum DDA0DD powderblue B0E0E6 purple 800080 rebeccapurple
663399 red FF0000 rosybrown BC8F8F royalblue 4169E1 saddlebrown 8B4513 salmon FA8072 sandybrown F4A460 seagreen 2E8B57
seashell FFF5EE sienna A0522D silver C0C0C0 skyblue 87CEEB slateblue 6A5ACD slategray 708090 slategrey 708090 snow
FFFAFA springgreen 00FF7F steelblue 4682B4 tan D2B48C teal 008080 thistle D8BFD8 tomato FF6347 turquoise 40E0D0 violet
EE82EE wheat F5DEB3 white FFFFFF whitesmoke F5F5F5 yellow FFFF00 yellowgreen 9ACD32 windowtext 000000 window FFFFFF
canvas FFFFFF canvastext 000000 buttontext 000000 buttonface F0F0F0 graytext 808080 infobackground FFFFE1 infotext
000000 fieldtext 000000 field FFFFFF
"""
_WORDS = _NAMES.split()
_NAMED = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_FUNCTION = re.compile(r"(rgba?|hsla?|hwb)\(([^()]*)\)")
_PART = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|deg|rad|grad|turn)?|none")


def colour_of(value: str, outer: str, ground: str = UNKNOWN) -> str | None:
    """Return a colour, mixed with the ground where it lets some of that through; UNKNOWN if it is not worked out.

    ``outer`` is the colour outside. None is for what is no colour, which browsers ignore.
    """
    if value in _OUTER:
        return outer
    if value in ("initial", "revert"):
        return INK
    if value == TRANSPARENT:
        return TRANSPARENT
    if value in _NAMED:
        return _NAMED[value]
    if re.fullmatch(r"#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", value):
        digits = value.removeprefix("#")
        digits = digits if len(digits) > 4 else "".join(2 * digit for digit in digits)
        return _mixed(digits[:6].upper(), int(digits[6:] or "ff", 16) / 255, ground)
    function = _FUNCTION.fullmatch(value)
    if not function:
        return UNKNOWN if "(" in value else None
    parts = [_part(part) for part in re.split(r"[\s,/]+", function[2].strip())]
    if len(parts) not in (3, 4) or None in parts:
        return UNKNOWN
    return _computed(function[1][:3], [part for part in parts if part is not None], ground)


def _part(text: str) -> tuple[float, str] | None:
    match = _PART.fullmatch(text)
    return (float(match[1] or 0), match[2] or "") if match else None


def _computed(model: str, parts: list[tuple[float, str]], ground: str) -> str:
    alpha = parts[3][0] / (100 if parts[3][1] == "%" else 1) if len(parts) > 3 else 1.0
    if model == "rgb":
        rgb = [number / 100 if unit == "%" else number / 255 for number, unit in parts[:3]]
    else:
        number, unit = parts[0]
        hue = number * {"rad": 180 / math.pi, "grad": 0.9, "turn": 360}.get(unit, 1) / 360 % 1
        second, third = (min(max(number / 100, 0), 1) for number, _ in parts[1:3])
        if model == "hsl":
            rgb = list(colorsys.hls_to_rgb(hue, third, second))
        elif second + third >= 1:
            rgb = [second / (second + third)] * 3
        else:
            rgb = [part * (1 - second - third) + second for part in colorsys.hls_to_rgb(hue, 0.5, 1)]
    return _mixed("".join(f"{round(255 * min(max(part, 0), 1)):02X}" for part in rgb), alpha, ground)


def _mixed(colour: str, alpha: float, ground: str) -> str:
    if alpha < _FAINTEST:
        return TRANSPARENT
    if alpha >= 1 or not ground:
        return colour
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (0, 2, 4)]
    return "".join(f"{round(upper * alpha + lower * (1 - alpha)):02X}" for upper, lower in pairs)


def ground_of(value: str, image: str, outer: str) -> str:
    """Return the colour of a ground with these values of ``background`` and ``background-image`` on another ground."""
    if value in ("inherit", "initial", "unset", "revert", "none"):
        value = ""
    whole = f"{value} {image}".strip()
    if "url(" in whole or "image(" in whole or "image-set(" in whole:
        return UNKNOWN
    found = re.findall(r"#[0-9a-f]+|(?:rgba?|hsla?|hwb)\([^()]*\)|(?<![\w(-])[a-z]+(?![\w(-])", whole)
    colours = [colour for part in found if (colour := colour_of(part, UNKNOWN, outer)) is not None]
    if "gradient(" in whole:
        seen = [outer if colour == TRANSPARENT else colour for colour in colours]
        return seen[0] if seen and all(is_near(colour, seen[0]) for colour in seen) else UNKNOWN
    if re.search(r"\b(?!rgba?\(|hsla?\(|hwb\()[\w-]+\(", whole):
        return UNKNOWN
    colours = [colour for colour in colours if colour != TRANSPARENT]
    return colours[-1] if colours else outer


@lru_cache(maxsize=512)
def is_near(colour: str, ground: str) -> bool:
    """Tell whether nobody sees a colour on a ground."""
    if colour == TRANSPARENT:
        return True
    if not colour or not ground:
        return False
    return (
        sum(abs(int(colour[index : index + 2], 16) - int(ground[index : index + 2], 16)) for index in (0, 2, 4)) < _NEAR
    )
