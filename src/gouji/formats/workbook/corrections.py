"""What the findings say to the unit: which cells are marked, with which notes, and the list of what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.form.model import HIDDEN, Form
from gouji.form.values import Value
from gouji.formats.workbook.layout import Layout, inputs, layout_of
from gouji.report.model import Report

_NOTED = 8
"""A finding on more cells than this puts its note on the first one only: a whole table of notes cannot be read."""


@dataclass(frozen=True)
class Correction:
    """One thing to do: correct the cells, or check them and explain."""

    number: int
    finding: Finding
    cells: tuple[str, ...]
    """The keys of the cells that are marked."""
    target: str
    """The key of the cell to go to: the first one that can be changed, for a query its explanation; or empty."""
    told: str
    """The finding's message, and what else to do."""

    @property
    def severity(self) -> str:
        """The severity as people read it."""
        return SEVERITY_WORDS[self.finding.severity]

    @property
    def asks(self) -> bool:
        """Whether it asks for an explanation instead of a correction."""
        return self.finding.severity == "query"


@dataclass(frozen=True)
class Corrections:
    """All there is to do in one workbook."""

    asked: bool
    """Whether the workbook goes back for correction at all."""
    items: tuple[Correction, ...]
    notes: Mapping[str, str]
    """The note of each marked cell, by its key; an empty text for a mark without a note."""

    def count(self, *, asking: bool) -> int:
        """Return how many there are to explain, or how many to correct."""
        return sum(item.asks == asking for item in self.items)


def corrections_of(
    report: Report, findings: Iterable[Finding], values: Mapping[str, Value], given: frozenset[str]
) -> Corrections:
    """Turn findings into what the unit has to do; echoes disappear with their causes, so they are left out.

    ``values`` are the cells as the workbook will show them, ``given`` the keys that stay locked.
    """
    everything = tuple(findings)
    causes = [finding for finding in everything if finding.echo_of is None and finding.severity != "note"]
    layout = layout_of(report.form)
    open_cells = inputs(report.form, given)
    items = tuple(
        _correction(number, finding, _cells(layout, finding), open_cells, _aside(report, finding, values))
        for number, finding in enumerate(causes, 1)
    )
    return Corrections(bool(everything), items, _notes(items, open_cells))


def places_in(form: Form) -> dict[str, str]:
    """Return where what a finding can be about stands in a fresh workbook, as ``Reading.places`` says it."""
    layout = layout_of(form)
    places = {key: place.printed for key, place in layout.places.items() if place.sheet != HIDDEN}
    places.update({topic.key: places[f"text.{topic.key}.1"] for topic in form.topics})
    return places


def _correction(
    number: int, finding: Finding, cells: tuple[str, ...], open_cells: Mapping[str, object], aside: str
) -> Correction:
    told = finding.message + aside
    if finding.severity != "query":
        return Correction(number, finding, cells, _first(cells, open_cells), told)
    explanation = f"explain.{RULES[finding.rule].subject or 'others'}"
    return Correction(number, finding, cells, explanation, f"{told}核对无误的，请在“校验”页写明原因。")


def _cells(layout: Layout, finding: Finding) -> tuple[str, ...]:
    """Return the keys of a finding's cells, as far as this layout has them."""
    keys = {place.printed: key for key, place in layout.places.items() if place.sheet != HIDDEN}
    named = [keys[cell] for cell in finding.cells if cell in keys]
    return tuple(dict.fromkeys([*named, *(ref for ref in finding.refs if ref in layout.places)]))


def _first(cells: tuple[str, ...], open_cells: Mapping[str, object]) -> str:
    """Return the first of the cells that can be changed, else the first."""
    return next((key for key in cells if key in open_cells), cells[0] if cells else "")


def _aside(report: Report, finding: Finding, values: Mapping[str, Value]) -> str:
    """Return why a total is not what the message says: published files bring totals along, the workbook never does."""
    totals = [ref for ref in finding.refs if ref in report.form.totals]
    if all(report.unread.get(ref, report.figures.get(ref)) == values.get(ref) for ref in totals):
        return ""
    return "本表的总计按分项自动计算，请核对分项。"


def _notes(items: tuple[Correction, ...], open_cells: Mapping[str, object]) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for item in items:
        noted = item.cells if len(item.cells) <= _NOTED else (_first(item.cells, open_cells),)
        for key in item.cells:
            said.setdefault(key, []).extend(_note(item) if key in noted else ())
    return {key: "\n".join(lines) for key, lines in said.items()}


def _note(item: Correction) -> Iterator[str]:
    yield f"{item.number}. {item.severity}：{item.told}"
