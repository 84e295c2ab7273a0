"""Read each file in its own process and print what it cost: ``python -m damaged.outlive``.

Stdin has one JSON list a line: a path, and whether to measure beside the yardstick of ``pace``. Stdout has one JSON
object for each.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

import pace

SECONDS = 120
"""Processor time after which the system ends a process, which by then hangs."""


class Ask(Protocol):
    """A function that reads a file and returns the outcome and the cost."""

    def __call__(self, path: Path, *, beside_the_yardstick: bool = False) -> dict[str, Any]: ...


def least_seconds(limit: float, ask: Ask, path: Path, answer: dict[str, Any]) -> float:
    """Return what a file costs that was read already; one that exceeds the limit is read again."""
    return pace.least_seconds(limit, answer["seconds"], lambda: ask(path, beside_the_yardstick=True)["seconds"])


def main() -> None:
    """Answer each line of stdin."""
    # Import everything before the first process starts, so that no file pays for it.
    from damaged import documents, kit
    from gouji.formats.read import read_data

    read_data(kit.good())
    for good in documents.GOOD:
        read_data(good())
    for line in sys.stdin:
        path, beside_the_yardstick = json.loads(line)
        print(json.dumps(cost_of(Path(path), beside_the_yardstick), ensure_ascii=False), flush=True)


def cost_of(path: Path, beside_the_yardstick: bool) -> dict[str, Any]:
    """Read a file in a new process; return the outcome, the CPU seconds and the peak memory in megabytes."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = os.fork()
        if process == 0:
            os.close(reading)
            os.chdir(folder)
            os.environ["TMPDIR"] = tempfile.tempdir = folder
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            os.write(writing, json.dumps(_measured(path) if beside_the_yardstick else _answer(path)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            output = stream.read()
        _, status, used = os.wait4(process, 0)
        left = [file.name for file in Path(folder).iterdir()]
    answer: dict[str, Any] = json.loads(output) if output else {"died": os.waitstatus_to_exitcode(status)}
    cost = {"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024, "left": left}
    return {**cost, **answer}


def _measured(path: Path) -> dict[str, Any]:
    """Read a file between two runs of the yardstick."""
    answer: dict[str, Any] = {}

    def seconds() -> float:
        return pace.processor_time(lambda: answer.update(_answer(path)))

    return {"seconds": pace.beside_the_yardstick(seconds), **answer}


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
