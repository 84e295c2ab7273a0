"""How far a long batch is, on the last line of the terminal."""

from __future__ import annotations

import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def watched(results: Iterable[T], names: Sequence[str]) -> Iterator[T]:
    """Pass results on while "12/87 name" on stderr says which of the names is waited for.

    Nothing is shown for a single name, or where stderr is no terminal.
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
    """Give a function that is told how far a long work is; what it showed is wiped away at the end.

    How long it will still take is told once that can be known; each part of the work begins at number 1. Nothing is
    shown where stderr is no terminal.
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
"""Items and seconds after which the time that is left can be told."""


def _remaining(passed: float, number: int, total: int) -> str:
    """Return in words how long it will take."""
    if number < _SURE_AFTER[0] or passed < _SURE_AFTER[1]:
        return ""
    seconds = passed / number * (total - number)
    return f"（约剩 {seconds / 60:.0f} 分钟）" if seconds >= 90 else f"（约剩 {seconds:.0f} 秒）"


def _show(text: str) -> None:
    """Replace the line; spaces wipe it, since an old console prints the codes that would."""
    room = shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{' ' * room}\r{_cut(text, room)}")
    sys.stderr.flush()


def _cut(text: str, room: int) -> str:
    """Return as much of a text as there is room for; a Chinese character takes two places."""
    fits = []
    for character in text:
        room -= 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if room < 0:
            break
        fits.append(character if character.isprintable() else "?")
    return "".join(fits)
