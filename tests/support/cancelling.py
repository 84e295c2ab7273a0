"""Steps that a page runs: in a thread of their own, cancelled by the function that watches them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from nurseries import workers
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
    _, alive = psutil.wait_procs(workers(), timeout=HANG)
    assert alive == []
