"""What a submission is checked against, and what is said where it cannot be."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import reports
from county import YEAR, member, unit_of
from inspected import page
from summing import office_with, right, send, take_in

from gouji.report.model import Unit, to_json

OLD = "410499999"
"""Last year's code of a unit that is no more."""
PARTS = [member(1, before=(OLD,)), member(2, before=(OLD,))]


@pytest.mark.parametrize("continued", [PARTS, PARTS[:1]], ids=["by two units", "by one unit"])
def test_a_unit_that_shares_last_years_cases_is_told_why_they_were_not_compared(
    tmp_path: Path, continued: list[object]
) -> None:
    """Who continues a unit alone begins with its open cases; of two nobody but the office can divide them."""
    office = office_with(tmp_path, continued, {})  # type: ignore[arg-type]
    last = reports.with_figures(
        reports.changed(right(1), year=YEAR - 1, unit=Unit("旧镇人民政府", OLD, "township")),
        requests__carried_out__natural=77,
        requests__new__natural=77,
    )
    (office.folder / "上年" / f"{OLD}.json").write_bytes(to_json(last))
    send(office, PARTS[0], reports.changed(right(1), unit=unit_of(PARTS[0])))
    take_in(office)
    found = office.findings(PARTS[0], "error", "query", "note")
    divided = len(continued) > 1
    assert ("previous.divided" in found) == divided
    assert any(id.startswith("carry_over") for id in found) == (not divided)
    assert "previous.missing" not in found
    if divided:
        assert f"上年的单位 {OLD} 由几个单位接着报" in office.run("status", PARTS[0].code)


@pytest.mark.parametrize(("publish_by", "late"), [("", True), ("2026-03-31", False), ("2026-02-05", True)])
def test_a_page_is_late_after_the_day_that_the_office_has_set_else_after_that_of_the_law(
    tmp_path: Path, publish_by: str, late: bool
) -> None:
    office = office_with(tmp_path, [member(1)], {})
    if publish_by:
        settings = office.folder / "设置.toml"
        lines = [line for line in settings.read_text("utf-8").splitlines() if "publish_by" not in line]
        settings.write_text("\n".join([f"publish_by = {publish_by}", *lines]), "utf-8")
    made = page(reports.changed(right(1), unit=unit_of(member(1))), datetime.date(2026, 2, 10))
    (office.folder / "回收" / "年报.html").write_bytes(made)
    take_in(office)
    assert ("published.late" in office.findings(member(1), "query")) == late
