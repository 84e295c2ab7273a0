"""What comes of deciding: the numbers in the ledger, by which each decision can be undone, and a sentence about it."""

from __future__ import annotations

import msgspec


class Recorded(msgspec.Struct, frozen=True):
    """One decision, or several that were made together."""

    numbers: tuple[int, ...]
    words: str
    """What was decided, without its number."""
    next_step: str = ""
    """How the sentence goes on, such as with what may follow from it; may be empty."""
    command: str = ""
    """The same with commands and the names that they know, for a terminal."""

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
