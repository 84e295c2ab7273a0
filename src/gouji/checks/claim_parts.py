"""What a sentence is taken apart into: words, numbers, clauses, and the claims that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from gouji.checks.words import Term

Sum = tuple[tuple[int, str], ...]
"""Refs with the sign with which they are added."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that a sentence states, and what it may be the number of."""

    value: Decimal
    unit: str
    """件 for anything that is counted, else the unit of money."""
    meanings: tuple[Sum, ...]
    """The cells, or sums of cells, that the sentence may speak of; the usual one first."""
    denied: bool
    """The sentence says that there was none, without a number."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence, and the term that it is of, if it says what is counted."""

    kind: str
    word: str
    term: Term | None = None

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that it names."""
        return self.term.rows if self.term else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return self.term.columns if self.term else ()


@dataclass(slots=True)
class Number:
    """A number with the terms around it."""

    value: Decimal
    unit: str
    exact: bool
    before: list[Token]
    after: list[Token]


@dataclass(slots=True)
class Clause:
    """A part of a sentence, taken apart."""

    tokens: list[Token] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    none: str = ""
    """The word by which something is denied."""
    known: bool = True
    """Whether every word is understood."""
    counts: bool = False
    """Whether there is a number in what is not understood."""
    shared: bool = False
    """Whether a number may be each of several things."""


@dataclass(slots=True)
class State:
    """What the parts of a paragraph hand on from one to the next."""

    domain: str
    meanings: tuple[tuple[str, ...], ...] = ()
    """The rows that the sentence spoke of last, of the requests."""
    spoken_of: bool = False
    """Whether the paragraph has counted requests."""
    named: bool = False
    """Whether the sentence has named requests, without counting them yet."""
    columns: tuple[str, ...] = ()
    document: str = ""
    disputes: tuple[tuple[str, ...], ...] = ()
    """The kinds of disputes that were counted since an outcome was counted last."""
    outcome_told: bool = False
    none: bool = False
    muted: bool = False
    aside: bool = False
    depth: int = 0
    waiting: list[Token] = field(default_factory=list)
    """Terms of an enumeration that has not come to its number yet."""
