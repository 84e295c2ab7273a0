"""The report page and the board in a real browser: narrow and wide, by keyboard, printed, and checked by axe-core."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import browser as chromium
import msgspec
import pytest
import reports
from browser import Browser
from reading_back import as_published, texts_of

from gouji.formats.read import read_data
from gouji.formats.web.board import Bar, Board, Count, Group, RuleLine, Stray, SumLine, UnitLine, board_bytes
from gouji.formats.web.report_page import page_bytes

WORDS = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from chromium.started(tmp_path_factory.mktemp("browser"))


def unit(number: int, **more: object) -> UnitLine:
    fields = {
        "code": f"4104{number:05}",
        "name": f"第{number}镇人民政府",
        "level": "乡镇、街道",
        "search": f"第{number}镇人民政府 4104{number:05} 李明",
        "contact": "李明",
        "phone": "0375-1234567",
        "emails": (f"a-rather-long-name-of-a-mailbox-{number}@department.example.gov.cn",),
    }
    return UnitLine(**{**fields, **more})


def board() -> Board:
    groups = {
        "missing": (unit(1), unit(2, notices=("收到“第2镇.xls”，读不出来。",), file="回收/第2镇.xls")),
        "wrong": (
            unit(3, counts="必须改正 2 处", reasons=("<script>document.title='x'</script>", "公开" * 300), more=3),
            unit(4, file="回收/" + "a" * 200 + ".xlsx", notices=("后来又报的没有代替它，请看一下。",)),
        ),
        "asked": (),
        "done": (unit(5, links=(("网页（html）", "page.html"),)),),
    }
    bar = Bar("全部", tuple(Count(state, WORDS[state], len(units)) for state, units in groups.items()))
    return Board(
        office="丰泽县人民政府办公室",
        year=reports.YEAR["2021"],
        today=datetime.date(2026, 1, 20),
        deadline=datetime.date(2026, 1, 31),
        deadline_words="离截止还有 11 天",
        whole=bar,
        levels=(bar, bar),
        groups=tuple(Group(state, WORDS[state], units) for state, units in groups.items()),
        rules=(RuleLine("有数字没有填", "必须改正", 2, 5, "100.0"), RuleLine("填的不是数字", "必须改正", 1, 1, "50.0")),
        strays=(Stray("回收/谁的.json", "不在名册里。", "0fca292f"),),
        remarks=(Stray("回收/全部.zip", "有 1 个文件打不开。"),),
        doubts=("清溪镇人民政府的一个数比上年翻了几倍，占其他单位合计的一半。请核实。",),
        notes=(Stray("清溪镇人民政府", "与上年相比变化很大。"),),
        questions=(Stray("清溪镇人民政府", "发件人的邮箱不在名册里。（mail.stranger）"),),
        summed=1,
        sums=(
            SumLine("行政许可，本年处理决定数量（件）", "1200", 1, "1200", "1000", "增 20.0%"),
            SumLine("规章", "0", 0),
        ),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the board, and a page to which the board links."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "board.html").write_bytes(board_bytes(board()))
    big = reports.with_figures(reports.right("2021", 1), requests__new__natural=123456789)
    texts = {**big.texts, "overview.general": ["<b>" + "公开A" * 500]}
    (folder / "page.html").write_bytes(page_bytes(reports.changed(big, texts=texts)))
    return folder


def shown(browser: Browser) -> list[str]:
    names: list[str] = browser.ask(
        "[...document.querySelectorAll('.unit')].filter(unit => unit.offsetParent)"
        ".map(unit => unit.querySelector('strong').textContent)"
    )
    return names


@pytest.mark.parametrize("name, judged_at", [("page", 320), ("board", 1200)])
def test_a_page_has_no_violations_and_is_never_wider_than_the_window(
    browser: Browser, folder: Path, name: str, judged_at: int
) -> None:
    for width in (1200, 320):
        browser.open(folder / f"{name}.html", width)
        assert browser.sideways() == 0
        if width == judged_at:
            assert browser.complaints() == []
    assert browser.driver.get_log("browser") == []


def test_a_wide_table_scrolls_inside_its_box_by_keyboard(browser: Browser, folder: Path) -> None:
    browser.open(folder / "page.html", 320)
    assert browser.ask("[...document.querySelectorAll('.box')].map(box => box.scrollWidth > box.clientWidth)")[1:] == [
        True,
        True,
    ]
    browser.press("\ue004")  # Tab: from now on somebody is at the keyboard
    browser.ask("document.querySelectorAll('.box')[1].focus()")
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_searching_and_choosing_a_state_shows_only_matching_units(browser: Browser, folder: Path) -> None:
    browser.open(folder / "board.html")
    assert len(shown(browser)) == 5
    browser.press("/", "第3镇")
    assert shown(browser) == ["第3镇人民政府"]
    assert browser.ask("document.getElementById('shown').textContent") == "显示 1 个单位，共 5 个。"
    assert browser.ask("document.querySelectorAll('.group:not([hidden])').length") == 1
    browser.press("\ue00c")
    assert len(shown(browser)) == 5
    browser.press("李明 410400004")
    assert shown(browser) == ["第4镇人民政府"]
    browser.press("\ue00c", "没有这个单位")
    assert shown(browser) == []
    browser.press("\ue00c", "\ue004", "\ue014")
    assert shown(browser) == ["第1镇人民政府", "第2镇人民政府"]
    browser.press("\ue014")
    assert shown(browser) == ["第3镇人民政府", "第4镇人民政府"]
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_what_is_said_of_a_unit_that_has_not_submitted_is_visible(browser: Browser, folder: Path) -> None:
    browser.open(folder / "board.html")
    first, second = browser.driver.find_elements("class name", "unit")[:2]
    assert "收到“第2镇.xls”，读不出来。" in second.text
    assert first.size["height"] < second.size["height"], "a unit of which nothing is said takes one line"


def test_without_scripts_everything_can_be_read(browser: Browser, folder: Path) -> None:
    browser.open(folder / "board.html", script=False)
    assert browser.driver.find_element("id", "controls").is_displayed() is False
    units = browser.driver.find_elements("class name", "unit")
    assert len(units) == 5
    assert all(each.is_displayed() for each in units)


def long_board(count: int) -> Board:
    """A board on which this many units have passed."""
    done = Group("done", WORDS["done"], tuple(unit(number) for number in range(1, count + 1)))
    return msgspec.structs.replace(board(), groups=(*board().groups[:3], done))


def test_of_a_long_list_only_what_is_near_the_screen_is_laid_out_and_all_can_be_found(
    browser: Browser, tmp_path: Path
) -> None:
    page = tmp_path / "board.html"
    page.write_bytes(board_bytes(long_board(250)))
    browser.open(page)
    laid_out = (
        "[...document.querySelectorAll('.done .who')].filter(who => who.checkVisibility({contentVisibilityAuto: true}))"
    )
    assert browser.ask(f"{laid_out}.length") < 100
    browser.press("/", "第249镇")
    assert shown(browser) == ["第249镇人民政府"]
    assert browser.driver.find_element("css selector", ".done .unit:not([hidden])").size["height"] > 20
    browser.press("\ue00c")
    browser.ask("document.querySelector('.done .unit:last-child').scrollIntoView()")
    assert "第250镇人民政府" in browser.driver.find_element("css selector", ".done .unit:last-child").text


def test_a_long_list_is_printed_whole(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    page.write_bytes(board_bytes(long_board(250)))
    browser.open(page)
    tool = shutil.which("pdftotext") or chromium.missing("pdftotext (poppler-utils) is not installed")
    done = subprocess.run([tool, "-layout", "-", "-"], input=browser.printed(), capture_output=True, check=True)
    printed = set(re.findall("第[0-9]+镇人民政府", done.stdout.decode()))
    assert {f"第{number}镇人民政府" for number in range(1, 251)} <= printed


def test_links_work_from_the_disk_and_hostile_text_does_nothing(browser: Browser, folder: Path) -> None:
    browser.open(folder / "board.html")
    assert browser.driver.title.endswith("看板")
    assert "<script>document.title='x'</script>" in browser.driver.find_element("css selector", ".group.wrong").text
    browser.press("\ue004")
    assert browser.driver.switch_to.active_element.text == "跳到各单位"
    browser.press("\ue007")
    assert browser.driver.switch_to.active_element.get_attribute("id") == "units"
    browser.driver.find_element("link text", "网页（html）").click()
    assert browser.driver.title.endswith("年度报告")


@pytest.mark.parametrize("name", ["page", "board"])
def test_it_is_printed_on_a4_with_everything_on_the_paper(browser: Browser, folder: Path, name: str) -> None:
    browser.open(folder / f"{name}.html")
    data = browser.printed()
    tool = shutil.which("pdftotext") or chromium.missing("pdftotext (poppler-utils) is not installed")
    text = subprocess.run([tool, "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert b"/MediaBox [0 0 594" in data or b"/MediaBox [0 0 595" in data
    if name == "page":
        assert "123456789" in text
        assert text.index("三、收到和处理") < text.index("四、结转下年度继续办理")
    else:
        assert "查找" not in text
        assert "第5镇人民政府" in text


@pytest.mark.parametrize("edition", reports.EDITIONS)
def test_a_printed_web_page_is_read_back_completely(browser: Browser, tmp_path: Path, edition: str) -> None:
    report = reports.right(edition)
    page = tmp_path / "report.html"
    page.write_bytes(page_bytes(report))
    browser.open(page)
    reading, expected = read_data(browser.printed()), as_published(report)
    assert reading.findings == ()
    assert (reading.report.unit.name, reading.report.year) == (report.unit.name, report.year)
    assert reading.report.figures == expected.figures
    assert texts_of(reading.report) == texts_of(expected)
