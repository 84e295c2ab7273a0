"""Everything about one unit: for the screen and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gouji.collection.ledger.amended import amended_cells
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.changes import Change
from gouji.collection.review.choosing import Reason, Role
from gouji.collection.review.deadlines import Deadlines, Due, due_json
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.differences import differences
from gouji.collection.review.in_force import (
    ROLE_WORDS,
    STATE_WORDS,
    JudgedFinding,
    JudgedSubmission,
    UnitProgress,
    judged_submissions,
    progress_of,
)
from gouji.collection.review.notices import NOTHING, Notices, notices_of
from gouji.collection.review.objections import places_of
from gouji.collection.review.questions import together
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding, one_line
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.forms import Forms
from gouji.runtime.errors import on_one_line
from gouji.runtime.times import local_minute

_ROLE_KEYS: dict[Role, str] = {
    "in_force": "stands",
    "part": "part",
    "superseded": "displaced",
    "worse": "worse",
    "unordered": "unordered",
    "rejected": "rejected",
    "unreadable": "unreadable",
}
"""What the JSON calls each role: programs rely on the words of its first version."""


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

    due: Due | None = None
    """Until when the unit has to do what it is waited for."""
    reporting: Due | None = None
    """Until when it has to hand in."""
    today: datetime.date = datetime.date.min

    @property
    def findings(self) -> tuple[JudgedFinding, ...]:
        """The findings on the submission that the state is about."""
        latest = self.progress.latest
        return next((found for one, found in self.judged if latest and one.sha256 == latest.sha256), ())

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        findings = {one.sha256: found for one, found in self.judged}
        document = unit_json(self.progress, self.notices)
        for submission in document["returns"]:
            if submission["role"] != "stands":
                submission["findings"] = [_finding_json(judged) for judged in findings[submission["sha256"]]]
        return {
            **document,
            **(due_json(self.reporting, self.due, self.today) if self.reporting else {}),
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


def detail_of(workspace: Workspace, unit: str, today: datetime.date) -> Detail:
    """Return everything about one unit on a day.

    Raises GoujiError where it is not clear which one is meant.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        progress = progress_of(ledger, workspace.roster)
        deadlines = Deadlines.of(workspace.settings, ledger)
        return Detail(
            progress.of(member),
            tuple(judged_submissions(ledger, member.code)),
            tuple(decision for decision in ledger.decisions() if decision.code == member.code),
            ledger.file_names(),
            notices_of(ledger, progress, workspace.settings.forms, member).get(member.code, NOTHING),
            ledger.run_times(),
            _differing(ledger, progress.of(member), workspace.settings.forms),
            deadlines.waited_for(progress.of(member)) if member.reports_on(workspace.settings.year) else None,
            deadlines.reporting(member.code),
            today,
        )


def _differing(ledger: Ledger, unit: UnitProgress, forms: Forms) -> dict[str, str]:
    if unit.in_force is None:
        return {}
    mine = ledger.report(unit.in_force.sha256)
    others = (one.sha256 for one in unit.submissions if one.role not in ("in_force", "part"))
    return {other: differences(mine, ledger.report(other), forms).words for other in others}


def detail_lines(detail: Detail) -> Iterator[str]:
    """Yield everything about one unit, for the screen."""
    progress, latest = detail.progress, detail.progress.latest
    yield f"{progress.member.name}（{progress.member.code}）：{STATE_WORDS[progress.state]}"
    if detail.due and detail.due.kind != "all":
        yield f"  {detail.due.words(detail.today)}"
    for submission, findings in detail.judged:
        why = REASON_WORDS[submission.reason]
        yield f"  {submission.source}（{submission.sha256[:8]}）：{ROLE_WORDS[submission.role]}{why}"
        if submission.role != "in_force" or len(detail.judged) > 1:
            yield f"     {times_words(submission, detail.times)}"
        if differing := detail.differing.get(submission.sha256):
            yield f"     采用的 → 这一份：{differing}"
        # What is wrong with a part by itself is settled: it is not a whole report.
        if submission.role != "part" and (latest is None or submission.sha256 != latest.sha256):
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
    "completes": "，有采用的一份缺的部分",
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
    return " ".join(filter(None, (words, answer_words(judged))))


def answer_words(judged: JudgedFinding) -> str:
    """Return the answer to a finding, or what has become of one; empty where nobody has answered."""
    if judged.answer:
        waived = judged.finding.severity == "error"
        who = "单位说明" if judged.by == "unit" else "已放行" if waived else "代为说明"
        return f"{who}：{judged.answer}"
    if judged.empty:
        return f"单位写的“{one_line(judged.empty)}”没有说明原因。"
    return f"原来的说明“{judged.lapsed}”对改动以后的数字无效。" if judged.lapsed else ""


def decision_words(decision: Decision, names: Mapping[str, str], member: Member | None = None) -> str:
    """Return a decision in one line; ``names`` are the names of the files, by hash."""
    parts = decision.finding.split() if decision.kind == "accept" else []
    files = [f"{names.get(sha256, '')}（{sha256[:8]}）" for sha256 in (decision.sha256, *parts) if sha256]
    amended = "；".join(cell.change for cell in amended_cells(decision))
    said = "" if parts else amended or places_of(decision) or decision.finding
    target = f"第 {decision.target} 号" if decision.target else said or "，合成".join(files)
    unit = f" {member.name}" if member else ""
    reason = f"：{decision.reason}" if decision.reason else ""
    made = f"{decision.made_by}，{local_minute(decision.made)}"
    return f"{decision.id}. {KINDS[decision.kind]}{unit} {target}{reason}（{made}）"


def unit_json(unit: UnitProgress, notices: Notices) -> dict[str, Any]:
    """Return how far a unit is as plain data."""
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
        "returns": [submission_json(submission) for submission in unit.submissions],
    }


def submission_json(submission: JudgedSubmission) -> dict[str, Any]:
    """Return a submission as plain data."""
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
