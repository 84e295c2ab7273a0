"""The settings of an inspector: Chinese keys in a TOML file, written in Notepad."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gouji.findings.finding import found
from gouji.inspection.settings import InspectionSettings, read_settings
from gouji.runtime.errors import GoujiError

LATE = found("published.late", expected="", actual="", which="", days=1)
LONG = found("published.title", title="", usual="")


def settings_from(folder: Path, text: str, encoding: str = "utf-8") -> InspectionSettings:
    (folder / "设置.toml").write_bytes(text.encode(encoding))
    return read_settings(folder / "设置.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-8-sig"])
def test_keys_need_no_quotes_in_any_encoding_of_notepad(tmp_path: Path, encoding: str) -> None:
    text = (
        "年度 = 2025\n发布截止日期 = 2026-02-10\n[扣分]\npublished.late = -0.5\n必须改正 = 1\n"
        "[程度]\nwording.long = '关闭'\n"
    )
    settings = settings_from(tmp_path, text, encoding)
    assert (settings.year, settings.due) == (2025, datetime.date(2026, 2, 10))
    assert settings.points_of(LATE) == Decimal("-0.5")
    assert settings.rules.severities == {"wording.long": "off"}


def test_the_rule_decides_before_its_heading_and_that_before_the_severity(tmp_path: Path) -> None:
    text = "[扣分]\n请核实并说明 = -0.1\n公布的报告 = -0.2\n公布的日期晚于截止日期 = -0.3\n"
    settings = settings_from(tmp_path, text)
    assert settings.points_of(LATE) == Decimal("-0.3")
    assert settings.points_of(LONG) == Decimal("-0.2")
    assert settings.points_of(found("unit.blank")) is None


def test_without_points_nothing_costs_anything(tmp_path: Path) -> None:
    assert settings_from(tmp_path, "").points_of(LATE) is None


def test_all_mistakes_are_told_in_one_run_each_on_its_line(tmp_path: Path) -> None:
    text = (
        "截止日期 = 2026-01-31\n年度 = '25'\n[扣分]\npublished.lat = -1\npublished.late = '半分'\n"
        "[程度]\nrequests.balance = '提示'\nwording.longg = '提示'\nwording.long = '低'\n[界限]\n雷同 = 3\n"
    )
    with pytest.raises(GoujiError) as error:
        settings_from(tmp_path, text)
    lines = str(error.value).splitlines()
    named = (
        "“截止日期”",
        "年度",
        "published.lat",
        "published.late",
        "requests.balance",
        "wording.longg",
        "wording.long",
        "雷同",
    )
    assert len(lines) == len(named)
    assert all(line.startswith("“设置.toml”") and name in line for line, name in zip(lines, named, strict=True))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("截止日期 = 2026-01-31", "“设置.toml”里没有“截止日期”这一项，是不是“发布截止日期”？"),
        ("年度 = '2025'", "年度 应当是四位数的年份"),
        ("发布截止日期 = '明天'", "发布截止日期 应当是日期"),
        ("[扣分]\npublished.lat = -1", "没有“published.lat”这条规则，是不是“published.late”？"),
        ("[扣分]\npublished.late = '半分'", "“published.late”应当是扣的分数"),
        ("扣分 = -1", "扣分 要写成单独一行 [扣分]"),
        ("[程度]\nwording.long = '低'", "只能写 必须改正、请核实并说明、提示、关闭"),
        ("[程度]\nrequests.balance = '提示'", "是必须改正的，不能改为提示或者关闭"),
        ("年度 2025", "“设置.toml”第 1 行写得不对"),
    ],
)
def test_what_is_written_wrong_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(GoujiError) as error:
        settings_from(tmp_path, text)
    assert sentence in str(error.value)
