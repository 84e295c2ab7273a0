"""How far a long batch is, on the last line of the terminal."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from gouji.cli.screen import replace_line
from gouji.runtime.printable import columns_of

T = TypeVar("T")


def watched(results: Iterable[T], names: Sequence[str]) -> Iterator[T]:
    """Pass results on, and show on stderr which result is awaited, such as "12/87 name".

    Nothing is shown for a single name, or if stderr is not a terminal.
    """
    if len(names) < 2 or not sys.stderr.isatty():
        yield from results
        return
    waiting = iter(results)
    for number, name in enumerate(names, 1):
        _show(f"{number}/{len(names)} {name}")
        try:
            result = next(waiting)
        finally:
            _show("")
        yield result


@contextmanager
def counting() -> Iterator[Callable[[int, int, str], None]]:
    """Give a function that shows the progress of a long task; the line is wiped at the end.

    The remaining time is shown as soon as it can be estimated. Each part of the task begins at number 1. Nothing is
    shown if stderr is not a terminal.
    """
    shown = sys.stderr.isatty()
    started = time.monotonic()

    def show(number: int, total: int, name: str) -> None:
        nonlocal started
        if number == 1:
            started = time.monotonic()
        if shown:
            _show(f"{number}/{total}{_remaining(time.monotonic() - started, number, total)} {name}")

    try:
        yield show
    finally:
        if shown:
            _show("")


_SURE_AFTER = 20, 5.0
"""The number of items and of seconds after which the remaining time can be estimated."""


def _remaining(passed: float, number: int, total: int) -> str:
    """Return the remaining time in words; empty if it cannot be estimated yet."""
    if number < _SURE_AFTER[0] or passed < _SURE_AFTER[1]:
        return ""
    seconds = passed / number * (total - number)
    return f"（约剩 {seconds / 60:.0f} 分钟）" if seconds >= 90 else f"（约剩 {seconds:.0f} 秒）"


def _show(text: str) -> None:
    """Replace the progress line."""
    room = shutil.get_terminal_size().columns - 1
    replace_line(_cut(text, room), room)


def _cut(text: str, room: int) -> str:
    """Cut a text to a number of columns."""
    fits = []
    for character in text:
        room -= columns_of(character)
        if room < 0:
            break
        fits.append(character if character.isprintable() else "?")
    return "".join(fits)
