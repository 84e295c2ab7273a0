"""Who does a round's work: worker processes of this machine, or a cluster of dask.distributed that is there already."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

from gouji.batch import LIMITS
from gouji.errors import GoujiError
from gouji.isolation import Failure, run_isolated

T = TypeVar("T")
R = TypeVar("R")

Crew = Callable[[Callable[[Any], Any], Sequence[Any]], Generator[Any]]
"""Does a function over many items, and yields the outcome of each in order: its result, or a Failure."""

_NEEDED = (
    "gouji.office.collect",
    "gouji.office.parcels",
    "gouji.excel.reader",
)
"""What the workers need: imported once for all of them."""


def locally(function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
    """Do a function over many items in worker processes of this machine."""
    return run_isolated(function, items, limits=LIMITS, preload=_NEEDED)


class Cluster:
    """An existing cluster of dask.distributed. Its workers must see the folder of the office under the same path.

    The limits of time and memory are the cluster's: a worker that its nanny ends for its memory is a failure of the
    file that it was at.
    """

    def __init__(self, address: str) -> None:
        """Connect to the scheduler.

        Raises GoujiError where the extra is not installed or nobody answers.
        """
        try:
            from distributed import Client
        except ImportError:
            raise GoujiError('没有安装 dask。请先运行 pip install "gouji[cluster]"。') from None
        try:
            connect: Any = Client
            self._client = connect(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise GoujiError(f"连不上 dask 调度器“{address}”。请检查地址，以及调度器是否在运行。") from error

    def close(self) -> None:
        """Leave the cluster; it goes on."""
        self._client.close()

    def __call__(self, function: Callable[[T], R], items: Sequence[T]) -> Generator[R | Failure]:
        """Do a function over many items on the cluster."""
        if not items:
            return
        shared = self._client.scatter(function, broadcast=True, hash=False)
        chunks = [items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK)]
        waiting: list[tuple[Sequence[T], Any]] = []
        try:
            while chunks or waiting:
                while chunks and len(waiting) < _AHEAD:
                    chunk = chunks.pop(0)
                    waiting.append((chunk, self._submit(shared, chunk)))
                chunk, future = waiting.pop(0)
                yield from self._outcomes(shared, chunk, future)
        finally:
            self._client.cancel([future for _, future in waiting])

    def _submit(self, shared: Any, chunk: Sequence[Any]) -> Any:
        return self._client.submit(_each, shared, list(chunk), pure=False, retries=0)

    def _outcomes(self, shared: Any, chunk: Sequence[Any], future: Any) -> Iterator[Any]:
        """Yield the outcomes of a chunk; where it has cost a worker its life, find out which item it was."""
        from distributed import KilledWorker
        from distributed import TimeoutError as TookTooLong

        try:
            yield from future.result(timeout=LIMITS.seconds * len(chunk))
        except (KilledWorker, TookTooLong) as error:
            self._client.cancel(future)
            if len(chunk) == 1:
                yield Failure("slow" if isinstance(error, TookTooLong) else "crashed")
                return
            for item in chunk:
                yield from self._outcomes(shared, [item], self._submit(shared, [item]))


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
