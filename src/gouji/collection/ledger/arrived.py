"""What ``collect`` asks about the files that have arrived, a few at a time: all of them would fill the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator


class ArrivedFiles:
    """The files that have arrived, in an open ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def has_arrived(self, sha256: str, source: str) -> bool:
        """Tell whether a file is on record as having arrived under a source."""
        one = "SELECT 1 FROM arrivals WHERE sha256 = ? AND source = ?"
        return self._db.execute(one, (sha256, source)).fetchone() is not None

    def contents(self, container: str) -> list[tuple[str, str]]:
        """Return what was in a container: hashes, and names in the archive."""
        rows = self._db.execute(
            "SELECT DISTINCT f.sha256, f.name FROM arrivals a JOIN files f USING (sha256) "
            "WHERE a.parcel = ? AND a.parcel != ''",
            (container,),
        )
        return [(row[0], row[1]) for row in rows]

    def files_from(self, beginning: str) -> list[tuple[str, str, int]]:
        """Return the hash, name and size of every file whose hash begins with some digits, by the hash."""
        rows = "SELECT sha256, name, size FROM files WHERE sha256 >= ? AND sha256 < ? ORDER BY sha256"
        return self._db.execute(rows, (beginning, f"{beginning}g")).fetchall()  # no digit comes after g

    def in_order_of_arrival(self) -> Iterator[str]:
        """Yield the hash of every file in the order in which they first arrived: by run, time and name."""
        rows = self._db.execute(
            "SELECT sha256 FROM (SELECT sha256, round, sent, source, row_number() "
            "OVER (PARTITION BY sha256 ORDER BY round, sent, source) AS number FROM arrivals) "
            "WHERE number = 1 ORDER BY round, sent, source, sha256"
        )
        return (row[0] for row in rows)

    def contexts(self, hashes: Iterable[str]) -> dict[str, tuple[str, str, str]]:
        """Return by its hash, for each of some files that is not a container, its context and the unit it states.

        The three texts are the context, the code and the name; all are empty for a file that was not read yet.
        """
        one = (
            "SELECT f.sha256, coalesce(r.context, ''), coalesce(r.said_code, ''), coalesce(r.said_name, '') "
            "FROM files f LEFT JOIN returns r USING (sha256) WHERE f.sha256 = ? AND NOT f.parcel"
        )
        rows = (row for sha256 in hashes for row in self._db.execute(one, (sha256,)))
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def behind_tasks(self) -> tuple[object, ...]:
        """Return what tells whether the tasks of examining may have changed, except for what has arrived."""
        decisions = self._db.execute("SELECT coalesce(max(id), 0) FROM decisions").fetchone()
        letters = self._db.execute("SELECT count(*) FROM letters").fetchone()
        mails = self._db.execute("SELECT message_id FROM mails ORDER BY message_id")
        return (*decisions, *letters, *(row[0] for row in mails))
