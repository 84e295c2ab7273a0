"""What the officer can do about a unit, a file or a question: one record each, with what it asks for and what it does.

A page shows the record's fields and sentences; the step that does it is the one that the command calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from gouji.collection.next_step.names import STEPS, StepKey
from gouji.collection.review import actions as offered
from gouji.collection.steps import deciding
from gouji.collection.steps.outcome import Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.settings import as_date
from gouji.desk.views.cases import Case, Given
from gouji.runtime.errors import GoujiError

FieldKey = Literal["unit", "figures", "cells", "keeps", "until"]
"""What an action asks for, besides the reason."""

_MANY = 200
"""Characters of a finding that a sentence quotes."""


class Action(msgspec.Struct, frozen=True):
    """Something that can be done, each with its reason."""

    key: StepKey
    will: Callable[[Case], Iterator[str]]
    """Yields in plain sentences what it will do."""
    command: Callable[[Given], list[str]]
    """Returns the command that does the same; words stand for what is not known yet."""
    step: Callable[[Workspace, Given], Outcome]
    about: tuple[Literal["unit", "files", "finding", "number"], ...]
    """What has to be known before it is asked for anything."""
    fields: tuple[FieldKey, ...] = ()
    needs_reason: bool = True
    reason_label: str = "理由"

    def require(self, given: Given) -> None:
        """Raise GoujiError where it is not known what the action is about."""
        if not all(getattr(given, name) for name in self.about):
            raise GoujiError("没有选是哪个单位、哪个文件或者哪一条。请回到前面的一页，选好再做。")

    @property
    def title(self) -> str:
        """What it is called, as a heading."""
        return STEPS[self.key].title

    @property
    def button(self) -> str:
        """What it is called on a button."""
        return STEPS[self.key].button


def _accept(case: Case) -> Iterator[str]:
    in_force, chosen = case.in_force, case.submissions
    if len(case.files) > 1:
        yield f"把{case.quoted}合成一份，作为{case.name}报的来采用。"
    elif in_force and chosen and in_force.sha256 == chosen[0].sha256:
        yield f"{case.name}仍旧采用{case.quoted}。"
    else:
        instead = f"，代替现在采用的“{in_force.name}”" if in_force else ""
        yield f"{case.name}采用{case.quoted}{instead}。"
    for one in chosen:
        if one.differs and one.usable:
            yield f"改变的（现在采用的 → 这一份）：{one.differs}。"
    yield "以后单位再报来的，不会自己代替它，要您再定；没有因此放行它里面的问题。"


def _reject(case: Case) -> Iterator[str]:
    in_force = case.in_force
    yield f"{case.quoted}不算{case.name}报的。"
    if in_force and any(one.sha256 == in_force.sha256 for one in case.submissions):
        yield "现在采用的就是它：以后这个单位没有采用的，直到单位再报，或者您采用别的一份。"
    yield "退回的时候，单位收到空白的填报表和您写的理由。"


def _remark(case: Case) -> Iterator[str]:
    yield f"请{case.name}核实{case.quoted or '采用的一份'}里的这几格。"
    yield "退回的时候，单位收到自己填的表，标出这几格，旁边是您的意见。"
    yield "单位改正或者说明以后，这一条才没有；您也可以撤销。"


def _amend(case: Case) -> Iterator[str]:
    yield f"更正{case.name}采用的一份里的数字。报来的文件不改；核对、报告、汇总都用更正后的数字，每一处都写明。"
    yield "单位后来又报、并且采用了的，更正不再起作用，会告诉您。"


def _explain(case: Case) -> Iterator[str]:
    yield f"代{case.name}说明这一条：{_short(case.message)}"
    yield "说明以后，这一条不再问；有关的数字改了以后，说明不再有效。"


def _waive(case: Case) -> Iterator[str]:
    yield f"{case.name}的这一条不改也算通过：{_short(case.message)}"
    yield "用到这些数字的地方都写明是放行的；有关的数字改了以后，放行不再有效。"


def _assign(case: Case) -> Iterator[str]:
    yield f"{case.quoted}算您选的单位报的，不管文件里写的是哪个单位。"
    yield "接着按这个单位重新核对；采用不采用，和这个单位自己报来的一样定，会告诉您。"


def _extend(case: Case) -> Iterator[str]:
    now = f"（现在是 {case.deadline}）" if case.deadline else ""
    yield f"给{case.name}另定截止日期{now}，别的单位不变。"
    yield "催报、退回的邮件和说明、进度都按这个日期，直到您撤销或者再定。"


def _send_back(case: Case) -> Iterator[str]:
    yield f"给{case.name}生成退回改正的填报表和说明，放在“退回”里。"
    yield "做好以后还没有发给单位：到“下发和退回”的“催报”用邮件发，或者打开“退回”文件夹自己发。"


def _undo(case: Case) -> Iterator[str]:
    yield f"撤销{case.message}。"
    yield "撤销以后，和没有作过这个决定一样；台账里两个都留着。"


def _dismiss(case: Case) -> Iterator[str]:
    yield f"不再提示{case.quoted}。文件留着，不删；以后又收到一样的，也不再提示。"


def _short(message: str) -> str:
    message = offered.without_commands(message)
    return message if len(message) <= _MANY else f"{message[:_MANY]}……"


# ---------------------------------------------------------------- the same as commands


def _offered(key: offered.Deed) -> Callable[[Given], list[str]]:
    def arguments(given: Given) -> list[str]:
        action = offered.Action(key, given.unit, given.files, given.finding, given.number)
        if key == "assign":
            action = msgspec.structs.replace(action, unit="")
        return _safe(action.arguments(given.reason, given.to))

    return arguments


def answering(key: Literal["explain", "waive"], unit: str, finding: str, text: str) -> list[str]:
    """Return the command that answers a question for a unit."""
    return _safe(offered.Action(key, unit, finding=finding).arguments(text))


def _safe(arguments: list[str]) -> list[str]:
    """Return arguments so that what the officer typed is never taken for an option."""
    if arguments[0] in ("explain", "waive") and any(word.startswith("-") for word in arguments):
        return [arguments[0], "--", *arguments[1:]]
    return arguments


def _remark_command(given: Given) -> list[str]:
    cells = [part for cell in given.cells or ("格子",) for part in ("--cell", cell)]
    ask = ["--ask"] if given.keeps else []
    return ["reject", given.unit, *_short_hashes(given), *cells, *ask, "-m", given.reason or "理由"]


def _amend_command(given: Given) -> list[str]:
    figures = dict(given.figures) or {"格子": ""}
    return [
        *("amend", given.unit),
        *(f"{cell}={typed or '数字'}" for cell, typed in figures.items()),
        *(part for sha256 in _short_hashes(given) for part in ("--file", sha256)),
        *("-m", given.reason or "理由"),
    ]


def _extend_command(given: Given) -> list[str]:
    return ["extend", given.unit, "--until", given.until or "日期", "-m", given.reason or "理由"]


def _send_back_command(given: Given) -> list[str]:
    return ["return", "--only", given.unit]


def _short_hashes(given: Given) -> list[str]:
    return [sha256[: offered.NAMED] for sha256 in given.files]


# ---------------------------------------------------------------- the steps


def _do_remark(workspace: Workspace, given: Given) -> Outcome:
    file = given.files[0] if given.files else ""
    if not given.cells:
        raise GoujiError("请选是哪一格：点下面表里的格子，或者写出来。")
    decide = deciding.ask if given.keeps else deciding.reject
    return decide(workspace, given.unit, file, given.reason, given.cells)


def _do_amend(workspace: Workspace, given: Given) -> Outcome:
    wanted = [f"{cell}={typed}" for cell, typed in given.figures if typed]
    if not wanted:
        raise GoujiError("请写更正后的数字：点下面表里的格子，再写数字。")
    return deciding.amend(workspace, given.unit, wanted, given.reason, given.files[0] if given.files else "")


def _do_assign(workspace: Workspace, given: Given) -> Outcome:
    if not given.to:
        raise GoujiError("请选是哪个单位的。")
    return deciding.assign(workspace, given.files[0], given.to, given.reason)


def _do_extend(workspace: Workspace, given: Given) -> Outcome:
    if not given.until:
        raise GoujiError("请写截止日期。")
    return deciding.extend(workspace, [given.unit], as_date(given.until, "截止日期"), given.reason)


def _do_undo(workspace: Workspace, given: Given) -> Outcome:
    # What was undone can be decided anew; the undoing itself cannot be undone.
    return msgspec.structs.replace(deciding.undo(workspace, given.number, given.reason), decision=None)


def _not_here(workspace: Workspace, given: Given) -> Outcome:
    raise AssertionError("a long task: its page starts it")


ACTIONS: Mapping[str, Action] = {
    action.key: action
    for action in (
        Action(
            "accept",
            _accept,
            _offered("accept"),
            lambda workspace, given: deciding.accept(workspace, given.unit, given.files, given.reason),
            ("unit", "files"),
            needs_reason=False,
        ),
        Action(
            "reject",
            _reject,
            _offered("reject"),
            lambda workspace, given: deciding.reject(workspace, given.unit, given.files[0], given.reason),
            ("unit", "files"),
        ),
        Action("remark", _remark, _remark_command, _do_remark, ("unit",), ("cells", "keeps"), reason_label="意见"),
        Action("amend", _amend, _amend_command, _do_amend, ("unit",), ("figures",)),
        Action(
            "explain",
            _explain,
            _offered("explain"),
            lambda workspace, given: deciding.explain(workspace, given.unit, given.finding, given.reason),
            ("unit", "finding"),
            reason_label="说明",
        ),
        Action(
            "waive",
            _waive,
            _offered("waive"),
            lambda workspace, given: deciding.waive(workspace, given.unit, given.finding, given.reason),
            ("unit", "finding"),
        ),
        Action("assign", _assign, _offered("assign"), _do_assign, ("files",), ("unit",), needs_reason=False),
        Action("extend", _extend, _extend_command, _do_extend, ("unit",), ("until",)),
        Action(
            "send_back",
            _send_back,
            lambda given: ["return", "--only", given.unit],
            _not_here,
            ("unit",),
            needs_reason=False,
        ),
        Action(
            "undo",
            _undo,
            _offered("undo"),
            _do_undo,
            ("number",),
            needs_reason=False,
        ),
        Action(
            "dismiss",
            _dismiss,
            _offered("dismiss"),
            lambda workspace, given: deciding.dismiss(workspace, given.files, given.reason),
            ("files",),
            needs_reason=False,
        ),
    )
}
"""Everything that a page lets the officer decide, by the key in its address."""
