"""The door to the terminal: whatever a command prints goes through a stream that lets nothing unprintable pass.

A file's name, a text or an explanation could otherwise clear the screen, write over a line, or show its letters in
another order. The stream stands in the place of ``sys.stdout`` and ``sys.stderr``, so no command can forget it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from gouji.runtime.printable import clean


class Screen:
    """A stream of text that cleans what is written to it.

    It has no ``buffer``, so that click does not write past it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)

    def write(self, text: str | bytes) -> int:
        """Write a text, cleaned."""
        if isinstance(text, bytes):  # how click prints the completion of a shell
            if not text:  # how click asks whether a stream takes nothing but bytes
                raise TypeError
            text = text.decode()
        self._stream.write(clean(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts, cleaned."""
        for line in lines:
            self.write(line)

    def replace_line(self, text: str, width: int) -> None:
        """Show a text in the place of the last line.

        The line is wiped with spaces, because old consoles print escape codes as text.
        """
        self._stream.write(f"\r{' ' * width}\r{clean(text)}")
        self._stream.flush()


def replace_line(text: str, width: int) -> None:
    """Show a text in the place of the last line of stderr."""
    screen = sys.stderr if isinstance(sys.stderr, Screen) else Screen(sys.stderr)
    screen.replace_line(text, width)


def guard_screens() -> None:
    """Let everything that this process prints go through the door."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


@contextmanager
def guarded_screens() -> Iterator[None]:
    """Let everything that is printed inside go through the door."""
    before = sys.stdout, sys.stderr
    guard_screens()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _guarded(stream: Any) -> Any:
    return stream if stream is None or isinstance(stream, Screen) else Screen(stream)
