"""A function over many items in worker processes that may crash, hang or run out of memory.

Each item has one outcome, in the order of the items: the function's result or a Failure. A failure of one item does not
affect the others.

A worker has its own pipe and shares no lock with the others. If it dies, it is clear which item it was working on, and
no other worker is blocked. The page on worker processes in docs/decisions explains why this is not a library.

Linux enforces the memory limit itself (RLIMIT_AS). This limit, the time limit, crashes and interruption are tested on
Linux with both ways to start workers. Windows and macOS have no such limit, so a watchdog measures the workers ten
times a second (psutil). The watchdog is tested on Linux; nothing has been run on Windows or macOS.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from gouji.runtime.worker_program import Failure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from gouji.runtime.worker_processes import Process, StartMethod

__all__ = ["Failure", "Limits", "run_isolated"]

T = TypeVar("T")
R = TypeVar("R")

_HANDED_OUT = 2
"""The number of items that a worker has: the current one and the next, so that it never waits for the parent."""

_OUT_OF_ORDER = 500
"""The greatest number of outcomes kept while an earlier item is unfinished; this bounds the parent's memory."""

_ITEMS_A_WORKER = 8
"""Another worker is started only for at least this many items."""

_MOST_WORKERS = 60
"""Windows can wait for 63 things at once."""

_START_SECONDS = 60.0
_STARTS_TRIED = 3
_WATCH_SECONDS = 0.1

_KERNEL_LIMITS_MEMORY = sys.platform == "linux"


@dataclass(frozen=True)
class Limits:
    """The limits for one item."""

    seconds: float = 30.0
    memory: int = 2**30
    """Bytes of memory of the whole worker process, including its program."""


def run_isolated(
    function: Callable[[T], R],
    items: Sequence[T],
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    start: StartMethod | None = None,
    preload: Sequence[str] = (),
) -> Generator[R | Failure]:
    """Yield the outcome of each item in order, as soon as it and all earlier outcomes are known.

    ``function`` and its results must be picklable. The items must be small (a path, not a file), because they go
    through a pipe that holds a few kilobytes. ``preload`` names modules that the function needs; where workers are
    forked, they are imported once for all of them. Those of the form ``module:function`` are also called once, before
    a second worker is forked, to load what every worker would load for itself. Close the iterator to stop early; no
    process is left running.

    Raises RuntimeError if worker processes cannot be started.
    """
    # Many commands import this module and hand nothing to workers.
    from gouji.runtime.worker_processes import start_method

    enough = -(-len(items) // _ITEMS_A_WORKER)
    pool = _WorkerPool(
        function,
        items,
        limits or Limits(),
        start or start_method(),
        preload,
        min(workers or _processors(), enough, _MOST_WORKERS),
    )
    try:
        yield from pool.outcomes()
    finally:
        pool.stop()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


# ---------------------------------------------------------------- in the parent


@dataclass
class _Worker(Generic[T]):
    """A process with the items that it has been given; it works on the first."""

    process: Process
    items: deque[tuple[int, T]]
    deadline: float
    pid: int = 0
    """Known as soon as the worker is ready for items."""
    finished: int = 0

    @property
    def channel(self) -> Connection:
        return self.process.channel

    @property
    def ready(self) -> bool:
        return bool(self.pid)

    def hand(self, number: int, item: T, seconds: float) -> None:
        if not self.items and self.ready:
            self.deadline = time.monotonic() + seconds
        self.items.append((number, item))
        self.send(item)

    def send(self, item: object) -> None:
        # If the worker has died, this is noticed when its channel is read.
        with contextlib.suppress(OSError):
            self.channel.send(item)


@dataclass
class _WorkerPool(Generic[T, R]):
    """The workers, the items that they have, and the outcomes so far."""

    function: Callable[[T], R]
    items: Sequence[T]
    limits: Limits
    start: StartMethod
    preload: Sequence[str]
    size: int
    workers: list[_Worker[T]] = field(default_factory=list)
    done: dict[int, R | Failure] = field(default_factory=dict)
    handed_out: int = 0
    stillborn: int = 0
    watched: float = 0.0

    def outcomes(self) -> Iterator[R | Failure]:
        for number in range(len(self.items)):
            while number not in self.done:
                self._hand_out(min(number + _OUT_OF_ORDER, len(self.items)))
                self._listen()
            yield self.done.pop(number)

    def stop(self) -> None:
        while self.workers:
            worker = self.workers.pop()
            worker.process.stop(worker.pid)

    def _hand_out(self, end: int) -> None:
        while self.handed_out < end:
            worker = min(self.workers, key=lambda worker: len(worker.items), default=None)
            if worker is None or (worker.items and len(self.workers) < self.size):
                worker = self._start()
                self.workers.append(worker)
            if len(worker.items) >= _HANDED_OUT:
                return
            worker.hand(self.handed_out, self.items[self.handed_out], self.limits.seconds)
            self.handed_out += 1

    def _listen(self) -> None:
        """Receive messages from the workers, then replace those that are too large or too slow."""
        from multiprocessing import connection

        speaking = connection.wait([worker.channel for worker in self.workers], self._patience())
        now = time.monotonic()
        large = self._too_large(now)
        for worker in tuple(self.workers):
            if worker.channel in speaking:
                self._hear(worker)
            elif worker.pid in large:
                self._lose(worker, Failure("large"))
            elif worker.items and now > worker.deadline:
                self._lose(worker, Failure("slow"))

    def _patience(self) -> float:
        if not _KERNEL_LIMITS_MEMORY:
            return _WATCH_SECONDS
        first = min((worker.deadline for worker in self.workers if worker.items), default=0.0)
        return max(0.0, first - time.monotonic()) + 0.01

    def _hear(self, worker: _Worker[T]) -> None:
        try:
            outcome = worker.channel.recv()
        except (EOFError, OSError):
            self._lose(worker, Failure("crashed"))
            return
        if isinstance(outcome, Failure) and outcome.kind == "large":
            self._lose(worker, outcome)
            return
        worker.deadline = time.monotonic() + self.limits.seconds
        if not worker.ready:
            worker.pid = outcome
            self.stillborn = 0
            return
        self.done[worker.items.popleft()[0]] = outcome
        worker.finished += 1

    def _lose(self, worker: _Worker[T], failure: Failure) -> None:
        """Replace a worker; the new one takes over the items of the old one."""
        self.workers.remove(worker)
        worker.process.stop(worker.pid)
        if not worker.ready:
            self.stillborn += 1
            if self.stillborn >= _STARTS_TRIED:
                raise RuntimeError("worker processes cannot be started; what they said is on stderr")
        elif worker.items and (worker.finished == 0 or failure.kind == "slow"):
            self.done[worker.items.popleft()[0]] = failure
        # Otherwise the item is tried again as the first item of a fresh worker: earlier items may have caused the
        # failure by what they left in the memory of the old worker.
        if worker.items:
            self.workers.append(self._start(worker.items))

    def _start(self, items: deque[tuple[int, T]] | None = None) -> _Worker[T]:
        from gouji.runtime.worker_processes import start_process

        memory = self.limits.memory if _KERNEL_LIMITS_MEMORY else None
        process = start_process(self.start, self.preload)
        worker = _Worker(process, items or deque(), time.monotonic() + _START_SECONDS)
        worker.send((self.function, memory))
        for _, item in worker.items:
            worker.send(item)
        return worker

    def _too_large(self, now: float) -> set[int]:
        """Return the workers that use too much memory, on systems where the kernel does not limit it."""
        if _KERNEL_LIMITS_MEMORY or now < self.watched + _WATCH_SECONDS:
            return set()
        self.watched = now
        return {worker.pid for worker in self.workers if worker.ready and _memory_of(worker.pid) > self.limits.memory}


def _memory_of(pid: int) -> int:
    """Return the memory use of a process in bytes; 0 if the process has ended."""
    import psutil

    try:
        used = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    return int(getattr(used, "private", used.rss))
