"""The next sensible step of a round: what an officer who asks "and now?" is told."""

from __future__ import annotations

from typing import Literal

import msgspec

Step = Literal["issue", "collect", "give_back", "remind", "report", "summary", "backup"]

SOON = 7
"""Days before the deadline from which on those who have not sent are worth a reminder."""


class Situation(msgspec.Struct, frozen=True):
    """What decides the next step; the numbers are numbers of units where nothing else is said."""

    office_named: bool = True
    """Whether the settings say who signs."""
    units: int = 0
    unissued: int = 0
    """Units of the roster for which no form was made."""
    waiting: int = 0
    """Files in 回收 that were not collected."""
    unreturned: int = 0
    """Units with something to do, to whom what they have to do was not yet given back as things are now."""
    unknown: int = 0
    """Files of which it is not known whose they are."""
    missing: int = 0
    wrong: int = 0
    asked: int = 0
    done: int = 0
    days_left: int = 0
    by_mail: bool = False
    reminded: bool = False
    """Whether a reminder was sent today."""
    unreported: int = 0
    """Units without a Word report as things are now; known once all are done."""
    added_up: bool = False
    """Whether the sum was written after the last thing that came or was decided."""
    backed_up: bool = False
    """Whether there is a backup beside the workspace from after that."""


class Proposal(msgspec.Struct, frozen=True):
    """What to do next."""

    step: Step | None
    """None where people have to do it, or where nothing is left to do."""
    words: str


def next_step(now: Situation) -> Proposal:
    """Return what to do next: first what others wait for, and never a step that could not succeed."""
    if not now.office_named:
        return Proposal(None, "用记事本打开“设置.toml”，写上主管部门全称（office），保存。")
    if not now.units:
        return Proposal(None, "用 Excel 或者 WPS 打开“名册.xlsx”，一行写一个单位，保存、关闭。")
    if now.unissued == now.units:
        return Proposal("issue", "名册填好了，给各单位生成填报表。有上年的报告的，先导入上年的报告。")
    if now.unissued:
        return Proposal("issue", f"名册里有 {now.unissued} 个单位还没有填报表。")
    if now.waiting:
        return Proposal("collect", f"“回收”里有 {now.waiting} 个文件还没有收。")
    if now.unreturned:
        return Proposal("give_back", f"{now.unreturned} 个单位要改正或者说明，还没有生成退回的文件。")
    if now.done == now.units:
        return _when_all_are_done(now)
    return _while_units_are_waited_for(now)


def _while_units_are_waited_for(now: Situation) -> Proposal:
    waited = [
        f"{count} 个单位没有{what}"
        for count, what in ((now.missing, "交"), (now.wrong + now.asked, "改好或者说明"))
        if count
    ]
    words = f"{'，'.join(waited)}。"
    if now.by_mail and now.days_left <= SOON and not now.reminded:
        return Proposal("remind", f"{words}发邮件催一下。")
    if now.unknown:
        words += f"有 {now.unknown} 个文件没有认出单位，请看进度。"
    return Proposal("collect", f"{words}收到文件以后收表。")


def _when_all_are_done(now: Situation) -> Proposal:
    if now.unreported:
        return Proposal("report", f"各单位都通过了，有 {now.unreported} 个单位的 Word 报告没有生成。")
    if not now.added_up:
        return Proposal("summary", "各单位都通过了，可以汇总。")
    if not now.backed_up:
        return Proposal("backup", "都做完了，备份一下。")
    return Proposal(None, "都做完了。")
