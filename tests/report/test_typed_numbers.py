"""Texts in number cells: their probable meaning, and that only unambiguous texts are certain."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import seconds_of

from gouji.form.editions import editions, load_form
from gouji.form.expressions import EntryOf
from gouji.form.model import Kind
from gouji.form.values import TOO_LARGE, Entry, Number
from gouji.report import numerals
from gouji.report.typed_numbers import Meant, meant

Told = tuple[str, Number | None, str]
"""A text, the number that it probably means, and words of the reason."""


def count(typed: str) -> Meant | None:
    return meant(typed, "count", "件")


def check(result: Meant | None, value: Number | None, why: str, *, certain: bool) -> None:
    assert result is not None
    assert (result.value, result.certain) == (value, certain)
    assert type(result.value) is type(value)
    assert why in result.why


# ---------------------------------------------------------------- counts

CERTAIN_COUNTS: list[Told] = [
    ("12", 12, "存成了文字格式"),
    ("0", 0, "存成了文字格式"),
    ("+3", 3, "存成了文字格式"),
    ("3.0", 3, "存成了文字格式"),
    ("１２", 12, "全角数字"),
    ("１2", 12, "全角数字"),
    (" 12 ", 12, "前后有空格"),
    ("\u300012\u3000", 12, "前后有空格"),
    ("12\xa0", 12, "前后有空格"),
    ("12\n", 12, "前后有空格"),
    ("\u200b12", 12, "有看不见的字符"),
    ("1\ufeff2", 12, "有看不见的字符"),
    ("1,234", 1234, "千分位逗号"),
    ("1,234,567", 1234567, "千分位逗号"),
    ("１，２３４", 1234, "全角数字，千分位逗号"),
    ("1，234", 1234, "千分位逗号"),
    ("3件", 3, "带了单位“件”"),
    ("3 件", 3, "带了单位“件”"),
    ("３件", 3, "全角数字，带了单位“件”"),
    (" 1,234 件", 1234, "前后有空格，千分位逗号，带了单位“件”"),
    ("无", 0, "用文字写了没有"),
    ("無", 0, "用文字写了没有"),
    (" 没有 ", 0, "前后有空格，用文字写了没有"),
    ("零", 0, "中文数字"),
    ("〇", 0, "中文数字"),
    ("零件", 0, "中文数字，带了单位“件”"),
    ("0份", 0, "带了单位“份”"),
    ("三", 3, "中文数字"),
    ("十", 10, "中文数字"),
    ("十二", 12, "中文数字"),
    ("一十二", 12, "中文数字"),
    ("一百零三", 103, "中文数字"),
    ("两", 2, "中文数字"),
    ("两百二十", 220, "中文数字"),
    ("一万零三百", 10300, "中文数字"),
    ("壹佰零叁", 103, "中文数字"),
    ("貳拾", 20, "中文数字"),
    ("三件", 3, "中文数字，带了单位“件”"),
    ("一件", 1, "中文数字，带了单位“件”"),
    ("=12", 12, "写了公式"),
    ("=3+4", 7, "写了公式"),
    ("=10-4+1", 7, "写了公式"),
    ("=0.5+0.5", 1, "写了公式"),
    ("＝３＋４", 7, "全角数字，写了公式"),
]

PROBABLE_COUNTS: list[Told] = [
    ("—", 0, "横线或者斜线"),
    ("——", 0, "横线或者斜线"),
    ("-", 0, "横线或者斜线"),
    ("－", 0, "横线或者斜线"),
    ("/", 0, "横线或者斜线"),
    ("／", 0, "横线或者斜线"),
    ("\\", 0, "横线或者斜线"),
    ("N/A", 0, "不适用"),
    ("不适用", 0, "不适用"),
    ("暂无", 0, "用文字写了没有"),
    ("未发生", 0, "用文字写了没有"),
    ("O", 0, "字母 O"),
    ("o", 0, "字母 O"),
    ("○", 0, "字母 O"),
    ("1O", 10, "夹有字母"),
    ("l2", 12, "夹有字母"),
    ("一", 1, "也可能是横线"),
    ("一二", 12, "中文数字"),
    ("二〇", 20, "中文数字"),
    ("3。", 3, "末尾多了标点"),
    ("3、", 3, "末尾多了标点"),
    ("3件。", 3, "末尾多了标点，带了单位“件”"),
    ("5.", 5, "末尾多了标点"),
    ("3件（其中1件结转）", 3, "写了其他文字"),
    ("3（含上年1件）", 3, "写了其他文字"),
    ("3件，其中1件结转", 3, "写了其他文字"),
    ("共3件", 3, "写了其他文字"),
    ("共计3件", 3, "写了其他文字"),
    ("3个", 3, "带了单位“个”"),
    ("3份", 3, "带了单位“份”"),
    ("3人次", 3, "带了单位“人次”"),
    ("3万", 30000, "带了“万”"),
    ("1.2万件", 12000, "带了“万”"),
    ("3+4", 7, "写了算式"),
    ("1 234", 1234, "中间有空格"),
    ("007", 7, "多余的 0"),
    ("0,123", 123, "千分位逗号"),
    ("'12", 12, "撇号"),
    ("1E+3", 1000, "科学计数法"),
    ("1.2e3", 1200, "科学计数法"),
    ("①", 1, "特殊的数字符号"),
    ("²", 2, "特殊的数字符号"),
    ("1899-12-31", 0, "数字变成了日期格式"),
    ("1900-01-03", 3, "数字变成了日期格式"),
    ("1900-02-28", 59, "数字变成了日期格式"),
    ("1900-03-01", 61, "数字变成了日期格式"),
]

ONLY_NAMED: list[tuple[str, str]] = [
    ("46¹", "可能是注码"),
    ("46①", "可能是注码"),
    ("₁46", "可能是注码"),
    (" ", "只有空格，看起来是空的"),
    ("\u3000\xa0", "只有空格，看起来是空的"),
    ("\u200b", "只有空格，看起来是空的"),
    (" " * 40000, "只有空格，看起来是空的"),
    ("-3", "不能是负数"),
    ("12.50", "应当是整数"),
    ("=3-4", "写了公式，而且是负数"),
    ("9" * 13, "数字过大"),
    ("9" * 200, "数字过长"),
    ("1e999", "数字过长"),
    ("九" * 200, "数字过长"),
    ("1,2", "逗号的位置不对"),
    ("12,34", "逗号的位置不对"),
    ("1,234,5", "逗号的位置不对"),
    ("3 4", "中间有空格"),
    ("3\n4", "中间有空格"),
    ("一百三", "中文数字"),
    ("十两", "中文数字"),
    ("=SUM(D1:D4)", "写了公式"),
    ("=D5+1", "写了公式"),
    ("=3*2", "写了公式"),
    ('=DISPIMG("ID_0123",1)', "放了图片"),
    ('=_xlfn.DISPIMG("ID_0123",1)', "放了图片"),
    ("2031-01-02", "原来输入的可能是“1-2”或者“1/2”"),
    ("2031-01-02 00:00:00", "原来输入的可能是“1-2”或者“1/2”"),
    ("12:30:00", "日期或者时间"),
    ("1月2日", "日期或者时间"),
    ("1-2", "像是日期、范围或者算式"),
    ("1/2", "像是日期、范围或者算式"),
    ("3~5件", "像是日期、范围或者算式"),
    ("TRUE", "逻辑值"),
    ("False", "逻辑值"),
    ("#DIV/0!", "公式出错"),
    ("#REF!", "公式出错"),
    ("#N/A", "公式出错"),
    ("#VALUE!", "公式出错"),
    ("#NAME?", "公式出错"),
    ("Err:502", "公式出错"),
    ("nan", "公式出错"),
    ("50%", "百分数"),
    ("５０％", "百分数"),
    ("约3件", "大约的数"),
    ("3件左右", "大约的数"),
    ("待定", "还不知道"),
]

NOT_KNOWN = ["", "见附件", "今年没有", "3件1", "(3)", "十余件", "3元", "3" * 201, "3\u202e1", "无\x00"]


@pytest.mark.parametrize("typed, value, why", CERTAIN_COUNTS)
def test_an_entry_with_a_single_meaning_is_certain(typed: str, value: Number, why: str) -> None:
    check(count(typed), value, why, certain=True)


@pytest.mark.parametrize("typed, value, why", PROBABLE_COUNTS)
def test_an_entry_with_two_meanings_is_only_probable(typed: str, value: Number, why: str) -> None:
    check(count(typed), value, why, certain=False)


@pytest.mark.parametrize("typed, why", ONLY_NAMED)
def test_an_entry_without_a_permitted_number_only_gets_a_reason(typed: str, why: str) -> None:
    check(count(typed), None, why, certain=False)


@pytest.mark.parametrize("typed", NOT_KNOWN)
def test_other_words_are_not_interpreted(typed: str) -> None:
    assert count(typed) is None


# ---------------------------------------------------------------- money and changes


@pytest.mark.parametrize(
    "unit, typed, value, certain",
    [
        ("万元", "2.1万元", Decimal("2.1"), True),
        ("万元", "２．１ 万元", Decimal("2.1"), True),
        ("万元", "12.50", Decimal("12.50"), True),
        ("万元", "1,234.56", Decimal("1234.56"), True),
        ("万元", "三万元", 3, True),
        ("万元", "三点五", Decimal("3.5"), True),
        ("万元", "12万元整", 12, True),
        ("万元", "一百万元", 100, True),
        ("万元", "1百万元", 100, False),
        ("元", "3千万", 30000000, False),
        ("万元", "0元", 0, True),
        ("万元", "251000元", Decimal("25.1"), False),
        ("万元", "13575394432.52元", Decimal("1357539.443252"), False),
        ("万元", "1.2亿元", 12000, False),
        ("万元", "2.1万", Decimal("2.1"), False),
        ("万元", "三万", 3, False),
        ("万元", "3。5", Decimal("3.5"), False),
        ("万元", ".5", Decimal("0.5"), False),
        ("万元", "¥12", None, False),
        ("万元", "十二万三千", None, False),
        ("万元", "-1", None, False),
        ("元", "3 元", 3, True),
        ("元", "￥1,000.50", Decimal("1000.50"), True),
        ("元", "人民币100元", 100, True),
        ("元", "壹佰元整", 100, True),
        ("元", "三千元", 3000, True),
        ("元", "2.1万元", 21000, False),
        ("元", "叁万元", 30000, False),
        ("元", "3千元", 3000, False),
    ],
)
def test_money_is_certain_in_the_unit_of_the_cell_and_a_conversion_is_not(
    unit: str, typed: str, value: Number | None, certain: bool
) -> None:
    check(meant(typed, "money", unit), value, "", certain=certain)


def test_a_conversion_is_explained() -> None:
    result = meant("251000元", "money", "万元")
    assert result is not None
    assert result.why == "带了单位“元”，这里的单位是“万元”，按单位换算"


@pytest.mark.parametrize(
    "typed, value, certain",
    [
        ("-3", -3, True),
        ("－3", -3, True),
        ("−3", -3, True),
        ("负三", -3, True),
        ("=3-4", -1, True),
        ("减少3", -3, False),
        ("增加3项", 3, False),
        ("↓3", -3, False),
        ("减少-3", None, False),
    ],
)
def test_a_change_may_be_negative(typed: str, value: Number | None, certain: bool) -> None:
    result = meant(typed, "change", "项")
    assert (result.value if result else None) == value
    assert bool(result and result.certain) == certain


# ---------------------------------------------------------------- any text

UNITS = sorted({cell.column.unit for edition in editions() for cell in load_form(edition).cells.values()})
kinds = st.sampled_from(get_args(Kind))
units = st.sampled_from(UNITS)
near = st.text("0123456789０３.,，。-—/+=E件万元百十一三零无共约（() \u3000\u200b%#!:'lO①年月日其中", max_size=30)
repeated = st.builds(lambda piece, times: (piece * times)[:220], st.text(max_size=4) | near, st.integers(1, 220))


@given(st.text() | near | repeated, kinds, units)
def test_every_suggested_number_is_permitted_in_the_cell(typed: str, kind: Kind, unit: str) -> None:
    result = meant(typed, kind, unit)
    if result is None:
        return
    assert result.why
    assert not result.certain or result.value is not None
    if result.value is not None:
        assert EntryOf("it", kind).value({"it": result.value}) in (Entry.ZERO, Entry.GOOD)
        assert type(result.value) is int or result.value != int(result.value)


whole = st.integers(0, TOO_LARGE - 1)
amounts = st.builds(lambda digits: Decimal(digits).scaleb(-3), st.integers(0, 10**14).filter(lambda n: n % 1000))


@given(whole, units)
def test_a_number_stored_as_text_is_that_number(number: int, unit: str) -> None:
    ways = [str(number), f"{number:,}", f"{number}{unit}", f" {number}\u3000", numerals.in_words(number) + unit]
    if unit in ("元", "万元") and number >= 10**4:
        ways.pop()  # 三万元 is three of one unit or thirty thousand of another
    for way in (*ways, str(number).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})):
        result = meant(way, "money", unit)
        assert result is not None
        assert (result.value, result.certain) == (number, True), way


@given(amounts)
def test_an_amount_stored_as_text_is_exactly_that_amount(amount: Decimal) -> None:
    result = meant(f"{amount}万元", "money", "万元")
    assert result is not None
    assert (result.value, result.certain) == (amount, True)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20))
def test_a_formula_of_numbers_is_added_up(numbers: list[int]) -> None:
    result = count("=" + "+".join(map(str, numbers)))
    assert result is not None
    assert (result.value, result.certain) == (sum(numbers), True)


HOSTILE = [
    "1" * 200,
    "1,111" * 40,
    "1+" * 100,
    "=" + "1+" * 99,
    "=" + "1" * 199,
    "," * 199 + "其",
    "1." * 100,
    " 1" * 100,
    "约" + "1" * 198 + "x",
    "亿" * 200,
    "九千" * 100,
    "-" * 200,
    "1" * 100 + "-" + "1" * 99,
    "1E" + "9" * 198,
    "=DISPIMG(" * 22,
    "(" * 200,
    "\u200b" * 40000 + "x",
    "1" * 40000,
]


def test_hostile_texts_take_no_time() -> None:
    def read() -> None:
        for typed in HOSTILE:
            for kind, unit in (("count", "件"), ("change", "项"), ("money", "万元")):
                meant(typed, kind, unit)  # type: ignore[arg-type]

    assert seconds_of(1, read) < 1


# ---------------------------------------------------------------- Chinese numerals


@given(st.integers(0, numerals.TOO_LARGE - 1))
def test_a_number_written_in_words_is_read_back(number: int) -> None:
    assert numerals.from_words(numerals.in_words(number)) == number


@pytest.mark.parametrize(
    "number, words",
    [
        (0, "零"),
        (10, "十"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (10300, "一万零三百"),
        (100200, "十万零二百"),
        (20003000, "二千万三千"),
        (10**8, "一亿"),
        (100120000, "一亿零一十二万"),
    ],
)
def test_numbers_are_written_in_chinese_words(number: int, words: str) -> None:
    assert numerals.in_words(number) == words


@pytest.mark.parametrize("text", ["", "点五", "三点", "负", "十十", "百", "一百三", "三百二", "二三十", "零十", "件"])
def test_words_that_are_not_a_standard_number_are_rejected(text: str) -> None:
    assert numerals.from_words(text) is None
