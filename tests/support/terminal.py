"""A user at a terminal: a real pseudo-terminal, read and typed into in its own encoding."""

from __future__ import annotations

import codecs
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psutil
from pace import HANG

# Ctrl-C only reaches the program from its controlling terminal.
_PROGRAM = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); import gouji.cli; gouji.cli.run()"


class Terminal:
    """Runs gouji; whatever it writes must be in the encoding of the terminal."""

    def __init__(self, cwd: Path, *arguments: object, encoding: str = "utf-8", env: Mapping[str, str]) -> None:
        import pty

        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._mine, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, **env},
        )
        os.close(theirs)
        self.screen = ""
        """Everything that was shown."""
        self._seen = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._mine)

    def wait_for(self, text: str) -> str:
        """Wait until something is shown; return what was shown since the last time, up to it."""
        end = time.monotonic() + HANG
        while text not in self.screen[self._seen :]:
            assert self._read(end), f"{text!r} does not come after:\n{self.screen[self._seen :]}"
        shown_until = self.screen.index(text, self._seen) + len(text)
        shown, self._seen = self.screen[self._seen : shown_until], shown_until
        return shown

    def type(self, text: str, *, enter: bool = True) -> None:
        """Type something, and Enter after it."""
        os.write(self._mine, text.encode(self._encoding) + (b"\n" if enter else b""))

    def interrupt(self) -> None:
        """Press Ctrl-C at a question.

        A signal between the question and the read of its answer is only noticed at the next Enter, in Python as in C.
        Nobody at a keyboard is that fast.
        """
        program = psutil.Process(self._process.pid)
        quiet = 0
        while quiet < 5:
            time.sleep(0.02)
            quiet = quiet + 1 if program.status() == psutil.STATUS_SLEEPING else 0
        self.type("\x03", enter=False)

    def answer(self, question: str, text: str = "") -> str:
        """Wait for a question and answer it; return what was shown before."""
        shown = self.wait_for(question) + self.wait_for("：")
        self.type(text)
        return shown

    def number_of(self, title: str) -> str:
        """Return the number of an entry in the menu that was shown last."""
        return re.findall(rf"^ *(\d+)\. {title}", self.screen, re.MULTILINE)[-1]

    def ended(self) -> int:
        """Wait until the program has ended; return its exit status."""
        end = time.monotonic() + HANG
        while self._read(end):
            pass
        return self._process.wait(HANG)

    def _read(self, end: float) -> bool:
        """Read what there is; return whether there may be more."""
        ready, _, _ = select.select([self._mine], [], [], max(0, end - time.monotonic()))
        try:
            data = os.read(self._mine, 2**16) if ready else b""
        except OSError:  # the other end is closed
            data = b""
        self.screen += self._decoder.decode(data).replace("\r\n", "\n")
        return bool(data)
