"""Read each file in its own process and print what it cost: ``python -m damaged.outlive``.

Stdin has one path a line; stdout has one JSON object for each path.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Ask = Callable[[Path], dict[str, Any]]
"""A function that reads a file and returns the outcome and the cost."""

SECONDS = 20
"""Processor time after which the system ends a process."""


def main() -> None:
    """Answer each line of stdin."""
    # Import everything before the first process starts, so that no file pays for it.
    from damaged import documents, kit
    from gouji.formats.read import read_data

    read_data(kit.good())
    for good in documents.GOOD:
        read_data(good())
    for line in sys.stdin:
        print(json.dumps(cost_of(Path(line.strip())), ensure_ascii=False), flush=True)


def cost_of(path: Path) -> dict[str, Any]:
    """Read a file in a new process; return the outcome, the CPU seconds and the peak memory in megabytes."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = os.fork()
        if process == 0:
            os.close(reading)
            os.chdir(folder)
            os.environ["TMPDIR"] = tempfile.tempdir = folder
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            os.write(writing, json.dumps(_answer(path)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            output = stream.read()
        _, status, used = os.wait4(process, 0)
        left = [file.name for file in Path(folder).iterdir()]
    answer: dict[str, Any] = json.loads(output) if output else {"died": os.waitstatus_to_exitcode(status)}
    return {**answer, "seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024, "left": left}


def _answer(path: Path) -> dict[str, Any]:
    import gouji
    from gouji.checks import check, verdict
    from gouji.formats.read import read_data
    from gouji.runtime.files import open_file

    try:
        reading = read_data(open_file(path).data)
    except gouji.DocumentError as error:
        return {"refused": str(error)}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}
    from damaged import kit

    return {"verdict": verdict(check(reading)), "same": reading.report == kit.good_report()}


if __name__ == "__main__":
    main()
