"""What an action is about: the unit, the files and the question that an address names, looked up in the workspace."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.before_summing import CODE
from gouji.collection.review.deadlines import Deadlines
from gouji.collection.review.decisions import KINDS
from gouji.collection.totals.totals import WHOLE, Totals
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.desk.views.history import ShownSubmission, shown_decisions
from gouji.desk.views.unit import UnitView, unit_view
from gouji.report.model import Report, from_json
from gouji.runtime.errors import GoujiError
from gouji.runtime.times import local_minute


class Given(msgspec.Struct, frozen=True):
    """What an address and the fields of a form say: what is to be decided, and what was typed so far."""

    unit: str = ""
    """The unit's code, or 汇总."""
    files: tuple[str, ...] = ()
    """The hashes of the files."""
    finding: str = ""
    """The finding that is answered, or the rule of several."""
    number: int = 0
    """The decision that is undone."""
    cells: tuple[str, ...] = ()
    """The entries that are meant, by the keys of the form or in the officer's words."""
    figures: tuple[tuple[str, str], ...] = ()
    """Cells with the number that was typed for each."""
    to: str = ""
    """The unit that the officer has named, by its name or code."""
    until: str = ""
    keeps: bool = True
    """Whether a submission about which the unit is asked stays in force."""
    reason: str = ""


class File(msgspec.Struct, frozen=True):
    """A received file."""

    sha256: str
    name: str


class Case(msgspec.Struct, frozen=True):
    """What an action is about, in words and as the page of the unit shows it."""

    given: Given
    name: str = ""
    """The unit's name; empty where the action is about none."""
    files: tuple[File, ...] = ()
    message: str = ""
    """The finding, or the decision that is undone."""
    view: UnitView | None = None
    deadline: datetime.date | None = None
    """Until when the unit has to hand in."""
    report: Report | None = None
    """What the submission says that is shown."""
    made: tuple[Decision, ...] = ()
    """What was decided about the same unit and files before."""

    @property
    def seen(self) -> int:
        """The last decision that the officer has seen here; 0 for none."""
        return max((one.id for one in self.made), default=0)

    @property
    def submissions(self) -> tuple[ShownSubmission, ...]:
        """The submissions of the unit that the action names, in the order in which they are named."""
        if self.view is None:
            return ()
        known = {one.sha256: one for one in self.view.history.submissions}
        return tuple(known[file.sha256] for file in self.files if file.sha256 in known)

    @property
    def in_force(self) -> ShownSubmission | None:
        """The submission of the unit that counts."""
        submissions = self.view.history.submissions if self.view else ()
        return next((one for one in submissions if one.role == "in_force"), None)

    @property
    def quoted(self) -> str:
        """The files, for people."""
        return "、".join(f"“{file.name}”" for file in self.files)


def case_of(workspace: Workspace, given: Given, today: datetime.date, totals: Callable[[], Totals]) -> Case:
    """Return what an action is about.

    Raises GoujiError where the unit, a file, the finding or the decision is unknown, or is not there any more.
    """
    with workspace.ledger() as ledger:
        decisions = ledger.decisions()
        files = tuple(_files(ledger, given.files))
        undone = _undone(workspace, ledger, decisions, given.number) if given.number else ""
        deadlines = Deadlines.of(workspace.settings, ledger, Decided(decisions))
    made = tuple(one for one in decisions if _is_about(one, given))
    if given.unit == WHOLE:
        return Case(given, WHOLE, files, _of_the_totals(totals(), given.finding), made=made)
    member: Member | None = workspace.roster.find(given.unit) if given.unit else None
    if member is None:
        return Case(given, "", files, undone, made=made)
    view = unit_view(workspace, member.code, today, given.files[0] if len(given.files) == 1 else "")
    for file in files:
        if all(one.sha256 != file.sha256 for one in view.history.submissions):
            raise GoujiError(f"{member.name}没有报过“{file.name}”。")
    message = undone or (_message(view, given.finding) if given.finding else "")
    shown = view.submission.sha256 if view.submission else ""
    with workspace.ledger() as ledger:
        stored = ledger.report(shown) if shown else None
    report = from_json(stored, forms=workspace.settings.forms) if stored else None
    return Case(given, member.name, files, message, view, deadlines.reporting(member.code).day, report, made)


def made_since(case: Case, seen: int) -> tuple[Decision, ...]:
    """Return what was decided about the same unit or files after the officer's page was made."""
    return tuple(one for one in case.made if one.id > seen)


def decision_sentence(decision: Decision) -> str:
    """Return in a few words that a decision was made, by whom and when."""
    return f"第 {decision.id} 号决定（{KINDS[decision.kind]}，{decision.made_by}，{local_minute(decision.made)}）"


def _is_about(decision: Decision, given: Given) -> bool:
    if given.number:
        return decision.target == given.number
    code = CODE if given.unit == WHOLE else given.unit
    return (bool(code) and decision.code == code) or decision.sha256 in given.files


def _files(ledger: Ledger, hashes: Iterable[str]) -> Iterable[File]:
    names = ledger.file_names()
    for sha256 in hashes:
        if sha256 not in names:
            raise GoujiError("台账里没有这个文件，可能是网页放得太久了。请回到总览再做一次。")
        yield File(sha256, names[sha256])


def _undone(workspace: Workspace, ledger: Ledger, decisions: Sequence[Decision], number: int) -> str:
    shown = next((one for one in shown_decisions(ledger, decisions, Decided(decisions)) if one.number == number), None)
    if shown is None:
        raise GoujiError(f"没有第 {number} 号决定可以撤销。")
    member = workspace.roster.member(shown.code)
    reason = f"，理由是“{shown.reason}”" if shown.reason else ""
    unit = f"{member.name}：" if member else ""
    return f"第 {number} 号决定（{unit}{shown.kind_words} {shown.about}{reason}；{shown.made_by}，{shown.made}）"


def _message(view: UnitView, name: str) -> str:
    found = [one for one in view.findings if name in (one.name, one.rule, *one.ids)]
    if not found:
        raise GoujiError(f"{view.member.name}现在没有这一条问题，可能已经改好了。请回到这个单位看一看。")
    return "".join(one.message for one in found)


def _of_the_totals(totals: Totals, name: str) -> str:
    findings = [judged.finding for judged in totals.findings]
    found = [finding for finding in findings if name in (finding.id, finding.rule)]
    if not found:
        raise GoujiError("汇总现在没有这一条问题，可能已经改好了。请回到汇总看一看。")
    return "".join(finding.message for finding in found)
