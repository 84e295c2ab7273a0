"""Causes and their echoes if several cells of a report are wrong."""

from __future__ import annotations

import pytest
from clean_report import changed, finding_ids, report, retotalled, unread

from gouji.checks import check, verdict
from gouji.findings.finding import Finding
from gouji.report.reading import Reading
from gouji.report.repairs import accept_repairs


def findings(**figures: int) -> dict[str, Finding]:
    """Return the findings for the clean report with some figures changed, by id."""
    return {finding.id: finding for finding in check(report(changed(**figures)))}


def test_two_wrong_figures_in_one_column_are_two_causes() -> None:
    """Each wrong figure is named by its own row, and neither takes the echoes of the other."""
    assert finding_ids(changed(requests__new__other=3, requests__declined_publication__other=3)) == [
        "requests.balance:other",
        "requests.total:new <- requests.balance:other",
        "requests.total:declined_publication",
        "requests.closed:other <- requests.total:declined_publication",
    ]
    found = findings(requests__new__other=3, requests__declined_publication__other=3)
    assert "“一、本年新收政府信息公开申请数量”行“其他”列填错" in found["requests.balance:other"].message
    assert "3.要求提供公开出版物”行“其他”列填错" in found["requests.total:declined_publication"].message


def test_two_wrong_totals_in_one_column_are_two_causes() -> None:
    """The total of the column is not blamed, although changing it would repair both relations of the column."""
    wrong = {"requests__carried_out__total": 0, "requests__declined_petition__total": 1}
    assert finding_ids(changed(**wrong)) == [
        "requests.total:declined_petition",
        "requests.closed:total <- requests.total:declined_petition",
        "requests.total:carried_out",
        "requests.balance:total <- requests.total:carried_out",
    ]
    found = findings(**wrong)
    assert "填的是 1，按其他数推算应当是 0" in found["requests.total:declined_petition"].message
    assert "填的是 0，按其他数推算应当是 1" in found["requests.total:carried_out"].message


def test_the_cell_that_explains_most_is_named_first() -> None:
    """A total that explains three relations comes before cells that explain two of them."""
    wrong = {
        "requests__closed__legal": 1,
        "requests__refused_state_secret__other": 2,
        "requests__refused_query__total": 1,
    }
    assert finding_ids(changed(**wrong)) == [
        "requests.closed:legal",
        "requests.balance:legal <- requests.closed:legal",
        "requests.total:closed <- requests.closed:legal",
        "requests.total:refused_state_secret",
        "requests.closed:other <- requests.total:refused_state_secret",
        "requests.total:refused_query",
        "requests.closed:total <- requests.total:refused_query",
    ]


def test_a_broken_total_column_is_a_cause_while_one_of_its_rows_is_broken() -> None:
    wrong = {"requests__partial__business": 4, "requests__partial__total": 3, "requests__closed__total": 5}
    assert "requests.closed:total" in finding_ids(changed(**wrong))


def test_a_total_column_that_is_an_echo_explains_no_other_relation() -> None:
    wrong = {"requests__new__natural": 6, "requests__closed__natural": 5, "requests__closed__total": 7}
    assert "requests.balance:total" in finding_ids(changed(**wrong))


@pytest.mark.parametrize(
    "empty, column",
    [
        (("new", "carried_in"), False),
        (("new", "carried_in", "granted"), True),
    ],
    ids=["two totals of 0 are two mistakes", "three totals of 0 are a column that nobody filled"],
)
def test_a_total_column_counts_as_never_filled_from_three_rows_on(empty: tuple[str, ...], column: bool) -> None:
    message = findings(**{f"requests__{row}__total": 0 for row in empty})["requests.total:new"].message
    assert ("“总计”列有多行是 0" in message) == column
    assert ("总计是不是没有填？" in message) == (not column)


def test_no_cell_is_named_if_several_may_be_wrong() -> None:
    """In a block of disputes each of the five figures may be wrong."""
    assert findings(disputes__reconsideration__pending=2)["disputes.total:reconsideration"].message.endswith(
        "相差 1。请核对总计和各项后改正。"
    )


def test_only_an_entered_figure_can_be_counted_twice() -> None:
    """A right side that is too large by the value of a total means nothing: totals are computed."""
    (found,) = [
        finding
        for finding in check(report(retotalled(requests__refused_internal__nonprofit=1)))
        if finding.id == "requests.balance:nonprofit"
    ]
    assert found.message.endswith("请逐行核对这一列，每件申请只计一次。")


def test_two_columns_off_by_different_numbers_are_not_linked() -> None:
    """Only opposite differences mean that a case may be under the wrong kind of applicant."""
    document = retotalled(requests__new__business=4, requests__carried_in__research=1)
    messages = [finding.message for finding in check(report(document)) if finding.rule == "requests.balance"]
    assert len(messages) == 3
    assert not any("相差的数正好相反" in message for message in messages)


def test_a_repaired_entry_is_not_a_cause() -> None:
    """The repair of the text is a note; the relation that the repaired number breaks is still an error."""
    reading = accept_repairs(Reading(report(unread("requests.granted.natural", "5件"))))
    findings = {finding.id: finding for finding in check(reading)}
    assert findings["figure.repaired:requests.granted.natural"].severity == "note"
    assert "“（一）予以公开”行“自然人”列填错" in findings["requests.total:granted"].message
    assert findings["requests.total:granted"].echo_of is None
    assert verdict(findings.values()) == "fail"
