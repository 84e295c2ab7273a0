"""How far a long batch is, on the last line of the terminal."""

from __future__ import annotations

import shutil
import sys
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

    Nothing is shown where stderr is no terminal.
    """
    shown = sys.stderr.isatty()

    def told(number: int, total: int, name: str) -> None:
        if shown:
            _show(f"{number}/{total} {name}")

    try:
        yield told
    finally:
        if shown:
            _show("")


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
