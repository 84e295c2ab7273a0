"""What a piece of work costs, on whatever machine: no test fails because the machine is slow, or busy, or becomes so.

Where a claim can be counted, tests count: the calls of functions here, rows or requests elsewhere. Where only the cost
as such is claimed, it is measured in processor time. The limit holds for the machine on which it was set. Work that
exceeds it is done again between two runs of a yardstick, which is a fixed piece of work of the same mixture. What slows
the one slows the other too.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

HANG = 120.0
"""Seconds after which something that has not ended or answered hangs. This is no claim about speed."""

_YARDSTICK_SECONDS = 0.6
"""The processor time of the yardstick on the machine on which the limits were set."""

_ATTEMPTS = 3


def least_seconds(limit: float, seconds: float, again: Callable[[], float]) -> float:
    """Return what work costs: ``seconds``, or the least of up to three measurements beside the yardstick.

    ``again`` repeats the work and returns what :func:`beside_the_yardstick` makes of it.
    """
    attempts = 0
    while seconds >= limit and attempts < _ATTEMPTS:
        seconds, attempts = min(seconds, again()), attempts + 1
    return seconds


def seconds_of(limit: float, work: Callable[[], object]) -> float:
    """Return the least processor time of work in this process; only work that exceeds the limit is repeated."""
    return least_seconds(limit, processor_time(work), lambda: beside_the_yardstick(lambda: processor_time(work)))


def beside_the_yardstick(measured: Callable[[], float]) -> float:
    """Return the seconds that measured work would take on the machine on which the limits were set."""
    before = processor_time(yardstick)
    seconds = measured()
    after = processor_time(yardstick)
    return seconds * 2 * _YARDSTICK_SECONDS / (before + after)


def processor_time(work: Callable[[], object]) -> float:
    """Return the processor time that this process spends on work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def yardstick() -> None:
    """Do what reading a file does: inflate, parse XML, make many small objects and walk over them.

    None of it is code of ours: a reader that becomes slower, or faster, changes no limit.
    """
    cells = "".join(f'<c r="A{number}" s="{number % 7}"><v>{number}</v></c>' for number in range(20_000))
    packed = zlib.compress(f"<row>{cells}</row>".encode(), 1)
    for _ in range(_ROUNDS):
        row = ElementTree.fromstring(zlib.decompress(packed))
        held = {cell.get("r"): (int(cell[0].text or ""), cell.attrib) for cell in row}
        total = 0
        for number, attributes in held.values():
            total += number + len(attributes)


_ROUNDS = 10


def calls_in(work: Callable[[], object]) -> int:
    """Return how many functions work calls, those of Python and those in C."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def slow(value: Any) -> Any:
    """Return a parameter whose case is too slow for the everyday suite."""
    return pytest.param(value, marks=pytest.mark.slow)
