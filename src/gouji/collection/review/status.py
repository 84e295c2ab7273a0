"""The status of a collection on a day, and everything about one unit: for the screen and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gouji.collection.intake.matching import units_by_address
from gouji.collection.intake.sources import not_in_the_ledger
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.changes import Change
from gouji.collection.review.choosing import Reason, Role
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.delivery import Undelivered, undelivered
from gouji.collection.review.differences import differences
from gouji.collection.review.in_force import (
    ROLE_WORDS,
    STATE_WORDS,
    JudgedFinding,
    JudgedSubmission,
    Progress,
    UnitProgress,
    judged_submissions,
    progress_of,
)
from gouji.collection.review.notices import NOTHING, Notices, notices_of
from gouji.collection.review.objections import places_of
from gouji.collection.review.open_remarks import open_remarks
from gouji.collection.review.questions import Question, questions_of, together
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ARCHIVED, KEY
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.round_key import when_the_key_changed
from gouji.collection.workspace.settings import Settings
from gouji.findings.finding import Finding, one_line
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.forms import Forms
from gouji.runtime.errors import on_one_line
from gouji.runtime.times import local_minute

_ROLE_KEYS: dict[Role, str] = {
    "in_force": "stands",
    "superseded": "displaced",
    "worse": "worse",
    "unordered": "unordered",
    "rejected": "rejected",
    "unreadable": "unreadable",
}
"""What the JSON calls each role: programs rely on the words of its first version."""


class Unknown(msgspec.Struct, frozen=True):
    """A submission that belongs to no unit that has to report."""

    submission: JudgedSubmission
    why: str


class Status(msgspec.Struct, frozen=True):
    """How far a collection is on a day."""

    settings: Settings
    progress: Progress
    today: datetime.date
    remarks: tuple[tuple[str, str], ...] = ()
    """Remarks on containers and doubled files: the source and the sentence."""
    dismissible: bool = False
    """Whether some of the remarks or the files of unknown units can be dismissed."""
    unknown: tuple[Unknown, ...] = ()
    undelivered: dict[str, tuple[Undelivered, ...]] = {}
    """The addresses that our mails did not reach, by the unit's code."""
    questions: tuple[Question, ...] = ()
    """What only the office can answer."""

    notices: dict[str, Notices] = {}
    """What the officer is told about the submissions of units, by the unit's code."""

    def about(self, member: Member) -> Notices:
        """Return what the officer is told about the submissions of a unit."""
        return self.notices.get(member.code, NOTHING)

    def of_mail(self, member: Member) -> str:
        """Return which addresses of a unit our mails do not reach; empty where all is well."""
        return "；".join(address.words for address in self.undelivered.get(member.code, ()))

    @property
    def days_left(self) -> int:
        """The days to the deadline; negative when it has passed."""
        return self.settings.days_left(self.today)

    @property
    def deadline_words(self) -> str:
        """The days to the deadline in words."""
        return self.settings.deadline_words(self.today)

    @property
    def headline(self) -> str:
        """The collection in one line."""
        total = len(self.progress.units)
        counts = "，".join(f"{word} {self.progress.count(state)} 个" for state, word in STATE_WORDS.items())
        return f"{self.settings.year} 年度，{total} 个单位：{counts}。{self.deadline_words}。"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "office": self.settings.office,
            "year": self.settings.year,
            "deadline": self.settings.deadline.isoformat(),
            "days_left": self.days_left,
            "counts": {state: self.progress.count(state) for state in STATE_WORDS},
            "units": [
                {
                    **_unit_json(unit, self.about(unit.member)),
                    "undelivered": [
                        msgspec.structs.asdict(address) for address in self.undelivered.get(unit.member.code, ())
                    ],
                }
                for unit in self.progress.units
            ],
            "questions": [
                {"code": asked.member.code, "name": asked.member.name, **asked.finding.as_json()}
                for asked in self.questions
            ],
            "unknown": [{**_submission_json(unknown.submission), "why": unknown.why} for unknown in self.unknown],
            "remarks": [{"source": source, "message": message} for source, message in self.remarks],
        }


def status_of(workspace: Workspace, today: datetime.date) -> Status:
    """Work out how far a collection is.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    with workspace.ledger() as ledger:
        progress = progress_of(ledger, workspace.roster)
        remarks = list(open_remarks(ledger, workspace.roster, progress, Decided(ledger.decisions())))
        return Status(
            settings=workspace.settings,
            progress=progress,
            today=today,
            remarks=(
                *_of_the_key(ledger),
                *((remark.source, remark.words) for remark in remarks),
                *_doubled_files(ledger, workspace.roster, progress),
                *((ARCHIVED, text) for text in not_in_the_ledger(workspace, ledger)),
            ),
            dismissible=bool(remarks or progress.unknown),
            unknown=tuple(_unknown(ledger, progress)),
            undelivered=undelivered(ledger.mail, workspace.roster),
            questions=tuple(questions_of(ledger, progress)),
            notices=notices_of(ledger, progress, workspace.settings.forms),
        )


def _of_the_key(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield one sentence about all files whose signature is of a key of before."""
    changed = when_the_key_changed(ledger)
    files = [
        submission
        for submission in (ledger.submissions() if changed else ())
        if any(recorded.finding.rule == "identity.signature" for recorded in submission.findings)
    ]
    if files:
        yield (
            KEY,
            f"本轮的签发密钥变了（{local_minute(changed)} 用新的密钥重新下发）：有 {len(files)} 份的签发信息对不上，"
            "可能是用原来的表填的，不一定是伪造的。请单位用新发的表重新填报。",
        )


def _doubled_files(ledger: Ledger, roster: Roster, progress: Progress) -> Iterator[tuple[str, str]]:
    """Yield the files that are, byte for byte, what another unit sent: one file is the submission of one unit."""
    submissions = (*progress.unknown, *(one for unit in progress.units for one in unit.submissions))
    submitted, addresses = {one.sha256 for one in submissions}, units_by_address(roster)
    first: dict[str, Member] = {}
    doubled: set[tuple[str, str]] = set()
    for arrival in ledger.arrivals():
        if arrival.sha256 not in submitted:
            continue
        parts = reversed(arrival.source.split("/"))
        member = next(filter(None, map(roster.mentioned_in, parts)), None) or addresses.get(arrival.sender)
        if member is None:
            continue
        other = first.setdefault(arrival.sha256, member)
        if member != other and (arrival.sha256, member.code) not in doubled:
            doubled.add((arrival.sha256, member.code))
            yield (
                arrival.source,
                f"{member.name}的与“{other.name}”的文件内容完全一样，只算一个单位的。"
                f"请核对是不是发错了，请{member.name}重新发送。",
            )


def _unknown(ledger: Ledger, progress: Progress) -> Iterator[Unknown]:
    reasons: dict[str, str] = {}
    for code in {submission.code for submission in progress.unknown}:
        for recorded in ledger.submissions(code):
            reasons[recorded.sha256] = recorded.findings[0].finding.message if recorded.findings else ""
    for submission in progress.unknown:
        yield Unknown(submission, reasons[submission.sha256])


def _unit_json(unit: UnitProgress, notices: Notices) -> dict[str, Any]:
    in_force, latest = unit.in_force, unit.latest
    return {
        "code": unit.member.code,
        "name": unit.member.name,
        "state": unit.state,
        "state_word": STATE_WORDS[unit.state],
        "errors": latest.errors if latest else 0,
        "queries": latest.queries if latest else 0,
        "waived": latest.waived if latest else 0,
        "explained": latest.explained if latest else 0,
        "stands": in_force.sha256 if in_force else None,
        "waits_for_a_decision": unit.waits_for_a_decision,
        "questions": list(notices.questions),
        "not_taken": [submission.sha256 for submission in unit.not_taken],
        "changes": [_change_json(change) for change in notices.changes],
        "returns": [_submission_json(submission) for submission in unit.submissions],
    }


def _submission_json(submission: JudgedSubmission) -> dict[str, Any]:
    return {
        "sha256": submission.sha256,
        "source": submission.source,
        "sent": submission.sent or None,
        "run": submission.moment.run,
        "received": submission.moment.received or None,
        "verdict": submission.verdict,
        "role": _ROLE_KEYS[submission.role],
        "reason": submission.reason or None,
        "errors": submission.errors,
        "queries": submission.queries,
        "waived": submission.waived,
        "explained": submission.explained,
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "from": change.before.sha256 or None,
        "to": change.after.sha256 or None,
        "states": [change.before.state, change.after.state],
        "cells": [msgspec.structs.asdict(cell) for cell in change.differences.cells],
    }


# ---------------------------------------------------------------- one unit


class Detail(msgspec.Struct, frozen=True):
    """Everything about one unit."""

    progress: UnitProgress
    judged: tuple[tuple[JudgedSubmission, tuple[JudgedFinding, ...]], ...]
    """All submissions with their findings, in the order of arrival."""
    decisions: tuple[Decision, ...]
    names: Mapping[str, str]
    """The names of the files that have arrived, by hash."""
    notices: Notices = NOTHING
    times: Mapping[int, str] = {}
    """When each run of ``collect`` began."""
    differing: Mapping[str, str] = {}
    """By hash, in which cells and texts a submission differs from the one in force."""

    @property
    def findings(self) -> tuple[JudgedFinding, ...]:
        """The findings on the submission that the state is about."""
        latest = self.progress.latest
        return next((found for one, found in self.judged if latest and one.sha256 == latest.sha256), ())

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        findings = {one.sha256: found for one, found in self.judged}
        document = _unit_json(self.progress, self.notices)
        for submission in document["returns"]:
            if submission["role"] != "stands":
                submission["findings"] = [_finding_json(judged) for judged in findings[submission["sha256"]]]
        return {
            **document,
            "findings": [_finding_json(judged) for judged in self.findings],
            "decisions": [decision.as_json() for decision in self.decisions],
        }


def _finding_json(judged: JudgedFinding) -> dict[str, Any]:
    return {
        **judged.finding.as_json(),
        "answer": judged.answer or None,
        "answered_by": judged.by or None,
        "lapsed": judged.lapsed or None,
    }


def detail_of(workspace: Workspace, unit: str) -> Detail:
    """Return everything about one unit.

    Raises GoujiError where it is not clear which one is meant.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        progress = progress_of(ledger, workspace.roster)
        return Detail(
            progress.of(member),
            tuple(judged_submissions(ledger, member.code)),
            tuple(decision for decision in ledger.decisions() if decision.code == member.code),
            ledger.file_names(),
            notices_of(ledger, progress, workspace.settings.forms, member).get(member.code, NOTHING),
            ledger.run_times(),
            _differing(ledger, progress.of(member), workspace.settings.forms),
        )


def _differing(ledger: Ledger, unit: UnitProgress, forms: Forms) -> dict[str, str]:
    if unit.in_force is None:
        return {}
    mine = ledger.report(unit.in_force.sha256)
    others = (one.sha256 for one in unit.submissions if one.sha256 != unit.in_force.sha256)
    return {other: differences(mine, ledger.report(other), forms).words for other in others}


def detail_lines(detail: Detail) -> Iterator[str]:
    """Yield everything about one unit, for the screen."""
    progress, latest = detail.progress, detail.progress.latest
    yield f"{progress.member.name}（{progress.member.code}）：{STATE_WORDS[progress.state]}"
    for submission, findings in detail.judged:
        why = REASON_WORDS[submission.reason]
        yield f"  {submission.source}（{submission.sha256[:8]}）：{ROLE_WORDS[submission.role]}{why}"
        if submission.role != "in_force" or len(detail.judged) > 1:
            yield f"     {times_words(submission, detail.times)}"
        if differing := detail.differing.get(submission.sha256):
            yield f"     采用的 → 这一份：{differing}"
        if latest is None or submission.sha256 != latest.sha256:
            yield from (f"     - {finding_words(judged)}" for judged in findings if judged.open)
    causes = [judged for judged in detail.findings if judged.finding.echo_of is None]
    for number, cause in enumerate(together(causes), 1):
        yield f"  {number}. {on_one_line(finding_words(cause.judged, cause.name))}"
    if any(detail.differing.values()):
        yield f"  逐格、逐段对照：gouji compare --unit {progress.member.code} -o 对照.html"
    yield from (f"  请看：{words}" for words in detail.notices.waiting)
    yield from (f"  {local_minute(change.after.time)} {change.words}。" for change in detail.notices.changes)
    for decision in detail.decisions:
        yield f"  {on_one_line(decision_words(decision, detail.names))}"


REASON_WORDS: dict[Reason, str] = {
    "": "",
    "first": "",
    "later": "，后来的",
    "accepted": "，您决定的",
    "signed": "，代替没有签发的",
    "fails": "，没有通过，不代替已经通过的",
    "unsigned": "，不是本次签发的填报表，不代替签发的",
    "overruled": "，您已经决定采用别的一份",
}
"""Why a submission is in force, or why not."""


def times_words(submission: JudgedSubmission, times: Mapping[int, str]) -> str:
    """Return when a submission came: what decides first, then what is only shown."""
    received, run = submission.moment.received, submission.moment.run
    words = [f"邮箱 {local_minute(received)} 收到"] if received else []
    words.append(f"第 {run} 次收表（{local_minute(times.get(run, ''))}）")
    if submission.sent:
        words.append(f"文件或者邮件自己写的时间 {local_minute(submission.sent)}，不作依据")
    return "，".join(words)


def finding_words(judged: JudgedFinding, name: str = "") -> str:
    """Return a finding with the answer to it; ``name`` is what commands know it by, if not its id."""
    finding: Finding = judged.finding
    words = f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}（{name or finding.id}）"
    if judged.answer:
        who = "单位说明" if judged.by == "unit" else "放行" if finding.severity == "error" else "代为说明"
        return f"{words} 已{who}：{judged.answer}" if who == "放行" else f"{words} {who}：{judged.answer}"
    if judged.empty:
        return f"{words} 单位写的“{one_line(judged.empty)}”没有说明原因。"
    return f"{words} 原来的说明“{judged.lapsed}”对改动以后的数字无效。" if judged.lapsed else words


def decision_words(decision: Decision, names: Mapping[str, str], member: Member | None = None) -> str:
    """Return a decision in one line; ``names`` are the names of the files, by hash."""
    sha256 = decision.sha256
    file = f"{names.get(sha256, '')}（{sha256[:8]}）" if sha256 else ""
    target = f"第 {decision.target} 号" if decision.target else places_of(decision) or decision.finding or file
    unit = f" {member.name}" if member else ""
    reason = f"：{decision.reason}" if decision.reason else ""
    made = f"{decision.made_by}，{local_minute(decision.made)}"
    return f"{decision.id}. {KINDS[decision.kind]}{unit} {target}{reason}（{made}）"
