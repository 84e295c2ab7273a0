"""Giving returns back: to every unit that has something to correct or to explain, its own workbook and a letter."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from gouji import __version__
from gouji.collection.intake.collect import examiner_of, task_of
from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.outgoing.issue import BlankForm, Press, chinese_date, form_for
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce, wanting
from gouji.collection.review.in_force import Judged, Received, Standing, judged_returns, round_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import BEFORE, RETURNED
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.settings import Settings
from gouji.collection.workspace.workers import Crew, locally
from gouji.findings.rules import RULES
from gouji.formats.workbook.layout import VERSION
from gouji.jobs.correction import in_a_fresh_workbook, still_locked

WORKBOOK, LETTER = "退回改正", "退回说明"


class Returned(msgspec.Struct):
    """What giving back has done."""

    made: Made
    units: list[Standing]
    """The units that have something to do."""


def give_back(
    workspace: Workspace,
    *,
    today: datetime.date,
    crew: Crew = locally,
    watch: Callable[[int, int, str], None] = lambda at, total, name: None,
) -> Returned:
    """Write a correction workbook and a letter for every unit that has to correct or to explain something.

    What a unit has corrected meanwhile, and so what it need not do any more, is removed again; only what changed is
    made again. Raises GoujiError where the roster, the settings or a report of last year is wrong.
    """
    with workspace.writing("退回") as ledger:
        examiner = examiner_of(workspace)
        standings = [each for each in round_of(ledger, workspace.roster).standings if each.state in _TO_DO]
        orders = list(_orders_of(workspace, ledger, standings, today))
        made = produce(
            workspace.folder,
            ledger,
            RETURNED,
            orders,
            _Desk(examiner, Press(workspace.key)),
            crew,
            watch,
        )
    return Returned(made, standings)


_TO_DO = ("wrong", "asked")


def not_given_back(
    workspace: Workspace, ledger: Ledger, standings: Iterable[Standing], today: datetime.date
) -> set[str]:
    """Return the codes of the units with something to do, to whom that was not yet given back as things are now."""
    standings = [standing for standing in standings if standing.state in _TO_DO]
    orders = _orders_of(workspace, ledger, standings, today)
    return {order.code for order in wanting(workspace.folder, ledger.products(RETURNED), orders)}


def _orders_of(
    workspace: Workspace, ledger: Ledger, standings: Iterable[Standing], today: datetime.date
) -> Iterator[Order]:
    decided = Decided(ledger.decisions())
    for standing in standings:
        yield from _orders(workspace, ledger, standing, decided, today)


def in_question(ledger: Ledger, member: Member, decided: Decided) -> tuple[Received, tuple[Judged, ...]]:
    """Return the return of a unit that its state is about, with its findings: the one that stands, else the last."""
    judged = judged_returns(ledger, member.code, decided)
    return next(((received, said) for received, said in judged if received.role == "stands"), judged[-1])


class _Correction(msgspec.Struct, frozen=True):
    """A return that goes back, with what is still to be done about it."""

    task: Task
    open: tuple[str, ...]
    """The ids of the findings that are neither explained nor waived."""
    stale: tuple[str, ...]
    """Subjects whose explanation was meant for other figures."""


def _orders(
    workspace: Workspace, ledger: Ledger, standing: Standing, decided: Decided, today: datetime.date
) -> Iterator[Order]:
    member, settings = standing.member, workspace.settings
    received, findings = in_question(ledger, member, decided)
    task: _Correction | BlankForm
    if received.role == "stands" and not any(each.finding.rule == "round.year" and each.open for each in findings):
        task = _Correction(
            task_of(ledger, received.sha256),
            tuple(each.finding.id for each in findings if each.open),
            tuple({RULES[each.finding.rule].subject or "others" for each in findings if each.lapsed and each.open}),
        )
    else:
        # There is nothing that could be corrected: the form as it was issued.
        task = form_for(member, settings, LastYear(workspace.folder / BEFORE).before(member, workspace.roster))
    workbook = file_name(member, f"{settings.year}_{WORKBOOK}", ".xlsx")
    letter = _Letter(
        member,
        settings,
        received,
        findings,
        rejected=decided.rejected.get(received.sha256, ""),
        workbook=workbook,
        blank=isinstance(task, BlankForm),
        late=settings.days_left(today) < 0,
    )
    basis = (__version__, VERSION, workspace.key, received.sha256, letter)
    yield Order(f"{RETURNED}/{workbook}", member.code, fingerprint(*basis, task), task)
    # The day on which it is written is no reason to write it again.
    name = file_name(member, f"{settings.year}_{LETTER}", ".docx")
    yield Order(f"{RETURNED}/{name}", member.code, fingerprint(*basis), (letter, today))


class _Desk:
    """Makes what goes back. It runs in the worker processes."""

    def __init__(self, examiner: Examiner, press: Press) -> None:
        self._examiner, self._press = examiner, press

    def __call__(self, task: Any) -> bytes:
        if isinstance(task, BlankForm):
            return self._press(task)
        if isinstance(task, _Correction):
            return self._corrected(task)
        letter, today = task
        return bytes(letter.written(today))

    def _corrected(self, task: _Correction) -> bytes:
        from gouji.formats.workbook.writer import workbook_bytes

        reading = in_a_fresh_workbook(self._examiner.read(task.task))
        match, reading, findings = self._examiner.examined(reading, task.task.hints)
        still_open = [finding for finding in findings if finding.id in task.open or finding.severity == "note"]
        report = self._examiner.named(reading.report, match)
        explanations = {key: text for key, text in report.explanations.items() if key not in task.stale}
        return workbook_bytes(
            msgspec.structs.replace(report, explanations=explanations, year=self._examiner.year),
            locked=still_locked(reading, findings),
            findings=still_open,
            key=self._press.key,
        )


class _Letter(msgspec.Struct, frozen=True):
    """What a unit is told of its return."""

    member: Member
    settings: Settings
    received: Received
    findings: tuple[Judged, ...]
    rejected: str
    """The reason for which the officer does not take it."""
    workbook: str
    blank: bool
    """Whether the workbook is a blank form, and not the return with its marks."""
    late: bool
    """Whether the deadline has passed."""

    def written(self, today: datetime.date) -> bytes:
        from gouji.formats.word.letter import Letter, letter_bytes

        return letter_bytes(
            Letter(
                title=f"{self.settings.year}年政府信息公开工作年度报告\n填报表退回说明",
                addressee=self.member.name,
                paragraphs=tuple(self._paragraphs()),
                office=self.settings.signed_by,
                date=today,
            )
        )

    def _paragraphs(self) -> Iterator[str]:
        errors = self._open("error")
        queries = self._open("query")
        yield f"你单位报送的“{self.received.name}”已经核对，{self._summary(errors, queries)}"
        if self.rejected:
            yield f"不采用的原因：{self.rejected.rstrip('。')}。"
        for number, (heading, findings) in enumerate(
            ((head, found) for head, found in (("必须改正的", errors), ("请核实并说明的", queries)) if found)
        ):
            yield f"{'一二'[number]}、{heading}"
            yield from (f"{at}. {told(each)}" for at, each in enumerate(findings, 1))
        soon = "尽快" if self.late else f"于{chinese_date(self.settings.deadline)}前"
        yield f"{self._what_to_do(bool(queries))}请{soon}发回。"
        contact = "，".join(filter(None, (self.settings.contact, self.settings.phone)))
        if contact:
            yield f"联系人：{contact}。"

    def _what_to_do(self, queries: bool) -> str:
        if self.blank:
            return f"请在随文附上的空白填报表“{self.workbook}”里重新填写，填好后"
        explain = "核对无误、不用改的，请在“校验”页写明原因。" if queries else ""
        return f"请在随文附上的“{self.workbook}”里改正：第一页列出了每一处，红框的格子是有问题的地方。{explain}改好后"

    def _summary(self, errors: Sequence[Judged], queries: Sequence[Judged]) -> str:
        if self.received.verdict == "unreadable":
            return "但是读不出来。"
        if self.rejected:
            return "没有采用。"
        counts = [f"必须改正的有 {len(errors)} 处"] * bool(errors) + [f"请核实并说明的有 {len(queries)} 处"] * bool(
            queries
        )
        return f"{'，'.join(counts)}。"

    def _open(self, severity: str) -> list[Judged]:
        return [each for each in self.findings if each.open and each.finding.severity == severity]


def told(judged: Judged) -> str:
    """Return what a unit is told of a finding."""
    lapsed = f"（原来的说明“{judged.lapsed}”是对改动以前的数字说的，请重新说明。）" if judged.lapsed else ""
    return f"{judged.finding.message}{lapsed}"
