"""Published reports: whatever their layout, every figure is read as printed, and none is invented."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import published
import published_cases as cases
import pytest
import reports
from published import cell
from reading_back import same_figures, short

import gouji
from gouji.checks import check
from gouji.formats.published import NoReportError, Paragraph, Passage, PrintedCell, PrintedTable, reading_of
from gouji.formats.read import read_data
from gouji.report.model import Report
from gouji.report.reading import Reading

REPORTED_ALWAYS = {"pingtan_haitan_2022": ["published.edition"], "hongze_2023": ["published.mixed:requests"]}
REPORTED_BY_WAY = {
    "no header": ["published.header:requests"],
    "wrong spans": ["published.header:requests"],
}


def case(name: str) -> tuple[Report, bool]:
    """Return a published case, and whether it mixes the forms."""
    loaded = cases.load(name)
    return cases.report_of(loaded), loaded["format"] == "mixed"


def reported(reading: Reading) -> list[str]:
    return [finding.id for finding in reading.findings if finding.rule != "published.blank"]


# ---------------------------------------------------------------- every way, every case


@pytest.mark.parametrize(("start", "way"), list(enumerate(published.WAYS)))
def test_a_report_is_read_in_every_published_layout(start: int, way: str) -> None:
    for name in list(cases.CASES)[start % 3 :: 3]:
        report, mixed = case(name)
        reading = reading_of(published.WAYS[way](published.passages(report, mixed=mixed)))
        assert same_figures(reading, report), name
        assert reported(reading) == REPORTED_ALWAYS.get(name, []) + REPORTED_BY_WAY.get(way, [])


@pytest.mark.parametrize("name", cases.CASES)
def test_every_case_is_read_from_a_web_page_and_a_word_document(name: str) -> None:
    report, mixed = case(name)
    passages = published.passages(report, mixed=mixed)
    for data in (published.page(passages, around=True), published.document(passages)):
        reading = read_data(data)
        assert same_figures(reading, report)
        assert (reading.report.unit.name, reading.report.year) == (report.unit.name, report.year)
        assert reported(reading) == REPORTED_ALWAYS.get(name, [])


@pytest.mark.parametrize("way", published.WAYS)
@pytest.mark.parametrize("edition", reports.EDITIONS)
def test_every_layout_is_read_from_a_web_page_and_a_word_document(way: str, edition: str) -> None:
    report = short(edition)
    passages = published.WAYS[way](published.passages(report))
    made = [published.page(passages)] + ([] if way in published.PAGES_ONLY else [published.document(passages)])
    for data in made:
        reading = read_data(data)
        assert same_figures(reading, report)
        assert reading.report.texts == report.texts
        assert (reading.report.unit.name, reading.report.year) == (report.unit.name, report.year)


# ---------------------------------------------------------------- what cannot be told is said


def of_2021(way: published.Way, report: Report | None = None) -> Reading:
    return reading_of(way(published.passages(report or short("2021"))))


def with_cell(text: str, to: str | PrintedCell) -> published.Way:
    """Return the way that changes the only cell with a text."""

    def over(table: PrintedTable) -> list[PrintedTable]:
        new = to if isinstance(to, PrintedCell) else cell(to)
        rows = [
            tuple(
                replace(each, passages=new.passages, rowspan=max(each.rowspan, new.rowspan))
                if each.text == text
                else each
                for each in row
            )
            for row in table.rows
        ]
        return [PrintedTable(tuple(rows))]

    return published.of_tables(over)


def test_blank_cells_are_read_as_0_with_one_query_per_table() -> None:
    report = reports.with_figures(
        short("2021"), requests__granted__legal=None, requests__new__legal=None, disclosure__rules__made=None
    )
    reading = reading_of(published.passages(report))
    blanks = [finding for finding in reading.findings if finding.rule == "published.blank"]
    assert [(finding.id, finding.severity) for finding in blanks] == [
        ("published.blank:disclosure", "query"),
        ("published.blank:requests", "query"),
    ]
    assert reading.report.figures["requests.granted.legal"] == 0
    assert {"requests.granted.legal", "requests.new.legal"} <= set(blanks[1].refs)
    assert not any(finding.rule == "figure.blank" for finding in check(reading) if "disputes" in finding.id)


@pytest.mark.parametrize("typed", ["—", "/", "-", "无", "--"])
def test_a_stroke_and_the_word_for_nothing_count_as_blanks(typed: str) -> None:
    report = reports.with_unread(short("2021"), "requests.granted.legal", typed)
    reading = reading_of(published.passages(report))
    assert reading.report.figures["requests.granted.legal"] == 0
    (blank,) = [finding for finding in reading.findings if finding.id == "published.blank:requests"]
    assert "requests.granted.legal" in blank.refs


@pytest.mark.parametrize("typed", ["3件", "1,234", "３", "约30", "12.50元", "007", "3 4", "十二", "待定"])
def test_entries_that_are_not_permitted_numbers_are_unread_as_typed(typed: str) -> None:
    report = reports.with_unread(short("2021"), "requests.granted.legal", typed)
    reading = read_data(published.page(published.passages(report)))
    assert reading.report.unread == {"requests.granted.legal": typed}
    (finding,) = [each for each in check(reading) if each.rule == "figure.unread"]
    assert typed in finding.message
    assert finding.cells == (reading.places["requests.granted.legal"],)


def test_two_numbers_in_one_cell_are_never_joined() -> None:
    report = reports.with_figures(short("2021"), requests__granted__legal=777001)
    reading = of_2021(with_cell("777001", "777\n001"), report)
    assert reading.report.unread == {"requests.granted.legal": "777\n001"}


def test_two_parts_of_a_row_with_a_number_in_each_stay_two_numbers() -> None:
    label = "5.要求行政机关确认或重新出具已获取信息"
    made = published.of_tables(published.row_cut(label, 11))(published.passages(short("2021")))
    at = next(
        at for at, passage in enumerate(made) if isinstance(passage, PrintedTable) and label[11:] in _texts(passage)
    )
    table = made[at]
    assert isinstance(table, PrintedTable)
    first = tuple(each if each.text or not number else cell("8") for number, each in enumerate(table.rows[0]))
    made[at] = PrintedTable((first, *table.rows[1:]))
    reading = reading_of(made)
    assert not any(ref.startswith("requests.declined_reissue") for ref in reading.report.figures)
    assert reading.report.unread["requests.declined_reissue.total"].endswith("\n8")


@pytest.mark.parametrize("upper, lower", [("（七）总计", ""), ("（", "七）总计"), ("（七）", "总计")])
def test_a_number_cut_by_a_page_break_is_unread(upper: str, lower: str) -> None:
    report = short("2021")
    (at, table) = next(
        (at, passage)
        for at, passage in enumerate(published.passages(report))
        if isinstance(passage, PrintedTable) and "（七）总计" in _texts(passage)
    )
    number = next(number for number, row in enumerate(table.rows) if "（七）总计" in {each.text for each in row})
    row = table.rows[number]
    total = row[-1].text
    rest = [cell("") for _ in row[1:-1]]
    first = (cell(upper, 1, row[0].colspan), *row[1:-1], cell(total[:-1]))
    second = (cell("", len(table.rows) - number - 1), cell(lower, 1, row[0].colspan), *rest, cell(total[-1:]))
    made = published.passages(report)
    made[at : at + 1] = [PrintedTable((*table.rows[:number], first)), PrintedTable((second, *table.rows[number + 1 :]))]
    reading = reading_of(made)
    assert reading.report.unread == {"requests.closed.total": f"{total[:-1]}\n{total[-1:]}"}
    others = {ref: value for ref, value in report.figures.items() if ref.startswith("requests.")}
    del others["requests.closed.total"]
    assert {ref: reading.report.figures.get(ref) for ref in others} == others


def test_a_header_cut_from_its_columns_by_a_page_break_still_names_them() -> None:
    report = short("2021")
    made = published.passages(report)
    at, table = next(
        (at, passage)
        for at, passage in enumerate(made)
        if isinstance(passage, PrintedTable) and "行政复议" in _texts(passage)
    )
    groups = [each for each in table.rows[0] if each.text]
    alone = PrintedTable((tuple(cell(each.text) for each in groups),))
    empty = tuple(cell("", each.rowspan, each.colspan) for each in groups)
    made[at : at + 1] = [alone, PrintedTable((empty, *table.rows[1:]))]
    assert same_figures(reading_of(made), report)


def test_the_caption_of_a_table_is_not_text() -> None:
    made = published.passages(short("2021"))
    named = [
        each
        for passage in made
        for each in (
            [passage, Paragraph(f"{passage.text}（表）")]
            if isinstance(passage, Paragraph) and passage.text.startswith(("二、", "三、", "四、"))
            else [passage]
        )
    ]
    assert reading_of(named).report == reading_of(made).report


@pytest.mark.parametrize("more", [0, 1])
def test_a_row_with_numbers_in_two_parts_is_read_completely_or_not_at_all(more: int) -> None:
    """If the second part has one more cell, it is unclear which number belongs to which column."""
    report = short("2021")
    made = published.of_tables(published.cut(18))(published.passages(report))
    at = next(
        at
        for at, passage in enumerate(made)
        if isinstance(passage, PrintedTable) and "3.补正后申请内容仍不明确" in _texts(passage)
    )
    first, second = made[at], made[at + 1]
    assert isinstance(first, PrintedTable)
    assert isinstance(second, PrintedTable)
    row = first.rows[-1]
    upper = (*row[:-3], *(cell("") for _ in row[-3:]))
    lower = (*(cell("") for _ in row[:-3]), *(cell("") for _ in range(more)), *row[-3:])
    made[at : at + 2] = [PrintedTable((*first.rows[:-1], upper)), PrintedTable((lower,)), second]
    reading = reading_of(made)
    read = {
        ref: value for ref, value in reading.report.figures.items() if ref.startswith("requests.unavailable_unclear")
    }
    assert read in ({}, {ref: report.figures[ref] for ref in read})
    assert read or "published.part_missing:requests" in reported(reading)


def _texts(table: PrintedTable) -> set[str]:
    return {each.text for row in table.rows for each in row}


def test_negative_numbers_and_decimals_are_read_as_printed() -> None:
    report = reports.with_figures(short("2019"), disclosure__penalty__change=-17)
    report = reports.with_figures(report, disclosure__procurement__amount=Decimal("24252.311082"))
    assert same_figures(reading_of(published.passages(report)), report)


def test_an_extra_row_is_reported_and_not_read() -> None:
    report = short("2021")
    reading = of_2021(published.of_tables(published.with_row("2.重复申请", "其他不予处理的申请")), report)
    assert same_figures(reading, report)
    (finding,) = [each for each in reading.findings if each.rule == "published.extra"]
    assert "其他不予处理的申请" in finding.message


def test_an_altered_label_between_its_neighbours_is_read_and_reported() -> None:
    report = short("2021")
    reading = of_2021(with_cell("5.属于三类内部事务信息", "5.属于三类内部管理信息"), report)
    assert same_figures(reading, report)
    (finding,) = [each for each in reading.findings if each.rule == "published.label"]
    assert "5.属于三类内部管理信息" in finding.message


def test_an_unknown_label_is_not_read_as_the_missing_row() -> None:
    reading = of_2021(with_cell("5.属于三类内部事务信息", "涉及个人隐私"))
    assert "requests.refused_internal.natural" not in reading.report.figures
    assert {"published.part_missing:requests", "published.extra:涉及个人隐私"} <= set(reported(reading))


def test_a_number_merged_over_several_rows_belongs_to_none() -> None:
    report = reports.with_figures(short("2021"), requests__granted__legal=987654, requests__partial__legal=987654)
    passages = published.passages(report)
    (at,) = [at for at, passage in enumerate(passages) if isinstance(passage, PrintedTable) and len(passage.rows) > 20]
    table = passages[at]
    assert isinstance(table, PrintedTable)
    rows = [list(row) for row in table.rows]
    upper, lower = (
        next((row, number) for row in rows[first:] for number, each in enumerate(row) if each.text == "987654")
        for first in (5, 6)
    )
    upper[0][upper[1]] = replace(upper[0][upper[1]], rowspan=2)
    del lower[0][lower[1]]
    passages[at] = PrintedTable(tuple(map(tuple, rows)))
    reading = reading_of(passages)
    unclear = {ref for each in reading.findings if each.rule == "published.unclear" for ref in each.refs}
    assert unclear == {"requests.granted.legal", "requests.partial.legal"}
    assert not unclear & set(reading.report.figures)
    expected = {ref: value for ref, value in report.figures.items() if ref not in unclear and "processing" not in ref}
    assert reading.report.figures == expected


def test_a_missing_table_is_reported_and_not_read_as_zeros() -> None:
    def without(made: list[Passage]) -> list[Passage]:
        return [each for each in made if not (isinstance(each, PrintedTable) and len(each.rows) == 4)]

    reading = of_2021(without)
    assert "published.missing:disputes" in reported(reading)
    assert not any(ref.startswith("disputes") for ref in reading.report.figures)
    assert gouji.verdict(check(reading)) == "fail"


def test_contradicting_tables_are_reported_and_neither_is_read() -> None:
    one, other = short("2021"), reports.with_figures(short("2021"), requests__new__natural=424242)
    second = [
        passage for passage in published.passages(other) if isinstance(passage, PrintedTable) and len(passage.rows) > 20
    ]
    reading = reading_of([*published.passages(one), *second])
    (twice,) = [each for each in reading.findings if each.id == "published.twice:requests.new.natural"]
    assert "424242" in twice.message
    assert "requests.new.natural" not in reading.report.figures


def test_columns_in_another_order_are_read_by_their_header() -> None:
    report = short("2021")

    def swapped(table: PrintedTable) -> list[PrintedTable]:
        if len(table.rows) < 20:
            return [table]
        rows = [list(row) for row in table.rows]
        for row in rows[2:3] + rows[3:]:
            first = 0 if row is rows[2] else len(row) - 6
            row[first], row[first + 1] = row[first + 1], row[first]
        return [PrintedTable(tuple(map(tuple, rows)))]

    assert same_figures(of_2021(published.of_tables(swapped), report), report)


def test_rows_in_another_order_are_read_by_their_labels() -> None:
    report = short("2021")

    def swapped(table: PrintedTable) -> list[PrintedTable]:
        rows = list(table.rows)
        if len(rows) > 20:
            rows[8], rows[9] = rows[9], rows[8]
        return [PrintedTable(tuple(rows))]

    assert same_figures(of_2021(published.of_tables(swapped), report), report)


def test_a_fee_in_another_currency_unit_is_not_read() -> None:
    reading = of_2021(with_cell("本年收费金额（单位：万元）", "本年收费金额（单位：元）"))
    assert "disclosure.fees.amount" not in reading.report.figures


def test_newer_rows_in_the_older_form_are_added_up() -> None:
    old, new = short("2019"), short("2021")
    mixed = [*published.passages(old)]
    tables = [at for at, passage in enumerate(mixed) if isinstance(passage, PrintedTable)]
    mixed[tables[1]] = [passage for passage in published.passages(new) if isinstance(passage, PrintedTable)][1]
    reading = reading_of(mixed)
    assert reading.report.edition == "2019"
    figures = new.figures
    for column in ("natural", "total"):
        parts = [figures[f"requests.{row}.{column}"] for row in ("other_not_corrected", "other_unpaid", "other_other")]
        assert reading.report.figures[f"requests.other.{column}"] == sum(parts)
    assert "published.mixed:requests" in reported(reading)


@pytest.mark.parametrize("text", ["", "一、总体情况", "今天天气很好。" * 50])
def test_a_document_that_is_not_a_report_is_refused(text: str) -> None:
    with pytest.raises(NoReportError):
        reading_of([Paragraph(text), PrintedTable(((cell("单位"), cell("数量")), (cell("其他"), cell("3"))))])


# ---------------------------------------------------------------- headings, titles, subjects

HEADINGS: dict[str, list[str]] = {
    "overview": [
        "一、总体情况", "一 总体情况", "一、 总 体 情 况：", "1、总体情况", "１．总体情况", "第一部分 总体情况",
        "一、政府信息公开总体情况", "一、概述", "一、总体情况…………1",
    ],
    "disclosure": [
        "二、主动公开政府信息情况", "二、主动公开政府信息的情况", "二、行政机关主动公开政府信息情况",
        "二、主动公开情况", "三、主动公开政府信息情况",
    ],
    "requests": [
        "三、收到和处理政府信息公开申请情况", "三、收到和处理政府信息公开的申请情况",
        "三、行政机关收到和处理政府信息公开申请情况", "三、收到和处理政府信息依申请公开情况",
    ],
    "disputes": [
        "四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政复议和行政诉讼情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "四、政府信息公开行政复议,行政诉讼情况",
    ],
    "problems": [
        "五、存在的主要问题及改进情况", "五、存在的主要问题和改进措施", "五、政府信息公开工作存在的主要问题及改进情况",
        "五、存在问题及改进措施", "五、不足之处和今后的打算",
    ],
    "matters": ["六、其他需要报告的事项", "六、其它需要报告的事项", "六、需要报告的其他事项", "七、其他需要报告的事项"],
}  # fmt: skip


@pytest.mark.parametrize(("section", "heading"), [(key, each) for key, those in HEADINGS.items() for each in those])
def test_a_section_is_found_under_each_of_its_headings(section: str, heading: str) -> None:
    report = short("2021")
    own = report.form.section(section).heading
    passages: list[Passage] = [
        Paragraph(heading) if isinstance(each, Paragraph) and each.text == own else each
        for each in published.passages(report)
    ]
    passages.append(Paragraph("本年度没有收取费用。"))
    reading = reading_of(passages)
    assert reported(reading) == []
    assert reading.report.texts == {**report.texts, "matters.other": ("本年度没有收取费用。",)}


TITLES = [
    "{unit}{year}年政府信息公开工作年度报告",
    "{unit}{year}年度政府信息公开工作年度报告",
    "{unit}{year}年政府信息公开年度报告",
    "关于{unit}{year}年政府信息公开工作年度报告",
    "{unit}关于{year}年度政府信息公开工作情况的报告",
    "{year}年度{unit}政府信息公开工作年度报告",
    "{unit}政府信息公开工作年度报告（{year}年）",
    "{unit}政府信息公开{year}年度报告",
    "{unit}{year}年政府信息公开年报",
    "《{unit}{year}年政府信息公开工作年度报告》",
    "{unit}\n{year}年政府信息公开工作年度报告",
    "{unit}{year}年\n政府信息公开工作年度报告",
]


@pytest.mark.parametrize("title", TITLES)
def test_unit_and_year_are_read_from_every_form_of_the_title(title: str) -> None:
    report = short("2021")
    passages = published.passages(report)
    passages[:1] = [Paragraph(title.format(unit="青石镇人民政府", year=2025)), Paragraph("本报告依照条例编制。")]
    reading = reading_of(passages)
    assert (reading.report.unit.name, reading.report.year) == ("青石镇人民政府", 2025)
    assert reading.report.texts["preamble"] == ("本报告依照条例编制。",)


def test_a_year_in_chinese_numerals_is_read() -> None:
    passages = published.passages(short("2021"))
    passages[0] = Paragraph("青石镇人民政府二〇二五年政府信息公开工作年度报告")
    assert reading_of(passages).report.year == 2025


def test_a_repeated_heading_is_kept_for_the_checks() -> None:
    made = published.passages(short("2021"))
    at = made.index(Paragraph("一、总体情况"))
    reading = reading_of([*made[:at], made[at], *made[at:]])
    assert reading.report.texts["overview.general"] == ("一、总体情况", "全镇公开信息12条。")
    assert [finding.rule for finding in check(reading) if "标题重复" in finding.message] == ["wording.numbering"]
    assert reading_of(made).report.texts["overview.general"] == ("全镇公开信息12条。",)


def test_the_last_page_number_is_not_text() -> None:
    made = [*published.passages(short("2021")), Paragraph("—"), Paragraph("5"), Paragraph("—")]
    assert reading_of(made).report.texts.get("matters.other", ()) == ()


def test_a_table_of_contents_is_not_a_section() -> None:
    report = reports.changed(short("2021"), texts={**short("2021").texts, "preamble": ["依照条例编制。"]})
    passages = published.passages(report)
    contents: list[Passage] = [
        Paragraph(f"{section.heading}………… {at}") for at, section in enumerate(report.form.sections)
    ]
    assert reading_of([passages[0], *contents, *passages[1:]]).report.texts == report.texts


def test_subjects_go_to_their_topics_and_other_text_stays_in_its_section() -> None:
    report = short("2021")
    passages = published.passages(reports.changed(report, texts={}))
    at = passages.index(Paragraph(report.form.section("overview").heading)) + 1
    passages[at:at] = [
        Paragraph(text)
        for text in (
            "全年工作如下。", "（一）主动公开情况", "公开12条。", "（二）依申请公开。收到3件。",
            "（三）深入推进平台建设工作", "改版网站。", "(四)监督保障", "培训2次。",
            "（五）其他有特色的工作", "开了会。",
        )
    ]  # fmt: skip
    at = passages.index(Paragraph(report.form.section("problems").heading)) + 1
    passages[at:at] = [
        Paragraph("（一）存在的问题"),
        Paragraph("更新慢。"),
        Paragraph("（二）下一步打算"),
        Paragraph("改。"),
    ]
    assert reading_of(passages).report.texts == {
        "overview.general": ("全年工作如下。", "（五）其他有特色的工作", "开了会。"),
        "overview.disclosure": ("公开12条。",),
        "overview.requests": ("收到3件。",),
        "overview.platform": ("（三）深入推进平台建设工作", "改版网站。"),
        "overview.supervision": ("培训2次。",),
        "problems.problems": ("更新慢。",),
        "problems.improvements": ("改。",),
    }


def test_text_above_and_below_a_table_is_its_notes() -> None:
    report = short("2021")
    passages = published.passages(report)
    at = [at for at, passage in enumerate(passages) if isinstance(passage, PrintedTable)][1]
    passages[at : at + 1] = [Paragraph("单位：件"), passages[at], Paragraph("注：含3件转办。")]
    assert reading_of(passages).report.texts["notes.requests"] == ("单位：件", "注：含3件转办。")
