"""What the officer is told about a unit's submissions: questions, what was not taken, what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.actions import NAMED, Action, Deed, Offer, Said
from gouji.collection.review.changes import Change, changes_of
from gouji.collection.review.differences import differences
from gouji.collection.review.in_force import JudgedSubmission, Progress, UnitProgress
from gouji.collection.review.joining import Completion, completion_of
from gouji.collection.workspace.roster import Member
from gouji.form.forms import Forms


class Notices(msgspec.Struct, frozen=True):
    """What the officer is told about one unit."""

    asked: tuple[Said, ...] = ()
    """Which submission counts? Each with its possible answers."""
    left: tuple[Said, ...] = ()
    """What has come and is not in force, why, and what can be done with it."""
    changes: tuple[Change, ...] = ()
    """What has changed, oldest first."""

    @property
    def questions(self) -> tuple[str, ...]:
        """Which submission counts? Each names the command that answers it."""
        return tuple(said.line for said in self.asked)

    @property
    def waiting(self) -> tuple[str, ...]:
        """What waits for the officer, with the commands."""
        return tuple(said.line for said in (*self.asked, *self.left))

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
        if waits(unit) or code in changes:
            notices[code] = msgspec.structs.replace(waiting_for(ledger, unit, forms), changes=changes.get(code, ()))
    return notices


def waits(unit: UnitProgress) -> bool:
    """Tell whether anything about the submissions of a unit waits for the officer."""
    return bool(unit.not_taken or unit.unordered or unit.repeated)


def waiting_for(ledger: Ledger, unit: UnitProgress, forms: Forms) -> Notices:
    """Return what waits for the officer about the submissions of one unit, without what has changed."""
    problems = _problems(ledger, unit)
    return Notices(
        tuple(_questions(ledger, unit, forms)),
        tuple(_not_taken(unit, one, problems, completion_of(ledger, unit, one, forms)) for one in unit.not_taken),
    )


def _problems(ledger: Ledger, unit: UnitProgress) -> dict[str, str]:
    """Return why each unreadable file of a unit cannot be read, by its hash."""
    if all(one.verdict != "unreadable" for one in unit.not_taken):
        return {}
    return {
        one.sha256: one.findings[0].finding.message
        for one in ledger.submissions(unit.member.code)
        if one.verdict == "unreadable" and one.findings
    }


def _questions(ledger: Ledger, unit: UnitProgress, forms: Forms) -> Iterator[Said]:
    unordered = unit.unordered
    if unordered:
        files = "、".join(_named(one) for one in unordered)
        found = differences(ledger.report(unordered[0].sha256), ledger.report(unordered[-1].sha256), forms)
        until = f"没有定以前，仍采用“{unit.in_force.name}”。" if unit.in_force else ""
        yield Said(
            f"有 {len(unordered)} 份分不清先后：{files}。“{unordered[0].name}”与“{unordered[-1].name}”不同的有："
            f"{found.words}。{until}请定采用哪一份",
            (Offer("", _each(unit, "accept", unordered)),),
            goes_on=True,
        )
    for one in unit.submissions:
        if one.sha256 in unit.repeated and one.role == "rejected":
            yield Said(
                f"又发来了您不采用的一份{_named(one)}，内容没有变，仍不采用。请告诉单位要改什么。",
                (
                    Offer("要采用的", _each(unit, "accept", [one])),
                    Offer("仍不采用、不用再提示的", _each(unit, "reject", [one])),
                ),
            )
        elif one.sha256 in unit.repeated and unit.in_force:
            found = differences(ledger.report(unit.in_force.sha256), ledger.report(one.sha256), forms)
            yield Said(
                f"又发来了以前的一份{_named(one)}，没有换，仍采用{_named(unit.in_force)}；"
                f"现在采用的 → 又发来的：{found.words}。请问单位以哪一份为准，再定",
                (Offer("", _each(unit, "accept", [unit.in_force, one])),),
                goes_on=True,
            )


def _not_taken(unit: UnitProgress, one: JudgedSubmission, problems: Mapping[str, str], completion: Completion) -> Said:
    """Return what is said of a submission that has come and is not in force."""
    unused = Offer("不采用的", _each(unit, "reject", [one]))
    if one.role == "unreadable":
        why = f"读不出来：{problems.get(one.sha256, '').rstrip('。')}。"
        ignored = (Offer("不用管它的", _each(unit, "reject", [one])),) if unit.in_force else ()
        return Said(f"收到{_named(one)}，{why}", ignored)
    if unit.in_force and completion.missing and not completion.different:
        together = Action("accept", unit.member.code, tuple(each.sha256 for each in completion.files))
        return Said(
            f"又收到{_named(one)}，有“{unit.in_force.name}”缺的{completion.missing}，没有矛盾",
            (Offer("可以合成一份", (together,)), Offer("只采用后来的", _each(unit, "accept", [one])), unused),
            goes_on=True,
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
    return Said(
        f"又收到{_named(one)}，没有采用，因为{why}。",
        (Offer("要采用的", _each(unit, "accept", [one])), unused),
    )


def _named(one: JudgedSubmission) -> str:
    return f"“{one.name}”（{one.sha256[:NAMED]}）"


def _each(unit: UnitProgress, key: Deed, submissions: Sequence[JudgedSubmission]) -> tuple[Action, ...]:
    """Return one action on each submission: the officer chooses one."""
    return tuple(Action(key, unit.member.code, (one.sha256,)) for one in submissions)
