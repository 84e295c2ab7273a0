"""Reports that are added up: only those that mean the same."""

from __future__ import annotations

import pytest
import reports

from gouji.report.model import Report, added
from gouji.runtime.errors import GoujiError

RIGHT = reports.right("2021", 1)


def test_the_sum_is_the_report_of_the_unit_that_it_is_made_for() -> None:
    whole = added([RIGHT, reports.right("2021", 2)], reports.Unit("合镇人民政府", "m", "township"))
    assert (whole.unit.name, whole.year, whole.edition) == ("合镇人民政府", RIGHT.year, "2021")
    natural = "requests.new.natural"
    assert whole.figures[natural] == RIGHT.figures[natural] + reports.right("2021", 2).figures[natural]


@pytest.mark.parametrize(
    "other",
    [reports.changed(RIGHT, year=2024), reports.changed(reports.right("2019"), year=RIGHT.year)],
    ids=["another year", "another edition"],
)
def test_reports_that_mean_other_things_are_not_added(other: Report) -> None:
    with pytest.raises(GoujiError, match="不是同一年度、同一版格式"):
        added([RIGHT, other], reports.UNIT)
