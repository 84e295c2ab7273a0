"""What differs between two reports of a unit, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gouji.checks.figures import place_of
from gouji.findings.finding import plain
from gouji.form.forms import Forms
from gouji.form.model import Form
from gouji.report.model import Report, from_json

SHOWN = 6
"""Cells that are named; nobody reads two hundred."""


class Difference(msgspec.Struct, frozen=True):
    """A cell in which two reports differ."""

    ref: str
    place: str
    """Its sheet, row and column, as printed."""
    old: str
    new: str

    @property
    def words(self) -> str:
        """The cell, with what was in it and what is in it."""
        return f"{self.place} {self.old} → {self.new}"


class Differences(msgspec.Struct, frozen=True):
    """All that differs between two reports."""

    cells: tuple[Difference, ...] = ()
    texts: int = 0
    """The number of topics whose text differs."""

    @property
    def words(self) -> str:
        """The first cells, and how much more there is."""
        parts = [one.words for one in self.cells[:SHOWN]]
        if len(self.cells) > SHOWN:
            parts.append(f"等 {len(self.cells)} 格")
        if self.texts:
            parts.append(f"文字有 {self.texts} 处不同")
        return "；".join(parts)


def differences(old: bytes | None, new: bytes | None, forms: Forms) -> Differences:
    """Compare two reports, given as the ledger keeps them. Totals are left out, because they follow from the rest."""
    if old is None or new is None:
        return Differences()
    before, after = from_json(old, forms=forms), from_json(new, forms=forms)
    form = after.form
    refs = dict.fromkeys((*form.inputs, *before.form.inputs))
    cells = [
        Difference(ref, _place((form, before.form), ref), _shown(before, ref), _shown(after, ref))
        for ref in refs
        if _value(before, ref) != _value(after, ref)
    ]
    return Differences(tuple(cells), _differing_texts(before.texts, after.texts))


def _value(report: Report, ref: str) -> object:
    return report.unread.get(ref, report.figures.get(ref))


def _place(forms: tuple[Form, Form], ref: str) -> str:
    place = place_of(next(form for form in forms if ref in form.cells), ref)
    return f"{place['where']}{place['cell']}"


def _shown(report: Report, ref: str) -> str:
    if ref in report.unread:
        return f"“{report.unread[ref]}”"
    value = report.figures.get(ref)
    return "空" if value is None else plain(value)


def _differing_texts(before: Mapping[str, object], after: Mapping[str, object]) -> int:
    return sum((before.get(topic) or ()) != (after.get(topic) or ()) for topic in {*before, *after})
