"""What a site prints around a report is not text of it, and what the report says itself stays."""

from __future__ import annotations

import published
import pytest
from reading_back import short

from gouji.formats.published import Paragraph, PrintedTable, reading_of

OWN = ("本年度没有收取信息处理费。", "无其他需要报告的事项。")


def last_section(*lines: str) -> tuple[str, ...]:
    """Return what is read as the last section of a report that ends with some lines."""
    made = published.passages(short("2021"))
    heading = next(index for index, each in enumerate(made) if isinstance(each, Paragraph) and each.text[:2] == "六、")
    texts = reading_of([*made[: heading + 1], *map(Paragraph, lines)]).report.texts
    return tuple(text for key, lines in texts.items() if key.startswith("matters") for text in lines)


@pytest.mark.parametrize(
    "below",
    [
        ("【打印本页】 【关闭窗口】",),
        ("主办单位：某县人民政府办公室", "版权所有 某ICP备05000000号", "网站标识码：4100000000"),
        ("上一篇：某镇2023年政府信息公开工作年度报告", "下一篇：没有了"),
        ("扫一扫在手机打开当前页", "分享到："),
        ("相关链接", "市政府门户网站", "县教育局"),
        ("网站地图 | 联系我们 | 隐私声明",),
        ("主办：某县人民政府 承办：某县大数据中心 技术支持：某公司 电话：0371-00000000",),
        ("Copyright © 2025 某县人民政府 版权所有",),
        ("首页", "返回顶部"),
        ("索引号：005/2026-00001", "公开方式：主动公开", "字体：[大 中 小]"),
        ("版权所有 某县人民政府", "未经书面授权，不得转载。", "建议您使用1024×768以上分辨率的浏览器访问。"),
        ("相关推荐", "关于召开会议的通知 2025-01-03", "2024年工作要点 2024-12-30"),
        ("某县人民政府政务公开领导小组办公室主办 某公网安备 41000002000000号 版权所有",),
    ],
)
def test_the_footer_of_a_site_is_not_text_of_the_last_section(below: tuple[str, ...]) -> None:
    assert last_section(*OWN, *below) == OWN


@pytest.mark.parametrize(
    "own",
    [
        "联系方式：某镇人民政府办公室，电话0371-00000000",
        "附件：1.政府信息公开指南",
        "（此件公开发布）",
        "网站地图栏目已经更新，关闭窗口前请保存。",
        "本机关网站主办单位已变更为县政府办公室。",
        "首页栏目调整，分享到新媒体平台的信息有12条。",
        "扫一扫功能已经上线；欢迎使用。",
    ],
)
def test_the_words_of_a_report_stay(own: str) -> None:
    assert last_section(*OWN, own) == (*OWN, own)
    assert last_section(own, *OWN, "【打印本页】") == (own, *OWN)


def test_words_of_a_site_before_a_sentence_are_words_of_the_report() -> None:
    assert last_section("网站地图", "已经更新网站地图和导航。") == ("网站地图", "已经更新网站地图和导航。")


def test_signature_and_date_above_a_footer_are_left_out() -> None:
    unit = short("2021").unit.name
    assert last_section(*OWN, unit, "2026年1月20日", "【打印本页】") == OWN
    assert last_section(*OWN, f"某县{unit}", "2026年1月20日") == OWN
    assert last_section(*OWN, f"某县{unit}") == (*OWN, f"某县{unit}"), "without a date it may be a sentence's end"


def test_what_a_portal_prints_below_the_title_is_not_the_preamble() -> None:
    made = published.passages(short("2021"))
    first = next(index for index, each in enumerate(made) if isinstance(each, Paragraph) and each.text[:2] == "一、")
    above = ("发布时间：2026-01-20 来源：某镇", "字号：[大 中 小]", "浏览次数：12")
    texts = reading_of([*made[:first], *map(Paragraph, above), *made[first:]]).report.texts
    assert texts.get("preamble") == short("2021").texts.get("preamble")


def test_the_address_that_a_browser_prints_on_each_page_is_not_text() -> None:
    made = published.passages(short("2021"))
    plain = reading_of(made).report.texts
    at = [index for index, each in enumerate(made) if isinstance(each, PrintedTable)][1]
    address = Paragraph("https://www.example.gov.cn/zwgk/nb/202601/t20260120_1.html 3/5")
    assert reading_of([*made[:at], address, *made[at:]]).report.texts == plain
