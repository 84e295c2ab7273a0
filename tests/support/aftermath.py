"""The final content of a workspace, which must be the same whatever happened before."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from county import County

from gouji.collection.ledger.ledger import FILE
from gouji.collection.workspace.names import ARCHIVED, HOLDER, ISSUED, REPORTS, SENT_BACK

_TIMES = {"rounds": ("started", "ended"), "decisions": ("made",), "in_force": ("time",)}
"""Columns of the ledger that hold a time of day."""
_FOR_SPEED = ("seen", "worked_out")
"""Tables that only save work: how the files look on this disk, and what was worked out of what."""


def state_of(office: County) -> dict[str, Any]:
    """Return everything in a workspace except times of day: the ledger row by row, the files, the status."""
    status = office.status()
    del status["days_left"]
    files = {folder: contents(office.folder / folder) for folder in (ARCHIVED, ISSUED, SENT_BACK, REPORTS)}
    return {"ledger": rows(office.folder / FILE), "files": files, "status": status}


def rows(ledger: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table that does not only save work; for a time of day, whether there is one."""
    with contextlib.closing(sqlite3.connect(ledger)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: _rows(db, table) for table in tables if table not in _FOR_SPEED}


def _rows(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    expressions = [f"{name} IS NULL" if name in _TIMES.get(table, ()) else name for name in columns]
    return db.execute(f"SELECT {', '.join(expressions)} FROM {table} ORDER BY 1, 2").fetchall()


def contents(folder: Path) -> dict[str, tuple[str, bool]]:
    """Return the hash of every file, and whether it may be written."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            bool(path.stat().st_mode & 0o222),
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def leftovers(folder: Path) -> list[str]:
    """Return the files that a killed command left behind anywhere in a folder."""
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.name.endswith(("-journal", ".tmp")) or path.name == HOLDER
    ]


@cache
def temporary() -> Path:
    """Return the folder for temporary files; its path is short, because that of a socket has at most 108 characters."""
    folder = tempfile.mkdtemp(prefix="gouji-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def started(
    folder: Path,
    *command: object,
    log: Path | None = None,
    prefix: tuple[str, ...] = (),
    program: tuple[str, ...] = ("-m", "gouji"),
) -> Any:
    """Start a command in its own process group, as a shell does; it prints into the log."""
    with (log or folder.parent / "log").open("wb") as stream:
        return subprocess.Popen(
            [*prefix, sys.executable, *program, *map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(temporary()), "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )


def ended(folder: Path, *command: object, prefix: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run a command in its own process; return its exit status and what it printed."""
    log = folder.parent / "ended.log"
    process = started(folder, *command, log=log, prefix=prefix)
    status = process.wait(timeout=600)
    return status, log.read_text(encoding="utf-8")
