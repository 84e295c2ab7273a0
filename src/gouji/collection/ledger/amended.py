"""Decisions that amend figures: how they are written down, and the amendments that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from gouji.collection.ledger.records import Decision
from gouji.report.amendments import AMENDED, REPAIRED, Amendment, unit_words
from gouji.report.model import as_figure

RULES_OF_KINDS = {"amend": AMENDED, "repair": REPAIRED}
"""The kinds of decisions that amend figures, each with the rule that tells of it."""


_REPAIRS_NAMED = 8
"""A letter names at most this many repaired cells; an office program may have stored a whole table as text."""


class AmendedCell(msgspec.Struct, frozen=True):
    """A cell that a decision amends, as the officer saw it."""

    ref: str
    place: str
    """The place in the file, such as ``三、依申请公开!D8``."""
    words: str
    """What it is called, for people."""
    before: str
    """What the file holds: a number, what was typed instead, or 空白."""
    after: str
    """The number that it gets."""

    @property
    def change(self) -> str:
        """The place and the change, for people."""
        return f"{self.place} {self.before} → {self.after}"


def written(cells: Iterable[AmendedCell]) -> str:
    """Return amended cells as a decision keeps them."""
    return "\n".join("\t".join(msgspec.structs.astuple(cell)) for cell in cells)


def amended_cells(decision: Decision) -> tuple[AmendedCell, ...]:
    """Return the cells that a decision amends; none for a decision of another kind."""
    if decision.kind not in RULES_OF_KINDS:
        return ()
    return tuple(AmendedCell(*line.split("\t")) for line in decision.finding.split("\n"))


def amendments_of(decisions: Iterable[Decision]) -> tuple[Amendment, ...]:
    """Return the amendments that decisions make, oldest first."""
    return tuple(
        Amendment(
            ref=cell.ref,
            value=as_figure(Decimal(cell.after)),
            number=decision.id,
            reason=decision.reason,
            made=decision.made,
            made_by=decision.made_by,
            rule=RULES_OF_KINDS[decision.kind],
        )
        for decision in decisions
        for cell in amended_cells(decision)
    )


def latest_cells(decisions: Iterable[Decision]) -> list[tuple[Decision, AmendedCell]]:
    """Return the cells that decisions on one submission amend, oldest first, each with the last decision about it."""
    last = {cell.ref: (decision, cell) for decision in decisions for cell in amended_cells(decision)}
    return list(last.values())


def lines_for_unit(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield what a unit is told of the amendments of its submission: each correction, and the first repairs."""
    repaired = 0
    for decision, cell in latest_cells(decisions):
        repaired += decision.kind == "repair"
        if decision.kind == "repair" and repaired > _REPAIRS_NAMED:
            continue
        yield unit_words(RULES_OF_KINDS[decision.kind], "", cell.words, cell.before, cell.after, decision.reason)
    if repaired > _REPAIRS_NAMED:
        yield f"这样按数字读取的一共有 {repaired} 格。"
