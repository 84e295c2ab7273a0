"""Numbers in the texts that differ from the tables are reported; equal ones and numbers of other things are not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_texts import findings_of, sample, with_text

from gouji.checks.claims import Claims
from gouji.checks.lexicon import words_of
from gouji.checks.vocabulary import vocabulary
from gouji.checks.words import WORDS
from gouji.form.editions import editions, load_form
from gouji.report.model import Unit
from gouji.report.numerals import in_words
from gouji.runtime.errors import EditionError

# The tables of the sample: 12 new requests (9 自然人, 2 商业企业, 1 法律服务机构), 1 carried in, 12 closed,
# 1 carried out; 5 granted, 3 partial, 1 refused, 2 unavailable, 1 declined; 行政规范性文件 2/1/4; decisions 46, 7, 1;
# 2.365 万元; 1 复议, no 诉讼; no fee.

WRONG_NUMBERS = [
    ("全年共收到政府信息公开申请15件。", "narrative:requests.new.total"),
    ("2025年，清溪镇新收公开申请１１件，均按期答复。", "narrative:requests.new.total"),
    ("共受理依申请公开二十件。", "narrative:requests.new.total"),
    ("我镇全年收到政府信息公开申请1,200件。", "narrative:requests.new.total"),
    ("本年度未收到政府信息公开申请。", "narrative.none:requests.new.total"),
    ("2025年无政府信息公开申请。", "narrative.none:requests.new.total"),
    ("依申请公开方面，2025年新收18件，上年结转1件。", "narrative:requests.new.total"),
    ("收到申请0件。", "narrative:requests.new.total"),
    ("收到政府信息公开申请12件，其中自然人8件、商业企业2件。", "narrative:requests.new.natural"),
    ("收到政府信息公开申请12件（其中自然人9件、法人或其他组织4件）。", "narrative:requests.new.business+4"),
    ("收到政府信息公开申请12件，已办结10件。", "narrative:requests.closed.total"),
    ("全年收到申请12件，予以公开6件、部分公开3件。", "narrative:requests.granted.total"),
    ("收到申请12件，其中不予公开2件。", "narrative:requests.refused_state_secret.total+7"),
    ("收到申请12件，无法提供4件，不予处理1件。", "narrative:requests.unavailable_not_held.total+2"),
    ("收到申请12件，上年结转2件。", "narrative:requests.carried_in.total"),
    ("收到申请12件，另有3件结转下年度继续办理。", "narrative:requests.carried_out.total"),
    ("收到申请12件，结转2026年办理2件。", "narrative:requests.carried_out.total"),
    ("本年度制发行政规范性文件3件，废止1件，现行有效4件。", "narrative:disclosure.normative.made"),
    ("公开信息66条，制发行政规范性文件2件，废止0件，现行有效4件。", "narrative:disclosure.normative.repealed"),
    ("本年度制发行政规范性文件2件，废止0件，现行有效4件。", "narrative:disclosure.normative.repealed"),
    ("现行有效规范性文件5件。", "narrative:disclosure.normative.in_force"),
    ("本年度未制发行政规范性文件。", "narrative.none:disclosure.normative.made"),
    ("作出行政许可决定64件。", "narrative:disclosure.licensing.decisions"),
    ("全年行政处罚17件，行政强制1件。", "narrative:disclosure.penalty.decisions"),
    ("作出行政处罚7件，行政强制0件。", "narrative:disclosure.coercion.decisions"),
    ("行政事业性收费23.65万元。", "narrative:disclosure.fees.amount"),
    ("收取行政事业性收费2365元。", "narrative:disclosure.fees.amount"),
    ("因政府信息公开引发的行政复议案件2件。", "narrative:disputes.reconsideration.total"),
    ("因政府信息公开被提起行政诉讼1件。", "narrative:disputes.direct_suit.total+1"),
    ("全年未发生因政府信息公开引发的行政复议、行政诉讼案件。", "narrative.none:disputes.reconsideration.total"),
    ("因政府信息公开被申请行政复议1件，结果纠正1件。", "narrative:disputes.reconsideration.corrected"),
    ("信息公开类行政复议1件，其中尚未审结1件。", "narrative:disputes.reconsideration.pending"),
    (
        "全年受理公开申请，党政办受理10件，便民服务中心受理3件，合计15件。",
        "narrative:requests.new.total",
    ),
    ("15件公开申请中有10件当年提出当年办结。", "narrative:requests.new.total"),
    ("2025年，发出收费通知1件，实际收取信息处理费0元。", "narrative:processing.fee.notices"),
    ("2025年实际收取信息处理费100元。", "narrative:processing.fee.received"),
    ("2025年实际收取信息公开处理费100元。", "narrative:processing.fee.received"),
]

RIGHT_NUMBERS = [
    "全年共收到政府信息公开申请12件，全部按期答复。",
    "全年新收申请12件，上年结转1件，共办理申请13件。",
    "2025年，清溪镇人民政府收到政府信息公开申请１２件。",
    "收到依申请公开十二件，其中自然人9件，商业企业2件，法律服务机构1件。",
    "收到政府信息公开申请12件，其中自然人申请9件，法人或其他组织申请3件。",
    "收到申请12件（含上年结转1件），办结12件，结转下年度1件。",
    "答复政府信息公开申请11件，1件因申请人撤回而终止。",
    "收到申请12件，予以公开5件，部分公开3件，不予公开1件，无法提供2件，不予处理1件，其他处理0件。",
    "制发行政规范性文件2件，废止1件，截至12月31日，现行有效规范性文件4件。",
    "作出行政许可决定46件、行政处罚决定7件、行政强制措施1件。",
    "行政事业性收费2.37万元。",
    "行政事业性收费23650元。",
    "因政府信息公开被申请行政复议1件，提起行政诉讼0件。",
    "未发生政府信息公开行政诉讼案件。",
    "因政府信息公开被申请行政复议1件，结果维持1件，结果纠正0件。",
    "因政府信息公开被申请行政复议1件（维持1件），行政诉讼0件。",
    "2025年没有收取信息处理费。",
    "发出收费通知0件，收费通知总金额0元，实际收取信息处理费0元。",
]

NUMBERS_OF_OTHER_THINGS = [
    "全年通过微信公众号推送信息320条，网站发布信息214条。",
    "全县共收到政府信息公开申请326件，本镇收到12件。",
    "党政办受理9件，便民服务中心受理3件，合计12件。",
    "全年收到公开申请，党政办受理9件，便民服务中心受理3件，合计12件。",
    "便民服务中心受理申请3件。",
    "12件申请中有10件当年提出当年办结。",
    "收到12件申请，当年受理当年办结10件，结转下年1件。",
    "收到申请12件，比上年增加5件，增长71.4%。",
    "收到申请12件，其中通过信函提交8件，通过网络提交4件。",
    "收到申请12件，其中网上申请5件、当面申请7件。",
    "受理群众投诉举报36件，办结36件。",
    "办理12345热线工单412件，答复412件，答复率100%。",
    "办理人大建议、政协提案15件，均已答复。",
    "召开公开工作会议3次，组织培训2场，培训61人次。",
    "历年累计公开规范性文件30件。",
    "收到涉及土地征收的申请6件，其中予以公开2件，部分公开4件。",
    "申请人以自然人为主，共8件。",
    "收到申请12件，其中涉及土地补偿5件、宅基地审批4件、其他3件。",
    "2024年收到政府信息公开申请7件，办结7件，结转1件。",
    "2024年，我镇收到政府信息公开申请7件；2025年收到政府信息公开申请12件。",
    "在行政执法领域，作出行政处罚决定120件。",
    "公开行政处罚信息30条，行政许可信息88条。",
    "行政许可事项15项全部纳入目录。",
    "全年制发公文28件，其中主动公开20件、依申请公开5件、不予公开3件。",
    "认定公文属性：主动公开20件、依申请公开5件、不予公开3件。",
    "清理行政规范性文件30件，其中修改2件。",
    "印发政务公开文件15件。",
    "全年收到政府信息公开申请10余件。",
    "依申请公开方面，设专人接待，收到群众意见18件。",
    "依申请公开文件5件，收到来文60件。",
    "收到政府信息公开申请约20件。",
    "有1件申请人因此申请了行政复议。",
    "经行政复议维持3件。",
    "因政府信息公开被申请行政复议1件、行政诉讼0件，其中维持2件。",
    "复议机关维持原答复。",
    "各村收到村务公开申请32件，均由村委会答复。",
    "调解纠纷65件、行政复议3件。",
    "减免行政事业性收费12万元。",
    "上年结转资金300万元。",
    "全省系统共收到政府信息公开申请5000件，办结4800件。",
    "部分公开3件（其中保护第三方合法权益2件、不予公开1件）。",
    "申请办理时间平均缩短至8个工作日。",
    "建成公开专区1个，接待申请查阅46人次。",
    "自2020年以来，累计收到申请58件。",
    "不予公开的1件申请已书面说明理由。",
]

_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


@pytest.mark.parametrize("sentence, id", WRONG_NUMBERS)
def test_a_number_that_differs_from_the_table_is_reported_once(sentence: str, id: str) -> None:
    findings = findings_of("narrative", with_text(sentence, topic="overview.requests"))
    assert [finding.id for finding in findings] == [id]
    assert sentence in findings[0].message or sentence.translate(_HALF_WIDTH) in findings[0].message
    assert findings[0].severity == "query"
    assert set(findings[0].refs) <= set(load_form("2021").cells)


@pytest.mark.parametrize("sentence", [*RIGHT_NUMBERS, *NUMBERS_OF_OTHER_THINGS])
@pytest.mark.parametrize("topic", ["overview.requests", "overview.general", "matters.other"])
def test_equal_numbers_and_numbers_of_other_things_are_not_reported(sentence: str, topic: str) -> None:
    assert [finding.message for finding in findings_of("narrative", with_text(sentence, topic=topic))] == []


def test_a_repeated_mismatch_is_reported_once() -> None:
    report = with_text("全年收到政府信息公开申请15件。", "2025年共收到政府信息公开申请15件，均已答复。")
    assert [finding.id for finding in findings_of("narrative", report)] == ["narrative:requests.new.total"]


@pytest.mark.parametrize(
    "sentence", ["行政处罚、行政强制均为0。", "行政处罚和行政强制均为0件。", "未作出行政处罚、行政强制。"]
)
def test_a_denial_of_several_things_denies_each(sentence: str) -> None:
    refs = {finding.refs for finding in findings_of("narrative", with_text(sentence))}
    assert refs == {("disclosure.penalty.decisions",), ("disclosure.coercion.decisions",)}


def test_a_sentence_continues_the_subject_of_the_one_before() -> None:
    (finding,) = findings_of("narrative", with_text("全年收到申请12件。予以公开6件、部分公开3件。"))
    assert finding.refs == ("requests.granted.total",)


def test_the_message_names_the_cell_both_numbers_and_the_sentence() -> None:
    (finding,) = findings_of("narrative", with_text("全年共收到政府信息公开申请15件。"))
    assert "三、依申请公开“一、本年新收政府信息公开申请数量”行“总计”列是 12，文字写的是 15 件" in finding.message
    assert "“全年共收到政府信息公开申请15件。”" in finding.message
    assert (finding.expected, finding.actual) == (12, 15)


def test_an_all_zero_table_beside_numbers_is_reported_as_a_whole() -> None:
    zero = dict.fromkeys(load_form("2021").table("requests").cells, 0)
    sentence = "全年收到政府信息公开申请12件，办结12件，予以公开5件。"
    (finding,) = findings_of("narrative", with_text(sentence, figures=zero))
    assert finding.id == "narrative.zero:requests"
    assert "全部是 0，文字里却有 3 处" in finding.message


@pytest.mark.parametrize(
    "sentence, count",
    [
        ("收到政府信息公开申请12件，予以公开5件。", 1),
        ("全年新收申请7件，办结7件。", 1),
        ("收到公开申请三件，其中部分公开1件、不予公开1件。", 1),
        ("本年度未收到政府信息公开申请。", 0),
        ("收到政府信息公开申请0件，办结0件。", 0),
        ("办理12345热线工单412件，答复412件。", 0),
    ],
)
def test_only_numbers_of_requests_contradict_an_all_zero_table(sentence: str, count: int) -> None:
    zero = dict.fromkeys(load_form("2021").table("requests").cells, 0)
    assert len(findings_of("narrative.zero", with_text(sentence, figures=zero))) == count


def test_a_figure_that_is_blank_or_unread_is_not_compared() -> None:
    blank = with_text("全年共收到政府信息公开申请15件。", figures={"requests.new.total": None})
    assert findings_of("narrative", blank) == []


def test_a_county_may_call_itself_by_its_area_and_a_bureau_may_not() -> None:
    sentence = "2025年，我县收到政府信息公开申请15件。"
    county = Unit("安澜县人民政府", "", "county")
    bureau = Unit("安澜县水利局", "", "county_department")
    assert len(findings_of("narrative", with_text(sentence, unit=county))) == 1
    assert findings_of("narrative", with_text(sentence, unit=bureau)) == []


@pytest.mark.parametrize("name, level", [("安澜县人民政府", "county"), ("安澜县水利局", "county_department")])
def test_the_whole_area_is_the_scope_of_its_government_alone(name: str, level: str) -> None:
    found = findings_of("narrative", with_text("全县共收到政府信息公开申请15件。", unit=Unit(name, "", level)))
    assert len(found) == (level == "county")


@pytest.mark.parametrize("number, asked", [(12, 0), (15, 1)])
def test_the_phrase_of_the_law_means_everybody_who_asks(number: int, asked: int) -> None:
    sentence = f"收到公民、法人和其他组织政府信息公开申请{number}件。"
    refs = [finding.refs for finding in findings_of("narrative", with_text(sentence))]
    assert refs == [("requests.new.total",)] * asked


def test_every_request_closed_as_unpaid_needs_a_fee_notice() -> None:
    figures = {"requests.other_unpaid.natural": 1, "requests.other_unpaid.total": 1}
    (finding,) = findings_of("processing_fee", with_text("没有。", topic="matters.other", figures=figures))
    assert finding.rule == "processing_fee.unpaid"
    given = {**figures, "processing.fee.notices": 1}
    assert findings_of("processing_fee", with_text("没有。", topic="matters.other", figures=given)) == []
    assert findings_of("processing_fee", sample()) == []


def test_the_older_edition_has_its_own_columns() -> None:
    form = load_form("2019")
    figures = {**dict.fromkeys(form.cells, 0), "disclosure.normative.created": 2}
    report = with_text("制发规范性文件3件，废止1件。", year=2020, edition="2019", figures=figures)
    assert [finding.id for finding in findings_of("narrative", report)] == ["narrative:disclosure.normative.created"]


# ---------------------------------------------------------------- notations of numbers


def claimed(sentence: str) -> list[tuple[Decimal, str]]:
    claims = Claims(load_form("2021"), 2025, ("清溪镇",), area=False)
    return [(claim.value, claim.meanings[0][0][1]) for _, claim in claims.of([sentence], "overview.requests")]


@given(st.integers(0, 10**7), st.sampled_from(["{}", "{:,}", "words", " {} "]))
def test_a_number_is_read_in_any_notation(number: int, way: str) -> None:
    written = in_words(number) if way == "words" else way.format(number)
    assert claimed(f"2025年，清溪镇共收到政府信息公开申请{written}件，均已答复。") == [
        (Decimal(number), "requests.new.total")
    ]


@given(st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False))
def test_money_agrees_with_the_table_exactly_or_rounded(amount: Decimal) -> None:
    figures = {"disclosure.fees.amount": amount}
    for written in (f"{amount}万元", f"{amount:.2f}万元", f"{amount * 10000:.0f}元", f"{amount / 10000:.6f}亿元"):
        assert findings_of("narrative", with_text(f"行政事业性收费{written}。", figures=figures)) == []
    if amount > 1:
        assert len(findings_of("narrative", with_text(f"行政事业性收费{amount * 3:.4f}万元。", figures=figures))) == 1


@pytest.mark.parametrize(
    "amount, agrees",
    [("12.4", True), ("12", True), ("13", False), ("12.3", False), ("11", False)],
    ids=["exact", "rounded down", "rounded up too far", "another digit", "one less"],
)
def test_money_may_be_rounded_to_the_nearest_or_down(amount: str, agrees: bool) -> None:
    report = with_text(f"行政事业性收费{amount}万元。", figures={"disclosure.fees.amount": Decimal("12.4")})
    assert (findings_of("narrative", report) == []) == agrees


def test_money_rounded_down_or_up_agrees() -> None:
    for amount in ("12", "13", "12.6", "12.7"):
        report = with_text(f"行政事业性收费{amount}万元。", figures={"disclosure.fees.amount": Decimal("12.65")})
        assert findings_of("narrative", report) == []


@given(st.text("收到申请12件一二十百，、。（）予以公开政府信息无未不0余结转下年行政复议诉讼万元个", max_size=40))
def test_no_text_makes_the_reading_of_numbers_fail(text: str) -> None:
    assert all(value >= 0 for value, _ in claimed(text))


@pytest.mark.parametrize("edition", editions())
def test_every_term_names_cells_of_some_edition(edition: str) -> None:
    forms = [load_form(one) for one in editions()]
    rows = {row.key for form in forms for table in form.tables for block in table.blocks for row in block.rows}
    columns = {column.key for form in forms for t in form.tables for block in t.blocks for column in block.columns}
    for term in vocabulary().terms:
        assert set(term.rows) <= rows
        assert set(term.columns) <= columns
    for ref in (*WORDS.continuity.jump, WORDS.continuity.fee):
        assert any(ref in form.cells for form in forms)


@pytest.mark.parametrize(
    "pattern, words",
    [
        ("申请", {"申请"}),
        ("已?办[结毕]", {"办结", "办毕", "已办结", "已办毕"}),
        ("(?:上|去)年(?:度)?", {"上年", "去年", "上年度", "去年度"}),
        ("甲|乙(?:丙|丁)?", {"甲", "乙", "乙丙", "乙丁"}),
    ],
)
def test_a_pattern_is_expanded_into_its_words(pattern: str, words: set[str]) -> None:
    assert words_of(pattern) == words


@pytest.mark.parametrize("pattern", ["申请.*", "申+请", r"\d件", "申请)件", "申请(人)"])
def test_a_pattern_without_a_finite_list_of_words_is_refused(pattern: str) -> None:
    with pytest.raises(EditionError, match="finite list"):
        words_of(pattern)
