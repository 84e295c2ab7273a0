"""The next sensible step of a collection: the answer to an officer who asks "what now?"."""

from __future__ import annotations

from typing import Literal

import msgspec

Step = Literal["issue", "collect", "send_back", "remind", "report", "summary", "backup"]

Place = Literal["settings", "roster", "questions"]
"""Where a person has to do something: in the settings, in the roster, or with the questions that wait."""

SOON = 7
"""Days before the deadline from which on units that have not submitted are reminded."""


class Situation(msgspec.Struct, frozen=True):
    """The facts that decide the next step; numbers count units unless stated otherwise."""

    office_named: bool = True
    """Whether the settings name the office that signs."""
    units: int = 0
    unissued: int = 0
    """Units of the roster without a form."""
    waiting: int = 0
    """Files in 回收 that were not collected yet."""
    not_sent_back: int = 0
    """Units with something to do that have not been sent their current findings."""
    to_decide: int = 0
    """Units about which the office itself is asked something."""
    unknown: int = 0
    """Files that belong to no known unit."""
    missing: int = 0
    wrong: int = 0
    asked: int = 0
    done: int = 0
    days_left: int = 0
    """Days to the first deadline that a unit is waited for until."""
    by_mail: bool = False
    reminded: bool = False
    """Whether a reminder was sent today."""
    unreported: int = 0
    """Units without an up-to-date Word report; counted only once all units are done."""
    added_up: bool = False
    """Whether the totals were written after the last arrival and the last decision."""
    backed_up: bool = False
    """Whether there is a backup beside the workspace that is as recent."""


class Proposal(msgspec.Struct, frozen=True):
    """What to do next."""

    step: Step | None
    """None where a person has to do it, or nothing is left to do."""
    words: str
    at: Place | None = None
    """Where a person has to do it."""
    in_terminal: str = ""
    """What a terminal adds, which has no buttons."""

    @property
    def line(self) -> str:
        """The words for a terminal."""
        return f"{self.words.removesuffix('。')}：{self.in_terminal}" if self.in_terminal else self.words


def next_step(now: Situation) -> Proposal:
    """Return what to do next: first what others wait for, and never a step that cannot succeed."""
    if not now.office_named:
        return Proposal(None, "用记事本打开“设置.toml”，写上主管部门全称（office），保存。", "settings")
    if not now.units:
        return Proposal(None, "用 Excel 或者 WPS 打开“名册.xlsx”，一行写一个单位，保存、关闭。", "roster")
    if now.unissued == now.units:
        return Proposal("issue", "名册填好了，给各单位生成填报表。有上年的报告、还没有导入的，先导入。")
    if now.unissued:
        return Proposal("issue", f"名册里有 {now.unissued} 个单位还没有填报表。")
    if now.waiting:
        return Proposal("collect", f"“回收”里有 {now.waiting} 个文件还没有收。")
    if now.not_sent_back:
        return Proposal("send_back", f"{now.not_sent_back} 个单位要改正或者说明，还没有生成退回的文件。")
    if now.to_decide:
        where = "请看进度，每一件后面写着用哪个命令。"
        return Proposal(None, f"{now.to_decide} 个单位有事要您定。", "questions", in_terminal=where)
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
