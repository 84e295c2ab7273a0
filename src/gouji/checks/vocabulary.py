"""Load ``vocabulary.toml``, the words of sentences that state figures of the form."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from gouji.runtime.decoding import toml_record

Kind = Literal[
    # words that name cells
    "request", "received", "closed", "answered", "row", "carried", "column", "dispute", "outcome", "about", "document",
    "deed", "decided", "fees", "notices", "billed", "charged",
    # words that name none
    "unknown", "everybody", "channel", "vague", "partly", "none", "joiner", "each", "sum", "rest", "within", "divided",
    "posts", "published", "judging", "checking", "aside", "setting", "plan", "others", "own", "compare", "this_year",
    "year", "another_year", "cumulative", "again", "filler",
]  # fmt: skip


Sums = dict[str, tuple[tuple[str, ...], ...]]
"""The rows that are added up, by the kind of word that counts them."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen record that refuses unknown keys."""


class Term(_Record, frozen=True):
    """Words of one kind, and the rows and columns of the tables that they name."""

    kind: Kind
    words: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Reading(_Record, frozen=True):
    """What a word means after words of certain kinds; after any, if none are listed."""

    kind: Kind
    after: tuple[Kind, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Contextual(_Record, frozen=True):
    """Words that mean one thing or another, as 其他 does; the first reading that fits holds."""

    words: str
    readings: tuple[Reading, ...]


class Counter(_Record, frozen=True):
    """Words after a number, and the kinds of things that are counted in them."""

    words: str
    counts: tuple[str, ...]


class Vocabulary(_Record, frozen=True, eq=False):
    """The whole of ``vocabulary.toml``. It is compared by identity, because what is made of it is cached."""

    topics: tuple[str, ...]
    about: str
    trigger: str
    carried_over: str
    office_apart: str
    areas: str
    bodies: str
    offices: str
    inner: str
    particles: str
    either: str
    ended: str
    all: str
    new: str
    plain: str
    judged: str
    anybody: str
    alone: str
    sorted: str
    deeds: str
    wholes: tuple[str, ...]
    sums: Sums
    towns: tuple[str, ...]
    counters: tuple[Counter, ...]
    terms: tuple[Term, ...]
    contextual: tuple[Contextual, ...] = ()


def vocabulary_of(text: str) -> Vocabulary:
    """Return the vocabulary that a text in TOML holds."""
    return toml_record(text, Vocabulary, "vocabulary.toml")


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of this package."""
    return vocabulary_of(resources.files("gouji.checks").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
