"""Turn findings into what a unit has to do: the cells to mark, their notes, and the list of corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.findings.together import as_one, with_one_cause
from gouji.form.model import HIDDEN
from gouji.form.values import Value
from gouji.formats.workbook.layout import Layout, inputs, layout_of
from gouji.report.amendments import CHANGES_A_FIGURE
from gouji.report.model import Report
from gouji.report.reading import paragraph_key

_MOST_NOTES = 8
"""A finding on more cells than this has a note on the first one only: nobody can read a table full of notes."""


@dataclass(frozen=True)
class Correction:
    """One thing to do: correct some cells, or check them and explain."""

    number: int
    finding: Finding
    cells: tuple[str, ...]
    """The keys of the marked cells."""
    target: str
    """The key of the cell to go to: the first that can be changed, or the explanation of a query. May be empty."""
    message: str
    """The finding's message, and what else to do."""
    findings: int = 1
    """The findings that the sentence is about."""

    @property
    def severity(self) -> str:
        """The severity as people read it."""
        return SEVERITY_WORDS[self.finding.severity]

    @property
    def is_query(self) -> bool:
        """Whether an explanation is wanted instead of a correction."""
        return self.finding.severity == "query"


@dataclass(frozen=True)
class Corrections:
    """Everything that a unit has to do in one workbook."""

    sent_back: bool
    """Whether the workbook is sent back for correction at all."""
    items: tuple[Correction, ...]
    notes: Mapping[str, str]
    """The note of each marked cell by key; an empty text means a mark without a note."""

    remarks: Mapping[str, str] = field(default_factory=dict)
    """What stands beside cells that need no correction, by key: figures that the office has changed."""

    def count(self, *, queries: bool) -> int:
        """Return the number of things to explain, or of things to correct."""
        return sum(item.findings for item in self.items if item.is_query == queries)


def corrections_of(
    report: Report, findings: Iterable[Finding], values: Mapping[str, Value], given: frozenset[str]
) -> Corrections:
    """Return what the unit has to do. Echoes are left out: they disappear when their causes are corrected.

    ``values`` are the values that the workbook will show, ``given`` are the keys that stay locked.
    """
    everything = tuple(findings)
    causes = [finding for finding in everything if finding.echo_of is None and finding.severity != "note"]
    layout = layout_of(report.form)
    open_cells = inputs(report.form, given)
    items = tuple(
        replace(
            _correction(number, finding, _cells(layout, finding), open_cells, _aside(report, finding, values)),
            findings=len(group),
        )
        for number, group in enumerate(with_one_cause(causes, lambda finding: finding), 1)
        for finding in (as_one(group),)
    )
    changed = [one for one in everything if one.rule in CHANGES_A_FIGURE and one.echo_of is None]
    return Corrections(bool(everything), items, _notes(items, open_cells), _remarks(layout, changed, len(items)))


def places_in(report: Report) -> dict[str, str]:
    """Return the places in a report's new workbook of all that findings refer to, in the form of ``Reading.places``."""
    form = report.form
    layout = layout_of(form)
    places = {key: place.printed for key, place in layout.places.items() if place.sheet != HIDDEN}
    for topic in form.topics:
        places[topic.key] = places[f"text.{topic.key}.1"]
        for number in range(1, len(report.texts.get(topic.key, ())) + 1):
            # The last row takes the paragraphs for which there is no row.
            places[paragraph_key(topic.key, number)] = places[f"text.{topic.key}.{min(number, layout.rows(topic))}"]
    return places


def _correction(
    number: int, finding: Finding, cells: tuple[str, ...], open_cells: Mapping[str, object], aside: str
) -> Correction:
    message = finding.message + aside
    if finding.severity != "query":
        return Correction(number, finding, cells, _first(cells, open_cells), message)
    explanation = f"explain.{RULES[finding.rule].subject or 'others'}"
    return Correction(number, finding, cells, explanation, f"{message}核对无误的，请在“校验”页写明原因。")


def _cells(layout: Layout, finding: Finding) -> tuple[str, ...]:
    """Return the keys of a finding's cells that this layout has."""
    keys = {place.printed: key for key, place in layout.places.items() if place.sheet != HIDDEN}
    named = [keys[cell] for cell in finding.cells if cell in keys]
    return tuple(dict.fromkeys([*named, *(ref for ref in finding.refs if ref in layout.places)]))


def _first(cells: tuple[str, ...], open_cells: Mapping[str, object]) -> str:
    """Return the first cell that can be changed, or the first one where none can."""
    return next((key for key in cells if key in open_cells), cells[0] if cells else "")


def _aside(report: Report, finding: Finding, values: Mapping[str, Value]) -> str:
    """Return a remark where the workbook shows another total than the message names.

    Published documents have totals of their own, while the workbook always computes them.
    """
    totals = [ref for ref in finding.refs if ref in report.form.totals]
    if all(report.unread.get(ref, report.figures.get(ref)) == values.get(ref) for ref in totals):
        return ""
    return "本表的总计按分项自动计算，请核对分项。"


def _notes(items: tuple[Correction, ...], open_cells: Mapping[str, object]) -> dict[str, str]:
    lines_of_notes: dict[str, list[str]] = {}
    for item in items:
        noted = item.cells if len(item.cells) <= _MOST_NOTES else (_first(item.cells, open_cells),)
        for key in item.cells:
            lines_of_notes.setdefault(key, []).extend(_note(item) if key in noted else ())
    return {key: "\n".join(lines) for key, lines in lines_of_notes.items()}


def _remarks(layout: Layout, findings: Iterable[Finding], before: int) -> dict[str, str]:
    """Return the remark of each cell whose figure is not the one that the unit filled in; numbers go on."""
    return {
        key: f"{number}. {SEVERITY_WORDS[finding.severity]}：{finding.message}"
        for number, finding in enumerate(findings, before + 1)
        for key in _cells(layout, finding)
    }


def _note(item: Correction) -> Iterator[str]:
    yield f"{item.number}. {item.severity}：{item.message}"
