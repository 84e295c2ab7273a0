"""The facts that decide the next step, in a workspace in use."""

from __future__ import annotations

import os
import time

from county import TOWNS, County

from gouji.collection.next_step.advice import Situation, next_step
from gouji.collection.next_step.situation import situation_of
from gouji.collection.review.status import status_of


def now(county: County) -> Situation:
    return situation_of(county.workspace, status_of(county.workspace, county.today))


def step(county: County) -> str | None:
    return next_step(now(county)).step


def test_a_unit_added_to_the_roster_has_no_form_yet(issued: County, county: County) -> None:
    assert now(county).unissued == 0
    county.enrol(TOWNS[:3])
    assert (now(county).units, now(county).unissued) == (3, 0)
    county.folder.joinpath("名册.xlsx").write_bytes((issued.folder / "名册.xlsx").read_bytes())
    assert (now(county).units, now(county).unissued) == (5, 0)


def test_a_file_waits_until_collected_and_a_new_file_under_its_name_waits_again(county: County) -> None:
    county.writes(TOWNS[0], "年报.json")
    county.writes(TOWNS[1], "在里面/年报.json")
    assert (now(county).waiting, step(county)) == (2, "collect")
    county.run("collect")
    assert now(county).waiting == 0
    county.writes(TOWNS[0], "年报.json", requests__new__natural=99999)
    assert now(county).waiting == 1


def test_changed_findings_have_to_be_sent_back_again(county: County) -> None:
    county.writes(TOWNS[0], requests__new__natural=99999)
    county.run("collect")
    assert (now(county).not_sent_back, step(county)) == (1, "send_back")
    county.run("return")
    assert (now(county).not_sent_back, step(county)) == (0, "collect")
    county.writes(TOWNS[0], "改.json", requests__new__natural=88888)
    county.run("collect")
    assert now(county).not_sent_back == 1


def test_reports_totals_and_backup_are_current_until_something_new_arrives(county: County) -> None:
    for unit in TOWNS:
        county.writes(unit)
    county.run("collect")
    assert (now(county).unreported, step(county)) == (5, "report")
    county.run("report", "--all")
    assert step(county) == "summary"
    county.run("summary")
    assert step(county) == "backup"
    county.run("backup")
    assert step(county) is None
    later = time.time() - 60
    for path in (county.folder / "汇总" / "汇总.xlsx", *county.folder.parent.glob("*_备份_*.zip")):
        os.utime(path, (later, later))
    assert step(county) == "summary"
    county.run("summary")
    assert step(county) == "backup"


def test_gathering_the_situation_changes_nothing(county: County) -> None:
    county.writes(TOWNS[0], requests__new__natural=99999)
    county.run("collect")
    before = {path: path.read_bytes() for path in county.folder.rglob("*") if path.is_file()}
    now(county)
    assert {path: path.read_bytes() for path in county.folder.rglob("*") if path.is_file()} == before
