"""What a step has done, in sentences for the officer; the commands print them, and the desk shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from gouji.runtime.errors import GoujiError

Kind = Literal["done", "look", "wrong"]
"""``done``: what happened; ``look``: what the officer should look at; ``wrong``: what did not succeed."""

HIDDEN = "{hidden}"
"""Stands in ``Line.beyond`` for the number of sentences that are not shown: only who shows them knows it."""


class Line(msgspec.Struct, frozen=True):
    """A sentence for the officer, or several about the same thing of which a terminal shows the first few."""

    words: str
    """The sentence, or the heading of ``more``; empty where ``more`` needs no heading."""
    kind: Kind = "done"
    more: tuple[str, ...] = ()
    """Further sentences of the same sort, such as one for each unit."""
    beyond: str = ""
    """What is said where not all of them are shown."""
    terminal: tuple[str, ...] = ()
    """What a terminal says instead of ``words`` and ``more``, where that is about commands and their options."""


class Outcome(msgspec.Struct, frozen=True):
    """What a step has done."""

    lines: tuple[Line, ...] = ()
    unfinished: bool = False
    """Whether something is left to do: the command ends with its own exit status."""
    files: tuple[str, ...] = ()
    """What was written, as paths in the workspace."""
    decision: int | None = None
    """The number of the decision that was recorded, by which it can be undone; the last one of several."""
    decisions: tuple[int, ...] = ()
    """The numbers of all decisions that were recorded."""


def several(sentences: Iterable[str], beyond: str = "", kind: Kind = "done") -> tuple[Line, ...]:
    """Return sentences of one sort, which need no heading, as one line; no line where there are none."""
    more = tuple(sentences)
    return (Line("", kind, more, beyond),) if more else ()


def stopped_by(error: GoujiError, lines: Iterable[Line], words: str = "") -> Outcome:
    """Return what a step had done before an error stopped it, and the error, which a terminal shows as any other.

    ``words`` are the error's where it is not about commands.
    """
    return Outcome((*lines, Line(words or str(error), "wrong", terminal=(f"gouji：{error}",))), unfinished=True)
