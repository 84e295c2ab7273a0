"""What comes of deciding: the numbers in the ledger, by which each decision can be undone, and a sentence about it."""

from __future__ import annotations

import msgspec


class Recorded(msgspec.Struct, frozen=True):
    """One decision, or several that were made together."""

    numbers: tuple[int, ...]
    words: str
    """What was decided, without its number."""
    next_step: str = ""
    """What may follow from it; empty where nothing does."""
    command: str = ""
    """The same with its command, for a terminal."""

    @property
    def sentence(self) -> str:
        """What is said: the numbers, then what was decided."""
        return self._said(self.next_step)

    @property
    def on_terminal(self) -> str:
        """What a terminal says: the same, with commands."""
        return self._said(self.command)

    def _said(self, then: str) -> str:
        return f"{'、'.join(map(str, self.numbers))}：{self.words}{then}"
