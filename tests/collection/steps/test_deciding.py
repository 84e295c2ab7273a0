"""The officer's decisions as steps: what each one changes, and that its number undoes it and nothing else."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from county import TOWNS, YEAR, County, answer, member

from gouji.collection.steps import deciding
from gouji.collection.steps.outcome import Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.runtime.errors import GoujiError

FIRST, SECOND, THIRD = TOWNS[:3]
CELL = "三、依申请公开!D8"
LATER = datetime.date(YEAR + 1, 2, 10)
WHY = "电话问过，登记簿上是这样"

Step = Callable[[Workspace], Outcome]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county with a report that has passed, one with an error and a query, and a file of an unknown unit."""
    county = County(tmp_path_factory.mktemp("deciding") / "county", [FIRST, SECOND, THIRD])
    county.reported_last_year([SECOND])
    county.writes(FIRST, "一.json", day=1)
    county.writes(FIRST, "二.json", day=2, requests__new__natural=999)
    county.writes(SECOND, "三.json", requests__new__natural=999, disclosure__normative__in_force=7)
    county.says(answer(member(9)), "四.json")
    county.run("collect")
    # A decision that has nothing to do with the others, and must outlive them.
    county.run("extend", THIRD.code, "--until", LATER, "-m", WHY)
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "county")


def by_a_thread(step: Callable[[], Outcome]) -> Outcome:
    """Take a step as a server does."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(step).result()


def stands(county: County) -> Any:
    """Return all that decisions change: what is in force, its figures, what is answered, deadlines and what waits."""
    status = county.status()
    units = []
    for unit in status["units"]:
        detail = json.loads(county.run("status", unit["code"], "--json"))
        findings = [(one["id"], bool(one["answer"])) for one in detail["findings"]]
        units.append([unit["state"], unit["deadline"], [one["role"] for one in unit["returns"]], findings])
    return units, status["unknown"], status["remarks"]


def in_effect(county: County) -> list[int]:
    """Return the numbers of the decisions that are not undone."""
    with county.ledger() as ledger:
        made = ledger.decisions()
    undone = {one.target for one in made if one.kind == "undo"}
    return [one.id for one in made if one.kind != "undo" and one.id not in undone]


DECISIONS: dict[str, Step] = {
    "accept": lambda office: deciding.accept(office, FIRST.code, ["二.json"], WHY),
    "reject": lambda office: deciding.reject(office, FIRST.code, "一.json", WHY),
    "reject-a-cell": lambda office: deciding.reject(office, FIRST.code, "一.json", WHY, [CELL]),
    "ask": lambda office: deciding.ask(office, FIRST.code, "", WHY, [CELL]),
    "assign": lambda office: deciding.assign(office, "四.json", THIRD.code, WHY),
    "amend": lambda office: deciding.amend(office, SECOND.code, [f"{CELL}=1"], WHY),
    "explain": lambda office: deciding.explain(office, SECOND.code, "stock:normative", WHY),
    "waive": lambda office: deciding.waive(office, SECOND.code, "requests.balance:natural", WHY),
    "extend": lambda office: deciding.extend(office, [FIRST.code], LATER, WHY),
    "dismiss": lambda office: deciding.dismiss(office, ["四.json"], WHY),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_the_number_of_a_decision_undoes_exactly_it(
    county: County, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before, others = stands(county), in_effect(county)

    done = by_a_thread(lambda: DECISIONS[name](county.workspace))

    assert done.decision is not None
    assert done.lines[0].words.startswith(f"{done.decision}：")
    assert in_effect(county) == [*others, done.decision]
    assert stands(county) != before

    undone = by_a_thread(lambda: deciding.undo(county.workspace, done.decision or 0, "点错了"))

    assert undone.lines[0].words.startswith(f"{undone.decision}：撤销了第 {done.decision} 号决定")
    assert in_effect(county) == others
    assert stands(county) == before
    assert capfd.readouterr() == ("", "")


def test_decisions_that_were_made_together_are_undone_one_by_one(county: County) -> None:
    before = stands(county)
    done = deciding.extend(county.workspace, [FIRST.code, SECOND.code], LATER, WHY)
    assert done.decisions == (2, 3)
    assert done.decision == 3
    for number in done.decisions:
        deciding.undo(county.workspace, number, "点错了")
    assert stands(county) == before


def test_what_was_dismissed_before_a_wrong_name_is_said_with_its_number(county: County) -> None:
    done = deciding.dismiss(county.workspace, ["四.json", "没有.eml"], WHY)
    assert (done.decisions, done.unfinished) == ((2,), True)
    assert [line.kind for line in done.lines] == ["done", "wrong"]


def test_no_unit_is_not_every_unit(county: County) -> None:
    with pytest.raises(GoujiError, match="请写出是哪些单位"):
        deciding.extend(county.workspace, [], LATER, WHY)


def test_only_a_terminal_is_told_the_command_that_may_follow(county: County) -> None:
    for day, name in enumerate(("旧.json", "新.json"), 1):
        county.writes(THIRD, name, day, disclosure__fees__amount=day)
        county.run("collect")
    (line, *_) = deciding.reject(county.workspace, THIRD.code, "新.json", WHY).lines
    assert line.words.endswith("没有因此采用。")
    assert "gouji accept" in line.terminal[0]


def test_a_decision_is_told_although_what_changed_by_it_cannot_be_recorded(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise GoujiError("磁盘已满。")

    monkeypatch.setattr(deciding, "record_changes", full)
    said = county.run("accept", FIRST.code, "一.json", "-m", WHY, fails=2).splitlines()
    assert "采用“一.json”" in said[0]
    assert said[1:] == ["gouji：磁盘已满。"]
    done = deciding.undo(Workspace.find(county.folder), int(said[0].partition("：")[0]), WHY)
    assert done.unfinished
    assert done.decision
