"""What a sentence states: its claims, its sums, and what of it was not understood."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

Sum = tuple[tuple[int, str], ...]
"""Refs that are added up, each with its sign, 1 or -1."""


class Claim(msgspec.Struct, frozen=True):
    """A number that a sentence states, and what it may count."""

    value: Decimal
    unit: str
    """件 for anything that is counted, or the unit of money."""
    meanings: tuple[Sum, ...]
    """The cells, or sums of cells, that the number may refer to; the most usual one first."""
    denied: bool
    """Whether the sentence says that there was none, without a number."""
    span: str = ""
    """The words that state it."""
    whole: str = ""
    """The ref of the number that it repeats, as in 5件，均予以公开."""


class Silence(msgspec.Struct, frozen=True):
    """A number or denial that says nothing of the form, or that was not understood, and why."""

    words: tuple[str, ...]
    why: str

    @property
    def span(self) -> str:
        """The words of the number or denial."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Parts:
    """A number that a sentence divides into parts that do not add up to it."""

    whole: Claim
    parts: tuple[tuple[Decimal, Sum], ...]
    """Every part, with its cells; no cells for ways of asking, which no table holds."""

    @property
    def cells(self) -> Sum:
        """The cells of the whole and of its parts."""
        return (*self.whole.meanings[0], *(cell for _, cells in self.parts for cell in cells))

    @property
    def total(self) -> Decimal:
        """The sum of the parts."""
        return sum((value for value, _ in self.parts), Decimal(0))


Stated = Claim | Silence | Parts
