"""What the desk keeps of a year is never older than its files, and looking at it disturbs nobody."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from county import TODAY, TOWNS, County

from gouji.desk.year import Year
from gouji.runtime.output import write_aside

SECOND = TOWNS[1]
_WRITE = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute('BEGIN IMMEDIATE')"


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "year", TOWNS[:2])


def until(year: Year) -> str:
    return str(year.status(TODAY).reporting[SECOND.code].day)


def long_ago(path: Path, seconds: int) -> None:
    """Date a file back, so that it counts as settled."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))


def test_a_page_leaves_the_lock_of_a_ledger_that_is_written_alone(county: County) -> None:
    ledger, year = county.folder / "台账.sqlite", Year(county.folder)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        year.status(TODAY)
        another = subprocess.run([sys.executable, "-c", _WRITE, ledger], capture_output=True, text=True, check=False)
        assert "database is locked" in another.stderr


def test_a_ledger_from_a_backup_is_read_anew_though_it_counts_as_many_changes(county: County) -> None:
    ledger, year = county.folder / "台账.sqlite", Year(county.folder)
    before = ledger.read_bytes()
    county.run("extend", SECOND.code, "--until", "2026-02-20", "-m", "一")
    long_ago(ledger, 3600)
    assert until(year) == "2026-02-20"
    ledger.write_bytes(before)
    county.run("extend", SECOND.code, "--until", "2026-02-21", "-m", "二")
    long_ago(ledger, 1800)
    assert until(year) == "2026-02-21"


def test_a_status_is_kept_while_the_files_are_the_same(county: County) -> None:
    year = Year(county.folder)
    long_ago(county.folder / "台账.sqlite", 3600)
    assert year.status(TODAY) is year.status(TODAY)


def test_totals_are_kept_while_the_ledger_and_the_reports_of_last_year_are_the_same(county: County) -> None:
    county.reported_last_year(county.members)
    for unit in county.members:
        county.writes(unit)
    county.run("collect")
    year, last_year, ledger = Year(county.folder), county.folder / "上年", county.folder / "台账.sqlite"
    reports = sorted(last_year.iterdir())
    for read in (ledger, last_year, *reports):
        long_ago(read, 3600)
    kept = year.totals()
    assert kept.parts
    assert year.totals() is kept
    reports[0].unlink()
    long_ago(last_year, 1800)
    without = year.totals()
    assert (kept.before.units, without.before.units) == (2, 1)
    county.run("reject", SECOND.code, "-m", "重报")
    assert [part.code for part in year.totals().parts] == [TOWNS[0].code]


def test_a_form_of_the_office_that_was_changed_is_read_anew(county: County) -> None:
    form, year = county.folder / "自定格式.toml", Year(county.folder)
    form.write_text("# 一", encoding="utf-8")
    before = year.workspace
    assert year.workspace is before
    form.write_text("# 改了", encoding="utf-8")
    assert year.workspace is not before


def test_a_decision_leaves_the_file_alone_that_a_task_is_writing(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Path.write_bytes

    def meanwhile(path: Path, data: bytes) -> int:
        monkeypatch.undo()
        size = written(path, data)
        with county.workspace.writing("另定截止日期"):
            return size

    monkeypatch.setattr(Path, "write_bytes", meanwhile)
    write_aside(county.folder / "汇总" / "汇总.xlsx", b"whole")
    assert (county.folder / "汇总" / "汇总.xlsx").read_bytes() == b"whole"
