"""Two reports side by side: every difference is shown, and nothing else."""

from __future__ import annotations

import msgspec
import pytest
import reports
from hypothesis import given
from hypothesis import strategies as some

from gouji.report.comparison import TextPair, compare
from gouji.report.model import Report

REPORT = reports.right("2021", 3)
SENTENCES = some.text("公开信息政务2025年3件。，0.5%Web", max_size=40)


def with_text(report: Report, *paragraphs: str) -> Report:
    return reports.changed(report, texts={"overview.general": paragraphs})


def test_a_report_is_the_same_as_itself() -> None:
    found = compare(REPORT, REPORT)
    assert (found.changed, found.rewritten) == ((), ())
    assert [pair.ref for pair in found.figures] == [*REPORT.form.cells]


def test_zero_blank_and_what_is_not_a_number_are_three_different_answers() -> None:
    zero = reports.with_figures(REPORT, requests__new__legal=0)
    blank = reports.with_figures(REPORT, requests__new__legal=None)
    typed = reports.with_unread(REPORT, "requests.new.legal", "无")
    for before, after, words in (
        (zero, blank, "0 → 空"),
        (blank, typed, "空 → “无”"),
        (typed, zero, "“无” → 0"),
    ):
        (pair,) = (pair for pair in compare(before, after).changed if not pair.total)
        assert pair.words == f"三、依申请公开“一、本年新收政府信息公开申请数量”行“法律服务机构”列 {words}"
        assert pair.change is None


def test_a_changed_figure_has_its_change_and_a_total_is_marked() -> None:
    more = reports.with_figures(REPORT, requests__new__legal=9, requests__new__total=99)
    pairs = {pair.ref: pair for pair in compare(REPORT, more).changed}
    assert {ref: pair.total for ref, pair in pairs.items()} == {"requests.new.legal": False, "requests.new.total": True}
    assert pairs["requests.new.legal"].change == 9 - REPORT.figures["requests.new.legal"]


def test_cells_that_one_edition_does_not_have_are_shown_as_such() -> None:
    found = {pair.ref: pair for pair in compare(reports.right("2019", 3), REPORT).changed}
    assert found["disclosure.procurement.amount"].after == "无此格"
    assert found["disclosure.rules.repealed"].before == "无此格"


def test_paragraphs_are_paired_with_what_is_most_like_them() -> None:
    before = with_text(REPORT, "第一段说主动公开。", "第二段说收到申请3件。", "第三段说培训。")
    after = with_text(REPORT, "新的一段，与别的没有关系。", "第二段说收到申请13件。", "第三段说培训。")
    pairs = [pair for pair in compare(before, after).texts if pair.section == "一、总体情况"]
    assert [(pair.before, pair.after) for pair in pairs if not pair.same] == [
        ("第一段说主动公开。", ""),
        ("", "新的一段，与别的没有关系。"),
        ("第二段说收到申请3件。", "第二段说收到申请13件。"),
    ]


def test_a_text_is_found_again_wherever_in_its_section_it_stands() -> None:
    in_a_form = reports.changed(REPORT, texts={"overview.disclosure": ("公开信息12条。",)})
    in_print = with_text(REPORT, "（一）主动公开", "公开信息12条。")
    assert [pair.before or pair.after for pair in compare(in_a_form, in_print).rewritten if pair.section] in (
        [],
        ["（一）主动公开情况"],
    )


@pytest.mark.parametrize(
    "before, after, marked",
    [
        ("收到申请12件。", "收到申请120件。", [("12", "120")]),
        ("公开信息1.5万条", "公开信息2.5万条", [("1.5", "2.5")]),
        ("全年发布98条，更新", "全年公布98条，更新", [("发", "公")]),
        ("去年开展培训", "今年没有开展培训", [("去年", "今年没有")]),
    ],
)
def test_only_the_words_that_differ_are_marked_and_no_number_is_cut(
    before: str, after: str, marked: list[tuple[str, str]]
) -> None:
    pieces = TextPair("", before, after).pieces
    assert [(piece.before, piece.after) for piece in pieces if not piece.same] == marked


@given(SENTENCES, SENTENCES)
def test_the_pieces_of_a_paragraph_are_the_whole_paragraph(before: str, after: str) -> None:
    pieces = TextPair("", before, after).pieces
    assert "".join(piece.before for piece in pieces) == before
    assert "".join(piece.after for piece in pieces) == after


@given(some.lists(SENTENCES.filter(str.strip), max_size=5), some.lists(SENTENCES.filter(str.strip), max_size=5))
def test_no_paragraph_is_lost_or_moved(before: list[str], after: list[str]) -> None:
    found = compare(with_text(REPORT, *before), with_text(REPORT, *after))
    pairs = [pair for pair in found.texts if pair.section == "一、总体情况"]
    assert [pair.before for pair in pairs if pair.before] == [text.strip() for text in before]
    assert [pair.after for pair in pairs if pair.after] == [text.strip() for text in after]


def test_the_title_says_what_is_compared() -> None:
    other_year = msgspec.structs.replace(REPORT, year=2024)
    assert compare(other_year, REPORT).title == f"{REPORT.unit.name}2024年与{REPORT.year}年报告对照"
    assert compare(REPORT, REPORT).title == f"{REPORT.unit.name}{REPORT.year}年度报告两份对照"
