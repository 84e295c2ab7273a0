"""Until when a unit has to hand in, or to correct what went back to it.

The deadline of all units stands in the settings; the officer may set another one for a unit. Where the settings give
days for corrections, a unit has so many from the day on which the files that go back to it were written, and never
less than its own deadline.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import SendBack
from gouji.collection.review.in_force import UnitProgress
from gouji.collection.workspace.settings import Settings, words_to


class Due(msgspec.Struct, frozen=True):
    """A day until which a unit has to do something."""

    day: datetime.date
    kind: Literal["all", "own", "correction"] = "all"
    """The deadline of all units, one that the officer has set for this unit, or the one for a correction."""

    def is_over(self, on: datetime.date) -> bool:
        """Tell whether the day has passed."""
        return self.day < on

    def words(self, on: datetime.date) -> str:
        """Return the day and the days to it in words."""
        return f"{_NAMES[self.kind]} {self.day}，{words_to(self.day, on)}"


_NAMES = {"all": "截止日期", "own": "另定的截止日期", "correction": "改正的截止日期"}


class Deadlines:
    """The deadlines of all units."""

    def __init__(self, settings: Settings, decided: Decided, sent_back: Mapping[str, Sequence[SendBack]]) -> None:
        self._settings, self._decided, self._sent_back = settings, decided, sent_back

    @classmethod
    def of(cls, settings: Settings, ledger: Ledger, decided: Decided | None = None) -> Deadlines:
        """Return the deadlines of a collection."""
        return cls(settings, decided or Decided(ledger.decisions()), ledger.history.sent_back())

    @property
    def own(self) -> dict[str, datetime.date]:
        """The deadlines that the officer has set for single units, by their codes."""
        return {code: datetime.date.fromisoformat(day) for code, day in self._decided.extended.items()}

    def reporting(self, code: str) -> Due:
        """Return until when a unit has to hand in."""
        own = self._decided.extended.get(code)
        return Due(datetime.date.fromisoformat(own), "own") if own else Due(self._settings.deadline)

    def is_told(self, code: str, sha256: str, told: frozenset[str]) -> bool:
        """Tell whether all of this went back to a unit with a submission."""
        record = self._record(code, [sha256])
        return record is not None and told <= record.told

    def correcting(self, code: str, sha256: str, told: frozenset[str], today: datetime.date) -> Due:
        """Return until when a unit has to correct a submission, given what it is told about it.

        The days begin anew where it is told something that it was not told before.
        """
        record = self._record(code, [sha256])
        if record is not None and told <= record.told:
            return self._from(code, datetime.date.fromisoformat(record.day))
        return self._from(code, today)

    def waited_for(self, unit: UnitProgress) -> Due | None:
        """Return until when a unit has to do what it is waited for; None while it is not, or was not told yet."""
        code = unit.member.code
        if not unit.submissions:
            return self.reporting(code)
        record = self._record(code, [submission.sha256 for submission in unit.to_correct])
        if record is not None:
            return self._from(code, datetime.date.fromisoformat(record.day))
        return self.reporting(code) if unit.to_correct and self._settings.correction_days is None else None

    def _record(self, code: str, hashes: Sequence[str]) -> SendBack | None:
        """Return the last record that one of some submissions went back."""
        return next((one for one in reversed(self._sent_back.get(code, ())) if one.sha256 in hashes), None)

    def _from(self, code: str, day: datetime.date) -> Due:
        """Return until when a unit has to correct what went back to it on a day."""
        reporting, days = self.reporting(code), self._settings.correction_days
        if days is None:
            return reporting
        correction = Due(day + datetime.timedelta(days), "correction")
        return reporting if reporting.kind == "own" and reporting.day > correction.day else correction


def due_json(reporting: Due, waited_for: Due | None, today: datetime.date) -> dict[str, Any]:
    """Return the deadlines of a unit as plain data."""
    return {
        "deadline": reporting.day.isoformat(),
        "due": waited_for.day.isoformat() if waited_for else None,
        "due_kind": waited_for.kind if waited_for else None,
        "days_left": (waited_for.day - today).days if waited_for else None,
    }
