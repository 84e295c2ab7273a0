"""What differs between two reports of a unit, in a few words."""

from __future__ import annotations

import msgspec

from gouji.form.forms import Forms
from gouji.report.comparison import compare
from gouji.report.model import from_json

SHOWN = 6
"""Cells that are named; nobody reads two hundred."""


class Difference(msgspec.Struct, frozen=True):
    """A cell in which two reports differ, as ``status --json`` gives it."""

    ref: str
    place: str
    old: str
    new: str


class Differences(msgspec.Struct, frozen=True):
    """All that differs between two reports."""

    cells: tuple[Difference, ...] = ()
    """The cells that were filled in; totals are left out, because they follow from the rest."""
    texts: int = 0
    """The number of paragraphs that differ."""

    @property
    def words(self) -> str:
        """The first cells, and how much more there is."""
        parts = [f"{one.place} {one.old} → {one.new}" for one in self.cells[:SHOWN]]
        if len(self.cells) > SHOWN:
            parts.append(f"等 {len(self.cells)} 格")
        if self.texts:
            parts.append(f"文字有 {self.texts} 段不同")
        return "；".join(parts)


def differences(old: bytes | None, new: bytes | None, forms: Forms) -> Differences:
    """Compare two reports, given as the ledger keeps them."""
    if old is None or new is None:
        return Differences()
    found = compare(from_json(old, forms=forms), from_json(new, forms=forms))
    filled_in = (pair for pair in found.changed if not pair.total)
    cells = tuple(Difference(pair.ref, pair.place, pair.before, pair.after) for pair in filled_in)
    return Differences(cells, len(found.rewritten))
