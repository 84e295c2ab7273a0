"""Whom the officer waits for, and until when: the units that may be given another deadline."""

from __future__ import annotations

import msgspec

from gouji.collection.review.in_force import State
from gouji.collection.review.status import Status
from gouji.collection.workspace.roster import Member

SHOWN = 200
"""Units on the page."""


class Waited(msgspec.Struct, frozen=True):
    """A unit that has not handed in, or has something to correct or explain."""

    member: Member
    state: State
    due: str
    """Until when, in words; empty where it was not told yet."""


def waited_for(status: Status, wanted: str = "", state: str = "") -> list[Waited]:
    """Return the units that are waited for, whose name or code contains ``wanted``; the nearest deadline first."""
    found = [
        unit
        for unit in status.progress.units
        if unit.state != "done"
        and state in ("", unit.state)
        and any(wanted in name for name in (unit.member.code, unit.member.name, *unit.member.short))
    ]
    due = {unit.member.code: status.due.get(unit.member.code) for unit in found}
    last = max((one.day for one in due.values() if one), default=status.today)
    found.sort(key=lambda unit: one.day if (one := due[unit.member.code]) else last)
    return [
        Waited(unit.member, unit.state, one.words(status.today) if (one := due[unit.member.code]) else "")
        for unit in found
    ]
