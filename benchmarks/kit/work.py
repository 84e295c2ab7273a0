"""What a build does with files in one process; run by that build's Python, with nothing of this checkout but this file.

Run ``python benchmarks/kit/work.py check|read|floor FILE…``: it prints the processor time in milliseconds per file. The
first files only warm up. Each file is taken once, because a process that reads a file twice may remember it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

_WARM_UP = 8


def main(kind: str, *names: str) -> None:
    """Do the work and print the time."""
    if kind == "floor":
        from floor import take_values

        def work(path: Path) -> object:
            return take_values(path.read_bytes())
    else:
        import gouji

        def work(path: Path) -> object:
            reading = gouji.read(path)
            return gouji.check(reading) if kind == "check" else reading

    paths = [Path(name) for name in names]
    warming, timed = (paths[:_WARM_UP], paths[_WARM_UP:]) if len(paths) > _WARM_UP else (paths, paths)
    for path in warming:
        work(path)
    started = time.process_time()
    for path in timed:
        work(path)
    print(1000 * (time.process_time() - started) / len(timed))


if __name__ == "__main__":
    main(*sys.argv[1:])
