"""How real reports differ from the printed form: numbers, headings, titles and the fee in a table of its own."""

from __future__ import annotations

import published
import pytest
import reports
from published import cell
from reading_back import short

from gouji.checks import check
from gouji.formats.published import Paragraph, Passage, PrintedTable, reading_of
from gouji.report.reading import Reading

FEE = ("processing.fee.notices", "processing.fee.billed", "processing.fee.received")


def report_with(section: str, *passages: Passage) -> list[Passage]:
    """Return a right report with some passages at the end of a section."""
    form = short("2021").form
    made = published.passages(short("2021"))
    headings = [other.heading for other in form.sections]
    following = headings[headings.index(form.section(section).heading) + 1 :]
    at = made.index(Paragraph(following[0])) if following else len(made)
    return [*made[:at], *passages, *made[at:]]


def rules_of(reading: Reading) -> list[str]:
    return [finding.rule for finding in check(reading)]


def message_of(reading: Reading, rule: str) -> str:
    return "".join(finding.message for finding in check(reading) if finding.rule == rule)


@pytest.mark.parametrize(
    "sentence",
    [
        "本年度无收取信息公开处理费情况。",
        "2025年未收取政府信息公开信息处理费。",
        "本机关无收取情况。",
        "全年未产生相关费用。",
        "依申请公开工作未收费。",
        "办理依申请公开不收取任何费用。",
        "没有发出收费通知。",
    ],
)
def test_the_fee_may_be_denied_in_any_words(sentence: str) -> None:
    assert "processing_fee" not in rules_of(reading_of(report_with("matters", Paragraph(sentence))))


@pytest.mark.parametrize("sentence", ["无其他需要报告的事项。", "未收取行政事业性收费。", "无行政事业性收费。"])
def test_a_text_about_something_else_does_not_state_the_fee(sentence: str) -> None:
    assert "processing_fee" in rules_of(reading_of(report_with("matters", Paragraph(sentence))))


@pytest.mark.parametrize("heading", ["", "七、信息处理费收取情况"], ids=["in section 六", "in a section of its own"])
@pytest.mark.parametrize("spread", [False, True], ids=["across", "labels of the form"])
def test_a_table_of_the_fee_is_read(heading: str, spread: bool) -> None:
    names = ("通知收取件数", "通知收取金额", "实际收取金额")
    if spread:
        names = ("发出收费通知的件数（件）", "收费通知的总金额（元）", "实际收取的总金额（元）")
    table = PrintedTable((tuple(map(cell, names)), tuple(map(cell, ("2", "320", "160")))))
    reading = reading_of(report_with("matters", *[Paragraph(heading)] * bool(heading), table))
    assert [reading.report.figures.get(ref) for ref in FEE] == [2, 320, 160]
    assert "processing_fee" not in rules_of(reading)


def test_a_table_of_the_fee_that_contradicts_the_text_is_asked_about() -> None:
    table = PrintedTable(
        (tuple(map(cell, ("通知收取件数", "通知收取金额", "实际收取金额"))), tuple(map(cell, ("2", "320", "160"))))
    )
    reading = reading_of(report_with("matters", Paragraph("本年度没有收取信息处理费。"), table))
    assert any(rule.startswith("narrative") for rule in rules_of(reading))


@pytest.mark.parametrize("number", ["{}.", "{}、", "{}．"])
def test_subjects_numbered_in_digits_do_not_begin_a_section(number: str) -> None:
    lines = ["主动公开政府信息情况", "收到和处理政府信息公开申请情况"]
    added = [
        Paragraph(text)
        for count, line in enumerate(lines, 1)
        for text in (number.format(count) + line, f"做了第{count}项工作。")
    ]
    reading = reading_of(report_with("overview", *added))
    texts = "".join("".join(text) for key, text in reading.report.texts.items() if key.startswith("overview"))
    assert "做了第1项工作。" in texts
    assert "做了第2项工作。" in texts
    assert "section.blank" not in rules_of(reading)


def test_sections_numbered_in_digits_are_found() -> None:
    form = short("2021").form
    plain = published.passages(short("2021"))
    named = {section.heading: f"{n}.{section.heading[2:]}" for n, section in enumerate(form.sections, 1)}
    made = [Paragraph(named.get(each.text, each.text)) if isinstance(each, Paragraph) else each for each in plain]
    assert reading_of(made).report.texts == reading_of(plain).report.texts


def test_the_numbers_of_subjects_run_on_through_a_document() -> None:
    lines = (
        "（一）主动公开", "公开12条。", "（二）宣传培训", "培训2次。",
        "（三）依申请公开", "收到申请若干。", "（四）队伍建设", "开了会。",
    )  # fmt: skip
    assert "wording.numbering" not in rules_of(reading_of(report_with("overview", *map(Paragraph, lines))))
    skipped = [line.replace("（三）", "（四）").replace("（四）队伍", "（五）队伍") for line in lines]
    reading = reading_of(report_with("overview", *map(Paragraph, skipped)))
    assert "序号“（四）”不连续" in message_of(reading, "wording.numbering")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("更新不及时；二是队伍不稳。", True),
        ("首先更新不及时；二是队伍不稳。", False),
        ("一是更新不及时；二是队伍不稳。", False),
    ],
)
def test_a_second_thing_needs_a_first(text: str, asked: bool) -> None:
    report = reports.changed(short("2021"), texts={**short("2021").texts, "problems.general": [text]})
    assert ("“二是”前面没有“一是”" in message_of(Reading(report), "wording.numbering")) is asked


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("安澜县清溪镇2025年政府信息公开工作年度报告", "township"),
        ("北原市安和区人民政府2025年政府信息公开工作年度报告", "county"),
        ("平阳市人民政府2025年政府信息公开工作年度报告", "city"),
        ("平阳市2025年政府信息公开工作年度报告", "city"),
        ("安和区2025年政府信息公开工作年度报告", "county"),
        ("北原市教育局2025年政府信息公开工作年度报告", ""),
    ],
)
def test_the_level_comes_from_the_title(title: str, level: str) -> None:
    made = published.passages(short("2021"))
    assert reading_of([Paragraph(title, 1), *made[1:]]).report.unit.level == level


def test_a_published_township_with_rules_of_its_own_is_told() -> None:
    report = reports.changed(short("2021"), figures={"disclosure.rules.made": 1, "disclosure.rules.in_force": 1})
    assert "rules_level" in rules_of(reading_of(published.passages(report)))


def test_a_missing_row_of_rules_is_told_once() -> None:
    made = published.passages(short("2021"))
    without = [
        PrintedTable(tuple(row for row in each.rows if row[0].text != "规章"))
        if isinstance(each, PrintedTable)
        else each
        for each in made
    ]
    leading = [finding for finding in check(reading_of(without)) if finding.echo_of is None]
    assert [finding.rule for finding in leading if any("rules" in ref for ref in finding.refs)] == [leading[0].rule]
