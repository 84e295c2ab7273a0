"""What a text in a number cell was probably meant to say.

A reading is certain only where the text can be read in one way, and what it says is permitted in the cell. Everything
else is a guess for a person to confirm, or has a name only. Nothing here changes a figure.
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

_LONGEST = 200
"""Longer texts are no entries; they are not looked at."""

_MOST_DIGITS = 15
"""So many digits a spreadsheet keeps; a longer number was not typed as one."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was probably meant, and why it is no number as it stands."""

    value: Number | None
    """The number that was probably meant, if any is; always one that the cell may hold."""
    why: str
    """What is wrong with the entry, in Chinese, such as 全角数字，带了单位“件”."""
    certain: bool
    """It can be read in no other way."""

    @property
    def is_plain(self) -> bool:
        """Whether it is a number as it stands, and only stored as text: a program does that to a whole table."""
        return self.certain and self.value is not None and self.why == _AS_TEXT


_AS_TEXT = "存成了文字格式"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says, whatever the cell may hold."""

    value: Decimal | None
    why: tuple[str, ...] = ()
    certain: bool = False


_Reader = Callable[[str], _Said | None]


def meant(typed: str, kind: Kind, unit: str) -> Meant | None:
    """Return what a text in a number cell was probably meant to say, or None for words that say no number.

    ``unit`` is the unit of the cell, such as 件 or 万元.
    """
    text, looks = _cleaned(typed)
    if not text:
        return Meant(None, "只有空格，看起来是空的", certain=False) if typed else None
    if len(text) > _LONGEST:
        return None
    said = _whole(text) or _change(text, kind, unit) or _amount(text, unit)
    return _judged(replace(said, why=(*looks, *said.why)), kind) if said else None


def _judged(said: _Said, kind: Kind) -> Meant:
    """Take back a value that the cell may not hold."""
    why = said.why or (_AS_TEXT,)
    if said.value is None:
        return Meant(None, "，".join(why), certain=False)
    wrong = "而且数字过长" if _is_long(said.value) else _NOT_PERMITTED.get(_entry(said.value, kind))
    if wrong:
        return Meant(None, "，".join((*why, wrong)), certain=False)
    return Meant(as_figure(said.value), "，".join(why), said.certain)


_NOT_PERMITTED = {
    Entry.NEGATIVE: "而且是负数，这里不能是负数",
    Entry.FRACTION: "而且是小数，这里应当是整数",
    Entry.LARGE: "而且数字过大",
}


def _entry(value: Decimal, kind: Kind) -> Entry:
    return Entry(EntryOf("it", kind).value({"it": value}))


def _is_long(value: Decimal) -> bool:
    """Tell whether a number has more digits than a spreadsheet keeps; by its exponent, never by writing it out."""
    _, digits, exponent = value.as_tuple()
    places = -exponent if isinstance(exponent, int) else 0
    return max(len(digits), len(digits) - places, places) > _MOST_DIGITS


# ---------------------------------------------------------------- how it looks

_UNSEEN = "\u200b\u200c\u200d\u200e\u2060\ufeff\u180e\u00ad"
_TO_HALF_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20, 0x2212: 0x2D}
_WITHOUT_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))


def _cleaned(typed: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what only looks different, and what that was."""
    seen = typed.translate(_WITHOUT_UNSEEN)
    text = seen.strip()
    half = text.translate(_TO_HALF_WIDTH)
    looks = {
        "有看不见的字符": len(seen) != len(typed),
        "前后有空格": len(text) != len(seen),
        "全角数字": bool(re.search("[０-９]", text)),
        "全角符号": bool(re.fullmatch("[^０-９]*[，．－−＋＝][^０-９]*", text)),
    }
    return half, tuple(look for look, there in looks.items() if there)


# ---------------------------------------------------------------- texts that are something else than an amount

_NUMBER = r"[0-9]{1,200}(?:\.[0-9]{1,200})?"
_SIGNED = rf"[+-]?{_NUMBER}"


def _whole(text: str) -> _Said | None:
    """Read a text that is known as a whole."""
    for pattern, said in _KNOWN:
        if pattern.fullmatch(text):
            return said
    readers: tuple[_Reader, ...] = (_formula, _date, _range)
    return _first(readers, text)


def _first(readers: tuple[_Reader, ...], text: str) -> _Said | None:
    return next((said for reader in readers if (said := reader(text))), None)


_NOTHING = r"无|無|没有|沒有"
_STROKE = r"[-—–―ー_/\\、|]{1,20}"
_SAYS_NOTHING = re.compile(f"{_NOTHING}|{_STROKE}")


def says_nothing(typed: str) -> bool:
    """Tell whether a text is what offices print where there is nothing: a stroke, or 无."""
    return bool(_SAYS_NOTHING.fullmatch(_cleaned(typed)[0]))


def _known() -> Iterator[tuple[re.Pattern[str], _Said]]:
    """Yield the texts that mean one thing, each as a pattern.

    The form wants 0 where there is nothing, so 无 and 没有 answer the question and can only be 0. A stroke does not
    answer it: it may stand for nothing, for "does not apply" and for "not counted yet". A letter O is a slip of the
    finger, perhaps with another digit beside it that did not arrive.
    """
    zero = Decimal(0)
    for pattern, said in (
        (_NOTHING, _Said(zero, ("用文字写了没有",), certain=True)),
        (r"暂无|没|(没有|未)(发生|收取|收到|产生)|无此[项类](情况)?|不涉及", _Said(zero, ("用文字写了没有",))),
        (_STROKE, _Said(zero, ("写了横线或者斜线",))),
        (r"不适用|n/?a|nil|none", _Said(zero, ("写了“不适用”",))),
        (r"[OoОоΟο○◯]", _Said(zero, ("像是字母 O",))),
        (r"一", _Said(Decimal(1), ("中文数字，也可能是横线",))),
        (r"待[定统报填核查]计?|不详|未知|未统计|不清楚|[?]{1,9}", _Said(None, ("写的是还不知道",))),
        (r"#[a-z0-9/_]{1,20}[!?]?|err:[0-9]{3}|nan|[-+]?inf", _Said(None, ("公式出错的结果",))),
        (r"true|false", _Said(None, ("逻辑值",))),
        (r"=?(_xlfn\.)?(dispimg|image)\b.*", _Said(None, ("放了图片",))),
        (rf"{_SIGNED} ?[%‰]|百分之.*", _Said(None, ("百分数",))),
    ):
        yield re.compile(pattern, re.IGNORECASE | re.DOTALL), said


_KNOWN = tuple(_known())

_SUM = re.compile(rf"={_SIGNED}(?:[+-]{_NUMBER}){{0,99}}")
_TERM = re.compile(_SIGNED)
_EXACT = Context(prec=2 * _LONGEST)


def _formula(text: str) -> _Said | None:
    """Compute a formula of numbers alone; any other one is only named."""
    if not text.startswith("="):
        return None
    return _Said(_added_up(text), ("写了公式",), certain=True) if _SUM.fullmatch(text) else _Said(None, ("写了公式",))


def _added_up(text: str) -> Decimal:
    total = Decimal(0)
    for term in _TERM.findall(text):
        total = _EXACT.add(total, Decimal(term))
    return total


_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_ISO_DATE = re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:[ T]{_TIME})?")
_OTHER_DATE = re.compile(rf"(?:[0-9]{{2,4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号])?|[0-9]{{4}}年|{_TIME}")
_FIRST_SERIALS = 10**4
"""Spreadsheets count days from 1900: a date so early is a small number in a cell with the format of a date."""


def _date(text: str) -> _Said | None:
    parts = _ISO_DATE.fullmatch(text)
    if parts is None:
        return _Said(None, ("写成了日期或者时间",)) if _OTHER_DATE.fullmatch(text) else None
    year, month, day = map(int, parts.groups())
    serial = _serial(year, month, day)
    if serial is not None and 0 <= serial < _FIRST_SERIALS:
        return _Said(Decimal(serial), ("数字变成了日期格式",))
    return _Said(None, (f"变成了日期，原来输入的可能是“{month}-{day}”或者“{month}/{day}”",))


def _serial(year: int, month: int, day: int) -> int | None:
    """Return the number that a spreadsheet shows as a date; by tradition it counts a 29 February 1900."""
    try:
        days = (datetime.date(year, month, day) - datetime.date(1899, 12, 31)).days
    except ValueError:
        return None
    return days + 1 if days > 59 else days


_RANGE = re.compile(rf"{_NUMBER} ?(?:[-—–~/\\至到]|——) ?{_NUMBER}.{{0,5}}")


def _range(text: str) -> _Said | None:
    """Name 1-2 and the like, which may be a date, a range, a fraction or a difference."""
    return _Said(None, ("像是日期、范围或者算式",)) if _RANGE.fullmatch(text) else None


# ---------------------------------------------------------------- a number with its unit

_WORDS_BEFORE = re.compile(r"^(?:共|合计|共计|总计|总共|计|有)[:：]? ?(?=.)")
_REMARK = re.compile(r"[(\[【].*|[,;，；。 ]*(?:其中|含|包括).*", re.DOTALL)
_STOPS = "。、，；.,;"
_ABOUT = re.compile(
    rf"(?:约|大约|大概|近|超过|不足|不到|至少|[<>≥≤~≈]).*{_NUMBER}.*|{_NUMBER} ?.{{0,2}}(?:余|多|左右|以上|以下).*"
)
_SHARES = {"元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}
"""Units of money, as powers of ten of one 元."""
_CURRENCY = re.compile(r"(人民币|RMB|[¥￥])[:： ]*", re.IGNORECASE)
"""Signs that say 元, though beside 万元 nobody knows."""
_MEASURES = ("件次", "人次", "件", "项", "个", "份", "宗", "起", "条", "笔", "次", "人", "户", "例", "部", "篇")


def _amount(text: str, unit: str) -> _Said | None:
    """Read a number with whatever stands around it."""
    if _ABOUT.fullmatch(text):
        return _Said(None, ("写的是大约的数",))
    bare = _WORDS_BEFORE.sub("", _REMARK.sub("", text), count=1).strip()
    short = bare.rstrip(_STOPS).rstrip()
    more = (*(("写了其他文字",) if bare != text else ()), *(("末尾多了标点",) if short != bare else ()))
    said = _with_unit(short, unit)
    return replace(said, why=(*more, *said.why), certain=said.certain and not more) if said else None


def _change(text: str, kind: Kind, unit: str) -> _Said | None:
    """Read an increase or a decrease that is told in a word, where the cell asks for a change."""
    parts = re.fullmatch(r"(增加了?|增|上升|↑)(.+)|(减少了?|减|下降|↓)(.+)", text) if kind == "change" else None
    said = _with_unit((parts[2] or parts[4]).strip(), unit) if parts else None
    if parts is None or said is None or said.value is None or said.value < 0:
        return None
    return _Said(-said.value if parts[3] else said.value, ("用文字写了增减", *said.why))


def _with_unit(text: str, unit: str) -> _Said | None:
    """Read a number and its unit."""
    money = unit in _SHARES
    number, theirs = _apart(text.removesuffix("整") if money else text, tuple(_SHARES) if money else _MEASURES)
    if money and (mark := _CURRENCY.match(number)):
        number, theirs = number[mark.end() :], theirs or mark[1]
    said = _number(number)
    if said is None:
        return None
    if theirs:
        said = replace(said, why=(*said.why, f"带了单位“{theirs}”"))
        return said if theirs == unit else _in_another_unit(said, theirs, unit)
    if unit == "万元" and re.search("[万亿萬億]", number):
        return _Said(None, (*said.why, f"这里的单位是“{unit}”"))
    return said


def _in_another_unit(said: _Said, theirs: str, ours: str) -> _Said:
    """Doubt a number in another unit: sums are converted, of other measures nobody knows.

    3份 may be three copies of one document, and 3人次 one request that three people made; 0 is the same in any unit.
    """
    nothing = said.value == 0
    if ours not in _SHARES or nothing:
        return replace(said, certain=said.certain and nothing)
    if _CURRENCY.fullmatch(theirs):
        return said if ours == "元" else _Said(None, (*said.why, f"这里的单位是“{ours}”"))
    value = said.value.scaleb(_SHARES[theirs] - _SHARES[ours], _EXACT) if said.value is not None else None
    return _Said(value, (*said.why, f"这里的单位是“{ours}”，按单位换算"))


def _apart(text: str, units: tuple[str, ...]) -> tuple[str, str]:
    """Split a text into what stands before its unit and the unit, the longest that fits."""
    unit = max((unit for unit in units if text.endswith(unit)), key=len, default="")
    before = text.removesuffix(unit).rstrip()
    return (before, unit) if before else (text, "")


# ---------------------------------------------------------------- the number itself


def _number(text: str) -> _Said | None:
    readers: tuple[_Reader, ...] = (_plain, _grouped, _sum, _with_blanks, _mistyped, _powers, _scaled, _chinese, _alike)
    return _first(readers, text)


_PLAIN = re.compile(_SIGNED)
_BARE_POINT = re.compile(r"[+-]?(?:\.[0-9]{1,200}|[0-9]{1,200}\.)")


def _plain(text: str) -> _Said | None:
    if _BARE_POINT.fullmatch(text):
        return _Said(Decimal(text), ("小数点前后缺少数字",))
    if not _PLAIN.fullmatch(text):
        return None
    if _leads_with_zero(text):
        return _Said(Decimal(text), ("前面有多余的 0",))
    return _Said(Decimal(text), certain=True)


def _leads_with_zero(text: str) -> bool:
    """Tell whether a number begins as a code does, or as a number that lost a digit."""
    return re.match(r"[+-]?0[0-9,]", text) is not None


_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,50}(?:\.[0-9]{1,200})?")


def _grouped(text: str) -> _Said | None:
    """Read thousands that are set apart; commas elsewhere may be a decimal point or two numbers."""
    if "," not in text or not re.fullmatch(r"[-+0-9,.]*[0-9][-+0-9,.]*", text):
        return None
    if not _GROUPED.fullmatch(text):
        return _Said(None, ("逗号的位置不对",))
    return _Said(Decimal(text.replace(",", "")), ("千分位逗号",), certain=not _leads_with_zero(text))


def _with_blanks(text: str) -> _Said | None:
    """Read a number with blanks inside, which may be two numbers."""
    if not re.fullmatch(r"[-+0-9.\s]+", text) or not re.search(r"\s", text):
        return None
    value = Decimal(re.sub(r"\s", "", text)) if re.fullmatch(r"[0-9]{1,3}(?:\s[0-9]{3}){1,9}", text) else None
    return _Said(value, ("数字中间有空格",))


def _mistyped(text: str) -> _Said | None:
    """Read a point of the Chinese keyboard, and the stroke that marks a text."""
    parts = re.fullmatch(r"([+-]?[0-9]{1,200})[。·・•]([0-9]{1,200})", text)
    if parts:
        return _Said(Decimal(f"{parts[1]}.{parts[2]}"), ("小数点写错",))
    stroke = re.fullmatch(rf"['’‘`]({_SIGNED})", text)
    return _Said(Decimal(stroke[1]), ("前面有撇号",)) if stroke else None


def _powers(text: str) -> _Said | None:
    """Read 1.2E+05, which programs show for a number of more digits than it names."""
    parts = re.fullmatch(rf"{_SIGNED}E[+-]?[0-9]{{1,3}}", text, re.IGNORECASE)
    return _Said(Decimal(text), ("科学计数法，可能不完整",)) if parts else None


_SCALES = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}


def _scaled(text: str) -> _Said | None:
    parts = re.fullmatch(rf"({_SIGNED}) ?([十百千万亿])", text)
    return _Said(Decimal(parts[1]).scaleb(_SCALES[parts[2]], _EXACT), (f"带了“{parts[2]}”",)) if parts else None


def _chinese(text: str) -> _Said | None:
    if not numerals.is_numeral(text):
        return None
    value = numerals.from_words(text)
    if value is not None:
        return _Said(value, ("中文数字",), certain=True)
    return _Said(numerals.from_digits(text) if numerals.spelt_out(text) else None, ("中文数字",))


def _sum(text: str) -> _Said | None:
    parts = re.fullmatch(rf"{_NUMBER}(?: ?\+ ?{_NUMBER}){{1,99}}", text)
    return _Said(_added_up(text.replace(" ", "")), ("写了算式",)) if parts else None


_NOTED = re.compile("[0-9][⁰¹²³⁴-⁹₀-₉①-⑳]|[⁰¹²³⁴-⁹₀-₉①-⑳][0-9]")
"""A number with a footnote mark: 46¹ is never 461."""
_LETTERS = str.maketrans("OoОоΟοIl|", "000000111")


def _alike(text: str) -> _Said | None:
    """Read signs that only look like digits: letters, and digits in circles or of other scripts."""
    if re.search("[0-9]", text) and _PLAIN.fullmatch(digits := text.translate(_LETTERS)):
        return _Said(Decimal(digits), ("夹有字母",))
    if _NOTED.search(text):
        return _Said(None, ("带有上标、下标或者带圈的数字，可能是注码",))
    plain = unicodedata.normalize("NFKC", text)
    return _Said(Decimal(plain), ("特殊的数字符号",)) if plain != text and _PLAIN.fullmatch(plain) else None
