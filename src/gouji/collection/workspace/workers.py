"""Who does the work of a collection: worker processes on this machine, or an existing cluster of dask.distributed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from gouji.jobs.batch import LIMITS
from gouji.jobs.needed import REHEARSAL
from gouji.runtime.errors import GoujiError
from gouji.runtime.workers import Failure, run_isolated

_PATIENCE = 20
"""Seconds in which a scheduler must answer."""
_CHUNK = 50
"""Items that are sent together: a file takes milliseconds, as a message does."""
_AHEAD = 64
"""Chunks that are under way at the same time."""
_SHORTEST_WAIT = 0.1
_MOST_TIMES_ALONE = 2
"""Times in a row that we may find the cluster without workers."""

T = TypeVar("T")
R = TypeVar("R")

Executor = Callable[[Callable[[Any], Any], Sequence[Any]], Generator[Any]]
"""Applies a function to many items and yields the outcomes in order: each a result, or a Failure."""

_NEEDED = (
    "gouji.collection.intake.collect",
    "gouji.checks.judging",
    "gouji.formats.workbook.reader",
    REHEARSAL,
)
"""What the workers need; it is imported once, before they are started."""


def local_workers(function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
    """Apply a function to many items in worker processes on this machine."""
    return run_isolated(function, items, limits=LIMITS, preload=_NEEDED)


def in_this_process(function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
    """Apply a function to many items in this process: for work that takes less time than sending it to a worker."""
    for item in items:
        try:
            yield function(item)
        except GoujiError as error:
            yield Failure("raised", error)


class Cluster:
    """An existing cluster of dask.distributed. Its workers must see the workspace under the same path.

    The limits of time and memory are the cluster's: where a nanny kills a worker for its memory, the file that the
    worker was at has failed.
    """

    def __init__(self, address: str) -> None:
        """Connect to the scheduler.

        Raises GoujiError where the extra is not installed, nobody answers, or the cluster has no workers.
        """
        try:
            from distributed import Client
        except ImportError:
            raise GoujiError('没有安装 dask。请先在源文件夹里运行 pip install ".[cluster]"。') from None
        self._address = address
        try:
            connect: Any = Client
            self._client = connect(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise GoujiError(f"连不上 dask 调度器“{address}”。请检查地址，以及调度器是否在运行。") from error
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            self.close()
            raise self._without_workers() from error

    def close(self) -> None:
        """Leave the cluster; it keeps running."""
        self._client.close()

    def __call__(self, function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
        """Apply a function to many items on the cluster."""
        chunks = [items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK)]
        waiting: list[tuple[Sequence[T], Any]] = []
        try:
            while chunks or waiting:
                while chunks and len(waiting) < _AHEAD:
                    chunk = chunks.pop(0)
                    waiting.append((chunk, self._submit(function, chunk)))
                chunk, future = waiting.pop(0)
                yield from self._outcomes(function, chunk, future)
        finally:
            with suppress(Exception):  # the cluster may be gone
                self._client.cancel([future for _, future in waiting])

    def _submit(self, function: Callable[[T], R], chunk: Sequence[T]) -> Any:
        # The function is sent with each chunk: if it were scattered, it would be lost with its workers.
        return self._client.submit(_outcomes, function, list(chunk), pure=False, retries=0)

    def _outcomes(self, function: Callable[[T], R], chunk: Sequence[T], future: Any) -> Iterator[R | Failure]:
        """Yield the outcomes of a chunk; where it has killed a worker, find out which item it was."""
        from distributed import KilledWorker

        try:
            outcomes = self._result(future, LIMITS.seconds * len(chunk))
        except KilledWorker:
            failure = Failure("crashed")
        except TimeoutError:
            failure = Failure("slow")
        except GoujiError:
            raise
        except Exception as error:
            # What the function itself raises is an outcome; see _outcome.
            raise GoujiError(
                f"dask 集群“{self._address}”出错（{type(error).__name__}）。请检查调度器和工作进程，"
                "工作进程上也要装好 gouji。已经记下的没有受影响，处理以后把同一个命令再运行一遍。"
            ) from error
        else:
            yield from outcomes
            return
        self._client.cancel(future)
        if len(chunk) == 1:
            yield failure
            return
        for item in chunk:
            yield from self._outcomes(function, [item], self._submit(function, [item]))

    def _result(self, future: Any, seconds: float) -> Any:
        """Wait for the result of a chunk.

        Raises TimeoutError after so many seconds, GoujiError where all workers have gone meanwhile.
        """
        deadline, times_alone = time.monotonic() + seconds, 0
        while True:
            try:
                return future.result(timeout=min(_PATIENCE, max(deadline - time.monotonic(), _SHORTEST_WAIT)))
            except TimeoutError:
                # Nannies restart workers that have died; that takes seconds.
                times_alone = 0 if self._client.scheduler_info()["workers"] else times_alone + 1
                if times_alone > _MOST_TIMES_ALONE:
                    raise self._without_workers() from None
                if time.monotonic() > deadline:
                    raise

    def _without_workers(self) -> GoujiError:
        return GoujiError(
            f"dask 调度器“{self._address}”那里没有工作进程。请先启动 dask worker，再把同一个命令运行一遍。"
        )


def _outcomes(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [_outcome(function, item) for item in items]


def _outcome(function: Callable[[Any], Any], item: Any) -> Any:
    try:
        return function(item)
    except MemoryError:
        return Failure("large")
    except Exception as error:
        import traceback

        return Failure("raised", error, traceback.format_exc())
