"""Who speaks in a text: each wrong word is asked about once, however often it stands there."""

from __future__ import annotations

from saying import of, saying


def test_a_word_that_stands_in_several_places_is_asked_about_where_it_stands_first() -> None:
    report = saying(
        "我局受理申请3件。我局按时答复。",
        "今后我局将继续努力。",
        texts={"problems.general": ["我局的公开还不够及时，明年改进。"]},
    )
    (finding,) = of("wording.unit", report)
    assert finding.id == "wording.unit:overview:我局"
    assert "“我局受理申请3件。”" in finding.message


def test_each_wrong_word_is_asked_about() -> None:
    report = saying("我局受理申请3件。我县公开信息12条。")
    assert [finding.actual for finding in of("wording.unit", report)] == ["我局", "我县"]
