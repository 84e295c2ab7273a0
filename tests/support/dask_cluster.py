"""A cluster of dask.distributed as it is run by hand: a scheduler and two workers, processes that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

_SECONDS_TO_END = 60


class ProcessCluster:
    """A scheduler and two workers."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._folder = folder
        self._scheduler = self._start_scheduler()
        self._workers = [self._start_worker(number) for number in range(2)]

    def _start_scheduler(self) -> subprocess.Popen[bytes]:
        return self._started("scheduler", "--host", "127.0.0.1", "--port", self._port, "--no-dashboard")

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        scratch = self._folder / f"worker{number}"
        return self._started(
            "worker", self.address, "--nthreads", 1, "--no-dashboard", "--local-directory", scratch, "--nanny"
        )

    def _started(self, *command: object) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with (self._folder / f"{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, command)],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def processor(self) -> float:
        """Return the processor time of all processes that are alive."""
        used = 0.0
        for started in (self._scheduler, *self._workers):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(started.pid)
                for one in (process, *process.children(recursive=True)):
                    times = one.cpu_times()
                    used += times.user + times.system
        return used

    def restart_a_worker(self) -> None:
        """Kill one worker process; its nanny starts another."""
        nanny = psutil.Process(self._workers[0].pid)
        # The nanny's other child is the one that tracks its resources.
        max(nanny.children(recursive=True), key=lambda process: process.memory_info().rss).kill()

    def lose_a_worker(self) -> None:
        """Kill one worker with its nanny."""
        _kill(self._workers[0])

    def restart_the_scheduler(self) -> None:
        """Kill the scheduler and start another at the same address, and then the workers, which have ended with it."""
        _kill(self._scheduler)
        self._scheduler = self._start_scheduler()
        for worker in self._workers:
            worker.wait(_SECONDS_TO_END)
        self._workers = [self._start_worker(number) for number in range(2)]

    def close(self) -> None:
        """End all of it."""
        for process in (*self._workers, self._scheduler):
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
