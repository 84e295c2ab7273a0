"""Whose reports of last year the comparison of the totals is made of: each area once, as it was then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import county
import msgspec
import plain_sums
import pytest
import reports
from county import member
from summing import FORM, office_with, right

from gouji.collection.totals.totals import LastYearTotals, totals_of
from gouji.collection.workspace.roster import Member
from gouji.form.editions import load_form
from gouji.report.model import Unit, to_json

YEAR = county.YEAR
TOWN = member(1)
"""A unit that reports this year as it did last year; its report of this year makes up the totals."""


def last_year_of(tmp_path: Path, units: Iterable[Member], kept: Iterable[str], of: str = "") -> LastYearTotals:
    """Return what the totals of these units are compared with, where reports of last year are kept under some codes.

    The report under the n-th code, counted from 1, is ``right(n)``.
    """
    units = list(units)
    office = office_with(tmp_path, units, {unit: right(0) for unit in units if unit == TOWN})
    for number, code in enumerate(kept, 1):
        report = reports.changed(right(number), year=YEAR - 1, unit=Unit(f"单位{code}", code, "township"))
        (office.folder / "上年" / f"{code}.json").write_bytes(to_json(report))
    return totals_of(office.workspace, of).before


def expected(*numbers: int) -> dict[str, object]:
    return {**plain_sums.added([right(number).figures for number in numbers], FORM.cells)}


def test_last_years_reports_of_all_units_are_added_up(tmp_path: Path) -> None:
    before = last_year_of(tmp_path, [TOWN, member(2)], [TOWN.code, member(2).code])
    assert before.figures == expected(1, 2)
    assert (before.units, before.missing, before.form) == (2, (), load_form("2021"))


def test_a_unit_without_a_report_of_last_year_is_named(tmp_path: Path) -> None:
    before = last_year_of(tmp_path, [TOWN, member(2)], [TOWN.code])
    assert before.figures == expected(1)
    assert (before.units, before.missing) == (1, (member(2).code,))


def test_a_finished_sum_of_last_year_is_not_added_to_its_parts(tmp_path: Path) -> None:
    """The county has its office and a town below it: what it reported itself holds both already."""
    whole = member(900, name="丰泽县人民政府", short=("丰泽县",), level="county")
    its_office = member(99, name=county.OFFICE, short=("县政府办",), level="county", parent=whole.code)
    town = msgspec.structs.replace(TOWN, parent=whole.code)
    office = office_with(tmp_path, [whole, its_office, town], {town: right(0)})
    for number, code in enumerate((its_office.code, town.code, whole.code), 1):
        report = reports.changed(right(number), year=YEAR - 1, unit=Unit("单位", code, "township"))
        (office.folder / "上年" / f"{code}.json").write_bytes(to_json(report))
    before = totals_of(office.workspace).before
    assert before.figures == expected(1, 2)
    assert (before.units, before.missing) == (2, ())


def test_a_new_unit_reported_nothing_last_year_and_is_not_missing(tmp_path: Path) -> None:
    """A report that lies under its code is of another unit, which had the code before."""
    new = member(2, active_from=YEAR)
    before = last_year_of(tmp_path, [TOWN, new], [TOWN.code, new.code])
    assert before.figures == expected(1)
    assert (before.units, before.missing) == (1, ())


@pytest.mark.parametrize(
    "last, counted",
    [(YEAR - 1, (1, 2)), (YEAR - 2, (1,))],
    ids=["it reported last year for the last time", "it had ended before"],
)
def test_a_unit_that_has_ended_is_part_of_last_year_if_it_reported_then(
    tmp_path: Path, last: int, counted: tuple[int, ...]
) -> None:
    ended = member(2, active_to=last)
    before = last_year_of(tmp_path, [TOWN, ended], [TOWN.code, ended.code])
    assert before.figures == expected(*counted)
    assert (before.units, before.missing) == (len(counted), ())


@pytest.mark.parametrize("since", [None, YEAR], ids=["under a code that stays", "under a new code"])
def test_a_merged_unit_stands_for_those_that_it_continues(tmp_path: Path, since: int | None) -> None:
    merged = member(2, before=("x", "y"), active_from=since)
    before = last_year_of(tmp_path, [TOWN, merged], [TOWN.code, "x", "y", merged.code])
    assert before.figures == expected(1, 2, 3)
    assert (before.units, before.missing) == (3, ())


def test_a_unit_that_ended_and_goes_on_in_others_is_counted_once(tmp_path: Path) -> None:
    divided = member(2, active_to=YEAR - 1)
    parts = [member(number, before=(divided.code,), active_from=YEAR) for number in (3, 4)]
    before = last_year_of(tmp_path, [TOWN, divided, *parts], [TOWN.code, divided.code])
    assert before.figures == expected(1, 2)
    assert (before.units, before.missing) == (2, ())


def test_of_a_part_of_the_area_only_its_own_last_year_counts(tmp_path: Path) -> None:
    before = last_year_of(tmp_path, [TOWN, member(2)], [TOWN.code, member(2).code], of=TOWN.code)
    assert before.figures == expected(1)
    assert before.units == 1


def test_reports_of_two_forms_have_no_sum(tmp_path: Path) -> None:
    office = office_with(tmp_path, [TOWN, member(2)], {TOWN: right(0)})
    for unit, edition in ((TOWN, "2021"), (member(2), "2019")):
        report = reports.changed(reports.right(edition, 1), year=YEAR - 1, unit=county.unit_of(unit))
        (office.folder / "上年" / f"{unit.code}.json").write_bytes(to_json(report))
    before = totals_of(office.workspace).before
    assert (before.figures, before.units, before.form) == ({}, 2, None)
