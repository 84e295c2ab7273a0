"""The lists of what a city demands to be written, as an officer writes them into 设置.toml."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from county import TOWNS, County

from gouji.checks.settings import MustState
from gouji.collection.workspace.demands import NO_DEMANDS
from gouji.collection.workspace.settings import Settings, read_settings, settings_text
from gouji.runtime.errors import GoujiError

HEAD = 'office = "安澜县人民政府办公室"\nyear = 2025\ndeadline = 2026-01-10\n'
DEMANDS = """
[[must_state]]
section = "一"
figure = "requests.new.total"
source = "清江市政务公开办公室〔2025〕3号"

[[must_state]]
section = "六"
figure = '“行政许可”行“本年处理决定数量”列'
words = []
levels = "乡镇"
source = "通知"

[[must_state]]
section = "总体情况"
words = ["公开专区", "查阅点"]
levels = ["街道", "county_department"]
source = "通知"
"""


def settings_of(folder: Path, text: str) -> Settings:
    path = folder / "设置.toml"
    path.write_text(HEAD + text, "utf-8")
    return read_settings(path)


def test_sections_cells_and_levels_are_written_as_people_name_them(tmp_path: Path) -> None:
    notice = "清江市政务公开办公室〔2025〕3号"
    assert settings_of(tmp_path, DEMANDS).rules.must_state == (
        MustState("overview", notice, figure="requests.new.total"),
        MustState("matters", "通知", figure="disclosure.licensing.decisions", levels=("township",)),
        MustState("overview", "通知", words=("公开专区", "查阅点"), levels=("township", "county_department")),
    )


def test_the_demands_are_kept_for_the_next_year(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, DEMANDS)
    (tmp_path / "设置.toml").write_text(settings_text(settings), "utf-8")
    assert read_settings(tmp_path / "设置.toml") == settings


def test_the_example_in_new_settings_is_read_once_its_marks_are_removed(tmp_path: Path) -> None:
    text = "\n".join(line.removeprefix("#") for line in NO_DEMANDS.splitlines() if not line.startswith("# "))
    assert len(settings_of(tmp_path, text).rules.must_state) == 2


@pytest.mark.parametrize(
    "line, words",
    [
        ('sectoin = "一"', "第 1 段 [[must_state]] 里没有“sectoin”这一项，是不是“section”？"),
        ('section = ""', "第 1 段 [[must_state]] 没有写 section（写在报告的哪一部分，如“一”）。"),
        ('section = "二"', "第 1 段 [[must_state]] 的 section 写的是“二”，这一部分是表，数都在表里填，不用写明。"),
        ('section = "七"', "第 1 段 [[must_state]] 的 section 写的是“七”，报告里没有这一部分。"),
        ('source = ""', "没有写 source（谁要求的，写文号或者文件名称）。"),
        (
            'figure = "requests.new.totl"',
            "表里没有这一格，是不是“requests.new.total”？",
        ),
        ('figure = ""', "要写 figure（一个数）或者 words（几个词），只写其中一项。"),
        ('words = ["申请"]', "要写 figure（一个数）或者 words（几个词），只写其中一项。"),
        ("words = [3]", "的 words 应当是方括号里的几个词，每个词加引号"),
        ("source = 3", "的 source 应当是引号里的文字。"),
        ('levels = ["村"]', "的 levels 写的是“村”，没有这个级别。级别有：乡镇、街道、县级部门、"),
    ],
)
def test_a_mistake_in_a_demand_is_told_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    key = line.partition(" ")[0]
    lines = {"section": 'section = "一"', "figure": 'figure = "requests.new.total"', "source": 'source = "通知"'}
    with pytest.raises(GoujiError) as refused:
        settings_of(tmp_path, "[[must_state]]\n" + "\n".join({**lines, key: line}.values()))
    assert words in str(refused.value)


def test_demands_that_are_not_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match="单独一行"):
        settings_of(tmp_path, '[must_state]\nsection = "一"')


def test_a_county_asks_for_what_its_city_demands_and_an_office_may_only_note_it(county: County) -> None:
    report = county.filled(TOWNS[0])
    county.sent(TOWNS[0], msgspec.structs.replace(report, texts={**report.texts, "overview.general": ("按期公开。",)}))
    path = county.folder / "设置.toml"
    demand = '\n[[must_state]]\nsection = "一"\nwords = ["碧水工程"]\nsource = "清江市通知"\n'
    path.write_text(path.read_text("utf-8") + demand, "utf-8")
    county.run("collect")
    assert "没有写到“碧水工程”。清江市通知要求写明" in county.run("status", TOWNS[0].code)
    path.write_text(path.read_text("utf-8") + '[severities]\n"content.must_state" = "note"\n', "utf-8")
    county.run("collect")
    assert "[提示] “一、总体情况”没有写到“碧水工程”" in county.run("status", TOWNS[0].code)
