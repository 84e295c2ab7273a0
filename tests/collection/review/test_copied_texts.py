"""Copied texts among the units of a collection."""

from __future__ import annotations

import json

import msgspec
from county import TOWNS, County

_OWN = (
    "全年梳理惠民补贴发放底册四十二本，逐户核对以后在村务公开栏张贴，群众反映的十一处差错当月改正。",
    "把便民服务大厅的叫号机改成双屏显示，老年窗口安排专人代填申请，平均等候缩短了六分钟。",
    "对三个行政村的公开栏重新选址，移到集市和卫生室旁边，张贴的内容由驻村干部每周拍照留存。",
)
_OTHERS = (
    "组织业务骨干到园区企业走访，收集政策诉求二十七条，编成问答手册发到每一家规模以上企业。",
    "档案室把历年的批复件扫描编目，查询时间由半天降到十分钟，查阅登记全部留痕。",
    "与司法所共用一名法律顾问，答复书发出以前逐件审签，全年没有被纠正的案件。",
)


def test_units_with_a_copied_text_are_shown_with_the_sentences(county: County) -> None:
    for town, texts in zip(TOWNS[:3], (_OWN, _OTHERS, _OWN), strict=True):
        report = county.filled(town)
        written = {**report.texts, "overview.general": texts}
        county.sent(town, msgspec.structs.replace(report, texts=written))
    county.run("collect")
    pairs = json.loads(county.run("alike", "--json"))["pairs"]
    found = [pair for pair in pairs if pair["section"] == "overview" and pair["share"] > 60]
    assert [{pair["one"], pair["other"]} for pair in found] == [{TOWNS[0].name, TOWNS[2].name}]
    output = county.run("alike")
    assert "惠民补贴发放底册" in output


def test_a_collection_without_submissions_has_no_copied_texts(county: County) -> None:
    assert county.run("alike") == "没有雷同的文字。\n"
