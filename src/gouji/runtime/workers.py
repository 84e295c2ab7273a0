"""A function over many items in worker processes that may crash, hang or run out of memory.

Each item has one outcome, in the order of the items: the function's result or a Failure. A failure of one item does not
affect the others.

A worker has its own pipe and shares no lock with the others. If it dies, it is clear which item it was working on, and
no other worker is blocked. The page on worker processes in docs/decisions explains why this is not a library.

Linux enforces the memory limit itself (RLIMIT_AS). This limit, the time limit, crashes and interruption are tested on
Linux with the start methods forkserver and spawn. Windows and macOS have no such limit, so a watchdog measures the
workers ten times a second (psutil). The watchdog is tested on Linux; nothing has been run on Windows or macOS.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection, resource_tracker
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from gouji.runtime.printable import silence_warnings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

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
_STOP_SECONDS = 5.0
_WATCH_SECONDS = 0.1

_SOCKET, _LONGEST_SOCKET = "/pymp-12345678/listener-12345678", 107

_KERNEL_LIMITS_MEMORY = sys.platform == "linux"


@dataclass(frozen=True)
class Limits:
    """The limits for one item."""

    seconds: float = 30.0
    memory: int = 2**30
    """Bytes of memory of the whole worker process, including its program."""


@dataclass(frozen=True)
class Failure:
    """Why an item has no result."""

    kind: Literal["crashed", "slow", "large", "raised"]
    error: Exception | None = None
    """The exception of the function, if the kind is ``raised``."""
    traceback: str = ""


def run_isolated(
    function: Callable[[T], R],
    items: Sequence[T],
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    start: str | None = None,
    preload: Sequence[str] = (),
) -> Generator[R | Failure]:
    """Yield the outcome of each item in order, as soon as it and all earlier outcomes are known.

    ``function`` and its results must be picklable. The items must be small (a path, not a file), because they go
    through a pipe that holds a few kilobytes. ``preload`` names modules that the function needs; forkserver imports
    them once for all workers. Close the iterator to stop early; no process is left running.

    Raises RuntimeError if worker processes cannot be started.
    """
    context = multiprocessing.get_context(start or start_method())
    if preload and context.get_start_method() == "forkserver":
        multiprocessing.set_forkserver_preload(list(preload))
    enough = -(-len(items) // _ITEMS_A_WORKER)
    pool = _WorkerPool(
        function, items, limits or Limits(), context, min(workers or _processors(), enough, _MOST_WORKERS)
    )
    try:
        yield from pool.outcomes()
    finally:
        pool.stop()


def start_method() -> str:
    """Return the start method for workers on this system.

    It is never fork, because a calling program may have threads. Forkserver replaces a dead worker in 10 ms instead of
    150 ms, but macOS system libraries do not survive a fork. Its socket is in the folder for temporary files, and the
    kernel limits the length of that path.
    """
    if sys.platform != "linux" or len(os.fsencode(tempfile.gettempdir())) + len(_SOCKET) > _LONGEST_SOCKET:
        return "spawn"
    return "forkserver"


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


# ---------------------------------------------------------------- in the parent


@dataclass
class _Worker(Generic[T]):
    """A process with the items that it has been given; it works on the first."""

    process: BaseProcess
    channel: Connection
    items: deque[tuple[int, T]]
    deadline: float
    ready: bool = False
    finished: int = 0

    def hand(self, number: int, item: T, seconds: float) -> None:
        if not self.items and self.ready:
            self.deadline = time.monotonic() + seconds
        self.items.append((number, item))
        self.send(item)

    def send(self, item: T) -> None:
        # If the worker has died, this is noticed when its channel is read.
        with contextlib.suppress(OSError):
            self.channel.send(item)

    def stop(self) -> None:
        self.process.kill()
        self.channel.close()
        # A process that waits for a dead network drive cannot be killed until the drive answers.
        self.process.join(_STOP_SECONDS)
        with contextlib.suppress(ValueError):
            self.process.close()


@dataclass
class _WorkerPool(Generic[T, R]):
    """The workers, the items that they have, and the outcomes so far."""

    function: Callable[[T], R]
    items: Sequence[T]
    limits: Limits
    context: BaseContext
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
            self.workers.pop().stop()

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
        speaking = connection.wait([worker.channel for worker in self.workers], self._patience())
        now = time.monotonic()
        large = self._too_large(now)
        for worker in tuple(self.workers):
            if worker.channel in speaking:
                self._hear(worker)
            elif worker.process.pid in large:
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
            worker.ready = True
            self.stillborn = 0
            return
        self.done[worker.items.popleft()[0]] = outcome
        worker.finished += 1

    def _lose(self, worker: _Worker[T], failure: Failure) -> None:
        """Replace a worker; the new one takes over the items of the old one."""
        self.workers.remove(worker)
        worker.stop()
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
        ours, theirs = self.context.Pipe()
        memory = self.limits.memory if _KERNEL_LIMITS_MEMORY else None
        process = self.context.Process(  # type: ignore[attr-defined]
            target=_work, args=(theirs, self.function, memory), daemon=True
        )
        with _interrupts_wait():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, items or deque(), time.monotonic() + _START_SECONDS)
        for _, item in worker.items:
            worker.send(item)
        return worker

    def _too_large(self, now: float) -> set[int | None]:
        """Return the workers that use too much memory, on systems where the kernel does not limit it."""
        if _KERNEL_LIMITS_MEMORY or now < self.watched + _WATCH_SECONDS:
            return set()
        self.watched = now
        return {worker.process.pid for worker in self.workers if _memory_of(worker.process.pid) > self.limits.memory}


def _memory_of(pid: int | None) -> int:
    """Return the memory use of a process in bytes; 0 if the process has ended."""
    import psutil

    try:
        used = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    return int(getattr(used, "private", used.rss))


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Block Ctrl-C while a worker starts, and in the worker itself: only the parent reacts to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The resource tracker unblocks the signal when it starts, so start it before blocking.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---------------------------------------------------------------- in the worker


def _work(channel: Connection, function: Callable[[Any], Any], memory: int | None) -> None:
    """Answer each item that comes with its outcome, until the parent is gone."""
    silence_warnings()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_quietly()
    if memory is not None:
        _limit_memory(memory)
    with contextlib.suppress(EOFError, OSError):
        channel.send(None)
        while True:
            channel.send_bytes(_outcome(function, channel.recv()))


_LARGE = pickle.dumps(Failure("large"))
"""Pickled in advance, because there may be no memory left to do it later."""


def _outcome(function: Callable[[Any], Any], item: Any) -> bytes:
    try:
        return pickle.dumps(function(item))
    except MemoryError:
        return _LARGE
    except Exception as error:
        return _raised(error)


def _raised(error: Exception) -> bytes:
    trace = traceback.format_exc()
    try:
        packed = pickle.dumps(Failure("raised", error, trace))
        pickle.loads(packed)
    except Exception:
        # The exception of a library cannot be pickled.
        return pickle.dumps(Failure("raised", RuntimeError(repr(error)), trace))
    return packed


def _die_quietly() -> None:
    """Produce no output, core file or dialogue box at a crash: the parent reports what happened."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _limit_memory(memory: int) -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        allowed = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
