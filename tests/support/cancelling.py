"""Steps that a page runs: in a thread of their own, cancelled by the function that watches them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from pace import HANG


class Cancelled(BaseException):
    """The officer has cancelled the step. Like Ctrl-C, it passes everything that catches errors."""


def cancel(step: Callable[..., object], *arguments: Any, at: str, **options: Any) -> None:
    """Run a step in another thread and cancel it at the second item of this name; assert that no worker is left."""
    seen = []

    def watch(number: int, total: int, name: str) -> None:
        seen.append(name) if at in name else None
        if len(seen) == 2:
            raise Cancelled

    with ThreadPoolExecutor(1) as thread, pytest.raises(Cancelled):
        thread.submit(step, *arguments, watch=watch, **options).result()
    _, alive = psutil.wait_procs(_workers(), timeout=HANG)
    assert alive == []


def _workers() -> list[psutil.Process]:
    """Return the workers: those that the nursery has forked, and those that are programs of their own."""
    children = psutil.Process().children()
    forked = [worker for child in children if _runs("nurse", child) for worker in child.children(recursive=True)]
    return forked + [child for child in children if _runs("work", child)]


def _runs(function: str, process: psutil.Process) -> bool:
    return f"worker_program import {function};" in " ".join(process.cmdline())
