"""Findings on single figures: how blanks are listed, and the clause of a finding on an entry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clean_report import Document, changed, clean, report, retotalled, unread, without

from gouji.checks import check, state
from gouji.findings.explanations import says_something
from gouji.findings.finding import Finding
from gouji.form.editions import load_form
from gouji.form.values import State
from gouji.report.reading import Reading


def only(document: Document) -> Finding:
    (finding,) = check(report(document))
    return finding


def column(table: str, key: str) -> list[str]:
    return [ref for ref in load_form("2021").table(table).cells if ref.endswith(f".{key}")]


# ---------------------------------------------------------------- blanks


def test_a_wholly_blank_column_is_named_as_a_column() -> None:
    finding = only(without(*column("requests", "business")))
    assert finding.message.startswith("三、依申请公开有 24 个数字没有填：“商业企业”列有 24 行。")
    assert len(finding.refs) == 24


def test_a_few_blanks_in_a_column_are_named_row_by_row() -> None:
    rows = ("new", "granted", "partial", "refused_safety", "declined_petition")
    finding = only(without(*(f"requests.{row}.natural" for row in rows)))
    assert finding.message.count("行“自然人”列") == 5
    assert "等 " not in finding.message
    assert "列有" not in finding.message


def test_a_blank_cell_that_is_its_whole_row_is_named_as_a_cell() -> None:
    assert "“行政许可”行“本年处理决定数量”列。" in only(without("disclosure.licensing.decisions")).message


def test_a_blank_total_is_reported_if_one_of_its_sums_is_known() -> None:
    """The total of all results can be computed from its row, although a cell of its column is blank."""
    finding = only(without("requests.granted.natural", "requests.granted.total", "requests.closed.total"))
    assert finding.refs == ("requests.granted.natural", "requests.closed.total")


def test_a_place_shared_by_two_figures_is_named_once() -> None:
    """In a published file one merged cell may hold several figures."""
    keys = ("requests.granted.natural", "requests.granted.business", "requests.partial.natural")
    places = dict(zip(keys, ("第2个表!第6行第2格", "第2个表!第6行第2格", "第2个表!第7行第2格"), strict=True))
    (finding,) = check(Reading(report(without(*keys)), places=places))
    assert finding.refs == keys
    assert finding.cells == ("第2个表!第6行第2格", "第2个表!第7行第2格")


# ---------------------------------------------------------------- entries


@pytest.mark.parametrize(
    "document, rule, clause",
    [
        (lambda: changed(disclosure__licensing__decisions=-1), "figure.negative", "《条例》第二十条第（五）项"),
        (lambda: changed(requests__new__legal=-1), "figure.negative", "《条例》第三十一条"),
        (lambda: changed(disclosure__normative__made=1.5), "figure.fraction", "《条例》第二十条第（一）项"),
        (lambda: changed(requests__partial__legal=0.5), "figure.fraction", "《条例》第三十七条"),
        (lambda: unread("disputes.later_suit.other", "无"), "figure.unread", "《条例》第五十条第（三）项"),
        (lambda: unread("requests.declined_repeat.legal", "无"), "figure.unread", "《条例》第三十六条第（六）项"),
        (lambda: changed(disclosure__coercion__decisions=10**13), "figure.large", "《条例》第二十条第（六）项"),
    ],
    ids=[
        "negative, clause of the part",
        "negative, clause of the row",
        "fraction, clause of the part",
        "fraction, clause of the row",
        "text, clause of the part",
        "text, clause of the row",
        "too large",
    ],
)
def test_a_finding_on_an_entry_names_the_clause_of_its_row_or_of_its_block(
    document: Callable[[], Document], rule: str, clause: str
) -> None:
    (finding,) = [finding for finding in check(report(document())) if finding.rule == rule]
    assert finding.clause == clause


def test_an_entry_of_spaces_is_quoted_as_a_space() -> None:
    assert "列填的是“ ”，不是数字（只有空格，看起来是空的）" in only(unread("requests.granted.legal", " ")).message


def test_a_total_beyond_the_limit_of_figures_is_permitted() -> None:
    """Of figures below the limit; the state of the report is computed from the entries too."""
    many = 6 * 10**11
    more = {f"requests__{row}__{column}": many for row in ("new", "granted") for column in ("legal", "other")}
    document = retotalled(**more)
    assert document["figures"]["requests.new.total"] > 10**12
    assert check(report(document)) == ()
    assert state(report(document)) == State.READY


# ---------------------------------------------------------------- zero declarations


def test_a_total_without_parts_contradicts_a_zero_declaration() -> None:
    document = clean() | {"zero": ["disputes"]}
    figures = {ref: 0 if ref.startswith("disputes.") else value for ref, value in document["figures"].items()}
    figures["disputes.direct_suit.total"] = 3
    findings = check(report(document | {"figures": figures}))
    (finding,) = [finding for finding in findings if finding.rule == "zero.contradicted"]
    assert finding.refs == ("disputes.direct_suit.total",)
    assert "有 1 个格子不是 0：“未经复议直接起诉”的“总计”" in finding.message


# ---------------------------------------------------------------- suits without a review


def test_the_question_about_a_suit_names_the_law_and_when_such_a_suit_is_lawful() -> None:
    finding = only(retotalled(disputes__direct_suit__upheld=2) | {"year": 2025})
    assert finding.severity == "query"
    assert finding.clause == "《行政复议法》（2023年修订）第二十三条第一款第（四）项"
    assert finding.message.startswith("四、复议诉讼“未经复议直接起诉”的“总计”是 2。2024年1月1日起，")
    assert "无法提供或者不予处理" in finding.message
    assert says_something("均为告知无法提供后起诉", finding)


def test_in_the_first_year_of_the_law_a_suit_is_only_noted() -> None:
    assert only(retotalled(disputes__direct_suit__upheld=2)).severity == "note"
