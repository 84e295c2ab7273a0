#!/usr/bin/env bash
# Python 3.11, SQLite 3.40.1: to copy the folder of an open database, with shutil, ends the database's lock. A second
# process can then write into an open transaction, both are told that it is done, and one of the rows is gone.
#
# Expected: a copy that is made in the middle of a transaction may be useless, but only the copy: reading a file changes
#   nothing. While one connection is between BEGIN IMMEDIATE and COMMIT, each other writer is told "database is locked".
# Seen on Linux: shutil.make_archive (copytree does the same) in the process that holds the transaction opens and closes
#   each file, and POSIX drops all locks of a process on a file when the process closes any descriptor of it. Then
#   journal_mode=WAL: a second process inserts and commits, and the first commits too; the row of the first is gone.
#   journal_mode=DELETE: the second inserts and commits; the first is told "disk I/O error", but its row stays, and the
#   confirmed row of the second is gone.
#   PRAGMA integrity_check says "ok" each time.
# It matters for a program that makes its backup while a thread writes. SQLite describes the cause (howtocorrupt.html,
#   2.2), which few who call shutil will read. Connection.backup() does no harm, as is shown below.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 - <<'PYTHON'
import contextlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

SECOND = """
import sqlite3
base = sqlite3.connect("{}", timeout=0)
try:
    base.execute("INSERT INTO t VALUES ('second')")
    base.commit()
    print("committed")
except sqlite3.OperationalError as error:
    print(error)
"""


def archive(folder):
    shutil.make_archive(f"{folder}-backup", "zip", folder)


def backup(folder):
    source, copy = sqlite3.connect(folder / "base.db"), sqlite3.connect(f"{folder}.db")
    source.backup(copy)
    source.close()
    copy.close()


def write_twice(mode, meanwhile):
    folder = Path(f"{mode}-{meanwhile.__name__}")
    folder.mkdir()
    path = folder / "base.db"
    first = sqlite3.connect(path, isolation_level=None)
    first.execute(f"PRAGMA journal_mode={mode}")
    first.execute("CREATE TABLE t (x)")
    first.execute("BEGIN IMMEDIATE")
    first.execute("INSERT INTO t VALUES ('first')")
    meanwhile(folder)
    told_second = subprocess.run(
        [sys.executable, "-c", SECOND.format(path)], capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        first.execute("COMMIT")
        told_first = "committed"
    except sqlite3.OperationalError as error:
        told_first = str(error)
    first.close()
    with contextlib.closing(sqlite3.connect(path)) as base:
        rows = [row for (row,) in base.execute("SELECT x FROM t")]
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    print(f"{mode}, {meanwhile.__name__}: first: {told_first}; second: {told_second}; rows: {rows}")
    return told_first, told_second, rows


print("SQLite", sqlite3.sqlite_version)
for mode in ("WAL", "DELETE"):
    assert write_twice(mode, backup) == ("committed", "database is locked", ["first"])
assert write_twice("WAL", archive) == ("committed", "committed", ["second"]), "it has changed"
assert write_twice("DELETE", archive) == ("disk I/O error", "committed", ["first"]), "it has changed"
PYTHON
