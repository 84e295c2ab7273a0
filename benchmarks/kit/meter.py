"""Runs a command and measures it: wall time, processor time with all that it started, peak memory of each process.

The command runs below a small process of its own, which adopts whatever the command leaves behind, so that workers
count even where nobody waits for them. Memory is the high-water mark of each process by itself (VmHWM), read every few
milliseconds while the process lives; it includes the memory that it shares with others. Linux only.

Run ``python benchmarks/kit/meter.py [--memory] COMMAND…``; the last line of the standard error is the measurement.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_ADOPT = 36
"""PR_SET_CHILD_SUBREAPER."""
_EVERY = 0.02
_MARK = "measured: "


class Used(NamedTuple):
    """What a command has used."""

    wall: float
    processor: float
    """Of all its processes."""
    parent: float
    """The peak memory in MB of the command's own process; 0 where memory was not measured."""
    largest: float
    """The peak memory in MB of the largest of the processes that it has started."""
    output: str


def run(
    command: Sequence[object],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    memory: bool = False,
    statuses: Sequence[int] = (0,),
) -> Used:
    """Run a command to its end and return what it has used. Raises RuntimeError where it fails."""
    meter = [sys.executable, __file__, *(["--memory"] if memory else []), *map(str, command)]
    done = subprocess.run(meter, env=environment, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.returncode not in statuses or _MARK not in done.stderr:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return Used(*json.loads(done.stderr.rpartition(_MARK)[2]), done.stdout)


def main(arguments: list[str]) -> int:
    """Run the command that is given."""
    memory = arguments[:1] == ["--memory"]
    ctypes.CDLL(None).prctl(_ADOPT, 1)
    started = time.perf_counter()
    process = subprocess.Popen(arguments[memory:])
    peaks: dict[int, int] = {}
    ended = threading.Event()
    if memory:
        threading.Thread(target=_watch, args=(peaks, ended), daemon=True).start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    processor = used.ru_utime + used.ru_stime
    with contextlib.suppress(ChildProcessError):
        while True:
            _, _, used = os.wait3(0)
            processor += used.ru_utime + used.ru_stime
    ended.set()
    parent = peaks.pop(process.pid, 0) / 1024
    largest = max(peaks.values(), default=0) / 1024
    print(f"{_MARK}{json.dumps([wall, processor, parent, largest])}", file=sys.stderr)
    return os.waitstatus_to_exitcode(status)


def _watch(peaks: dict[int, int], ended: threading.Event) -> None:
    """Note the high-water mark of every process below this one."""
    while not ended.wait(_EVERY):
        waiting = _children(os.getpid())
        while waiting:
            pid = waiting.pop()
            waiting += _children(pid)
            with contextlib.suppress(OSError):
                found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
                if found:  # a process that has ended has no memory
                    peaks[pid] = max(int(found[1]), peaks.get(pid, 0))


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []
    found: list[int] = []
    for task in tasks:
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text(encoding="utf-8").split())
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
