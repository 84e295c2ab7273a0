"""The measure of cost: a slow machine fails nobody, and slow work fails on every machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import pace
import pytest

LIMIT = 2.0


class Machine:
    """A machine whose clock is advanced by work; it becomes slower with each piece of work."""

    def __init__(self, slowness: Sequence[float]) -> None:
        self._slowness, self._now = list(slowness), 0.0

    def works(self, seconds: float) -> None:
        """Do work that takes so long on the machine on which the limits were set."""
        self._now += seconds * (self._slowness.pop(0) if len(self._slowness) > 1 else self._slowness[0])

    def clock(self) -> float:
        return self._now


@pytest.fixture(params=[[1], [4], [30], [1, 2, 3, 4], [1, 1, 3]], ids=str)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Slow from the beginning, or later."""
    machine = Machine(request.param)
    monkeypatch.setattr(time, "process_time", machine.clock)
    monkeypatch.setattr(pace, "yardstick", partial(machine.works, pace._YARDSTICK_SECONDS))
    return machine


def cost(work: Callable[[], object]) -> float:
    return pace.seconds_of(LIMIT, work)


def test_work_within_its_limit_passes_on_a_slow_machine(machine: Machine) -> None:
    assert cost(partial(machine.works, 1.3)) < LIMIT


def test_work_beyond_its_limit_passes_on_no_machine(machine: Machine) -> None:
    assert cost(partial(machine.works, 3.0)) >= LIMIT


def test_calls_are_counted_in_python_and_in_c() -> None:
    assert pace.calls_in(lambda: [len("a") for _ in range(100)]) > pace.calls_in(lambda: None) + 99
