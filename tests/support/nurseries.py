"""The programs that start_process starts, among the other children of a test process."""

from __future__ import annotations

import psutil


def nurseries() -> list[psutil.Process]:
    """Return the nurseries that this process has started."""
    return [child for child in psutil.Process().children() if _runs("nurse", child)]


def workers() -> list[psutil.Process]:
    """Return the workers: those that a nursery has forked, and those that are programs of their own."""
    forked = [worker for nursery in nurseries() for worker in nursery.children(recursive=True)]
    return forked + [child for child in psutil.Process().children() if _runs("work", child)]


def _runs(function: str, process: psutil.Process) -> bool:
    """Tell whether a process is one of ours that runs a function of the workers' program."""
    try:
        return f"worker_program import {function};" in " ".join(process.cmdline())
    except psutil.Error:  # it has ended
        return False
