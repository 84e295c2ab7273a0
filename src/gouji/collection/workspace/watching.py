"""How long work is watched, by a progress line or by nobody."""

from __future__ import annotations

from collections.abc import Callable

Watch = Callable[[int, int, str], None]
"""Learns the number of the current item, the number of all items, and the name of the current one."""


def unwatched(number: int, total: int, name: str) -> None:
    """Watch nothing."""
