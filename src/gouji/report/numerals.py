"""Chinese numerals: a number as it is written in words, and back."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
_VARIANTS = str.maketrans("〇○壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億點負", "零零一二二三三四五六六七八九十百千万亿点负")
"""Traditional characters and the ones used on cheques, which are hard to forge, with their simple forms."""

TOO_LARGE = 10**12
"""The first number with more than one common name."""


def in_words(number: int) -> str:
    """Return a whole number from 0 to below TOO_LARGE in Chinese words, such as 一百零三."""
    if number == 0:
        return "零"
    words = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // scale % 10**4
        if group:
            words += ("零" if words and group < 1000 else "") + _group(group) + name
    return words.removeprefix("一") if words.startswith("一十") else words


def _group(number: int) -> str:
    """Return a number below 10000 in words, with one 零 for any run of empty places."""
    words = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            words += ("零" if words and number // scale // 10 % 10 == 0 else "") + _DIGITS[digit] + name
    return words


def from_words(text: str) -> Decimal | None:
    """Return the number that a text names in standard words, such as 十二, 两百, 壹佰零叁, 三点五; else None.

    Ambiguous names are not accepted: 一百三 may be 130 or 103, and 一二 may mean one or two.
    """
    text = text.translate(_VARIANTS)
    whole, point, fraction = text.removeprefix("负").partition("点")
    value = _whole(whole)
    if value is None or (point and not spelt_out(fraction)):
        return None
    number = Decimal(f"{value}.{_as_digits(fraction)}") if point else Decimal(value)
    return -number if text.startswith("负") else number


def spelt_out(text: str) -> bool:
    """Tell whether a text consists only of digits, named one by one, such as 一二三."""
    text = text.translate(_VARIANTS)
    return bool(text) and all(char in _DIGITS for char in text)


def from_digits(text: str) -> Decimal:
    """Return the number whose digits a text names one by one."""
    return Decimal(_as_digits(text.translate(_VARIANTS)))


def is_numeral(text: str) -> bool:
    """Tell whether a text consists only of numeral characters, in any order."""
    return bool(text) and all(char in f"{_DIGITS}十百千万亿点负两" for char in text.translate(_VARIANTS))


def _as_digits(text: str) -> str:
    return "".join(str(_DIGITS.index(char)) for char in text)


def _whole(text: str) -> int | None:
    """Read a whole number; it is accepted if :func:`in_words` gives the same words for it."""
    plain = _without_liang(text)
    if plain.startswith("一十"):
        plain = plain.removeprefix("一")
    value = _sum(plain)
    return value if value is not None and value < TOO_LARGE and in_words(value) == plain else None


def _without_liang(text: str) -> str:
    """Replace 两 by 二 where it means two: alone or before 百, 千, 万, 亿. Elsewhere it may be a weight."""
    if text == "两":
        return "二"
    for unit in "百千万亿":
        text = text.replace(f"两{unit}", f"二{unit}")
    return text


def _sum(text: str) -> int | None:
    """Add up the values of the characters, in any order."""
    total = group = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS.index(char)
        elif char in _TENS:
            group, digit = group + (digit or 1) * _TENS[char], 0
        elif char in _GROUPS:
            total, group, digit = total + (group + digit) * _GROUPS[char], 0, 0
        else:
            return None
    return total + group + digit if text else None
