"""A realistic folder: two hundred good submissions and every kind of broken file, read twice in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import reports

import gouji
from damaged import hostile, kit
from gouji.checks import check, verdict
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.jobs.batch import files_in
from gouji.report.model import Report, Unit
from gouji.runtime.errors import DocumentError

GOOD = 200
MEGABYTES = 200
"""The memory limit of the parent process, regardless of the number and kind of files."""

_PROGRAM = """
import json, re, sys
from pathlib import Path
from gouji.jobs.batch import Previous, check_files, files_in

if __name__ == "__main__":
    for _ in range(2):
        done = check_files(files_in([Path(sys.argv[1])]), Previous(None))
        print(json.dumps([[Path(checked.path).name, checked.verdict, checked.sha256] for checked in done]))
    print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def good_report(number: int) -> Report:
    report = reports.right("2021", seed=number)
    return reports.changed(report, unit=Unit(f"第{number}镇人民政府", f"4104112{number:03}", "township"))


def expected(data: bytes) -> str:
    """Return the verdict on one file that is checked alone."""
    try:
        return verdict(check(read_data(data)))
    except DocumentError:
        return "unreadable"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what a process needed")
def test_two_hundred_good_submissions_among_broken_files_are_read_twice(tmp_path: Path) -> None:
    folder, good = tmp_path / "returns", {}
    folder.mkdir()
    bad: dict[str, bytes] = {name: damage.make() for name, damage in kit.KIT.items() if not damage.key}
    bad.update({name: make() for name, make in hostile.HOSTILE.items()})
    files: list[Any] = [*bad.values(), *range(GOOD)]
    Random(3).shuffle(files)
    verdicts = {}
    for number, file in enumerate(files):
        path = folder / f"{number:04}.xlsx"
        if isinstance(file, int):
            good[path] = good_report(file)
            path.write_bytes(workbook_bytes(good[path]))
            verdicts[path.name] = "pass"
        else:
            path.write_bytes(file)
            verdicts[path.name] = expected(file)
    (tmp_path / "program.py").write_text(_PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "program.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, second, megabytes = (json.loads(line) for line in done.stdout.splitlines())
    assert first == second
    assert {name: verdict for name, verdict, _ in first} == verdicts
    assert sum(verdict == "pass" for _, verdict, _ in first) >= GOOD
    assert all(len(sha256) == 64 for _, _, sha256 in first)
    assert megabytes < MEGABYTES
    for _ in range(2):
        for path, report in good.items():
            assert reports.same(gouji.read(path).report, report)


@pytest.mark.skipif(sys.platform == "win32", reason="making a link takes rights there")
def test_a_link_in_a_circle_does_not_close_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").touch()
    (tmp_path / "b").symlink_to(tmp_path / "b")
    (tmp_path / "c").symlink_to(tmp_path / "nowhere")
    assert files_in([tmp_path]) == [tmp_path / "a.xlsx"]
