"""Records of how files looked, in any build of SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from gouji.collection.ledger.seen import SeenFile, SeenFiles

_OLDER_BUILDS = 999
"""Values that one statement may have."""


def test_many_files_are_forgotten_by_an_older_sqlite() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, _OLDER_BUILDS)
        db.execute("CREATE TABLE seen (source TEXT PRIMARY KEY, state TEXT, sha256 TEXT)")
        db.execute("CREATE TABLE arrivals (sha256 TEXT, parcel TEXT)")
        seen, names = SeenFiles(db), [str(number) for number in range(1000)]
        seen.record(SeenFile(name, "as it was", name) for name in names)
        seen.forget(names[1:])
        assert seen.states(names) == {"0": "as it was"}
