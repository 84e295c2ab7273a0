"""Measure what worker processes cost: the same files checked in this process, in one worker, and in all workers.

Run ``python benchmarks/isolation.py [FILES [ROUNDS]]``. The three ways take turns, so that other load on the
machine affects all of them alike; the ratios are medians over the rounds.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from gouji.jobs.batch import Checked, Previous, check_file, check_files
from gouji.runtime.worker_processes import start_method

SAMPLE = Path(__file__).parents[1] / "samples" / "qingxi-2025.xlsx"


def copies(folder: Path, number: int) -> list[Path]:
    """Write different copies of the sample."""
    paths = [folder / f"{n:05}.xlsx" for n in range(number)]
    for path in paths:
        path.write_bytes(SAMPLE.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = path.name.encode()
    return paths


def seconds(work: Callable[[], Iterable[Checked]]) -> float:
    """Return the seconds that the work takes; every file must pass."""
    start = time.perf_counter()
    assert all(checked.verdict == "pass" for checked in work())
    return time.perf_counter() - start


def main(number: int = 400, rounds: int = 7) -> None:
    """Measure and print."""
    nothing = Previous(None)
    with tempfile.TemporaryDirectory() as folder:
        paths = copies(Path(folder), number)
        ways: dict[str, Callable[[], Iterable[Checked]]] = {
            "in this process": lambda: (check_file(path, nothing) for path in paths),
            "one worker": lambda: check_files(paths, nothing, workers=1),
            "all workers": lambda: check_files(paths, nothing),
        }
        seconds(lambda: (check_file(path, nothing) for path in paths[:20]))
        times = {name: list[float]() for name in ways}
        for _ in range(rounds):
            for name, work in ways.items():
                times[name].append(seconds(work))
    print(f"{number} files, {rounds} rounds, {os.cpu_count()} processors, {start_method()}, {platform.platform()}")
    for name, taken in times.items():
        ratio = statistics.median(one / base for one, base in zip(taken, times["in this process"], strict=True))
        print(f"{name:16} {statistics.median(taken) / number * 1000:7.2f} ms a file   ratio {ratio:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
