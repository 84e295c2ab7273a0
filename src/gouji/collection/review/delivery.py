"""Which addresses of the roster our mails do not reach, by what servers have said when they went and afterwards."""

from __future__ import annotations

import msgspec

from gouji.collection.ledger.mail import Mail, MailLedger
from gouji.collection.workspace.roster import Roster
from gouji.runtime.errors import on_one_line

_LONGEST_REASON = 80


class Undelivered(msgspec.Struct, frozen=True):
    """An address that the last mail to it did not reach."""

    address: str
    reason: str

    @property
    def words(self) -> str:
        """What the officer is told."""
        return f"未送达：{self.address}，{self.reason}"


def undelivered(book: MailLedger, roster: Roster) -> dict[str, tuple[Undelivered, ...]]:
    """Return of each unit the addresses that are not reached, as long as the roster has them.

    An address is reached again when a later mail to it went and did not come back.
    """
    last: dict[tuple[str, str], Mail] = {}
    sent: dict[str, Mail] = {}
    for mail in book.mails():  # the latest last
        sent[mail.message_id] = mail
        if mail.state not in ("queued", "sending"):
            last[mail.code, mail.address.lower()] = mail
    why = {place: _reason(mail.answer) for place, mail in last.items() if mail.state in ("refused", "failed")}
    places = [(member.code, address.lower()) for member in roster.members for address in member.emails]
    for bounce in book.bounces():
        ours = sent.get(bounce.message_id)
        meant = [(ours.code, ours.address.lower())] if ours else [each for each in places if each[1] == bounce.address]
        for place in meant:
            if place not in last or bounce.time >= last[place].time:
                why[place] = _reason(f"{bounce.status} {bounce.reason}")
    found: dict[str, tuple[Undelivered, ...]] = {}
    for code, address in places:
        if (code, address) in why:
            found[code] = (*found.get(code, ()), Undelivered(address, why[code, address]))
    return found


def _reason(said: str) -> str:
    return on_one_line(said)[:_LONGEST_REASON] or "服务器没有说原因"
