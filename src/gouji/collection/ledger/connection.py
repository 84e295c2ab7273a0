"""Opening the ledger's file, and saying in Chinese why SQLite could not do something."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gouji.runtime.errors import GoujiError

_PATIENCE = 30.0
"""Seconds to wait while another program reads or writes."""

CORRUPT = "已经损坏。请用 gouji restore 从备份恢复。"

_TROUBLE = "读写不了。请检查磁盘和网络，必要时用 gouji restore 从备份恢复。"
_TROUBLES = {
    "FULL": "写不了：磁盘满了。已经记下的没有受影响。请腾出空间以后，把同一个命令再运行一遍。",
    "BUSY": "正被别的程序占用。请关闭打开台账的程序以后再试。",
    "READONLY": "是只读的，写不了。请检查文件夹的权限。",
    "IOERR": "读写出错，可能是磁盘或者网络的问题。已经记下的没有受影响。请稍后把同一个命令再运行一遍。",
    "CANTOPEN": "打不开。请检查文件夹的权限和网络。",
    "NOTADB": "已经损坏，不是台账文件。请用 gouji restore 从备份恢复。",
    "CORRUPT": CORRUPT,
}
"""The sentence for each of SQLite's primary result codes, without their prefix ``SQLITE_``."""


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file; it is closed even where a broken file fails the first statement.

    It keeps a rollback journal: the folder may be on a network share, where WAL fails.
    """
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        yield db


def is_whole(db: sqlite3.Connection) -> bool:
    """Tell whether the file is as SQLite wrote it, and whether what is compressed in it can be read."""
    try:
        if (
            db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
            or db.execute("PRAGMA foreign_key_check").fetchall()
        ):
            return False
        for row in db.execute("SELECT report, noted FROM returns"):
            for packed in filter(None, row):
                zlib.decompress(packed)
    except (sqlite3.DatabaseError, zlib.error):
        return False
    return True


@contextmanager
def explaining_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a GoujiError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        # An extended code such as SQLITE_IOERR_FSYNC begins with its primary code.
        primary = name.partition("_")[2].partition("_")[0]
        raise GoujiError(f"台账“{path}”{_TROUBLES.get(primary, _TROUBLE)}") from error
