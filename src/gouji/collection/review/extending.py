"""Another deadline for single units: a decision of the officer, which can be undone as any other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from gouji.collection.review.deadlines import Deadlines
from gouji.collection.review.decisions import KINDS, decide, needed
from gouji.collection.workspace.folder import Workspace
from gouji.runtime.errors import GoujiError


def extend(workspace: Workspace, units: Sequence[str], until: datetime.date, reason: str) -> list[str]:
    """Set the deadline of some units alone; return the sentences that say so.

    The day may be earlier than that of all units. Raises GoujiError where a unit is unknown or does not have to
    report, where no reason is given, and for a day that can only be a slip.
    """
    settings = workspace.settings
    if until.year < settings.year:
        raise GoujiError(f"{until} 在报告年度（{settings.year}）以前，不能作截止日期。请核对年份。")
    members, reason = workspace.units_named(units), needed(reason).strip()
    return list(_extended(workspace, [member.code for member in members], until, reason))


def _extended(workspace: Workspace, codes: Sequence[str], until: datetime.date, reason: str) -> Iterator[str]:
    with workspace.writing(KINDS["extend"]) as ledger:
        before = Deadlines.of(workspace.settings, ledger)
        for code in codes:
            number = decide(ledger, "extend", code, finding=until.isoformat(), reason=reason)
            member = workspace.roster.member(code)
            was = before.reporting(code).day
            formerly = f"（原来是 {was}）" if was != until else ""
            yield f"{number}：{member.name if member else code}的截止日期是 {until}{formerly}。"
    if until > workspace.settings.publication:
        yield f"注意：这个日期晚于公布期限 {workspace.settings.publication}。"
