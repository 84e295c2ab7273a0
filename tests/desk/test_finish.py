"""The end of the year at the desk: totals, reports, pages, backup and the year after, as the commands make them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from county import TODAY, TOWNS, YEAR, County
from officer import Officer, at_the_desk

SOME = TOWNS[:3]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Return a county whose units have all passed, each with figures of its own."""
    county = County(tmp_path_factory.mktemp("finish") / f"{YEAR}年度", SOME)
    for number, unit in enumerate(SOME):
        county.writes(unit, processing__fee__notices=number)
    county.run("collect")
    return county


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Return a county of which one unit has sent nothing, and two have sent the same figures."""
    county = County(tmp_path_factory.mktemp("lacking") / "year", SOME)
    for unit in SOME[:2]:
        county.writes(unit)
    county.run("collect")
    return county


@pytest.fixture
def officer(done: County, tmp_path: Path) -> Iterator[Officer]:
    with at_the_desk(done.copied(tmp_path / done.folder.name).folder, TODAY) as officer:
        yield officer


def at(officer: Officer, page: str) -> Officer:
    return officer.open(f"/year/{place(officer)}/{page}")


def place(officer: Officer) -> str:
    return next(iter(officer.desk.years))


def folder(officer: Officer) -> Path:
    return next(iter(officer.desk.years.values()))


def made(folder: Path) -> dict[str, bytes]:
    """Return what stands in the folders of what was made."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for into in ("汇总", "报告")
        for path in (folder / into).rglob("*")
        if path.is_file()
    }
