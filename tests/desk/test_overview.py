"""The year at a glance, and the list of units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from county import TODAY, TOWNS, County, member
from officer import Officer, at_the_desk

from gouji.desk.views import units

FIRST, SECOND, THIRD, *_ = TOWNS


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    county = County(tmp_path_factory.mktemp("glance") / "year", TOWNS)
    county.run("issue")
    county.answers(FIRST)
    county.answers(SECOND, seed=2, requests__new__natural=99)
    county.run("collect")
    (county.folder / "回收" / "谁的.json").write_text("{}")
    county.run("collect", fails=0)
    county.run("extend", THIRD.code, "--until", "2026-01-22", "-m", "停电")
    return county


@pytest.fixture
def officer(county: County) -> Iterator[Officer]:
    with at_the_desk(county.folder, TODAY) as officer:
        yield officer


def test_the_overview_says_where_the_round_stands_and_links_to_the_next_step(officer: Officer) -> None:
    for words in ("3 未交", "1 待改正", "1 通过", "5 个单位。截止日期 2026-01-31"):
        assert words in officer.text
    assert "还没有生成退回的文件" in officer.text
    assert "生成全部退回的文件" in officer.follow("现在去做").text


def test_a_unit_whose_day_is_near_is_named_with_whom_to_call(officer: Officer) -> None:
    (near,) = officer.page.xpath("//section[@aria-labelledby='near']//li")
    assert " ".join(near.text_content().split()) == f"{THIRD.name} 未交 还有 2 天，{THIRD.contact} {THIRD.phone}"


def test_a_count_leads_to_the_units_it_counts(officer: Officer) -> None:
    assert "找到 1 个单位" in officer.follow("1 待改正").text
    assert SECOND.name in officer.text
    assert FIRST.name not in officer.text


def test_a_change_by_a_command_shows_at_the_next_look(county: County, tmp_path: Path) -> None:
    mine = county.copied(tmp_path / "year")
    with at_the_desk(mine.folder, TODAY) as officer:
        assert "3 未交" in officer.text
        mine.answers(THIRD, seed=3)
        assert "“回收”里有 1 个文件还没有收" in officer.open(officer.address).text
        mine.run("collect")
        assert "2 未交" in officer.open(officer.address).text
        mine.enrol([*TOWNS, member(6)])
        assert "3 未交" in officer.open(officer.address).text


def test_units_are_found_by_any_word_of_theirs_a_page_at_a_time(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "ON_A_PAGE", 2)
    officer.follow("单位")
    assert "5 个单位，第 1 页，共 3 页" in officer.text
    assert TOWNS[2].name in officer.follow("下一页").text
    assert "第 3 页" in officer.follow("下一页").text
    officer.press("查找", q=f" {FIRST.code} 李明 ")
    assert "找到 1 个单位" in officer.text
    assert "找到 0 个单位" in officer.press("查找", q="没有这个").text


def test_a_task_that_ended_leads_nobody_away_from_the_overview(county: County, tmp_path: Path) -> None:
    mine = county.copied(tmp_path / "year")
    with at_the_desk(mine.folder, TODAY) as officer:
        officer.follow("收表").press("收“回收”文件夹")
        assert officer.desk.tasks.last is not None
        officer.desk.tasks.last.wait(60)
        assert "看到 3 个文件" in officer.open("/").text
        assert "接下来" in officer.open("/").text
