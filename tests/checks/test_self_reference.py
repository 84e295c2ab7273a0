"""Each wrong self-reference is reported once, however often it occurs."""

from __future__ import annotations

from sample_texts import findings_of, with_text


def test_a_repeated_word_is_reported_where_it_occurs_first() -> None:
    report = with_text(
        "我局受理申请3件。我局按时答复。",
        "今后我局将继续努力。",
        texts={"problems.general": ["我局的公开还不够及时，明年改进。"]},
    )
    (finding,) = findings_of("wording.unit", report)
    assert finding.id == "wording.unit:overview:我局"
    assert "“我局受理申请3件。”" in finding.message


def test_each_wrong_word_is_reported() -> None:
    report = with_text("我局受理申请3件。我县公开信息12条。")
    assert [finding.actual for finding in findings_of("wording.unit", report)] == ["我局", "我县"]
