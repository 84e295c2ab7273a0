"""Sending: every mail once, however often the command is run and wherever it was interrupted.

All mails are queued in the ledger before the first one is handed over; each is marked ``sending`` before, and with its
outcome after. Only one moment cannot be reconstructed: between the server accepting a mail and our recording it. A mail
that is found ``sending`` may therefore have been sent. It is sent again under the same Message-ID, by which servers and
mail programs recognise a second copy, unless the officer prefers to look first.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import Mail, State
from gouji.collection.mail.message import Content, Envelope, Party, message_bytes
from gouji.collection.mail.smtp import Outcome
from gouji.collection.workspace.folder import now
from gouji.collection.workspace.mailbox import Mailbox
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError

PAUSES = (10.0, 60.0, 300.0)
"""Seconds to wait before mails that the server has put off are tried again."""
_WATCHED_EVERY = 1.0
"""Seconds of a pause after which whoever watches is asked again."""
_CONNECTIONS = 3
"""How many times a mail is tried in a row when the connection breaks."""
_REJECTED_IN_A_ROW = 5
"""Mails in a row that the server may reject before we stop: it would reject all of them."""


UNSURE = ("sending", "unsure")
"""The states of a mail that may have been sent or not."""


class Letter(msgspec.Struct, frozen=True):
    """A mail to one address of a unit, before it is composed."""

    kind: str
    member: Member
    address: str
    fingerprint: str
    """What is in it: as long as this is the same, it need not be sent again."""
    subject: str
    text: str
    files: tuple[str, ...]
    """The names of the attached files."""
    content: Callable[[], Content]
    answers: str = ""
    """The message id of the mail that is answered."""


class Sender(Protocol):
    """Hands mails to a server."""

    def send(self, to: str, message: bytes) -> Outcome:
        """Hand over one mail."""


class Sent(msgspec.Struct):
    """What sending has done."""

    sent: list[Mail] = msgspec.field(default_factory=list)
    before: int = 0
    """Mails that had been sent before."""
    refused: list[Mail] = msgspec.field(default_factory=list)
    """Mails to addresses that were refused, now or before."""
    failed: list[Mail] = msgspec.field(default_factory=list)
    """Mails that were not sent for another reason; the next run tries them again."""
    unsure: list[Mail] = msgspec.field(default_factory=list)
    """Mails that may have been sent, and were not sent again because the officer did not want it."""
    repeated: list[Mail] = msgspec.field(default_factory=list)
    """Mails that may have been sent before, and were sent again."""


class Plan(msgspec.Struct, frozen=True):
    """What a run has to send, each letter with its record."""

    waiting: tuple[tuple[Letter, Mail], ...]
    done: tuple[Mail, ...]
    """Mails that were sent, or refused, before."""


def planned(ledger: Ledger, letters: Sequence[Letter], key: bytes, domain: str, *, again: bool) -> Plan:
    """Return which letters are still to be sent; ``again`` also repeats those that were sent or refused."""
    known: dict[tuple[str, str, str, str], Mail] = {}
    for mail in ledger.mail.mails():
        place = (mail.kind, mail.code, mail.fingerprint, mail.address)
        if place not in known or mail.number > known[place].number:
            known[place] = mail
    waiting, done = [], []
    for letter in letters:
        place = (letter.kind, letter.member.code, letter.fingerprint, letter.address)
        mail = known.get(place) or Mail(*place, 0, message_id(key, domain, *place, 0))
        if again and mail.state in ("sent", "refused"):
            number = mail.number + 1
            mail = Mail(*place, number, message_id(key, domain, *place, number))
        if mail.state in ("sent", "refused"):
            done.append(mail)
        else:
            waiting.append((letter, mail))
    return Plan(tuple(waiting), tuple(done))


def message_id(key: bytes, domain: str, *facts: object) -> str:
    """Return the id of a mail: the same for the same mail, and impossible for others to guess."""
    return f"<{hmac.new(key, repr(facts).encode(), hashlib.sha256).hexdigest()[:40]}@{domain}>"


class Outbox:
    """Sends letters and records what happened to each."""

    def __init__(
        self,
        ledger: Ledger,
        mailbox: Mailbox,
        office: str,
        sender: Sender,
        *,
        per_minute: int,
        skip_unsure: bool = False,
        watch: Watch = unwatched,
    ) -> None:
        """``office`` is the sender's name."""
        self._ledger, self._mailbox, self._office, self._sender = ledger, mailbox, office, sender
        self._skip_unsure, self._watch = skip_unsure, watch
        self._pause, self._last_sent = 60.0 / per_minute, 0.0
        self._rejected = 0
        self._total = self._number = 0
        self.sent = Sent()

    def send(self, plan: Plan) -> Sent:
        """Send the waiting letters; return what happened to all.

        Raises GoujiError where the server cannot be reached or rejects everything; what was sent by then is recorded.
        """
        self.sent.before = sum(mail.state == "sent" for mail in plan.done)
        self.sent.refused += [mail for mail in plan.done if mail.state == "refused"]
        waiting = self._queue(plan.waiting)
        self._total = len(waiting)
        for pause in (*PAUSES, None):
            put_off = [pair for pair in waiting if not self._send(*pair, last=pause is None)]
            if not put_off:
                break
            waiting = put_off
            self._total = len(waiting)
            self._number = 0
            assert pause is not None
            self._rest(pause)
        return self.sent

    def _rest(self, pause: float) -> None:
        """Wait as the server wants; whoever watches can stop the work meanwhile."""
        end = time.monotonic() + pause
        while True:
            self._watch(0, self._total, f"服务器要求过一会儿再发，等 {pause:.0f} 秒")
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _WATCHED_EVERY))

    def _queue(self, waiting: Sequence[tuple[Letter, Mail]]) -> list[tuple[Letter, Mail]]:
        """Record what is to be sent; return what is really sent now."""
        going, new = [], []
        for letter, mail in waiting:
            if mail.state in UNSURE:
                if self._skip_unsure:
                    self._mark(mail, "unsure", mail.answer)
                    self.sent.unsure.append(mail)
                    continue
            elif mail.state == "queued" and not mail.time:
                new.append(msgspec.structs.replace(mail, time=now()))
            going.append((letter, mail))
        with self._ledger.transaction():
            self._ledger.mail.queue(new)
        return going

    def _send(self, letter: Letter, mail: Mail, *, last: bool) -> bool:
        """Send one letter; False where the server wants it later."""
        self._number += 1
        self._watch(self._number, self._total, letter.member.name)
        content = letter.content()
        # What may have been sent once may have been, although the server wants nothing of it now.
        before: State = "unsure" if mail.state in UNSURE else "queued"
        self._wait()
        self._mark(mail, "sending", "")
        try:
            outcome = self._outcome(letter, mail, content)
        except GoujiError:
            self._mark(mail, before, mail.answer)
            raise
        if outcome.result == "sent":
            self._mark(mail, "sent", outcome.answer)
            self.sent.sent.append(mail)
            if before == "unsure":
                self.sent.repeated.append(mail)
        elif outcome.result == "refused":
            self._mark(mail, "refused", outcome.answer)
            self.sent.refused.append(msgspec.structs.replace(mail, answer=outcome.answer))
        elif outcome.result == "unsure" or (before == "unsure" and (outcome.result == "rejected" or last)):
            self._mark(mail, "unsure", outcome.answer)
            self.sent.unsure.append(msgspec.structs.replace(mail, answer=outcome.answer))
        elif outcome.result == "rejected" or last:
            self._mark(mail, "failed", outcome.answer)
            self.sent.failed.append(msgspec.structs.replace(mail, answer=outcome.answer))
        else:
            self._mark(mail, before, outcome.answer)
            return False
        self._count_rejected(outcome)
        return True

    def _outcome(self, letter: Letter, mail: Mail, content: Content) -> Outcome:
        """Hand a mail over; try again where the connection breaks."""
        envelope = Envelope(
            to=(Party(letter.address, letter.member.name),),
            message_id=mail.message_id,
            date=datetime.datetime.now().astimezone(),
            sender=Party(self._mailbox.address, self._office),
            reply_to=self._mailbox.reply_to,
            answers=letter.answers,
            automatic=letter.kind == "ack",
        )
        message = message_bytes(content, envelope)
        outcome = Outcome("lost")
        unsure: Outcome | None = None
        for _ in range(_CONNECTIONS):
            try:
                outcome = self._sender.send(letter.address, message)
            except GoujiError:
                if unsure is None:
                    raise
                return unsure
            if outcome.result == "unsure":
                unsure = outcome
                if self._skip_unsure:
                    break
            elif outcome.result != "lost":
                break
        settled = outcome.result in ("sent", "refused", "rejected")
        return outcome if settled else unsure or outcome

    def _count_rejected(self, outcome: Outcome) -> None:
        self._rejected = self._rejected + 1 if outcome.result == "rejected" else 0
        if self._rejected >= _REJECTED_IN_A_ROW:
            raise GoujiError(
                f"邮件服务器一连拒绝了 {self._rejected} 封：{outcome.answer}。已经停下，其余的没有发。"
                "可能是发得太快，或者内容、附件被拦截。请稍后再试，或者问邮箱的管理员；"
                "再发一遍，只发没有发的。"
            )

    def _wait(self) -> None:
        """Keep the pace that the server allows."""
        left = self._last_sent + self._pause - time.monotonic()
        if left > 0 and self._last_sent:
            time.sleep(left)
        self._last_sent = time.monotonic()

    def _mark(self, mail: Mail, state: State, answer: str) -> None:
        with self._ledger.transaction():
            self._ledger.mail.mark(mail.message_id, state, answer, now())
