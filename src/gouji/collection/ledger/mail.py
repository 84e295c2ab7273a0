"""The part of the ledger that is about mail: what was sent, what was answered, what came back, what was fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

State = Literal["queued", "sending", "sent", "refused", "failed", "unsure"]
"""How far a mail is: ``queued`` was not begun; ``sending`` was begun, and what became of it is not written down yet;
``refused`` is an address that its server does not take; ``failed`` did not go for another reason, and is tried again;
``unsure`` may have gone or not."""

SCHEMA = """
CREATE TABLE mails (
    kind TEXT NOT NULL, code TEXT NOT NULL, fingerprint TEXT NOT NULL, address TEXT NOT NULL, number INTEGER NOT NULL,
    message_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, answer TEXT NOT NULL, time TEXT NOT NULL,
    PRIMARY KEY (kind, code, fingerprint, address, number)
) WITHOUT ROWID;
CREATE TABLE letters (
    sha256 TEXT PRIMARY KEY REFERENCES files, message_id TEXT NOT NULL, answered TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE bounces (
    sha256 TEXT NOT NULL REFERENCES files, address TEXT NOT NULL, message_id TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL, time TEXT NOT NULL, PRIMARY KEY (sha256, address, message_id)
) WITHOUT ROWID;
CREATE TABLE fetched (
    mailbox TEXT NOT NULL, validity INTEGER NOT NULL, uid INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (mailbox, validity, uid)
) WITHOUT ROWID;
"""


class Mail(msgspec.Struct, frozen=True):
    """One mail to one address of a unit."""

    kind: str
    """``issue``, ``remind``, ``return`` or ``ack``."""
    code: str
    fingerprint: str
    """What is sent: as long as this is the same, it need not be sent again."""
    address: str
    number: int
    """0, or how often the officer has had the same thing sent anew."""
    message_id: str
    state: State = "queued"
    answer: str = ""
    """What the server said."""
    time: str = ""
    """When it came into its state."""


class CameBack(msgspec.Struct, frozen=True):
    """A notice that a mail has not come through."""

    address: str
    message_id: str
    """Of the mail that came back; empty where the notice does not say."""
    status: str
    reason: str
    time: str
    """When we learned of it."""


class MailBook:
    """The mail tables of an open ledger. Its changes belong into a transaction of the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # ---------------------------------------------------------------- what goes out

    def mails(self) -> list[Mail]:
        """Return all mails, in the order in which they came into their states."""
        return [Mail(*row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM mails ORDER BY time, code, address")]

    def queue(self, mails: Iterable[Mail]) -> None:
        """Record mails that are to be sent. What was queued for the same purpose before is out of date."""
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

    def came(self, sha256: str, message_id: str, answered: Sequence[str]) -> None:
        """Record of a received file that it is a mail, and which mails it answers."""
        self._db.execute("INSERT OR REPLACE INTO letters VALUES (?, ?, ?)", (sha256, message_id, " ".join(answered)))

    def letters(self) -> dict[str, str]:
        """Return the message id of every mail that was received, by the hash of its file."""
        return dict(self._db.execute("SELECT sha256, message_id FROM letters"))

    def answers(self) -> dict[str, tuple[str, ...]]:
        """Return of every mail that was received, by its hash, the units whose mails from us it answers."""
        ours = dict(self._db.execute("SELECT message_id, code FROM mails"))
        return {
            row[0]: tuple(dict.fromkeys(ours[each] for each in row[1].split() if each in ours))
            for row in self._db.execute("SELECT sha256, answered FROM letters")
        }

    def came_back(self, sha256: str, bounces: Iterable[CameBack]) -> None:
        """Record the notices that a received mail holds."""
        self._db.executemany(
            "INSERT OR IGNORE INTO bounces (sha256, address, message_id, status, reason, time) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(sha256, each.address, each.message_id, each.status, each.reason, each.time) for each in bounces],
        )

    def bounces(self) -> list[CameBack]:
        """Return all notices, oldest first."""
        rows = self._db.execute("SELECT address, message_id, status, reason, time FROM bounces ORDER BY time, address")
        return [CameBack(*row) for row in rows]

    # ---------------------------------------------------------------- what was fetched

    def fetched(self, mailbox: str, validity: int) -> dict[int, str]:
        """Return the messages that were fetched from a folder, as long as its numbering holds: number and hash."""
        rows = self._db.execute(
            "SELECT uid, sha256 FROM fetched WHERE mailbox = ? AND validity = ?", (mailbox, validity)
        )
        return dict(rows)

    def fetched_contents(self) -> set[str]:
        """Return the hashes of all messages that were ever fetched."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT sha256 FROM fetched")}

    def fetch(self, mailbox: str, validity: int, uid: int, sha256: str) -> None:
        """Record that a message was fetched and is kept; an empty hash is one that we do not take."""
        self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?)", (mailbox, validity, uid, sha256))


_COLUMNS = ", ".join(Mail.__struct_fields__)
