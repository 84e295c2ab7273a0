"""The columns of a published table: read by their header, with a query if the header differs from the form's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import published
import pytest
import reports
from published import cell

from gouji.formats.published import PrintedCell, PrintedTable, reading_of
from gouji.report.model import Report
from gouji.report.reading import Reading

REPORT = reports.changed(
    reports.right("2021"),
    texts={"overview.general": ["全镇公开信息12条。"], "problems.general": ["更新不够及时。"]},
)
OFFICIAL = [ref for table in REPORT.form.official_tables for ref in table.cells]
HEADER_ROWS = 3
"""Rows of labels above the numbers of the table of requests."""


def read(change: Callable[[PrintedTable], PrintedTable], report: Report = REPORT) -> Reading:
    """Read a report whose tables were changed."""
    return reading_of(published.of_tables(lambda table: [change(table)])(published.passages(report)))


def with_label(was: str, now: str) -> Callable[[PrintedTable], PrintedTable]:
    """Return the change of every cell that holds a label."""

    def of(one: PrintedCell) -> PrintedCell:
        return replace(one, passages=cell(now).passages) if one.text == was else one

    return lambda table: PrintedTable(tuple(tuple(map(of, row)) for row in table.rows))


def with_column(label: str, number: Callable[[int], str]) -> Callable[[PrintedTable], PrintedTable]:
    """Return the change that adds a column at the right edge of the table of requests."""

    def change(table: PrintedTable) -> PrintedTable:
        if len(table.rows) < 20:
            return table
        first, *rest = table.rows[:HEADER_ROWS]
        numbers = [(*row, cell(number(at))) for at, row in enumerate(table.rows) if at >= HEADER_ROWS]
        return PrintedTable(((*first, cell(label, rowspan=HEADER_ROWS)), *rest, *numbers))

    return change


def same_figures(reading: Reading) -> bool:
    assert {ref: reading.report.figures.get(ref) for ref in OFFICIAL} == {ref: REPORT.figures[ref] for ref in OFFICIAL}
    return True


def asked(reading: Reading) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.id, finding.cells) for finding in reading.findings]


# ---------------------------------------------------------------- altered labels


def test_an_altered_column_label_is_read_by_its_place_and_asked_about() -> None:
    reading = read(with_label("商业企业", "企业"))
    assert same_figures(reading)
    assert asked(reading) == [("published.column:企业", ("第2个表!第3行",))]
    (finding,) = reading.findings
    assert (finding.severity, finding.message) == (
        "query",
        "表头里的“企业”认作格式里的“商业企业”这一列，它下面的数字已读取。请核对是不是这一列。",
    )


def test_each_altered_column_label_is_asked_about_once() -> None:
    first, second = with_label("商业企业", "企业"), with_label("社会公益组织", "公益性组织")
    reading = read(lambda table: second(first(table)))
    assert same_figures(reading)
    assert [id for id, _ in asked(reading)] == ["published.column:企业", "published.column:公益性组织"]


def test_an_unlabelled_column_is_read_by_its_place_and_reported_by_its_group_label() -> None:
    reading = read(with_label("商业企业", ""))
    assert same_figures(reading)
    assert asked(reading) == [("published.column:法人或其他组织", ("第2个表!第3行",))]


@pytest.mark.parametrize("label", ["本年度止件数", "废止"])
def test_one_altered_label_of_three_is_read_by_its_place_too(label: str) -> None:
    reading = read(with_label("本年废止件数", label))
    assert same_figures(reading)
    assert [id for id, _ in asked(reading)] == [f"published.column:{label}"]


def test_a_header_that_names_one_column_of_three_is_not_accepted() -> None:
    """The numbers are missing, not guessed."""
    first, second = with_label("本年废止件数", "停用"), with_label("现行有效件数", "有效文件")
    reading = read(lambda table: second(first(table)))
    assert not any(ref.startswith(("disclosure.rules", "disclosure.normative")) for ref in reading.report.figures)
    assert asked(reading) == [("published.part_missing:disclosure", ())]


# ---------------------------------------------------------------- columns that the form does not have


@pytest.mark.parametrize(
    "label, shown", [("上年总计", "上年总计"), ("", "没有列名的一列")], ids=["with a label", "without a label"]
)
def test_numbers_in_an_extra_column_are_reported_once_and_not_read(label: str, shown: str) -> None:
    reading = read(with_column(label, lambda row: str(90000 + row)))
    assert same_figures(reading)
    assert asked(reading) == [(f"published.extra:{shown}", ("第2个表!第4行第9格",))]
    assert f"表里多出“{shown}”，格式里没有，没有读取。" in reading.findings[0].message


@pytest.mark.parametrize("text", ["", "含转办", "无", "/"])
def test_a_column_of_remarks_without_numbers_is_not_reported(text: str) -> None:
    reading = read(with_column("备注", lambda row: text))
    assert same_figures(reading)
    assert reading.findings == ()


def test_two_columns_with_the_same_name_are_unclear() -> None:
    reading = read(with_column("总计", lambda row: str(90000 + row)))
    totals = {ref for ref in OFFICIAL if ref.startswith("requests.") and ref.endswith(".total")}
    assert {ref for finding in reading.findings for ref in finding.refs} == totals
    assert {finding.rule for finding in reading.findings} == {"published.unclear"}
    assert not totals & set(reading.report.figures)
    assert {ref for ref in OFFICIAL if ref not in reading.report.figures} == totals


@pytest.mark.parametrize(
    "numbers", [("46", "46", "46"), ("46", "", ""), ("", "", "46")], ids=["in each", "in the first", "in the last"]
)
def test_a_merged_cell_saved_as_several_cells_is_read_as_one(numbers: tuple[str, str, str]) -> None:
    """The column of licences spans three grid columns; some programs save it as three columns of the same name."""

    def split(table: PrintedTable) -> PrintedTable:
        rows = list(table.rows)
        at = next((at for at, row in enumerate(rows) if row[0].text == "行政许可"), None)
        if at is not None:
            rows[at] = (rows[at][0], *map(cell, numbers))
            rows[at - 1] = (rows[at - 1][0], *[cell("本年处理决定数量")] * 3)
        return PrintedTable(tuple(rows))

    reading = read(split)
    assert reading.report.figures["disclosure.licensing.decisions"] == 46
    assert reading.findings == ()
