"""An office's year, through its commands."""

from __future__ import annotations

from pathlib import Path

import pytest

import county
import gouji
from county import County, member

TOWNS = [member(number) for number in range(1, 6)]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has issued its forms; tests take copies of it."""
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    office.run("issue")
    return office


@pytest.fixture
def office(issued: County, tmp_path: Path) -> County:
    """A copy of that office: a workspace can be copied as it is."""
    import copy
    import shutil

    mine = copy.copy(issued)
    mine.folder = tmp_path / "年报"
    shutil.copytree(issued.folder, mine.folder)
    return mine


def test_each_unit_gets_a_signed_form_with_its_name(office: County) -> None:
    for town in TOWNS:
        reading = gouji.read(office.form(town))
        assert reading.report.unit == county.unit_of(town)
        assert reading.report.year == county.YEAR
        assert gouji.media.read(office.form(town), key=office.workspace.key).findings == ()


def test_a_right_return_passes_and_a_wrong_one_waits_for_correction(office: County) -> None:
    office.answers(TOWNS[0])
    office.answers(TOWNS[1], requests__closed__natural=None, requests__new__natural=999)
    office.answers(TOWNS[2], requests__new__legal=None)
    said = office.run("collect")
    assert "新收 3 个" in said
    assert office.states() == {
        TOWNS[0].code: "done",
        TOWNS[1].code: "wrong",
        TOWNS[2].code: "wrong",
        TOWNS[3].code: "missing",
        TOWNS[4].code: "missing",
    }
    office.run("return")
    names = sorted(path.name for path in (office.folder / "退回").iterdir())
    assert len(names) == 4
    office.run("report", "--all")
    assert len(list((office.folder / "报告").iterdir())) == 1
