"""The tables of the ledger, and the steps that bring a ledger of an older program up to date.

A step is never changed once it has been released: a new version of the ledger is a new step at the end. Two tables
keep a name from the first version: ``rounds`` holds the runs of ``collect``, ``returns`` the submissions.
"""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE rounds (id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT);
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, parcel INTEGER NOT NULL,
    unpacked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE arrivals (
    sha256 TEXT NOT NULL REFERENCES files, source TEXT NOT NULL, round INTEGER NOT NULL REFERENCES rounds,
    sent TEXT NOT NULL, sender TEXT NOT NULL, parcel TEXT NOT NULL, PRIMARY KEY (sha256, source)
) WITHOUT ROWID;
CREATE TABLE remarks (sha256 TEXT NOT NULL REFERENCES files, text TEXT NOT NULL, PRIMARY KEY (sha256, text))
    WITHOUT ROWID;
CREATE TABLE returns (
    sha256 TEXT PRIMARY KEY REFERENCES files, context TEXT NOT NULL, code TEXT NOT NULL, matched TEXT NOT NULL,
    said_code TEXT NOT NULL, said_name TEXT NOT NULL, year INTEGER, edition TEXT NOT NULL, verdict TEXT NOT NULL,
    errors INTEGER NOT NULL, queries INTEGER NOT NULL, report BLOB, noted BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX returns_of_unit ON returns (code);
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, sha256 TEXT NOT NULL, finding TEXT NOT NULL,
    fingerprint TEXT NOT NULL, target INTEGER, reason TEXT NOT NULL, made TEXT NOT NULL, made_by TEXT NOT NULL
);
CREATE TABLE products (path TEXT PRIMARY KEY, code TEXT NOT NULL, fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL)
    WITHOUT ROWID;
"""

_MAIL = """
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

_SENDERS = """
ALTER TABLE arrivals ADD COLUMN forwarded TEXT NOT NULL DEFAULT '';
ALTER TABLE fetched ADD COLUMN came TEXT NOT NULL DEFAULT '';
ALTER TABLE remarks ADD COLUMN sender TEXT NOT NULL DEFAULT '';
CREATE INDEX fetched_contents ON fetched (sha256);
DELETE FROM remarks;
UPDATE files SET unpacked = 0 WHERE parcel
"""
"""Mails are unpacked again: who counts as the sender of what is inside, and what is remarked on, has changed."""

_IN_FORCE = """
ALTER TABLE decisions ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
UPDATE decisions SET run = coalesce((SELECT max(id) FROM rounds WHERE started <= decisions.made), 0);
CREATE TABLE in_force (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, time TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX in_force_of_unit ON in_force (code);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO marks SELECT 'former', 'due' WHERE EXISTS (SELECT 1 FROM returns);
"""
"""What was in force is recorded from here on. The mark ``former`` asks for what was in force before: see
:mod:`gouji.collection.ledger.former`."""

_SENT_BACK = """
CREATE TABLE sent_back (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, sha256 TEXT NOT NULL, day TEXT NOT NULL, told TEXT NOT NULL
);
INSERT INTO marks SELECT 'sent_back', 'some' WHERE EXISTS (SELECT 1 FROM returns)
"""
"""What goes back to units is recorded from here on. The mark ``sent_back`` says that something may have gone back
before."""

_SEEN = """
CREATE TABLE seen (source TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE worked_out (name TEXT PRIMARY KEY, key TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX arrivals_inside ON arrivals (parcel) WHERE parcel != ''
"""
"""How the files on the disk looked when they were read, and what was worked out of what: both only save work. What came
in a container is found by the container."""

_STEPS = (_FIRST, _MAIL, _SENDERS, _IN_FORCE, _SENT_BACK, _SEEN)
"""The step to each version from the one before; the first one starts from an empty file."""

VERSION = len(_STEPS)
"""The version of the ledger that this program writes."""


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of a ledger; 0 for a file that is not a whole ledger."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Take the steps that are missing, all or none; if two programs try at once, one of them does it."""
    if version_of(db) >= VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # The version is read again: the other program may have been first.
        for step in _STEPS[version_of(db) :]:
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
