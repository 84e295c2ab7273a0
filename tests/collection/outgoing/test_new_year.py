"""Which year a new workspace is for."""

from __future__ import annotations

import datetime

import pytest

from gouji.collection.outgoing.new_year import year_in_hand
from gouji.collection.workspace.settings import deadline_of


@pytest.mark.parametrize(
    "day, year",
    [
        pytest.param((2031, 1, 15), 2030, id="in January last year's reports are due"),
        pytest.param((2031, 6, 30), 2030, id="until the middle of the year"),
        pytest.param((2031, 7, 1), 2031, id="in July the current year is prepared"),
        pytest.param((2031, 12, 31), 2031, id="until its end"),
    ],
)
def test_the_year_in_hand_changes_in_july(day: tuple[int, int, int], year: int) -> None:
    assert year_in_hand(datetime.date(*day)) == year


def test_the_reports_of_a_year_are_due_in_the_next_january() -> None:
    assert deadline_of(2030) == datetime.date(2031, 1, 31)
