"""The open questions of a collection as data: what is asked, about what, and what may be answered.

The screens, the menu and the pages show what stands here; the answers are done by
:mod:`gouji.collection.review.decisions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.actions import NAMED, Action, Offer, Said, commands_in, without_commands
from gouji.collection.review.detail import Detail
from gouji.collection.review.in_force import (
    JudgedFinding,
    JudgedSubmission,
    JudgedSubmissions,
    UnitProgress,
    judged_unit,
    judged_with,
)
from gouji.collection.review.notices import NOTHING, Notices, waiting_for, waits
from gouji.collection.review.open_remarks import OpenRemark
from gouji.collection.review.questions import OneCause, is_for_the_office, together
from gouji.collection.review.status import Status, Unknown
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES

Kind = Literal["choice", "not_taken", "finding", "unknown", "remark"]
"""``choice``: which submission counts; ``not_taken``: what has come and is not in force; ``finding``: something about a
submission; ``unknown``: a file of no known unit; ``remark``: a mail, an archive, or a file that is no report."""

_OBJECTIONS = ("office.objection", "office.remark")


class OpenQuestion(msgspec.Struct, frozen=True):
    """A question that somebody has to answer."""

    kind: Kind
    said: Said
    """The sentence, and what the officer may answer; no offers where the unit alone can do something."""
    member: Member | None = None
    """The unit that it is about, if one is known."""
    name: str = ""
    """By what commands know it: the finding, the rule of several, or the beginning of a file's hash."""
    file: str = ""
    """The hash of the file that it is about."""
    severity: Literal["", "error", "query"] = ""
    places: tuple[str, ...] = ()
    """The cells that it is about, as addresses in the file."""
    refs: tuple[str, ...] = ()
    """The figures that it is about."""
    for_office: bool = True
    """Whether the office alone can answer it."""

    @property
    def sentence(self) -> str:
        """The sentence without commands."""
        return self.said.sentence

    @property
    def actions(self) -> tuple[Action, ...]:
        """Everything that may be done."""
        return tuple(action for offer in self.said.offers for action in offer.actions)

    def action(self, key: str) -> Action | None:
        """Return the first action of a kind, if it is offered."""
        return next((action for action in self.actions if action.key == key), None)


def questions_of_unit(workspace: Workspace, unit: str) -> tuple[OpenQuestion, ...]:
    """Return the open questions about one unit, without looking at any other: first which submission counts.

    Raises GoujiError where it is not clear which unit is meant.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        progress, judged = judged_unit(ledger, member)
        notices = waiting_for(ledger, progress, workspace.settings.forms) if waits(progress) else NOTHING
    return _of_unit(progress, notices, _on_latest(progress, judged))


def questions_in_detail(detail: Detail) -> tuple[OpenQuestion, ...]:
    """Return the open questions about a unit of which everything is known already."""
    return _of_unit(detail.progress, detail.notices, detail.findings)


def questions_for_office(status: Status) -> tuple[OpenQuestion, ...]:
    """Return what waits for the officer: what no unit can answer, in the order of the roster, then files and mails."""
    asked: dict[str, list[JudgedFinding]] = {}
    for question in status.questions:
        asked.setdefault(question.member.code, []).append(JudgedFinding(question.finding, ""))
    return (
        *(
            question
            for unit in status.progress.units
            for question in _of_unit(unit, status.about(unit.member), asked.get(unit.member.code, ()))
        ),
        *map(_of_unknown, status.unknown),
        *map(_of_remark, status.open_remarks),
    )


def questions_sharing(workspace: Workspace, name: str) -> tuple[OpenQuestion, ...]:
    """Return the same open question of every unit that has it, in the order of the roster.

    ``name`` is a finding (``stock:normative``) or a rule; the same answer can be given to all of them.
    """
    with workspace.ledger() as ledger:
        found = {unit.member.code: _shared(unit, judged, name) for unit, judged in _units_with(ledger, workspace, name)}
    in_order = (found.get(member.code) for member in workspace.roster.active)
    return tuple(question for question in in_order if question)


def _units_with(ledger: Ledger, workspace: Workspace, name: str) -> Iterator[tuple[UnitProgress, JudgedSubmissions]]:
    return judged_with(ledger, workspace.roster, lambda finding: name in (finding.id, finding.rule))


def _shared(unit: UnitProgress, judged: JudgedSubmissions, name: str) -> OpenQuestion | None:
    named = [one for one in _on_latest(unit, judged) if one.open and name in (one.finding.id, one.finding.rule)]
    if unit.in_force is None or not named:
        return None
    # One command answers the queries of a rule, another its errors.
    severity = named[0].finding.severity
    same = [one for one in named if one.finding.severity == severity]
    questions = tuple(questions_on(same, unit.member, unit.in_force))
    if len(questions) == 1:
        return questions[0]
    # All that the name of a rule means is answered at once, also where it is told in several sentences.
    offers = tuple(answers_to(named[0].finding, name, unit.member.code))
    words = "".join(question.sentence for question in questions)
    return msgspec.structs.replace(questions[0], name=name, said=Said(words, offers))


def _on_latest(unit: UnitProgress, judged: JudgedSubmissions) -> tuple[JudgedFinding, ...]:
    latest = unit.latest
    return next((findings for one, findings in judged if latest and one.sha256 == latest.sha256), ())


def _of_unit(unit: UnitProgress, notices: Notices, findings: Iterable[JudgedFinding]) -> tuple[OpenQuestion, ...]:
    return (
        *(OpenQuestion("choice", said, unit.member) for said in notices.asked),
        *(
            OpenQuestion("not_taken", said, unit.member, one.sha256[:NAMED], one.sha256)
            for said, one in zip(notices.left, unit.not_taken, strict=True)
        ),
        *questions_on(findings, unit.member, unit.latest),
    )


# ---------------------------------------------------------------- findings


def questions_on(
    findings: Iterable[JudgedFinding], member: Member, submission: JudgedSubmission | None
) -> Iterator[OpenQuestion]:
    """Yield the open findings on the submission of a unit, each cause once; ``submission`` is the one they are on."""
    file = submission.sha256 if submission else ""
    for cause in together(judged for judged in findings if judged.open):
        yield question_on(cause, tuple(_offers(cause, member, submission)), member, file)


def question_on(
    cause: OneCause, offers: tuple[Offer, ...], member: Member | None = None, file: str = ""
) -> OpenQuestion:
    """Return the question that open findings with one cause ask."""
    finding = cause.judged.finding
    return OpenQuestion(
        "finding",
        Said(without_commands(finding.message), offers),
        member,
        cause.name,
        file,
        "error" if finding.severity == "error" else "query",
        finding.cells,
        finding.refs,
        is_for_the_office(finding),
    )


def answers_to(finding: Finding, name: str, code: str) -> Iterator[Offer]:
    """Yield how a finding is answered by words: a query is explained, an error is waived where that is possible."""
    if finding.severity == "query":
        yield Offer("可以说明的", (Action("explain", code, finding=name),))
    elif RULES[finding.rule].waivable:
        yield Offer("可以放行的", (Action("waive", code, finding=name),))


def _offers(cause: OneCause, member: Member, submission: JudgedSubmission | None) -> Iterator[Offer]:
    finding, role = cause.judged.finding, submission.role if submission else ""
    # Only what is in force is answered by words; what was rejected can be sent once more, or taken after all.
    if role == "in_force":
        yield from answers_to(finding, cause.name, member.code)
    if finding.rule in _OBJECTIONS:
        yield Offer("不用再改的", (Action("undo", number=int(finding.id.partition(":")[2])),))
    if submission and is_for_the_office(finding):
        file = (submission.sha256,)
        if "assign" in commands_in(finding.message):
            # Assigned to this unit, it is no longer a question whose it is.
            yield Offer("单位没有认错的", (Action("assign", member.code, file),))
        yield Offer("是别的单位的", (Action("assign", files=file),))
        if role != "rejected":
            yield Offer("不采用的", (Action("reject", member.code, file),))


# ---------------------------------------------------------------- files and mails


def _of_unknown(unknown: Unknown) -> OpenQuestion:
    one = unknown.submission
    return OpenQuestion(
        "unknown",
        Said(
            without_commands(f"“{one.name}”：{unknown.why or '没有认出单位。'}"),
            (Offer("知道单位的", (Action("assign", files=(one.sha256,)),)), _dismissed(one.sha256)),
        ),
        name=one.sha256[:NAMED],
        file=one.sha256,
    )


def _of_remark(remark: OpenRemark) -> OpenQuestion:
    return OpenQuestion(
        "remark",
        Said(without_commands(remark.words), (_dismissed(*remark.files),)),
        remark.member,
        remark.files[0][:NAMED],
        remark.files[0],
    )


def _dismissed(*files: str) -> Offer:
    return Offer("看过、不用再管的", (Action("dismiss", files=files),))
