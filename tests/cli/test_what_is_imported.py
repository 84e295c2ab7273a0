"""A command imports what it needs for the file at hand: imports are most of what a person waits for with one file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from county import County, member

SAMPLES = Path(__file__).parents[2] / "samples"
WORKBOOK = SAMPLES / "qingxi-2025.xlsx"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return County(tmp_path_factory.mktemp("county") / "year", [member(1), member(2)])


_RUN = """
import sys
from gouji.cli import run
sys.argv[0] = "gouji"
try:
    run()
finally:
    with open(3, "w") as names:
        names.write(" ".join(sys.modules))
"""

LIBRARIES = {"xlsxwriter", "openpyxl", "docx", "lxml", "python_calamine", "msgspec", "jinja2", "pypdfium2", "flask"}
CHECKS = "gouji.checks.judging"
READERS_OF_OTHERS = {
    "lxml",
    "olefile",
    "pypdfium2",
    "gouji.formats.web.reader",
    "gouji.formats.word.reader",
    "gouji.formats.spreadsheet.biff",
    "gouji.formats.spreadsheet.opendocument",
}


def imported(*arguments: str | Path) -> set[str]:
    """Return the modules that this process has when the command has done its work; a worker's do not count."""
    ours, theirs = os.pipe()
    program = f"import os; os.dup2({theirs}, 3)\n{_RUN}"
    with os.fdopen(ours, encoding="utf-8") as names:
        subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            pass_fds=[theirs],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        os.close(theirs)
        return set(names.read().split())


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pipe that a child inherits, as POSIX has it")


def test_help_imports_no_heavy_library() -> None:
    names = imported("--help")
    assert "click" in names
    assert not names & {*LIBRARIES, "multiprocessing", "gouji.runtime.worker_processes"}


def test_reading_a_workbook_imports_no_check_and_no_reader_of_other_files() -> None:
    names = imported("read", WORKBOOK)
    assert "gouji.formats.workbook.reader" in names
    assert not names & {
        *READERS_OF_OTHERS,
        "gouji.checks.judging",
        "gouji.jobs.batch",
        "urllib.request",
        "multiprocessing",
    }


def test_whoever_checks_files_leaves_reading_and_checking_to_the_workers() -> None:
    names = imported("check", WORKBOOK)
    assert "gouji.cli.text" in names
    assert not names & {
        *READERS_OF_OTHERS,
        "gouji.checks.judging",
        "gouji.formats.read",
        "python_calamine",
        "urllib.request",
    }
    assert not names & {"multiprocessing.forkserver", "multiprocessing.resource_tracker"}


def test_the_state_of_a_year_is_shown_without_reading_or_checking_anything(county: County) -> None:
    names = imported("status", "-w", county.folder)
    assert "gouji.collection.review.status" in names
    assert not names & {CHECKS, "gouji.formats.workbook.reader", "gouji.collection.intake.collect", "multiprocessing"}


def test_checking_imports_a_reader_only_for_files_of_its_kind() -> None:
    from gouji.jobs.needed import needed_for

    assert needed_for(["a.xlsx", "b.XLSX"]) == (
        "gouji.jobs.batch",
        "gouji.checks.judging",
        "gouji.formats.read",
        "gouji.jobs.rehearsal:rehearse",
        "gouji.formats.workbook.reader",
    )
    assert set(needed_for(["a.xlsx", "b.docx", "c.htm"])) - set(needed_for(["a.xlsx"])) == {
        "gouji.formats.web.reader",
        "gouji.formats.word.reader",
    }
