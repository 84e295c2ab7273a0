"""The day of publication that a page or a document says of itself, and a title in another form than usual."""

from __future__ import annotations

import datetime

import msgspec
import published
import pytest
from inspected import document, page, report

from gouji.checks import judge
from gouji.formats.published import Paragraph, reading_of
from gouji.formats.published.dates import published_on
from gouji.formats.read import read_data

DAY = datetime.date(2026, 1, 28)
REPORT = report(0, 2025)


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2026-01-28 09:30",
        "发布日期：2026年1月28日",
        "【发布日期:2026/1/28】　来源：安澜县人民政府　浏览次数：12",
        "时间：２０２６－０１－２８",
        "来源：县政府办 日期: 2026.01.28",
        "2026-01-28 09:30　来源：安澜县政府网　【字体：大 中 小】",
        "发布机构：安澜县人民政府 成文日期：2026-01-05 发布日期：2026-01-28",
    ],
)
def test_the_lines_of_portals_say_when_a_report_was_published(line: str) -> None:
    assert published_on(["首页 > 年度报告", line]) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "成文日期：2026-01-28",
        "更新时间：2026-01-28",
        "统计期限：2026-01-28",
        "本报告2026-01-28起可以在网站下载",
        "发布日期：2026-02-30",
        "2026-01-28",
    ],
)
def test_another_day_is_no_day_of_publication(line: str) -> None:
    assert published_on([line]) is None


def test_a_name_and_its_value_may_be_two_cells() -> None:
    assert published_on(["索引号：", "12/2026-1", "发布日期：", "2026-01-28", "文号："]) == DAY


def test_the_line_nearest_to_the_report_counts() -> None:
    assert published_on(["发布日期：2025-03-01", "发布日期：2026-01-28", "时间：2024-01-01"]) == DAY


def test_a_page_and_a_word_file_say_the_same_day_and_the_same_text() -> None:
    one, other = read_data(page(REPORT, DAY)), read_data(document(REPORT, DAY))
    assert one.published == other.published == DAY
    assert one.report.texts == other.report.texts


def test_what_is_shown_comes_before_what_the_head_of_a_page_says() -> None:
    shown = page(REPORT, DAY).replace(b"<head>", b"<head><meta name='PubDate' content='2026-02-11 10:00'>")
    assert read_data(shown).published == DAY
    hidden = shown.replace("发布时间：2026-01-28".encode(), b"")
    assert read_data(hidden).published == datetime.date(2026, 2, 11)


def test_a_report_without_a_day_has_none() -> None:
    assert reading_of(published.passages(REPORT)).published is None


def _titled(title: str) -> list[str]:
    made = [Paragraph(title, 1), *published.passages(REPORT)[1:]]
    return [finding.message for finding in reading_of(made).findings if finding.rule == "published.title"]


@pytest.mark.parametrize(
    "title",
    [
        "安澜县清溪镇人民政府2025年度政府信息公开工作年度报告",
        "安澜县清溪镇人民政府2025年政府信息公开年度报告",
        "安澜县清溪镇人民政府关于2025年政府信息公开工作年度报告",
    ],
)
def test_a_title_in_another_form_is_a_note(title: str) -> None:
    (message,) = _titled(title)
    assert title in message
    assert "通常写“安澜县清溪镇人民政府2025年政府信息公开工作年度报告”" in message


@pytest.mark.parametrize(
    "title",
    [
        "安澜县清溪镇人民政府2025年政府信息公开工作年度报告",
        "安澜县清溪镇人民政府 ２０２５ 年政府信息公开工作年度报告",
        "安澜县清溪镇人民政府二〇二五年政府信息公开工作年度报告",
        "2025年政府信息公开工作年度报告",
    ],
)
def test_a_title_in_the_usual_form_is_none(title: str) -> None:
    assert _titled(title) == []


def _late(unit: str, level: str, day: datetime.date, due: datetime.date | None = None) -> list[str]:
    mine = read_data(page(REPORT, day))
    named = msgspec.structs.replace(mine.report, unit=msgspec.structs.replace(mine.report.unit, name=unit, level=level))
    findings = judge(msgspec.structs.replace(mine, report=named), due=due).findings
    return [finding.message for finding in findings if finding.rule == "published.late"]


@pytest.mark.parametrize(
    ("unit", "level", "day", "due", "days"),
    [
        ("安澜县清溪镇人民政府", "township", datetime.date(2026, 2, 1), None, 1),
        ("安澜县人民政府", "county", datetime.date(2026, 2, 21), None, 1),
        ("某某中心", "", datetime.date(2026, 3, 2), None, 30),
        ("安澜县清溪镇人民政府", "township", DAY, datetime.date(2026, 1, 20), 8),
    ],
)
def test_a_report_published_after_its_day_is_late(
    unit: str, level: str, day: datetime.date, due: datetime.date | None, days: int
) -> None:
    (message,) = _late(unit, level, day, due)
    assert f"迟了 {days} 天" in message


@pytest.mark.parametrize(
    ("unit", "level", "day", "due"),
    [
        ("安澜县清溪镇人民政府", "township", datetime.date(2026, 1, 31), None),
        ("安澜县人民政府", "county", datetime.date(2026, 2, 20), None),
        ("某某自治区人民政府", "", datetime.date(2026, 3, 31), None),
        ("安澜县清溪镇人民政府", "township", datetime.date(2026, 2, 9), datetime.date(2026, 2, 10)),
    ],
)
def test_a_report_published_by_its_day_is_not_late(
    unit: str, level: str, day: datetime.date, due: datetime.date | None
) -> None:
    assert _late(unit, level, day, due) == []
