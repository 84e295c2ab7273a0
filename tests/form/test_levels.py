"""The levels of administrative bodies."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gouji
from gouji.form.levels import LEVELS, highest, level_named, level_of

SOURCE = Path(gouji.__file__).parent


def test_only_the_levels_module_and_the_editions_name_a_level() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name == "levels.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in LEVELS, f"{path}:{node.lineno}"
                assert not node.value.endswith("_department"), f"{path}:{node.lineno}"
    words = "".join((SOURCE / "checks" / name).read_text("utf-8") for name in ("words.toml", "vocabulary.toml"))
    assert not [key for key in LEVELS if f'"{key}"' in words or f"\n{key} =" in words]


@pytest.mark.parametrize(
    "units, government",
    [
        (["township"], "county"),
        (["township", "county_department"], "county"),
        (["county", "township"], "county"),
        (["city_department", "county"], "city"),
        (["province", "city"], "province"),
        (["ministry", "province"], "ministry"),
    ],
)
def test_the_totals_have_the_level_of_the_government_of_their_highest_units(units: list[str], government: str) -> None:
    assert highest(units).summed_as == government


def test_no_level_is_added_up_into_a_lower_level() -> None:
    order = list(LEVELS)
    for level in LEVELS.values():
        assert order.index(level.summed_as) >= order.index(level.key)


@pytest.mark.parametrize(
    "name, key",
    [
        ("安澜县清溪镇人民政府", "township"),
        ("安澜县城关街道办事处", "township"),
        ("安澜县人民政府办公室", "county"),
        ("清江省人民政府办公厅", "province"),
        ("安澜县清溪镇", "township"),
        ("安澜县", "county"),
        ("北原市安和区人民政府", "county"),
        ("安和区", "county"),
        ("北原市平阳市人民政府", "county"),
        ("平阳市人民政府", "city"),
        ("平阳市", "city"),
        ("清江省北原市", "city"),
        ("清江自治州人民政府", "city"),
        ("清江省", "province"),
        ("清江族自治区人民政府", "province"),
        ("上海市人民政府", "province"),
        ("安澜县教育局", "county_department"),
        ("北原市安和区教育局", "county_department"),
        ("北原市教育局", ""),
        ("北原市高新区管理委员会", ""),
        ("北原市社区矫正局", ""),
        ("城镇建设局", ""),
        ("北原自治区教育厅", ""),
    ],
)
def test_a_name_gives_the_level_only_if_it_says_it(name: str, key: str) -> None:
    assert level_named(name) == key


def test_nothing_is_certain_about_a_unit_without_a_level() -> None:
    unknown = level_of("")
    assert not unknown.government
    assert not unknown.governs_area
    assert not unknown.of_a_county
    assert unknown.name == ""
