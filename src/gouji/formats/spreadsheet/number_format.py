"""What a spreadsheet displays for a stored number, for the number formats that offices use.

ECMA-376 part 1, 18.8.31. A format has up to four sections, for positive numbers, negative numbers, zero and text. Each
is a sequence of digit places, of characters that are displayed unchanged, and of commas and percent signs that scale.
Formats that display something other than decimal digits (dates, fractions) are not evaluated; digits of another script
are, since 四十六 is the number 46.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from gouji.formats.spreadsheet.colours import BLACK, FIRST_OF_THE_PALETTE, PALETTE, WHITE

GENERAL = "General"

BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    49: "@",
}
"""Number formats that a file refers to by number only; those with a currency and 41 to 44 as in China. The other
built-in formats display dates and times, or differ between countries, so what they display is unknown."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|[_*](?P<space>.)'
    r"|(?P<general>(?i:General)|G/通用格式)|(?P<exponent>E[+-]0+)|(?P<digits>[0#?]+)|(?P<sign>.)",
    re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-(?:[0-9A-Fa-f]+|[a-z]{2,3}-[A-Z]{2}))?")
_COLOURS = {
    **{"black": BLACK, "white": WHITE, "red": "FF0000", "green": "00FF00"},
    **{"blue": "0000FF", "yellow": "FFFF00", "magenta": "FF00FF", "cyan": "00FFFF"},
    **{"黑色": BLACK, "白色": WHITE, "红色": "FF0000", "绿色": "00FF00"},
    **{"蓝色": "0000FF", "黄色": "FFFF00", "洋红": "FF00FF", "青色": "00FFFF"},
}
_NUMBERED = re.compile(r"(?:colou?r|颜色) ?([0-9]{1,2})", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:DBNum|NatNum)[0-9]{1,2}", re.IGNORECASE)
"""The digits of a script, such as 四十六 for 46: the same number."""
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
_OTHER = frozenset("yYmMdDhHsSgGeEbBaA/年月日时分秒")
"""Letters of dates, times, eras and fractions; a format with one of them is not evaluated."""
_LONGEST = 255
_EXACT = Context(prec=400)


class _UnknownError(Exception):
    """The format is not evaluated."""


@dataclass(frozen=True)
class _Section:
    """A section of a format: the parts before, inside and after the number."""

    parts: tuple[tuple[str, str], ...]
    """The kind and the characters of each part; a kind is ``text``, ``digits``, ``point``, ``comma``, ``percent``,
    ``exponent``, ``general`` or ``at`` (the text of the cell)."""
    condition: tuple[str, Decimal] | None = None
    colour: str = ""
    """The colour of the number, if it is not that of the font."""

    @property
    def numeric(self) -> bool:
        """Whether the section displays anything of the number."""
        return any(kind in ("digits", "general", "exponent") for kind, _ in self.parts)


def shown(code: str, value: Decimal) -> str | None:
    """Return what a cell with a number format displays for a number, or None where the format is not evaluated.

    The width of the column is ignored, although a number that does not fit is displayed rounded or as ####.
    """
    try:
        texts = {_rendered(section, magnitude) for section, magnitude in _chosen(_sections(code), value)}
    except _UnknownError:
        return None
    return texts.pop() if len(texts) == 1 else None


def inks(code: str, value: Decimal) -> Sequence[str]:
    """Return the colours in which a number format may display a number, instead of the colour of the font."""
    try:
        chosen = _chosen(_sections(code), value)
    except _UnknownError:
        return ()
    return [section.colour for section, _ in chosen if section.colour]


def shown_text(code: str, text: str) -> str:
    """Return what a cell with a number format displays for a text; without a section for texts, the text itself."""
    try:
        sections = _sections(code)
    except _UnknownError:
        return text
    of_texts = [section for section in sections if any(kind == "at" for kind, _ in section.parts)]
    if len(sections) < 4 and not of_texts:
        return text
    section = sections[3] if len(sections) > 3 else of_texts[0]
    return "".join(text if kind == "at" else part for kind, part in section.parts)


@lru_cache(256)
def _sections(code: str) -> tuple[_Section, ...]:
    if len(code) > _LONGEST:
        raise _UnknownError
    sections: list[list[tuple[str, str]]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for token in _TOKEN.finditer(code):
        kind, text = token.lastgroup or "", token[token.lastgroup or 0]
        if kind == "sign" and text == ";":
            sections.append([])
            conditions.append(None)
        elif kind == "bracket":
            conditions[-1] = _bracket(text, sections[-1]) or conditions[-1]
        elif kind == "space":
            # An underline leaves the space of a character; a star repeats one until the cell is full.
            sections[-1].append(("text", " " if token[0][0] == "_" else 2 * text.strip()))
        else:
            sections[-1].append(_part(kind, text))
    return tuple(_section(parts, condition) for parts, condition in zip(sections, conditions, strict=True))


def _section(parts: Sequence[tuple[str, str]], condition: tuple[str, Decimal] | None) -> _Section:
    colours = [text for kind, text in parts if kind == "colour"]
    return _Section(tuple(part for part in parts if part[0] != "colour"), condition, colours[-1] if colours else "")


def _bracket(text: str, parts: list[tuple[str, str]]) -> tuple[str, Decimal] | None:
    """Handle square brackets: a colour, a currency, or a condition, which is returned."""
    if condition := _CONDITION.fullmatch(text):
        return condition[1], Decimal(condition[2])
    if currency := _CURRENCY.fullmatch(text):
        parts.append(("text", currency[1]))
    elif colour := _colour(text):
        parts.append(("colour", colour))
    elif not _SCRIPT.fullmatch(text):
        raise _UnknownError
    return None


def _colour(text: str) -> str | None:
    numbered = _NUMBERED.fullmatch(text)
    if numbered is None:
        return _COLOURS.get(text.lower())
    number = int(numbered[1]) + FIRST_OF_THE_PALETTE - 1
    return PALETTE[number] if FIRST_OF_THE_PALETTE <= number < len(PALETTE) else None


def _part(kind: str, text: str) -> tuple[str, str]:
    if kind in ("quoted", "escaped"):
        return "text", text
    if kind in ("general", "exponent", "digits"):
        return kind, text
    if text in _OTHER:
        raise _UnknownError
    return {".": "point", ",": "comma", "%": "percent", "@": "at"}.get(text, "text"), text


def _chosen(sections: Sequence[_Section], value: Decimal) -> Sequence[tuple[_Section, Decimal]]:
    """Return the sections that may display a number, each with the number that it displays.

    That is without a minus where the second section displays it. Only conditions can leave more than one section.
    """
    numbers = [section for section in sections if not any(kind == "at" for kind, _ in section.parts)][:3]
    if not numbers:
        # The only section is for text, so a number is displayed unchanged.
        return [(_Section((("general", GENERAL),)), value)]
    if any(section.condition for section in numbers):
        return [(section, value) for section in _by_condition(numbers, value)]
    if len(numbers) == 1 or value > 0 or (value == 0 and len(numbers) < 3):
        return [(numbers[0], value)]
    return [(numbers[1], abs(value)) if value < 0 else (numbers[2], value)]


def _by_condition(sections: Sequence[_Section], value: Decimal) -> Sequence[_Section]:
    """Return the first section whose condition holds, or all those without a condition."""
    if value < 0:
        raise _UnknownError  # programs differ in which section then displays a minus of its own
    for section in sections:
        if section.condition and _COMPARED[section.condition[0]](value, section.condition[1]):
            return [section]
    others = [section for section in sections if section.condition is None]
    if not others:
        raise _UnknownError  # programs fill the cell with # or fall back on another format
    return others


_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    **{"<": operator.lt, "<=": operator.le, "=": operator.eq},
    **{">": operator.gt, ">=": operator.ge, "<>": operator.ne},
}


def _rendered(section: _Section, value: Decimal) -> str:
    if not section.numeric:
        text = "".join(
            characters for kind, characters in section.parts if kind in ("text", "point", "comma", "percent")
        )
        return f"-{text}" if value < 0 and text else text
    if any(kind == "exponent" for kind, _ in section.parts):
        raise _UnknownError
    if any(kind == "general" for kind, _ in section.parts):
        text = "".join(_plain(abs(value)) if kind == "general" else text for kind, text in section.parts)
    else:
        text = _digits(section, abs(value))
    # A number that is rounded to zero is displayed without a minus.
    return f"-{text}" if value < 0 and re.search("[1-9]", text) else text


def _plain(value: Decimal) -> str:
    """Return a number with all its digits and without an exponent."""
    return format(value.normalize() if value else Decimal(0), "f")


def _digits(section: _Section, value: Decimal) -> str:
    """Return a number in the digit places of a section, with the characters around them."""
    kinds = [kind for kind, _ in section.parts]
    first = next(at for at, kind in enumerate(kinds) if kind in ("digits", "point"))
    last = len(kinds) - 1 - next(at for at, kind in enumerate(reversed(kinds)) if kind in ("digits", "point"))
    after = kinds[last + 1 :]
    scaling = next((at for at, kind in enumerate(after) if kind != "comma"), len(after))
    inner = section.parts[first : last + 1]
    if any(kind == "text" for kind, _ in inner):
        raise _UnknownError  # characters between the digits, as in telephone numbers
    pointed = "point" in kinds[first : last + 1]
    at_point = next((at for at, (kind, _) in enumerate(inner) if kind == "point"), len(inner))
    places = "".join(characters for kind, characters in inner[:at_point] if kind == "digits")
    decimals = "".join(characters for kind, characters in inner[at_point:] if kind == "digits")
    grouped = any(kind == "comma" for kind, _ in inner[:at_point])
    scaled = value.scaleb(2 * kinds.count("percent") - 3 * scaling, _EXACT)
    rounded = scaled.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, _EXACT)
    integer, _, fraction = format(rounded, "f").partition(".")
    integer = integer.lstrip("0").rjust(places.count("0"), "0")
    if grouped:
        integer = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", integer)
    while fraction and fraction.endswith("0") and decimals[len(fraction) - 1] != "0":
        fraction = fraction[:-1]
    number = integer + ("." if pointed else "") + fraction
    before = "".join(characters for kind, characters in section.parts[:first] if kind in ("text", "percent"))
    behind = "".join(
        characters for kind, characters in section.parts[last + 1 + scaling :] if kind in ("text", "percent", "comma")
    )
    return before + number + behind


def shows_date(code: str) -> bool | None:
    """Tell whether a format shows a date; of one that may show anything else than a date or a number, None."""
    bare = _LITERAL.sub("", code)
    if _OF_NUMBERS.fullmatch(bare):
        return False
    return True if _OF_DATES.fullmatch(bare) else None


_LITERAL = re.compile(r'"[^"]*"|\\.|General|\[(?:Red|Blue|Black|White|Green|\$[^\[\]]*)\]')
_OF_NUMBERS = re.compile(r"[-+#0?.,;%@_() ]*")
_OF_DATES = re.compile(r"y{2,4}[-/. ]?m{1,2}[-/. ]?d{1,2}(?:;@)?")
