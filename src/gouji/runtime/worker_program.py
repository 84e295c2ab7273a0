"""What a worker process runs: answer each item with its outcome, until the parent is gone.

On Linux, workers are copies of one process, the nursery: it imports what they need, once, and forks a worker when it is
asked to. It has one thread and does nothing else, so a copy is always in a known state. Elsewhere each worker is a
program of its own. Both begin in a fresh interpreter, which imports nothing of the program that started it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from gouji.runtime.printable import silence_warnings

LONGEST_ORDER = 2**19
"""Bytes of one message to the nursery: more than the system takes, which is what a long PYTHONPATH may need."""

LAST_OUTPUT = 2
"""The handle of stderr; the ones below it are stdin and stdout."""

_STOP_SECONDS = 5.0


class Failure(NamedTuple):
    """Why an item has no result."""

    kind: Literal["crashed", "slow", "large", "raised"]
    error: Exception | None = None
    """The exception of the function, if the kind is ``raised``."""
    traceback: str = ""


class Preparation(NamedTuple):
    """What a worker must know before it gets its function."""

    path: list[str]
    """Where Python looks for modules."""
    folder: str
    """The folder that relative paths of items start from."""
    modules: Sequence[str]
    """The modules that are imported in advance. One may name a function, as in ``package.module:function``: it loads
    what is otherwise loaded when a worker first needs it."""

    def import_modules(self) -> None:
        """Import in this process what its workers need."""
        sys.path[:] = self.path
        for module in self.modules:
            with contextlib.suppress(ImportError):  # whoever needs it says so
                importlib.import_module(module.partition(":")[0])

    def call_functions(self, called: set[str]) -> None:
        """Call in this process the functions that are not ``called`` yet."""
        for name in self.modules:
            module, _, function = name.partition(":")
            if function and name not in called:
                called.add(name)
                with contextlib.suppress(Exception):  # a worker that needs the same has the same error, and says so
                    getattr(importlib.import_module(module), function)()

    def enter_folder(self) -> None:
        """Work where the parent does. The nursery stays out of it: it lives longer than what the parent does there."""
        with contextlib.suppress(OSError):  # the folder may be gone
            os.chdir(self.folder)


class Order(NamedTuple):
    """What the parent wants of the nursery: a worker of this number, or its end. With 0, only the preparation."""

    number: int
    preparation: Preparation | None = None
    """None if the worker is to be stopped."""


# ---------------------------------------------------------------- the nursery


def nurse(handle: int) -> None:
    """Fork and stop workers as the parent orders, until it is gone; then nothing is left running."""
    import socket

    _begin()
    gc.disable()  # until there is a copy, nothing is thrown away
    control = socket.socket(fileno=handle)
    workers: dict[int, int] = {}
    called, forked = set[str](), False
    try:
        while True:
            message, handles, _, _ = socket.recv_fds(control, LONGEST_ORDER, 1, socket.MSG_CMSG_CLOEXEC)
            if not message:
                break
            order = Order(*pickle.loads(message))
            if order.preparation is None:
                if pid := workers.pop(order.number, 0):
                    _stop(pid)
                continue
            order.preparation.import_modules()
            if order.number:
                # The first worker does not wait: it may be the only one, and not need all of it.
                if forked:
                    order.preparation.call_functions(called)
                forked = True
                # What is frozen is not touched by the garbage collection of the copies, so its memory stays shared.
                gc.freeze()
                if pid := _fork(handles[0], control, order.preparation):
                    workers[order.number] = pid
    except BaseException:
        traceback.print_exc()
    finally:
        _stop(*workers.values())
        os._exit(0)


def _fork(handle: int, control: Any, preparation: Preparation) -> int:
    """Return the process of a new worker; 0 if there is none, which the parent notices when the channel closes."""
    from multiprocessing.connection import Connection

    try:
        pid = os.fork()
    except OSError:
        traceback.print_exc()
        os.close(handle)
        return 0
    if pid:
        os.close(handle)
        return pid
    status = 1
    try:
        gc.enable()
        control.close()
        preparation.enter_folder()
        serve(Connection(handle))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _stop(*workers: int) -> None:
    """Kill workers. None has been waited for before, so no other process can have its number."""
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    # A process that waits for a dead network drive cannot be killed until the drive answers.
    deadline = time.monotonic() + _STOP_SECONDS
    for pid in workers:
        while os.waitpid(pid, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
            time.sleep(0.001)


# ---------------------------------------------------------------- the worker


def work(handle: int) -> None:
    """Be a worker that is a program of its own."""
    from multiprocessing import connection

    _begin()
    if sys.platform == "win32":
        channel = connection.PipeConnection(handle)
    else:
        channel = connection.Connection(handle)
    with contextlib.suppress(EOFError):
        preparation: Preparation = channel.recv()
        preparation.import_modules()
        preparation.enter_folder()
        serve(channel)


def serve(channel: Any) -> None:
    """Answer each item that comes with its outcome, until the parent is gone."""
    try:
        function, memory = channel.recv()
    except (EOFError, OSError):
        return
    silence_warnings()
    _die_quietly()
    if memory is not None:
        _limit_memory(memory)
    with contextlib.suppress(EOFError, OSError):
        channel.send(os.getpid())
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


def _begin() -> None:
    """Put in order what the parent may have left in disorder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, nobody can wait for a worker
    # A channel that gets the number of a closed output would be written to as if it was the output.
    while (handle := os.open(os.devnull, os.O_RDWR)) <= LAST_OUTPUT:
        pass
    os.close(handle)


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
