"""What a higher office demands to be written in a section: a figure, or one of several words."""

from __future__ import annotations

import pytest
from clean_report import clean, report

from gouji.checks import check
from gouji.checks.settings import MustState, RuleSettings
from gouji.findings.explanations import says_something
from gouji.findings.finding import Finding
from gouji.runtime.errors import GoujiError

SOURCE = "清江市政务公开办公室〔2025〕3号"
REQUESTS = MustState(section="overview", figure="requests.new.total", source=SOURCE)
CORNERS = MustState(section="overview", words=("公开专区", "查阅点"), source=SOURCE)


def asked(*sentences: str, demand: MustState = REQUESTS, level: str = "township", **texts: list[str]) -> list[Finding]:
    """Return the findings of the rule on a report with 6 new requests and no licences."""
    document = clean(year=2025) | {"texts": {"problems.general": ["问题和改进。"], **texts}}
    if sentences:
        document["texts"]["overview.general"] = list(sentences)
    document["unit"]["level"] = level
    found = check(report(document), settings=RuleSettings(must_state=(demand, demand)))
    return [finding for finding in found if finding.rule == "content.must_state"]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("全年收到政府信息公开申请6件。", id="the figure"),
        pytest.param("全年收到政府信息公开申请7件。", id="a wrong figure, which another rule asks about"),
        pytest.param("群众递交的材料中有6份属于公开申请。", id="the same number in words that are not understood"),
    ],
)
def test_a_figure_that_is_stated_is_not_asked_about(sentence: str) -> None:
    assert asked(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("全年主动公开信息214条。", id="another number"),
        pytest.param("全年主动公开信息6条，开展培训6场。", id="the same number of posts and meetings"),
        pytest.param("6.完善制度，更新目录。", id="the number of an item"),
        pytest.param("办结上年的申请，6月修订了指南。", id="a month"),
        pytest.param("收到政府信息公开申请，均按期答复。", id="no number"),
        pytest.param("因政府信息公开引起行政复议6件。", id="the same number of something else"),
        pytest.param("作出行政处罚决定6件，均已公示。", id="the same number beside none of its words"),
        pytest.param("全年受理公开申请，均按期答复，办件最长6天，群众点赞6次。", id="its words are further away"),
    ],
)
def test_a_figure_that_is_not_stated_is_asked_about_once(sentence: str) -> None:
    (finding,) = asked(sentence)
    assert finding.severity == "query"
    assert finding.id == "content.must_state:overview:requests.new.total"
    assert finding.message == (
        "“一、总体情况”没有写到三、依申请公开“一、本年新收政府信息公开申请数量”行“总计”列的数（6）。"
        f"{SOURCE}要求写明，没有的也要写明。请补写；不用写的，请说明。"
    )
    assert finding.clause == SOURCE
    assert says_something("市里同意我镇不写这个数", finding)


def test_a_figure_of_zero_has_to_be_stated_too() -> None:
    licences = MustState(section="overview", figure="disclosure.licensing.decisions", source=SOURCE)
    assert asked("全年没有办理行政许可。", demand=licences) == []
    assert len(asked("全年公开信息214条。", demand=licences)) == 1


@pytest.mark.parametrize(("sentence", "count"), [("全年作出许可决定3件。", 0), ("行政处罚3件。", 1)])
def test_another_row_of_the_same_table_is_not_meant(sentence: str, count: int) -> None:
    document = clean(year=2025) | {"texts": {"overview.general": [sentence], "problems.general": ["问题和改进。"]}}
    document["figures"] |= {"disclosure.licensing.decisions": 3, "disclosure.penalty.decisions": 3}
    licences = MustState(section="overview", figure="disclosure.licensing.decisions", source=SOURCE)
    found = check(report(document), settings=RuleSettings(must_state=(licences,)))
    assert sum(finding.rule == "content.must_state" for finding in found) == count


def test_one_of_the_words_is_enough_and_may_stand_in_a_heading() -> None:
    assert asked("设立 查阅 点3个。", demand=CORNERS) == []
    (finding,) = asked("全年公开信息214条。", demand=CORNERS)
    assert "没有写到“公开专区”或者“查阅点”。" in finding.message
    platform = MustState(section="overview", words=("平台建设",), source=SOURCE)
    assert asked(demand=platform, **{"overview.platform": ["维护门户网站。"]}) == []


def test_words_before_the_heading_do_not_stand_in_the_section() -> None:
    assert len(asked("全年公开信息214条。", demand=CORNERS, preamble=["请到查阅点查阅。"])) == 1


def test_only_units_of_the_named_levels_are_asked() -> None:
    for_departments = MustState(section="overview", words=("公开专区",), levels=("county_department",), source=SOURCE)
    assert asked("全年公开信息214条。", demand=for_departments) == []
    assert len(asked("全年公开信息214条。", demand=for_departments, level="county_department")) == 1


def test_a_section_that_is_not_written_at_all_is_reported_as_such_only() -> None:
    assert asked(demand=CORNERS) == []


def test_a_demand_for_nothing_or_for_two_things_is_refused() -> None:
    for figure, words in (("", ()), ("requests.new.total", ("申请",))):
        with pytest.raises(GoujiError, match="只写其中一项"):
            MustState(section="overview", figure=figure, words=words, source=SOURCE)
