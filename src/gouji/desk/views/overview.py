"""The year at a glance: what came lately, what the officer has to look at, and whose day is near."""

from __future__ import annotations

import datetime

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import JudgedSubmission, State
from gouji.collection.review.status import Status
from gouji.form.levels import LEVELS
from gouji.runtime.times import local_minute

_LATELY = 12
"""What came lately is shown up to this number."""
_NEAR = 8
_SOON = 7


class Arrived(msgspec.Struct, frozen=True):
    """A submission that came lately."""

    code: str
    """The unit's code; empty where the unit is not known."""
    name: str
    """The unit; where it is not known, the file."""
    file: str
    moment: str
    words: str
    """What is open in it; empty where nothing is."""
    verdict: str


class Near(msgspec.Struct, frozen=True):
    """A unit that is waited for, and until when."""

    code: str
    name: str
    state: State
    contact: str
    days: int


class Piece(msgspec.Struct, frozen=True):
    """How many units are in a state, and where the piece of a bar begins, in per cent."""

    state: State
    number: int
    start: str
    width: str


class Bar(msgspec.Struct, frozen=True):
    """Some units, divided by state."""

    name: str
    total: int
    pieces: tuple[Piece, ...]


class Glance(msgspec.Struct, frozen=True):
    """What the overview shows beside the counts."""

    since: datetime.date
    arrived: tuple[Arrived, ...]
    more_arrived: int
    questions: int
    """Units about which the officer is asked something."""
    unknown: int
    """Files that belong to no unit."""
    remarks: int
    near: tuple[Near, ...]
    more_near: int
    bars: tuple[Bar, ...]


def glance_of(ledger: Ledger, status: Status, states: dict[State, str]) -> Glance:
    """Work out the glance of a day: what came since yesterday, and who is waited for within a week."""
    since = status.today - datetime.timedelta(days=1)
    arrived = sorted(_arrived(ledger, status, since), key=lambda one: one.moment, reverse=True)
    near = sorted(_near(status), key=lambda one: (one.days, one.code))
    units = status.progress.units
    asked = {unit.member.code for unit in units if status.about(unit.member).waiting}
    return Glance(
        since=since,
        arrived=tuple(arrived[:_LATELY]),
        more_arrived=max(len(arrived) - _LATELY, 0),
        questions=len(asked | {question.member.code for question in status.questions}),
        unknown=len(status.unknown),
        remarks=len(status.remarks),
        near=tuple(near[:_NEAR]),
        more_near=max(len(near) - _NEAR, 0),
        bars=tuple(_bars(status, states)),
    )


def _arrived(ledger: Ledger, status: Status, since: datetime.date) -> list[Arrived]:
    runs = {number: local_minute(time) for number, time in ledger.run_times().items()}
    lately = {number: time for number, time in runs.items() if time[:10] >= since.isoformat()}

    def one(submission: JudgedSubmission, code: str, name: str) -> Arrived:
        words = "读不出来" if submission.verdict == "unreadable" else submission.left
        moment = lately[submission.moment.run]
        return Arrived(code, name, submission.name, moment, words, submission.verdict)

    found = [
        one(submission, unit.member.code, unit.member.name)
        for unit in status.progress.units
        for submission in unit.submissions
        if submission.moment.run in lately
    ]
    strays = [one.submission for one in status.unknown if one.submission.moment.run in lately]
    return [*found, *(one(submission, "", submission.name) for submission in strays)]


def _near(status: Status) -> list[Near]:
    found = []
    for unit in status.progress.units:
        due = status.due.get(unit.member.code)
        if due and (days := (due.day - status.today).days) <= _SOON:
            contact = f"{unit.member.contact} {unit.member.phone}".strip()
            found.append(Near(unit.member.code, unit.member.name, unit.state, contact, days))
    return found


def _bars(status: Status, states: dict[State, str]) -> list[Bar]:
    units = status.progress.units
    groups = [("全部", [unit.state for unit in units])]
    groups += [
        (level.name, some)
        for level in LEVELS.values()
        if (some := [unit.state for unit in units if unit.member.level == level.key])
    ]
    if len(groups) == 2:  # one level is all
        groups.pop()
    return [Bar(name, len(some), tuple(_pieces(some, states))) for name, some in groups]


def _pieces(units: list[State], states: dict[State, str]) -> list[Piece]:
    pieces, start = [], 0.0
    for state in states:
        number = units.count(state)
        width = 100 * number / max(len(units), 1)
        pieces.append(Piece(state, number, f"{start:.3f}", f"{width:.3f}"))
        start += width
    return pieces
