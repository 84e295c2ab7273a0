"""On the check sheet, the heading of a group says what its lines say together."""

from __future__ import annotations

import pytest
import reports
import sheet_xml

from gouji.formats.workbook.check_sheet import _WIDTHS
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report


def _shown(report: Report) -> dict[str, object]:
    layout, found = layout_of(report.form), sheet_xml.formulas(workbook_bytes(report))
    heads = [line.key for line in layout.checks if line.members]
    return {
        key: found[layout.places[f"show.{key}"].sheet, layout.places[f"show.{key}"].address].result for key in heads
    }


RELATIONS, BALANCE, COMPLETE = "group.relations", "group.requests.balance", "group.complete"


@pytest.mark.parametrize(
    "figures, expected",
    [
        ({}, {RELATIONS: "全部相符", BALANCE: "全部相符", COMPLETE: "都合要求"}),
        (
            {"requests.new.natural": 987, "requests.new.business": 986},
            {RELATIONS: "3 处不符", BALANCE: "3 处不符", COMPLETE: "都合要求"},
        ),
        (
            {"requests.new.natural": None},
            {RELATIONS: "未填完，无法核对", BALANCE: "未填完，无法核对", COMPLETE: "没有填完"},
        ),
    ],
    ids=["right", "two wrong columns and their total", "one left empty"],
)
def test_the_heading_of_a_group_sums_it_up(figures: dict[str, int | None], expected: dict[str, str]) -> None:
    report = reports.right("2021")
    changed = {ref: number for ref, number in {**report.figures, **figures}.items() if number is not None}
    assert _shown(reports.changed(report, figures=changed)) == expected


def test_the_sheet_is_as_wide_as_a_small_screen_shows() -> None:
    assert sum(8 * width + 5 for width in _WIDTHS) <= 1300
