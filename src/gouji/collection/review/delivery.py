"""Which addresses of the roster our mails do not reach: what servers answered when they were sent, and bounces."""

from __future__ import annotations

import msgspec

from gouji.collection.ledger.mail import Mail, MailLedger
from gouji.collection.workspace.roster import Roster
from gouji.runtime.errors import on_one_line

_LONGEST_REASON = 80


class Undelivered(msgspec.Struct, frozen=True):
    """An address that our last mail to it did not reach."""

    address: str
    reason: str

    @property
    def words(self) -> str:
        """What the officer is told."""
        return f"未送达：{self.address}，{self.reason}"


def undelivered(mail_ledger: MailLedger, roster: Roster) -> dict[str, tuple[Undelivered, ...]]:
    """Return the addresses that are not reached, by the unit's code, as far as they are still in the roster.

    An address is reached again once a later mail to it was sent and did not bounce.
    """
    last: dict[tuple[str, str], Mail] = {}
    sent: dict[str, Mail] = {}
    for mail in mail_ledger.mails():  # oldest first
        sent[mail.message_id] = mail
        if mail.state not in ("queued", "sending"):
            last[mail.code, mail.address.lower()] = mail
    why = {place: _reason(mail.answer) for place, mail in last.items() if mail.state in ("refused", "failed")}
    places = [(member.code, address.lower()) for member in roster.members for address in member.emails]
    for bounce in mail_ledger.bounces():
        ours = sent.get(bounce.message_id)
        meant = (
            [(ours.code, ours.address.lower())] if ours else [place for place in places if place[1] == bounce.address]
        )
        for place in meant:
            if place not in last or bounce.time >= last[place].time:
                why[place] = _reason(f"{bounce.status} {bounce.reason}")
    found: dict[str, tuple[Undelivered, ...]] = {}
    for code, address in places:
        if (code, address) in why:
            found[code] = (*found.get(code, ()), Undelivered(address, why[code, address]))
    return found


def _reason(answer: str) -> str:
    return on_one_line(answer)[:_LONGEST_REASON] or "服务器没有说原因"
