"""The mail tables of the ledger: what was sent, what arrived, what bounced, what was fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

State = Literal["queued", "sending", "sent", "refused", "failed", "unsure"]
"""How far a mail is. ``queued``: not begun. ``sending``: begun, the outcome is not recorded yet. ``refused``: the
server does not accept the address. ``failed``: not sent for another reason, and tried again. ``unsure``: may have been
sent or not."""


class Mail(msgspec.Struct, frozen=True):
    """One mail to one address of a unit."""

    kind: str
    """``issue``, ``remind``, ``return`` or ``ack``."""
    code: str
    fingerprint: str
    """What is in it: as long as this is the same, it need not be sent again."""
    address: str
    number: int
    """0, or how many times the officer has had the same thing sent again."""
    message_id: str
    state: State = "queued"
    answer: str = ""
    """What the server said."""
    time: str = ""
    """When it got into its state."""


_COLUMNS = ", ".join(Mail.__struct_fields__)


class RecordedBounce(msgspec.Struct, frozen=True):
    """A notice that a mail was not delivered."""

    address: str
    message_id: str
    """Of the mail that bounced; empty where the notice does not say."""
    status: str
    reason: str
    time: str
    """When we learned of it."""


class MailLedger:
    """The mail tables of an open ledger. Make changes inside a transaction of the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # ---------------------------------------------------------------- what goes out

    def mails(self, code: str | None = None) -> list[Mail]:
        """Return all mails to units, or to one, ordered by the time at which they got into their states."""
        where, values = ("", ()) if code is None else ("WHERE code = ? ", (code,))
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM mails {where}ORDER BY time, code, address", values)
        return [Mail(*row) for row in rows]

    def queue(self, mails: Iterable[Mail]) -> None:
        """Record mails that are to be sent; they replace what was queued for the same purpose before."""
        for mail in mails:
            self._db.execute(
                "DELETE FROM mails WHERE kind = ? AND code = ? AND address = ? AND state = 'queued'",
                (mail.kind, mail.code, mail.address),
            )
            self._db.execute(
                f"INSERT INTO mails ({_COLUMNS}) VALUES ({', '.join('?' * len(Mail.__struct_fields__))})",
                [getattr(mail, name) for name in Mail.__struct_fields__],
            )

    def mark(self, message_id: str, state: State, answer: str, time: str) -> None:
        """Record how far a mail is."""
        self._db.execute(
            "UPDATE mails SET state = ?, answer = ?, time = ? WHERE message_id = ?", (state, answer, time, message_id)
        )

    # ---------------------------------------------------------------- what comes in

    def record_mail(self, sha256: str, message_id: str, answered: Sequence[str]) -> None:
        """Record that a file which arrived is a mail, and which mails it answers."""
        self._db.execute("INSERT OR REPLACE INTO letters VALUES (?, ?, ?)", (sha256, message_id, " ".join(answered)))

    def message_ids(self) -> dict[str, str]:
        """Return the message id of every mail that arrived, by the hash of its file."""
        return dict(self._db.execute("SELECT sha256, message_id FROM letters"))

    def answers(self) -> dict[str, tuple[str, ...]]:
        """Return, by its hash, for every mail that arrived the codes of the units whose mails from us it answers."""
        ours = dict(self._db.execute("SELECT message_id, code FROM mails"))
        return {
            row[0]: tuple(dict.fromkeys(ours[message_id] for message_id in row[1].split() if message_id in ours))
            for row in self._db.execute("SELECT sha256, answered FROM letters")
        }

    def record_bounces(self, sha256: str, bounces: Iterable[RecordedBounce]) -> None:
        """Record the bounces that a mail which arrived reports."""
        self._db.executemany(
            "INSERT OR IGNORE INTO bounces (sha256, address, message_id, status, reason, time) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (sha256, bounce.address, bounce.message_id, bounce.status, bounce.reason, bounce.time)
                for bounce in bounces
            ],
        )

    def bounces(self) -> list[RecordedBounce]:
        """Return all bounces, oldest first."""
        rows = self._db.execute("SELECT address, message_id, status, reason, time FROM bounces ORDER BY time, address")
        return [RecordedBounce(*row) for row in rows]

    # ---------------------------------------------------------------- what was fetched

    def fetched(self, mailbox: str, validity: int) -> dict[int, str]:
        """Return the hashes of the messages that were fetched from a folder, by their numbers under one numbering."""
        rows = self._db.execute(
            "SELECT uid, sha256 FROM fetched WHERE mailbox = ? AND validity = ?", (mailbox, validity)
        )
        return dict(rows)

    def fetched_contents(self) -> set[str]:
        """Return the hashes of all messages that were ever fetched."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT sha256 FROM fetched")}

    def record_fetched(self, mailbox: str, validity: int, uid: int, sha256: str, came: str = "") -> None:
        """Record that a message was fetched and is kept; an empty hash means that we do not take it.

        ``came`` is when the server received it (ISO, UTC); empty where the server does not say.
        """
        self._db.execute(
            "INSERT OR REPLACE INTO fetched (mailbox, validity, uid, sha256, came) VALUES (?, ?, ?, ?, ?)",
            (mailbox, validity, uid, sha256, came),
        )

    def received(self) -> dict[str, str]:
        """Return when the server first received each message that was fetched, by its hash, where that is known."""
        return dict(self._db.execute("SELECT sha256, min(came) FROM fetched WHERE came != '' GROUP BY sha256"))
