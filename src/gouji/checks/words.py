"""The data of the checks: the words of ``words.toml``, loaded strictly."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from gouji.runtime.decoding import toml_record


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen record that refuses keys that it does not know."""


class ContinuityWords(_Record, frozen=True):
    """Which figures are compared with last year's."""

    jump: tuple[str, ...]
    fee: str
    stocks: tuple[str, ...]


Kind = Literal[
    "request", "received", "closed", "answered", "rows", "columns",
    "dispute", "outcome", "about", "document", "deed", "decided", "fees", "notices", "billed", "charged",
]  # fmt: skip


class Term(_Record, frozen=True):
    """A way to name cells of the form; ``rows`` and ``columns`` are keys of the tables."""

    kind: Kind
    words: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class NarrativeWords(_Record, frozen=True):
    """How numbers are told in sentences."""

    topics: tuple[str, ...]
    scope: str
    trigger: str
    counted: str
    money: str
    approximately: str
    none: str
    aside: str
    joiner: str
    unknown: str
    names_itself: str
    names_its_area: str
    filler: tuple[str, ...]
    terms: tuple[Term, ...]


class PeriodWords(_Record, frozen=True):
    """How years are named."""

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


class VoiceWords(_Record, frozen=True):
    """What units call themselves and others."""

    bodies: tuple[str, ...]
    places: tuple[str, ...]
    areas: tuple[str, ...]
    area_followed_by: str
    contact: str
    place: str
    generic: str
    report: str
    begins: str
    seats: tuple[str, ...]
    own: dict[str, tuple[str, ...]]


class Subject(_Record, frozen=True):
    """A subject that a section must treat."""

    words: str
    topic: str = ""
    label: str = ""
    by_name: str = ""
    """The words that name it in the place of another subject, where general ones are of that; as ``words`` if empty."""


class ContentWords(_Record, frozen=True):
    """What must be written."""

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
    """A slip in a word."""

    wrong: str
    meant: str
    after: str = ""


class TidinessWords(_Record, frozen=True):
    """What does not belong into a text."""

    pasted_signs: str
    pasted: tuple[str, ...]
    addresses: str
    letter_signs: str
    letter: tuple[str, ...]
    placeholder_signs: str
    placeholders: tuple[str, ...]
    no_heading: str
    digits: str
    typos: tuple[Typo, ...]


class LikenessWords(_Record, frozen=True):
    """What is compared with other texts, and what everybody writes."""

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


class Words(_Record, frozen=True):
    """All of it."""

    continuity: ContinuityWords
    narrative: NarrativeWords
    period: PeriodWords
    voice: VoiceWords
    content: ContentWords
    tidiness: TidinessWords
    likeness: LikenessWords


@cache
def _load() -> Words:
    text = resources.files("gouji.checks").joinpath("words.toml").read_text(encoding="utf-8")
    return toml_record(text, Words, "words.toml")


WORDS = _load()
