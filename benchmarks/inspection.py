"""An inspection compared with only reading its files: how long it takes, and how much memory the parent needs.

Run ``python benchmarks/inspection.py [UNITS] [ROUNDS]``: reports of UNITS units (100) on three years, in web pages,
Word files, workbooks and JSON by turns; LibreOffice prints every second Word file as PDF. *In workers* reads the same
files in the same workers and keeps nothing, *one by one* reads them in one process. The three are done in turns; ratios
are medians of pairs. The processor time is that of this process and of all workers (Linux), so that it means something
on a busy machine, too.
"""

from __future__ import annotations

import datetime
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from gouji.formats.read import read_data
from gouji.inspection.products import inspect, write_products
from gouji.inspection.reading import NEEDED
from gouji.inspection.settings import InspectionSettings
from gouji.jobs.batch import LIMITS, files_in
from gouji.runtime.errors import GoujiError
from gouji.runtime.workers import run_isolated

YEARS = (2023, 2024, 2025)


def read_one(path: Path) -> None:
    """Read a file and forget it."""
    with suppress(GoujiError):
        read_data(path.read_bytes())


def in_workers(paths: Sequence[Path]) -> None:
    """Read files in workers."""
    import inspection  # workers import functions by name

    for _ in run_isolated(inspection.read_one, paths, limits=LIMITS, preload=NEEDED):
        pass


def one_by_one(paths: Sequence[Path]) -> None:
    """Read files in this process."""
    for path in paths:
        read_one(path)


def print_some(folder: Path, aside: Path) -> int:
    """Replace every second Word file by a print of it; return how many."""
    from libreoffice import LibreOffice

    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        sys.exit("LibreOffice is not installed, and the reports are to have PDF files among them.")
    documents = sorted(folder.rglob("*.docx"))[::2]
    copies = [Path(shutil.copyfile(path, aside / f"{number}.docx")) for number, path in enumerate(documents)]
    prints = LibreOffice(program, aside / "profile").convert(copies, aside / "pdf", "pdf")
    for path, made in zip(documents, prints, strict=True):
        path.unlink()
        made.rename(path.with_suffix(".pdf"))
    return len(documents)


def processor_time() -> float:
    """Return the processor time of this process and of the workers that have ended."""
    used = time.process_time()
    for nursery in psutil.Process().children():
        with suppress(psutil.Error):
            times = nursery.cpu_times()
            used += times.children_user + times.children_system
    return used


def main(units: int = 100, rounds: int = 3) -> None:
    """Measure, and print the medians."""
    import inspected  # workers import this script for its function, and not what only makes the files

    with tempfile.TemporaryDirectory() as temporary:
        folder, output = Path(temporary, "reports"), Path(temporary, "results")
        inspected.write_reports(folder, units, YEARS)
        aside = Path(temporary, "aside")
        aside.mkdir()
        prints = print_some(folder, aside)
        paths = files_in([folder])

        def whole(paths: Sequence[Path]) -> None:
            today = datetime.date(max(YEARS) + 1, 3, 1)
            write_products(inspect(folder, paths, None, InspectionSettings(), today=today), output)

        ways: dict[str, Callable[[Sequence[Path]], None]] = {
            "one by one": one_by_one,
            "in workers": in_workers,
            "inspection": whole,
        }
        in_workers(paths[:1])  # starts what starts the workers
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                started, used = time.perf_counter(), processor_time()
                way(paths)
                times[name].append((time.perf_counter() - started, processor_time() - used))
    print(f"{len(paths)} reports of {units} units, {prints} of them PDF files")
    for name, taken in times.items():
        for kind, which in (("elapsed", 0), ("processor", 1)):
            pairs = zip(times["inspection"], taken, strict=True)
            ratio = statistics.median(mine[which] / other[which] for mine, other in pairs)
            middle = statistics.median(one[which] for one in taken)
            print(f"{name:12} {kind:10} {middle:7.2f} s   inspection: {ratio:.2f} x")
    print(f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
