"""Sending back: every unit that has to correct or explain something gets its own workbook and a letter."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gouji import __version__
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.tasks import examiner_of, tasks_of
from gouji.collection.ledger.amended import lines_for_unit
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import SendBack as SendBackRecord
from gouji.collection.outgoing.for_units import Message, messages_for
from gouji.collection.outgoing.issue import BlankForm, FormWriter, chinese_date, form_for
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce, wanting
from gouji.collection.review.deadlines import Deadlines, Due
from gouji.collection.review.in_force import (
    JudgedFinding,
    JudgedSubmission,
    UnitProgress,
    judged_submissions,
    progress_of,
)
from gouji.collection.review.objections import in_file
from gouji.collection.review.questions import is_for_the_office
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import LAST_YEAR, SENT_BACK
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.settings import Settings
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.findings.finding import Finding, one_line
from gouji.findings.rules import RULES, SUBJECTS
from gouji.formats.workbook.layout import VERSION
from gouji.jobs.correction import in_a_fresh_workbook, still_locked
from gouji.report.amendments import for_unit

WORKBOOK, LETTER = "退回改正", "退回说明"


class SentBack(msgspec.Struct):
    """What sending back has done."""

    made: Made
    units: list[UnitProgress]
    """The units that have something to correct or explain."""
    nothing: Sequence[Member] = ()
    """The units that were named, and have nothing to correct or explain."""


def send_back(
    workspace: Workspace,
    *,
    today: datetime.date,
    only: Sequence[str] = (),
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> SentBack:
    """Write a correction workbook and a letter for every unit that has to correct or explain something.

    The files of a unit that has nothing left to do are removed; only what changed is written again. With ``only``,
    units as people name them, nothing is done about the others. Raises GoujiError where the roster, the settings or a
    report of last year is wrong, or where a unit is unknown or does not have to report.
    """
    chosen = {member.code: member for member in workspace.units_named(only)}
    with workspace.writing("退回") as ledger:
        examiner = examiner_of(workspace)
        concerned = [unit for unit in progress_of(ledger, workspace.roster).units if unit.member.code in chosen]
        units = [unit for unit in concerned if unit.to_correct]
        gone = list(_going_back(workspace, ledger, units, today))
        orders = [order for one in gone for order in one.orders]
        made = produce(
            workspace.folder,
            ledger,
            SENT_BACK,
            orders,
            _Content(examiner, FormWriter(workspace.key)),
            executor,
            watch,
            withdraw=chosen if only else True,
        )
        _record(workspace, ledger, gone, {path for path, _ in made.problems}, today)
    nothing = [unit.member for unit in concerned if not unit.to_correct] if only else []
    return SentBack(made, units, nothing)


def _record(
    workspace: Workspace, ledger: Ledger, gone: Iterable[_GoingBack], failed: Container[str], today: datetime.date
) -> None:
    """Record what has gone back, and was not told to its unit before."""
    deadlines = Deadlines.of(workspace.settings, ledger)
    with ledger.transaction():
        ledger.history.record_sent_back(
            SendBackRecord(one.code, one.sha256, today.isoformat(), one.told)
            for one in gone
            if not deadlines.is_told(one.code, one.sha256, one.told)
            and not any(order.path in failed for order in one.orders)
        )


def not_sent_back(
    workspace: Workspace, ledger: Ledger, units: Iterable[UnitProgress], today: datetime.date
) -> set[str]:
    """Return the codes of the units with something to do that have not been sent their current findings."""
    gone = _going_back(workspace, ledger, [unit for unit in units if unit.to_correct], today)
    orders = [order for one in gone for order in one.orders]
    return {order.code for order in wanting(workspace.folder, ledger.products(SENT_BACK), orders)}


class _GoingBack(msgspec.Struct, frozen=True):
    """What goes back to a unit."""

    code: str
    sha256: str
    """The submission that it is about."""
    told: frozenset[str]
    """The ids of what the unit is told."""
    orders: tuple[Order, ...]


def _going_back(
    workspace: Workspace, ledger: Ledger, units: Iterable[UnitProgress], today: datetime.date
) -> Iterator[_GoingBack]:
    decided = Decided(ledger.decisions())
    deadlines = Deadlines.of(workspace.settings, ledger, decided)
    units = tuple(units)
    files = {one.sha256 for unit in units for one in unit.submissions}
    tasks = {task.sha256: task for task in tasks_of(ledger, files)} if files else {}
    for unit in units:
        deciding = submission, findings = deciding_submission(ledger, unit.member, decided)
        code, told = unit.member.code, _told(submission, findings, decided)
        due = deadlines.correcting(code, submission.sha256, told, today)
        orders = tuple(_orders(workspace, tasks, unit, deciding, decided, due, today))
        yield _GoingBack(code, submission.sha256, told, orders)


def _told(submission: JudgedSubmission, findings: Iterable[JudgedFinding], decided: Decided) -> frozenset[str]:
    """Return the ids of what a unit is told about a submission."""
    rejected = decided.rejected.get(submission.sha256, "")
    told = {judged.finding.id for judged in findings if judged.open and not is_for_the_office(judged.finding)}
    return frozenset(told | ({f"rejected:{one_line(rejected)}"} if rejected else set()))


def deciding_submission(
    ledger: Ledger, member: Member, decided: Decided
) -> tuple[JudgedSubmission, tuple[JudgedFinding, ...]]:
    """Return the submission that a unit is written to about, with its findings.

    It is the one in force while the unit has to do something about it, else the last one that failed beside it.
    """
    judged = judged_submissions(ledger, member.code, decided)
    in_force = next((pair for pair in judged if pair[0].role == "in_force"), None)
    failed = [pair for pair in judged if pair[0].failed_beside_another]
    if in_force and (in_force[0].for_unit or not failed):
        return in_force
    return failed[-1] if failed else judged[-1]


class _Correction(msgspec.Struct, frozen=True):
    """A submission that goes back, with what is still to be done about it."""

    task: Task
    open: tuple[str, ...]
    """The ids of the findings that are neither explained nor waived, and that the unit can do something about."""
    stale: tuple[str, ...]
    """Subjects whose explanation was given for other figures, or explains nothing."""
    objections: tuple[Finding, ...] = ()
    """The objections of the officer, with the keys of their entries as cells."""


def _orders(
    workspace: Workspace,
    tasks: Mapping[str, Task],
    unit: UnitProgress,
    deciding: tuple[JudgedSubmission, tuple[JudgedFinding, ...]],
    decided: Decided,
    due: Due,
    today: datetime.date,
) -> Iterator[Order]:
    member, settings = unit.member, workspace.settings
    submission, findings = deciding
    task: _Correction | BlankForm
    still_open = [judged.finding for judged in findings if judged.open]
    objections = tuple(in_file(still_open, decided, member.code))
    standing = unit.in_force if unit.in_force and unit.in_force.sha256 != submission.sha256 else None
    # A rejection that names entries is about these; any other one is about the whole file.
    goes_back = submission.role in ("in_force", "worse") or (submission.role == "rejected" and objections)
    readable = submission if goes_back else standing
    if readable and not _is_of_another_year(findings):
        task = _Correction(
            tasks[readable.sha256],
            tuple(judged.finding.id for judged in findings if judged.open and not is_for_the_office(judged.finding)),
            tuple(_stale(submission, findings)),
            objections,
        )
    else:
        # There is nothing to correct: the unit gets a blank form again.
        last_year = LastYear(workspace.folder / LAST_YEAR, settings.forms)
        task = form_for(member, settings, last_year.before(member, workspace.roster))
    workbook = file_name(member, f"{settings.year}_{WORKBOOK}", ".xlsx")
    letter = _Letter(
        member,
        settings,
        submission,
        findings,
        rejected=decided.rejected.get(submission.sha256, ""),
        workbook=workbook,
        blank=isinstance(task, BlankForm),
        due=due.day,
        late=due.is_over(today),
        standing=standing.name if standing else "",
        beside=tuple(one.name for one in unit.to_correct if one.sha256 != submission.sha256 and one != unit.in_force),
        amended=tuple(lines_for_unit(decided.amended.get(readable.sha256, ())))
        if readable and isinstance(task, _Correction)
        else (),
    )
    basis = (__version__, VERSION, workspace.key, submission.sha256, letter)
    yield Order(f"{SENT_BACK}/{workbook}", member.code, fingerprint(*basis, task), task)
    # Another day on the letter is no reason to write it again, so the day is not in the fingerprint.
    name = file_name(member, f"{settings.year}_{LETTER}", ".docx")
    yield Order(f"{SENT_BACK}/{name}", member.code, fingerprint(*basis), (letter, today))


def _stale(submission: JudgedSubmission, findings: Iterable[JudgedFinding]) -> Iterable[str]:
    """Return the subjects whose box for an explanation is emptied; what a rejected submission explains is void."""
    if submission.role == "rejected":
        return SUBJECTS
    open_ones = (judged for judged in findings if judged.open and (judged.lapsed or judged.empty))
    return {RULES[judged.finding.rule].subject or "others" for judged in open_ones}


def _is_of_another_year(findings: Iterable[JudgedFinding]) -> bool:
    return any(judged.finding.rule == "round.year" and judged.open for judged in findings)


class _Content:
    """Returns the content of a file of 退回. It runs in the worker processes."""

    def __init__(self, examiner: Examiner, form_writer: FormWriter) -> None:
        self._examiner, self._form_writer = examiner, form_writer

    def __call__(self, task: Any) -> bytes:
        if isinstance(task, BlankForm):
            return self._form_writer(task)
        if isinstance(task, _Correction):
            return self._corrected(task)
        letter, today = task
        return bytes(letter.written(today))

    def _corrected(self, task: _Correction) -> bytes:
        from gouji.formats.workbook.writer import workbook_bytes

        reading = in_a_fresh_workbook(self._examiner.read(task.task))
        match, reading, findings = self._examiner.examined(reading, task.task.hints)
        still_open = [
            for_unit(finding)
            for finding in findings
            if finding.id in task.open or (finding.severity == "note" and not is_for_the_office(finding))
        ]
        report = self._examiner.named(reading.report, match)
        explanations = {key: text for key, text in report.explanations.items() if key not in task.stale}
        objections = [reading.placed(finding) for finding in task.objections]
        return workbook_bytes(
            msgspec.structs.replace(report, explanations=explanations, year=self._examiner.year),
            locked=still_locked(reading, [*objections, *findings]),
            findings=[*objections, *still_open],
            key=self._form_writer.key,
        )


class _Letter(msgspec.Struct, frozen=True):
    """What a unit is told about its submission."""

    member: Member
    settings: Settings
    submission: JudgedSubmission
    findings: tuple[JudgedFinding, ...]
    rejected: str
    """The officer's reason for rejecting it."""
    workbook: str
    blank: bool
    """Whether the workbook is a blank form, and not the submission with marks."""
    due: datetime.date
    """Until when the unit has to answer."""
    late: bool
    """Whether that day has passed."""
    standing: str = ""
    """The file that is in force instead of the one that the letter is about."""
    beside: tuple[str, ...] = ()
    """Other files that have come and were not taken."""
    amended: tuple[str, ...] = ()
    """What the office has amended in the workbook that goes back."""

    def written(self, today: datetime.date) -> bytes:
        from gouji.formats.word.letter import OfficeLetter, letter_bytes

        return letter_bytes(
            OfficeLetter(
                title=f"{self.settings.year}年政府信息公开工作年度报告\n填报表退回说明",
                addressee=self.member.name,
                paragraphs=tuple(self._paragraphs()),
                office=self.settings.signed_by,
                date=today,
            )
        )

    def _paragraphs(self) -> Iterator[str]:
        errors = messages_for(self.findings, "error")
        queries = messages_for(self.findings, "query")
        yield f"你单位报送的“{self.submission.name}”已经核对，{self._outcome(errors, queries)}"
        if self.standing:
            yield (
                f"这一份没有采用，现在仍以你单位报送的“{self.standing}”为准。"
                "要改数字的，请改好后重新发送；不用改的，请来电说明。"
            )
        if self.beside:
            yield f"你单位还发来“{'”、“'.join(self.beside)}”，读不出来或者没有通过，没有采用。以它为准的，请重新发送。"
        if self.rejected and self.blank:
            yield f"不采用的原因：{self.rejected.rstrip('。')}。"
        for number, (heading, findings) in enumerate(
            ((head, found) for head, found in (("必须改正的", errors), ("请核实并说明的", queries)) if found)
        ):
            yield f"{'一二'[number]}、{heading}"
            yield from (f"{count}. {message.text}" for count, message in enumerate(findings, 1))
        if self.amended:
            yield "随文附上的表里，下面的数字已经改好："
            yield from (f"{count}. {line}" for count, line in enumerate(self.amended, 1))
        soon = "尽快" if self.late else f"于{chinese_date(self.due)}前"
        yield f"{self._what_to_do(bool(queries))}请{soon}发回。"
        contact = "，".join(filter(None, (self.settings.contact, self.settings.phone)))
        if contact:
            yield f"联系人：{contact}。"

    def _what_to_do(self, queries: bool) -> str:
        if self.blank:
            return f"请在随文附上的空白填报表“{self.workbook}”里重新填写，填好后"
        if self.submission.verdict == "unreadable":  # the workbook is the one in force, and nothing is marked in it
            return f"请重新保存、重新发送；也可以在随文附上的“{self.workbook}”（现在采用的一份）里改，改好后"
        explain = "核对无误、不用改的，请在“校验”页写明原因。" if queries else ""
        return f"请在随文附上的“{self.workbook}”里改正：第一页列出了每一处，红框的格子是有问题的地方。{explain}改好后"

    def _outcome(self, errors: Sequence[Message], queries: Sequence[Message]) -> str:
        if self.submission.verdict == "unreadable":
            return "但是读不出来。"
        if self.rejected:
            return "没有采用。"
        counts = (
            f"{words}有 {sum(message.number for message in messages)} 处"
            for words, messages in (("必须改正的", errors), ("请核实并说明的", queries))
            if messages
        )
        return f"{'，'.join(counts)}。"
