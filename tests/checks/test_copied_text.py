"""Copied texts: against last year, and between the units of a collection."""

from __future__ import annotations

import random
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_texts import findings_of, with_text

from gouji.checks import check, copied_text
from gouji.checks.settings import RuleSettings
from gouji.findings.rules import RULES
from gouji.form.editions import load_form
from gouji.report.model import Report

synthetic = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "likeness.py"))
"""The benchmark; its random texts and its exact computation are used here, too."""

OWN = (
    "党政办每月核对一次公开栏，发现空缺当场补齐。",
    "各村支部把低保审批结果贴到村口，接受群众询问。",
    "便民中心新添一台查询电脑，老人可以请人代查。",
    "财政所把惠民补贴发放名单逐户发到手机上。",
    "司法所参加答复审核，说理部分由律师把关。",
    "信息员每周报送一次更新清单，由办公室汇总。",
)
OTHERS = (
    "文化站整理了十年的旧档案，全部做成目录。",
    "规划站公布了村庄规划图，征求意见四十条。",
    "农业站把农机补贴的办法画成图，贴在集市上。",
    "应急办公布了防汛责任人名单和电话。",
    "包村干部入户发放办事指南，并且当面讲解。",
    "卫生院公开了疫苗接种的时间和地点安排。",
)


def test_a_section_is_reported_from_the_threshold_on() -> None:
    """Two sentences of equal length, one of them from last year: half of the section is copied."""
    same, other = (text * 3 for text in ("村务公开栏按月更新内容", "镇里培训了各村的信息员"))
    report, last = years((f"{same}。", f"{other}。"), (f"{same}。",))
    shares = {"copied.length": 60}
    assert len(check_copied(report, last, {**shares, "copied.last_year.share": 50})) == 1
    assert check_copied(report, last, {**shares, "copied.last_year.share": 51}) == []


def check_copied(mine: Report, last: Report, thresholds: dict[str, int]) -> list[str]:
    found = check(mine, last, settings=RuleSettings(thresholds=thresholds))
    return [finding.id for finding in found if finding.rule == "copied.last_year"]


SPAN = "本报告所列数据的统计期限为2025年1月1日至12月31日。"


def counted(first: int) -> tuple[str, ...]:
    """Return the sentences of ``OWN`` with a number in each, counted from ``first``."""
    return tuple(f"收到各村意见{number}条，{text}" for number, text in enumerate(OWN, first))


def years(mine: tuple[str, ...], last: tuple[str, ...], topic: str = "problems.general") -> tuple[Report, Report]:
    return with_text(*mine, topic=topic, texts={}), with_text(*last, topic=topic, texts={}, year=2024)


@pytest.mark.parametrize(
    "mine, share",
    [
        (OWN, 100),
        ((*OWN[:3], *OTHERS[:3]), 53),
        (tuple(f"{number}. {text}" for number, text in enumerate(OWN, 1)), 100),
        (tuple(text.replace("每月", "每季").replace("逐户", "逐人") for text in OWN), 100),
        (("".join(OWN),), 100),
    ],
    ids=["unchanged", "half of it", "with numbering", "lightly edited", "as one paragraph"],
)
def test_a_section_taken_over_from_last_year_is_reported(mine: tuple[str, ...], share: int) -> None:
    (finding,) = findings_of("copied", *years(mine, OWN))
    assert (finding.id, finding.severity, finding.actual) == ("copied.last_year:problems", "query", share)
    assert "五、存在的主要问题及改进情况" in finding.message


@pytest.mark.parametrize(
    "mine, last",
    [
        (OTHERS, OWN),
        ((*OWN[:2], *OTHERS[:4]), OWN),
        (OWN[:2], OWN[:2]),
        ((*OTHERS[:4], SPAN), (SPAN,)),
    ],
    ids=["nothing in common", "a third in common", "too short", "a phrase of the form in common"],
)
def test_a_section_with_other_sentences_is_not_reported(mine: tuple[str, ...], last: tuple[str, ...]) -> None:
    assert findings_of("copied", *years(mine, last)) == []


def test_other_numbers_make_a_new_sentence_in_the_overview_but_not_among_problems() -> None:
    assert findings_of("copied", *years(counted(20), counted(40), topic="overview.general")) == []
    (finding,) = findings_of("copied", *years(counted(20), counted(40), topic="problems.general"))
    assert finding.actual == 100


@pytest.mark.parametrize("this, last", [("2025年", "2024年"), ("二〇二五年", "二〇二四年"), ("二〇二五年", "2024年")])
def test_another_year_makes_no_new_sentence(this: str, last: str) -> None:
    """Who takes over last year's overview changes the year in it."""
    mine, theirs = (tuple(f"截至{year}底，{text}" for text in OWN) for year in (this, last))
    (finding,) = findings_of("copied", *years(mine, theirs, topic="overview.general"))
    assert (finding.id, finding.actual) == ("copied.last_year:overview", 100)


def test_text_before_the_first_heading_may_repeat_last_year() -> None:
    assert findings_of("copied", *years(OWN, OWN, topic="preamble")) == []


def test_the_first_section_is_compared_as_a_whole_across_topics() -> None:
    mine = with_text(*OWN[:3], topic="overview.disclosure", texts={"overview.platform": OWN[3:]})
    last = with_text(*OWN, topic="overview.general", texts={}, year=2024)
    assert [finding.id for finding in findings_of("copied", mine, last)] == ["copied.last_year:overview"]


def test_an_office_can_change_the_threshold() -> None:
    mine, last = years((*OWN[:3], *OTHERS[:3]), OWN)
    strict = RuleSettings(thresholds={"copied.last_year.share": 80})
    assert "copied.last_year" in {finding.rule for finding in check(mine, last)}
    assert "copied.last_year" not in {finding.rule for finding in check(mine, last, settings=strict)}


# ---------------------------------------------------------------- between units


def test_two_units_with_the_same_text_are_a_pair_with_their_sentences_side_by_side() -> None:
    edited = tuple(text.replace("一次", "两次").replace("老人", "村民") for text in OWN)
    (pair,) = copied_text.similar_pairs({"甲镇": OWN, "乙镇": edited, "丙镇": OTHERS}, "problems")
    assert {pair.one, pair.other} == {"甲镇", "乙镇"}
    assert (pair.section, pair.share) == ("problems", 100.0)
    assert len(pair.sentences) == 6
    assert all(mine[:3] == theirs[:3] for mine, theirs in pair.sentences)


def test_the_share_is_that_of_the_shorter_text() -> None:
    (pair,) = copied_text.similar_pairs({"长": (*OTHERS, *OWN), "短": OWN})
    assert (pair.one, pair.other, pair.share) == ("短", "长", 100.0)


def test_the_names_of_the_units_do_not_count() -> None:
    texts = {
        name: tuple(f"{name.removesuffix('人民政府')}{text}" for text in OWN)
        for name in ("安澜县清溪镇人民政府", "安澜县柳塘镇人民政府")
    }
    (pair,) = copied_text.similar_pairs(texts)
    assert pair.share == 100.0


def test_sentences_that_most_units_use_do_not_count() -> None:
    rng = random.Random(3)
    texts = {f"第{n}镇": [*OWN, *(synthetic["sentence"](rng) for _ in range(3))] for n in range(12)}
    assert copied_text.similar_pairs(texts) == []


def test_sentences_that_a_few_units_share_count() -> None:
    assert len(copied_text.similar_pairs({f"第{n}镇": OWN for n in range(3)})) == 3


def test_a_sentence_edited_by_one_unit_counts_though_that_of_the_others_is_everybodys() -> None:
    """Five units have the sentence or a similar one, but only four have one that is similar to the edited one."""
    common = "".join(text.rstrip("。") for text in OWN[:4])
    edited = len(common) // 6
    at_the_start = OTHERS[0][:edited] + common[edited:]
    at_the_end = common[:-edited] + OTHERS[1][:edited]
    texts = {name: [common, *OWN[4:], *OTHERS[2:]] for name in "乙丙丁"}
    texts |= {"甲": [at_the_start], "戊": [at_the_end], **{f"第{n}村": () for n in range(3)}}
    pairs = copied_text.similar_pairs(texts, settings=RuleSettings(thresholds={"copied.length": 60}))
    assert {(pair.one, pair.other) for pair in pairs if pair.one == "甲"} == {("甲", name) for name in "乙丙丁"}


def test_short_and_empty_texts_give_no_pairs() -> None:
    assert copied_text.similar_pairs({"甲": OWN[:1], "乙": OWN[:1], "丙": (), "丁": ("",)}) == []
    assert copied_text.similar_pairs({}) == []


def test_a_pair_becomes_a_query_about_one_of_its_units() -> None:
    (pair,) = copied_text.similar_pairs({"清溪镇": OWN, "柳塘镇": OWN}, "problems")
    finding = copied_text.copied_from(pair, "清溪镇", load_form("2021"))
    assert (finding.id, finding.severity) == ("copied.unit:problems:柳塘镇", "query")
    assert "有 100% 与“柳塘镇”的报告相同，共 6 句" in finding.message
    assert RULES[finding.rule].subject == "likeness"


@pytest.mark.parametrize(("units", "length"), [(100, 700), (150, 500)])
def test_the_fast_search_finds_the_pairs_of_the_exact_one(units: int, length: int) -> None:
    """The shorter the text, the more of it are set phrases in many wordings, which are the hardest to find."""
    texts = synthetic["written"](units, length=length)
    right = {frozenset(pair) for pair, share in synthetic["exactly"](texts).items() if share >= 60}
    found = {frozenset((pair.one, pair.other)) for pair in copied_text.similar_pairs(texts)}
    assert len(right) > 5
    assert found == right


@settings(max_examples=30)
@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.text("公开，。；信息年12\n", max_size=80), max_size=4), max_size=6)
)
def test_random_texts_give_pairs_of_different_units_with_a_share_up_to_100(texts: dict[str, list[str]]) -> None:
    for pair in copied_text.similar_pairs(texts):
        assert pair.one != pair.other
        assert 60 <= pair.share <= 100
        assert pair.sentences
