"""A list of units as an inspector has it, and the names by which reports and files mean its units."""

from __future__ import annotations

from pathlib import Path

import pytest

from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.inspection.units import ListedUnit, Units, read_units, units_of_titles
from gouji.runtime.errors import GoujiError

LISTED = Units(
    ListedUnit(name)
    for name in (
        "安澜县清溪镇人民政府",
        "安澜县东关街道办事处",
        "安澜县教育局",
        "安澜县人民政府",
        "安澜县人民政府办公室",
        "东山县双河镇人民政府",
        "西山县双河镇人民政府",
        "城市管理局",
    )
)


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("安澜县清溪镇人民政府", ["安澜县清溪镇人民政府"]),
        ("平原省安澜县清溪镇", ["安澜县清溪镇人民政府"]),
        ("清溪镇人民政府", ["安澜县清溪镇人民政府"]),
        ("清溪镇人民政府办公室", ["安澜县清溪镇人民政府"]),
        ("东关街道", ["安澜县东关街道办事处"]),
        ("平原省安澜县教育局", ["安澜县教育局"]),
        ("安澜县人民政府", ["安澜县人民政府"]),
        ("安澜县人民政府办公室", ["安澜县人民政府办公室"]),
        ("东山县双河镇", ["东山县双河镇人民政府"]),
        ("双河镇人民政府", ["东山县双河镇人民政府", "西山县双河镇人民政府"]),
        ("丙县清溪镇人民政府", []),
        ("丙县教育局", []),
        ("安澜县管理局", []),
        ("安澜县卫生健康委员会", []),
    ],
)
def test_a_title_means_the_unit_whose_name_differs_only_in_areas_and_seat(title: str, meant: list[str]) -> None:
    assert [unit.name for unit in LISTED.named(title)] == meant


@pytest.mark.parametrize(
    ("hints", "meant"),
    [
        (("清溪镇2025", "年报"), ["安澜县清溪镇人民政府"]),
        (("2025年报", "东关街道办事处"), ["安澜县东关街道办事处"]),
        (("双河镇", "西山县"), ["西山县双河镇人民政府"]),
        (("双河镇", "2025年报"), ["东山县双河镇人民政府", "西山县双河镇人民政府"]),
        (("双河镇", "西山县双河镇"), ["西山县双河镇人民政府"]),
        (("年报",), []),
    ],
)
def test_files_and_folders_mention_units(hints: tuple[str, ...], meant: list[str]) -> None:
    assert [unit.name for unit in LISTED.mentioned_in(hints)] == meant


def test_without_a_list_one_unit_has_one_name_over_the_years() -> None:
    titles = ["安澜县清溪镇人民政府", "清溪镇人民政府", "清溪镇", "安澜县教育局", "丙县教育局"]
    assert [unit.name for unit in units_of_titles(titles)] == ["丙县教育局", "安澜县教育局", "安澜县清溪镇人民政府"]


def _list(path: Path, title: str, names: list[str]) -> Path:
    fields = (Field("序号", 6, number=True), Field(title, 30), Field("级别", 10))
    rows = [(number, name, "乡镇") for number, name in enumerate(names, 1)]
    path.write_bytes(listing_bytes([Listing("名单", fields, rows, above=("应当公布的单位",))]))
    return path


@pytest.mark.parametrize("title", ["单位全称", "单位名称", "单位", "名称"])
def test_a_column_of_names_is_a_list(tmp_path: Path, title: str) -> None:
    found = read_units(_list(tmp_path / "名单.xlsx", title, ["安澜县清溪镇 人民政府", "安澜县柳塘镇人民政府"]))
    assert [(unit.name, unit.level) for unit in found.units] == [
        ("安澜县清溪镇人民政府", "township"),
        ("安澜县柳塘镇人民政府", "township"),
    ]


def test_a_row_that_cannot_be_taken_is_one_sentence_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = _list(
        tmp_path / "名单.xlsx", "单位名称", ["安澜县清溪镇人民政府", "", "安澜县清溪镇人民政府", "安澜县教育局"]
    )
    found = read_units(path)
    assert [unit.name for unit in found.units] == ["安澜县清溪镇人民政府", "安澜县教育局"]
    town = "安澜县清溪镇人民政府"
    assert found.problems == (
        "单位名单“名单.xlsx”第 4 行没有写单位名称，没有采用。请补上，或者删去这一行。",
        f"单位名单“名单.xlsx”第 5 行的“{town}”与第 3 行的“{town}”是一个单位，只算一个。请删去一行。",
    )


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("洪泽区水利局", "淮安市洪泽区水利局", True),
        ("安澜县清溪镇", "平原省安澜县清溪镇人民政府", True),
        ("东关街道", "安澜县东关街道办事处", True),
        ("南京市鼓楼区水利局", "徐州市鼓楼区水利局", False),
        ("安澜县人民政府", "安澜县人民政府办公室", False),
        ("水利局", "洪泽区水利局", False),
    ],
)
def test_two_spellings_of_one_unit_are_one_and_said_once(tmp_path: Path, first: str, second: str, is_one: bool) -> None:
    found = read_units(_list(tmp_path / "名单.xlsx", "单位名称", [first, second]))
    assert len(found.units) == 2 - is_one
    assert [f"的“{second}”与第 3 行的“{first}”是一个单位" in problem for problem in found.problems] == [True] * is_one
    assert Units(found.units).named(second)[0].name == (first if is_one else second)
    assert {one.name for one in Units(found.units).mentioned_in((second,))} == {first if is_one else second}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "清溪镇,柳塘镇".encode()])
def test_what_is_no_workbook_is_no_list(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "名单.xlsx").write_bytes(content)
    with pytest.raises(GoujiError, match=r"单位名单“名单\.xlsx”不是能读取的 Excel 工作簿"):
        read_units(tmp_path / "名单.xlsx")


def test_a_list_without_names_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match="里找不到写单位的那一列。请把这一列的表头写成 “单位全称”、"):
        read_units(_list(tmp_path / "名单.xlsx", "部门", ["教育局"]))
    with pytest.raises(GoujiError, match="里没有单位。请在“单位名称”这一列的表头下面，一行写一个单位。"):
        read_units(_list(tmp_path / "空.xlsx", "单位名称", []))


def test_an_unknown_level_is_said_with_the_known_ones(tmp_path: Path) -> None:
    fields = (Field("单位名称", 30), Field("级别", 10))
    rows = [("安澜县清溪镇人民政府", "镇街"), ("安澜县教育局", "县级部门")]
    (tmp_path / "名单.xlsx").write_bytes(listing_bytes([Listing("名单", fields, rows)]))
    found = read_units(tmp_path / "名单.xlsx")
    assert [unit.level for unit in found.units] == ["township", "county_department"]
    (problem,) = found.problems
    assert "第 2 行的级别“镇街”不认识，级别按单位的名称判断。请写 乡镇、县级部门、" in problem
