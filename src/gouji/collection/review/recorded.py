"""What comes of deciding: the numbers in the ledger, by which each decision can be undone, and a sentence about it."""

from __future__ import annotations

import msgspec


class Recorded(msgspec.Struct, frozen=True):
    """One decision, or several that were made together."""

    numbers: tuple[int, ...]
    words: str
    """What was decided, without its number."""

    @property
    def sentence(self) -> str:
        """What is said: the numbers, then what was decided."""
        return f"{'、'.join(map(str, self.numbers))}：{self.words}"
