"""What the lists of offices call the levels of their units."""

from __future__ import annotations

import pytest

from gouji.form.level_words import Meaning, area_of, level_meant

TOWN, DEPARTMENT, COUNTY = "township", "county_department", "county"


@pytest.mark.parametrize(
    ("words", "key", "certain"),
    [
        *((words, TOWN, True) for words in ("乡镇", "街道办", "一、乡镇（街道）（12个）", "各镇街", "乡镇政府")),
        *((words, DEPARTMENT, True) for words in ("县直部门", "二、县直单位：", "县政府工作部门", "县直各部门")),
        *((words, DEPARTMENT, False) for words in ("园区", "垂管单位", "部门", "中省直单位", "市直部门", "党群部门")),
        *((words, "", False) for words in ("国有企业", "国有企业?", "无", "其他单位", "学校")),
        ("县（市、区）", COUNTY, True),
    ],
)
def test_usual_words_in_the_list_of_a_county(words: str, key: str, certain: bool) -> None:
    assert level_meant(words, COUNTY) == Meaning(key, certain)


@pytest.mark.parametrize("words", ["清溪镇", "安澜县教育局", "经济开发区管委会", "单位名称", "联系人", "正科级", ""])
def test_other_words_say_nothing_about_levels(words: str) -> None:
    assert level_meant(words, COUNTY) is None


def test_the_departments_of_a_city_are_those_of_a_county_where_the_city_has_its_rank() -> None:
    assert level_meant("市直部门", "city") == Meaning("city_department", certain=True)
    assert area_of("平阳市人民政府办公室", [TOWN, TOWN]) == COUNTY
    assert area_of("平阳市人民政府办公室", [COUNTY, COUNTY]) == "city"
    assert area_of("", [TOWN, COUNTY]) == COUNTY, "the county's own government"
    assert area_of("", []) == ""
