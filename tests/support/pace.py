"""How slow this machine is: limits of processor time hold for the machine on which they were set."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

_STEPS = 3_000_000
_SECONDS = 0.2
"""The time of the measured steps on the machine on which the limits were set."""


_ATTEMPTS = 3


def least_seconds(limit: float, *measured: float, again: Callable[[], float]) -> float:
    """Return the least of up to three measurements; the work is done ``again`` only while it takes too long.

    Beside a busy neighbour the same work takes twice as much processor time; what is slow by itself is slow each time.
    """
    seconds = list(measured)
    while len(seconds) < _ATTEMPTS and min(seconds, default=limit) >= limit:
        seconds.append(again())
    return min(seconds)


@cache
def slowness() -> float:
    """Return how many times slower this machine is; a faster one counts as equal."""
    return max(1.0, min(_taken() for _ in range(2)) / _SECONDS)


def _taken() -> float:
    started, total = time.process_time(), 0
    for number in range(_STEPS):
        total += number
    return time.process_time() - started


def slow(value: Any) -> Any:
    """Return a parameter whose case is too slow for the everyday suite."""
    return pytest.param(value, marks=pytest.mark.slow)
