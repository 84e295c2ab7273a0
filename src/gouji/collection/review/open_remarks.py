"""What the officer still has to look at beside the submissions: mails, archives, and files that are no reports.

A remark names its unit. It goes when the unit has settled it, by a submission that passes, or when the officer
dismisses it (:func:`gouji.collection.review.decisions.dismiss`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gouji.collection.intake.matching import units_by_address
from gouji.collection.intake.others import WAITING, words_about
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.review.in_force import Progress, UnitProgress
from gouji.collection.workspace.roster import Member, Roster


class OpenRemark(msgspec.Struct, frozen=True):
    """A remark that nobody has settled yet."""

    files: tuple[str, ...]
    """The hashes of what it is about."""
    source: str
    text: str
    member: Member | None = None

    @property
    def words(self) -> str:
        """The remark with the name of its unit."""
        return f"{self.member.name}：{self.text}" if self.member else self.text


def open_remarks(ledger: Ledger, roster: Roster, progress: Progress, decided: Decided) -> Iterator[OpenRemark]:
    """Yield the remarks on mails and archives, then those on files that are no reports: one for each unit."""
    arrivals: dict[str, Arrival] = {}
    for arrival in ledger.arrivals():
        arrivals[arrival.sha256] = arrival  # the last one
    units = {unit.member.code: unit for unit in progress.units}
    yield from _on_containers(ledger, roster, arrivals, units, decided)
    yield from _on_files(ledger, roster, arrivals, units, decided)


def _on_containers(
    ledger: Ledger, roster: Roster, arrivals: dict[str, Arrival], units: dict[str, UnitProgress], decided: Decided
) -> Iterator[OpenRemark]:
    addresses, answers = units_by_address(roster), ledger.mail.answers()
    for remark in ledger.remarks():
        arrival = arrivals.get(remark.sha256)
        answered = answers.get(remark.sha256, ())
        member = (
            addresses.get(remark.sender)
            or (roster.member(answered[0]) if len(answered) == 1 else None)
            or (roster.mentioned_in(arrival.name) if arrival else None)
        )
        unit = units.get(member.code) if member else None
        if remark.sha256 in decided.dismissed or (unit and arrival and _is_settled(unit, arrival, arrivals)):
            continue
        yield OpenRemark((remark.sha256,), arrival.source if arrival else "", remark.text, member)


def _is_settled(unit: UnitProgress, remarked: Arrival, arrivals: dict[str, Arrival]) -> bool:
    """Tell whether a unit has passed with something that it has not sent before what the remark is about."""
    if unit.state != "done" or unit.in_force is None:
        return False
    passed = arrivals[unit.in_force.sha256]
    return passed.container == remarked.sha256 or _order(passed) >= _order(remarked)


def _order(arrival: Arrival) -> tuple[int, str]:
    return arrival.run, arrival.received or arrival.sent


def _on_files(
    ledger: Ledger, roster: Roster, arrivals: dict[str, Arrival], units: dict[str, UnitProgress], decided: Decided
) -> Iterator[OpenRemark]:
    """Yield what units have sent instead of a report, as long as there is none."""
    files: dict[str, dict[str, list[str]]] = {}
    for sha256, (verdict, code) in ledger.other_files().items():
        unit = units.get(code)
        waits = unit is None or unit.in_force is None
        if verdict in WAITING and waits and sha256 in arrivals and sha256 not in decided.dismissed:
            files.setdefault(code, {}).setdefault(verdict, []).append(sha256)
    for code, by_verdict in sorted(files.items()):
        hashes = [sha256 for verdict in WAITING for sha256 in by_verdict.get(verdict, ())]
        names = {verdict: [arrivals[sha256].name for sha256 in found] for verdict, found in by_verdict.items()}
        yield OpenRemark(tuple(hashes), arrivals[hashes[0]].source, words_about(names), roster.member(code))
