"""Parts of one report are joined whole, each from the first file that has it; what differs is named."""

from __future__ import annotations

import reports
from hypothesis import given
from hypothesis import strategies as st

from gouji.form.editions import load_form
from gouji.report.joining import joined, joint_of, part_names, part_of
from gouji.report.model import Report, make_report
from gouji.report.reading import Reading

FORM = load_form("2021")
PARTS = sorted({table.id for table in FORM.tables} | {part_of(topic.key) for topic in FORM.topics})
TEXTS = {"texts.overview", "texts.problems"}
WHOLE = reports.right("2021")
TABLES = {table.id for table in FORM.tables}


def only(parts: set[str], whole: Report = WHOLE) -> Report:
    return make_report(
        form=FORM,
        year=whole.year,
        unit=whole.unit,
        figures={ref: value for ref, value in whole.figures.items() if part_of(ref) in parts},
        texts={topic: texts for topic, texts in whole.texts.items() if part_of(topic) in parts},
    )


def reading(report: Report) -> Reading:
    return Reading(report)


@given(st.sets(st.sampled_from(PARTS)))
def test_a_report_that_is_taken_apart_anywhere_is_the_same_joined(parts: set[str]) -> None:
    rest = set(PARTS) - parts
    whole = joined([reading(only(parts)), reading(only(rest))], ["甲.xlsx", "乙.docx"]).report
    assert (whole.figures, whole.texts) == (WHOLE.figures, WHOLE.texts)


def test_tables_and_texts_complete_each_other() -> None:
    joint = joint_of(only(TABLES), only(set(PARTS) - TABLES))
    assert joint.complementary
    assert not joint.different
    assert set(joint.first) == TABLES
    assert set(joint.second) == TEXTS


def test_a_correction_completes_nothing() -> None:
    tables = only(TABLES)
    assert not joint_of(tables, WHOLE).complementary
    assert not joint_of(WHOLE, reports.with_figures(WHOLE, requests__new__natural=99)).complementary


def test_a_table_that_both_have_in_another_way_is_named_and_never_mixed() -> None:
    ours, theirs = only({"requests", "disputes"}), only({"requests", "texts.overview"})
    moved = {"requests__new__natural": None, "requests__new__legal": 99}
    theirs = reports.with_figures(theirs, **moved)
    joint = joint_of(ours, theirs)
    assert joint.complementary
    assert joint.different == ("requests",)
    whole = joined([reading(ours), reading(theirs)], ["甲", "乙"]).report
    assert whole.figures["requests.new.natural"] == ours.figures["requests.new.natural"]
    assert whole.figures["requests.new.legal"] == ours.figures["requests.new.legal"]


def test_what_the_office_has_filled_in_is_no_answer() -> None:
    carried = {ref: 2 for ref in FORM.inputs if ref.startswith("requests.carried_in.")}
    form = make_report(form=FORM, year=2025, figures={**only({"disclosure"}).figures, **carried})
    assert "requests" in joint_of(form, only({"requests"})).second


def test_a_zero_declaration_answers_its_table() -> None:
    declared = make_report(form=FORM, year=2025, figures={}, zero=["disputes"])
    assert "disputes" in joint_of(declared, only({"requests"})).first
    whole = joined([reading(only({"requests"})), reading(declared)], ["甲", "乙"]).report
    assert whole.zero == ("disputes",)


def test_a_cell_that_is_no_number_comes_along() -> None:
    odd = make_report(form=FORM, year=2025, figures={}, unread={"disclosure.rules.made": "三件"})
    whole = joined([reading(only({"requests"})), reading(odd)], ["甲", "乙"]).report
    assert whole.unread == {"disclosure.rules.made": "三件"}


def test_what_came_from_where_is_said_by_sections() -> None:
    parts = ("processing", "requests", "texts.overview")
    assert part_names(FORM, parts) == "“一、总体情况”的文字、“三、依申请公开”的表、“六、其他事项”的数字"
