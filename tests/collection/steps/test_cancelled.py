"""A step that is cancelled in the middle leaves nothing undone: the same step run again finishes the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from aftermath import leftovers, state_of
from cancelling import cancel
from county import TODAY, County, member
from sendings import send_many

from gouji.collection.steps.collecting import collect
from gouji.collection.steps.outcome import Outcome
from gouji.collection.steps.outgoing import issue, send_back


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office with 20 files of its units in 回收."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 5)])
    office.run("issue")
    send_many(office, 20, workbooks=4)
    return office


@pytest.fixture(scope="module")
def finished(waiting: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The same office after uninterrupted commands."""
    office = waiting.copied(tmp_path_factory.mktemp("finished") / "年报")
    office.run("collect")
    return office


@pytest.mark.parametrize("stage", ["归档", "拆包", "核对"])
def test_collecting_that_is_cancelled_continues(stage: str, waiting: County, finished: County, tmp_path: Path) -> None:
    office = waiting.copied(tmp_path / "年报")
    cancel(collect, office.workspace, (), at=stage, today=TODAY)
    assert leftovers(office.folder) == []
    assert not collect(office.workspace, (), today=TODAY).unfinished
    assert state_of(office) == state_of(finished)


@pytest.mark.parametrize(
    ("command", "step"), [("issue", issue), ("return", send_back)], ids=["issuing", "sending back"]
)
def test_making_files_for_the_units_continues(
    command: str, step: Callable[..., Outcome], finished: County, tmp_path: Path
) -> None:
    office = finished.copied(tmp_path / "年报")
    office.enrol([*office.members, *(member(number) for number in range(50, 53))])
    whole = office.copied(tmp_path / "whole" / "年报")
    whole.run(command)
    cancel(step, office.workspace, at=".", today=TODAY)
    assert leftovers(office.folder) == []
    assert not step(office.workspace, today=TODAY).unfinished
    assert state_of(office) == state_of(whole)
