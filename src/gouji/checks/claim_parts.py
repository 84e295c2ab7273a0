"""The parts of a sentence: words, numbers, clauses, and the claims that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from gouji.checks.words import Term

Sum = tuple[tuple[int, str], ...]
"""Refs that are added up, each with its sign, 1 or -1."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that a sentence states, and what it may count."""

    value: Decimal
    unit: str
    """件 for anything that is counted, or the unit of money."""
    meanings: tuple[Sum, ...]
    """The cells, or sums of cells, that the number may refer to; the most usual one first."""
    denied: bool
    """Whether the sentence says that there was none, without a number."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence, with its term if the word names something that is counted."""

    kind: str
    word: str
    term: Term | None = None

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that the word names."""
        return self.term.rows if self.term else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the word names."""
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
    """A part of a sentence, split into words and numbers."""

    tokens: list[Token] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    none: str = ""
    """The word of denial, such as 未 or 没有."""
    known: bool = True
    """Whether every word is understood."""
    counts: bool = False
    """Whether the clause has a number and was not understood."""
    shared: bool = False
    """Whether a number may belong to each of several things, as in 甲和乙均为0件."""


@dataclass(slots=True)
class State:
    """What one part of a paragraph passes on to the next."""

    domain: str
    meanings: tuple[tuple[str, ...], ...] = ()
    """The rows of the requests that the sentence named last."""
    spoken_of: bool = False
    """Whether the paragraph has counted requests."""
    named: bool = False
    """Whether the sentence has named requests without counting them yet."""
    columns: tuple[str, ...] = ()
    document: str = ""
    disputes: tuple[tuple[str, ...], ...] = ()
    """The kinds of disputes that were counted since the last outcome."""
    outcome_told: bool = False
    none: bool = False
    muted: bool = False
    aside: bool = False
    depth: int = 0
    waiting: list[Token] = field(default_factory=list)
    """Terms of an enumeration whose number has not come yet."""
