"""A sentence is read word by word; what is not known makes its number silent, and a new word is data."""

from __future__ import annotations

from importlib import resources

import pytest

from gouji.checks.claim_parts import Claim, Parts, Silence
from gouji.checks.claims import Claims
from gouji.checks.explained import as_lines, explained, report_of_text
from gouji.checks.vocabulary import vocabulary, vocabulary_of
from gouji.form.editions import load_form

WORDS = resources.files("gouji.checks").joinpath("vocabulary.toml").read_text(encoding="utf-8")


def stated(sentence: str, topic: str = "overview.requests", *, area: bool = False, words: str = "") -> list[object]:
    names = ("青山县人民政府", "青山县") if area else ("青山县民政局", "民政局")
    claims = Claims(load_form("2021"), 2025, names, area=area, words=vocabulary_of(words) if words else vocabulary())
    return [one for _, one in claims.stated([sentence], topic)]


def claimed(sentence: str, topic: str = "overview.requests", *, area: bool = False) -> list[tuple[int, str]]:
    return [
        (int(one.value), one.meanings[0][0][1]) for one in stated(sentence, topic, area=area) if isinstance(one, Claim)
    ]


@pytest.mark.parametrize(
    "sentence, claims",
    [
        ("办公室收到信息公开申请6条，均为网上提交。", [(6, "requests.new.total")]),
        ("通过网络、信函、当面等渠道共受理依申请公开事项6项。", [(6, "requests.new.total")]),
        ("收到公民、法人和其他组织提出的政府信息公开申请6件。", [(6, "requests.new.total")]),
        ("申请公开政府信息的要求6件。", [(6, "requests.new.total")]),
        ("未收到通过任何形式提出的政府信息公开申请。", [(0, "requests.new.total")]),
        (
            "收到申请6件，因信息不存在无法提供2件。",
            [(6, "requests.new.total"), (2, "requests.unavailable_not_held.total")],
        ),
        ("予以公开及部分公开共6件。", [(6, "requests.granted.total")]),
        ("因信息公开引起行政诉讼2起。", [(2, "disputes.direct_suit.total")]),
        (
            "行政规范性文件发布数量2条，废止0条。",
            [(2, "disclosure.normative.made"), (0, "disclosure.normative.repealed")],
        ),
        ("去年收到申请8件，今年收到6件。", [(6, "requests.new.total")]),
        ("登记在册的政府信息公开申请为6件，内容多为宅基地。", [(6, "requests.new.total")]),
        ("政府信息公开申请受理数：6件。", [(6, "requests.new.total")]),
        ("受理并办结信息公开申请6件。", [(6, "requests.new.total"), (6, "requests.closed.total")]),
        ("收到申请6件，上年未办结转来2件。", [(6, "requests.new.total"), (2, "requests.carried_in.total")]),
        ("从申请主体看，自然人6件，商业企业2家次。", [(6, "requests.new.natural"), (2, "requests.new.business")]),
        (
            "4件申请中予以公开的3件，本局不掌握的1件。",
            [(4, "requests.new.total"), (3, "requests.granted.total"), (1, "requests.unavailable_not_held.total")],
        ),
        ("因涉及国家秘密不予公开6件。", [(6, "requests.refused_state_secret.total")]),
        ("因信息不存在等原因无法提供6件。", [(6, "requests.unavailable_not_held.total")]),
        ("上年无结转申请，本年新收6件。", [(0, "requests.carried_in.total"), (6, "requests.new.total")]),
        ("未制定、未废止行政规范性文件。", [(0, "disclosure.normative.made"), (0, "disclosure.normative.repealed")]),
        ("没有信息公开引起的行政诉讼和有关申诉。", [(0, "disputes.direct_suit.total")]),
        ("没有因信息公开引起的复议被纠正的情形。", [(0, "disputes.reconsideration.corrected")]),
        ("尚未接到公民申请公开政府信息的情况。", [(0, "requests.new.total")]),
        ("县民政局收到政府信息公开申请6件。", [(6, "requests.new.total")]),
        ("公民、法人和其他组织向县民政局申请公开政府信息6件。", [(6, "requests.new.total")]),
        ("收到申请6件，均予以公开。", [(6, "requests.new.total"), (6, "requests.granted.total")]),
        ("收到申请6件均由企业提出。", [(6, "requests.new.total"), (6, "requests.new.business")]),
        (
            "办理情况如下：1.予以公开6件；2.部分公开3件。",
            [(6, "requests.granted.total"), (3, "requests.partial.total")],
        ),
        (
            "收到6件、办结5件，尚未办结1件。",
            [(6, "requests.new.total"), (5, "requests.closed.total"), (1, "requests.carried_out.total")],
        ),
        (
            "信息公开行政复议和行政诉讼分别为3件、2件。",
            [(3, "disputes.reconsideration.total"), (2, "disputes.direct_suit.total")],
        ),
        (
            "信息公开引发行政复议5件，其他结果2件，3件未审结。",
            [
                (5, "disputes.reconsideration.total"),
                (2, "disputes.reconsideration.other"),
                (3, "disputes.reconsideration.pending"),
            ],
        ),
        ("制定部门规章1件、行政规范性文件6件。", [(1, "disclosure.rules.made"), (6, "disclosure.normative.made")]),
        ("现行有效规范性文件6件，无新增。", [(6, "disclosure.normative.in_force"), (0, "disclosure.normative.made")]),
        ("政府信息公开申请零受理。", [(0, "requests.new.total")]),
        ("行政复议、行政诉讼均为零。", [(0, "disputes.reconsideration.total"), (0, "disputes.direct_suit.total")]),
    ],
)
def test_the_ways_of_real_reports_are_understood(sentence: str, claims: list[tuple[int, str]]) -> None:
    assert claimed(sentence) == claims


@pytest.mark.parametrize(
    "sentence",
    [
        "收到村务公开申请6件。",
        "收到网上申请6件。",
        "受理行政复议案件60件，审结58件。",
        "五年来累计受理政府信息公开申请39件。",
        "全县共受理政府信息公开申请300件。",
        "各乡镇收到政府信息公开申请16件。",
        "下一步，力争办结申请6件。",
        "如未收到政府信息公开申请，应当填0。",
        "主动公开150条、依申请公开70条、不予公开40条。",
        "没有因答复不当引发的行政诉讼败诉案件。",
        "其余4件分别作出不予公开、无法提供和不予处理的决定。",
        "白鹭镇办理政府信息公开申请4件。",
        "上半年收到政府信息公开申请6件。",
        "自条例实施至今，共收到政府信息公开申请25件。",
        "补正后受理政府信息公开申请1件。",
        "本年度无传真和邮件申请。",
        "9月以后再未收到政府信息公开申请。",
        "对2件申请的答复书进行抽查。",
        "抽查政府信息公开申请6件。",
        "对6件拟出台的规范性文件进行审核。",
        "其中两件申请的是测绘成果。",
        "做好依申请公开工作，接待来访6件。",
        "申请人以自然人为主，共6件。",
        "公开信息6条，收到来信2件，答复2件。",
        "意见2条已办结。",
        "行政诉讼6件，均为行政处罚类。",
        "作为复议机关收到行政复议6件。",
        "各县民政局受理申请6件。",
        "建立依申请公开3项制度。",
        "依申请公开5个工作日内答复。",
        "当场答复申请6件。",
        "另有6件申请于2024年12月30日收到。",
        "截至2025年6月底，收到依申请公开6件。",
        "全年公开财政信息6条、部门预算6件，答复申请。",
    ],
)
def test_what_speaks_of_others_or_is_in_doubt_is_silent_and_has_a_reason(sentence: str) -> None:
    assert claimed(sentence) == []
    silent = [one for one in stated(sentence) if isinstance(one, Silence)]
    assert silent
    assert all(one.why for one in silent)


def test_an_idiom_is_no_number() -> None:
    assert claimed("依申请公开办理规范，一件一档。") == []


def test_the_parts_of_a_unit_are_the_unit_and_those_of_a_government_are_not() -> None:
    assert claimed("局办公室受理政府信息公开申请6件。") == [(6, "requests.new.total")]
    assert claimed("县政府办公室受理政府信息公开申请6件。", area=True) == []
    assert claimed("全县受理申请60件，其中县政府6件。", area=True) == [(60, "requests.new.total")]
    assert claimed("县政府及各部门收到政府信息公开申请6件。", area=True) == [(6, "requests.new.total")]
    assert claimed("全县各乡镇收到政府信息公开申请6件。", area=True) == []


def test_the_rest_of_the_requests_is_not_all_of_them() -> None:
    before = [(12, "requests.new.total"), (5, "requests.granted.total")]
    assert claimed("收到申请12件，同意公开5件，其余7件依法答复。") == before
    assert claimed("收到申请12件，同意公开5件，其他情形7件。") == before


def test_a_superior_of_a_like_name_is_another_unit() -> None:
    assert claimed("协助市民政局办理政府信息公开申请6件。") == []
    assert claimed("省民政厅收到政府信息公开申请6件。") == []


def test_the_office_of_a_government_counts_with_the_government_that_it_serves() -> None:
    names = ("青山县人民政府办公室",)
    claims = Claims(load_form("2021"), 2025, names, area=True)
    for sentence in ("县政府办公室收到政府信息公开申请6件。", "县政府及县政府办公室收到政府信息公开申请6件。"):
        read = [one for _, one in claims.stated([sentence], "overview.requests")]
        assert [(one.value, one.denied) for one in read if isinstance(one, Claim)] == [(6, False)]
    assert claimed("县政府办公室收到政府信息公开申请6件。", area=True) == []


def test_the_whole_area_is_the_scope_of_its_own_government() -> None:
    assert claimed("全县各级行政机关共受理政府信息公开申请300件。", area=True) == [(300, "requests.new.total")]
    assert claimed("全市共受理政府信息公开申请300件。", area=True) == []


def test_another_scope_lasts_until_the_full_stop() -> None:
    claims = Claims(load_form("2021"), 2025, ("民政局",), area=False)
    semicolon = ["全县共受理申请300件；", "办结申请290件。", "本局收到申请6件。"]
    assert [int(claim.value) for _, claim in claims.of(semicolon, "overview.requests")] == [6]


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("words = '件次|件|宗|起|例'", "words = '件次|件|宗|起|例|桩'", "收到政府信息公开申请6桩。"),
        ("words = '办理|", "words = '经办|办理|", "办公室经办政府信息公开申请6件。"),
        ("words = '新?收到过?|", "words = '签收|新?收到过?|", "办公室签收申请6件。"),
    ],
)
def test_a_new_counter_or_verb_is_a_new_word_in_the_vocabulary(old: str, new: str, sentence: str) -> None:
    assert old in WORDS
    assert not any(isinstance(one, Claim) for one in stated(sentence))
    (claim,) = stated(sentence, words=WORDS.replace(old, new))
    assert isinstance(claim, Claim)
    assert claim.meanings[0] == ((1, "requests.new.total"),)


@pytest.mark.parametrize(
    "sentence, adds_up",
    [
        ("收到申请12件，其中信函8件、网络5件。", False),
        ("收到申请12件，其中信函8件、网络4件。", True),
        ("收到申请12件，其中自然人8件，法人或其他组织3件。", False),
        ("收到申请12件，其中自然人8件，商业企业3件。", True),
        ("收到申请12件，分别为自然人8件，商业企业3件。", False),
        ("办结申请12件，其中予以公开8件，其余3件无法提供。", False),
        ("收到申请12件，上年结转2件，其中予以公开9件，部分公开5件。", True),
        ("因信息公开被申请行政复议5件，其中维持3件，纠正3件。", False),
        ("收到申请12件，其中予以公开8件（其中自然人9件）。", True),
        ("收到申请12件（网络8件、信函3件）。", False),
        ("新收申请12件，上年结转1件，共14件。", False),
        ("予以公开8件、部分公开3件，合计12件。", False),
        ("公开和部分公开11件，其中公开8件、部分公开3件，合计22件。", True),
        ("信息公开引起复议5件，审结4件，维持3件，纠正1件，未审结1件。", True),
        ("收到申请12件（含网络8件、信函3件）。", True),
        ("行政诉讼5件，其中未经复议直接起诉2件，复议后起诉2件。", False),
        ("收到申请12件，均为自然人，其中网上8件。", True),
    ],
)
def test_parts_add_up_where_a_sentence_divides_the_whole(sentence: str, adds_up: bool) -> None:
    assert any(isinstance(one, Parts) for one in stated(sentence)) is not adds_up


def test_a_text_is_explained_sentence_by_sentence() -> None:
    sentences = explained(report_of_text("2025年收到政府信息公开申请6件。\n收到村务公开申请5件。"))
    assert [one["sentence"] for one in sentences] == ["2025年收到政府信息公开申请6件。", "收到村务公开申请5件。"]
    assert sentences[0]["parts"][0]["cells"] == [["requests.new.total"]]
    assert "村务" in sentences[1]["parts"][0]["why"]
    assert list(as_lines(sentences))[-1] == "读懂 1 处，不问 1 处。"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("清溪镇2025年政府信息公开工作年度报告\n比2024年多。2026年，我镇将继续公开。", 2025),
        ("2025年收到申请5件。2026年，我镇将继续公开。", 2025),
        ("2026年，我镇将继续公开。", None),
        ("2025年收到申请5件，2024年结转2件。", None),
    ],
)
def test_what_is_planned_says_nothing_of_the_year_of_a_text(text: str, year: int | None) -> None:
    assert report_of_text(text).year == year
