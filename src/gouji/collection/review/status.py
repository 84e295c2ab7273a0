"""The status of a collection on a day, and everything about one unit: for the screen and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.delivery import Undelivered, undelivered
from gouji.collection.review.in_force import (
    ROLE_WORDS,
    STATE_WORDS,
    JudgedFinding,
    JudgedSubmission,
    Progress,
    Role,
    UnitProgress,
    judged_submissions,
    last_arrivals,
    progress_of,
)
from gouji.collection.review.questions import Question, questions_of, together
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.settings import Settings
from gouji.findings.finding import Finding, one_line
from gouji.findings.rules import SEVERITY_WORDS

_ROLE_KEYS: dict[Role, str] = {
    "in_force": "stands",
    "superseded": "displaced",
    "worse": "worse",
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
    unknown: tuple[Unknown, ...] = ()
    undelivered: dict[str, tuple[Undelivered, ...]] = {}
    """The addresses that our mails did not reach, by the unit's code."""
    questions: tuple[Question, ...] = ()
    """What only the office can answer."""

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
                    **_unit_json(unit),
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
        sources = {sha256: arrival.source for sha256, arrival in last_arrivals(ledger).items()}
        return Status(
            settings=workspace.settings,
            progress=progress,
            today=today,
            remarks=(
                *((sources.get(sha256, ""), text) for sha256, text in ledger.remarks()),
                *_doubled_files(ledger, workspace.roster),
            ),
            unknown=tuple(_unknown(ledger, progress)),
            undelivered=undelivered(ledger.mail, workspace.roster),
            questions=tuple(questions_of(ledger, progress)),
        )


def _doubled_files(ledger: Ledger, roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield the files that are, byte for byte, what another unit sent: one file is the submission of one unit."""
    sources_of: dict[str, list[str]] = {}
    for arrival in ledger.arrivals():
        sources_of.setdefault(arrival.sha256, []).append(arrival.source)
    for sources in sources_of.values():
        names = {source.rpartition("/")[2]: source for source in reversed(sources)}
        if len(names) < 2:
            continue
        first: Member | None = None
        for name in sorted(names, key=lambda name: sources.index(names[name])):
            member = roster.mentioned_in(name)
            first = first or member
            if first and member and member != first:
                yield (
                    names[name],
                    f"与“{first.name}”的文件内容完全一样，只算一个单位的。请核对是不是发错了，请这个单位重新发送。",
                )


def _unknown(ledger: Ledger, progress: Progress) -> Iterator[Unknown]:
    reasons: dict[str, str] = {}
    for code in {submission.code for submission in progress.unknown}:
        for recorded in ledger.submissions(code):
            reasons[recorded.sha256] = recorded.findings[0].finding.message if recorded.findings else ""
    for submission in progress.unknown:
        yield Unknown(submission, reasons[submission.sha256])


def _unit_json(unit: UnitProgress) -> dict[str, Any]:
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
        "returns": [_submission_json(submission) for submission in unit.submissions],
    }


def _submission_json(submission: JudgedSubmission) -> dict[str, Any]:
    return {
        "sha256": submission.sha256,
        "source": submission.source,
        "sent": submission.sent or None,
        "verdict": submission.verdict,
        "role": _ROLE_KEYS[submission.role],
        "errors": submission.errors,
        "queries": submission.queries,
        "waived": submission.waived,
        "explained": submission.explained,
    }


# ---------------------------------------------------------------- one unit


class Detail(msgspec.Struct, frozen=True):
    """Everything about one unit."""

    progress: UnitProgress
    findings: tuple[JudgedFinding, ...]
    """The findings on the submission that the state is about."""
    decisions: tuple[Decision, ...]
    names: Mapping[str, str]
    """The names of the files that have arrived, by hash."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            **_unit_json(self.progress),
            "findings": [
                {
                    **judged.finding.as_json(),
                    "answer": judged.answer or None,
                    "answered_by": judged.by or None,
                    "lapsed": judged.lapsed or None,
                }
                for judged in self.findings
            ],
            "decisions": [decision.as_json() for decision in self.decisions],
        }


def detail_of(workspace: Workspace, unit: str) -> Detail:
    """Return everything about one unit.

    Raises GoujiError where it is not clear which one is meant.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        progress = progress_of(ledger, workspace.roster).of(member)
        judged = judged_submissions(ledger, member.code)
        latest = progress.latest
        findings = next((found for submission, found in judged if latest and submission.sha256 == latest.sha256), ())
        decisions = tuple(decision for decision in ledger.decisions() if decision.code == member.code)
        names = ledger.file_names()
    return Detail(progress, findings, decisions, names)


def detail_lines(detail: Detail) -> Iterator[str]:
    """Yield everything about one unit, for the screen."""
    progress = detail.progress
    yield f"{progress.member.name}（{progress.member.code}）：{STATE_WORDS[progress.state]}"
    for submission in progress.submissions:
        yield f"  {submission.source}（{submission.sha256[:8]}）：{ROLE_WORDS[submission.role]}"
    causes = [judged for judged in detail.findings if judged.finding.echo_of is None]
    for number, told in enumerate(together(causes), 1):
        yield f"  {number}. {finding_words(told.judged, told.name)}"
    for decision in detail.decisions:
        yield f"  {decision_words(decision, detail.names)}"


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
    target = f"第 {decision.target} 号" if decision.target else decision.finding or file
    unit = f" {member.name}" if member else ""
    reason = f"：{decision.reason}" if decision.reason else ""
    return f"{decision.id}. {KINDS[decision.kind]}{unit} {target}{reason}（{decision.made_by}，{decision.made[:16]}）"
