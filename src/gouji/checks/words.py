"""Load ``words.toml``, the words that the checks look for, refusing unknown keys."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from gouji.runtime.decoding import toml_record


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen record that refuses unknown keys."""


class ContinuityWords(_Record, frozen=True):
    """Which figures are compared with last year's."""

    jump: tuple[str, ...]
    fee: str
    stocks: tuple[str, ...]


class PeriodWords(_Record, frozen=True):
    """The words around years."""

    span: str
    title: str
    subject: str
    plan: str
    earlier: str
    counted: str
    surely_later: str
    later: str
    preamble: tuple[str, ...]
    plans: tuple[str, ...]
    done: str
    covered: str
    covered_days: str
    covered_months: str
    founded: str
    dated: str
    event: str
    deed: str
    about_the_year: str
    last_year: str
    until: str
    problems: str


class FeeWords(_Record, frozen=True):
    """The words in which texts speak of the processing fee, for each of its cells."""

    notices: str
    """The key of the number of notices."""
    apart: str
    cells: dict[str, str]
    """The Refs of the cells: the notices, what they billed, what was received."""
    stated: dict[str, str]
    denied: dict[str, str]


class SelfReferenceWords(_Record, frozen=True):
    """The words that units use for themselves and for others."""

    bodies: tuple[str, ...]
    places: tuple[str, ...]
    areas: tuple[str, ...]
    area_followed_by: str
    whole_area: str
    own_part: str
    hosts: str
    seats: tuple[str, ...]
    offices: str
    own: dict[str, tuple[str, ...]]


class AuthorWords(_Record, frozen=True):
    """Where a text names its author, and names that say nothing."""

    contact: str
    place: str
    generic: str
    report: str
    begins: str
    body: str
    surely: tuple[str, ...]
    signed_below: str
    doing: str
    doer: str
    meeting: str
    signed: str
    likely: tuple[str, ...]
    vague: str
    kinds: tuple[str, ...]
    elsewhere: str
    renamed: str
    ordinary: str


class Subject(_Record, frozen=True):
    """A subject that a section must cover."""

    words: str
    topic: str = ""
    label: str = ""
    by_name: str = ""
    """The words that name this subject in the place for another one; ``words`` if empty.

    There, general words such as 公开 belong to the other subject.
    """


class ContentWords(_Record, frozen=True):
    """The words for what a section must contain."""

    section: str
    problems: str
    improvements: str
    nothing: str
    measures: str
    deeds: str
    undone: str
    lacking: str
    wanting: str
    general: str
    topics: tuple[Subject, ...]
    results: tuple[Subject, ...]


class Typo(_Record, frozen=True):
    """A misspelt word, and the word that was meant."""

    wrong: str
    meant: str
    after: str = ""
    """Characters after which the word is no mistake."""


class TidinessWords(_Record, frozen=True):
    """The words and signs that do not belong in a text."""

    pasted_signs: str
    pasted: tuple[str, ...]
    addresses: str
    letter_signs: str
    letter: tuple[str, ...]
    placeholder_signs: str
    placeholders: tuple[str, ...]
    no_heading: str
    first_of_several: str
    """The words with which the first of several things begins, where the second begins with 二是."""
    digits: str
    typos: tuple[Typo, ...]


class DoubledWords(_Record, frozen=True):
    """What tells a character or word that was typed twice from one that is meant twice."""

    whole: str
    words: tuple[str, ...]
    small: str
    before: str
    reduplicated: str


class EnumerationWords(_Record, frozen=True):
    """What announces a list, and what may be an item of it without a mark."""

    count: str
    unmarked: str


class CopiedTextWords(_Record, frozen=True):
    """Which sections are compared with other texts, and the phrases that every unit uses."""

    sections: tuple[str, ...]
    without: tuple[str, ...]
    titles: str
    figures: tuple[str, ...]
    similar: float
    shortest: int
    shingle: int
    rarest: int
    common: int
    crowd: int
    everybody: tuple[str, ...]


class Basis(_Record, frozen=True):
    """What a report may cite as its basis."""

    formerly: str
    """What it was before the revision."""
    now: str
    """A text with this cites what is in force."""
    since: int
    expected: str


class Words(_Record, frozen=True):
    """The whole of ``words.toml``."""

    continuity: ContinuityWords
    period: PeriodWords
    fee: FeeWords
    self_reference: SelfReferenceWords
    basis: dict[str, Basis]
    authors: AuthorWords
    content: ContentWords
    tidiness: TidinessWords
    enumerations: EnumerationWords
    doubled: DoubledWords
    copied_text: CopiedTextWords


@cache
def _load() -> Words:
    text = resources.files("gouji.checks").joinpath("words.toml").read_text(encoding="utf-8")
    return toml_record(text, Words, "words.toml")


WORDS = _load()
