"""Forty prints by three programs: most are read whole, none wrong, and every lost number is named."""

from __future__ import annotations

from pathlib import Path

import prints
import pytest

pytestmark = pytest.mark.slow

FEWEST_WHOLE = 36


def test_of_forty_prints_most_are_read_whole_and_none_wrong(tmp_path: Path) -> None:
    outcomes = {
        one: prints.outcome_of(data, prints.report_of(one.edition))
        for one, data in prints.printed(prints.PRINTS, tmp_path)
    }
    assert len(outcomes) == len(prints.PRINTS) == 40
    assert {one: outcome.wrong for one, outcome in outcomes.items() if outcome.wrong} == {}
    assert {one: outcome.unnamed for one, outcome in outcomes.items() if outcome.unnamed} == {}
    whole = [one for one, outcome in outcomes.items() if outcome.whole]
    assert len(whole) >= FEWEST_WHOLE, [str(one) for one in outcomes if one not in whole]
