"""What a year ends with, as steps: what they wrote is named, and cancelled in the middle they can be taken again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from aftermath import leftovers
from cancelling import cancel
from county import TODAY, TOWNS, County

from gouji.collection.steps.adding_up import add_up
from gouji.collection.steps.outcome import Outcome
from gouji.collection.steps.publishing import publish_all
from gouji.collection.steps.reporting import report_all
from gouji.collection.steps.saving import back_up

ABSENT = TOWNS[2]


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county in which two of three towns have passed."""
    county = County(tmp_path_factory.mktemp("finishing") / "county", TOWNS[:3])
    for town in TOWNS[:2]:
        county.writes(town)
    county.run("collect")
    return county


@pytest.fixture
def county(passed: County, tmp_path: Path) -> County:
    return passed.copied(tmp_path / "county")


@pytest.mark.parametrize(
    ("step", "kinds"), [(report_all, 1), (partial(publish_all, today=TODAY), 3)], ids=["reports", "pages"]
)
def test_what_was_cancelled_is_finished_by_the_next_time(
    step: Callable[..., Outcome], kinds: int, county: County
) -> None:
    cancel(step, county.workspace, at=".")
    assert leftovers(county.folder) == []
    done = step(county.workspace)
    written = {path for path in (county.folder / "报告").rglob("*") if path.is_file()}
    assert not done.unfinished
    assert len(written) == 2 * kinds
    assert {county.folder / file for file in done.files} <= written
    assert step(county.workspace).files == ()


def test_a_cancelled_backup_leaves_nothing(county: County, tmp_path: Path) -> None:
    kept = tmp_path / "备份"
    kept.mkdir()
    cancel(back_up, county.workspace, kept, at=".")
    assert list(kept.iterdir()) == []
    done = back_up(county.workspace, kept)
    (file,) = kept.iterdir()
    assert str(file) in done.lines[0].words


def test_totals_are_unfinished_unless_the_officer_knows_who_is_missing(county: County) -> None:
    done = add_up(county.workspace, papers=True, today=TODAY)
    assert done.unfinished
    assert any(ABSENT.name in sentence for line in done.lines for sentence in line.more)
    assert [(county.folder / file).is_file() for file in done.files] == [True, True]
    assert not add_up(county.workspace, partial=True, today=TODAY).unfinished
