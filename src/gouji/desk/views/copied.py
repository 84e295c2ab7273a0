"""What a comparison of the units' texts has found."""

from __future__ import annotations

import msgspec

from gouji.checks.copied_text import Pair
from gouji.collection.review.copied_texts import copied_texts_in
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace, now
from gouji.runtime.times import local_minute


class ShownPair(msgspec.Struct, frozen=True):
    """Two units with the sentences that are the same."""

    heading: str
    """Of the section that they stand in."""
    pair: Pair


class Compared(msgspec.Struct, frozen=True):
    """What a comparison has found."""

    when: str
    """When it was made, for people."""
    pairs: tuple[ShownPair, ...]

    @property
    def outcome(self) -> Outcome:
        """What the task says at its end."""
        if not self.pairs:
            return Outcome((Line("没有雷同的文字。"),))
        return Outcome((Line(f"雷同的文字有 {len(self.pairs)} 处，是谁抄谁的，由您判断。", "look"),))


def compared(workspace: Workspace) -> Compared:
    """Compare the texts of all units.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    form, when = workspace.settings.form, local_minute(now())
    pairs = (ShownPair(form.section(pair.section).heading, pair) for pair in copied_texts_in(workspace))
    return Compared(when, tuple(pairs))
