"""What a text in a number cell was probably meant to say.

A result is certain only if the text has a single meaning and the cell may hold that number. Every other result is a
guess for a person to confirm, or only the reason why the text is not a number. Nothing here changes a figure.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from gouji.form.expressions import EntryOf
from gouji.form.model import Kind
from gouji.form.values import Entry, Number
from gouji.report import numerals
from gouji.report.model import as_figure
from gouji.runtime.patterns import regex

_LONGEST = 200
"""Longer texts are not entries and are not examined."""
_MOST_DIGITS = 15
"""A spreadsheet keeps this many digits, so a longer number cannot have been typed as a number."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The number that was probably meant, and why the entry is not a number as typed."""

    value: Number | None
    """The number that was probably meant, or None; always a number that the cell may hold."""
    why: str
    """What is wrong with the entry, in Chinese, such as 全角数字，带了单位“件”."""
    certain: bool
    """Whether the entry has no other meaning."""

    @property
    def is_plain(self) -> bool:
        """Whether the entry is a number that is only stored as text; programs do that to whole tables."""
        return self.certain and self.value is not None and self.why == _AS_TEXT


_AS_TEXT = "存成了文字格式"


@dataclass(frozen=True, slots=True)
class _Sense:
    """The meaning of a text, regardless of what the cell may hold."""

    value: Decimal | None
    why: tuple[str, ...] = ()
    certain: bool = False


_Reader = Callable[[str], _Sense | None]


def meant(typed: str, kind: Kind, unit: str) -> Meant | None:
    """Return the probable meaning of a text in a number cell, or None for words that are not about a number.

    ``unit`` is the unit of the cell, such as 件 or 万元.
    """
    text, looks = _cleaned(typed)
    if not text:
        return Meant(None, "只有空格，看起来是空的", certain=False) if typed else None
    if len(text) > _LONGEST:
        return None
    sense = _whole(text) or _change(text, kind, unit) or _amount(text, unit)
    return _judged(replace(sense, why=(*looks, *sense.why)), kind) if sense else None


def _judged(sense: _Sense, kind: Kind) -> Meant:
    """Return the meaning for the cell: a value that the cell may not hold is dropped, with the reason."""
    why = sense.why or (_AS_TEXT,)
    if sense.value is None:
        return Meant(None, "，".join(why), certain=False)
    wrong = "而且数字过长" if _is_long(sense.value) else _NOT_PERMITTED.get(_entry(sense.value, kind))
    if wrong:
        return Meant(None, "，".join((*why, wrong)), certain=False)
    return Meant(as_figure(sense.value), "，".join(why), sense.certain)


_NOT_PERMITTED = {
    Entry.NEGATIVE: "而且是负数，这里不能是负数",
    Entry.FRACTION: "而且是小数，这里应当是整数",
    Entry.LARGE: "而且数字过大",
}


def _entry(value: Decimal, kind: Kind) -> Entry:
    return Entry(EntryOf("it", kind).value({"it": value}))


def _is_long(value: Decimal) -> bool:
    """Tell whether a number has more digits than a spreadsheet keeps; it is never written out, as it may be huge."""
    _, digits, exponent = value.as_tuple()
    places = -exponent if isinstance(exponent, int) else 0
    return max(len(digits), len(digits) - places, places) > _MOST_DIGITS


# ---------------------------------------------------------------- appearance

_UNSEEN = "\u200b\u200c\u200d\u200e\u2060\ufeff\u180e\u00ad"
_TO_HALF_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20, 0x2212: 0x2D}
_WITHOUT_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))


def _cleaned(typed: str) -> tuple[str, tuple[str, ...]]:
    """Return a text in plain half-width characters without invisible ones, and the reasons for the changes."""
    seen = typed.translate(_WITHOUT_UNSEEN)
    text = seen.strip()
    half = text.translate(_TO_HALF_WIDTH)
    looks = {
        "有看不见的字符": len(seen) != len(typed),
        "前后有空格": len(text) != len(seen),
        "全角数字": bool(re.search("[０-９]", text)),
        "全角符号": bool(re.fullmatch("[^０-９]*[，．－−＋＝][^０-９]*", text)),
    }
    return half, tuple(look for look, present in looks.items() if present)


# ---------------------------------------------------------------- texts that are not amounts

_NUMBER = r"[0-9]{1,200}(?:\.[0-9]{1,200})?"
_SIGNED = rf"[+-]?{_NUMBER}"


def _whole(text: str) -> _Sense | None:
    """Interpret a text that is a known word, a formula, a date or a range."""
    known = next((sense for pattern, sense in _KNOWN if pattern.fullmatch(text)), None)
    return known or _first((_formula, _date, _range), text)


def _first(readers: tuple[_Reader, ...], text: str) -> _Sense | None:
    return next((sense for reader in readers if (sense := reader(text))), None)


_NOTHING = r"无|無|没有|沒有"
_STROKE = r"[-—–―ー_/\\、|]{1,20}"
_SAYS_NOTHING = regex(f"{_NOTHING}|{_STROKE}")


def says_nothing(typed: str) -> bool:
    """Tell whether a text is what offices print for nothing: a dash or 无."""
    return bool(_SAYS_NOTHING.fullmatch(_cleaned(typed)[0]))


def _known() -> Iterator[tuple[re.Pattern[str], _Sense]]:
    """Yield patterns for known texts, each with its meaning.

    The form asks for 0 where there is nothing, so 无 and 没有 can only mean 0. A dash may mean nothing, "does not
    apply" or "not counted yet". A letter O is a typing error, and another digit may be missing beside it.
    """
    zero = Decimal(0)
    for pattern, sense in (
        (_NOTHING, _Sense(zero, ("用文字写了没有",), certain=True)),
        (r"暂无|没|(没有|未)(发生|收取|收到|产生)|无此[项类](情况)?|不涉及", _Sense(zero, ("用文字写了没有",))),
        (_STROKE, _Sense(zero, ("写了横线或者斜线",))),
        (r"不适用|n/?a|nil|none", _Sense(zero, ("写了“不适用”",))),
        (r"[OoОоΟο○◯]", _Sense(zero, ("像是字母 O",))),
        (r"一", _Sense(Decimal(1), ("中文数字，也可能是横线",))),
        (r"待[定统报填核查]计?|不详|未知|未统计|不清楚|[?]{1,9}", _Sense(None, ("写的是还不知道",))),
        (r"#[a-z0-9/_]{1,20}[!?]?|err:[0-9]{3}|nan|[-+]?inf", _Sense(None, ("公式出错的结果",))),
        (r"true|false", _Sense(None, ("逻辑值",))),
        (r"=?(_xlfn\.)?(dispimg|image)\b.*", _Sense(None, ("放了图片",))),
        (rf"{_SIGNED} ?[%‰]|百分之.*", _Sense(None, ("百分数",))),
    ):
        yield regex(pattern, re.IGNORECASE | re.DOTALL), sense


_KNOWN = tuple(_known())

_SUM = regex(rf"={_SIGNED}(?:[+-]{_NUMBER}){{0,99}}")
_TERM = regex(_SIGNED)
_EXACT = Context(prec=2 * _LONGEST)


def _formula(text: str) -> _Sense | None:
    """Compute a formula that contains only numbers; for any other formula, only give the reason."""
    if not text.startswith("="):
        return None
    return _Sense(_added_up(text), ("写了公式",), certain=True) if _SUM.fullmatch(text) else _Sense(None, ("写了公式",))


def _added_up(text: str) -> Decimal:
    total = Decimal(0)
    for term in _TERM.findall(text):
        total = _EXACT.add(total, Decimal(term))
    return total


_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_ISO_DATE = regex(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:[ T]{_TIME})?")
_OTHER_DATE = regex(rf"(?:[0-9]{{2,4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号])?|[0-9]{{4}}年|{_TIME}")
_FIRST_SERIALS = 10**4
"""Spreadsheets count days from 1900, so a date with a lower number is really a small number in a date format."""
_DAY_BEFORE_THE_FIRST = datetime.date(1899, 12, 31)
_LAST_CORRECT_SERIAL = 59
"""28 February 1900. Spreadsheets count a 29 February 1900, which never existed."""


def _date(text: str) -> _Sense | None:
    parts = _ISO_DATE.fullmatch(text)
    if parts is None:
        return _Sense(None, ("写成了日期或者时间",)) if _OTHER_DATE.fullmatch(text) else None
    year, month, day = map(int, parts.groups())
    serial = _serial(year, month, day)
    if serial is not None and 0 <= serial < _FIRST_SERIALS:
        return _Sense(Decimal(serial), ("数字变成了日期格式",))
    return _Sense(None, (f"变成了日期，原来输入的可能是“{month}-{day}”或者“{month}/{day}”",))


def _serial(year: int, month: int, day: int) -> int | None:
    """Return the number that a spreadsheet shows as this date; None if the date does not exist."""
    try:
        days = (datetime.date(year, month, day) - _DAY_BEFORE_THE_FIRST).days
    except ValueError:
        return None
    return days + 1 if days > _LAST_CORRECT_SERIAL else days


_RANGE = regex(rf"{_NUMBER} ?(?:[-—–~/\\至到]|——) ?{_NUMBER}.{{0,5}}")


def _range(text: str) -> _Sense | None:
    """Give the reason for texts such as 1-2, which may be a date, a range, a fraction or a difference."""
    return _Sense(None, ("像是日期、范围或者算式",)) if _RANGE.fullmatch(text) else None


# ---------------------------------------------------------------- a number with its unit

_WORDS_BEFORE = regex(r"^(?:共计|合计|总计|总共|共|计|有)[:：]? ?(?=.)")
_REMARK = regex(r"[(\[【].*|[,;，；。 ]*(?:其中|含|包括).*", re.DOTALL)
_STOPS = "。、，；.,;"
_ABOUT = regex(
    rf"(?:约|大约|大概|近|超过|不足|不到|至少|[<>≥≤~≈]).*{_NUMBER}.*|{_NUMBER} ?.{{0,2}}(?:余|多|左右|以上|以下).*"
)
_SHARES = {"元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}
"""Units of money, each with its power of ten in 元."""
_CURRENCY = regex(r"(人民币|RMB|[¥￥])[:： ]*", re.IGNORECASE)
"""Signs of 元; in a cell of 万元 they are ambiguous."""
_MEASURES = ("件次", "人次", "件", "项", "个", "份", "宗", "起", "条", "笔", "次", "人", "户", "例", "部", "篇")


def _amount(text: str, unit: str) -> _Sense | None:
    """Interpret a number with words, remarks or punctuation around it."""
    if _ABOUT.fullmatch(text):
        return _Sense(None, ("写的是大约的数",))
    bare = _WORDS_BEFORE.sub("", _REMARK.sub("", text), count=1).strip()
    short = bare.rstrip(_STOPS).rstrip()
    more = (*(("写了其他文字",) if bare != text else ()), *(("末尾多了标点",) if short != bare else ()))
    sense = _with_unit(short, unit)
    return replace(sense, why=(*more, *sense.why), certain=sense.certain and not more) if sense else None


def _change(text: str, kind: Kind, unit: str) -> _Sense | None:
    """Interpret an increase or decrease that is given in words, if the cell asks for a change."""
    parts = re.fullmatch(r"(增加了?|增|上升|↑)(.+)|(减少了?|减|下降|↓)(.+)", text) if kind == "change" else None
    sense = _with_unit((parts[2] or parts[4]).strip(), unit) if parts else None
    if parts is None or sense is None or sense.value is None or sense.value < 0:
        return None
    return _Sense(-sense.value if parts[3] else sense.value, ("用文字写了增减", *sense.why))


def _with_unit(text: str, unit: str) -> _Sense | None:
    """Interpret a number with or without a unit."""
    money = unit in _SHARES
    number, theirs = _apart(text.removesuffix("整") if money else text, tuple(_SHARES) if money else _MEASURES)
    if money and (mark := _CURRENCY.match(number)):
        number, theirs = number[mark.end() :], theirs or mark[1]
    sense = _number(number)
    if sense is None:
        return None
    if theirs:
        sense = replace(sense, why=(*sense.why, f"带了单位“{theirs}”"))
        return sense if theirs == unit else _in_another_unit(sense, theirs, unit)
    if unit == "万元" and re.search("[万亿萬億]", number):
        return _Sense(None, (*sense.why, f"这里的单位是“{unit}”"))
    return sense


def _in_another_unit(sense: _Sense, theirs: str, ours: str) -> _Sense:
    """Return an uncertain meaning for a number in another unit than the cell's; amounts of money are converted.

    Others cannot be converted: 3份 may be copies of one document, 3人次 one request by three. Only 0 stays the same.
    """
    nothing = sense.value == 0
    if ours not in _SHARES or nothing:
        return replace(sense, certain=sense.certain and nothing)
    if _CURRENCY.fullmatch(theirs):
        return sense if ours == "元" else _Sense(None, (*sense.why, f"这里的单位是“{ours}”"))
    value = sense.value.scaleb(_SHARES[theirs] - _SHARES[ours], _EXACT) if sense.value is not None else None
    return _Sense(value, (*sense.why, f"这里的单位是“{ours}”，按单位换算"))


def _apart(text: str, units: tuple[str, ...]) -> tuple[str, str]:
    """Split a text into the part before its unit and the unit, which is the longest one that fits."""
    unit = max((unit for unit in units if text.endswith(unit)), key=len, default="")
    before = text.removesuffix(unit).rstrip()
    return (before, unit) if before else (text, "")


# ---------------------------------------------------------------- the number itself


def _number(text: str) -> _Sense | None:
    return _first((_plain, _grouped, _sum, _with_blanks, _mistyped, _powers, _scaled, _chinese, _alike), text)


_PLAIN = regex(_SIGNED)
_BARE_POINT = regex(r"[+-]?(?:\.[0-9]{1,200}|[0-9]{1,200}\.)")


def _plain(text: str) -> _Sense | None:
    if _BARE_POINT.fullmatch(text):
        return _Sense(Decimal(text), ("小数点前后缺少数字",))
    if not _PLAIN.fullmatch(text):
        return None
    padded = _leads_with_zero(text)
    return _Sense(Decimal(text), ("前面有多余的 0",) if padded else (), certain=not padded)


def _leads_with_zero(text: str) -> bool:
    """Tell whether a number begins with a zero, like a code or a number that lost a digit."""
    return re.match(r"[+-]?0[0-9,]", text) is not None


_GROUPED = regex(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,50}(?:\.[0-9]{1,200})?")


def _grouped(text: str) -> _Sense | None:
    """Interpret commas between thousands; a comma elsewhere may be a decimal point or separate two numbers."""
    if "," not in text or not re.fullmatch(r"[-+0-9,.]*[0-9][-+0-9,.]*", text):
        return None
    if not _GROUPED.fullmatch(text):
        return _Sense(None, ("逗号的位置不对",))
    return _Sense(Decimal(text.replace(",", "")), ("千分位逗号",), certain=not _leads_with_zero(text))


def _with_blanks(text: str) -> _Sense | None:
    """Interpret a number with blanks inside, which may be two numbers."""
    if not re.fullmatch(r"[-+0-9.\s]+", text) or not re.search(r"\s", text):
        return None
    value = Decimal(re.sub(r"\s", "", text)) if re.fullmatch(r"[0-9]{1,3}(?:\s[0-9]{3}){1,9}", text) else None
    return _Sense(value, ("数字中间有空格",))


def _mistyped(text: str) -> _Sense | None:
    """Interpret a decimal point from a Chinese keyboard, and the apostrophe that marks a text."""
    parts = re.fullmatch(r"([+-]?[0-9]{1,200})[。·・•]([0-9]{1,200})", text)
    if parts:
        return _Sense(Decimal(f"{parts[1]}.{parts[2]}"), ("小数点写错",))
    stroke = re.fullmatch(rf"['’‘`]({_SIGNED})", text)
    return _Sense(Decimal(stroke[1]), ("前面有撇号",)) if stroke else None


def _powers(text: str) -> _Sense | None:
    """Interpret scientific notation such as 1.2E+05, which may have lost digits."""
    parts = re.fullmatch(rf"{_SIGNED}E[+-]?[0-9]{{1,3}}", text, re.IGNORECASE)
    return _Sense(Decimal(text), ("科学计数法，可能不完整",)) if parts else None


_SCALES = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}


def _scaled(text: str) -> _Sense | None:
    parts = re.fullmatch(rf"({_SIGNED}) ?([十百千万亿])", text)
    return _Sense(Decimal(parts[1]).scaleb(_SCALES[parts[2]], _EXACT), (f"带了“{parts[2]}”",)) if parts else None


def _chinese(text: str) -> _Sense | None:
    if not numerals.is_numeral(text):
        return None
    value = numerals.from_words(text)
    if value is not None:
        return _Sense(value, ("中文数字",), certain=True)
    return _Sense(numerals.from_digits(text) if numerals.spelt_out(text) else None, ("中文数字",))


def _sum(text: str) -> _Sense | None:
    parts = re.fullmatch(rf"{_NUMBER}(?: ?\+ ?{_NUMBER}){{1,99}}", text)
    return _Sense(_added_up(text.replace(" ", "")), ("写了算式",)) if parts else None


_NOTED = regex("[0-9][⁰¹²³⁴-⁹₀-₉①-⑳]|[⁰¹²³⁴-⁹₀-₉①-⑳][0-9]")
"""A number with a footnote mark: 46¹ is not 461."""
_LETTERS = str.maketrans("OoОоΟοIl|", "000000111")


def _alike(text: str) -> _Sense | None:
    """Interpret characters that look like digits: letters, circled digits and digits of other scripts."""
    if re.search("[0-9]", text) and _PLAIN.fullmatch(digits := text.translate(_LETTERS)):
        return _Sense(Decimal(digits), ("夹有字母",))
    if _NOTED.search(text):
        return _Sense(None, ("带有上标、下标或者带圈的数字，可能是注码",))
    plain = unicodedata.normalize("NFKC", text)
    return _Sense(Decimal(plain), ("特殊的数字符号",)) if plain != text and _PLAIN.fullmatch(plain) else None
