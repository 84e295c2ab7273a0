"""Labels with slips: read where letters and place agree, named where two readings are possible, never read wrong."""

from __future__ import annotations

import itertools

import label_slips
import pytest
from label_slips import Slip, every_slip, labels, lost, two_slips, unnamed, with_slip, wrong

from gouji.report.reading import Reading

EDITIONS = ("2021", "2019")


def slip_in(edition: str, was: str, now: str, count: int = 1) -> Reading:
    """Read the report with the first labels of one text changed."""
    places = [place for *place, text in labels(edition) if text == was][:count]
    assert len(places) == count
    return with_slip(edition, Slip(tuple((*place, now) for place in places)))  # type: ignore[misc]


def asked(reading: Reading) -> list[str]:
    return [finding.id for finding in reading.findings]


# ---------------------------------------------------------------- one slip does not lose a block


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("现行有效件数", "先行有效件数"),
        ("本年废止件数", "本年废止件"),
        ("本年废止件数", "本年度废止件数"),
        ("本年制发件数", "本年制作件数"),
        ("本年处理决定数量", "本年度处理决定数量"),
        ("本年处理决定数量", "处理决定数量"),
        ("本年收费金额（单位：万元）", "本年度收费金额（单位：万元）"),
        ("行政规范性文件", "行政规范文件"),
        ("行政强制", "行政强治"),
        ("规章", "规张"),
        ("其他结果", "其它结果"),
        ("尚未审结", "未审结"),
        ("结果纠正", "纠正"),
        ("结果维持", "维持"),
        ("行政复议", "行政覆义"),
        ("未经复议直接起诉", "未经复议直接诉讼"),
        ("（七）总计", "（七）合计"),
        ("（七）总计", "合计"),
        ("总计", "合计"),
        ("一、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数"),
        ("四、结转下年度继续办理", "四、结转下年继续办理"),
        ("3.其他", "3.其它"),
        ("5.属于三类内部事务信息", "5.属于三类内部事物信息"),
    ],
)
def test_a_label_with_a_slip_is_read_and_said(was: str, now: str) -> None:
    reading = slip_in("2021", was, now)
    assert not wrong("2021", reading)
    assert not lost("2021", reading)
    (finding,) = reading.findings
    assert finding.rule in ("published.label", "published.column")
    assert f"“{now}”认作格式里的“{was}”" in finding.message


@pytest.mark.parametrize(
    ("was", "now"), [("其他结果", "其它结果"), ("尚未审结", "未审结"), ("结果纠正", "纠正"), ("总计", "合计")]
)
def test_the_same_slip_in_all_three_parts_of_a_table_is_read_and_said_once(was: str, now: str) -> None:
    places = [place for *place, text in labels("2021") if text == was and place[0] == "disputes"]
    reading = with_slip("2021", Slip(tuple((*place, now) for place in places)))  # type: ignore[misc]
    assert len(places) == 3
    assert not lost("2021", reading)
    assert not wrong("2021", reading)
    assert asked(reading) == [f"published.column:{now}"]


@pytest.mark.parametrize(
    ("was", "now"), [("行政許可", "行政许可"), ("總計", "总计"), ("（一）予以公開", "（一）予以公开")]
)
def test_labels_in_traditional_characters_are_labels(was: str, now: str) -> None:
    reading = slip_in("2021", now, was)
    assert not lost("2021", reading)
    assert reading.findings == ()


def test_two_slips_in_one_table_are_both_read() -> None:
    places = {text: place for *place, text in labels("2021")}
    made = {"结果维持": "维持", "（七）总计": "（七）合计", "2.重复申请": "2.反复申请", "自然人": "自燃人"}
    reading = with_slip("2021", Slip(tuple((*places[was], now) for was, now in made.items())))  # type: ignore[misc]
    assert not lost("2021", reading)
    assert not wrong("2021", reading)
    assert len(reading.findings) == len(made)


# ---------------------------------------------------------------- where two readings are possible


@pytest.mark.parametrize(
    ("one", "other"),
    [("结果维持", "结果纠正"), ("商业企业", "社会公益组织"), ("本年制发件数", "本年废止件数"), ("自然人", "商业企业")],
)
def test_a_label_that_stands_twice_is_named_and_neither_is_read(one: str, other: str) -> None:
    reading = slip_in("2021", one, other)
    (finding,) = reading.findings
    assert (finding.rule, finding.severity) == ("published.either", "error")
    assert one in finding.message
    assert other in finding.message
    assert lost("2021", reading) == {ref for ref in finding.refs if ref in lost("2021", reading)}
    assert not wrong("2021", reading)
    assert not wrong("2021", with_slip("2021", slip_of(one, other), blanks=True), blanks=True)


def slip_of(was: str, now: str) -> Slip:
    return Slip(((*next(place for *place, text in labels("2021") if text == was), now),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("本年处理决定数量", "上年处理决定数量"),
        ("本年处理决定数量", "累计处理决定数量"),
        ("本年收费金额（单位：万元）", "本年收费金额（单位：元）"),
        ("尚未审结", "已审结"),
        ("总计", "备注"),
        ("结果纠正", "结果驳回"),
        ("（七）总计", "小计"),
        ("行政强制", "行政征收"),
    ],
)
def test_a_label_that_means_something_else_is_no_slip(was: str, now: str) -> None:
    reading = slip_in("2021", was, now)
    assert lost("2021", reading)
    assert not unnamed("2021", reading)
    assert not wrong("2021", reading)


# ---------------------------------------------------------------- every slip


def test_a_row_out_of_its_place_beside_its_slip_in_place_is_not_read() -> None:
    """The label that stands out of order is as likely the slip as the one that has a letter too many."""
    places = {text: place for *place, text in labels("2021")}
    label, other = "5.要求行政机关确认或重新出具已获取信息", "2.其他法律行政法规禁止公开"
    reading = with_slip("2021", Slip(((*places[label], label + "息"), (*places[other], label))))  # type: ignore[arg-type]
    assert not wrong("2021", reading)
    assert {ref.split(".")[1] for ref in lost("2021", reading)} == {"declined_reissue", "refused_other_law"}
    assert not unnamed("2021", reading)


def test_a_row_out_of_its_place_beside_a_strange_one_in_its_place_is_not_read() -> None:
    places = {text: place for *place, text in labels("2021")}
    label, other = "3.要求提供公开出版物", "7.属于行政执法案卷"
    reading = with_slip("2021", Slip(((*places[label], "采购"), (*places[other], label))))  # type: ignore[arg-type]
    assert not wrong("2021", reading)
    assert {ref.split(".")[1] for ref in lost("2021", reading)} == {"declined_publication", "refused_enforcement"}


def test_rows_in_another_order_are_read() -> None:
    places = {text: place for *place, text in labels("2021")}
    one, other = "3.要求提供公开出版物", "2.重复申请"
    reading = with_slip("2021", Slip(((*places[one], other), (*places[other], one))))  # type: ignore[arg-type]
    assert not lost("2021", reading)
    assert reading.findings == ()


def judged(edition: str, slips: list[Slip]) -> None:
    for slip, blanks in itertools.product(slips, (False, True)):
        reading = with_slip(edition, slip, blanks)
        assert not wrong(edition, reading, blanks), slip
        if reading.report.edition != edition:
            assert "published.edition" in asked(reading), slip
        else:
            assert not unnamed(edition, reading), slip


@pytest.mark.parametrize("edition", EDITIONS)
def test_some_slips_never_give_a_wrong_number(edition: str) -> None:
    judged(edition, every_slip(edition)[::211])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_slip_in_one_label_gives_a_wrong_number(edition: str, part: int) -> None:
    """Every label without each letter, with another one, with one more, and with the text of every other label."""
    judged(edition, every_slip(edition)[part::8])


def test_two_rows_that_bear_the_labels_of_others_are_not_read() -> None:
    """The total's label stands higher up, and another row's label, now there twice, in its place."""
    judged("2019", [Slip((("requests", 11, 0, "（七）总计"), ("requests", 24, 0, "1.信访举报投诉类申请")))])


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_two_slips_in_one_table_give_a_wrong_number(edition: str) -> None:
    judged(edition, two_slips(edition, 1000, seed=3))


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_nearly_every_single_letter_is_forgiven(edition: str) -> None:
    """What is left are words that would mean something else: 元 for 万元, 上年 without 上."""
    slips = [slip for slip in every_slip(edition) if label_slips.is_one_letter(slip, edition)]
    missed = [slip for slip in slips[::5] if lost(edition, with_slip(edition, slip))]
    assert len(missed) < 0.02 * len(slips[::5]), missed
