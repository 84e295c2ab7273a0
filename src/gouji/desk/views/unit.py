"""Everything that the page of one unit shows, worked out without a look at the submissions of other units."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.deadlines import Deadlines
from gouji.collection.review.in_force import (
    STATE_WORDS,
    JudgedFinding,
    JudgedSubmission,
    State,
    UnitProgress,
    judged_unit,
)
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.desk.views.changes import Changes, Than, since_last, since_last_year
from gouji.desk.views.findings import Group, ShownFinding, groups_of, shown_findings
from gouji.desk.views.history import History, ShownSubmission, history_of
from gouji.desk.views.tables import Cells, OtherFigure, ShownTable
from gouji.desk.views.texts import ShownSection, Texts, shown_texts
from gouji.form.model import Form
from gouji.report.model import People, Report, from_json
from gouji.runtime.errors import GoujiError

_NO_TEXTS = Texts((), {})


class UnitView(msgspec.Struct, frozen=True):
    """What the page of a unit shows."""

    member: Member
    state: State
    state_word: str
    due: str
    """Until when the unit has to do what it is waited for, in words; may be empty."""
    submission: ShownSubmission | None
    """The one that is shown; None where nothing has come."""
    current: bool
    """Whether the state of the unit is about it: only then its findings can be answered."""
    people: People
    findings: tuple[ShownFinding, ...]
    tables: tuple[ShownTable, ...]
    others: tuple[OtherFigure, ...]
    """Figures that stand in no official table."""
    texts: tuple[ShownSection, ...]
    changes: tuple[Changes, ...]
    """Since the last submission, and since last year."""
    beside: Than | None
    """Which of them stands in the cells."""
    history: History

    @property
    def readable(self) -> bool:
        """Whether there are figures and texts to show."""
        return bool(self.tables)

    @property
    def open(self) -> tuple[ShownFinding, ...]:
        """What somebody still has to act on, the errors first."""
        return tuple(finding for finding in self.findings if finding.open)

    @property
    def of_texts(self) -> tuple[ShownFinding, ...]:
        """The findings that are about no official table and quote a text."""
        return tuple(finding for finding in self.findings if not finding.table and finding.quotes)

    @property
    def apart(self) -> tuple[ShownFinding, ...]:
        """The findings that are about neither."""
        return tuple(finding for finding in self.findings if not finding.table and not finding.quotes)

    @property
    def errors(self) -> int:
        """How many open findings must be corrected."""
        return sum(finding.severity == "error" for finding in self.open)

    @property
    def queries(self) -> int:
        """How many open findings must be checked and explained."""
        return sum(finding.severity == "query" for finding in self.open)


def unit_view(
    workspace: Workspace, unit: str, today: datetime.date, sha256: str = "", beside: Than | None = None
) -> UnitView:
    """Return what the page of a unit shows on a day.

    ``sha256`` is the submission to show, by default the one in force, else the latest; ``beside`` says which earlier
    figures stand in the cells. Raises GoujiError for an unknown unit, or a submission that is not this unit's.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        decisions = ledger.decisions()
        decided = Decided(decisions)
        progress, judged = judged_unit(ledger, member, decided)
        one = _chosen(progress, sha256)
        findings = next((found for other, found in judged if one and other.sha256 == one.sha256), ())
        due = None
        if member.reports_on(workspace.settings.year):
            due = Deadlines.of(workspace.settings, ledger, decided).waited_for(progress)
        messages = {each.finding.id: each.finding.message for _, found in judged for each in found}
        history = history_of(workspace, ledger, progress, decisions, messages, one.sha256 if one else "")
        latest = progress.latest
        page = _Page(workspace, ledger, progress, decisions, decided, one, findings, beside)
        return UnitView(
            member=member,
            state=progress.state,
            state_word=STATE_WORDS[progress.state],
            due=due.words(today) if due else "",
            submission=next((shown for shown in history.submissions if shown.shown), None),
            current=bool(one and latest and one.sha256 == latest.sha256),
            people=page.report.people if page.report else People(),
            findings=page.findings,
            tables=page.tables,
            others=page.others,
            texts=page.texts.sections,
            changes=page.changes,
            beside=beside,
            history=history,
        )


def _chosen(progress: UnitProgress, sha256: str) -> JudgedSubmission | None:
    if not sha256:
        return progress.latest
    found = next((one for one in progress.submissions if one.sha256 == sha256), None)
    if found is None:
        raise GoujiError(f"{progress.member.name}没有报过这一份。")
    return found


class _Page:
    """What is worked out of the submission that is shown: findings, tables, texts, changes."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        progress: UnitProgress,
        decisions: Sequence[Decision],
        decided: Decided,
        one: JudgedSubmission | None,
        judged: Sequence[JudgedFinding],
        beside: Than | None,
    ) -> None:
        stored = ledger.report(one.sha256) if one else None
        self.report: Report | None = from_json(stored, forms=workspace.settings.forms) if stored else None
        groups = groups_of(judged)
        self.texts = shown_texts(self.report, groups) if self.report else _NO_TEXTS
        answerable = bool(one and progress.latest and one.sha256 == progress.latest.sha256)
        self.findings = self._findings(groups, progress.member.code, decisions, answerable)
        self.changes: tuple[Changes, ...] = ()
        self.tables: tuple[ShownTable, ...] = ()
        self.others: tuple[OtherFigure, ...] = ()
        if self.report is None or one is None:
            return
        self.changes = (
            since_last(workspace, ledger, self.report, one, progress.submissions),
            since_last_year(workspace, self.report, progress.member),
        )
        former = next((changes for changes in self.changes if changes.than == beside), None)
        cells = Cells(
            self.report,
            self.findings,
            decided.amended.get(one.sha256, ()),
            {pair.ref: pair for pair in former.cells} if former else {},
            former.label if former else "",
        )
        self.tables, self.others = tuple(cells.tables()), tuple(cells.others())

    def _findings(
        self, groups: Sequence[Group], code: str, decisions: Sequence[Decision], answerable: bool
    ) -> tuple[ShownFinding, ...]:
        undone = {one.target for one in decisions if one.kind == "undo"}
        holding = [one for one in decisions if one.code == code and one.id not in undone]
        form: Form | None = self.report.form if self.report else None
        return tuple(shown_findings(groups, form, holding, self.texts.quotes, answerable=answerable))
