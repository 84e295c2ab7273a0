"""The list of units: those in a state, those that a search finds, a page at a time."""

from __future__ import annotations

import msgspec

from gouji.collection.review.in_force import State, UnitProgress
from gouji.collection.review.status import Status
from gouji.collection.workspace.roster import Member

ON_A_PAGE = 100


class Line(msgspec.Struct, frozen=True):
    """A unit of the list."""

    member: Member
    state: State
    counts: str
    """What is open in what it sent."""
    due: str
    waiting: int
    """What waits for the officer."""
    mail: str
    """Which addresses our mails do not reach."""


class Found(msgspec.Struct, frozen=True):
    """A page of the list."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


def found_units(status: Status, query: str, state: str, page: int) -> Found:
    """Return a page of the units in a state (all where it is empty) in which all words of a query occur."""
    words = query.lower().split()
    questions: dict[str, int] = {}
    for question in status.questions:
        questions[question.member.code] = questions.get(question.member.code, 0) + 1
    units = [
        unit
        for unit in status.progress.units
        if _is_in(unit, state, questions, status) and all(word in _searched(unit.member) for word in words)
    ]
    pages = max(-(-len(units) // ON_A_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = units[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return Found(tuple(_line(status, unit, questions) for unit in shown), len(units), page, pages)


ASKED = "question"
"""The state in which the officer is asked something, beside those of the units themselves."""


def _is_in(unit: UnitProgress, state: str, questions: dict[str, int], status: Status) -> bool:
    if state == ASKED:
        return unit.member.code in questions or bool(status.about(unit.member).waiting)
    return not state or unit.state == state


def _line(status: Status, unit: UnitProgress, questions: dict[str, int]) -> Line:
    member = unit.member
    waiting = len(status.about(member).waiting) + questions.get(member.code, 0)
    counts = unit.latest.counts if unit.latest else ""
    return Line(member, unit.state, counts, status.of_deadline(member), waiting, status.of_mail(member))


def _searched(member: Member) -> str:
    return " ".join((member.name, *member.short, member.code, member.contact, member.phone, *member.emails)).lower()
