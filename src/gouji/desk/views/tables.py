"""The official tables of one submission, exactly as printed: each cell with what was received and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gouji.collection.ledger.amended import latest_cells
from gouji.collection.ledger.records import Decision
from gouji.collection.review.amended_figures import WORDS
from gouji.desk.views.findings import ShownFinding
from gouji.findings.finding import plain
from gouji.form.grid import grid_of
from gouji.form.model import Table
from gouji.formats.web.table import HtmlTable, html_table
from gouji.report.comparison import FigurePair
from gouji.report.model import Report
from gouji.report.printed import printed

_WORST_FIRST = ("error", "query", "note", "near", "answered")
_FEW = 6
"""Of more cells than this, no one is marked as wrong unless it is named."""


class _Mark(msgspec.Struct, frozen=True):
    """How a cell is marked for one finding; ``number`` is 0 where the finding is not about this cell alone."""

    ref: str
    kind: str
    number: int


class Changed(msgspec.Struct, frozen=True):
    """What the office has made of a cell."""

    before: str
    """What the file holds."""
    what: str
    reason: str
    decision: int
    counts: bool
    """Whether the report has it: not where the command was interrupted."""


class ShownCell(msgspec.Struct, frozen=True):
    """A number cell as it was received."""

    ref: str
    shown: str
    """The figure, or what was typed instead; empty for a blank."""
    mark: str = ""
    """``error``, ``query``, ``note`` or ``answered``; ``near`` where it only takes part in what does not add up."""
    numbers: tuple[int, ...] = ()
    """The numbers of the findings that it is marked for."""
    unread: bool = False
    changed: Changed | None = None
    beside: str = ""
    """What it was before, such as 上次 12; empty where it is the same."""

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return not self.shown


class ShownTable(msgspec.Struct, frozen=True):
    """An official table with its figures and the findings on them."""

    id: str
    heading: str
    layout: HtmlTable
    columns: tuple[str, ...]
    """What each column holds: ``group``, ``label``, ``number``; ``even`` where all are equally wide."""
    cells: Mapping[str, ShownCell]
    findings: tuple[ShownFinding, ...]
    zero: bool
    """Whether the unit declares that all of it is 0."""

    @property
    def errors(self) -> int:
        """How many open findings on it must be corrected."""
        return sum(finding.open and finding.severity == "error" for finding in self.findings)

    @property
    def queries(self) -> int:
        """How many open findings on it must be checked and explained."""
        return sum(finding.open and finding.severity == "query" for finding in self.findings)


class OtherFigure(msgspec.Struct, frozen=True):
    """A figure that stands in no official table."""

    label: str
    cell: ShownCell


class Cells:
    """The cells of a report as they are shown."""

    def __init__(
        self,
        report: Report,
        findings: Iterable[ShownFinding],
        amended: Iterable[Decision],
        beside: Mapping[str, FigurePair],
        label: str,
    ) -> None:
        """``beside`` are the cells that differ from an earlier report, which is called ``label``."""
        self._report, self._findings = report, tuple(findings)
        self._changed = {
            cell.ref: Changed(
                cell.before,
                WORDS[decision.kind],
                decision.reason,
                decision.id,
                plain(report.figures.get(cell.ref)) == cell.after,
            )
            for decision, cell in latest_cells(amended)
        }
        self._beside = {ref: f"{label} {pair.before}" for ref, pair in beside.items()}
        self._marks: dict[str, list[_Mark]] = {}
        for finding in self._findings:
            for mark in _marks(finding):
                self._marks.setdefault(mark.ref, []).append(mark)

    def tables(self) -> Iterator[ShownTable]:
        """Yield the tables that the form prints."""
        form = self._report.form
        for table in form.official_tables:
            yield ShownTable(
                id=table.id,
                heading=form.section(table.section).heading,
                layout=html_table(table),
                columns=_columns(table),
                cells={ref: self._cell(ref) for ref in table.cells},
                findings=tuple(finding for finding in self._findings if finding.table == table.id),
                zero=table.id in self._report.zero,
            )

    def others(self) -> Iterator[OtherFigure]:
        """Yield the figures that stand in no official table."""
        for table in self._report.form.tables:
            if not table.official:
                yield from (OtherFigure(cell.titled, self._cell(ref)) for ref, cell in table.cells.items())

    def _cell(self, ref: str) -> ShownCell:
        marks = self._marks.get(ref, ())
        return ShownCell(
            ref,
            printed(self._report, ref),
            min((mark.kind for mark in marks), key=_WORST_FIRST.index, default=""),
            tuple(dict.fromkeys(mark.number for mark in marks if mark.number)),
            unread=ref in self._report.unread,
            changed=self._changed.get(ref),
            beside=self._beside.get(ref, ""),
        )


def _marks(finding: ShownFinding) -> Iterator[_Mark]:
    """Yield how the cells of a finding are marked for it.

    Where it names the wrong cell, the others are only near it. Where it names none, any of a few may be wrong; many
    marked ones would hide what is wrong elsewhere.
    """
    any_named = any(place.named for place in finding.places)
    few = len(finding.places) <= _FEW
    for place in finding.places:
        concerned = place.named or not any_named
        strong = place.named or (concerned and few)
        if strong or (concerned and finding.mark == "answered"):
            yield _Mark(place.ref, finding.mark, finding.number)
        elif finding.mark != "answered":
            yield _Mark(place.ref, "near", finding.number if concerned else 0)


def _columns(table: Table) -> tuple[str, ...]:
    grid = grid_of(table)
    if grid.stub < 2:
        return ("even",) * grid.columns
    return (*("group",) * (grid.stub - 1), "label", *("number",) * (grid.columns - grid.stub))
