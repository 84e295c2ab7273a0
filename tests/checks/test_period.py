"""The period that the figures cover, the date of the report, and events of other years."""

from __future__ import annotations

import pytest
from sample_texts import findings_of, sample, with_text

WRONG = [
    ("preamble", "统计期限自2025年1月1日至2025年12月30日。", "period"),
    ("preamble", "本报告统计期限为2025年1月1日至11月30日。", "period"),
    ("preamble", "统计时间从2025年1月至11月。", "period"),
    ("preamble", "所列数据的起止时间为2025年2月1日到2025年12月31日。", "period"),
    ("matters.other", "清溪镇人民政府 2025年3月12日", "date"),
    ("matters.other", "2025年12月28日", "date"),
    ("matters.other", "2027年1月12日", "date"),
    ("overview.general", "2026年2月，我镇组织培训1场。", "event"),
    ("overview.general", "一是2026年3月组织开展政务公开日活动，发放资料300份。", "event"),
    ("overview.general", "2024年5月，我镇举办培训班1期，42人参加。", "event"),
    ("overview.general", "截至2026年12月31日，共有公众号1个。", "2026"),
    ("problems.general", "2022年，我镇公开工作存在以下问题：一是内容少。", "2022"),
]
RIGHT = [
    ("preamble", "统计时间从2025年1月至12月，即2025.1.1-2025.12.31。"),
    ("preamble", "统计期限自2025年01月01日起至2025年12月31日止。"),
    ("preamble", "统计期限为2025年4月1日（机构挂牌之日）至2025年12月31日。"),
    ("preamble", "统计期限为2025年1月1日－12月31日，报告于2026年1月5日至1月20日公示。"),
    ("matters.other", "清溪镇人民政府 2026年1月20日"),
    ("matters.other", "2025年12月31日"),
    ("matters.other", "公开目录印发于2024年3月，至今有效。"),
    ("overview.general", "2026年1月，县政务公开办通报2025年度考核结果，我镇为优秀。"),
    ("overview.general", "年度报告于2026年1月20日在县政府网站公布。"),
    ("overview.general", "2024年10月建成的镇政务公开专区组织开放日2次。"),
    ("overview.general", "2024年12月收到的1件申请于2025年1月答复。"),
    ("overview.general", "2024年收取处理费100元，2025年没有收取。"),
    ("overview.general", "2025年收到申请12件；2024年收到申请15件；同比下降20%。"),
    ("problems.general", "针对2024年存在的以下问题：更新慢，已整改。"),
    ("problems.general", "2026年3月，我镇将组织培训，改进更新慢的问题。"),
]


@pytest.mark.parametrize(("topic", "text", "instance"), WRONG)
def test_what_lies_outside_the_year_is_reported(topic: str, text: str, instance: str) -> None:
    before = sample().texts.get(topic, ())
    (finding,) = findings_of("wording.year", with_text(*before, text, topic=topic))
    assert finding.id.endswith(f":{instance}")
    assert text[:40] in finding.message


@pytest.mark.parametrize(("topic", "text"), RIGHT)
def test_what_lies_in_the_year_or_looks_back_is_not_reported(topic: str, text: str) -> None:
    before = sample().texts.get(topic, ())
    assert findings_of("wording.year", with_text(*before, text, topic=topic)) == []
