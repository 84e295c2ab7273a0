"""This year's figures beside last year's: left-over figures, jumps, amounts in another unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec
import plain_sums
import pytest

from gouji.checks import check
from gouji.checks.settings import RuleSettings
from gouji.findings.finding import Finding
from gouji.form.editions import load_form
from gouji.form.values import Number
from gouji.report.model import Report, Unit, make_report

RULES = ("items", "unchanged", "leftover", "jump", "fee_unit")


def report(year: int, level: str = "township", **inputs: Number) -> Report:
    """Return a report of the edition in force in that year, with totals; ``__`` stands for a dot in a Ref."""
    form = load_form("2019" if year < 2021 else "2021")
    figures = {**dict.fromkeys(form.inputs, 0), **{ref.replace("__", "."): value for ref, value in inputs.items()}}
    return make_report(
        edition=form.edition,
        year=year,
        unit=Unit("青石镇人民政府", "", level),
        figures=plain_sums.with_totals(form.edition, figures),
        texts={"overview.general": ["总的情况。"], "problems.general": ["问题和改进。"]},
    )


def findings_of(mine: Report, last: Report, settings: RuleSettings | None = None) -> dict[str, Finding]:
    findings = check(mine, last, settings=settings or RuleSettings())
    return {finding.id: finding for finding in findings if finding.rule in RULES}


# ---------------------------------------------------------------- the items of the trial form


def test_the_items_of_the_trial_form_must_follow_from_last_year() -> None:
    last = report(2019, disclosure__licensing__previous=12, disclosure__licensing__change=-3)
    assert findings_of(report(2020, disclosure__licensing__previous=9), last) == {}
    (finding,) = findings_of(report(2020, disclosure__licensing__previous=12), last).values()
    assert (finding.id, finding.severity, finding.expected, finding.actual) == ("items:licensing", "query", 9, 12)


def test_items_are_not_compared_across_editions() -> None:
    last = report(2020, disclosure__licensing__previous=12, disclosure__normative__total=30)
    assert findings_of(report(2021), last) == {}
    assert "stock:normative" not in {finding.id for finding in check(report(2021), last)}


# ---------------------------------------------------------------- a table with last year's figures

SAME = {"disclosure__licensing__decisions": 46, "disclosure__penalty__decisions": 7, "disclosure__fees__amount": 2}


def test_a_table_with_last_years_figures_is_reported_once() -> None:
    (finding,) = findings_of(report(2025, **SAME), report(2024, **SAME)).values()
    assert (finding.id, finding.severity, len(finding.refs)) == ("unchanged:disclosure", "query", 3)
    assert "“行政许可”行“本年处理决定数量”列 46" in finding.message


@pytest.mark.parametrize(
    "mine, last",
    [
        ({**SAME, "disclosure__penalty__decisions": 8}, SAME),
        ({"disclosure__normative__in_force": 40}, {"disclosure__normative__in_force": 40}),
        ({"requests__new__natural": 2, "requests__partial__natural": 2}, {"requests__new__natural": 2}),
        ({"requests__new__legal": 2, "requests__granted__legal": 2}, {"requests__new__legal": 2}),
        ({}, {}),
    ],
    ids=["one figure differs", "only a stock", "one table has more", "few figures", "no figures"],
)  # fmt: skip
def test_a_table_that_differs_or_has_few_figures_is_not_reported(
    mine: Mapping[str, Number], last: Mapping[str, Number]
) -> None:
    assert findings_of(report(2025, **mine), report(2024, **last)) == {}


def test_a_stock_is_left_out_when_tables_are_compared() -> None:
    """Documents in force are not counted anew each year: they are not listed, and a change makes no difference."""
    last = report(2024, **SAME, disclosure__normative__in_force=40)
    for in_force in (40, 41):
        mine = report(2025, **SAME, disclosure__normative__in_force=in_force)
        found = findings_of(mine, last)["unchanged:disclosure"]
        assert found.refs == tuple(ref.replace("__", ".") for ref in SAME)


def test_at_most_five_of_the_repeated_figures_are_listed() -> None:
    rows = ("granted", "partial", "refused_safety", "refused_process", "unavailable_not_held")
    figures = {f"requests__{row}__natural": 3 for row in rows} | {"requests__new__natural": 15}
    (finding,) = findings_of(report(2025, **figures), report(2024, **figures)).values()
    assert (finding.id, len(finding.refs)) == ("unchanged:requests", 6)
    assert finding.message.count("“自然人”列") == 5
    assert "等 6 格" in finding.message


def test_a_table_that_two_editions_share_is_not_compared_across_them() -> None:
    """Both editions have the same table of disputes, but a report of another edition is not used as a pattern."""
    cases = {f"disputes__{row}__{outcome}": 4 for row, outcome in CASES}
    assert set(findings_of(report(2022, **cases), report(2021, **cases))) == {"unchanged:disputes"}
    assert findings_of(report(2021, **cases), report(2020, **cases)) == {}


CASES = (("reconsideration", "upheld"), ("reconsideration", "pending"), ("later_suit", "other"))


def test_tables_of_two_editions_are_never_the_same() -> None:
    requests = {"requests__new__natural": 30, "requests__granted__natural": 20, "requests__partial__natural": 10}
    assert findings_of(report(2021, **requests), report(2020, **requests)) == {}


# ---------------------------------------------------------------- left-over figures


def test_last_years_results_without_any_request_are_reported_as_left_over() -> None:
    results = {"requests__granted__legal": 2, "requests__partial__legal": 1}
    last = report(2024, requests__new__legal=3, **results)
    (finding,) = findings_of(report(2025, **results), last).values()
    assert finding.id == "leftover:legal"
    assert finding.refs == ("requests.granted.legal", "requests.partial.legal")


@pytest.mark.parametrize(
    "mine",
    [
        {"requests__granted__legal": 4},
        {"requests__granted__legal": 2, "requests__new__legal": 2},
        {"requests__granted__legal": 2, "requests__carried_in__legal": 2},
        {},
    ],
    ids=["another number", "a new request", "a request carried in", "no results"],
)
def test_results_that_are_new_or_have_a_request_are_not_left_over(mine: dict[str, Number]) -> None:
    last = report(2024, requests__new__legal=2, requests__granted__legal=2)
    assert findings_of(report(2025, **mine), last) == {}


def test_results_with_a_wrong_total_are_a_broken_sum_and_not_left_over() -> None:
    results = {"requests__granted__legal": 2, "requests__partial__legal": 1}
    last = report(2024, requests__new__legal=3, **results)
    mine = report(2025, **results)
    wrong = msgspec.structs.replace(mine, figures={**mine.figures, "requests.closed.legal": 5})
    assert findings_of(wrong, last) == {}
    unfilled = msgspec.structs.replace(mine, figures={**mine.figures, "requests.closed.legal": 0})
    assert set(findings_of(unfilled, last)) == {"leftover:legal"}


# ---------------------------------------------------------------- jumps, and money in another unit


@pytest.mark.parametrize("mine, last, jumps", [
    (300, 25, True), (2, 25, True), (250, 25, False), (3, 25, False), (300, 19, False), (0, 30, True), (5, 0, False),
    (25, 250, False), (24, 250, True), (-300, 25, False),
], ids=[
    "far more", "far less", "ten times", "a bit more than a tenth", "from a small base", "to zero", "from zero",
    "a tenth", "just below a tenth", "negative",
])  # fmt: skip
def test_a_figure_far_from_last_years_is_a_jump(mine: int, last: int, jumps: bool) -> None:
    this_year = report(2025, disclosure__penalty__decisions=mine)
    last_year = report(2024, disclosure__penalty__decisions=last)
    found = findings_of(this_year, last_year)
    assert ("jump:disclosure.penalty.decisions" in found) == jumps
    assert all(finding.severity == "note" for finding in found.values())


def test_jumps_are_reported_across_editions_if_both_have_the_figure() -> None:
    last = report(2020, disclosure__penalty__decisions=25, disclosure__services__decisions=25)
    mine = report(2021, disclosure__penalty__decisions=500)
    assert set(findings_of(mine, last)) == {"jump:disclosure.penalty.decisions"}


@pytest.mark.parametrize(
    "mine, last, level, wrong",
    [
        (Decimal(23650), Decimal("2.365"), "township", True),
        (Decimal(2364), Decimal("2.365"), "township", False),
        (1000001, 0, "county", True),
        (1000000, 0, "county", False),
        (1000001, 0, "city", False),
        (50, 0, "township", False),
        (0, 5, "township", False),
    ],
    ids=[
        "ten thousand times",
        "just below a thousand times",
        "too much for a county",
        "just enough for a county",
        "possible for a city",
        "from zero",
        "to zero",
    ],
)
def test_an_amount_that_is_probably_in_another_unit_is_reported(
    mine: Number, last: Number, level: str, wrong: bool
) -> None:
    before = report(2024, level, disclosure__fees__amount=last)
    assert ("fee_unit" in findings_of(report(2025, level, disclosure__fees__amount=mine), before)) == wrong


# ---------------------------------------------------------------- thresholds of an office


def test_an_office_can_change_a_threshold() -> None:
    mine, last = report(2025, disclosure__penalty__decisions=90), report(2024, disclosure__penalty__decisions=25)
    assert findings_of(mine, last) == {}
    assert len(findings_of(mine, last, RuleSettings(thresholds={"jump.ratio": 3}))) == 1
