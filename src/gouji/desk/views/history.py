"""What has come from one unit and what became of it, what the office has decided about it, what was sent to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gouji.collection.ledger.amended import amended_cells
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.actions import without_commands
from gouji.collection.review.changes import changes_of
from gouji.collection.review.choosing import Role
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.detail import REASON_WORDS, times_words
from gouji.collection.review.differences import differences
from gouji.collection.review.in_force import ROLE_WORDS, Progress, UnitProgress
from gouji.collection.review.joining import completion_of
from gouji.collection.review.objections import places_of
from gouji.collection.workspace.folder import Workspace
from gouji.findings.rules import RULES
from gouji.runtime.times import local_minute

_SHORT = 8
"""Characters of a hash by which a file is named."""

_MAIL_KINDS = {"issue": "下发填报表", "remind": "催报", "return": "退回", "ack": "回执"}
_MAIL_STATES = {
    "queued": "还没有发",
    "sending": "可能没有发出",
    "sent": "已发",
    "refused": "服务器不收这个地址",
    "failed": "没有发出",
    "unsure": "可能没有发出",
}


class ShownSubmission(msgspec.Struct, frozen=True):
    """A submission, and what the officer may do about it."""

    sha256: str
    short: str
    name: str
    source: str
    came: str
    """When it came, for people."""
    role: Role
    role_words: str
    why: str
    """Why it has this role; may be empty."""
    counts: str
    """What is open in it and what was answered; may be empty."""
    differs: str
    """In what it differs from the one in force; may be empty."""
    shown: bool
    """Whether the page shows this one."""
    waits: bool
    """Whether the officer has to say something about it."""
    again: bool
    """Whether the unit has sent it once more after it was displaced or rejected."""
    usable: bool
    """Whether it can be put in force, or confirmed."""
    rejectable: bool
    completes: str = ""
    """What it has and the one in force lacks; may be empty."""
    joins: tuple[str, ...] = ()
    """The hashes of the files that can be joined to one report with it; none where they contradict one another."""
    sent_back: tuple[str, ...] = ()
    """The days on which it went back to be corrected."""
    rejected_for: str = ""


class ShownDecision(msgspec.Struct, frozen=True):
    """A decision of the office."""

    number: int
    code: str
    """The unit; empty where it is about none."""
    kind: str
    kind_words: str
    about: str
    """What it is about: a file, places, amended cells or a finding; may be empty."""
    reason: str
    made: str
    made_by: str
    holds: bool
    """Whether it was neither undone nor overruled by a later one."""
    undoable: bool
    ended: str
    """Why it does not hold: that it was undone, by whom and why, or overruled."""


class Switch(msgspec.Struct, frozen=True):
    """Another submission came into force, or the state has changed."""

    time: str
    words: str


class ShownMail(msgspec.Struct, frozen=True):
    """A mail to the unit."""

    time: str
    kind: str
    address: str
    state: str
    problem: str
    """What the server said, or the notice that it did not arrive; may be empty."""


class History(msgspec.Struct, frozen=True):
    """All that has happened between the office and one unit; each list begins with what came last."""

    submissions: tuple[ShownSubmission, ...]
    decisions: tuple[ShownDecision, ...]
    switches: tuple[Switch, ...]
    mails: tuple[ShownMail, ...]


def history_of(
    workspace: Workspace,
    ledger: Ledger,
    unit: UnitProgress,
    decisions: Sequence[Decision],
    messages: Mapping[str, str],
    shown: str,
) -> History:
    """Return the history of a unit.

    ``decisions`` are all of the workspace, ``messages`` those of the unit's findings by id, ``shown`` is the hash of
    what is shown.
    """
    decided = Decided(decisions)
    code = unit.member.code
    changes = changes_of(ledger, Progress((unit,)), workspace.settings.forms, unit.member).get(code, ())
    return History(
        tuple(_submissions(workspace, ledger, unit, decided, shown))[::-1],
        tuple(shown_decisions(ledger, [one for one in decisions if one.code == code], decided, messages))[::-1],
        tuple(Switch(local_minute(change.after.time), change.words) for change in reversed(changes)),
        tuple(_mails(ledger, code))[::-1],
    )


def _submissions(
    workspace: Workspace, ledger: Ledger, unit: UnitProgress, decided: Decided, shown: str
) -> Iterator[ShownSubmission]:
    forms, times = workspace.settings.forms, ledger.run_times()
    sent_back = ledger.history.sent_back().get(unit.member.code, ())
    in_force = unit.in_force
    mine = ledger.report(in_force.sha256) if in_force else None
    for one in unit.submissions:
        whole = one.role in ("in_force", "part")
        completion = completion_of(ledger, unit, one, forms) if one in unit.not_taken else None
        joins = completion.missing and not completion.different if completion else False
        yield ShownSubmission(
            sha256=one.sha256,
            short=one.sha256[:_SHORT],
            name=one.name,
            source=one.source,
            came=times_words(one, times),
            role=one.role,
            role_words=ROLE_WORDS[one.role],
            why=REASON_WORDS[one.reason].removeprefix("，"),
            counts=one.counts,
            differs="" if whole or mine is None else differences(mine, ledger.report(one.sha256), forms).words,
            shown=one.sha256 == shown,
            waits=one.waits or one.role == "unordered" or one.sha256 in unit.repeated,
            again=one.sha256 in unit.repeated,
            usable=one.verdict != "unreadable" and not whole,
            rejectable=one.role != "rejected",
            completes=completion.missing if completion else "",
            joins=tuple(file.sha256 for file in completion.files) if completion and joins else (),
            sent_back=tuple(dict.fromkeys(each.day for each in sent_back if each.sha256 == one.sha256)),
            rejected_for=decided.rejected.get(one.sha256, ""),
        )


def shown_decisions(
    ledger: Ledger, made: Sequence[Decision], decided: Decided, messages: Mapping[str, str] | None = None
) -> Iterator[ShownDecision]:
    """Yield decisions, of one unit or of all; that one was undone stands beside it and not in a line of its own.

    ``messages`` are the findings that were answered, by their ids; the others are called by what their rules find.
    """
    messages = messages or {}
    names = ledger.file_names() if made else {}
    undone = {one.target: one for one in made if one.kind == "undo"}
    last = _last_words(one for one in made if one.id not in undone)
    for one in made:
        if one.kind == "undo":
            continue
        undo = undone.get(one.id)
        overruled = _overruled(one, decided, last)
        ended = "后来又另作决定" if overruled else ""
        if undo:
            ended = f"{local_minute(undo.made)} {undo.made_by}撤销" + (f"：{undo.reason}" if undo.reason else "")
        yield ShownDecision(
            number=one.id,
            code=one.code,
            kind=one.kind,
            kind_words=KINDS[one.kind],
            about=_about(one, names, messages),
            reason=one.reason,
            made=local_minute(one.made),
            made_by=one.made_by,
            holds=not ended,
            undoable=undo is None,
            ended=ended,
        )


def _last_words(made: Iterable[Decision]) -> dict[tuple[str, ...], int]:
    """Return the number of the last decision on each thing on which a later one replaces an earlier one."""
    return {_thing(one): one.id for one in made}


def _thing(one: Decision) -> tuple[str, ...]:
    if one.kind == "extend":
        return (one.kind, one.code)
    if one.kind in ("explain", "waive"):
        return (one.kind, one.code, one.finding, one.fingerprint)
    if one.kind in ("assign", "accept", "reject", "dismiss"):
        return (one.kind, one.sha256)
    return (one.kind, str(one.id))


def _overruled(one: Decision, decided: Decided, last: dict[tuple[str, ...], int]) -> bool:
    if one.kind == "accept" and decided.accepted.get(one.code) != one.sha256:
        return True
    if one.kind == "reject" and one.sha256 not in decided.rejected:
        return True
    if one.kind == "assign" and decided.assigned.get(one.sha256) != one.code:
        return True
    return last.get(_thing(one), one.id) != one.id


def _about(one: Decision, names: Mapping[str, str], messages: Mapping[str, str]) -> str:
    if one.kind in ("explain", "waive"):
        rule = RULES.get(one.finding.partition(":")[0])
        return without_commands(messages.get(one.finding, f"“{rule.finds}”" if rule else one.finding))
    parts = one.finding.split() if one.kind == "accept" else []
    files = "，合成".join(f"“{names.get(sha256, '')}”" for sha256 in (one.sha256, *parts) if sha256)
    cells = "；".join(cell.change for cell in amended_cells(one)) or places_of(one)
    return cells or ("" if parts else one.finding) or files


def _mails(ledger: Ledger, code: str) -> Iterator[ShownMail]:
    mails = ledger.mail.mails(code)
    bounced = {one.message_id: f"{one.status} {one.reason}".strip() for one in ledger.mail.bounces()} if mails else {}
    for mail in mails:
        bounce = bounced.get(mail.message_id, "")
        yield ShownMail(
            local_minute(mail.time),
            _MAIL_KINDS.get(mail.kind, mail.kind),
            mail.address,
            "退信" if bounce else _MAIL_STATES[mail.state],
            bounce or ("" if mail.state == "sent" else mail.answer),
        )
