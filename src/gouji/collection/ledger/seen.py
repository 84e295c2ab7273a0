"""The part of the ledger that saves work: how files looked when they were last read, and what was worked out of what.

Nothing here says what arrived or what it holds. Without a record the work is done, so any record may be forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

EXAMINED = "examined"
"""Says in which circumstances everything that has arrived was examined; dropped when something arrives."""

_AT_ONCE = 400
"""Values in one statement, which may name them twice; older builds of SQLite allow 999."""


class SeenFile(msgspec.Struct, frozen=True):
    """A file on the disk that was read."""

    source: str
    """Its name in the ledger; see :class:`gouji.collection.ledger.records.Arrival`."""
    state: str
    """What the file system said about it before it was read."""
    sha256: str


class SeenFiles:
    """The records of an open ledger. Make changes inside a transaction of the ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def states(self, sources: Sequence[str]) -> dict[str, str]:
        """Return how those of some files looked that are on record, by their sources."""
        found: dict[str, str] = {}
        for some in _portions(sources):
            found |= self._db.execute(f"SELECT source, state FROM seen WHERE source IN ({_marks(some)})", some)
        return found

    def record(self, files: Iterable[SeenFile]) -> None:
        """Record files; earlier records of the same sources are replaced."""
        self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", map(msgspec.structs.astuple, files))

    def forget(self, hashes: Sequence[str]) -> None:
        """Forget the files with some contents, and the containers that these contents were in."""
        for some in _portions(hashes):
            marks = _marks(some)
            self._db.execute(
                f"DELETE FROM seen WHERE sha256 IN ({marks}) OR sha256 IN "
                f"(SELECT parcel FROM arrivals WHERE sha256 IN ({marks}) AND parcel != '')",
                [*some, *some],
            )

    def was_worked_out(self, name: str, key: str) -> bool:
        """Tell whether something was worked out last of what has this key."""
        one = "SELECT 1 FROM worked_out WHERE name = ? AND key = ?"
        return self._db.execute(one, (name, key)).fetchone() is not None

    def keep(self, name: str, key: str, content: bytes = b"") -> None:
        """Keep what was worked out; what had the same name is replaced."""
        self._db.execute("INSERT OR REPLACE INTO worked_out VALUES (?, ?, ?)", (name, key, content))

    def drop(self, name: str) -> None:
        """Forget what was worked out."""
        self._db.execute("DELETE FROM worked_out WHERE name = ?", (name,))


def content_worked_out(ledger: Path, name: str, key: str) -> bytes | None:
    """Return what was worked out last, if it was of what has this key.

    None where that is not on record, or the ledger cannot be read at this moment.
    """
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, timeout=0)) as db,
    ):
        row = db.execute("SELECT content FROM worked_out WHERE name = ? AND key = ?", (name, key)).fetchone()
        return row[0] if row else None
    return None


def _portions(values: Sequence[str]) -> Iterable[list[str]]:
    return (list(values[first : first + _AT_ONCE]) for first in range(0, len(values), _AT_ONCE))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
