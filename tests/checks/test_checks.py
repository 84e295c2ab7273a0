"""Each rule with a named mutation of a clean report, and each cause before its echoes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from clean_report import (
    Document,
    blank,
    changed,
    clean,
    finding_ids,
    last_year,
    report,
    retotalled,
    unread,
    with_totals,
    without,
)
from hypothesis import given
from hypothesis import strategies as st

from gouji.checks import CHECKS, check, state, verdict
from gouji.findings.finding import Finding, echoes, found, plain
from gouji.findings.rules import RULES, SEVERITY_WORDS, SUBJECTS
from gouji.form.editions import editions, load_form
from gouji.form.model import Form
from gouji.form.values import Number, State
from gouji.report.model import Unit, make_report
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError

# ---------------------------------------------------------------- a clean report


@pytest.mark.parametrize("edition", editions())
def test_a_clean_report_has_no_findings_and_is_ready(edition: str) -> None:
    assert finding_ids(clean(edition)) == []
    assert state(report(clean(edition))) == State.READY
    assert verdict(check(report(clean(edition)))) == "pass"


def test_a_clean_report_follows_from_last_year() -> None:
    assert finding_ids(clean(), last_year()) == []


# ---------------------------------------------------------------- one mutation, one cause

MUTATIONS: dict[str, tuple[Callable[[], Document], list[str]]] = {
    "one new request too many": (
        lambda: changed(requests__new__natural=5),
        ["requests.balance:natural", "requests.total:new <- requests.balance:natural"],
    ),
    "one result too many": (
        lambda: changed(requests__granted__natural=4),
        ["requests.total:granted", "requests.closed:natural <- requests.total:granted"],
    ),
    "the total of a row is wrong": (
        lambda: changed(requests__refused_internal__total=2),
        ["requests.total:refused_internal", "requests.closed:total <- requests.total:refused_internal"],
    ),
    "the total of the results is wrong": (
        lambda: changed(requests__closed__business=1),
        [
            "requests.closed:business",
            "requests.balance:business <- requests.closed:business",
            "requests.total:closed <- requests.closed:business",
        ],
    ),
    "a case is finished and carried over": (
        lambda: retotalled(requests__new__natural=4, requests__granted__natural=4),
        ["requests.balance:natural", "requests.balance:total <- requests.balance:natural"],
    ),
    "a case moved between kinds of applicants": (
        lambda: retotalled(requests__new__natural=3, requests__new__business=3),
        ["requests.balance:natural", "requests.balance:business"],
    ),
    "figures of last year are left in a column": (
        lambda: changed(requests__declined_repeat__research=2, requests__declined_repeat__total=2),
        ["requests.closed:research", "requests.closed:total <- requests.closed:research"],
    ),
    "the total of an applicant's results and the total of the table are wrong together": (
        lambda: changed(requests__closed__natural=6, requests__closed__total=8),
        [
            "requests.closed:natural",
            "requests.balance:natural <- requests.closed:natural",
            "requests.balance:total <- requests.closed:natural",
            "requests.closed:total <- requests.closed:natural",
        ],
    ),
    "the total column was never filled": (
        lambda: (
            clean()
            | {
                "figures": {
                    ref: 0 if ref.startswith("requests.") and ref.endswith(".total") else value
                    for ref, value in clean()["figures"].items()
                }
            }
        ),
        [
            "requests.total:new",
            *(
                f"requests.total:{row} <- requests.total:new"
                for row in ("carried_in", "granted", "partial", "refused_internal", "closed", "carried_out")
            ),
        ],
    ),
    "the total of a block is wrong": (
        lambda: changed(disputes__reconsideration__total=3),
        ["disputes.total:reconsideration"],
    ),
    "a cell is blank": (lambda: without("requests.granted.natural"), ["figure.blank:requests"]),
    "a total is blank": (lambda: without("disputes.reconsideration.total"), ["figure.blank:disputes"]),
    "a table is blank": (lambda: blank("disclosure."), ["figure.blank:disclosure"]),
    "a cell holds text": (
        lambda: unread("requests.granted.natural", "3件"),
        ["figure.unread:requests.granted.natural"],
    ),
    "a fee number holds text": (
        lambda: unread("processing.fee.billed", "无"),
        ["figure.unread:processing.fee.billed"],
    ),
    "a number is negative": (
        lambda: changed(disclosure__penalty__decisions=-1),
        ["figure.negative:disclosure.penalty.decisions"],
    ),
    "a number that breaks relations is negative": (
        lambda: changed(requests__new__legal=-1),
        [
            "figure.negative:requests.new.legal",
            "requests.balance:legal <- figure.negative:requests.new.legal",
            "requests.total:new <- figure.negative:requests.new.legal",
        ],
    ),
    "a count has a fraction": (
        lambda: changed(disclosure__penalty__decisions=1.5),
        ["figure.fraction:disclosure.penalty.decisions"],
    ),
    "a number is far too large": (
        lambda: changed(disclosure__fees__amount=10**12),
        ["figure.large:disclosure.fees.amount"],
    ),
    "a table is declared zero and is not": (
        lambda: clean() | {"zero": ["disputes"]},
        ["zero.contradicted:disputes"],
    ),
    "a table is declared zero and holds text": (
        lambda: unread("disputes.direct_suit.other", "无") | {"zero": ["disputes"]},
        ["zero.contradicted:disputes", "figure.unread:disputes.direct_suit.other"],
    ),
    "a blank table is declared zero and one cell is not": (
        lambda: blank("disputes.") | {"zero": ["disputes"], "unread": {"disputes.direct_suit.other": "1件"}},
        [
            "zero.contradicted:disputes",
            "figure.blank:disputes <- zero.contradicted:disputes",
            "figure.unread:disputes.direct_suit.other",
        ],
    ),
    "a township made rules": (lambda: changed(disclosure__rules__made=1), ["rules_level"]),
    "the fee is not reported": (lambda: without("processing.fee.billed"), ["processing_fee"]),
    "a suit without a review in the first year of the law": (
        lambda: retotalled(disputes__direct_suit__pending=1),
        ["disputes.direct_suit.pending"],
    ),
    "a suit without a review after the first year of the law": (
        lambda: retotalled(disputes__direct_suit__pending=1) | {"year": 2025},
        ["disputes.direct_suit"],
    ),
    "a suit without a review before the law": (
        lambda: retotalled(disputes__direct_suit__pending=1) | {"year": 2023},
        [],
    ),
    "a suit after a review": (
        lambda: retotalled(disputes__later_suit__pending=1) | {"year": 2025},
        [],
    ),
    "the overview is not written": (
        lambda: clean() | {"texts": {"problems.problems": ["问题。"], "preamble": ["开头。"]}},
        ["section.blank:overview"],
    ),
    "the problems are not written": (
        lambda: clean() | {"texts": {"overview.platform": ["平台。"]}},
        ["section.blank:problems"],
    ),
    "the unit is not named": (lambda: clean() | {"unit": {"name": " "}}, ["unit.blank"]),
    "the year is not given": (lambda: clean() | {"year": None}, ["year.blank"]),
}

CONTINUED: dict[str, tuple[Callable[[], Document], list[str]]] = {
    "the carried-in cases differ from those carried out last year": (
        lambda: retotalled(
            requests__carried_in__natural=0,
            requests__new__natural=5,
        ),
        ["carry_over:natural", "carry_over:total <- carry_over:natural"],
    ),
    "wrong carried-in cases break the balance too": (
        lambda: retotalled(requests__carried_in__natural=2),
        [
            "carry_over:natural",
            "requests.balance:natural <- carry_over:natural",
            "requests.balance:total <- carry_over:natural",
            "carry_over:total <- carry_over:natural",
        ],
    ),
    "the stock does not follow from last year": (
        lambda: changed(disclosure__normative__in_force=12),
        ["stock:normative"],
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_gives_exactly_the_expected_findings(name: str) -> None:
    mutate, expected = MUTATIONS[name]
    assert finding_ids(mutate()) == expected
    assert finding_ids(clean()) == []
    assert finding_ids(mutate()) == expected


@pytest.mark.parametrize("name", CONTINUED)
def test_each_break_with_last_year_gives_exactly_the_expected_findings(name: str) -> None:
    mutate, expected = CONTINUED[name]
    assert finding_ids(mutate(), last_year()) == expected
    assert finding_ids(clean(), last_year()) == []
    assert finding_ids(mutate(), last_year()) == expected


def all_findings() -> list[Finding]:
    of_one_year = [finding for mutate, _ in MUTATIONS.values() for finding in check(report(mutate()))]
    return of_one_year + [
        finding for mutate, _ in CONTINUED.values() for finding in check(report(mutate()), report(last_year()))
    ]


PRODUCED_BY_READERS = {
    rule
    for rule in RULES
    if rule.startswith(("identity.", "structure.", "evidence.", "totals.", "previous.", "published."))
} | {
    "unreadable",
    "total_differs",
    "figure.repaired",
}


TESTED_ELSEWHERE = (
    "amended.",
    "parts.",
    *("form.", "foreign."),
    *("roster.", "round.", "mail.", "office.", "sum.", "against."),  # tests of the collection
    *(
        "narrative",
        "wording.",
        "content.",
        "copied.",
        "processing_fee.",
    ),  # test_narrative.py, test_wording.py, …
    *("items", "unchanged", "leftover", "jump", "fee_unit"),  # tests/checks/test_continuity.py
)


def test_every_rule_of_the_catalogue_is_exercised() -> None:
    elsewhere = PRODUCED_BY_READERS | {rule for rule in RULES if rule.startswith(TESTED_ELSEWHERE)}
    assert {finding.rule for finding in all_findings()} | elsewhere == set(RULES)


def test_every_message_names_a_place_and_has_no_gaps() -> None:
    form = load_form("2021")
    places = [section.sheet for section in form.sections] + [section.heading for section in form.sections]
    for finding in all_findings():
        assert "{" not in finding.message
        assert "None" not in finding.message
        assert finding.message.endswith(("。", "？"))
        if finding.rule not in {"unit.blank", "year.blank"}:
            assert any(place in finding.message for place in places), finding.message


def test_every_finding_has_refs_and_the_severity_of_its_rule() -> None:
    for finding in all_findings():
        assert finding.severity == RULES[finding.rule].severity
        assert finding.refs or finding.rule in {"section.blank", "unit.blank", "year.blank"}
        assert set(finding.refs) <= set(load_form("2021").cells)


def test_every_query_has_a_subject_for_explanations() -> None:
    for rule in RULES.values():
        assert (rule.subject in SUBJECTS) == (rule.severity == "query")
    assert set(SEVERITY_WORDS) == {"error", "query", "note"}


def test_the_name_of_each_check_is_a_sentence_and_unique() -> None:
    names = [check_report.__name__ for check_report in CHECKS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)


# ---------------------------------------------------------------- relations


def finding_of(document: Document, id: str, previous: Document | None = None) -> Finding:
    findings = check(report(document), report(previous) if previous else None)
    return next(finding for finding in findings if finding.id == id)


def test_a_broken_sum_expects_the_parts_and_reports_the_printed_total() -> None:
    finding = finding_of(changed(requests__refused_internal__total=2), "requests.total:refused_internal")
    assert (finding.expected, finding.actual, finding.outcome) == (1, 2, "broken")
    assert finding.refs == tuple(
        f"requests.refused_internal.{column}"
        for column in ("total", "natural", "business", "research", "nonprofit", "legal", "other")
    )
    assert "（三）不予公开5.属于三类内部事务信息" in finding.message
    assert "填的是 2，按其他数推算应当是 1" in finding.message
    assert finding.clause


def test_a_broken_balance_expects_the_left_side_and_reports_the_right_side() -> None:
    finding = finding_of(changed(requests__new__natural=7), "requests.balance:natural")
    assert (finding.expected, finding.actual) == (8, 5)
    assert "左边是 7＋1＝8，右边是 4＋1＝5，相差 3" in finding.message
    assert len(finding.refs) == 4


def test_a_case_counted_as_finished_and_as_carried_out_is_recognised() -> None:
    mutate, _ = MUTATIONS["a case is finished and carried over"]
    assert "既计入办理结果又计入结转" in finding_of(mutate(), "requests.balance:natural").message


def test_a_case_under_the_wrong_kind_of_applicant_is_recognised() -> None:
    mutate, _ = MUTATIONS["a case moved between kinds of applicants"]
    assert "与“商业企业”列相差的数正好相反" in finding_of(mutate(), "requests.balance:natural").message
    assert "与“自然人”列相差的数正好相反" in finding_of(mutate(), "requests.balance:business").message


def test_leftover_figures_of_last_year_are_recognised() -> None:
    mutate, _ = MUTATIONS["figures of last year are left in a column"]
    assert "留有上年的数" in finding_of(mutate(), "requests.closed:research").message


def test_a_column_that_was_never_filled_is_reported_once() -> None:
    mutate, _ = MUTATIONS["the total column was never filled"]
    findings = check(report(mutate()))
    assert "“总计”列有多行是 0" in findings[0].message
    assert len(echoes(findings, findings[0].id)) == 6
    assert all("“总计”列没有填" in echo.message for echo in findings[1:])


def test_a_relation_with_a_blank_or_text_cell_gives_no_finding() -> None:
    document = unread("requests.new.natural", "五")
    document["figures"]["requests.closed.natural"] = None
    assert [id for id in finding_ids(document) if id.startswith("requests.")] == []


# ---------------------------------------------------------------- figures


def test_blank_cells_of_a_table_are_one_finding_with_all_refs() -> None:
    finding = finding_of(blank("requests."), "figure.blank:requests")
    assert len(finding.refs) == 24 * 6
    assert not set(finding.refs) & set(load_form("2021").totals)
    assert "144 个数字没有填：整张表都没有填" in finding.message


def test_a_long_list_of_blank_cells_is_shortened_only_in_the_message() -> None:
    form = load_form("2021")
    rows = [row.key for row in form.table("requests").blocks[0].rows][:8]
    finding = finding_of(
        without(*(f"requests.{row}.{column}" for row in rows for column in ("natural", "business"))),
        "figure.blank:requests",
    )
    assert len(finding.refs) == 16
    assert "等 8 行" in finding.message
    assert len(finding.message) < 400


def test_whole_rows_and_single_cells_are_named_as_printed() -> None:
    row = [ref for ref in clean()["figures"] if ref.startswith("requests.granted.")]
    finding = finding_of(without(*row, "requests.partial.legal"), "figure.blank:requests")
    assert "“（一）予以公开”整行" in finding.message
    assert "行“法律服务机构”列" in finding.message


def test_a_blank_total_is_reported_only_if_its_parts_are_known() -> None:
    totals = [ref for ref in load_form("2021").totals if ref.startswith("requests.")]
    assert set(finding_of(without(*totals), "figure.blank:requests").refs) == set(totals)
    finding = finding_of(without(*totals, "requests.granted.natural"), "figure.blank:requests")
    missed = set(finding.refs)
    assert "requests.granted.natural" in missed
    assert "requests.granted.total" not in missed
    assert "requests.closed.natural" not in missed
    assert "requests.closed.total" not in missed
    assert "requests.closed.business" in missed


def test_blank_cells_are_not_reported_in_a_table_declared_zero() -> None:
    document = clean()
    document["figures"] = {ref: value for ref, value in document["figures"].items() if not ref.startswith("disputes.")}
    assert finding_ids(document | {"zero": ["disputes"]}) == []


def test_a_contradicted_declaration_names_its_cells_without_totals() -> None:
    finding = finding_of(clean() | {"zero": ["disputes"]}, "zero.contradicted:disputes")
    assert finding.refs == ("disputes.reconsideration.upheld", "disputes.reconsideration.pending")


@pytest.mark.parametrize(
    "ref, typed, meant",
    [
        ("requests.granted.natural", "3件", "（带了单位“件”）。是不是应当填 3？"),
        ("requests.granted.natural", "１２ 件", "（全角数字，带了单位“件”）。是不是应当填 12？"),
        ("requests.granted.natural", "1,200", "（千分位逗号）。是不是应当填 1200？"),
        ("requests.granted.natural", "无", "（用文字写了没有）。是不是应当填 0？"),
        ("requests.granted.natural", "/", "（写了横线或者斜线）。是不是应当填 0？"),
        ("requests.granted.natural", "三", "（中文数字）。是不是应当填 3？"),
        ("disclosure.fees.amount", "12.5万元", "（带了单位“万元”）。是不是应当填 12.5？"),
        ("processing.fee.billed", "1万元", "按单位换算）。是不是应当填 10000？"),
        ("requests.granted.natural", "12.5", "而且是小数，这里应当是整数）。请只填数字"),
        ("requests.granted.natural", "约3件", "（写的是大约的数）。请只填数字"),
        ("requests.granted.natural", "见附件", "不是数字。请只填数字"),
        ("requests.granted.natural", "  ", "（只有空格，看起来是空的）。请只填数字"),
        ("requests.granted.natural", "=SUM(D5:D6)", "（写了公式）。请只填数字"),
    ],
)
def test_the_message_about_a_text_suggests_the_number_that_was_meant(ref: str, typed: str, meant: str) -> None:
    finding = finding_of(unread(ref, typed), f"figure.unread:{ref}")
    assert meant in finding.message
    assert finding.actual == typed


def test_a_long_entry_is_quoted_in_one_short_line() -> None:
    document = unread("requests.granted.natural", "很长" * 500 + "\n{0}")
    finding = finding_of(document, "figure.unread:requests.granted.natural")
    assert len(finding.message) < 200
    assert "\n" not in finding.message


def test_only_levels_that_cannot_make_rules_are_asked_about_rules() -> None:
    document = changed(disclosure__rules__made=1, disclosure__rules__in_force=3)
    finding = finding_of(document, "rules_level")
    assert finding.refs == ("disclosure.rules.made", "disclosure.rules.in_force")
    assert "“本年制发件数”1、“现行有效件数”3" in finding.message
    for unit in ({"name": "某市人民政府", "level": "city"}, {"name": "某机关"}):
        assert finding_ids(document | {"unit": unit}) == []


def test_the_fee_may_be_reported_in_words() -> None:
    document = blank("processing.")
    assert finding_ids(document) == ["processing_fee"]
    assert finding_of(document, "processing_fee").refs == tuple(load_form("2021").table("processing").cells)
    document["texts"]["matters.other"] = ["本年度没有收取信息处理费。"]
    assert finding_ids(document) == []


def test_an_edition_without_a_fee_table_asks_for_no_fee() -> None:
    assert load_form("2019").fee is None
    assert finding_ids(clean("2019")) == []


@pytest.mark.parametrize(
    "value, text",
    [
        (0, "0"),
        (-7, "-7"),
        (10**12, "1000000000000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("100.000000"), "100"),
        ("三", "三"),
        (None, ""),
    ],
    ids=[
        "zero",
        "negative",
        "large",
        "exponent",
        "trailing zero",
        "tiny",
        "trailing zeros",
        "text",
        "nothing",
    ],
)
def test_numbers_in_messages_have_no_exponent_and_no_trailing_zeros(value: Number | str | None, text: str) -> None:
    assert plain(value) == text


# ---------------------------------------------------------------- last year


def test_continuity_is_checked_only_with_last_years_report() -> None:
    assert finding_ids(changed(disclosure__normative__in_force=12)) == []


def test_a_break_expects_the_figure_of_last_year() -> None:
    mutate, _ = CONTINUED["the carried-in cases differ from those carried out last year"]
    finding = finding_of(mutate(), "carry_over:natural", last_year())
    assert (finding.expected, finding.actual, finding.outcome) == (1, 0, "broken")
    assert finding.refs == ("requests.carried_in.natural",)
    stock = finding_of(changed(disclosure__normative__in_force=12), "stock:normative", last_year())
    assert (stock.expected, stock.actual, stock.severity) == (9, 12, "query")
    assert stock.refs == (
        "disclosure.normative.in_force",
        "disclosure.normative.made",
        "disclosure.normative.repealed",
    )


def test_last_years_report_may_have_an_older_edition() -> None:
    previous = clean("2019", year=2020)
    current = clean(year=2021)
    # The older form has other columns for documents. Only the cells that both have are compared.
    assert finding_ids(current, previous) == []
    current["figures"]["requests.carried_in.legal"] = 1
    assert "carry_over:legal" in finding_ids(current, previous)


def test_a_blank_figure_of_last_year_is_not_compared() -> None:
    previous = last_year()
    previous["figures"]["requests.carried_out.natural"] = None
    document = retotalled(requests__carried_in__natural=0, requests__new__natural=5)
    assert finding_ids(document, previous) == ["carry_over:total"]


@pytest.mark.parametrize("year", [2022, 2024, 2025])
def test_a_previous_report_of_the_wrong_year_is_refused(year: int) -> None:
    with pytest.raises(GoujiError, match=rf"上年报告是 {year} 年的，本年报告是 2024 年的"):
        finding_ids(clean(), last_year() | {"year": year})


@pytest.mark.parametrize(
    "mine, theirs",
    [(None, 2023), (2024, None), (None, None)],
    ids=["this year unknown", "last year unknown", "both unknown"],
)
def test_a_report_without_a_year_can_be_compared(mine: int | None, theirs: int | None) -> None:
    ids = finding_ids(clean() | {"year": mine}, last_year() | {"year": theirs})
    assert ids == (["year.blank"] if mine is None else [])


def test_last_year_may_be_given_as_a_reading() -> None:
    document = changed(disclosure__normative__in_force=12)
    reading = Reading(report(last_year()), findings=(found("unit.blank"),))
    assert [finding.id for finding in check(report(document), reading)] == ["stock:normative"]


# ---------------------------------------------------------------- readings: places, order, findings of the reader


def test_findings_of_a_reading_give_their_places_in_the_file() -> None:
    document = changed(requests__new__natural=5) | {"texts": {"problems.problems": ["问题。"]}, "zero": ["disputes"]}
    form = load_form("2021")
    places = {ref: f"表!{ref}" for ref in form.cells} | {
        "overview.general": "文!B2",
        "zero.disputes": "零!B1",
        "unit.name": "封面!B3",
        "year": "封面!B4",
    }
    document |= {"unit": {"name": ""}, "year": None}
    findings = {finding.id: finding for finding in check(Reading(report(document), places=places))}
    assert findings["unit.blank"].cells == ("封面!B3",)
    assert findings["year.blank"].cells == ("封面!B4",)
    assert findings["section.blank:overview"].cells == ("文!B2",)
    assert findings["zero.contradicted:disputes"].cells[0] == "零!B1"
    balance = findings["requests.balance:natural"]
    assert balance.cells == tuple(places[ref] for ref in balance.refs)


def test_findings_of_a_report_without_a_file_have_no_places() -> None:
    assert all(finding.cells == () for finding in all_findings())


def total_differs() -> Finding:
    return found(
        "total_differs",
        "disputes.reconsideration.total",
        refs=("disputes.reconsideration.total",),
        cells=("四、复议诉讼!E5",),
        expected=2,
        actual=Decimal("3.0"),
        where="四、复议诉讼",
        cell="“行政复议”的“总计”",
    )


def test_findings_of_the_reader_are_kept_and_queries_come_after_errors() -> None:
    reading = Reading(report(changed(requests__new__natural=5)), findings=(total_differs(),))
    findings = check(reading)
    assert [finding.id for finding in findings] == [
        "requests.balance:natural",
        "requests.total:new",
        "total_differs:disputes.reconsideration.total",
    ]
    assert findings[-1] == total_differs()
    assert "表内写的是 3，按分项相加是 2" in findings[-1].message


def test_a_finding_of_the_reader_is_not_repeated() -> None:
    by_reader = found("unit.blank", cells=("封面!C9",))
    reading = Reading(report(clean() | {"unit": {"name": ""}}), findings=(by_reader,))
    assert check(reading) == (by_reader,)


def test_the_verdict_follows_from_the_worst_finding() -> None:
    query, error = total_differs(), found("unit.blank")
    assert verdict([]) == "pass"
    assert verdict([query]) == "query"
    assert verdict([query, error]) == "fail"


@pytest.mark.parametrize(
    "name, expected",
    [
        ("a cell is blank", State.INCOMPLETE),
        ("the fee is not reported", State.INCOMPLETE),
        ("the overview is not written", State.INCOMPLETE),
        ("a cell holds text", State.WRONG),
        ("one new request too many", State.WRONG),
        ("a township made rules", State.WRONG),
        ("a table is declared zero and is not", State.WRONG),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, State) else value,
)
def test_the_state_of_a_mutated_report(name: str, expected: State) -> None:
    assert state(report(MUTATIONS[name][0]())) == expected


# ---------------------------------------------------------------- causes and echoes, over random reports


@st.composite
def consistent(draw: st.DrawFn) -> tuple[Form, dict[str, Number]]:
    """Draw the figures of a report for which every relation holds."""
    form = load_form(draw(st.sampled_from(editions())))
    inputs: dict[str, Number] = dict.fromkeys(form.inputs, 0)
    counted = [ref for ref in form.inputs if ref.startswith(("requests.", "disputes.")) and ".new." not in ref]
    inputs.update(draw(st.dictionaries(st.sampled_from(counted), st.integers(0, 20), max_size=40)))
    for column in ("natural", "business", "research", "nonprofit", "legal", "other"):
        of_column = {ref.split(".")[1]: value for ref, value in inputs.items() if ref.endswith(f".{column}")}
        mine = {row: value for row, value in of_column.items() if f"requests.{row}.{column}" in inputs}
        carried_in = f"requests.carried_in.{column}"
        leaving = sum(value for row, value in mine.items() if row not in ("new", "carried_in"))
        inputs[carried_in] = min(inputs[carried_in], leaving)
        inputs[f"requests.new.{column}"] = leaving - inputs[carried_in]
    return form, with_totals(form, inputs)


def broken(form: Form, figures: dict[str, Number]) -> list[Finding]:
    drawn = make_report(edition=form.edition, year=2024, unit=Unit("某机关"), figures=figures)
    return [finding for finding in check(drawn) if finding.outcome == "broken"]


@given(consistent(), st.data())
def test_one_wrong_figure_gives_one_cause_that_names_it(
    drawn: tuple[Form, dict[str, Number]], data: st.DataObject
) -> None:
    form, figures = drawn
    assert broken(form, figures) == []
    ref = data.draw(st.sampled_from([ref for ref in form.cells if ref.startswith(("requests.", "disputes."))]))
    wrong = data.draw(st.integers(0, 60).filter(lambda value: value != figures[ref]))
    findings = broken(form, figures | {ref: wrong})
    causes = [finding for finding in findings if finding.echo_of is None]
    assert len(causes) == 1
    assert ref in causes[0].refs
    assert {finding.echo_of for finding in findings[1:]} <= {causes[0].id}
    if ref.startswith("requests."):
        assert f"填的是 {wrong}，按其他数推算应当是 {figures[ref]}。" in causes[0].message


@given(consistent(), st.data())
def test_one_wrong_input_with_computed_totals_gives_one_cause(
    drawn: tuple[Form, dict[str, Number]], data: st.DataObject
) -> None:
    form, figures = drawn
    ref = data.draw(st.sampled_from([ref for ref in form.inputs if ref.startswith("requests.")]))
    wrong = data.draw(st.integers(0, 60).filter(lambda value: value != figures[ref]))
    inputs = {key: figures[key] for key in form.inputs}
    findings = broken(form, with_totals(form, inputs | {ref: wrong}))
    assert [finding.id for finding in findings if finding.echo_of is None] == [
        f"requests.balance:{ref.rpartition('.')[2]}"
    ]


@given(consistent(), st.data())
def test_echoes_always_follow_a_cause_and_never_another_echo(
    drawn: tuple[Form, dict[str, Number]], data: st.DataObject
) -> None:
    form, figures = drawn
    mistakes = st.dictionaries(st.sampled_from(list(form.cells)), st.integers(-3, 30), min_size=1, max_size=12)
    figures = {**figures, **data.draw(mistakes)}
    wrong = make_report(edition=form.edition, year=2024, unit=Unit("某机关"), figures=figures)
    findings = check(wrong)
    ids = [finding.id for finding in findings]
    assert len(set(ids)) == len(ids)
    causes = {finding.id: index for index, finding in enumerate(findings) if finding.echo_of is None}
    for index, finding in enumerate(findings):
        if finding.echo_of is not None:
            assert causes[finding.echo_of] < index
    assert (len(causes) > 0) == (len(findings) > 0)
    assert check(wrong) == findings


def test_a_negative_figure_is_reported_where_it_was_typed_and_not_in_its_totals() -> None:
    form = load_form("2021")
    figures = dict.fromkeys(form.cells, 0)
    for cell in ("granted.natural", "granted.total", "closed.natural", "closed.total"):
        figures[f"requests.{cell}"] = -3
    report = make_report(edition="2021", year=None, unit=Unit(), figures=figures)
    negative = [finding.id for finding in check(report) if finding.rule == "figure.negative"]
    assert negative == ["figure.negative:requests.granted.natural"]


def test_a_total_of_permitted_figures_is_never_too_large() -> None:
    form = load_form("2021")
    figures = dict.fromkeys(form.cells, 0)
    many = 6 * 10**11
    for row in ("new", "carried_out"):
        figures.update({f"requests.{row}.{column}": many for column in ("natural", "business")})
        figures[f"requests.{row}.total"] = 2 * many
    report = make_report(edition="2021", year=None, unit=Unit(), figures=figures)
    assert not [finding.id for finding in check(report) if finding.rule.startswith(("figure.", "requests."))]
