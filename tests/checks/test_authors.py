"""Who is named as the author: another unit, a wrong name of this one, or this one by any of its names."""

from __future__ import annotations

import pytest
from sample_texts import findings_of, with_text

from gouji.report.model import Report, Unit

TOWN = Unit("沧原县松岭镇人民政府", "", "township")
STREET = Unit("沧原县河埠街道办事处", "", "township")
FORESTS = Unit("沧原县林业局", "", "county_department")
CULTURE = Unit("沧原县文化广电和旅游局", "", "county_department")
BRANCH = Unit("临岱市生态环境局芦川分局", "", "county_department")
COUNTY = Unit("沧原县人民政府", "", "county")
WATER = Unit("淮安市洪泽区水利局", "", "county_department")
DISTRICT = Unit("洪泽区人民政府", "", "county")

WRONG_AUTHORS = [
    (TOWN, "preamble", "本报告由沧原县松岭乡人民政府编制。", "沧原县松岭乡人民政府"),
    (TOWN, "preamble", "现公布松林镇人民政府2025年政府信息公开工作年度报告。", "松林镇人民政府"),
    (TOWN, "overview.general", "2025年，松岭乡坚持以公开为常态。", "松岭乡"),
    (TOWN, "overview.general", "松岭街道全年公开信息12条。", "松岭街道"),
    (TOWN, "matters.other", "沧原县桐坪镇人民政府 2026年1月20日", "沧原县桐坪镇人民政府"),
    (FORESTS, "matters.other", "沧原县水利局", "沧原县水利局"),
    (TOWN, "matters.other", "未收取信息处理费。（栖河县桐坪镇人民政府，2026年1月20日）", "栖河县桐坪镇人民政府"),
    (TOWN, "matters.other", "未收取信息处理费。松领镇人民政府 2026年1月16日", "松领镇人民政府"),
    (TOWN, "overview.general", "收到申请12件，桐坪镇人民政府未因此被提起诉讼。", "桐坪镇人民政府"),
    (STREET, "overview.general", "沧原县柳荫街道办事处2025年公开信息117条。", "柳荫街道办事处"),
    (FORESTS, "preamble", "本报告由栖河县林业局编制。", "栖河县林业局"),
    (CULTURE, "preamble", "请与沧原县文化广电新闻出版局办公室联系。", "沧原县文化广电新闻出版局"),
    (CULTURE, "preamble", "本报告由沧原县旅游局编制。", "沧原县旅游局"),
    (CULTURE, "overview.general", "2025年，沧原县教育局坚持以公开为常态。", "沧原县教育局"),
    (BRANCH, "overview.general", "芦川县水务局局长办公会研究公开工作2次。", "芦川县水务局"),
    (COUNTY, "matters.other", "栖河县人民政府 2026年2月1日", "栖河县人民政府"),
]
OWN_NAMES = [
    (WATER, "preamble", "本报告由洪泽区水利局编制，请与江苏省淮安市洪泽区水利局办公室联系。"),
    (DISTRICT, "preamble", "现公布淮安市洪泽区人民政府2025年政府信息公开工作年度报告。"),
    (TOWN, "matters.other", "沧原县松岭镇党政综合办公室 2026年1月20日"),
    (TOWN, "overview.general", "松岭乡村振兴信息已公开，松岭镇由松岭乡撤乡设镇而来。松岭乡中心小学公开信息。"),
    (STREET, "matters.other", "河埠街道办事处"),
    (TOWN, "overview.general", "松岭镇主动公开信息12条，各村镇坚持每月更新，县政府办公室到桐坪镇坚持调研。"),
    (TOWN, "matters.other", "未收取信息处理费。沧原县松岭镇人民政府 2026年1月16日"),
    (CULTURE, "preamble", "本报告由县文旅局编制，请与沧原县文广旅局联系。"),
    (FORESTS, "preamble", "本报告由我局办公室编制并公布。"),
    (FORESTS, "overview.general", "配合沧原县人民政府办公室调整目录，参加沧原县水利局组织的培训。"),
    (BRANCH, "matters.other", "临岱市芦川生态环境分局"),
    (COUNTY, "overview.general", "2025年，沧原县教育局公开信息12条，栖河县水务局党组来访。"),
    (COUNTY, "matters.other", "沧原县人民政府办公室 2026年2月1日"),
]


def report_of(unit: Unit, topic: str, text: str) -> Report:
    before = [f"没有改进的事项有{count}项。" for count in range(4)]
    texts = {"problems.general": before} if topic == "matters.other" else {}
    return with_text(text, topic=topic, unit=unit, texts=texts)


def test_the_city_above_a_district_is_not_another_author() -> None:
    text = "现公布淮安市洪泽区人民政府2025年政府信息公开工作年度报告。"
    assert findings_of("wording.neighbour", with_text(text, unit=DISTRICT), others=["淮安市人民政府"]) == []


@pytest.mark.parametrize(("unit", "topic", "text", "name"), WRONG_AUTHORS)
def test_a_name_that_is_not_the_units_is_reported_as_its_author(unit: Unit, topic: str, text: str, name: str) -> None:
    (finding,) = findings_of("wording.neighbour", report_of(unit, topic, text))
    assert (finding.actual, finding.expected) == (name, unit.name)


@pytest.mark.parametrize(("unit", "topic", "text"), OWN_NAMES)
def test_any_name_of_the_unit_and_what_others_do_are_not_reported(unit: Unit, topic: str, text: str) -> None:
    assert findings_of("wording.neighbour", report_of(unit, topic, text)) == []
