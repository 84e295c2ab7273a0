"""Which return of a unit stands, and where the unit stands with it: worked out from what was received and decided.

The rule, in the order in which it is applied to a unit's returns as they came:

1. What the officer has rejected does not count. What the officer has accepted stands, until another is accepted.
2. A file that cannot be read never displaces one that can.
3. A return that passes is not displaced by one that does not.
4. Otherwise the later one stands.

"Later" is by collection, then by the time of the mail or the file, then by name (:meth:`Ledger.arrivals`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from gouji.finding import Finding
from gouji.office.ledger import Arrival, Decision, Ledger, Noted, Return
from gouji.office.roster import Member, Roster

State = Literal["missing", "wrong", "asked", "done"]

STATE_WORDS: dict[State, str] = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}
"""Each state of a unit and what it is called; in the order of the work that is left."""

Role = Literal["stands", "displaced", "worse", "rejected", "unreadable"]

ROLE_WORDS: dict[Role, str] = {
    "stands": "采用",
    "displaced": "已被后来的代替",
    "worse": "没有采用：先前的一份更好",
    "rejected": "不采用（人工决定）",
    "unreadable": "读不出来",
}


class Judged(msgspec.Struct, frozen=True):
    """A finding on a return, and what was said to it."""

    finding: Finding
    fingerprint: str
    answer: str = ""
    """The explanation or the reason for the waiver that holds; empty while it is open."""
    by: Literal["", "unit", "office"] = ""
    lapsed: str = ""
    """An explanation that was given for other figures, and so no longer holds."""

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it."""
        return not self.answer and self.finding.severity != "note" and self.finding.echo_of is None


class Received(msgspec.Struct, frozen=True):
    """One return of a unit, how it first came, and its part."""

    sha256: str
    source: str
    sent: str
    verdict: str
    role: Role
    errors: int
    """Findings that must be corrected and are not waived."""
    queries: int
    """Findings that are to be explained and are not."""
    waived: int = 0
    explained: int = 0

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rpartition("/")[2]

    @property
    def passes(self) -> bool:
        """Whether nothing is left to do."""
        return self.verdict != "unreadable" and not self.errors and not self.queries


class Standing(msgspec.Struct, frozen=True):
    """Where a unit stands."""

    member: Member
    state: State
    returns: tuple[Received, ...] = ()
    """All that came of the unit, in the order of receipt."""

    @property
    def stands(self) -> Received | None:
        """The return that stands, if any."""
        return next((received for received in self.returns if received.role == "stands"), None)

    @property
    def latest(self) -> Received | None:
        """The return that the state is about: the one that stands, else the last that could not be read."""
        unreadable = [received for received in self.returns if received.role == "unreadable"]
        return self.stands or (unreadable[-1] if unreadable else None)

    @property
    def waits_for_a_decision(self) -> bool:
        """Whether something came after the return that stands and was not taken in its place."""
        roles = [received.role for received in self.returns]
        return "stands" in roles and "worse" in roles[roles.index("stands") :]


class Round(msgspec.Struct, frozen=True):
    """Where all units of a round stand."""

    standings: tuple[Standing, ...]
    """The units that have to report, in the order of the roster."""
    unknown: tuple[Received, ...] = ()
    """What came and belongs to no unit that has to report, in the order of receipt."""

    def count(self, state: State) -> int:
        """Return how many units are in a state."""
        return sum(standing.state == state for standing in self.standings)

    def of(self, member: Member) -> Standing:
        """Return where one unit stands."""
        found = next((standing for standing in self.standings if standing.member.code == member.code), None)
        return found or Standing(member, "missing")


def round_of(ledger: Ledger, roster: Roster, year: int) -> Round:
    """Work out where all units stand."""
    came = first_arrivals(ledger)
    decided = Decided(ledger.decisions())
    active = {member.code: member for member in roster.active(year)}
    standings: dict[str, Standing] = {}
    unknown: list[Received] = []
    for code, group in groupby(ledger.returns(), key=lambda returned: returned.code):
        received = tuple(received for received, _ in judged_returns(group, came, decided))
        if code in active:
            standings[code] = Standing(active[code], _state(received), received)
        else:
            unknown += received
    order = {sha256: number for number, sha256 in enumerate(came)}
    return Round(
        standings=tuple(standings.get(code, Standing(member, "missing")) for code, member in active.items()),
        unknown=tuple(sorted(unknown, key=lambda received: order[received.sha256])),
    )


def first_arrivals(ledger: Ledger) -> dict[str, Arrival]:
    """Return how each file first came, by its hash, in the order of receipt."""
    came: dict[str, Arrival] = {}
    for arrival in ledger.arrivals():
        came.setdefault(arrival.sha256, arrival)
    return came


def judged_returns(
    returns: Iterable[Return], came: Mapping[str, Arrival], decided: Decided
) -> list[tuple[Received, tuple[Judged, ...]]]:
    """Return all that came of one unit, in the order of receipt, each with its findings and what was said to them."""
    order = {sha256: number for number, sha256 in enumerate(came)} if len(came) < _FEW else came
    in_order = sorted(returns, key=lambda returned: came[returned.sha256].order)
    explained = _Explained(decided)
    judged = []
    for returned in in_order:
        rejected = returned.sha256 in decided.rejected
        judged.append((returned, explained.judge(returned, rejected=rejected)))
    roles = _roles(judged, decided)
    return [
        (_received(returned, came[returned.sha256], roles[returned.sha256], findings), findings)
        for returned, findings in judged
    ]
