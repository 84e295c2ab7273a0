"""Another deadline for single units: a decision of the officer, which can be undone as any other."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from gouji.collection.review.deadlines import Deadlines
from gouji.collection.review.decisions import KINDS, decide, needed
from gouji.collection.review.recorded import Recorded
from gouji.collection.workspace.folder import Workspace
from gouji.runtime.errors import GoujiError


def extend(workspace: Workspace, units: Sequence[str], until: datetime.date, reason: str) -> list[Recorded]:
    """Set the deadline of some units alone, with a decision for each.

    The day may be earlier than that of all units. Raises GoujiError where no unit is named, where one is unknown or
    does not have to report, where no reason is given, and for a day that can only be a slip.
    """
    settings = workspace.settings
    if until.year < settings.year:
        raise GoujiError(f"{until} 在报告年度（{settings.year}）以前，不能作截止日期。请核对年份。")
    if not units:
        raise GoujiError("请写出是哪些单位。")
    members, reason = workspace.units_named(units), needed(reason).strip()
    made = []
    with workspace.writing(KINDS["extend"]) as ledger:
        before = Deadlines.of(settings, ledger)
        for member in members:
            number = decide(ledger, "extend", member.code, finding=until.isoformat(), reason=reason)
            was = before.reporting(member.code).day
            formerly = f"（原来是 {was}）" if was != until else ""
            made.append(Recorded((number,), f"{member.name}的截止日期是 {until}{formerly}。"))
    return made
