"""The part of the ledger that remembers: what was in force when it was last told, and marks of earlier runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gouji.collection.ledger.records import SendBack, StateRecord

_COLUMNS = ", ".join(StateRecord.__struct_fields__)


class History:
    """The history of an open ledger. Make changes inside a transaction of the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def records(self, code: str | None = None) -> dict[str, list[StateRecord]]:
        """Return what was recorded of each unit, or one, by its code, oldest first."""
        found: dict[str, list[StateRecord]] = {}
        where, values = ("", ()) if code is None else ("WHERE code = ? ", (code,))
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM in_force {where}ORDER BY id", values):
            record = StateRecord(*row)
            found.setdefault(record.code, []).append(record)
        return found

    def record(self, records: Iterable[StateRecord]) -> None:
        """Record what is in force now, for the units of which that has changed."""
        fields = StateRecord.__struct_fields__
        self._db.executemany(
            f"INSERT INTO in_force ({_COLUMNS}) VALUES ({', '.join('?' * len(fields))})",
            [[getattr(record, field) for field in fields] for record in records],
        )

    def sent_back(self) -> dict[str, list[SendBack]]:
        """Return what went back to each unit, by its code, oldest first."""
        found: dict[str, list[SendBack]] = {}
        for code, sha256, day, told in self._db.execute("SELECT code, sha256, day, told FROM sent_back ORDER BY id"):
            found.setdefault(code, []).append(SendBack(code, sha256, day, frozenset(told.splitlines())))
        return found

    def record_sent_back(self, records: Iterable[SendBack]) -> None:
        """Record what went back to units."""
        self._db.executemany(
            "INSERT INTO sent_back (code, sha256, day, told) VALUES (?, ?, ?, ?)",
            [(record.code, record.sha256, record.day, "\n".join(sorted(record.told))) for record in records],
        )

    def mark(self, name: str) -> str:
        """Return what a mark says; empty where it was not set."""
        row = self._db.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_mark(self, name: str, value: str) -> None:
        """Set a mark, or take it away where the value is empty."""
        if value:
            self._db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))
        else:
            self._db.execute("DELETE FROM marks WHERE name = ?", (name,))
