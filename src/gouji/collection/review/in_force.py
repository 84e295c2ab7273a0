"""Which return of a unit stands, and where the unit stands with it: worked out from what was received and decided.

The rule, in the order in which it is applied to a unit's returns as they came:

1. What the officer has rejected does not count. What the officer has accepted stands, until another is accepted.
2. A file that cannot be read never displaces one that can.
3. A return that passes is not displaced by one that does not.
4. Otherwise the later one stands.

"Later" is by collection, then by the time of the mail or the file, then by name (:meth:`Ledger.arrivals`); a file
that comes again counts when it came last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Arrival, Ledger, Noted, Return
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.finding import Finding

State = Literal["missing", "wrong", "asked", "done"]

STATE_WORDS: dict[State, str] = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}
"""Each state of a unit and what it is called; in the order of the work that is left."""

Role = Literal["stands", "displaced", "worse", "rejected", "unreadable"]

ROLE_WORDS: dict[Role, str] = {
    "stands": "采用",
    "displaced": "已被后来的代替",
    "worse": "没有代替先前的一份",
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
    """One return of a unit, how it last came, and its part."""

    sha256: str
    code: str
    """The unit's; empty where it is not known."""
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
        """The return that the state is about: the one that stands, else the last that came."""
        return self.stands or (self.returns[-1] if self.returns else None)

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


def round_of(ledger: Ledger, roster: Roster) -> Round:
    """Work out where all units stand."""
    came = last_arrivals(ledger)
    order = {sha256: number for number, sha256 in enumerate(came)}
    decided = Decided(ledger.decisions())
    active = {member.code: member for member in roster.active}
    standings: dict[str, Standing] = {}
    unknown: list[Received] = []
    for code, group in groupby(ledger.returns(), key=lambda returned: returned.code):
        in_order = sorted(group, key=lambda returned: order[returned.sha256])
        received = tuple(each for each, _ in judged(in_order, came, decided))
        if code in active:
            standings[code] = Standing(active[code], _state(received), received)
        else:
            unknown += received
    return Round(
        standings=tuple(standings.get(code, Standing(member, "missing")) for code, member in active.items()),
        unknown=tuple(sorted(unknown, key=lambda each: order[each.sha256])),
    )


def judged_returns(
    ledger: Ledger, code: str, decided: Decided | None = None
) -> list[tuple[Received, tuple[Judged, ...]]]:
    """Return all that came of one unit, in the order of receipt, each with its findings and what was said to them."""
    returns = {returned.sha256: returned for returned in ledger.returns(code)}
    came = _last(ledger.arrivals(code=code))
    return judged([returns[sha256] for sha256 in came], came, decided or Decided(ledger.decisions()))


def last_arrivals(ledger: Ledger) -> dict[str, Arrival]:
    """Return how each file last came, by its hash, in the order of receipt: who sends a file again means it."""
    return _last(ledger.arrivals())


def _last(arrivals: Iterable[Arrival]) -> dict[str, Arrival]:
    came: dict[str, Arrival] = {}
    for arrival in arrivals:
        came.pop(arrival.sha256, None)
        came[arrival.sha256] = arrival
    return came


class _Explanations:
    """What a unit has explained in the returns so far: it goes on to hold, as long as the figures are the same."""

    def __init__(self) -> None:
        self._holding: dict[tuple[str, str], str] = {}
        self._last: dict[str, tuple[str, tuple[str, ...]]] = {}

    def hear(self, noted: Noted) -> tuple[str, str]:
        """Return the unit's explanation of a finding that holds, and one that was meant for other figures.

        A text that came along unchanged while the figures changed says nothing of the new ones, unless the unit has
        left it standing after it was asked again.
        """
        id, said = noted.finding.id, noted.explanation
        text, before = self._last.get(id, ("", ()))
        same_figures = not set(before).isdisjoint(noted.fingerprints)
        stale = bool(said) and said == text and not same_figures
        if said:
            self._last[id] = (said, noted.fingerprints)
        if said and not stale:
            self._holding.update(((id, fingerprint), said) for fingerprint in noted.fingerprints)
        texts = (self._holding.get((id, fingerprint), "") for fingerprint in noted.fingerprints)
        holds = next(filter(None, texts), "")
        return holds, text if not holds and text and not same_figures else ""


def judged(
    returns: Sequence[Return], came: Mapping[str, Arrival], decided: Decided
) -> list[tuple[Received, tuple[Judged, ...]]]:
    """Judge all that came of one unit, in order of receipt: each return's part, and what was said to its findings."""
    explanations = _Explanations()
    findings = [
        tuple(_judge(returned.code, noted, explanations, decided) for noted in returned.noted) for returned in returns
    ]
    roles = _roles(returns, findings, decided)
    return [
        (_received(returned, came[returned.sha256], role, said), said)
        for returned, role, said in zip(returns, roles, findings, strict=True)
    ]


def _judge(code: str, noted: Noted, explanations: _Explanations, decided: Decided) -> Judged:
    theirs, theirs_lapsed = explanations.hear(noted) if noted.finding.severity == "query" else ("", "")
    ours, ours_lapsed = decided.answer(code, noted.finding.id, noted.fingerprints)
    answer = ours or theirs
    return Judged(
        noted.finding,
        noted.fingerprint,
        answer=answer,
        by="office" if ours else "unit" if theirs else "",
        lapsed="" if answer else ours_lapsed or theirs_lapsed,
    )


def _roles(returns: Sequence[Return], findings: Sequence[tuple[Judged, ...]], decided: Decided) -> list[Role]:
    roles: list[Role] = []
    stands: int | None = None
    accepted = next((decided.accepted.get(returned.code) for returned in returns), None)
    passing = [not any(judged.open for judged in said) for said in findings]
    for at, returned in enumerate(returns):
        if returned.sha256 in decided.rejected:
            roles.append("rejected")
        elif returned.verdict == "unreadable":
            roles.append("unreadable")
        elif stands is None or _displaces(returned, returns[stands], accepted, passing[at], passing[stands]):
            if stands is not None:
                roles[stands] = "displaced"
            roles.append("stands")
            stands = at
        else:
            roles.append("worse")
    return roles


def _displaces(new: Return, old: Return, accepted: str | None, new_passes: bool, old_passes: bool) -> bool:
    if accepted in (new.sha256, old.sha256):
        return accepted == new.sha256
    return new_passes or not old_passes


def _received(returned: Return, arrival: Arrival, role: Role, findings: tuple[Judged, ...]) -> Received:
    def count(severity: str, *, open: bool) -> int:
        return sum(
            each.finding.severity == severity and each.finding.echo_of is None and each.open == open
            for each in findings
        )

    return Received(
        sha256=returned.sha256,
        code=returned.code,
        source=arrival.source,
        sent=arrival.sent,
        verdict=returned.verdict,
        role=role,
        errors=count("error", open=True),
        queries=count("query", open=True),
        waived=count("error", open=False),
        explained=count("query", open=False),
    )


def _state(received: Sequence[Received]) -> State:
    stands = next((each for each in received if each.role == "stands"), None)
    if stands is None:
        return "wrong" if received else "missing"
    return "wrong" if stands.errors else "asked" if stands.queries else "done"
