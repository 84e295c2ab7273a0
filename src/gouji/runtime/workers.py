"""A function over many items in worker processes that may crash, hang or run out of memory.

Each item has one outcome, in the order of the items: what the function returned, or a Failure. Whatever happens to
one item, all the others are done.

A worker has a pipe of its own and shares no lock with the others, so its death says exactly which item it was on,
and cannot block anyone else. The page on worker processes in docs/decisions says why this is no library.

Linux enforces the limit of memory itself (RLIMIT_AS); this, the limit of time, crashes and interruption are tested
there, with the start methods forkserver and spawn. Windows and macOS have no such limit: there a watchdog measures
the workers ten times a second (psutil). The watchdog is tested on Linux; on Windows and macOS nothing has been run.
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
"""Items that a worker has at a time: the one it works on, and the next, so that it never waits for the parent."""

_OUT_OF_ORDER = 500
"""Outcomes that are kept at most while an earlier item is still worked on; it bounds the parent's memory."""

_ITEMS_A_WORKER = 8
"""Fewer items than this are not worth starting another worker for."""

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
    """What one item may cost."""

    seconds: float = 30.0
    memory: int = 2**30
    """Bytes of the whole worker process, its program included."""


@dataclass(frozen=True)
class Failure:
    """Why an item has no result."""

    kind: Literal["crashed", "slow", "large", "raised"]
    error: Exception | None = None
    """What the function raised, for ``raised``."""
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
    """Yield the outcome of each item, in order, as soon as it and those before it are known.

    ``function`` and the results must be picklable, and the items small (a path, not a file): they are sent through
    a pipe that holds a few kilobytes. ``preload`` names modules that the function needs, which forkserver imports
    once for all workers. Close the iterator to stop early; nothing is left running then.

    Raises RuntimeError where worker processes cannot be started.
    """
    context = multiprocessing.get_context(start or start_method())
    if preload and context.get_start_method() == "forkserver":
        multiprocessing.set_forkserver_preload(list(preload))
    enough = -(-len(items) // _ITEMS_A_WORKER)
    crew = _Crew(function, items, limits or Limits(), context, min(workers or _processors(), enough, _MOST_WORKERS))
    try:
        yield from crew.outcomes()
    finally:
        crew.stop()


def start_method() -> str:
    """Return how workers are started here.

    Never fork: a program that uses us may have threads. Forkserver replaces a worker that died in 10 ms instead of
    150; on macOS its system libraries do not survive a fork. It has a socket in the folder for temporary files, whose
    path the kernel limits.
    """
    if sys.platform != "linux" or len(os.fsencode(tempfile.gettempdir())) + len(_SOCKET) > _LONGEST_SOCKET:
        return "spawn"
    return "forkserver"


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


# ---------------------------------------------------------------- in the parent


@dataclass
class _Worker(Generic[T]):
    """A process with the items that were handed to it; it works on the first."""

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
        # A worker that has died meanwhile is noticed when its channel is read.
        with contextlib.suppress(OSError):
            self.channel.send(item)

    def stop(self) -> None:
        self.process.kill()
        self.channel.close()
        # A process that waits for a dead network drive cannot be killed before the drive answers.
        self.process.join(_STOP_SECONDS)
        with contextlib.suppress(ValueError):
            self.process.close()


@dataclass
class _Crew(Generic[T, R]):
    """The workers, what they have and what they have done."""

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
        """Take what the workers have to say, then see to those that say nothing for too long."""
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
            said = worker.channel.recv()
        except (EOFError, OSError):
            self._lose(worker, Failure("crashed"))
            return
        if isinstance(said, Failure) and said.kind == "large":
            self._lose(worker, said)
            return
        worker.deadline = time.monotonic() + self.limits.seconds
        if not worker.ready:
            worker.ready = True
            self.stillborn = 0
            return
        self.done[worker.items.popleft()[0]] = said
        worker.finished += 1

    def _lose(self, worker: _Worker[T], failure: Failure) -> None:
        """Replace a worker; the new one goes on with what the old one had."""
        self.workers.remove(worker)
        worker.stop()
        if not worker.ready:
            self.stillborn += 1
            if self.stillborn >= _STARTS_TRIED:
                raise RuntimeError("worker processes cannot be started; what they said is on stderr")
        elif worker.items and (worker.finished == 0 or failure.kind == "slow"):
            self.done[worker.items.popleft()[0]] = failure
        # Else the item is tried once more, first in a fresh worker: what an earlier one left behind in the memory
        # of the old worker is not its fault.
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
        """Return the workers that use too much memory, where nobody but us looks."""
        if _KERNEL_LIMITS_MEMORY or now < self.watched + _WATCH_SECONDS:
            return set()
        self.watched = now
        return {worker.process.pid for worker in self.workers if _memory_of(worker.process.pid) > self.limits.memory}


def _memory_of(pid: int | None) -> int:
    """Return the memory of a process in bytes; 0 if it has just ended."""
    import psutil

    try:
        used = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    return int(getattr(used, "private", used.rss))


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back while a worker starts, and in the worker: the parent alone answers it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its first start would let the signal through again.
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
"""Packed beforehand: there may be no memory left to do it."""


def _outcome(function: Callable[[Any], Any], item: Any) -> bytes:
    try:
        return pickle.dumps(function(item))
    except MemoryError:
        return _LARGE
    except Exception as error:
        return _raised(error)


def _raised(error: Exception) -> bytes:
    said = traceback.format_exc()
    try:
        packed = pickle.dumps(Failure("raised", error, said))
        pickle.loads(packed)
    except Exception:
        # An exception of someone else's that cannot travel.
        return pickle.dumps(Failure("raised", RuntimeError(repr(error)), said))
    return packed


def _die_quietly() -> None:
    """Leave no output, core file or dialogue box behind: the parent says what happened."""
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
