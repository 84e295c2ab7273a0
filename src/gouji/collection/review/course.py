"""How the collection went: who handed in when, how often something went back, which errors were made.

Nobody is called late unless that is certain. A unit was in time where one of its files was collected, or received by
the mail server, by its deadline. It was late where the server received all of them after it, in mails from addresses
that the roster gives for the unit and that nobody had passed on. Anything else is for the officer to look up: the time
that a file or mail states itself decides nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from gouji.collection.intake.sources import uncollected
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.review.arrived import came_of
from gouji.collection.review.deadlines import Due
from gouji.collection.review.in_force import JudgedSubmission, State, UnitProgress
from gouji.collection.review.status import Status
from gouji.collection.review.typical_errors import TypicalError, typical_errors
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.runtime.times import local_minute

Punctual = Literal["in_time", "late", "unknown", "missing", "not_due"]

PUNCTUAL_WORDS: dict[Punctual, str] = {
    "in_time": "按时报送",
    "late": "晚报",
    "unknown": "是不是晚报要核对",
    "missing": "没有报送",
    "not_due": "没有报送，截止日期还没有到",
}


class Known(msgspec.Struct, frozen=True):
    """Until when a file had come, by a clock that decides."""

    moment: str
    """ISO."""
    received: bool = False
    """Whether the mail server received it then; else it was collected then, and came before."""
    stated: str = ""
    """The time that the file or mail states itself (ISO): only shown."""
    theirs: bool = False
    """Whether it came in a mail from an address of the unit that nobody has passed on."""

    @property
    def day(self) -> datetime.date:
        """The day, by the clock of this computer."""
        return datetime.date.fromisoformat(local_minute(self.moment)[:10])

    @property
    def words(self) -> str:
        """The moment and which clock it is by."""
        return f"{local_minute(self.moment)} {'邮箱收到' if self.received else '收表'}"


class HandedIn(msgspec.Struct, frozen=True):
    """How one unit handed in."""

    member: Member
    due: Due
    state: State
    punctual: Punctual
    first: Known | None = None
    """When its first file had come."""
    days_late: int = 0
    accepted: Known | None = None
    """When the file had come that has passed."""
    sent_back: int = 0
    """How many of its files went back to be corrected, each counted once."""


class Course(msgspec.Struct, frozen=True):
    """How the collection went until a day."""

    status: Status
    units: tuple[HandedIn, ...]
    errors: tuple[TypicalError, ...]
    all_recorded: bool
    """Whether everything that went back is recorded: a workspace of an older program does not know its beginning."""
    uncollected: int = 0
    """The files that wait to be collected."""

    def of(self, punctual: Punctual) -> list[HandedIn]:
        """Return the units that handed in so, in the order of the roster."""
        return [unit for unit in self.units if unit.punctual == punctual]


def course_of(workspace: Workspace, status: Status) -> Course:
    """Return how the collection went.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    with workspace.ledger() as ledger:
        return Course(
            status,
            handed_in(ledger, status),
            tuple(typical_errors(ledger, workspace.roster, Decided(ledger.decisions()))),
            all_recorded(ledger),
            len(uncollected(workspace, ledger)),
        )


def handed_in(ledger: Ledger, status: Status) -> tuple[HandedIn, ...]:
    """Return how each unit handed in, in the order of the roster."""
    known = _known(ledger, status)
    gone_back = {
        code: len({record.sha256 for record in records}) for code, records in ledger.history.sent_back().items()
    }
    return tuple(_handed_in(unit, status, known, gone_back) for unit in status.progress.units)


def all_recorded(ledger: Ledger) -> bool:
    """Tell whether everything that went back is recorded; see :attr:`Course.all_recorded`."""
    return not ledger.history.mark("sent_back")


def _known(ledger: Ledger, status: Status) -> dict[str, Known]:
    """Return until when every submission had come, by its hash."""
    runs, came = ledger.run_times(), came_of(ledger)
    return {
        one.sha256: _known_of(one, came[one.sha256].first, runs, unit.member)
        for unit in status.progress.units
        for one in unit.submissions
    }


def _known_of(submission: JudgedSubmission, first: Arrival, runs: Mapping[int, str], member: Member) -> Known:
    received = submission.moment.received
    theirs = first.sender in {address.lower() for address in member.emails} and not first.forwarded
    return Known(received or runs[submission.moment.run], bool(received), submission.sent, theirs)


def _handed_in(
    unit: UnitProgress, status: Status, known: Mapping[str, Known], gone_back: Mapping[str, int]
) -> HandedIn:
    due, times = status.reporting[unit.member.code], [known[one.sha256] for one in unit.submissions]
    punctual = _punctual(unit, due, times, status.today)
    first = min(times, key=lambda one: one.day, default=None)
    return HandedIn(
        unit.member,
        due,
        unit.state,
        punctual,
        first,
        (first.day - due.day).days if first and punctual == "late" else 0,
        known[unit.in_force.sha256] if unit.in_force and unit.state == "done" else None,
        gone_back.get(unit.member.code, 0),
    )


def _punctual(unit: UnitProgress, due: Due, times: list[Known], today: datetime.date) -> Punctual:
    if unit.state == "missing":
        return "missing" if due.is_over(today) else "not_due"
    if not due.is_over(today) or any(one.day <= due.day for one in times):
        return "in_time"
    return "late" if all(one.received and one.theirs for one in times) else "unknown"
