"""When the submissions of a unit came: the same bytes are one submission, and its time is its first.

A copy in a folder changes nothing, whatever its name. The same file in another mail is a repeat: whether the unit means
it is for the officer to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival


class Moment(msgspec.Struct, frozen=True):
    """When something came, by the clocks that decide: ours and the mail server's, never a sender's."""

    run: int
    """The run of ``collect`` that took it in."""
    received: str = ""
    """When the mail server received it (ISO, UTC); empty where it was not fetched."""

    def follows(self, other: Moment) -> bool:
        """Tell whether it is later than another moment: by the server's time where both have one, else by run."""
        if self.received and other.received:
            return self.received > other.received
        return self.run > other.run

    def may_follow(self, other: Moment) -> bool:
        """Tell whether it is not known to be earlier than another moment."""
        return not other.follows(self)


class Came(msgspec.Struct, frozen=True):
    """How a file came."""

    first: Arrival
    moment: Moment
    """When it came first."""
    repeats: tuple[Moment, ...] = ()
    """When other mails brought it again."""

    @property
    def sort_key(self) -> tuple[int, str, str, str]:
        """The place in the list of a unit's files. What comes after the run decides nothing, it only keeps order."""
        return self.moment.run, self.moment.received or self.first.sent, self.first.source, self.first.sha256


def came_of(ledger: Ledger, code: str | None = None) -> dict[str, Came]:
    """Return how every file came, or those of one unit, by its hash, in the order in which they came."""
    return came(ledger.arrivals(code=code), ledger.mail.received(), ledger.mail.message_ids())


def came(arrivals: Iterable[Arrival], received: Mapping[str, str], message_ids: Mapping[str, str]) -> dict[str, Came]:
    """Return how files came, given when the server received each mail, and the ids that the mails have."""
    grouped: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        grouped.setdefault(arrival.sha256, []).append(arrival)
    every = [_came(group, received, message_ids) for group in grouped.values()]
    return {one.first.sha256: one for one in sorted(every, key=lambda one: one.sort_key)}


def _came(arrivals: list[Arrival], received: Mapping[str, str], message_ids: Mapping[str, str]) -> Came:
    first = min(arrivals, key=lambda arrival: (arrival.run, received.get(arrival.container) or "~", arrival.sent))
    known = {first.container, message_ids.get(first.container, "")}
    repeats = []
    for arrival in arrivals:
        mail, message_id = arrival.container, message_ids.get(arrival.container)
        # A mail that was saved once more may have other bytes, but it has the same id.
        if message_id is None or mail in known or (message_id and message_id in known):
            continue
        known |= {mail, message_id}
        repeats.append(Moment(arrival.run, received.get(mail, "")))
    return Came(first, Moment(first.run, received.get(first.container, "")), tuple(repeats))
