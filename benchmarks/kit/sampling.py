"""Where the time of a build goes; run by that build's Python, with nothing of this checkout but this file.

``python benchmarks/kit/sampling.py command ARGUMENT…`` runs a command of gouji in this process and samples what it is
doing a thousand times a second of elapsed time. ``… batch FILE…`` reads and checks files in this process and samples
processor time. Printed is a JSON object: milliseconds by part, for a command or per file.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

_INTERVAL = 0.001

# Each sample counts for the innermost function of gouji, by where that stands; the first that fits.
BATCH = {
    "decompressing": ("runtime/untrusted_zip", "runtime/inflating"),
    "checks": ("checks/", "findings/"),
    "the form in the sheets": ("formats/workbook/",),
    "the report": ("report/", "form/"),
    "cells, and what they show": ("formats/spreadsheet/",),
}
REST = "the rest"


def _part_of_a_command(frame: FrameType | None) -> str:
    part = "the command itself"
    while frame is not None:
        name = frame.f_code.co_filename
        if "importlib._bootstrap" in name:
            return "imports"
        if "multiprocessing" in name or "gouji/runtime/worker" in name or name.endswith("selectors.py"):
            part = "waiting for the worker"
        frame = frame.f_back
    return part


def _part_of_a_batch(frame: FrameType | None) -> str:
    while frame is not None:
        _, inside, name = frame.f_code.co_filename.rpartition("/gouji/")
        if inside:
            return next((part for part, places in BATCH.items() if name.startswith(places)), REST)
        frame = frame.f_back
    return REST


def main(kind: str, *arguments: str) -> None:
    """Sample and print."""
    samples: Counter[str] = Counter()
    is_command = kind == "command"
    part_of = _part_of_a_command if is_command else _part_of_a_batch
    alarm, timer = (signal.SIGALRM, signal.ITIMER_REAL) if is_command else (signal.SIGPROF, signal.ITIMER_PROF)
    clock = time.perf_counter if is_command else time.process_time
    signal.signal(alarm, lambda number, frame: samples.update([part_of(frame)]))
    if is_command:
        answer = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.argv = ["gouji", *arguments]
    else:
        answer = 1
        _read_and_check(arguments[0])  # warms up
    started = clock()
    signal.setitimer(timer, _INTERVAL, _INTERVAL)
    if is_command:
        with contextlib.suppress(SystemExit):
            from gouji.cli import run

            run()
    else:
        for name in arguments:
            _read_and_check(name)
    signal.setitimer(timer, 0)
    taken = 1000 * (clock() - started) / (1 if is_command else len(arguments))
    # The kernel may send fewer signals than asked for, so samples are shares of the time that was taken.
    parts = {part: number * taken / samples.total() for part, number in samples.items()}
    os.write(answer, json.dumps(parts).encode())


def _read_and_check(name: str) -> None:
    import gouji

    gouji.check(gouji.read(Path(name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
