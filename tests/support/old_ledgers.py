"""Ledgers as earlier versions of the program left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_BEFORE = {
    5: ("DROP TABLE seen", "DROP TABLE worked_out", "DROP INDEX arrivals_inside"),
    4: ("DROP TABLE sent_back",),
    3: ("DROP TABLE in_force", "DROP TABLE marks", "ALTER TABLE decisions DROP COLUMN run"),
    2: (
        "DROP INDEX fetched_contents",
        "ALTER TABLE fetched DROP COLUMN came",
        "ALTER TABLE arrivals DROP COLUMN forwarded",
        "ALTER TABLE remarks DROP COLUMN sender",
    ),
    1: ("DROP TABLE mails", "DROP TABLE letters", "DROP TABLE bounces", "DROP TABLE fetched"),
}
"""What the step after each version has added, newest first."""


def made_old(folder: Path, version: int) -> None:
    """Turn the ledger of a workspace into one of an earlier version, which knows less."""
    with closing(sqlite3.connect(folder / "台账.sqlite", isolation_level=None)) as database:
        for before, statements in _BEFORE.items():
            for statement in statements if before >= version else ():
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {version}")
