"""What a step has done, in sentences for the officer; the commands print them, and the desk shows them."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["done", "look", "wrong"]
"""``done``: what happened; ``look``: what the officer should look at; ``wrong``: what did not succeed."""


class Line(msgspec.Struct, frozen=True):
    """A sentence for the officer, or several about the same thing of which a terminal shows the first few."""

    words: str
    kind: Kind = "done"
    more: tuple[str, ...] = ()
    """Further sentences of the same sort, such as one for each unit."""
    beyond: str = ""
    """What is said where not all of them are shown."""


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
