"""Real published reports: the checks find exactly the mistakes that were found by hand."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from published_cases import CASES, form_of, load, report_of

from gouji.checks import check
from gouji.report.model import Report

FAMILIES = {
    "T3-ID": "requests.balance",
    "T3-SUM": "requests.closed",
    "T3-ROW": "requests.total",
    "T4": "disputes.total",
}

YEAR_TO_YEAR = [
    ("pingtan_2019", "pingtan_2020"),
    ("pingtan_2020", "pingtan_2021"),
    ("pingtan_ziran_2020", "pingtan_ziran_2021"),
    ("suqian_2023", "suqian_2024"),
]


def listed(case: dict[str, Any]) -> set[str]:
    """Return the violations of a case as relation ids."""
    form = form_of(case)
    columns = {column.printed: column.key for column in form.table("requests").blocks[0].columns}
    rows = dict(zip(case["table3"], (row.key for row in form.table("requests").blocks[0].rows), strict=True))
    blocks = {row.printed: row.key for row in form.table("disputes").blocks[0].rows}
    found = set()
    for violation in case["violations"]:
        kind, _, rest = violation.partition(" ")
        place = rest.split(": ")[0].removeprefix("列[").removesuffix("]")
        key = {"T3-ROW": rows, "T4": blocks}.get(kind, columns)[place]
        found.add(f"{FAMILIES[kind]}:{key}")
    return found


def broken(report: Report) -> list[str]:
    return [finding.id for finding in check(report) if finding.outcome == "broken"]


@pytest.mark.parametrize("name", [name for name in CASES if name != "shanghai_office_2019"])
def test_the_broken_relations_are_those_found_by_hand(name: str) -> None:
    case = load(name)
    found = broken(report_of(case))
    assert len(found) == len(set(found))
    assert set(found) == listed(case)


def test_relations_with_a_blank_are_not_checked_and_the_blanks_are_reported() -> None:
    findings = check(report_of(load("shanghai_office_2019")))
    assert [finding.id for finding in findings if finding.outcome == "broken"] == []
    blank = {finding.id: len(finding.refs) for finding in findings if finding.rule == "figure.blank"}
    assert blank.keys() == {"figure.blank:requests", "figure.blank:disputes"}
    # A total is not reported as blank as long as its parts are.
    printed = {
        label: row[:-1] for label, row in load("shanghai_office_2019")["table3"].items() if label != "（七）总计"
    }
    assert blank["figure.blank:requests"] == sum(row.count(None) for row in printed.values())
    assert blank["figure.blank:disputes"] == 8


def test_with_blanks_as_0_eleven_broken_rows_have_one_cause() -> None:
    case = load("shanghai_office_2019")
    findings = check(report_of(case, blanks=0))
    relations = [finding for finding in findings if finding.outcome == "broken"]
    assert {finding.id for finding in relations} == listed(case) | {"requests.closed:total"}
    assert len(listed(case)) == 11
    causes = [finding.id for finding in relations if finding.echo_of is None]
    assert causes == ["requests.total:granted"]
    assert {finding.echo_of for finding in relations[1:]} == set(causes)


CAUSES = {
    "pingtan_2020": ["requests.closed:natural"],
    "pingtan_gongan_2021": ["requests.balance:natural"],
    "pingtan_haitan_2022": ["requests.closed:natural"],
    "pingtan_ziran_2020": ["requests.closed:legal"],
    "pingtan_ziran_2021": ["requests.closed:natural", "requests.closed:nonprofit"],
    "hongze_2023": ["disputes.total:reconsideration", "disputes.total:later_suit"],
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_causes_are_those_found_by_hand(name: str) -> None:
    findings = check(report_of(load(name)))
    causes = [finding.id for finding in findings if finding.outcome == "broken" and finding.echo_of is None]
    assert causes == CAUSES[name]


ADVICE = {
    "pingtan_2020": "重复计算",
    "pingtan_gongan_2021": "既计入办理结果又计入结转",
    "pingtan_haitan_2022": "按其他数推算应当是 4",
    "pingtan_ziran_2020": "留有上年的数",
    "pingtan_ziran_2021": "记错了申请人类型",
    "hongze_2023": "按其他数推算应当是 11",
}


@pytest.mark.parametrize("name", ADVICE)
def test_the_pattern_of_a_real_mistake_is_recognised(name: str) -> None:
    first = next(finding for finding in check(report_of(load(name))) if finding.outcome == "broken")
    assert ADVICE[name] in first.message


@pytest.mark.parametrize("before, after", YEAR_TO_YEAR)
def test_breaks_between_two_years_are_those_found_by_hand(before: str, after: str) -> None:
    case = load(after)
    same_measure = load(before)["format"] == case["format"]
    listed_stock = [line for line in case["cross_year_violations"] if line.startswith("XY-STOCK") and same_measure]
    listed_carry = [line for line in case["cross_year_violations"] if line.startswith("XY-CARRY")]
    rules = [finding.rule for finding in check(report_of(case), report_of(load(before)))]
    assert rules.count("stock") == len(listed_stock)
    assert rules.count("carry_over") == len(listed_carry)


def test_rules_made_by_a_level_that_cannot_make_them_are_reported() -> None:
    findings = {name: [finding.id for finding in check(report_of(load(name)))] for name in CASES}
    assert [name for name in CASES if "rules_level" in findings[name]] == ["pingtan_2020"]


def test_an_amount_with_a_unit_is_unread() -> None:
    finding = next(f for f in check(report_of(load("shanghai_office_2019"))) if f.rule == "figure.unread")
    assert finding.id == "figure.unread:disclosure.procurement.amount"
    assert "251000元" in finding.message


def test_every_case_is_used() -> None:
    assert set(chain.from_iterable(YEAR_TO_YEAR)) <= set(CASES)
    assert len(CASES) == 12
