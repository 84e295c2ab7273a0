"""Causes and their echoes if several cells of a report are wrong."""

from __future__ import annotations

import pytest
from clean_report import changed, finding_ids, last_year, report, retotalled, unread

from gouji.checks import check, judge, verdict
from gouji.findings.finding import Finding
from gouji.form.editions import load_form
from gouji.report.reading import Reading
from gouji.report.repairs import accept_repairs

RESULTS = list(dict.fromkeys(ref.split(".")[1] for ref in load_form("2021").totals["requests.closed.legal"]))


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


def test_three_wrong_cells_are_three_causes() -> None:
    """The total column shows two of the mistakes at once. It is an echo of the one that breaks it in both relations."""
    wrong = {"requests__partial__business": 4, "requests__partial__total": 3, "requests__closed__total": 5}
    judged = judge(report(changed(**wrong)))
    assert [sorted(refs) for refs in judged.causes] == [sorted(ref.replace("__", ".") for ref in wrong)]
    assert [(finding.id, finding.echo_of) for finding in judged.findings] == [
        ("requests.closed:business", None),
        ("requests.total:partial", None),
        ("requests.total:closed", None),
        ("requests.balance:total", "requests.total:closed"),
        ("requests.closed:total", "requests.total:closed"),
    ]


def test_a_wrong_total_beside_its_wrong_part_is_one_cause_with_it() -> None:
    """A spreadsheet adds up the wrong entry, so that the sum of the row holds."""
    wrong = {"requests__new__natural": 6, "requests__closed__natural": 5, "requests__closed__total": 7}
    assert "requests.closed:natural" in finding_ids(changed(**wrong))
    assert "requests.closed:total <- requests.closed:natural" in finding_ids(changed(**wrong))
    assert "这一行的“总计”要一起核对" in findings(**wrong)["requests.closed:natural"].message


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
    assert ("“总计”列填错：填的是 0，按其他数推算应当是 6" in message) == (not column)


def test_two_or_three_sets_are_told_as_alternatives() -> None:
    """In a block of disputes the total may be wrong, or each figure that is large enough."""
    judged = judge(report(changed(disputes__reconsideration__pending=2)))
    assert [finding.echo_of for finding in judged.findings] == [None]
    assert judged.findings[0].message.endswith(
        "能使各处都对上的有几种改法：“行政复议”的“总计”由 2 改为 3；或者“行政复议”的“结果维持”由 1 改为 0；"
        "或者“行政复议”的“尚未审结”由 2 改为 1。请对照台账核对。"
    )
    assert judged.causes == tuple((f"disputes.reconsideration.{key}",) for key in ("total", "upheld", "pending"))


def test_more_than_three_sets_are_not_told() -> None:
    judged = judge(report(changed(disputes__reconsideration__total=9)))
    assert len(judged.causes) == 5
    assert judged.findings[0].message.endswith("相差 7。请核对总计和各项后改正。")


def test_two_tables_are_explained_separately_and_repaired_together() -> None:
    judged = judge(report(changed(requests__new__natural=5, disputes__reconsideration__pending=2)))
    assert len(judged.causes) == 3
    assert all(refs[0] == "requests.new.natural" and len(refs) == 2 for refs in judged.causes)
    assert judged.findings[1].echo_of == judged.findings[0].id


def test_of_equally_many_cells_the_likelier_mistake_comes_first() -> None:
    """21 for 2 is a digit too many; 3 for 22 would be no common mistake."""
    figures = {"upheld": 21, "pending": 1, "total": 3}
    judged = judge(report(changed(**{f"disputes__reconsideration__{key}": value for key, value in figures.items()})))
    assert judged.causes[0] == ("disputes.reconsideration.upheld",)


def test_no_cell_gets_a_negative_number() -> None:
    """The figure is below the difference, so that only the total can be wrong."""
    judged = judge(report(changed(disputes__reconsideration__total=0)))
    assert judged.causes == (("disputes.reconsideration.total",),)


def test_a_total_column_that_nobody_filled_is_one_set() -> None:
    document = changed()
    totals = [ref for ref, value in document["figures"].items() if ref.startswith("requests.") and "total" in ref]
    filled = {ref for ref in totals if document["figures"][ref]}
    document["figures"].update(dict.fromkeys(totals, 0))
    (refs,) = judge(report(document)).causes
    assert set(refs) == filled


def test_computed_totals_are_no_candidates() -> None:
    """In a workbook, which computes its totals, only an entry can be wrong."""
    wrong = report(retotalled(requests__new__legal=1))
    assert all("total" in "".join(refs) for refs in judge(wrong).causes)
    assert set(judge(Reading(wrong, computed_totals=True)).causes) == {
        (f"requests.{row}.legal",) for row in ("new", *RESULTS, "carried_out")
    }


def test_last_years_report_chooses_between_sets() -> None:
    """Of the two entries that are too few, last year's report tells the one that is wrong."""
    wrong = Reading(report(retotalled(requests__carried_in__natural=0)), computed_totals=True)
    alone, compared = judge(wrong), judge(wrong, report(last_year()))
    assert len(alone.causes) > 1
    assert compared.causes == (("requests.carried_in.natural",),)


def test_without_a_broken_relation_there_are_no_causes() -> None:
    assert judge(report(changed())).causes == ()


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
