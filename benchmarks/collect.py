"""Compare collecting submissions by gouji with a straightforward script and the physical floor, as ratios of one run.

Run ``python benchmarks/collect.py [RETURNS ...]``, such as ``1000 10000 100000``. The submissions are made from one
filled workbook, but each is a file with its own content, so nothing is read only once (see :func:`made`). Making many
takes longer than collecting them: with ``--folder FOLDER`` they are kept there and reused by later runs.

*gouji* is ``collect``: archive, read, check, ledger, in worker processes on all processors. *The script* loads every
file with openpyxl and puts the figures into a dict, in one process without checks or archive, as such scripts do. *The
floor* copies the files, inflates every part and reads the values with calamine, in one process. *Again* collects the
same folder once more. For more than PEERS submissions, the peers are measured on PEERS and multiplied, since they are
linear.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

import gouji
from gouji.collection.outgoing.new_year import begin, deadline_of
from gouji.collection.workspace.roster import Member, write_roster
from gouji.collection.workspace.settings import Settings
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, make_report

SAMPLE = Path(__file__).parents[1] / "samples" / "qingxi-2025.xlsx"
PEERS = 500


def made(folder: Path, count: int) -> list[Member]:
    """Write the submissions of this many units: correct, equally large, and all different."""
    report = read_data(SAMPLE.read_bytes()).report
    key = (folder / "签发密钥.txt").read_bytes().strip()
    members = [Member(code=f"41{number:07}", name=f"第{number}镇人民政府", level="township") for number in range(count)]
    write_roster(folder / "名册.xlsx", members)
    pattern, marks = _pattern(report, key)
    for member in members:
        data = pattern
        report_of = _of(report, member)
        path = folder / "回收" / f"{member.code}.xlsx"
        path.write_bytes(_filled(data, marks, report_of, key))
    return members


def _of(report: Report, member: Member) -> Report:
    return make_report(
        edition=report.edition,
        year=report.year,
        unit=Unit(name=member.name, code=member.code, level=member.level),
        people=report.people,
        figures=report.figures,
        texts={
            topic: [text.replace("清溪镇", _short(member.name)) for text in texts]
            for topic, texts in report.texts.items()
        },
        zero=report.zero,
    )


def _short(name: str) -> str:
    return name.removesuffix("人民政府")


def _pattern(report: Report, key: bytes) -> tuple[bytes, Report]:
    marked = _of(report, Member(code="41@CODE@", name="第@NAME@镇人民政府", level="township"))
    return workbook_bytes(marked, key=key), marked


def _filled(pattern: bytes, marked: Report, report: Report, key: bytes) -> bytes:
    """Return the workbook of a unit: the pattern with the unit's name, code and signature."""
    from gouji.formats.workbook.layout import given_identity
    from gouji.formats.workbook.writer import identity_of

    old = identity_of(marked, given_identity(marked), key)["signature"]
    new = identity_of(report, given_identity(report), key)["signature"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pattern)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            for before, after in (
                (_short(marked.unit.name), _short(report.unit.name)),
                (marked.unit.code, report.unit.code),
                (old, new),
                (old[:8], new[:8]),
            ):
                data = data.replace(before.encode(), after.encode())
            target.writestr(entry, data)
    return buffer.getvalue()


def collect(folder: Path) -> tuple[float, int]:
    """Collect a workspace in a process of its own; return the seconds, and the memory of the parent in MB."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    seconds = time.perf_counter() - start
    return seconds, int(done.stdout.split()[-1])


_PROGRAM = """
import re, sys
from pathlib import Path
from gouji.collection.intake.collect import collect
from gouji.collection.workspace.folder import Workspace
if __name__ == "__main__":
    done = collect(Workspace(Path(sys.argv[1])))
    assert not done.problems and set(done.examined) <= {"pass"}, (done.problems[:3], done.examined)
    print(int(re.search(r"VmHWM:\\\\s*(\\\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
""".replace("\\\\", "\\")


def script(files: list[Path]) -> float:
    """Do what a script does that somebody wrote in an afternoon."""
    start = time.perf_counter()
    figures: dict[str, dict[str, object]] = {}
    for path in files:
        workbook = openpyxl.load_workbook(path, data_only=True)
        figures[path.name] = {
            f"{sheet.title}!{cell.coordinate}": cell.value
            for sheet in workbook
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int | float)
        }
    return time.perf_counter() - start


def floor(files: list[Path], target: Path) -> float:
    """Copy each file, inflate every part, and read all values with calamine."""
    start = time.perf_counter()
    for path in files:
        data = path.read_bytes()
        (target / path.name).write_bytes(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                archive.read(name)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return time.perf_counter() - start


def prepared(folder: Path, count: int) -> Path:
    """Return a workspace with this many submissions to collect."""
    workspace = folder / f"年报{count}"
    if not workspace.exists():
        making = folder / f"年报{count}.part"
        begin(making, Settings("某县人民政府办公室", 2025, deadline_of(2025)))
        made(making, count)
        making.rename(workspace)
    return workspace


def measure(workspace: Path, count: int) -> None:
    """Measure and print one line."""
    files = sorted((workspace / "回收").iterdir())
    few = files[:PEERS]
    times = len(files) / len(few)
    with tempfile.TemporaryDirectory(dir=workspace.parent) as copies:
        lowest = floor(few, Path(copies)) * times
    peer = script(few) * times
    first, memory = collect(workspace)
    again, memory_again = collect(workspace)
    ledger = (workspace / "台账.sqlite").stat().st_size / 2**20
    print(
        f"{count:7} returns: collect {first:7.1f} s ({first / count * 1000:.1f} ms each), parent {memory} MB, "
        f"ledger {ledger:.0f} MB; {first / lowest:.2f} × floor ({lowest:.1f} s); "
        f"script ÷ collect {peer / first:.1f} ({peer:.0f} s); again {again:.1f} s = {again / first:.1%}, "
        f"parent {memory_again} MB",
        flush=True,
    )


if __name__ == "__main__":
    assert gouji.__version__
    parser = argparse.ArgumentParser()
    parser.add_argument("returns", type=int, nargs="*", default=[1000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--make", action="store_true", help="only make the returns")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        for count in given.returns:
            if given.make:
                prepared(folder, count)
            else:
                measure(prepared(folder, count), count)
