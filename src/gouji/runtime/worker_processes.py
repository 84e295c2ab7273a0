"""Start worker processes and stop them.

There are two ways, by the names that multiprocessing uses for them. With ``forkserver`` one process, the nursery,
imports what the workers need and forks them; a dead worker is replaced in some milliseconds. With ``spawn`` each worker
is a program of its own, which imports everything anew. It is never a fork of this process, because a calling program
may have threads; and macOS system libraries do not survive any fork.

Both can be started ahead of time by :func:`start_ahead`, so that the workers of a command import what they need while
the command itself is still loading. On the page on worker processes in docs/decisions stands why this is not
multiprocessing.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import count
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Literal

from gouji.runtime.worker_program import LAST_OUTPUT, Order, Preparation

StartMethod = Literal["forkserver", "spawn"]

_STOP_SECONDS = 5.0


def start_method() -> StartMethod:
    """Return the way to start workers on this system."""
    return "forkserver" if sys.platform == "linux" else "spawn"


def start_ahead(modules: Sequence[str]) -> None:
    """Start what the first workers of this program will need; it imports modules while the caller does other things."""
    if start_method() == "forkserver":
        _nursery.order(Order(0, _preparation(modules)))
    else:
        _ahead.append(_Spawned(modules))


def start_process(start: StartMethod, modules: Sequence[str]) -> Process:
    """Start a process that waits for a function and a limit of memory, then for items.

    Raises ValueError for another start method.
    """
    if start == "forkserver":
        return _Forked(modules)
    if start == "spawn":
        return _ahead.pop() if _ahead else _Spawned(modules)
    raise ValueError(f"workers cannot be started by {start!r}")


def stop_all() -> None:
    """Stop what was started and is not in use; this happens at the end of the program, too."""
    while _ahead:
        _ahead.pop().stop()
    _nursery.close()


class Process:
    """A worker process: its channel, and how to stop it."""

    channel: Connection

    def stop(self, pid: int = 0) -> None:
        """Kill the process and wait until it has ended; ``pid`` is its number, once it has told that."""
        raise NotImplementedError


class _Spawned(Process):
    """A worker that is a program of its own."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.channel, theirs = Pipe()
        self._program = _start_program("work", theirs.fileno())
        theirs.close()
        with contextlib.suppress(OSError):  # if it has ended, this is noticed when its channel is read
            self.channel.send(_preparation(modules))

    def stop(self, pid: int = 0) -> None:
        self._program.kill()
        self.channel.close()
        # A process that waits for a dead network drive cannot be killed until the drive answers.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(_STOP_SECONDS)


class _Forked(Process):
    """A worker that the nursery has forked."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.channel, theirs = Pipe()
        self._number, self._owner = next(_numbers), os.getpid()
        _nursery.order(Order(self._number, _preparation(modules)), theirs.fileno())
        theirs.close()

    def stop(self, pid: int = 0) -> None:
        if os.getpid() == self._owner:  # else a fork of our program throws away what it does not own
            stopping = _nursery.stop(self._number)
            # The channel closes when the process has ended.
            if not self._has_ended(_STOP_SECONDS if stopping else 0) and pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                self._has_ended(0 if stopping else _STOP_SECONDS)
        self.channel.close()

    def _has_ended(self, seconds: float) -> bool:
        try:
            while self.channel.poll(seconds):
                self.channel.recv_bytes()
        except (EOFError, OSError):
            return True
        return False


class _Nursery:
    """The process that forks the workers of this program; it is started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._program: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0
        self._workers = set[int]()

    def order(self, order: Order, *handles: int) -> None:
        """Tell the nursery to do something; start it if there is none, or if it has been killed."""
        message = pickle.dumps(tuple(order))
        with self._lock:
            try:
                socket.send_fds(self._running(), [message], handles)
            except OSError:
                self._forget()
                socket.send_fds(self._running(), [message], handles)
            self._workers |= {order.number} - {0}

    def stop(self, number: int) -> bool:
        """Have a worker stopped; return whether there is the nursery that does it, and not another one since."""
        with self._lock:
            if number not in self._workers or self._control is None:
                return False
            self._workers.discard(number)
            try:
                self._control.send(pickle.dumps(tuple(Order(number))))
            except OSError:
                return False
            return True

    def close(self) -> None:
        """Stop the nursery and all its workers."""
        with self._lock:
            self._forget()

    def _running(self) -> socket.socket:
        # A program that was forked from ours must have a nursery of its own.
        if self._control is None or self._owner != os.getpid():
            self._workers.clear()
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._program, self._owner = _start_program("nurse", theirs.fileno()), os.getpid()
            theirs.close()
        return self._control

    def _forget(self) -> None:
        if self._control is None or self._program is None or self._owner != os.getpid():
            return
        # Only closed, it would stay open in the forks of this program.
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        if not self._workers:
            self._program.kill()  # it may still be importing; otherwise it stops its workers first
        try:
            self._program.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._program.kill()
        self._control = self._program = None
        self._workers.clear()


_nursery = _Nursery()
_ahead: list[_Spawned] = []
_numbers = count(1)
atexit.register(stop_all)


def _preparation(modules: Sequence[str]) -> Preparation:
    folder = ""
    with contextlib.suppress(OSError):  # somebody has deleted it; an absolute path can be read all the same
        folder = str(Path.cwd())
    return Preparation([place for place in sys.path if place], folder, list(modules))


def _start_program(function: str, handle: int) -> subprocess.Popen[bytes]:
    """Start Python with a function of the workers' program, and let it inherit a handle.

    It looks for modules where this process does, and nowhere else: not in the folder that the command is run in.
    """
    if sys.platform != "win32" and handle <= LAST_OUTPUT:  # the output of the new program would take its place
        import fcntl

        with socket.socket(fileno=fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, LAST_OUTPUT + 1)) as copy:
            return _start_program(function, copy.fileno())
    path = [place for place in sys.path if place]
    code = (
        f"import sys; sys.path[:] = {path!a}; from gouji.runtime.worker_program import {function}; {function}({handle})"
    )
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    python = sys.executable
    if sys.platform == "win32":
        if python != sys._base_executable:
            # In a virtual environment, python.exe would start another process with the handles of its own.
            python = sys._base_executable
            options["env"] = {**os.environ, "__PYVENV_LAUNCHER__": sys.executable}
        os.set_handle_inheritable(handle, True)
        options["startupinfo"] = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
    else:
        options["pass_fds"] = [handle]
    with _interrupts_wait():
        return subprocess.Popen([python, *flags, "-P", "-c", code], **options)


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Block Ctrl-C while a process starts, and in the process itself: only the parent reacts to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
