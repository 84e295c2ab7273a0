"""Making what goes out to the units: their forms, and what is sent back for correction."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from gouji.collection.outgoing.issue import Issued
from gouji.collection.outgoing.issue import issue as issue_forms
from gouji.collection.outgoing.products import Made
from gouji.collection.outgoing.send_back import SentBack
from gouji.collection.outgoing.send_back import send_back as send_back_files
from gouji.collection.steps.made import made_lines
from gouji.collection.steps.outcome import Line, Outcome, several
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ISSUED, SENT_BACK, SETTINGS
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers


def issue(
    workspace: Workspace,
    *,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Outcome:
    """Write the forms of all units, the notice and the list.

    Raises GoujiError where the roster, the settings or a report of last year is wrong.
    """
    issued = issue_forms(workspace, today=today, executor=executor, watch=watch)
    return _outcome(_issued_lines(issued), issued.made)


def send_back(
    workspace: Workspace,
    *,
    only: Sequence[str] = (),
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Outcome:
    """Write what goes back to the units for correction; with ``only``, to those units.

    Raises GoujiError where the roster, the settings or a report of last year is wrong, or a unit is unknown.
    """
    sent_back = send_back_files(workspace, today=today, only=only, executor=executor, watch=watch)
    return _outcome(_sent_back_lines(sent_back, named=bool(only)), sent_back.made)


def _outcome(lines: Iterator[Line], made: Made) -> Outcome:
    return Outcome(tuple(lines), bool(made.problems), tuple(order.path for order in made.written))


def _issued_lines(issued: Issued) -> Iterator[Line]:
    yield Line(f"{issued.units} 个单位的填报表、通知和清单在“{ISSUED}”。")
    yield from made_lines(issued.made, "文件")
    if issued.key_changed:
        yield Line(
            "本轮的签发密钥变了：填报表都用现在的密钥重新签发了，请全部重新发给单位。"
            "用原来的表填的，签发信息会对不上。",
            "look",
        )
    if issued.carried:
        yield Line(f"上年结转已填好并锁定的：{issued.carried} 个单位。")
    yield from several(
        (f"没有上年的报告，上年结转由单位填：{member.name}（{member.code}）" for member in issued.missing), kind="look"
    )
    yield from several(
        (f"上年的单位由几个单位接着报，上年结转由单位填：{member.name}（{member.code}）" for member in issued.divided),
        kind="look",
    )
    for trouble in issued.troubles:
        yield Line(f"自定格式：{trouble}已经照常生成。", "wrong")
    if issued.lacks:
        lacks = f"通知里没有{'、'.join(issued.lacks)}。请写进“{SETTINGS}”"
        yield Line(
            f"{lacks}，再做一遍，通知会重新生成。",
            "wrong",
            terminal=(f"{lacks}，再运行一次，通知会重新生成。",),
        )


def _sent_back_lines(sent_back: SentBack, *, named: bool) -> Iterator[Line]:
    if sent_back.units:
        yield Line(f"{len(sent_back.units)} 个单位要改正或者说明，填报表和说明在“{SENT_BACK}”。")
    else:
        yield Line("没有要退回的。" if named else "没有单位要改正或者说明。")
    yield from several(f"没有要改正或者说明的：{member.name}（{member.code}）" for member in sent_back.nothing)
    yield from made_lines(sent_back.made, "文件")
