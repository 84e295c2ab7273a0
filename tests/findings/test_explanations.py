"""Which texts explain a finding, and which only fill the box."""

from __future__ import annotations

import pytest

from gouji.findings.explanations import is_a_reason, says_something
from gouji.findings.finding import Finding, found

STOCK = found(
    "stock",
    "normative",
    where="二、主动公开",
    key="行政规范性文件",
    axis="行",
    name="现行有效＝上年现行有效＋本年制发－本年废止",
    expected=5,
    actual=6,
)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "无", "无。", "/", "—", "——", "-", "0", "000", "同上", "。", "N/A", "没有", "略", "2024"),
        *("已核实", "核对无误。", "经核实，数据无误", "情况属实", "没有错", "按实际填报", "无无无无", "同上；同上"),
        pytest.param("年末有效的件数与上年报告不衔接", id="the words beside the box"),
        pytest.param("请核对；因清理等原因不同的，请说明。", id="the check's own sentence"),
        pytest.param("因清理等原因", id="a piece of the check's own sentence"),
        pytest.param("收回后核对", id="the word in the result's column"),
        pytest.param("清理了", id="fewer than four characters"),
        pytest.param("已核实，清理", id="fewer than four characters beside a filler"),
    ],
)
def test_a_text_that_says_nothing_explains_nothing(text: str) -> None:
    assert not says_something(text, STOCK)


@pytest.mark.parametrize(
    "text",
    [
        *("机构撤并", "重新统计。", "清理后重新统计。", "无法统计", "按12件算", "经核实，因清理废止三件"),
        *("上年漏报规范性文件2件", "各年情况相同。", "Merged"),
    ],
)
def test_a_short_reason_is_an_explanation(text: str) -> None:
    assert says_something(text, STOCK)


def test_the_words_of_another_check_may_be_an_explanation() -> None:
    other: Finding = found("wording.long", heading="一、总体情况", actual=1380, expected=1000, sentence="全年")
    assert says_something("因清理等原因不同", other)
    assert not says_something("不能精简的", other)


@pytest.mark.parametrize(
    ("text", "counts"), [("旧", True), ("已核实。", True), ("无", False), ("—", False), ("同上", False)]
)
def test_the_office_may_be_brief_but_has_to_say_something(text: str, counts: bool) -> None:
    assert is_a_reason(text) == counts


def test_a_very_long_filler_is_recognised_at_once() -> None:
    assert not says_something("没有" * 1000, STOCK)
    assert says_something("没有" * 1000 + "撤并四字", STOCK)
