"""What a run of ``collect`` has done, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from gouji.collection.intake.attachments.courtesies import Courtesy
from gouji.collection.intake.repairing import Repaired


class Problem(msgspec.Struct, frozen=True):
    """A file that could not be taken in by this run; the next run tries again."""

    source: str
    message: str


class Step(msgspec.Struct, frozen=True):
    """How far a run is, for whoever watches it."""

    doing: str
    number: int
    total: int
    name: str


class Collected(msgspec.Struct):
    """What a run has done."""

    found: int = 0
    new: int = 0
    inside: int = 0
    """How many of the new ones were inside containers."""
    again: int = 0
    """Files whose content had arrived before."""
    examined: Counter[str] = msgspec.field(default_factory=Counter)
    """How many files were examined by this run, by verdict."""
    remarks: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """What is to be said about the containers of this run: the source and the sentence."""
    notes: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """The files that were not taken in because they are not whole: the source and the sentence."""
    others: dict[str, dict[str, list[str]]] = msgspec.field(default_factory=dict)
    """The names of the files of this run that are no submissions, by the name of their unit, then by verdict."""
    courtesies: Counter[Courtesy] = msgspec.field(default_factory=Counter)
    """How many mails of this run bring nothing and ask for nothing, by kind."""
    problems: list[Problem] = msgspec.field(default_factory=list)
    repaired: list[Repaired] = msgspec.field(default_factory=list)
    """What this run has taken as numbers, with the office's consent."""


Watch = Callable[[Step], None]
