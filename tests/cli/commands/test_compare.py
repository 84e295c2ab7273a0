"""``gouji compare``: two reports side by side, on the screen, as a workbook and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import reports
from county import County, member
from lxml import html
from running import SAMPLES, ok, run

from gouji.formats.web.report_page import write_page
from gouji.formats.word.writer import write_document
from gouji.report.model import Report, from_json, to_json

FORM = SAMPLES / "qingxi-2025.xlsx"
REPORT = from_json((SAMPLES / "qingxi-2025.json").read_bytes())


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a copy of a sample in which a number and a paragraph are others."""
    texts = {**REPORT.texts, "overview.disclosure": ("全年公开本镇信息<314>条。",)}
    report = reports.changed(reports.with_figures(REPORT, requests__new__natural=10), texts=texts)
    path = tmp_path / "改过.json"
    path.write_bytes(to_json(report))
    return path


@pytest.mark.parametrize("name, write", [("年报.docx", write_document), ("年报.html", write_page)])
def test_a_form_and_what_was_published_of_it_say_the_same(
    name: str, write: Callable[[Report, Path], None], tmp_path: Path
) -> None:
    write(REPORT, tmp_path / name)
    assert ok("compare", FORM, tmp_path / name).stdout.endswith("数字和文字都相同。\n")


def test_what_differs_is_printed_and_given_as_json(changed: Path) -> None:
    lines = ok("compare", FORM, changed).stdout.splitlines()
    assert lines[2].startswith("不同的数字 2 个，不同的文字 ")
    assert lines[3] == "  三、依申请公开“一、本年新收政府信息公开申请数量”行“自然人”列 9 → 10"
    document = json.loads(ok("compare", FORM, changed, "--json").stdout)
    assert (document["same"], document["after"]["path"]) == (False, str(changed))
    assert [(one["ref"], one["change"]) for one in document["figures"]] == [
        ("requests.new.natural", 1),
        ("requests.new.total", 1),
    ]
    assert {one["section"] for one in document["texts"]} == {"一、总体情况"}


def test_the_workbook_has_the_differences_all_figures_and_the_texts(changed: Path, tmp_path: Path) -> None:
    ok("compare", FORM, changed, "-o", tmp_path / "对照.xlsx")
    book = openpyxl.load_workbook(tmp_path / "对照.xlsx")
    assert book.sheetnames == ["不同的数字", "全部数字", "文字"]
    row, _ = book["不同的数字"].iter_rows(min_row=4, values_only=True)
    assert row == ("三、依申请公开", "一、本年新收政府信息公开申请数量", "自然人", 9, 10, 1, "件", "不同")
    assert book["全部数字"].max_row == 3 + len(REPORT.form.cells)
    texts = [row for row in book["文字"].iter_rows(min_row=4, values_only=True) if row[1] == "不同"]
    assert "全年公开本镇信息<314>条。" in {row[3] for row in texts}


def test_the_page_shows_the_official_tables_with_what_differs_marked(changed: Path, tmp_path: Path) -> None:
    ok("compare", FORM, changed, "-o", tmp_path / "对照.html")
    page = html.parse(tmp_path / "对照.html")
    cell, _ = page.xpath("//td[@class='number'][del]")
    assert (cell.findtext("del"), cell.findtext("ins")) == ("9", "10")
    assert "<314>" in "".join(page.xpath("//table[@class='texts']//ins/text()"))


def test_no_file_that_is_compared_is_overwritten(changed: Path) -> None:
    page = changed.with_name("年报.html")
    write_page(REPORT, page)
    before = page.read_bytes()
    done = run("compare", changed, page, "-o", page)
    assert (done.returncode, "是收到的文件，不能改动" in done.stderr) == (2, True)
    assert page.read_bytes() == before
    assert "请写出两份报告" in run("compare", changed).stderr
    assert "以 .xlsx 或者 .html 结尾" in run("compare", changed, page, "-o", "对照.pdf").stderr


def test_two_submissions_of_a_unit_are_compared_before_one_is_accepted(tmp_path: Path) -> None:
    unit = member(1)
    county = County(tmp_path / "县", [unit])
    county.run("issue")
    county.answers(unit, name="一.xlsx")
    county.run("collect")
    assert "只报了一份" in county.run("compare", "--unit", unit.code, fails=2)
    county.answers(unit, name="二.xlsx", disclosure__licensing__decisions=4321)
    county.run("collect")
    told = "二、主动公开“行政许可”行“本年处理决定数量”列"
    shown = county.run("compare", "--unit", unit.code)
    assert told in shown
    assert "4321" in shown
    assert "数字和文字都相同" in county.run("compare", "--unit", unit.code, "二.xlsx", "二.xlsx")
    status = county.run("status", unit.code)
    assert f"采用的 → 这一份：{told} 4321 → " in status
    assert f"gouji compare --unit {unit.code}" in status
