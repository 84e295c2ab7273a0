"""What the officer can do next about one unit, at the head of its page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gouji.collection.next_step.names import StepKey
from gouji.collection.review.open_questions import OpenQuestion
from gouji.desk.views.unit import UnitView


class UnitAdvice(msgspec.Struct, frozen=True):
    """What to do, and the buttons that belong to it."""

    words: str
    keys: tuple[StepKey, ...]


def advice_of(view: UnitView, questions: Sequence[OpenQuestion]) -> UnitAdvice:
    """Return what to do about a unit; what waits for the officer comes first."""
    waiting = [question for question in questions if question.for_office]
    how_many = "一件事" if len(waiting) == 1 else f" {len(waiting)} 件事"
    first = f"先定下面的{how_many}。" if waiting else ""
    in_force = any(one.role == "in_force" for one in view.history.submissions)
    amending: tuple[StepKey, ...] = ("amend", "remark") if in_force else ()
    if view.state == "missing":
        return UnitAdvice(first or "还没有报。可以催一催；要晚些报的，另定截止日期。", ("extend",))
    if view.state == "wrong":
        words = "有必须改正的：退回请单位改好再报；电话里问清楚了的，可以更正；不用改的，可以放行。"
        return UnitAdvice(first + words, ("send_back", *amending, "extend"))
    if view.state == "asked":
        words = "有要核实的：退回请单位说明；原因已经知道的，可以代为说明。"
        return UnitAdvice(first + words, ("send_back", *amending, "extend"))
    return UnitAdvice(first or "通过了，不用再做什么。", amending)
