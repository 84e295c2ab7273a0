"""Who does a round's work: worker processes of this machine, or a cluster of dask.distributed that is there already."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from gouji.form.editions import knowing
from gouji.jobs.batch import LIMITS
from gouji.runtime.errors import GoujiError
from gouji.runtime.workers import Failure, run_isolated

T = TypeVar("T")
R = TypeVar("R")

Crew = Callable[[Callable[[Any], Any], Sequence[Any]], Generator[Any]]
"""Does a function over many items, and yields the outcome of each in order: its result, or a Failure."""

_NEEDED = (
    "gouji.collection.intake.collect",
    "gouji.collection.intake.attachments",
    "gouji.formats.workbook.reader",
)
"""What the workers need: imported once for all of them."""


def locally(function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
    """Do a function over many items in worker processes of this machine."""
    return run_isolated(knowing(function), items, limits=LIMITS, preload=_NEEDED)


class Cluster:
    """An existing cluster of dask.distributed. Its workers must see the folder of the office under the same path.

    The limits of time and memory are the cluster's: a worker that its nanny ends for its memory is a failure of the
    file that it was at.
    """

    def __init__(self, address: str) -> None:
        """Connect to the scheduler.

        Raises GoujiError where the extra is not installed, nobody answers, or there is nobody to do the work.
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
        """Leave the cluster; it goes on."""
        self._client.close()

    def __call__(self, function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
        """Do a function over many items on the cluster."""
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
        # The function goes along with each chunk: what is scattered dies with the workers that have it.
        return self._client.submit(_each, knowing(function), list(chunk), pure=False, retries=0)

    def _outcomes(self, function: Callable[[T], R], chunk: Sequence[T], future: Any) -> Iterator[R | Failure]:
        """Yield the outcomes of a chunk; where it has cost a worker its life, find out which item it was."""
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
            # What the function itself raises comes as an outcome.
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

        Raises TimeoutError after so many seconds, GoujiError where all workers are gone meanwhile.
        """
        last, alone = time.monotonic() + seconds, 0
        while True:
            try:
                return future.result(timeout=min(_PATIENCE, max(last - time.monotonic(), 0.1)))
            except TimeoutError:
                # Workers that died are started again by their nannies; that takes seconds.
                alone = 0 if self._client.scheduler_info()["workers"] else alone + 1
                if alone > 2:
                    raise self._without_workers() from None
                if time.monotonic() > last:
                    raise

    def _without_workers(self) -> GoujiError:
        return GoujiError(
            f"dask 调度器“{self._address}”那里没有工作进程。请先启动 dask worker，再把同一个命令运行一遍。"
        )


_PATIENCE = 20
"""Seconds in which a scheduler must answer."""
_CHUNK = 50
"""Items that are sent together: a file takes milliseconds, as a message does."""
_AHEAD = 64
"""Chunks that are under way at the same time."""


def _each(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [_outcome(function, item) for item in items]


def _outcome(function: Callable[[Any], Any], item: Any) -> Any:
    try:
        return function(item)
    except MemoryError:
        return Failure("large")
    except Exception as error:
        import traceback

        return Failure("raised", error, traceback.format_exc())
