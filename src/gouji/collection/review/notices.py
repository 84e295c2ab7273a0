"""What the officer is told about a unit's submissions: questions, what was not taken, what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.changes import Change, changes_of
from gouji.collection.review.differences import differences
from gouji.collection.review.in_force import JudgedSubmission, Progress, UnitProgress
from gouji.collection.review.joining import Completion, completion_of
from gouji.collection.workspace.roster import Member
from gouji.form.forms import Forms

NAMED = 8
"""Characters of a hash by which a file is named."""


class Notices(msgspec.Struct, frozen=True):
    """What the officer is told about one unit."""

    questions: tuple[str, ...] = ()
    """Which submission counts? Each names the command that answers it."""
    not_taken: tuple[str, ...] = ()
    """What has come and is not in force, and why."""
    changes: tuple[Change, ...] = ()
    """What has changed, oldest first."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """What waits for the officer."""
        return (*self.questions, *self.not_taken)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything that is shown beside the unit: of the changes the last one."""
        return (*self.waiting, *(change.words + "。" for change in self.changes[-1:]))


NOTHING = Notices()


def notices_of(ledger: Ledger, progress: Progress, forms: Forms, only: Member | None = None) -> dict[str, Notices]:
    """Return what the officer is told about each unit, or one, by its code; units without anything are left out."""
    changes = changes_of(ledger, progress, forms, only)
    notices = {}
    for unit in progress.units:
        code = unit.member.code
        if only and code != only.code:
            continue
        if unit.not_taken or unit.unordered or unit.repeated or code in changes:
            problems = _problems(ledger, unit)
            notices[code] = Notices(
                tuple(_questions(ledger, unit, forms)),
                tuple(
                    _not_taken_words(unit, one, problems, completion_of(ledger, unit, one, forms))
                    for one in unit.not_taken
                ),
                changes.get(code, ()),
            )
    return notices


def _problems(ledger: Ledger, unit: UnitProgress) -> dict[str, str]:
    """Return why each unreadable file of a unit cannot be read, by its hash."""
    if all(one.verdict != "unreadable" for one in unit.not_taken):
        return {}
    return {
        one.sha256: one.findings[0].finding.message
        for one in ledger.submissions(unit.member.code)
        if one.verdict == "unreadable" and one.findings
    }


def _questions(ledger: Ledger, unit: UnitProgress, forms: Forms) -> Iterator[str]:
    code = unit.member.code
    unordered = unit.unordered
    if unordered:
        files = "、".join(_named(one) for one in unordered)
        found = differences(ledger.report(unordered[0].sha256), ledger.report(unordered[-1].sha256), forms)
        until = f"没有定以前，仍采用“{unit.in_force.name}”。" if unit.in_force else ""
        yield (
            f"有 {len(unordered)} 份分不清先后：{files}。“{unordered[0].name}”与“{unordered[-1].name}”不同的有："
            f"{found.words}。{until}请定采用哪一份：{_commands(code, 'accept', *unordered)}"
        )
    for one in unit.submissions:
        if one.sha256 in unit.repeated and one.role == "rejected":
            yield (
                f"又发来了您不采用的一份{_named(one)}，内容没有变，仍不采用。请告诉单位要改什么。"
                f"要采用的：{_commands(code, 'accept', one)}；"
                f"仍不采用、不用再提示的：{_commands(code, 'reject', one)} -m 理由。"
            )
        elif one.sha256 in unit.repeated and unit.in_force:
            found = differences(ledger.report(unit.in_force.sha256), ledger.report(one.sha256), forms)
            yield (
                f"又发来了以前的一份{_named(one)}，没有换，仍采用{_named(unit.in_force)}；"
                f"现在采用的 → 又发来的：{found.words}。请问单位以哪一份为准，再定："
                f"{_commands(code, 'accept', unit.in_force, one)}"
            )


def _not_taken_words(
    unit: UnitProgress, one: JudgedSubmission, problems: Mapping[str, str], completion: Completion
) -> str:
    """Return what is said of a submission that has come and is not in force."""
    code = unit.member.code
    if one.role == "unreadable":
        why = f"读不出来：{problems.get(one.sha256, '').rstrip('。')}"
        left = f"。不用管它的：{_commands(code, 'reject', one)} -m 理由" if unit.in_force else ""
        return f"收到{_named(one)}，{why}{left}。"
    if unit.in_force and completion.missing and not completion.different:
        known = " ".join(each.sha256[:NAMED] for each in completion.files)
        return (
            f"又收到{_named(one)}，有“{unit.in_force.name}”缺的{completion.missing}，没有矛盾，可以合成一份："
            f"gouji accept {code} {known}；只采用后来的：{_commands(code, 'accept', one)}；"
            f"不采用的：{_commands(code, 'reject', one)} -m 理由。"
        )
    why = {
        "unsigned": "不是本次签发的填报表，不代替签发的",
        "overruled": "您已经决定采用别的一份",
    }.get(one.reason, "") or f"还有{one.left}"
    if unit.in_force and completion.missing:
        why += (
            f"。里面有“{unit.in_force.name}”缺的{completion.missing}，但是{completion.different}两份不一样，"
            "不能合成一份，请单位重报一份完整的"
        )
    return (
        f"又收到{_named(one)}，没有采用，因为{why}。要采用的：{_commands(code, 'accept', one)}；"
        f"不采用的：{_commands(code, 'reject', one)} -m 理由。"
    )


def _named(one: JudgedSubmission) -> str:
    return f"“{one.name}”（{one.sha256[:NAMED]}）"


def _commands(code: str, command: str, *submissions: JudgedSubmission) -> str:
    return " 或者 ".join(f"gouji {command} {code} {one.sha256[:NAMED]}" for one in submissions)
