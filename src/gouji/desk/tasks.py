"""The one long task of a desk: it runs beside the pages, which show how far it is and can cancel it."""

from __future__ import annotations

import errno
import threading
import time
import traceback
from collections.abc import Callable, Sequence

from gouji.collection.review.actions import without_commands
from gouji.collection.steps.outcome import Outcome
from gouji.collection.workspace.watching import Watch
from gouji.runtime.errors import GoujiError, reason

Work = Callable[[Watch], Outcome]
"""Does the task, and says how far it is."""

_BUG = "程序出了错，没有做完。已经记下的没有受影响。窗口里有出错的地方，请告诉程序的维护者。"
_CLOSED = "勾稽正在关闭，没有做。请重新打开勾稽，再做一次。"
_OF_THE_SYSTEM = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)
_CANCELLED = "已中断。做完的留着，再做一遍时接着做。"


class Cancelled(BaseException):
    """The officer has cancelled the task. Like Ctrl-C, it passes everything that catches errors."""


def of_the_system(error: BaseException) -> str:
    """Return what to say where the disk or its permissions are the cause; empty where they are not."""
    if not isinstance(error, OSError) or error.errno not in _OF_THE_SYSTEM:
        return ""
    return f"没有做成：{reason(error)}。处理以后再做一次，已经记下的没有受影响。"


class Task:
    """A task, from its start until its result has been looked at."""

    def __init__(
        self,
        title: str,
        command: Sequence[str],
        place: str,
        work: Work,
        then: str = "",
        more: Sequence[Sequence[str]] = (),
    ) -> None:
        """``command`` does the same, ``place`` is the year that it is about.

        ``then`` is the page that shows what has become of it; empty where its own page does. ``more`` are further
        commands, where one for each of several units does the same.
        """
        self.more = tuple(more)
        self.title, self.command, self.place, self.then = title, tuple(command), place, then
        self.number = self.total = 0
        self.name = ""
        self.started = time.monotonic()
        self.outcome: Outcome | None = None
        self.trouble = ""
        """Why it did not succeed."""
        self.seen = False
        """Whether somebody has looked at what has become of it."""
        self._work: Work | None = work
        self._cancelled = threading.Event()
        self._ended = threading.Event()

    @property
    def working(self) -> bool:
        """Whether it is still under way."""
        return not self._ended.is_set()

    @property
    def cancelling(self) -> bool:
        """Whether it was cancelled, but has not stopped yet."""
        return self.working and self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop after the current item."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; return whether it has come."""
        return self._ended.wait(seconds)

    def run(self) -> None:
        """Do it, once.

        The work is given up before it begins: what it holds, such as a password or files of a form, is not remembered
        with the task, however it ends.
        """
        work, self._work = self._work, None
        assert work is not None
        try:
            self.outcome = work(self._watch)
        except Cancelled:
            self.trouble = _CANCELLED
        except GoujiError as error:
            self.trouble = without_commands(str(error))
        except BaseException as error:  # a bug ends the task but not the desk, and never without a word
            self.trouble = of_the_system(error)
            if not self.trouble:
                traceback.print_exc()
                self.trouble = _BUG
        finally:
            del work
            self._ended.set()

    def _watch(self, number: int, total: int, name: str) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.number, self.total, self.name = number, total, name


class Tasks:
    """At most one task at a time, as the lock of a workspace would allow no second one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self.last: Task | None = None
        """The task that is under way, or the last one."""

    @property
    def working(self) -> bool:
        """Whether a task is under way."""
        return self.last is not None and self.last.working

    def start(self, task: Task) -> Task:
        """Start a task.

        Raises GoujiError if another one is under way.
        """
        with self._lock:
            if self._closed:
                raise GoujiError(_CLOSED)
            if self.last is not None and self.last.working:
                raise GoujiError(f"正在{self.last.title}，请等它做完，或者先中断它。")
            self.last = task
        threading.Thread(target=task.run, name="task", daemon=True).start()
        return task

    def stop(self, seconds: float) -> None:
        """Cancel what is under way and wait for it; nothing is started any more."""
        with self._lock:
            self._closed = True
        if self.last is not None and self.last.working:
            self.last.cancel()
            self.last.wait(seconds)
