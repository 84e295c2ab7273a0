"""The totals as the page shows them: the tables as printed, with what is wrong, and what can be done about it."""

from __future__ import annotations

import msgspec

from gouji.collection.review.before_summing import CODE, note_lines
from gouji.collection.totals.totals import Totals
from gouji.collection.totals.workbooks import state_words
from gouji.collection.workspace.folder import Workspace
from gouji.desk.views.findings import ShownFinding, groups_of, shown_findings
from gouji.desk.views.tables import Cells, OtherFigure, ShownTable


class MissingUnit(msgspec.Struct, frozen=True):
    """A unit whose figures are not in the totals."""

    code: str
    name: str
    state: str


class SummedView(msgspec.Struct, frozen=True):
    """What the page of the totals shows."""

    unit: str
    state: str
    complete: bool
    absent: tuple[MissingUnit, ...]
    findings: tuple[ShownFinding, ...]
    """What is wrong with the totals themselves, apart from missing units."""
    tables: tuple[ShownTable, ...]
    others: tuple[OtherFigure, ...]
    notes: tuple[tuple[str, str], ...]
    """The notes on units, each with the units that it is about."""

    @property
    def open(self) -> tuple[ShownFinding, ...]:
        """What the office still has to act on, the errors first."""
        return tuple(sorted((one for one in self.findings if one.open), key=lambda one: one.severity != "error"))

    @property
    def in_tables(self) -> tuple[ShownFinding, ...]:
        """What is open about an official table."""
        return tuple(finding for finding in self.open if finding.table)

    @property
    def apart(self) -> tuple[ShownFinding, ...]:
        """The findings that are about no official table."""
        return tuple(finding for finding in self.findings if not finding.table)


def summed_view(workspace: Workspace, totals: Totals, *, whole: bool) -> SummedView:
    """Return what the page shows of totals; ``whole`` tells whether they are those of all units."""
    findings = tuple(_findings(workspace, totals, answerable=whole))
    cells = Cells(totals.report(), findings, (), {}, "")
    return SummedView(
        unit=totals.unit.name,
        state=state_words(totals),
        complete=totals.complete,
        absent=tuple(MissingUnit(one.member.code, one.member.name, one.state) for one in totals.absent),
        findings=findings,
        tables=tuple(cells.tables()),
        others=tuple(cells.others()),
        notes=tuple(note_lines(totals.notes)),
    )


def _findings(workspace: Workspace, totals: Totals, *, answerable: bool) -> list[ShownFinding]:
    """Return what is wrong with the totals; decisions on them are about those of all units."""
    lacking = {one.finding.id for one in totals.absent}
    groups = groups_of([judged for judged in totals.findings if judged.finding.id not in lacking])
    with workspace.ledger() as ledger:
        decisions = ledger.decisions()
    undone = {one.target for one in decisions if one.kind == "undo"}
    holding = [one for one in decisions if one.code == CODE and one.id not in undone]
    return list(shown_findings(groups, totals.form, holding, {}, answerable=answerable))
