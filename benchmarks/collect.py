"""Compare collecting submissions by gouji with a straightforward script and the physical floor, as ratios of one run.

Run ``python benchmarks/collect.py [RETURNS ...]``, such as ``1000 10000 100000``. Each submission is a workbook with
figures and 4 kB of text of its own (``kit/returns.py``). Making 100,000 takes minutes and 6 GB: with
``--folder FOLDER`` they are kept there and used by later runs.

*gouji* is ``collect``: archive, read, check, ledger, in worker processes on all processors. *The script* loads every
file with openpyxl and puts the figures into a dict, in one process without checks or archive, as such scripts do. *The
floor* copies the files, inflates every part and reads the values with calamine, in one process. *Again* collects the
same folder once more. For more than PEERS submissions, the peers are measured on PEERS and multiplied, since they are
linear.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from kit.builds import Build, this_build
from kit.floor import take_values
from kit.years import returns_of, year_of

PEERS = 500


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
        take_values(data)
    return time.perf_counter() - start


def measure(build: Build, returns: Path, aside: Path, count: int) -> None:
    """Measure and print one line."""
    workspace = year_of(build, returns, aside / f"年报{count}")
    files = sorted((workspace / "回收").iterdir())
    few = files[:PEERS]
    times = len(files) / len(few)
    with tempfile.TemporaryDirectory(dir=aside) as copies:
        lowest = floor(few, Path(copies)) * times
    peer = script(few) * times
    first = build.gouji("collect", memory=True, folder=workspace)
    again = build.gouji("collect", memory=True, folder=workspace)
    ledger = (workspace / "台账.sqlite").stat().st_size / 2**20
    print(
        f"{count:7} returns: collect {first.wall:7.1f} s ({first.wall / count * 1000:.1f} ms each, "
        f"{first.processor / count * 1000:.1f} of processor), parent {first.parent:.0f} MB, ledger {ledger:.0f} MB; "
        f"{first.wall / lowest:.2f} × floor ({lowest:.1f} s); script ÷ collect {peer / first.wall:.1f} ({peer:.0f} s); "
        f"again {again.wall:.1f} s = {again.wall / first.wall:.1%}, parent {again.parent:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure each number of returns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("returns", type=int, nargs="*", default=[1000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--make", action="store_true", help="only make the returns")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        aside = Path(temporary)
        build = this_build(aside)
        for count in given.returns:
            returns = returns_of(given.folder or aside, count, build)
            if not given.make:
                measure(build, returns, aside, count)


if __name__ == "__main__":
    main()
